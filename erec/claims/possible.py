"""What a company may still do with a claim, and until when: the claim's page offers it.

The rules are those of `checks`: what is offered here is what a request would be allowed today.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from erec.claims import checks, windows
from erec.claims.instructions import Account, Accrual, Assignment, Cancellation, Party
from erec.claims.models import Claim
from erec.parameters.business_day import Today, cut_off_on

NOBODY = Party(0, "", "", Account("", "", "", ""))  # whom to assign to is not chosen yet
# Why a claim that one holds cannot be assigned. That it is over, the page says anyway.
TOLD = frozenset({"already_reserved", "too_near_due", "restricted"})


@dataclass(frozen=True)
class Possible:
    """An act that may be requested until then, or the sentence why it may not.

    `type_code` and `business` are the request's.
    """

    name: str
    type_code: str
    business: str
    until: datetime | None
    why_not: str = ""


CANCELLATIONS = (
    (Accrual.kind, "発生記録の取消", "cancel_accrual", "accrual"),
    (Assignment.kind, "譲渡記録の取消", "cancel_assignment", "assignment"),
)


def possible(claim: Claim, company_id: int, today: Today) -> list[Possible]:
    """In the order of use: 譲渡 first, then what takes back."""
    return [*_assignment(claim, company_id, today), *_cancellations(claim, company_id, today)]


def _assignment(claim: Claim, company_id: int, today: Today) -> Iterator[Possible]:
    if claim.holder_id != company_id:
        return
    on = max(windows.record_dates(today).first, claim.accrued_on)
    holder = Party(claim.holder_id, claim.holder_number, claim.holder_name, NOBODY.account)
    found = checks.problems(Assignment(claim.record_number, holder, NOBODY, on), today)
    if not found:
        until = cut_off_on(windows.last_assignment_day(claim.due_on))
        yield Possible("譲渡", "assignment", "assignment", until)
    elif found[0].code in TOLD:
        yield Possible("譲渡", "assignment", "assignment", None, found[0].sentence)


def _cancellations(claim: Claim, company_id: int, today: Today) -> Iterator[Possible]:
    for of, name, type_code, business in CANCELLATIONS:
        asked = Cancellation(claim.record_number, of, company_id)
        if not checks.problems(asked, today):
            yield Possible(name, type_code, business, checks.cancel_until(asked))
