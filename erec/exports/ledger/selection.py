"""What a person asks for, and the SELECT that answers it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from django.db import connection, transaction

from accounts.models import SettlementAccount
from erec.exports.ledger.definition import Basis, Name
from erec.exports.ledger.lines import (
    CHANGED,
    HISTORY,
    LINES,
    NOTHING,
    PLAIN,
    PLAIN_STATES,
    TOUCHED,
    UNTOUCHED,
)
from erec.partners import banks


@dataclass(frozen=True)
class Selection:
    """One table of one company. `first` to `last`: 支払期日, both included; None: no bound.

    `as_of`: what was recorded up to that day; None (発生分 only): everything so far. `account`: one of the
    company's own, 9999-101-2-0123456; `partner`: the 利用者番号 of 取引先 or 支払先.
    """

    company_id: int
    name: Name
    basis: Basis = Basis.ACCRUED
    first: date | None = None
    last: date | None = None
    as_of: date | None = None
    account: str = ""
    partner: str = ""


MANY = 1_000  # claims with a history, from which on they are read all at once
_BANK = "bank (code, name) AS (SELECT * FROM unnest(%(bank_codes)s::text[], %(bank_names)s::text[]))"


@dataclass(frozen=True)
class Statement:
    """SQL and its values."""

    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Way(Enum):
    """Of whose word the lines are: plain claims' rows and the others' events; events alone (tests compare);
    rows alone, which gives nothing at all where a claim with a history is."""

    BOTH = "both"
    EVENTS = "events"
    ROWS = "rows"


@contextmanager
def planned(asked: Selection) -> Iterator[None]:
    """Around a statement of BOTH. PostgreSQL cannot tell how many rows come out of the events, takes many for
    a few and would compare each with each: ten thousand histories took minutes, and take seconds without.
    """
    values = _values(asked)
    many = f"SELECT count(*) FROM (SELECT FROM ({_apart(asked, Way.BOTH)}) a LIMIT {MANY}) m"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(many, values)
        if cursor.fetchone()[0] == MANY:
            cursor.execute("SET LOCAL enable_nestloop = off")
        yield


def lines_of(asked: Selection, way: Way = Way.BOTH) -> Statement:
    """All lines of the selection, in no order."""
    lines = LINES[asked.name, asked.basis]
    apart = _apart(asked, way)
    if way is Way.ROWS:
        found = f"{_plain(asked)} AND NOT EXISTS ({apart})" if lines.plain else NOTHING
        sql = f"WITH {_BANK} SELECT * FROM ({found}) l WHERE {_wanted(asked)}"
    else:
        both = f" UNION ALL {_plain(asked)}" if lines.plain and way is Way.BOTH else ""
        sql = (
            f"WITH RECURSIVE {_BANK}, apart (claim_id) AS ({apart}), {HISTORY}"
            f" SELECT * FROM (SELECT * FROM ({lines.history}) h{both}) l WHERE {_wanted(asked)}"
        )
    return Statement(sql, _values(asked))


def _values(asked: Selection) -> Mapping[str, Any]:
    codes = SettlementAccount.objects.filter(company_id=asked.company_id).values_list("bank_code", flat=True)
    names = {code: banks.bank_name(code) or code for code in codes}
    return {
        "bank_codes": list(names),
        "bank_names": list(names.values()),
        "company": asked.company_id,
        "day": asked.as_of or "infinity",
        "first": asked.first or "-infinity",
        "last": asked.last or "infinity",
        "account": asked.account,
        "partner": asked.partner,
    }


def _apart(asked: Selection, way: Way) -> str:
    """The claims whose events are read: those that do not speak for themselves."""
    role = "h.role = 'obligor'" if asked.name == Name.DEBTS else "h.role <> 'incoming'"
    mine = f"SELECT h.claim_id FROM claims_holding h WHERE h.company_id = %(company)s AND {role}"
    due = f"{mine} AND {_due(asked, 'h')}"
    which = "true" if way is Way.EVENTS else f"NOT ({PLAIN})"
    parts = [f"SELECT c.id FROM claims_claim c WHERE {which} AND c.id IN ({due})"]
    parts += [f"{due} AND h.claim_id IN ({TOUCHED})"] if asked.as_of else []
    if asked.as_of and (asked.first or asked.last):
        # A 支払期日 that was changed after the day stands in the company's part as it is now.
        parts.append(f"{mine} AND h.claim_id IN ({CHANGED})")
    return " UNION ".join(parts)


def _plain(asked: Selection) -> str:
    lines = LINES[asked.name, asked.basis]
    parts = [f"c.{lines.whose} = %(company)s", _due(asked, "c"), PLAIN, PLAIN_STATES[asked.basis]]
    parts += [UNTOUCHED] if asked.as_of else []
    return f"{lines.plain} WHERE {' AND '.join(parts)}"


def _due(asked: Selection, of: str) -> str:
    bounds = [f"{of}.due_on >= %(first)s"] if asked.first else []
    bounds += [f"{of}.due_on <= %(last)s"] if asked.last else []
    return " AND ".join(bounds) or "true"


def _wanted(asked: Selection) -> str:
    wanted = [_due(asked, "l")]
    wanted += ["l.account = %(account)s"] if asked.account else []
    wanted += ["l.number = %(partner)s"] if asked.partner else []
    return " AND ".join(wanted)


def totals(asked: Selection) -> tuple[int, int]:
    """How many lines, and their yen: of 割引 and 裏書 as 残高 the figures of the notes (注記)."""
    lines = lines_of(asked)
    with planned(asked), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(sum(amount_yen), 0)::bigint FROM ({lines.sql}) l", lines.values
        )
        count, yen = cursor.fetchone()
    return count, yen
