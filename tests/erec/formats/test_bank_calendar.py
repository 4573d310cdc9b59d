"""Bank business days: the law's closed days, counting, and the laws of counting."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.formats import bank_calendar as calendar

DAYS = st.dates(date(2000, 1, 1), date(2098, 12, 31))
COUNTS = st.integers(0, 30)


@pytest.fixture
def closed_in_may() -> Iterator[date]:
    calendar.close_also([date(2027, 5, 14)])
    yield date(2027, 5, 14)
    calendar.close_also([])


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),  # an ordinary Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 11, 23), False),  # 勤労感謝の日, a Monday
        (date(2026, 9, 21), False),  # 敬老の日
        (date(2026, 9, 22), False),  # 国民の休日: between two holidays
        (date(2026, 9, 23), False),  # 秋分の日
        (date(2026, 5, 6), False),  # 振替休日: 3 May was a Sunday
        (date(2019, 4, 30), False),  # 国民の休日 before the accession, by a law of 2018
        (date(2020, 7, 24), False),  # スポーツの日, moved by the special law of 2020
        (date(2020, 10, 12), True),  # where it would have been
        (date(2026, 12, 30), True),
        (date(2026, 12, 31), False),  # 銀行法施行令第5条
        (date(2027, 1, 1), False),
        (date(2025, 1, 2), False),
        (date(2025, 1, 3), False),
        (date(2027, 1, 4), True),
        (date(2028, 2, 29), True),
    ],
)
def test_a_bank_works_on_week_days_that_the_law_does_not_close(day: date, works: bool) -> None:
    assert calendar.is_business_day(day) is works


def test_days_closed_by_a_setting_are_closed_too(closed_in_may: date) -> None:
    assert not calendar.is_business_day(closed_in_may)
    assert calendar.on_or_after(closed_in_may) == date(2027, 5, 17)


def test_the_year_end_is_one_long_gap() -> None:
    assert calendar.on_or_after(date(2026, 12, 31)) == date(2027, 1, 4)
    assert calendar.on_or_before(date(2027, 1, 3)) == date(2026, 12, 30)
    assert calendar.after(date(2026, 12, 30), 1) == date(2027, 1, 4)
    assert calendar.before(date(2027, 1, 5), 3) == date(2026, 12, 29)


def test_the_day_itself_is_the_first_of_those_including_it() -> None:
    assert calendar.nth_including(date(2026, 11, 20), 1) == date(2026, 11, 20)
    assert calendar.nth_including(date(2026, 11, 20), 5) == date(2026, 11, 27)


def test_from_a_holiday_the_next_business_day_is_the_first() -> None:
    assert calendar.nth_including(date(2026, 11, 21), 1) == date(2026, 11, 24)
    assert calendar.nth_including(date(2026, 11, 21), 5) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 12, 20)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 2, 28), 1, date(2027, 3, 28)),  # not the month's end: the same number
        (date(2027, 3, 31), 1, date(2027, 4, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_the_same_day_months_later_is_the_months_last_where_there_is_none(
    day: date, months: int, expected: date
) -> None:
    assert calendar.same_day_months_later(day, months) == expected


def test_nothing_is_counted_backwards_by_a_negative_number() -> None:
    for count in (calendar.after, calendar.before):
        with pytest.raises(ValueError, match="counted forwards"):
            count(date(2026, 11, 20), -1)
    with pytest.raises(ValueError, match="counted forwards"):
        calendar.nth_including(date(2026, 11, 20), 0)


def test_the_closed_days_are_the_bank_holidays_of_the_package_that_knows_the_decrees() -> None:
    bank_holidays = holidays.country_holidays("JP", years=range(2000, 2060), categories=("public", "bank"))
    day = date(2000, 1, 1)
    while day.year < 2060:
        assert calendar.is_business_day(day) == (day.weekday() < 5 and day not in bank_holidays), day
        day += timedelta(days=1)


@given(DAYS)
def test_the_nearest_business_days_enclose_no_other(day: date) -> None:
    earlier, later = calendar.on_or_before(day), calendar.on_or_after(day)
    assert earlier <= day <= later
    assert calendar.is_business_day(earlier)
    assert calendar.is_business_day(later)
    between = [earlier + timedelta(days=n) for n in range(1, (later - earlier).days)]
    assert not any(calendar.is_business_day(other) for other in between)
    assert (later - earlier).days <= 11  # the longest gap there was: ten days in 2019


@given(DAYS, COUNTS)
def test_after_and_before_are_each_others_way_back(day: date, n: int) -> None:
    start = calendar.on_or_after(day)
    assert calendar.before(calendar.after(start, n), n) == start
    assert calendar.after(calendar.before(start, n), n) == start


@given(DAYS, COUNTS)
def test_after_counts_exactly_n_business_days(day: date, n: int) -> None:
    end = calendar.after(day, n)
    passed = [day + timedelta(days=i) for i in range(1, (end - day).days + 1)]
    assert sum(calendar.is_business_day(other) for other in passed) == n


@given(DAYS, DAYS, COUNTS)
def test_a_later_day_never_counts_to_an_earlier_one(one: date, other: date, n: int) -> None:
    first, second = sorted((one, other))
    assert calendar.after(first, n) <= calendar.after(second, n)
    assert calendar.before(first, n) <= calendar.before(second, n)
    assert calendar.nth_including(first, n + 1) <= calendar.nth_including(second, n + 1)


@given(DAYS, st.integers(0, 120))
def test_months_later_lies_in_that_month_and_never_behind_its_number(day: date, months: int) -> None:
    later = calendar.same_day_months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_threads_that_ask_for_a_new_year_at_once_get_the_same_answer() -> None:
    calendar._national_holidays.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(calendar.is_business_day, [date(2087, 11, 3)] * 64))
    assert answers == {False}
