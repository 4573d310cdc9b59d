"""A month as a calendar's weeks, from Sunday to Saturday, with the banks' holidays."""

from calendar import SUNDAY, Calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from erec.formats import bank_calendar

WEEKDAYS = "日月火水木金土"
_WEEKS = Calendar(SUNDAY)

Value = TypeVar("Value")


@dataclass(frozen=True)
class Day(Generic[Value]):
    """One field of the calendar. `value` is None where nothing is, and outside the month."""

    on: date
    inside: bool
    closed: bool
    today: bool
    value: Value | None


def weeks(month: date, today: date, values: dict[date, Value]) -> list[list[Day[Value]]]:
    """`month`: any of its days."""
    days = _WEEKS.monthdayscalendar(month.year, month.month)
    return [_week(month, week, today, values) for week in days]


def _week(month: date, week: list[int], today: date, values: dict[date, Value]) -> list[Day[Value]]:
    first = month.replace(day=next(day for day in week if day)) - timedelta(
        days=next(n for n, day in enumerate(week) if day)
    )
    return [_day(first + timedelta(days=n), bool(day), today, values) for n, day in enumerate(week)]


def _day(on: date, inside: bool, today: date, values: dict[date, Value]) -> Day[Value]:
    closed = not bank_calendar.is_business_day(on)
    return Day(on, inside, closed, on == today, values.get(on) if inside else None)


def last_of(month: date) -> date:
    return bank_calendar.same_day_months_later(month.replace(day=1), 1) - timedelta(days=1)
