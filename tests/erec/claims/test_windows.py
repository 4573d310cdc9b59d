"""Which dates a request may carry: a table a rule, with the day and the source of each."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.claims import windows
from erec.formats import bank_calendar
from erec.parameters.business_day import Today
from tests.cast import AT

RECORD_DAYS = st.dates(date(2023, 1, 10), date(2090, 12, 31)).map(bank_calendar.on_or_after)
LATER = st.integers(0, 400)


def today(day: date, *, before_cut_off: bool = True) -> Today:
    return Today(day, AT, before_cut_off)


def fifteen_oclock(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T15:00:00+09:00")


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (date(2026, 11, 30), date(2026, 11, 30)),  # a Monday
        (date(2026, 10, 31), date(2026, 11, 2)),  # Saturday
        (date(2026, 9, 20), date(2026, 9, 24)),  # Sunday before three holidays
        (date(2026, 12, 31), date(2027, 1, 4)),  # the year's end
        (date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_a_due_date_on_a_holiday_is_recorded_as_the_next_business_day(due_on: date, expected: date) -> None:
    """十六銀行マニュアル98頁, つくば銀行マニュアル174"""
    assert windows.effective_due(due_on) == expected


@pytest.mark.parametrize(
    ("day", "before_cut_off", "first", "last"),
    [
        # 十六銀行マニュアル98頁: to the same day a month later, business days only; 北國銀行FAQ 160: 15:00
        (date(2026, 11, 20), True, date(2026, 11, 20), date(2026, 12, 18)),  # 12-20 is a Sunday
        (date(2026, 11, 20), False, date(2026, 11, 24), date(2026, 12, 18)),  # 11-23 is a holiday
        (date(2026, 11, 21), True, date(2026, 11, 24), date(2026, 12, 21)),  # asked on a Saturday
        (date(2027, 1, 29), True, date(2027, 1, 29), date(2027, 2, 26)),  # 2-28, the month's last, a Sunday
        (date(2028, 1, 31), True, date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 30), False, date(2027, 1, 4), date(2027, 1, 29)),  # over the year's end
        (date(2026, 11, 30), True, date(2026, 11, 30), date(2026, 12, 30)),
    ],
)
def test_the_record_date_is_today_before_the_cut_off_and_at_most_a_month_later(
    day: date, before_cut_off: bool, first: date, last: date
) -> None:
    assert windows.record_dates(today(day, before_cut_off=before_cut_off)) == (first, last)


@pytest.mark.parametrize(
    ("record_on", "by_obligee", "expected"),
    [
        # みずほ銀行 2022-12-13: 3 business days since 2023-01-10, 7 for 債権者請求 as before
        (date(2026, 11, 20), False, date(2026, 11, 26)),  # 24, 25, 26
        (date(2026, 11, 25), False, date(2026, 11, 28)),  # 26, 27, then Saturday for Monday
        (date(2026, 12, 28), False, date(2026, 12, 31)),  # 29, 30, then the holidays for 4 January
        (date(2028, 2, 24), False, date(2028, 2, 29)),
        (date(2026, 11, 20), True, date(2026, 12, 2)),
        (date(2023, 1, 10), False, date(2023, 1, 13)),
        (date(2023, 1, 10), True, date(2023, 1, 19)),
        # 十六銀行マニュアル98頁, of before: the day after the 6th business day
        (date(2023, 1, 6), False, date(2023, 1, 18)),
    ],
)
def test_the_first_due_date_lies_so_many_business_days_behind_the_record(
    record_on: date, by_obligee: bool, expected: date
) -> None:
    assert windows.earliest_due(record_on, by_obligee=by_obligee) == expected


@given(RECORD_DAYS, st.booleans())
def test_the_first_due_date_is_the_first_whose_recorded_day_is_far_enough(
    record_on: date, by_obligee: bool
) -> None:
    far_enough = bank_calendar.after(record_on, 7 if by_obligee else 3)
    first = windows.earliest_due(record_on, by_obligee=by_obligee)
    assert windows.effective_due(first) == far_enough
    assert windows.effective_due(date.fromordinal(first.toordinal() - 1)) < far_enough


@pytest.mark.parametrize(
    ("record_on", "expected"),
    [
        (date(2026, 11, 20), date(2027, 11, 20)),  # a Saturday: may be chosen (inferred)
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 26), date(2028, 2, 26)),
        (date(2026, 12, 30), date(2027, 12, 30)),
    ],
)
def test_the_last_due_date_is_the_same_day_a_year_later(record_on: date, expected: date) -> None:
    """十六銀行マニュアル98頁: 1年後の応答日"""
    assert windows.latest_due(record_on) == expected


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        # でんさいネット 2022-04-28, みずほ銀行 2022-12-13: the 3rd business day before
        (date(2026, 11, 30), date(2026, 11, 25)),
        (date(2026, 11, 28), date(2026, 11, 25)),  # a Saturday: counted from Monday the 30th
        (date(2026, 11, 26), date(2026, 11, 20)),
        (date(2027, 1, 5), date(2026, 12, 29)),
        # 八十二銀行FAQ 4, of before: not from the 6th on
        (date(2022, 12, 26), date(2022, 12, 15)),
    ],
)
def test_the_last_day_of_an_assignment_lies_three_business_days_before_the_due_date(
    due_on: date, expected: date
) -> None:
    assert windows.last_assignment_day(due_on) == expected


@pytest.mark.parametrize(
    ("effective_on", "last_day"),
    [
        (date(2026, 11, 26), date(2026, 11, 25)),
        (date(2026, 11, 24), date(2026, 11, 20)),  # over a long weekend (inferred)
        (date(2027, 1, 4), date(2026, 12, 30)),
        (date(2028, 3, 1), date(2028, 2, 29)),
    ],
)
def test_a_reservation_is_taken_back_until_fifteen_oclock_of_the_day_before(
    effective_on: date, last_day: date
) -> None:
    """北國銀行FAQ 1278"""
    assert windows.reserved_cancel_until(effective_on) == fifteen_oclock(last_day)


@pytest.mark.parametrize(
    ("recorded_on", "due_on", "last_day"),
    [
        # 北國銀行FAQ 1278: 5 business days including, and 3 before the due date
        (date(2026, 11, 20), date(2027, 3, 1), date(2026, 11, 27)),
        (date(2026, 11, 20), date(2026, 12, 2), date(2026, 11, 27)),  # both on the same day
        (date(2026, 11, 20), date(2026, 12, 1), date(2026, 11, 26)),
        (date(2026, 11, 20), date(2026, 11, 26), date(2026, 11, 20)),  # FAQ 26: 1 business day at the least
        (date(2026, 12, 28), date(2027, 3, 1), date(2027, 1, 5)),  # 28, 29, 30, 4, 5
    ],
)
def test_a_record_is_cancelled_within_five_business_days_and_three_before_the_due_date(
    recorded_on: date, due_on: date, last_day: date
) -> None:
    assert windows.recorded_cancel_until(recorded_on, due_on) == fifteen_oclock(last_day)


@pytest.mark.parametrize(
    ("record_on", "due_on", "last_day"),
    [
        # 七十七銀行マニュアル4201, 北國銀行FAQ 1278: 5 business days including, and 7 before the due date
        (date(2026, 11, 20), date(2027, 3, 1), date(2026, 11, 27)),
        (date(2026, 11, 20), date(2026, 12, 8), date(2026, 11, 27)),  # both on the same day
        (date(2026, 11, 20), date(2026, 12, 7), date(2026, 11, 26)),
        (date(2026, 11, 20), date(2026, 12, 2), date(2026, 11, 20)),
        (date(2026, 12, 28), date(2027, 3, 1), date(2027, 1, 5)),
    ],
)
def test_an_answer_comes_within_five_business_days_and_seven_before_the_due_date(
    record_on: date, due_on: date, last_day: date
) -> None:
    assert windows.answer_until(record_on, due_on) == fifteen_oclock(last_day)


@pytest.mark.parametrize(
    ("window", "day", "last_day"),
    [
        # （推定）before the due date
        (windows.guarantee_until, date(2026, 11, 30), date(2026, 11, 27)),
        (windows.guarantee_until, date(2026, 11, 24), date(2026, 11, 20)),  # over a long weekend
        # 京都信用金庫: 5 business days including the request's
        (windows.guarantee_answer_until, date(2026, 11, 20), date(2026, 11, 27)),
        (windows.guarantee_answer_until, date(2026, 11, 21), date(2026, 11, 30)),  # asked on a Saturday
        (windows.guarantee_answer_until, date(2026, 12, 28), date(2027, 1, 5)),
        # でんさいネットFAQ 49, きらぼし銀行マニュアル6001: 7 business days before
        (windows.change_until, date(2026, 12, 2), date(2026, 11, 20)),
        (windows.change_until, date(2026, 12, 5), date(2026, 11, 26)),  # a Saturday: counted from Monday
        # 留意事項: 3 business days before
        (windows.payment_until, date(2027, 1, 5), date(2026, 12, 29)),
        (windows.payment_until, date(2026, 11, 28), date(2026, 11, 25)),  # a Saturday: counted from Monday
        # （推定）
        (windows.payment_answer_until, date(2026, 11, 20), date(2026, 11, 27)),
    ],
)
def test_a_request_about_a_claim_ends_at_fifteen_oclock_of_its_last_day(
    window: Callable[[date], datetime], day: date, last_day: date
) -> None:
    assert window(day) == fifteen_oclock(last_day)


@pytest.mark.parametrize(
    ("record_on", "due_on", "last_day"),
    [
        # きらぼし銀行マニュアル6001: 5 business days including; でんさいネットFAQ 49: 7 before the due date
        (date(2026, 11, 20), date(2027, 3, 1), date(2026, 11, 27)),
        (date(2026, 11, 20), date(2026, 12, 8), date(2026, 11, 27)),  # both on the same day
        (date(2026, 11, 20), date(2026, 12, 7), date(2026, 11, 26)),
        (date(2026, 11, 20), date(2026, 12, 2), date(2026, 11, 20)),
    ],
)
def test_a_change_is_consented_to_within_five_business_days_and_seven_before_the_due_date(
    record_on: date, due_on: date, last_day: date
) -> None:
    assert windows.change_answer_until(record_on, due_on) == fifteen_oclock(last_day)


@given(RECORD_DAYS)
def test_the_first_changed_due_date_is_recorded_seven_business_days_behind(record_on: date) -> None:
    first = windows.earliest_changed_due(record_on)
    assert windows.effective_due(first) == bank_calendar.after(record_on, 7)
    assert windows.effective_due(first - timedelta(days=1)) < bank_calendar.after(record_on, 7)


@given(RECORD_DAYS, LATER, st.booleans())
def test_a_claim_that_may_be_recorded_may_also_be_cancelled_assigned_and_answered_on_its_day(
    record_on: date, later: int, by_obligee: bool
) -> None:
    first = windows.earliest_due(record_on, by_obligee=by_obligee)
    due_on = date.fromordinal(first.toordinal() + later)
    assert fifteen_oclock(record_on) <= windows.recorded_cancel_until(record_on, due_on)
    assert record_on <= windows.last_assignment_day(due_on)
    if by_obligee:
        assert fifteen_oclock(record_on) <= windows.answer_until(record_on, due_on)


@given(RECORD_DAYS)
def test_a_reservation_can_no_longer_be_taken_back_on_its_own_day(effective_on: date) -> None:
    assert windows.reserved_cancel_until(effective_on) < fifteen_oclock(effective_on)


@given(st.dates(date(2023, 1, 10), date(2090, 12, 31)), st.booleans())
def test_there_is_always_a_record_date_to_choose(day: date, before_cut_off: bool) -> None:
    first, last = windows.record_dates(today(day, before_cut_off=before_cut_off))
    assert day <= first <= last
    assert bank_calendar.is_business_day(first)
    assert bank_calendar.is_business_day(last)
    assert (first == day) is (before_cut_off and bank_calendar.is_business_day(day))
