"""Orders: taken once by their key, answered once, refused without a trace in the book."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from erec.claims import orders
from erec.claims.instructions import Cancellation
from erec.claims.models import Claim, Holding, Order, RecordEvent
from erec.claims.orders import OtherInstruction
from erec.claims.registrar import Answer, refused
from erec.notices.models import Notice
from erec.trail.models import Outbox
from tests import cast
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db


class LaterRegistrar:
    """Takes orders and says nothing yet."""

    def submit(self, placed: Any, *, at: Any) -> None:
        pass


@pytest.fixture
def later(settings: Any) -> None:
    settings.REGISTRAR = f"{__name__}.LaterRegistrar"


def book() -> tuple[int, ...]:
    """How much there is of everything that an order can make."""
    return tuple(m._default_manager.count() for m in (Claim, Holding, RecordEvent, Notice, Outbox))


def test_an_order_for_today_is_recorded_at_once() -> None:
    obligor, obligee = c.party(), c.party()
    placed = c.order(c.accrual(obligor, obligee), by=obligor, key="request-1")
    claim = Claim.objects.get()
    assert (placed.state, placed.record_number, placed.claim_number, placed.effective_on, placed.error) == (
        Order.State.RECORDED,
        claim.record_number,
        claim.record_number,
        c.TODAY,
        "",
    )
    assert (placed.placed_at, placed.answered_at, placed.collected_at) == (cast.AT, cast.AT, None)


def test_the_same_key_again_gives_the_same_order_and_no_second_claim() -> None:
    obligor, obligee = c.party(), c.party()
    instruction = c.accrual(obligor, obligee)
    first = c.order(instruction, by=obligor, key="request-1")
    before = book()
    again = c.order(instruction, by=obligor, key="request-1")
    assert (again.pk, again.record_number) == (first.pk, first.record_number)
    assert book() == before


def test_a_key_that_stands_for_another_instruction_is_an_error_and_orders_nothing() -> None:
    obligor, obligee = c.party(), c.party()
    c.order(c.accrual(obligor, obligee, 1000), by=obligor, key="request-1")
    before = book()
    asked = [("request-2", c.accrual(obligor, obligee)), ("request-1", c.accrual(obligor, obligee, 1001))]
    with pytest.raises(OtherInstruction):
        orders.place_many(asked, company_id=obligor.company_id, request_no="request-1", at=cast.AT)
    assert book() == before
    assert Order.objects.count() == 1


@pytest.mark.parametrize("changed", ["company", "request"])
def test_a_key_belongs_to_one_company_and_one_request(changed: str) -> None:
    obligor, obligee = c.party(), c.party()
    instruction = c.accrual(obligor, obligee)
    c.order(instruction, by=obligor, key="request-1")
    company_id = obligee.company_id if changed == "company" else obligor.company_id
    request_no = "other" if changed == "request" else "request-1"
    with pytest.raises(OtherInstruction):
        orders.place("request-1", instruction, company_id=company_id, request_no=request_no, at=cast.AT)
    assert Claim.objects.count() == 1


def test_a_refused_order_says_why_and_leaves_nothing_in_the_book() -> None:
    obligor, obligee, stranger = c.party(), c.party(), c.party()
    claim = c.claim(obligor, obligee)
    before = book()
    placed = c.assign(claim.record_number, stranger, obligor)
    assert placed.state == Order.State.REFUSED
    assert placed.error == (
        "この記録番号の債権は、譲渡できる債権の中にありません。記録番号を確かめてください。"
    )
    assert (placed.record_number, placed.effective_on) == ("", None)
    assert book() == before


def test_one_refused_line_hinders_none_of_the_others() -> None:
    obligor, obligee = c.party(), c.party()
    amounts = [1000, 0, 3000]
    placed = orders.place_many(
        [(f"line-{n}", c.accrual(obligor, obligee, yen)) for n, yen in enumerate(amounts)],
        company_id=obligor.company_id,
        request_no="1",
        at=cast.AT,
    )
    assert [order.state for order in placed] == ["recorded", "refused", "recorded"]
    assert list(Claim.objects.order_by("pk").values_list("amount_yen", flat=True)) == [1000, 3000]


def test_lines_about_one_claim_see_what_came_before_them() -> None:
    obligor, obligee, assignee = c.party(), c.party(), c.party()
    claim = c.claim(obligor, obligee, 1000)
    placed = orders.place_many(
        [(f"line-{n}", c.assignment(claim.record_number, obligee, assignee, 600)) for n in range(2)],
        company_id=obligee.company_id,
        request_no="1",
        at=cast.AT,
    )
    assert [order.state for order in placed] == ["recorded", "refused"]
    assert placed[1].error.startswith("譲渡する金額は、債権金額の400円より小さくしてください。")
    claim.refresh_from_db()
    assert claim.amount_yen == 400


def test_many_lines_take_no_more_statements_than_few() -> None:
    obligor, obligees = c.party(), [c.party() for _ in range(3)]

    def statements(lines: int) -> int:
        asked = [(f"{lines}-{n}", c.accrual(obligor, obligees[n % 3])) for n in range(lines)]
        with CaptureQueriesContext(connection) as queries:
            orders.place_many(asked, company_id=obligor.company_id, request_no="1", at=cast.AT)
        return len(queries)

    statements(1)  # makes the business date
    assert statements(60) == statements(3)


def test_a_registrar_that_answers_later_leaves_the_order_open(later: None) -> None:
    obligor, obligee = c.party(), c.party()
    placed = c.order(c.accrual(obligor, obligee), by=obligor, key="request-1")
    assert (placed.state, placed.answered_at) == (Order.State.PLACED, None)
    assert list(orders.uncollected()) == []
    answer = Answer(Order.State.RECORDED, "T0000000100000000001", c.TODAY)
    assert orders.answer("request-1", answer, at=cast.AT).state == Order.State.RECORDED
    assert [order.key for order in orders.uncollected()] == ["request-1"]


def test_the_same_answer_again_changes_nothing_and_another_one_is_an_error(later: None) -> None:
    obligor, obligee = c.party(), c.party()
    c.order(c.accrual(obligor, obligee), by=obligor, key="request-1")
    orders.answer("request-1", refused("記録できません。"), at=cast.AT)
    orders.mark_collected(orders.uncollected(), cast.AT)
    again = orders.answer("request-1", refused("記録できません。"), at=cast.Clock().forward(hours=1))
    assert (again.answered_at, again.collected_at) == (cast.AT, cast.AT)
    with pytest.raises(OtherInstruction):
        orders.answer("request-1", Answer(Order.State.RECORDED, "T0000000100000000001", c.TODAY), at=cast.AT)
    assert Order.objects.get().state == Order.State.REFUSED


def test_an_answer_to_no_order_is_an_error() -> None:
    with pytest.raises(Order.DoesNotExist):
        orders.answer("nothing", refused("記録できません。"), at=cast.AT)


def test_a_reservation_that_is_cancelled_has_a_new_answer_to_collect() -> None:
    obligor, obligee = c.party(), c.party()
    reserved = c.order(c.accrual(obligor, obligee, record_on=c.LATER), by=obligor, key="reserve")
    orders.mark_collected([reserved], cast.AT)
    cancelled = c.order(Cancellation(reserved.record_number, "accrual", obligor.company_id), by=obligor)
    orders.mark_collected([cancelled], cast.AT)
    (uncollected,) = orders.uncollected()
    assert (uncollected.key, uncollected.state) == ("reserve", Order.State.CANCELLED)


@pytest.mark.django_db(transaction=True)
def test_the_same_key_from_many_threads_is_one_order_and_one_claim() -> None:
    obligor, obligee = c.party(), c.party()
    instruction = c.accrual(obligor, obligee)
    numbers: list[str] = []

    def place() -> None:
        try:
            numbers.append(c.order(instruction, by=obligor, key="request-1").record_number)
        finally:
            connection.close()

    run(place, times=6)
    claim = Claim.objects.get()
    assert numbers == [claim.record_number] * 6
    assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_assignments_of_one_claim_at_once_one_wins() -> None:
    obligor, obligee, takers = c.party(), c.party(), [c.party() for _ in range(4)]
    number = c.claim(obligor, obligee).record_number
    waiting = list(takers)
    placed: list[Order] = []

    def assign() -> None:
        try:
            placed.append(c.assign(number, obligee, waiting.pop()))
        finally:
            connection.close()

    run(assign, times=4)
    assert sorted(order.state for order in placed) == ["recorded", "refused", "refused", "refused"]
    (winner,) = [order for order in placed if order.state == Order.State.RECORDED]
    assert Claim.objects.get().holder_id == winner.instruction["assignee"]["company_id"]
    assert RecordEvent.objects.filter(kind="assignment").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_one_payment_that_both_companies_record_at_once_one_is_taken() -> None:
    """Each saw 1,000,000 yen open: whoever comes second finds less."""
    obligor, obligee = c.party(), c.party()
    number = c.claim(obligor, obligee).record_number
    sides = [True, False]
    placed: list[Order] = []

    def pay() -> None:
        try:
            by_payer = sides.pop()
            asked = c.payment(number, obligor, obligee, 400_000, by_payer=by_payer, seen_yen=1_000_000)
            placed.append(c.order(asked, by=obligor if by_payer else obligee))
        finally:
            connection.close()

    run(pay, times=2)
    assert sorted(order.state for order in placed) == ["recorded", "refused"]
    (refused,) = [order for order in placed if order.state == Order.State.REFUSED]
    assert "1,000,000円から600,000円に変わりました" in refused.error
    assert Claim.objects.get().paid_yen == 400_000
    assert RecordEvent.objects.filter(kind="payment").count() == 1


def run(act: Any, *, times: int) -> None:
    threads = [threading.Thread(target=act) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
