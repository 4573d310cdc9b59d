"""What a company may still do with a claim, and until when: the claim's page offers it.

The rules are those of `checks`: what is offered here is what a request would be allowed today.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Company, SettlementAccount
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

# The other company is not chosen yet; whoever it will be may have an account that will do.
NOBODY = Party(0, "", "", Account("", "", SettlementAccount.Kind.CURRENT, ""))
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


@dataclass(frozen=True)
class _Ask:
    """What the company would ask today. `told`: if it may not, the page says why."""

    name: str
    type_code: str
    business: str
    instruction: Instruction
    until: datetime | None = None
    told: bool = True


CANCELLATIONS = (
    (Accrual.kind, "発生記録の取消", "cancel_accrual", "accrual"),
    (Assignment.kind, "譲渡記録の取消", "cancel_assignment", "assignment"),
)


def possible(claim: Claim, company_id: int, today: Today) -> list[Possible]:
    """In the order of use: 譲渡 first, then the other requests, then what takes back.

    A claim that the company may see in part only (`access.claim_for`) has no key: it has left, or is to come.
    """
    asks = [
        *_assignment(claim, company_id, today),
        *_financing(claim, company_id, today),
        *(_others(claim, company_id, today) if claim.pk else ()),
        *_cancellations(claim, company_id),
    ]
    found = checks.problems_of([ask.instruction for ask in asks], today)
    offers: dict[str, Possible] = {}
    for ask, problems in zip(asks, found, strict=True):
        offer = _offer(ask, problems)
        known = offers.get(ask.type_code)
        if offer and (known is None or (offer.is_open and not known.is_open)):
            offers[ask.type_code] = offer
    return list(offers.values())


def _offer(ask: _Ask, problems: Sequence[checks.Problem]) -> Possible | None:
    if not problems:
        asked = ask.instruction
        until = checks.cancel_until(asked) if isinstance(asked, Cancellation) else ask.until
        return Possible(ask.name, ask.type_code, ask.business, until)
    if ask.told and problems[0].code in TOLD:
        return Possible(ask.name, ask.type_code, ask.business, None, problems[0].sentence)
    return None


def _assignment(claim: Claim, company_id: int, today: Today) -> Iterator[_Ask]:
    if claim.holder_id != company_id or claim.state in OVER:
        return
    on = max(windows.record_dates(today).first, claim.accrued_on)
    defaulted = claim.state == Claim.State.DEFAULTED
    asked = Assignment(claim.record_number, holder_of(claim), NOBODY, on, with_guarantee=not defaulted)
    until = None if defaulted else cut_off_on(windows.last_assignment_day(claim.due_on))
    yield _Ask("譲渡", "assignment", "assignment", asked, until)


FINANCING = (("割引", "discount"), ("譲渡担保", "collateral"))


def _financing(claim: Claim, company_id: int, today: Today) -> Iterator[_Ask]:
    """Where there is an institution to apply to, as long as it can answer before the last day of 譲渡."""
    bank = Company.objects.filter(is_institution=True).first()
    if bank is None or claim.holder_id != company_id or claim.paid_yen or claim.state not in NOT_DUE:
        return
    days = table.value("financing_answer_days")
    until = cut_off_on(bank_calendar.before(windows.last_assignment_day(claim.due_on), days))
    on = max(bank_calendar.after(today.date, days), claim.accrued_on)
    institution = Party(bank.pk, bank.user_number, bank.name, NOBODY.account)
    asked = Assignment(claim.record_number, holder_of(claim), institution, on)
    if today.moment < until:
        for name, type_code in FINANCING:
            yield _Ask(name, type_code, "financing", asked, until, told=False)


def _others(claim: Claim, company_id: int, today: Today) -> Iterator[_Ask]:
    on = windows.record_dates(today).first
    number, holder, obligor = claim.record_number, holder_of(claim), obligor_of(claim)
    if company_id == claim.holder_id:
        asked = Guarantee(number, holder, NOBODY, on)
        yield _Ask("保証記録", "guarantee", "other", asked, windows.guarantee_until(claim.due_on))
    if company_id in (claim.holder_id, claim.obligor_id):
        own, other = (holder, obligor) if company_id == claim.holder_id else (obligor, holder)
        change = Change(number, own, other, on, delete=True)  # the change that needs no value
        yield _Ask("変更記録", "change", "other", change, windows.change_until(claim.due_on))
    yield from _payments(claim, company_id, today)


def _payments(claim: Claim, company_id: int, today: Today) -> Iterator[_Ask]:
    """That it paid, to each who may be owed something: the first that fits counts. And what it got."""
    guarantors = _guarantors(claim)
    recourses = set(claim.recourses.values_list("company_id", flat=True))
    payees = {claim.holder_id: holder_of(claim)} | {
        party.company_id: party for party in guarantors if party.company_id in recourses
    }
    owing = {party.company_id: party for party in (*guarantors, obligor_of(claim))}
    if company_id in owing:
        for payee in payees.values():
            yield _payment(claim, owing[company_id], payee, PAID, today)
    if company_id in payees:
        yield _payment(claim, obligor_of(claim), payees[company_id], RECEIVED, today)


PAID = ("支払等記録（支払を行った）", "payment_by_payer")
RECEIVED = ("支払等記録（支払を受けた）", "payment_by_payee")


def _payment(claim: Claim, payer: Party, payee: Party, act: tuple[str, str], today: Today) -> _Ask:
    name, type_code = act
    asked = Payment(
        claim.record_number,
        payer,
        payee,
        checks.open_yen(claim, payee.company_id),
        Cause.MERGER if payer.company_id == payee.company_id else Cause.PERFORMANCE,
        paid_on=today.date,
        record_on=windows.record_dates(today).first,
        by_payer=act == PAID,
    )
    before_due = claim.state == Claim.State.RECORDED and payee.company_id == claim.holder_id
    return _Ask(name, type_code, "other", asked, windows.payment_until(claim.due_on) if before_due else None)


def _guarantors(claim: Claim) -> list[Party]:
    return [
        Party(g.company_id, g.user_number, g.name, Account.parse(g.account))
        for g in claim.guarantors.order_by("order")
    ]


def _cancellations(claim: Claim, company_id: int) -> Iterator[_Ask]:
    for of, name, type_code, business in CANCELLATIONS:
        asked = Cancellation(claim.record_number, of, company_id)
        yield _Ask(name, type_code, business, asked, told=False)
