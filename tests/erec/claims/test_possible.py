"""What the claim's page offers: what `checks` would allow today, with its end."""

from datetime import date, datetime

import pytest

from erec.claims.access import claim_for
from erec.claims.instructions import Party
from erec.claims.possible import possible
from erec.parameters.business_day import Today, cut_off_on
from tests import cast
from tests.erec.claims.cast_claims import (
    LATER,
    TODAY,
    assign,
    claim,
    guarantee,
    party,
    payment,
    recorded,
)

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
        ("guarantee", until("2027-02-25")),
        ("change", until("2027-02-16")),
        ("payment_by_payee", until("2027-02-22")),
        ("cancel_accrual", until("2026-11-27")),
    ]
    assert offered(number, obligor) == [
        ("change", until("2027-02-16")),
        ("payment_by_payer", until("2027-02-22")),
    ]


def test_the_offers_end_with_their_windows(obligor: Party, obligee: Party) -> None:
    number = claim(obligor, obligee).record_number
    others = ["guarantee", "change", "payment_by_payee"]
    assert [code for code, _ in offered(number, obligee, date(2026, 11, 27))] == [
        "assignment",
        *others,
        "cancel_accrual",
    ]
    assert [code for code, _ in offered(number, obligee, date(2026, 11, 30))] == ["assignment", *others]
    assert offered(number, obligee, date(2027, 2, 24)) == [
        ("assignment", None),
        ("guarantee", until("2027-02-25")),
        ("change", None),
        ("payment_by_payee", None),
    ]
    assert {code for code, end in offered(number, obligee, date(2027, 2, 26)) if end} == set()


def test_a_restricted_claim_says_why_it_cannot_be_assigned(obligor: Party, obligee: Party) -> None:
    number = claim(obligor, obligee, restricted=True).record_number
    assignment, *_ = possible(
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
    assert offered(number, obligee) == [("payment_by_payer", until("2027-02-22"))]


def test_after_an_assignment_a_change_is_done_on_paper(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    number = claim(obligor, obligee).record_number
    assign(number, obligee, assignee)
    for company in (assignee, obligor):
        found = possible(
            claim_for(company.company_id, number), company.company_id, Today(TODAY, cast.AT, True)
        )
        (change,) = [act for act in found if act.type_code == "change"]
        assert change.until is None
        assert change.why_not.startswith("この債権には、発生記録のほかに記録")


def test_who_has_left_or_is_to_come_is_offered_nothing_of_it(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    number = claim(obligor, obligee).record_number
    assign(number, obligee, assignee, with_guarantee=False)
    assert offered(number, obligee) == []
    second = claim(obligor, obligee).record_number
    assign(second, obligee, assignee, record_on=LATER)
    assert offered(second, assignee) == [("cancel_assignment", until("2026-11-26"))]


def test_a_guarantor_who_paid_may_say_that_he_was_paid_back(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    """And who stands before him that he paid; both without an end."""
    number, second = claim(obligor, obligee).record_number, party()
    assign(number, obligee, assignee)
    recorded(guarantee(number, assignee, second))
    recorded(payment(number, second, assignee, 1_000_000))
    assert offered(number, second) == [("payment_by_payee", None)]
    assert offered(number, obligee) == [("payment_by_payer", None)]
    assert offered(number, obligor) == [("payment_by_payer", None)]
    assert offered(number, assignee) == []
    recorded(payment(number, obligor, second, 1_000_000))
    assert [offered(number, company) for company in (second, obligee, obligor)] == [[], [], []]


def test_a_debtor_who_became_creditor_is_offered_to_have_it_merged(obligor: Party, obligee: Party) -> None:
    number = claim(obligor, obligee).record_number
    assign(number, obligee, obligor)
    assert ("payment_by_payee", until("2027-02-22")) in offered(number, obligor)
    assert "payment_by_payer" not in [code for code, _ in offered(number, obligor)]


def test_a_moment_after_the_cut_off_is_too_late(obligor: Party, obligee: Party) -> None:
    number = claim(obligor, obligee).record_number
    at = until("2026-11-27")
    found = possible(
        claim_for(obligee.company_id, number), obligee.company_id, Today(date(2026, 11, 27), at, False)
    )
    assert "cancel_accrual" not in [act.type_code for act in found]
    assert "assignment" in [act.type_code for act in found]
