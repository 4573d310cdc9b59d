"""The money of an application: the proceeds once its claims are assigned, and what repays a loan.

Each payment has a key, so it happens once whatever dies or is repeated. Locks: the application, then claims,
then balances. Interest is settled apart from this service (inferred): a loan is its principal here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.origin import Origin, tell
from erec.claims import orders, settlement, windows
from erec.claims.instructions import Account, Assignment, Instruction, Party
from erec.claims.models import Claim, Order
from erec.claims.one_by_one import one_by_one
from erec.claims.settlement import NotCovered
from erec.financing import access, institution, policy, telling
from erec.financing.actions import note
from erec.financing.errors import NotEnough, NothingOwed
from erec.financing.models import Application, ApplicationLine, Step
from erec.parameters import business_day
from erec.parameters.business_day import Today
from erec.trail.events import Event

State = Application.State
LineState = ApplicationLine.State
What = Step.What
EARLY = "期日前の返済"  # in its step, what tells the company's own payment from its debtors'


@dataclass
class Repaid:
    """What a repayment did: which claims went back to the company, and which could not."""

    application: Application
    amount_yen: int
    returned: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def pay_out(on: date, at: datetime) -> int:
    """The proceeds of applications whose claims are all assigned or out; how many."""
    waiting = Application.objects.filter(state=State.ASSIGNED).order_by("pk")
    return one_by_one(waiting.values_list("application_no", flat=True), lambda no: _pay_out(no, on, at))


def _pay_out(application_no: str, on: date, at: datetime) -> bool:
    application = access.locked(application_no)
    if application.state != State.ASSIGNED:
        return False
    lines = list(application.lines.filter(state=LineState.ASSIGNED))
    amount_yen = sum(line.proceeds_yen for line in lines)
    _transfer(application, "proceeds", institution.party(), company_party(application), amount_yen, at)
    application.state, application.paid_yen, application.paid_on = State.EXECUTED, amount_yen, on
    if application.is_collateral:
        application.owed_yen = sum(line.granted_yen for line in lines)
    application.save(update_fields=["state", "paid_yen", "paid_on", "owed_yen"])
    note(application, What.EXECUTED, at, amount_yen)
    telling.executed(application, at)
    return True


def take_in(at: datetime) -> int:
    """What debtors paid for claims that secure a loan goes into it; how many claims."""
    settled = Claim.objects.filter(record_number=OuterRef("record_number"), state=Claim.State.SETTLED)
    lines = ApplicationLine.objects.filter(
        Exists(settled),
        state=LineState.ASSIGNED,
        application__kind=Application.Kind.COLLATERAL,
        application__state__in=policy.PAID,
    ).order_by("pk")
    found: Iterable[tuple[int, str]] = lines.values_list("pk", "application__application_no")
    return one_by_one(found, lambda row: _take_in(*row, at))


def _take_in(line_id: int, application_no: str, at: datetime) -> bool:
    today = business_day.today(at)
    application = access.locked(application_no)
    line = application.lines.get(pk=line_id)
    if line.state != LineState.ASSIGNED:
        return False
    _move(line, LineState.SETTLED)
    repaid_yen = min(application.owed_yen, line.amount_yen)
    excess_yen = line.amount_yen - repaid_yen
    if repaid_yen:
        _reduce(application, repaid_yen, line.record_number, f"債権{line.record_number}の決済", at)
        if not application.owed_yen:
            _give_back(application, today)
    if excess_yen:
        key = f"excess:{line.number}"
        _transfer(application, key, institution.party(), company_party(application), excess_yen, at)
        note(application, What.EXCESS, at, excess_yen, line.record_number)
        telling.excess(application, line.record_number, excess_yen, at)
    return True


@transaction.atomic
def repay(application_no: str, *, at: datetime, origin: Origin) -> Repaid:
    """The company repays its loan early from its account, and its claims come back to it.

    A claim that cannot be assigned now (too near its due date) stays: what its debtor pays goes to the
    company. Raises Application.DoesNotExist, NothingOwed, NotEnough with nothing changed.
    """
    today = business_day.today(at)
    application = access.locked(application_no)
    if not application.is_collateral or application.state not in policy.PAID:
        raise NothingOwed
    owed_yen = application.owed_yen
    done = Repaid(application, owed_yen, *_give_back(application, today))
    if owed_yen:
        _transfer(application, "repaid", company_party(application), institution.party(), owed_yen, at)
        _reduce(application, owed_yen, "early", EARLY, at)
    tell(
        Event.FINANCING_REPAID,
        at=at,
        origin=origin,
        acting_user=None,
        company_id=institution.party().company_id,
        target=application_no,
        amount_yen=owed_yen,
        returned=len(done.returned),
    )
    return done


def company_party(application: Application) -> Party:
    company = application.company
    return Party(company.pk, company.user_number, company.name, Account.parse(application.account))


def _transfer(
    application: Application, key: str, payer: Party, payee: Party, amount_yen: int, at: datetime
) -> None:
    whole_key = f"financing:{application.application_no}:{key}"
    paid = settlement.configured().transfer(whole_key, payer, payee, amount_yen, at=at)
    if isinstance(paid, NotCovered):
        raise NotEnough(f"{payer.name}の口座（{payer.account}）の残高が足りません。何も変わっていません。")


def _reduce(application: Application, amount_yen: int, key: str, by: str, at: datetime) -> None:
    application.owed_yen -= amount_yen
    if not application.owed_yen:
        application.state = State.REPAID
    application.save(update_fields=["owed_yen", "state"])
    note(application, What.REPAID, at, amount_yen, by)
    telling.repaid(application, key, amount_yen, by, at)


def _give_back(application: Application, today: Today) -> tuple[list[str], list[str]]:
    """Assign what still secures the loan back to the company; record numbers that went, that stayed."""
    lines = list(application.lines.filter(state=LineState.ASSIGNED).order_by("number"))
    placed = _placed_back(application, lines, today) if lines else []
    returned, kept = [], []
    for line, order in zip(lines, placed, strict=True):
        if order.state == Order.State.REFUSED:
            kept.append(line.record_number)
            continue
        _move(line, LineState.RETURNED)
        note(application, What.RETURNED, today.at, line.amount_yen, line.record_number)
        returned.append(line.record_number)
    return returned, kept


def _placed_back(application: Application, lines: Sequence[ApplicationLine], today: Today) -> Sequence[Order]:
    """Without 保証: the institution answers for nobody. A day's key: what is refused may be tried later."""
    bank, company = institution.party(), company_party(application)
    record_on = windows.record_dates(today).first
    asked: list[tuple[str, Instruction]] = [
        (
            f"financing:{application.application_no}:back:{line.number}:{today.date}",
            Assignment(line.record_number, bank, company, record_on, with_guarantee=False),
        )
        for line in lines
    ]
    number = application.application_no
    placed = orders.place_many(asked, company_id=bank.company_id, request_no=number, at=today.at)
    orders.mark_collected([order for order in placed if order.state != Order.State.PLACED], today.at)
    return placed


def _move(line: ApplicationLine, to: LineState) -> None:
    line.state = to
    line.save(update_fields=["state"])
