"""What the claim's page offers: what `checks` would allow today, with its end."""

from datetime import date, datetime

import pytest

from erec.claims.access import claim_for
from erec.claims.instructions import Party
from erec.claims.possible import possible
from erec.parameters.business_day import Today, cut_off_on
from tests import cast
from tests.erec.claims.cast_claims import LATER, TODAY, assign, claim

pytestmark = pytest.mark.django_db

Offered = list[tuple[str, datetime | None]]


def offered(number: str, party: Party, on: date = TODAY) -> Offered:
    """On that day at the hour of cast.AT."""
    at = cast.AT + (on - TODAY)
    found = possible(claim_for(party.company_id, number), party.company_id, Today(on, at, True))
    return [(act.type_code, act.until) for act in found]


def until(text: str) -> datetime:
    return cut_off_on(date.fromisoformat(text))


def test_a_new_claim_s_holder_may_assign_and_cancel(obligor: Party, obligee: Party) -> None:
    number = claim(obligor, obligee).record_number
    assert offered(number, obligee) == [
        ("assignment", until("2027-02-22")),
        ("cancel_accrual", until("2026-11-27")),
    ]
    assert offered(number, obligor) == []


def test_the_offers_end_with_their_windows(obligor: Party, obligee: Party) -> None:
    number = claim(obligor, obligee).record_number
    assert [code for code, _ in offered(number, obligee, date(2026, 11, 27))] == [
        "assignment",
        "cancel_accrual",
    ]
    assert [code for code, _ in offered(number, obligee, date(2026, 11, 30))] == ["assignment"]
    assert offered(number, obligee, date(2027, 2, 24)) == [("assignment", None)]


def test_a_restricted_claim_says_why_it_cannot_be_assigned(obligor: Party, obligee: Party) -> None:
    number = claim(obligor, obligee, restricted=True).record_number
    assignment, _ = possible(
        claim_for(obligee.company_id, number), obligee.company_id, Today(TODAY, cast.AT, True)
    )
    assert assignment.until is None
    assert assignment.why_not == "譲渡制限のある債権です。金融機関以外には譲渡できません。"


def test_both_may_take_back_a_reservation_and_the_holder_may_reserve_on_it(
    obligor: Party, obligee: Party
) -> None:
    number = claim(obligor, obligee, record_on=LATER).record_number
    cancel = ("cancel_accrual", until("2026-11-26"))
    assert offered(number, obligor) == [cancel]
    assert offered(number, obligee) == [("assignment", until("2027-02-22")), cancel]


def test_an_assignment_is_the_assignee_s_to_cancel(obligor: Party, obligee: Party, assignee: Party) -> None:
    number = claim(obligor, obligee).record_number
    assert assign(number, obligee, assignee).error == ""
    assert ("cancel_assignment", until("2026-11-27")) in offered(number, assignee)
    assert offered(number, obligee) == []


def test_a_moment_after_the_cut_off_is_too_late(obligor: Party, obligee: Party) -> None:
    number = claim(obligor, obligee).record_number
    at = until("2026-11-27")
    found = possible(
        claim_for(obligee.company_id, number), obligee.company_id, Today(date(2026, 11, 27), at, False)
    )
    assert [act.type_code for act in found] == ["assignment"]
