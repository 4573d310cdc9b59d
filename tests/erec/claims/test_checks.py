"""Rules of 発生記録, each with its sentence and both sides of its bound; and many instructions at once."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from erec.claims.checks import Problem, problems, problems_of
from erec.claims.instructions import Account, Instruction, Party
from erec.claims.models import Sanction
from tests.cast import AT
from tests.erec.claims.cast_checks import NOW, cancelling, clock, codes, nowhere, plain, sentences
from tests.erec.claims.cast_claims import DUE, LATER, TODAY, accrual, assignment, claim

pytestmark = pytest.mark.django_db


def test_an_accrual_within_all_rules_has_no_problem() -> None:
    assert problems(plain(), NOW) == []


@pytest.mark.parametrize("by_obligee", [False, True])
def test_ones_own_company_is_no_partner(by_obligee: bool) -> None:
    own = accrual(nowhere(1), nowhere(1), by_obligee=by_obligee)
    assert problems(own, NOW) == [
        Problem("user_number", "own_company", "自社は相手先にできません。取引先を選んでください。")
    ]


@pytest.mark.parametrize(
    ("amount_yen", "right"),
    [(1, True), (9_999_999_999, True), (0, False), (-1, False), (10_000_000_000, False)],
)
def test_an_amount_is_from_one_yen_to_ten_digits(amount_yen: int, right: bool) -> None:
    """でんさいネット2022-04-28; 十六銀行マニュアル98頁"""
    found = problems(plain(amount_yen=amount_yen), NOW)
    sentence = "金額は1円以上9,999,999,999円以下で入力してください。"
    assert found == ([] if right else [Problem("amount_yen", "amount_bounds", sentence)])


@pytest.mark.parametrize(("amount_yen", "right"), [(9_999, False), (10_000, True)])
def test_before_2023_an_amount_was_ten_thousand_yen_at_least(amount_yen: int, right: bool) -> None:
    """十六銀行マニュアル98頁"""
    then = clock("2023-01-06T10:00")
    old = plain(amount_yen=amount_yen, record_on=then.date, due_on=date(2023, 3, 31))
    assert codes(old, then) == ([] if right else [("amount_yen", "amount_bounds")])


@pytest.mark.parametrize(
    ("now", "record_on", "code"),
    [
        ("2026-11-20T14:59:59", date(2026, 11, 20), None),
        ("2026-11-20T15:00:00", date(2026, 11, 20), "after_cut_off"),  # 北國銀行FAQ 160
        ("2026-11-20T15:00:00", date(2026, 11, 24), None),
        ("2026-11-20T10:00:00", date(2026, 11, 19), "record_on_window"),
        ("2026-11-20T10:00:00", date(2026, 11, 23), "record_on_holiday"),  # 十六銀行マニュアル98頁
        ("2026-11-20T10:00:00", date(2026, 12, 18), None),
        ("2026-11-20T10:00:00", date(2026, 12, 21), "record_on_window"),  # a month later is a Sunday
        ("2026-11-21T10:00:00", date(2026, 11, 21), "record_on_window"),  # a Saturday
        ("2026-12-30T15:00:00", date(2026, 12, 31), "record_on_window"),
        ("2026-12-30T15:00:00", date(2027, 1, 4), None),
        ("2028-01-31T10:00:00", date(2028, 2, 29), None),
        ("2028-01-31T10:00:00", date(2028, 3, 1), "record_on_window"),
        ("2026-11-20T10:00:00", date(1, 1, 1), "record_on_window"),
        ("2026-11-20T10:00:00", date(9999, 12, 31), "record_on_window"),
    ],
)
def test_the_record_date_is_a_business_day_from_today_to_a_month_later(
    now: str, record_on: date, code: str | None
) -> None:
    found = codes(plain(record_on=record_on, due_on=date(2028, 6, 30) if now > "2028" else DUE), clock(now))
    assert found == ([("record_on", code)] if code else [])


def test_the_sentences_of_a_wrong_record_date_name_the_dates_to_choose() -> None:
    choose = "2026年11月20日から2026年12月18日までの銀行営業日を選んでください。"
    assert sentences(plain(record_on=date(2026, 11, 19))) == [f"電子記録年月日は、{choose}"]
    assert sentences(plain(record_on=date(2026, 11, 23))) == [f"2026年11月23日は休業日です。{choose}"]
    assert sentences(plain(), clock("2026-11-20T15:00")) == [
        "当日分の受付は終わりました。電子記録年月日は、"
        "2026年11月24日から2026年12月18日までの銀行営業日を選んでください。"
    ]


@pytest.mark.parametrize(
    ("record_on", "due_on", "by_obligee", "right"),
    [
        # でんさいネット2022-04-28: 3 business days; 債権者請求 7 as before
        (TODAY, date(2026, 11, 25), False, False),
        (TODAY, date(2026, 11, 26), False, True),
        (TODAY, date(2026, 12, 1), True, False),
        (TODAY, date(2026, 12, 2), True, True),
        (date(2026, 11, 25), date(2026, 11, 28), False, True),  # Saturday, recorded as Monday
        (date(2026, 11, 25), date(2026, 11, 27), False, False),
        # 十六銀行マニュアル98頁: a year; may be a holiday
        (TODAY, date(2027, 11, 20), False, True),
        (TODAY, date(2027, 11, 21), False, False),
        (TODAY, date(1, 1, 1), False, False),
        (TODAY, date(9999, 12, 31), False, False),
    ],
)
def test_the_due_date_lies_between_three_business_days_and_a_year(
    record_on: date, due_on: date, by_obligee: bool, right: bool
) -> None:
    found = codes(plain(record_on=record_on, due_on=due_on, by_obligee=by_obligee))
    assert found == ([] if right else [("due_on", "due_on_window")])


def test_the_sentence_of_a_wrong_due_date_names_the_dates_to_choose() -> None:
    assert sentences(plain(due_on=TODAY)) == [
        "支払期日は、2026年11月26日から2027年11月20日までの日付を入力してください。"
    ]


def test_an_institution_may_allow_due_dates_up_to_ten_years() -> None:
    """業務規程細則第17条"""
    with override_settings(PARAMETERS={**settings.PARAMETERS, "due_latest_months": 120}):
        assert codes(plain(due_on=date(2036, 11, 20))) == []
        assert codes(plain(due_on=date(2036, 11, 21))) == [("due_on", "due_on_window")]


def test_a_leap_days_year_ends_on_the_28th() -> None:
    leap_day = clock("2028-02-29T10:00")
    assert codes(plain(record_on=leap_day.date, due_on=date(2029, 2, 28)), leap_day) == []
    assert codes(plain(record_on=leap_day.date, due_on=date(2029, 3, 1)), leap_day) == [
        ("due_on", "due_on_window")
    ]


def test_a_wrong_record_date_does_not_make_the_due_date_wrong_too() -> None:
    assert codes(plain(record_on=date(2027, 2, 25))) == [("record_on", "record_on_window")]


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = accrual(nowhere(1), nowhere(1), 0, record_on=date(2026, 11, 19), due_on=date(2026, 11, 19))
    assert codes(wrong) == [
        ("user_number", "own_company"),
        ("amount_yen", "amount_bounds"),
        ("record_on", "record_on_window"),
        ("due_on", "due_on_window"),
    ]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "right"),
    [
        (date(2024, 11, 21), date(2026, 11, 20), False),  # until today
        (date(2024, 11, 20), date(2026, 11, 19), True),
        (date(2026, 11, 27), date(2028, 11, 26), False),  # from the record date
        (date(2026, 11, 28), date(2028, 11, 27), True),
    ],
)
def test_a_company_under_sanction_is_no_obligor(
    obligor: Party, obligee: Party, starts_on: date, ends_on: date, right: bool
) -> None:
    """業務規程第48条: two years without use as obligor"""
    Sanction.objects.create(
        company_id=obligor.company_id, starts_on=starts_on, ends_on=ends_on, reason="試験", recorded_at=AT
    )
    found = problems(accrual(obligor, obligee, record_on=LATER), NOW)
    sentence = "取引停止処分の期間中のため、債務者としての請求はできません。取引店に連絡してください。"
    assert found == ([] if right else [Problem("account", "sanctioned", sentence)])
    assert problems(accrual(obligee, obligor, record_on=LATER), NOW) == []


def test_a_creditor_is_not_told_of_a_sanction(obligor: Party, obligee: Party) -> None:
    Sanction.objects.create(
        company_id=obligor.company_id, starts_on=TODAY, ends_on=LATER, reason="試験", recorded_at=AT
    )
    sentence = "この債務者への請求は、今は記録できません。債務者に確認してください。"
    assert problems(accrual(obligor, obligee, by_obligee=True), NOW) == [
        Problem("user_number", "obligor_unavailable", sentence)
    ]


@pytest.mark.parametrize(("by_obligee", "field"), [(False, "account"), (True, "user_number")])
def test_the_obligors_account_is_a_current_one_only_where_the_institution_says_so(
    by_obligee: bool, field: str
) -> None:
    """桐生・湊信金"""
    ordinary = replace(nowhere(1), account=Account("9999", "102", "1", "0000001"))
    asked = accrual(ordinary, nowhere(2), by_obligee=by_obligee)
    assert problems(asked, NOW) == []
    with override_settings(PARAMETERS={**settings.PARAMETERS, "debtor_current_account_only": 1}):
        sentence = "債務者の決済口座は、当座預金の口座を選んでください。"
        assert problems(asked, NOW) == [Problem(field, "not_current", sentence)]
        assert problems(accrual(nowhere(2), ordinary, by_obligee=by_obligee), NOW) == []


def test_many_are_checked_as_each_alone(obligor: Party, obligee: Party, assignee: Party) -> None:
    number = claim(obligor, obligee).record_number
    restricted = claim(obligor, obligee, restricted=True).record_number
    many: list[Instruction] = [
        assignment(number, obligee, assignee),
        assignment(restricted, obligee, assignee),
        plain(amount_yen=0),
        cancelling(number, "accrual", obligor),
    ]
    assert problems_of(many, NOW) == [problems(each, NOW) for each in many]
    assert [len(found) for found in problems_of(many, NOW)] == [0, 1, 1, 1]


def test_five_hundred_accruals_are_two_questions(django_assert_num_queries: Any) -> None:
    """取引停止処分, 指定許可."""
    with django_assert_num_queries(2):
        found = problems_of([plain(amount_yen=n) for n in range(1, 501)], NOW)
    assert found == [[]] * 500


def test_two_hundred_assignments_are_six_questions(
    obligor: Party, obligee: Party, assignee: Party, django_assert_num_queries: Any
) -> None:
    """The claims, what is reserved on them and by them, whose request made them, 異議申立, 指定許可."""
    number = claim(obligor, obligee).record_number
    many = [assignment(number, obligee, assignee, n) for n in range(1, 201)]
    with django_assert_num_queries(6):
        found = problems_of(many, NOW)
    assert found == [[]] * 200
