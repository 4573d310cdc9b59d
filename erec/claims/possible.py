"""What a company may still do with a claim, and until when: the claim's page offers it.

The rules are those of `checks`: what is offered here is what a request would be allowed today.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Company
from erec.claims import checks, windows
from erec.claims.desk import holder_of, obligor_of
from erec.claims.instructions import (
    Account,
    Accrual,
    Assignment,
    Cancellation,
    Cause,
    Change,
    Guarantee,
    Instruction,
    Party,
    Payment,
)
from erec.claims.models import Claim
from erec.formats import bank_calendar
from erec.parameters import table
from erec.parameters.business_day import Today, cut_off_on

NOBODY = Party(0, "", "", Account("", "", "", ""))  # whom to assign to is not chosen yet
OVER = (Claim.State.SETTLED, Claim.State.CANCELLED)
NOT_DUE = (Claim.State.RECORDED, Claim.State.RESERVED)
# Why something cannot be done with the claim now. That it is over, the page says anyway.
TOLD = frozenset(
    {
        "already_reserved",
        "circle",
        "more_records",
        "objection",
        "paid_in_part",
        "restricted",
        "too_near_due",
        "too_soon_after_due",
    }
)


@dataclass(frozen=True)
class Possible:
    """An act that may be requested until then (None: it has no last day), or the sentence why it may not.

    `type_code` and `business` are the request's.
    """

    name: str
    type_code: str
    business: str
    until: datetime | None
    why_not: str = ""

    @property
    def is_open(self) -> bool:
        return not self.why_not


CANCELLATIONS = (
    (Accrual.kind, "発生記録の取消", "cancel_accrual", "accrual"),
    (Assignment.kind, "譲渡記録の取消", "cancel_assignment", "assignment"),
)


def possible(claim: Claim, company_id: int, today: Today) -> list[Possible]:
    """In the order of use: 譲渡 first, then the other requests, then what takes back.

    A claim that the company may see in part only (`access.claim_for`) has no key: it has left, or is to come.
    """
    return [
        *_assignment(claim, company_id, today),
        *_financing(claim, company_id, today),
        *(_others(claim, company_id, today) if claim.pk else ()),
        *_cancellations(claim, company_id, today),
    ]


def _assignment(claim: Claim, company_id: int, today: Today) -> Iterator[Possible]:
    if claim.holder_id != company_id or claim.state in OVER:
        return
    on = max(windows.record_dates(today).first, claim.accrued_on)
    holder = Party(claim.holder_id, claim.holder_number, claim.holder_name, NOBODY.account)
    defaulted = claim.state == Claim.State.DEFAULTED
    asked = Assignment(claim.record_number, holder, NOBODY, on, with_guarantee=not defaulted)
    found = checks.problems(asked, today)
    if not found:
        until = None if defaulted else cut_off_on(windows.last_assignment_day(claim.due_on))
        yield Possible("譲渡", "assignment", "assignment", until)
    elif found[0].code in TOLD:
        yield Possible("譲渡", "assignment", "assignment", None, found[0].sentence)


FINANCING = (("割引", "discount"), ("譲渡担保", "collateral"))


def _financing(claim: Claim, company_id: int, today: Today) -> Iterator[Possible]:
    """Where there is an institution to apply to, as long as it can answer before the last day of 譲渡."""
    bank = Company.objects.filter(is_institution=True).first()
    if bank is None or claim.holder_id != company_id or claim.paid_yen or claim.state not in NOT_DUE:
        return
    days = table.value("financing_answer_days")
    until = cut_off_on(bank_calendar.before(windows.last_assignment_day(claim.due_on), days))
    on = max(bank_calendar.after(today.date, days), claim.accrued_on)
    institution = Party(bank.pk, bank.user_number, bank.name, NOBODY.account)
    asked = Assignment(claim.record_number, holder_of(claim), institution, on)
    if today.moment < until and not checks.problems(asked, today):
        for name, type_code in FINANCING:
            yield Possible(name, type_code, "financing", until)


def _others(claim: Claim, company_id: int, today: Today) -> Iterator[Possible]:
    on = windows.record_dates(today).first
    number, holder, obligor = claim.record_number, holder_of(claim), obligor_of(claim)
    if company_id == claim.holder_id:
        asked = Guarantee(number, holder, NOBODY, on)
        yield from _other("保証記録", "guarantee", asked, today, windows.guarantee_until(claim.due_on))
    if company_id in (claim.holder_id, claim.obligor_id):
        own, other = (holder, obligor) if company_id == claim.holder_id else (obligor, holder)
        change = Change(number, own, other, on, delete=True)  # the change that needs no value
        yield from _other("変更記録", "change", change, today, windows.change_until(claim.due_on))
    yield from _payments(claim, company_id, today)


def _other(
    name: str, type_code: str, asked: Instruction, today: Today, until: datetime | None
) -> Iterator[Possible]:
    found = checks.problems(asked, today)
    if not found:
        yield Possible(name, type_code, "other", until)
    elif found[0].code in TOLD:
        yield Possible(name, type_code, "other", None, found[0].sentence)


def _payments(claim: Claim, company_id: int, today: Today) -> Iterator[Possible]:
    """To whom the company may say that it paid: the first that is owed something by it. And what it got."""
    recourses = claim.recourses.order_by("order").values_list("company_id", flat=True)
    payees = {claim.holder_id: holder_of(claim)} | {
        party.company_id: party for party in _guarantors(claim) if party.company_id in recourses
    }
    own = _payer(claim, company_id)
    if own:
        name, code = "支払等記録（支払を行った）", "payment_by_payer"
        offers = [_payment(claim, own, payee, name, code, today) for payee in payees.values()]
        yield from next((offer for offer in offers if offer), [])
    if company_id in payees:
        name, code = "支払等記録（支払を受けた）", "payment_by_payee"
        yield from _payment(claim, obligor_of(claim), payees[company_id], name, code, today)


def _payment(
    claim: Claim, payer: Party, payee: Party, name: str, type_code: str, today: Today
) -> list[Possible]:
    cause = Cause.MERGER if payer.company_id == payee.company_id else Cause.PERFORMANCE
    asked = Payment(
        claim.record_number,
        payer,
        payee,
        checks.open_yen(claim, payee.company_id),
        cause,
        paid_on=today.date,
        record_on=windows.record_dates(today).first,
        by_payer=type_code == "payment_by_payer",
    )
    before_due = claim.state == Claim.State.RECORDED and payee.company_id == claim.holder_id
    until = windows.payment_until(claim.due_on) if before_due else None
    return list(_other(name, type_code, asked, today, until))


def _payer(claim: Claim, company_id: int) -> Party | None:
    """The company as debtor or guarantor."""
    if company_id == claim.obligor_id:
        return obligor_of(claim)
    return next((party for party in _guarantors(claim) if party.company_id == company_id), None)


def _guarantors(claim: Claim) -> list[Party]:
    return [
        Party(g.company_id, g.user_number, g.name, Account.parse(g.account))
        for g in claim.guarantors.order_by("order")
    ]


def _cancellations(claim: Claim, company_id: int, today: Today) -> Iterator[Possible]:
    for of, name, type_code, business in CANCELLATIONS:
        asked = Cancellation(claim.record_number, of, company_id)
        if not checks.problems(asked, today):
            yield Possible(name, type_code, business, checks.cancel_until(asked))
