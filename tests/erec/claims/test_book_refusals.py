"""The book's own refusals, should the check before it let something through."""

from typing import Any

import pytest

from erec.claims import book
from erec.claims.instructions import Party
from erec.claims.models import Claim, Order, RecordEvent
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db


@pytest.fixture
def companies() -> tuple[Party, Party, Party]:
    return c.party(), c.party(), c.party()


@pytest.fixture(autouse=True)
def no_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(instructions: Any, today: Any, *, consented: bool) -> list[list[Any]]:
        return [[] for _ in instructions]

    monkeypatch.setattr("erec.claims.checks.problems_of", nothing)


@pytest.fixture
def claim(companies: tuple[Party, Party, Party]) -> Claim:
    return c.claim(*companies[:2], 1000)


def outcome(placed: Order) -> tuple[str, str, int]:
    """What the order was answered, and how many events the book holds: the accrual's alone."""
    return placed.state, placed.error, RecordEvent.objects.count()


def test_who_is_not_the_holder_assigns_nothing(claim: Claim, companies: tuple[Party, Party, Party]) -> None:
    obligor, _, assignee = companies
    placed = c.assign(claim.record_number, obligor, assignee)
    assert outcome(placed) == ("refused", book.NOT_HOLDER, 1)


@pytest.mark.parametrize("amount_yen", [-1, 0, 1001])
def test_no_more_is_assigned_than_there_is(
    amount_yen: int, claim: Claim, companies: tuple[Party, Party, Party]
) -> None:
    placed = c.assign(claim.record_number, companies[1], companies[2], amount_yen)
    sentence = "譲渡する金額が債権金額（1,000円）を超えているか、0円以下です。"
    assert outcome(placed) == ("refused", sentence, 1)


def test_a_claim_that_is_not_there_is_not_assigned(
    claim: Claim, companies: tuple[Party, Party, Party]
) -> None:
    assert outcome(c.assign("T0000000199999999999", companies[1], companies[2])) == (
        "refused",
        book.NO_SUCH_CLAIM,
        1,
    )


def test_a_second_reservation_is_not_taken(claim: Claim, companies: tuple[Party, Party, Party]) -> None:
    _, obligee, assignee = companies
    c.assign(claim.record_number, obligee, assignee, record_on=c.LATER)
    assert outcome(c.assign(claim.record_number, obligee, assignee, record_on=c.LATER)) == (
        "refused",
        book.RESERVED_ALREADY,
        1,
    )


def test_a_claim_is_not_assigned_before_it_arises(companies: tuple[Party, Party, Party]) -> None:
    waiting = c.claim(*companies[:2], record_on=c.LATER)
    placed = c.assign(waiting.record_number, companies[1], companies[2])
    assert placed.error == "この債権は発生の予約中です。譲渡日は発生日（2026年11月27日）以降にしてください。"
    assert RecordEvent.objects.count() == 0


def test_a_cancelled_claim_is_not_assigned(claim: Claim, companies: tuple[Party, Party, Party]) -> None:
    c.cancel(claim.record_number, "accrual", companies[1])
    placed = c.assign(claim.record_number, companies[1], companies[2])
    assert placed.error == "この債権は「取消済」のため、記録できません。"


@pytest.mark.parametrize("of", ["accrual", "assignment"])
def test_only_the_creditor_cancels_what_is_recorded(
    of: str, claim: Claim, companies: tuple[Party, Party, Party]
) -> None:
    placed = c.cancel(claim.record_number, of, companies[0])
    assert outcome(placed) == ("refused", book.NOT_PARTY, 1)


def test_a_stranger_cancels_no_reservation(companies: tuple[Party, Party, Party]) -> None:
    waiting = c.claim(*companies[:2], record_on=c.LATER)
    assert c.cancel(waiting.record_number, "accrual", companies[2]).error == book.NOT_PARTY
    assert Claim.objects.get().state == "reserved"


def test_a_reserved_accrual_that_carries_an_assignment_is_not_cancelled(
    companies: tuple[Party, Party, Party],
) -> None:
    waiting = c.claim(*companies[:2], record_on=c.LATER)
    c.assign(waiting.record_number, companies[1], companies[2], record_on=c.LATER)
    assert c.cancel(waiting.record_number, "accrual", companies[0]).error == book.RESERVED_ALREADY


def test_an_assignment_that_was_not_is_not_cancelled(
    claim: Claim, companies: tuple[Party, Party, Party]
) -> None:
    assert outcome(c.cancel(claim.record_number, "assignment", companies[1])) == (
        "refused",
        book.NOT_ASSIGNED,
        1,
    )


def test_an_accrual_that_was_divided_is_not_cancelled(
    claim: Claim, companies: tuple[Party, Party, Party]
) -> None:
    c.assign(claim.record_number, companies[1], companies[2], 400)
    assert c.cancel(claim.record_number, "accrual", companies[1]).error == book.MOVED_ON
    claim.refresh_from_db()
    assert (claim.state, claim.amount_yen) == ("recorded", 600)


def test_an_assignment_after_which_a_part_went_on_is_not_cancelled(
    claim: Claim, companies: tuple[Party, Party, Party]
) -> None:
    obligor, obligee, assignee = companies
    c.assign(claim.record_number, obligee, assignee)
    c.assign(claim.record_number, assignee, obligor, 400)
    assert c.cancel(claim.record_number, "assignment", assignee).error == book.MOVED_ON


def test_nothing_is_cancelled_under_a_reserved_assignment(
    claim: Claim, companies: tuple[Party, Party, Party]
) -> None:
    c.assign(claim.record_number, companies[1], companies[2], record_on=c.LATER)
    assert outcome(c.cancel(claim.record_number, "accrual", companies[1])) == (
        "refused",
        book.RESERVED_ALREADY,
        1,
    )
