"""Rules of a 保証記録 that stands alone, each refusal with its field, and what others may not learn."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from erec.claims.checks import Problem, open_yen, problems
from erec.claims.instructions import Account, Party
from erec.claims.models import Claim, GuaranteeContract, Sanction
from tests import cast
from tests.erec.claims.cast_checks import NOW, clock, codes, sentences
from tests.erec.claims.cast_claims import (
    LATER,
    SOON,
    TODAY,
    assign,
    claim,
    guarantee,
    party,
    payment,
    recorded,
)

pytestmark = pytest.mark.django_db
NOT_HELD = "この記録番号の債権は、保証を依頼できる債権の中にありません。記録番号を確かめてください。"


@pytest.fixture
def number(obligor: Party, obligee: Party) -> str:
    return claim(obligor, obligee).record_number


@pytest.fixture
def guarantor() -> Party:
    return party()


def test_a_guarantee_within_all_rules_has_no_problem(number: str, obligee: Party, guarantor: Party) -> None:
    assert problems(guarantee(number, obligee, guarantor, seen_yen=1_000_000), NOW) == []


def test_only_the_holder_asks_and_nobody_learns_of_others_claims(
    number: str, obligor: Party, obligee: Party, guarantor: Party
) -> None:
    not_there = [Problem("record_number", "not_holder", NOT_HELD)]
    assert problems(guarantee(number, obligor, guarantor), NOW) == not_there
    assert problems(guarantee(number, guarantor, party()), NOW) == not_there
    assert problems(guarantee(f"{obligee.user_number}99999999999", obligee, guarantor), NOW) == not_there


def test_debtor_and_creditor_are_no_guarantors(number: str, obligor: Party, obligee: Party) -> None:
    assert problems(guarantee(number, obligee, obligor), NOW) == [
        Problem(
            "guarantor",
            "obligor",
            "この債権の債務者は、保証人にできません。ほかの取引先を選んでください。",
        )
    ]
    assert problems(guarantee(number, obligee, obligee), NOW) == [
        Problem("guarantor", "own_company", "自社は保証人にできません。取引先を選んでください。")
    ]


def test_nobody_guarantees_twice(number: str, obligee: Party, assignee: Party, guarantor: Party) -> None:
    recorded(guarantee(number, obligee, guarantor))
    assert codes(guarantee(number, obligee, guarantor)) == [("guarantor", "already_guarantor")]
    assert assign(number, obligee, assignee).error == ""
    assert codes(guarantee(number, assignee, obligee)) == [("guarantor", "already_guarantor")]
    assert codes(guarantee(number, assignee, party())) == []


def test_a_guarantee_that_would_come_back_to_who_asks_for_it_is_none(
    number: str, obligee: Party, assignee: Party, guarantor: Party
) -> None:
    """The holder assigned the claim with 保証 and got it back: whoever pays him has recourse to him."""
    assert assign(number, obligee, assignee).error == ""
    assert assign(number, assignee, obligee).error == ""
    assert problems(guarantee(number, obligee, guarantor), NOW) == [
        Problem(
            "guarantor",
            "circle",
            "この債権では、自社も保証人です。新しい保証人が支払うと、その金額は自社に求償されます。"
            "そのため、保証を依頼できません。",
        )
    ]


def test_a_reserved_claim_and_one_with_a_reserved_assignment_are_not_guaranteed(
    number: str, obligor: Party, obligee: Party, assignee: Party, guarantor: Party
) -> None:
    reserved = claim(obligor, obligee, record_on=LATER).record_number
    assert problems(guarantee(reserved, obligee, guarantor), NOW) == [
        Problem("record_number", "state", "この債権は「予約中」のため、保証を記録できません。")
    ]
    assert assign(number, obligee, assignee, 400, record_on=LATER).error == ""
    sentence = "この債権には譲渡の予約があります。保証を依頼するには、先にその予約を取り消してください。"
    assert problems(guarantee(number, obligee, guarantor), NOW) == [
        Problem("record_number", "already_reserved", sentence)
    ]


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        ("2026-11-30T14:59", []),  # the day before 2026-12-01
        ("2026-11-30T15:00", [("record_number", "too_near_due")]),
        ("2026-12-01T10:00", [("record_number", "too_near_due")]),
    ],
)
def test_a_guarantee_comes_before_the_due_date(
    obligor: Party, obligee: Party, guarantor: Party, moment: str, found: list[tuple[str, str]]
) -> None:
    number = claim(obligor, obligee, due_on=SOON).record_number
    at = clock(moment)
    on = at.date if at.before_cut_off else date(2026, 12, 1)
    assert codes(guarantee(number, obligee, guarantor, record_on=on), at) == found


@pytest.mark.parametrize("days", [-1, 4, 7])
def test_there_is_no_reservation_of_a_guarantee(
    number: str, obligee: Party, guarantor: Party, days: int
) -> None:
    asked = guarantee(number, obligee, guarantor, record_on=TODAY + timedelta(days=days))
    assert codes(asked) == [("record_on", "record_on_window")]
    assert sentences(asked) == ["電子記録年月日は、2026年11月20日です。予約はできません。"]


def test_after_the_cut_off_it_is_the_next_business_day(number: str, obligee: Party, guarantor: Party) -> None:
    evening = clock("2026-11-20T15:00")
    assert codes(guarantee(number, obligee, guarantor, record_on=date(2026, 11, 24)), evening) == []
    assert codes(guarantee(number, obligee, guarantor), evening) == [("record_on", "record_on_window")]


def test_another_amount_than_was_seen_is_not_guaranteed(
    number: str, obligor: Party, obligee: Party, guarantor: Party
) -> None:
    recorded(payment(number, obligor, obligee, 300_000))
    asked = guarantee(number, obligee, guarantor, seen_yen=1_000_000)
    assert sentences(asked) == [
        "この債権の残りの金額が、登録したときの1,000,000円から700,000円に変わりました。"
        "金額を確かめて、登録し直してください。"
    ]
    assert codes(guarantee(number, obligee, guarantor, seen_yen=700_000)) == []


def test_a_guarantor_under_sanction_cannot_and_the_creditor_does_not_learn_why(
    number: str, obligee: Party, guarantor: Party
) -> None:
    Sanction.objects.create(
        company_id=guarantor.company_id,
        starts_on=date(2026, 1, 5),
        ends_on=date(2028, 1, 4),
        reason="6か月以内に2回の支払不能",
        recorded_at=cast.AT,
    )
    sentence = "この保証人への請求は、今は記録できません。保証人に確認してください。"
    assert problems(guarantee(number, obligee, guarantor), NOW) == [
        Problem("guarantor", "unavailable", sentence)
    ]


def with_savings_account(of: Party) -> Party:
    return Party(of.company_id, of.user_number, of.name, Account("9999", "101", "1", "0000001"))


def test_where_debtors_need_a_current_account_a_guarantor_needs_it_or_the_contract(
    number: str, obligee: Party, guarantor: Party
) -> None:
    """北海道銀行Q&A（保証）: 債務者利用, or 保証利用限定特約"""
    asked = guarantee(number, obligee, with_savings_account(guarantor))
    assert codes(asked) == []
    only_current: dict[str, Any] = {**settings.PARAMETERS, "debtor_current_account_only": 1}
    with override_settings(PARAMETERS=only_current):
        assert codes(asked) == [("guarantor", "no_contract")]
        assert codes(guarantee(number, obligee, guarantor)) == []
        GuaranteeContract.objects.create(company_id=guarantor.company_id, since=TODAY)
        assert codes(asked) == []


def test_what_is_open_to_whom(number: str, obligor: Party, obligee: Party, guarantor: Party) -> None:
    assert open_yen(number, obligee.company_id) == 1_000_000
    assert open_yen(Claim.objects.get(), obligee.company_id) == 1_000_000
    assert open_yen(number, obligor.company_id) == open_yen(number, guarantor.company_id) == 0
    assert open_yen("T0000000199999999999", obligee.company_id) == 0
