"""A process that dies at any statement of any action leaves all of it or nothing, and the retry succeeds."""

from collections.abc import Callable
from datetime import date

import pytest

from erec.claims.models import Claim
from erec.partners.policy import Area
from erec.workflow import runs
from erec.workflow.actions import deciding, entering
from erec.workflow.models import Demand, Request
from erec.workflow.types import TYPES
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.workflow.cast_designation import chooses, designation, takes
from tests.erec.workflow.cast_financing import bank, collateral, discount
from tests.erec.workflow.cast_masters import content_of, of_rights, office
from tests.erec.workflow.cast_workflow import (
    Trader,
    accrual,
    accrued,
    answer,
    approved,
    assignment,
    batch,
    by,
    cancellation,
    change,
    guarantee,
    payment,
    submitted,
    trader,
    typed,
    withdrawal,
)

pytestmark = pytest.mark.django_db

APPS = ("accounts", "members", "partners", "notices", "claims", "financing", "workflow", "trail")
LATER = date(2026, 11, 27)


def demanded(obligee: Trader, obligor: Trader) -> Demand:
    approved(obligee, "accrual_by_obligee", accrual(obligee, obligor))
    return Demand.objects.get(company=obligor.company)


# By type code: a content that is right, its maker's company, after whatever it needs was prepared.
def of_accrual_by_obligor(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    return a, accrual(a, b, b)


def of_accrual_by_obligee(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    return b, accrual(b, a, a)


def of_assignment(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    return b, assignment(trader(), (accrued(a, b), 400_000), (accrued(a, b), None))


def of_batch(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    whole = assignment(trader(), (accrued(a, b), None))
    return b, batch(("accrual_by_obligor", accrual(b, a)), ("assignment", whole))


def of_cancel_accrual(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    return b, cancellation(accrued(a, b))


def of_cancel_assignment(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    request = approved(b, "assignment", assignment(c := trader(), (accrued(a, b), 400_000)))
    return c, cancellation(request.lines.get().record_number)


def of_answer(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    return a, answer(demanded(b, a))


def of_withdrawal(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    demand = demanded(b, a)
    return b, withdrawal(demand.line)


def of_discount(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    bank()
    return b, discount(b, (accrued(a, b), 400_000), (accrued(a, b, restricted=True), None))


def of_collateral(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    bank()
    return b, collateral(b, (accrued(a, b), None))


def of_withdrawal_financing(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    bank()
    request = approved(b, "discount", discount(b, (accrued(a, b), None)))
    return b, withdrawal(request.lines.get())


def of_designation(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    chooses(a.company)
    takes(a, b, Area.CHANGE)
    return a, designation((b, [Area.ASSIGNMENT]), (trader(), [Area.CHANGE]))


def of_masters(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    here = office()
    return Trader(here.company, here.first, here.second), content_of(of_rights(here), here.first)


def of_guarantee(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    return b, guarantee(trader(), accrued(a, b))


def of_change(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    return b, change(accrued(a, b), due_on="2027-02-26", restricted=True)


def of_payment_by_payer(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    return a, payment(accrued(a, b), 400_000)


def of_payment_by_payee(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    return b, payment(accrued(a, b), 1_000_000)


def of_answer_other(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    approved(b, "guarantee", guarantee(c := trader(), accrued(a, b)))
    return c, answer(Demand.objects.get(company=c.company))


def of_withdrawal_other(a: Trader, b: Trader) -> tuple[Trader, dict[str, object]]:
    request = approved(a, "payment_by_payer", payment(accrued(a, b), 1))
    return a, withdrawal(request.lines.get())


PREPARED: dict[str, Callable[[Trader, Trader], tuple[Trader, dict[str, object]]]] = {
    "accrual_by_obligor": of_accrual_by_obligor,
    "accrual_by_obligee": of_accrual_by_obligee,
    "assignment": of_assignment,
    "batch": of_batch,
    "cancel_accrual": of_cancel_accrual,
    "cancel_assignment": of_cancel_assignment,
    "answer": of_answer,
    "withdrawal": of_withdrawal,
    "guarantee": of_guarantee,
    "change": of_change,
    "payment_by_payer": of_payment_by_payer,
    "payment_by_payee": of_payment_by_payee,
    "answer_other": of_answer_other,
    "withdrawal_other": of_withdrawal_other,
    "masters": of_masters,
    "designation": of_designation,
    "discount": of_discount,
    "collateral": of_collateral,
    "withdrawal_financing": of_withdrawal_financing,
}


def test_every_business_type_is_covered() -> None:
    assert set(PREPARED) == set(TYPES)


@pytest.mark.parametrize("code", PREPARED)
def test_a_death_while_entering(code: str) -> None:
    own, content = PREPARED[code](trader(), trader())
    entry = typed(code, content)
    deaths = every_death_leaves_nothing(lambda: entering.submit(entry, **by(own.maker)), *APPS)
    assert deaths > 5
    again = entering.submit(entry, **by(own.maker))
    assert (again.version, again.state) == (1, "awaiting_approval")


@pytest.mark.parametrize("code", PREPARED)
def test_a_death_while_approving(code: str) -> None:
    own, content = PREPARED[code](trader(), trader())
    request = submitted(own, code, content)
    act = lambda: deciding.approve(request.request_no, 1, **by(own.checker))  # noqa: E731
    assert every_death_leaves_nothing(act, *APPS) > 5
    request.refresh_from_db()
    assert request.state in ("recorded", "awaiting_consent", "done")


@pytest.mark.parametrize(
    "move",
    [
        lambda a, r: entering.pull_back(r.request_no, 1, **by(a.maker)),
        lambda a, r: entering.delete(r.request_no, 1, **by(a.maker)),
        lambda a, r: deciding.send_back(r.request_no, 1, comment="直してください", **by(a.checker)),
    ],
    ids=["pull_back", "delete", "send_back"],
)
def test_a_death_while_moving(move: Callable[[Trader, Request], object]) -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    assert every_death_leaves_nothing(lambda: move(a, request), *APPS) > 2


def test_a_death_while_saving_a_draft() -> None:
    a, b = trader(), trader()
    entry = typed("accrual_by_obligor", accrual(a, b))
    assert every_death_leaves_nothing(lambda: entering.save_draft(entry, **by(a.maker)), *APPS) > 2


def test_a_death_while_lapsing() -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    assert request.deadline_at is not None
    until = request.deadline_at
    act = lambda: runs.lapse_requests(until, cast.AT, cast.ORIGIN)  # noqa: E731
    assert every_death_leaves_nothing(act, *APPS) > 2
    demand = demanded(b, a)
    act = lambda: runs.lapse_demands(demand.answer_until, cast.AT)  # noqa: E731
    assert every_death_leaves_nothing(act, *APPS) > 2
    demand.refresh_from_db()
    request.refresh_from_db()
    assert (request.state, demand.state) == ("lapsed", "lapsed")


def test_a_death_while_collecting_an_answer() -> None:
    a, b = trader(), trader()
    number = accrued(a, b, record_on=LATER)
    assert Claim.objects.get(record_number=number).state == "reserved"
    approved(b, "cancel_accrual", cancellation(number))
    assert every_death_leaves_nothing(lambda: runs.collect(cast.AT), *APPS) > 2
    assert Request.objects.get(company=a.company).state == "cancelled"
