"""The lines of each table as SQL: what `definition` says in words.

Most claims have nothing behind them but their 発生記録 and perhaps their settlement: their row says it all
(`PLAIN`). Of the others, and of those to which something happened after the day that is asked for, the events
are read (history.sql). A test proves that both ways give the same, and the same as a fold in Python.

A line: due_on, record_number, event_id (0: plain), 取引先 or 支払先 and bank (number and recorded name), the
company's own account, note, amount_yen. `%(company)s` and `%(day)s` are the only values in here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from erec.exports.ledger.definition import Basis, Name

HISTORY = (Path(__file__).resolve().parent / "history.sql").read_text(encoding="utf-8")

# Nothing was assigned, divided off or, after the day, recorded: the row of the claim is its history.
PLAIN = "c.parent_id IS NULL AND c.assignor_id IS NULL AND (c.amount_yen < c.original_amount_yen) IS NOT TRUE"
TOUCHED = """
SELECT claim_id FROM claims_recordevent WHERE recorded_on > %(day)s
UNION ALL SELECT claim_id FROM claims_settlementresult WHERE settled_on > %(day)s
"""
CHANGED = "SELECT claim_id FROM claims_recordevent WHERE kind = 'change' AND recorded_on > %(day)s"
UNTOUCHED = f"NOT EXISTS (SELECT FROM ({TOUCHED}) t WHERE t.claim_id = c.id)"

ACCRUED, BALANCE = Basis.ACCRUED, Basis.BALANCE
_HAPPENED = "c.state IN ('recorded', 'settled', 'defaulted')"
_OPEN = "c.state = 'recorded'"


class Lines(NamedTuple):
    """`plain`: off the claims' rows, and by which column they are the company's; `history`: the rest."""

    history: str
    plain: str = ""
    whose: str = ""


_CLAIMS_ACCRUED = """
SELECT k.due_on, c.record_number, o.id AS event_id, s.number, s.name, NULL AS bank_number, NULL AS bank_name,
    o.taker->>'account' AS account, s.reference AS note,
    o.amount_yen + CASE WHEN o.position = 1 THEN k.changed_yen ELSE 0 END AS amount_yen
FROM own o JOIN standing k USING (claim_id) JOIN claims_claim c ON c.id = o.claim_id
JOIN source s ON s.id = o.id
WHERE o.comes AND NOT o.is_given_back AND o.kind <> 'division'
    AND (k.defaulted_on IS NULL OR k.defaulted_on > o.recorded_on)
"""

# The last to hold it is the company, or the bank for a loan to it.
_CLAIMS_BALANCE = """
SELECT k.due_on, c.record_number, o.id AS event_id, s.number, s.name, NULL AS bank_number, NULL AS bank_name,
    CASE WHEN o.comes THEN o.taker ELSE o.giver END->>'account' AS account,
    concat_ws(' ', CASE WHEN NOT o.comes THEN '譲渡担保' END, NULLIF(s.reference, '')) AS note,
    k.open_yen AS amount_yen
FROM own o JOIN standing k USING (claim_id) JOIN claims_claim c ON c.id = o.claim_id
JOIN source s ON s.id = o.came_id
WHERE o.is_last AND (o.comes OR o.financing = 'collateral') AND k.defaulted_on IS NULL AND k.open_yen > 0
"""

_CLAIMS_PLAIN = """
SELECT c.due_on, c.record_number, 0 AS event_id, c.obligor_number AS number, c.obligor_name AS name,
    NULL AS bank_number, NULL AS bank_name, c.holder_account AS account, c.reference AS note,
    {amount} AS amount_yen
FROM claims_claim c
"""

_DEBTS = """
SELECT k.due_on, c.record_number, r.id AS event_id, r.facts->'holder'->>'user_number' AS number,
    r.facts->'holder'->>'name' AS name, left(r.facts->'obligor'->>'account', 4) AS bank_number,
    b.name AS bank_name, r.facts->'obligor'->>'account' AS account, r.facts->>'reference' AS note,
    {amount} AS amount_yen
FROM record r JOIN standing k USING (claim_id) JOIN claims_claim c ON c.id = r.claim_id {more}
LEFT JOIN bank b ON b.code = left(r.facts->'obligor'->>'account', 4)
WHERE r.position = 1 AND r.kind = 'accrual' AND (r.facts->'obligor'->>'company_id')::bigint = %(company)s
"""
_OPEN_OF_FAMILY = """JOIN (
    SELECT f.root_id, sum(x.open_yen)::bigint AS open_yen FROM root f JOIN standing x USING (claim_id)
    WHERE x.defaulted_on IS NULL AND x.open_yen > 0 GROUP BY f.root_id
) f ON f.root_id = r.claim_id"""

_DEBTS_PLAIN = """
SELECT c.due_on, c.record_number, 0 AS event_id, c.holder_number AS number, c.holder_name AS name,
    left(c.obligor_account, 4) AS bank_number, b.name AS bank_name, c.obligor_account AS account,
    c.reference AS note, {amount} AS amount_yen
FROM claims_claim c LEFT JOIN bank b ON b.code = left(c.obligor_account, 4)
"""

_GIVEN_ACCRUED = """
SELECT k.due_on, c.record_number, o.id AS event_id, {party}, o.giver->>'account' AS account,
    o.facts->>'reference' AS note, o.amount_yen
FROM own o JOIN standing k USING (claim_id) JOIN claims_claim c ON c.id = o.claim_id
LEFT JOIN source s ON s.id = o.came_id
WHERE NOT o.comes AND {which}
"""

# What somebody divided off later is still what the company gave away: it stands under the same number.
_GIVEN_BALANCE = """
SELECT k.due_on, c.record_number, o.id AS event_id, {party}, o.giver->>'account' AS account,
    o.facts->>'reference' AS note, g.open_yen AS amount_yen
FROM own o JOIN standing k USING (claim_id) JOIN claims_claim c ON c.id = o.claim_id
LEFT JOIN source s ON s.id = o.came_id
JOIN (
    SELECT a.id, sum(x.open_yen)::bigint AS open_yen
    FROM answered a JOIN standing x USING (claim_id) GROUP BY a.id
) g ON g.id = o.id
WHERE NOT o.comes AND {which}
"""
_DISCOUNTED = {
    "party": "s.number, s.name, o.taker->>'user_number' AS bank_number, o.taker->>'name' AS bank_name",
    "which": "o.financing = 'discount'",
}
_GIVEN_ON = {
    "party": "o.taker->>'user_number' AS number, o.taker->>'name' AS name, NULL AS bank_number, "
    "NULL AS bank_name",
    "which": "o.financing IS NULL AND o.is_guaranteed",
}

_WHOLE, _LEFT = "c.original_amount_yen", "c.amount_yen - c.paid_yen"

LINES: Mapping[tuple[Name, Basis], Lines] = {
    (Name.CLAIMS, ACCRUED): Lines(_CLAIMS_ACCRUED, _CLAIMS_PLAIN.format(amount=_WHOLE), "holder_id"),
    (Name.CLAIMS, BALANCE): Lines(_CLAIMS_BALANCE, _CLAIMS_PLAIN.format(amount=_LEFT), "holder_id"),
    (Name.DEBTS, ACCRUED): Lines(
        _DEBTS.format(amount="r.amount_yen + k.changed_yen", more=""),
        _DEBTS_PLAIN.format(amount=_WHOLE),
        "obligor_id",
    ),
    (Name.DEBTS, BALANCE): Lines(
        _DEBTS.format(amount="f.open_yen", more=_OPEN_OF_FAMILY),
        _DEBTS_PLAIN.format(amount=_LEFT),
        "obligor_id",
    ),
    (Name.DISCOUNTED, ACCRUED): Lines(_GIVEN_ACCRUED.format(**_DISCOUNTED)),
    (Name.DISCOUNTED, BALANCE): Lines(_GIVEN_BALANCE.format(**_DISCOUNTED)),
    (Name.ENDORSED, ACCRUED): Lines(_GIVEN_ACCRUED.format(**_GIVEN_ON)),
    (Name.ENDORSED, BALANCE): Lines(_GIVEN_BALANCE.format(**_GIVEN_ON)),
}
NOTHING = f"SELECT * FROM ({_CLAIMS_PLAIN.format(amount=_WHOLE)}) c WHERE false"
PLAIN_STATES: Mapping[Basis, str] = {ACCRUED: _HAPPENED, BALANCE: _OPEN}
