"""Rules of 変更記録 (でんさいネットFAQ 49, きらぼし銀行マニュアル6001), each refusal with its field."""

from datetime import date
from typing import Any

import pytest

from erec.claims.checks import Problem, problems, standing
from erec.claims.instructions import Party
from erec.claims.models import Claim, Sanction
from tests import cast
from tests.erec.claims.cast_checks import NOW, clock, codes, sentences
from tests.erec.claims.cast_claims import (
    LATER,
    assign,
    cancel,
    change,
    claim,
    guarantee,
    party,
    payment,
    recorded,
)

pytestmark = pytest.mark.django_db
NOT_PARTY = "この記録番号の債権は、変更できる債権の中にありません。記録番号を確かめてください。"
Codes = list[tuple[str, str]]


@pytest.fixture
def number(obligor: Party, obligee: Party) -> str:
    """Due on 2027-02-26, of 1,000,000 yen, without 譲渡制限."""
    return claim(obligor, obligee).record_number


WANTED: list[tuple[dict[str, Any], Codes]] = [
    ({"due_on": date(2027, 3, 1)}, []),
    ({"amount_yen": 999_999}, []),
    ({"restricted": True}, []),
    ({"delete": True}, []),
    ({"due_on": date(2027, 3, 1), "amount_yen": 2, "restricted": True}, []),
    # What is named but is so already is no change.
    ({"due_on": date(2027, 2, 26), "amount_yen": 999_999}, []),
    ({}, [("change", "nothing")]),
    ({"due_on": date(2027, 2, 26)}, [("change", "nothing")]),
    ({"amount_yen": 1_000_000, "restricted": False}, [("change", "nothing")]),
    ({"delete": True, "amount_yen": 1_000_000}, []),
    ({"delete": True, "amount_yen": 5}, [("change", "delete_alone")]),
    # 7 business days after 2026-11-20 (inferred), and a year
    ({"due_on": date(2026, 12, 2)}, []),
    ({"due_on": date(2026, 12, 1)}, [("due_on", "due_on_window")]),
    ({"due_on": date(2027, 11, 20)}, []),
    ({"due_on": date(2027, 11, 21)}, [("due_on", "due_on_window")]),
    ({"amount_yen": 1}, []),
    ({"amount_yen": 0}, [("amount_yen", "amount_bounds")]),
    ({"amount_yen": -5}, [("amount_yen", "amount_bounds")]),
    ({"amount_yen": 9_999_999_999}, []),
    ({"amount_yen": 10_000_000_000}, [("amount_yen", "amount_bounds")]),
    ({"record_on": date(2026, 11, 24), "amount_yen": 5}, [("record_on", "record_on_window")]),
    ({"record_on": date(2026, 11, 19), "amount_yen": 5}, [("record_on", "record_on_window")]),
]


def test_what_may_be_changed_and_how_far(
    number: str, obligor: Party, obligee: Party, subtests: pytest.Subtests
) -> None:
    for wanted, found in WANTED:
        with subtests.test(str(wanted)):
            assert codes(change(number, obligor, obligee, **wanted)) == found
            assert codes(change(number, obligee, obligor, **wanted)) == found


def test_only_debtor_and_creditor_ask_each_other(number: str, obligor: Party, obligee: Party) -> None:
    not_there = [Problem("record_number", "not_party", NOT_PARTY)]
    stranger = party()
    for requester, other in (
        (stranger, obligee),
        (obligee, stranger),
        (obligee, obligee),
        (stranger, party()),
    ):
        assert problems(change(number, requester, other, amount_yen=5), NOW) == not_there
    missing = f"{obligee.user_number}99999999999"
    assert problems(change(missing, obligee, obligor, amount_yen=5), NOW) == not_there


@pytest.mark.parametrize(
    ("moment", "record_on", "found"),
    [
        ("2027-02-16T14:59", date(2027, 2, 16), []),
        ("2027-02-16T15:00", date(2027, 2, 17), [("record_number", "too_near_due")]),
        ("2027-02-25T10:00", date(2027, 2, 25), [("record_number", "too_near_due")]),
    ],
)
def test_it_ends_seven_business_days_before_the_due_date(
    number: str, obligor: Party, obligee: Party, moment: str, record_on: date, found: Codes
) -> None:
    """25, 24, 22, 19, 18, 17 and 16 February; the 23rd is a holiday."""
    asked = change(number, obligor, obligee, record_on=record_on, restricted=True)
    assert codes(asked, clock(moment)) == found


def moved(number: str, obligee: Party, other: Party) -> None:
    assert assign(number, obligee, other).error == ""


def guaranteed(number: str, obligee: Party, other: Party) -> None:
    recorded(guarantee(number, obligee, other))


def divided(number: str, obligee: Party, other: Party) -> None:
    assert assign(number, obligee, other, 400).error == ""


def moved_and_back(number: str, obligee: Party, other: Party) -> None:
    moved(number, obligee, other)
    assert cancel(number, "assignment", other).error == ""


@pytest.mark.parametrize("happened", [guaranteed, divided, moved_and_back])
def test_with_any_other_record_it_is_done_on_paper(
    number: str, obligor: Party, obligee: Party, assignee: Party, happened: Any
) -> None:
    happened(number, obligee, assignee)
    assert problems(change(number, obligor, obligee, restricted=True), NOW) == [
        Problem(
            "record_number",
            "more_records",
            "この債権には、発生記録のほかに記録（譲渡・保証・支払等・変更など）があるため、"
            "画面からは変更できません。関係するすべての企業の書面で、取引店に依頼してください。",
        )
    ]


def test_after_an_assignment_the_new_holder_is_told_so_and_the_old_one_nothing(
    number: str, obligor: Party, obligee: Party, assignee: Party
) -> None:
    moved(number, obligee, assignee)
    assert codes(change(number, assignee, obligor, delete=True)) == [("record_number", "more_records")]
    assert codes(change(number, obligee, obligor, delete=True)) == [("record_number", "not_party")]


def test_after_a_payment_or_a_change_too(number: str, obligor: Party, obligee: Party) -> None:
    recorded(payment(number, obligor, obligee, 1))
    assert codes(change(number, obligor, obligee, restricted=True)) == [("record_number", "more_records")]
    second = claim(obligor, obligee).record_number
    recorded(change(second, obligor, obligee, restricted=True))
    assert codes(change(second, obligor, obligee, delete=True)) == [("record_number", "more_records")]


def test_a_reservation_is_cancelled_not_changed(
    number: str, obligor: Party, obligee: Party, assignee: Party
) -> None:
    reserved = claim(obligor, obligee, record_on=LATER).record_number
    assert problems(change(reserved, obligor, obligee, restricted=True), NOW) == [
        Problem("record_number", "state", "この債権は「予約中」のため、変更できません。")
    ]
    assert assign(number, obligee, assignee, record_on=LATER).error == ""
    assert codes(change(number, obligor, obligee, restricted=True)) == [("record_number", "already_reserved")]


def test_a_claim_that_is_other_than_was_seen_is_not_changed(
    number: str, obligor: Party, obligee: Party
) -> None:
    seen = standing(number, obligor.company_id)
    assert seen == standing(number, obligee.company_id) == "1,000,000円、2027年2月26日、譲渡制限なし"
    asked = change(number, obligor, obligee, delete=True, seen=seen)
    assert codes(asked) == []
    recorded(change(number, obligee, obligor, restricted=True, amount_yen=5))
    assert sentences(asked) == [
        "この債権は、登録したときの「1,000,000円、2027年2月26日、譲渡制限なし」から"
        "「5円、2027年2月26日、譲渡制限あり」に変わりました。内容を確かめて、登録し直してください。"
    ]


def test_how_a_claim_stands_is_told_to_its_two_companies_only(number: str, assignee: Party) -> None:
    with pytest.raises(LookupError, match="変更できる債権の中にありません"):
        standing(number, assignee.company_id)
    with pytest.raises(LookupError, match="変更できる債権の中にありません"):
        standing("T0000000199999999999", assignee.company_id)


def test_a_debtor_under_sanction_owes_no_more_by_a_change(
    number: str, obligor: Party, obligee: Party
) -> None:
    Sanction.objects.create(
        company_id=obligor.company_id,
        starts_on=date(2026, 1, 5),
        ends_on=date(2028, 1, 4),
        reason="6か月以内に2回の支払不能",
        recorded_at=cast.AT,
    )
    assert codes(change(number, obligor, obligee, amount_yen=999_999)) == []
    assert sentences(change(number, obligor, obligee, amount_yen=1_000_001)) == [
        "取引停止処分の期間中のため、債権金額を増やすことはできません。取引店に連絡してください。"
    ]
    assert sentences(change(number, obligee, obligor, amount_yen=1_000_001)) == [
        "この債権の金額は、今は増やせません。債務者に確認してください。"
    ]
    assert Claim.objects.get().amount_yen == 1_000_000
