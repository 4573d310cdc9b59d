"""What the pictures of one claim tell: its moments in turn, and what it was divided off from and into.

Only what `access` lets the company see: the moments come from its history, the family from its own holdings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from django.db import connection

from erec.claims.access import holdings_of
from erec.claims.models import Claim, Holding
from erec.claims.reading import Told

State = Claim.State

FAMILY_MAX = 200  # relatives on one page; the list of claims has them all


class Tone(StrEnum):
    """How a moment stands to the claim. The values are the classes of its mark."""

    DONE = "done"
    STOPPED = "stopped"
    TODAY = "now"
    COMING = "coming"


@dataclass(frozen=True)
class Moment:
    on: date
    name: str
    detail: str = ""
    tone: Tone = Tone.DONE


@dataclass(frozen=True)
class Relative:
    """One claim of the family, as the company's own part shows it. `depth`: 0 is the claim itself."""

    part: Holding
    depth: int


DEFAULTED, ACCRUED, ASSIGNED, GUARANTEED = "支払不能", "発生記録", "譲渡記録", "保証記録"
# What is said of a record where there is room for one fact only; of others the first.
TELLING = {ASSIGNED: "譲受人"}


def state_of(part: Holding) -> str:
    """As lists say it: of a claim that the company gave away, that it did."""
    return "譲渡済" if part.role == Holding.Role.FORMER else part.get_state_display()


def moments(history: Sequence[Told], claim: Claim, today: date) -> list[Moment]:
    """What was, then today, then what is to come. `claim`: as the company may see it, with its state."""
    past = [_moment(list(told)) for _, told in groupby(_paired(history), key=lambda one: (one.on, one.name))]
    coming = _coming(claim)
    if not coming:
        return past
    # After the cut-off the day of a record is the next business day's, and it stands all the same.
    before = [one for one in past if one.on <= today]
    return [*before, Moment(today, "本日", tone=Tone.TODAY), *past[len(before) :], *coming]


def _paired(history: Sequence[Told]) -> list[Told]:
    """譲渡保証 comes with its 譲渡: one moment."""
    found: list[Told] = []
    for told in history:
        before = found[-1] if found else None
        if before and told.name == GUARANTEED and (before.name, before.on) == (ASSIGNED, told.on):
            found[-1] = Told(before.on, f"{ASSIGNED}・{GUARANTEED}", before.facts)
        else:
            found.append(told)
    return found


def _moment(told: Sequence[Told]) -> Moment:
    """Records of one kind on one day are one moment."""
    first = told[0]
    tone = Tone.STOPPED if first.name == DEFAULTED else Tone.DONE
    if len(told) > 1:
        return Moment(first.on, f"{first.name}（{len(told)}件）", tone=tone)
    return Moment(first.on, first.name, _detail(first), tone)


def _detail(told: Told) -> str:
    wanted = next((label for name, label in TELLING.items() if told.name.startswith(name)), "")
    facts = [fact for fact in told.facts if fact[0] == wanted] or told.facts[:1]
    return "　".join(" ".join(fact) for fact in facts)


def _coming(claim: Claim) -> list[Moment]:
    if claim.state not in (State.RESERVED, State.RECORDED):
        return []
    due = Moment(claim.due_on, "支払期日", tone=Tone.COMING)
    if claim.state == State.RESERVED and claim.pk:
        return [Moment(claim.held_since, "記録の予約", tone=Tone.COMING), due]
    return [due]


def family(company_id: int, record_number: str) -> list[Relative]:
    """原債権 above the claim, the claim, and what was divided off below it, in the order of a tree.

    A link of which the company has no part is not there, nor what lies behind it. At most FAMILY_MAX,
    and one more if there is more.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, {"company": company_id, "number": record_number, "most": FAMILY_MAX + 1})
        found: list[tuple[int, int]] = cursor.fetchall()
    parts: dict[int, Holding] = {}
    order = list(Holding.Role)
    for part in holdings_of(company_id).filter(claim__in=[claim_id for claim_id, _ in found]):
        known = parts.get(part.claim_id)
        if known is None or order.index(Holding.Role(part.role)) < order.index(Holding.Role(known.role)):
            parts[part.claim_id] = part
    return [Relative(parts[claim_id], depth) for claim_id, depth in found]


_FAMILY = """
WITH RECURSIVE above (id, parent_id, depth) AS (
    SELECT c.id, c.parent_id, 0 FROM claims_claim c WHERE c.record_number = %(number)s
        AND EXISTS (SELECT FROM claims_holding h WHERE h.claim_id = c.id AND h.company_id = %(company)s)
    UNION ALL
    SELECT c.id, c.parent_id, a.depth - 1 FROM above a JOIN claims_claim c ON c.id = a.parent_id
    WHERE EXISTS (SELECT FROM claims_holding h WHERE h.claim_id = c.id AND h.company_id = %(company)s)
), below (id, depth, path) AS (
    SELECT id, 0, ARRAY[]::bigint[] FROM above WHERE depth = 0
    UNION ALL
    SELECT c.id, b.depth + 1, b.path || c.id FROM below b JOIN claims_claim c ON c.parent_id = b.id
    WHERE EXISTS (SELECT FROM claims_holding h WHERE h.claim_id = c.id AND h.company_id = %(company)s)
)
(SELECT id, depth FROM above WHERE depth < 0 ORDER BY depth)
UNION ALL
(SELECT id, depth FROM below ORDER BY path)
LIMIT %(most)s
"""
