"""Which days are bank business days (銀行営業日), and counting in them. Pure.

A bank is closed on Saturdays, Sundays, national holidays and from 31 December to 3 January (銀行法第15条,
銀行法施行令第5条). The national holidays come from the package `holidays`, which knows each year's decrees;
what a law changes before that package knows it, the operator adds with EREC_CLOSED_DAYS (`close_also`).
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import holidays

_DAY = timedelta(days=1)
_SATURDAY = 5
_YEAR_END = ((12, 31), (1, 1), (1, 2), (1, 3))

_closed: frozenset[date] = frozenset()


def close_also(days: Iterable[date]) -> None:
    """Set the closed days beyond the law's. Called once, when the settings are read."""
    global _closed
    _closed = frozenset(days)


def is_business_day(day: date) -> bool:
    """Whether banks work on `day`: 2026-09-22 no (国民の休日), 2026-12-30 yes, 2026-12-31 no."""
    return (
        day.weekday() < _SATURDAY
        and (day.month, day.day) not in _YEAR_END
        and day not in _national_holidays(day.year)
        and day not in _closed
    )


def on_or_after(day: date) -> date:
    """`day`, or the first business day after it: 2026-10-31 (Saturday) gives 2026-11-02.

    Anybody may type 9999-12-31: behind it there is no day, so it stays itself.
    """
    while not is_business_day(day) and day < date.max:
        day += _DAY
    return day


def on_or_before(day: date) -> date:
    """`day`, or the last business day before it: 2026-10-31 (Saturday) gives 2026-10-30."""
    while not is_business_day(day):
        day -= _DAY
    return day


def after(day: date, n: int) -> date:
    """The n-th business day after `day`, which is not counted; n = 0 gives `day` itself.

    The first after Friday 2026-10-30 is Monday 2026-11-02, the second Wednesday 2026-11-04 (文化の日).
    """
    for _ in range(_counted(n)):
        day = on_or_after(day + _DAY)
    return day


def before(day: date, n: int) -> date:
    """The n-th business day before `day`, which is not counted; n = 0 gives `day` itself.

    The third before 2027-01-05 (Tuesday) is 2026-12-29: 4 January, then 30 and 29 December.
    """
    for _ in range(_counted(n)):
        day = on_or_before(day - _DAY)
    return day


def nth_including(day: date, n: int) -> date:
    """The n-th business day (n ≥ 1), where `day`, or the first business day after it, is the first.

    The fifth including Friday 2026-11-20 is Friday 2026-11-27: 20, 24 (23 is a holiday), 25, 26, 27.
    """
    return after(on_or_after(day), n - 1)


def same_day_months_later(day: date, months: int) -> date:
    """応当日, or the month's last day where there is none (民法第143条第2項): 31 January gives 28 February.

    Twelve months after 2028-02-29 is 2029-02-28; what lies behind the last day that there is, is that day.
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if years > date.max.year:
        return date.max
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


@lru_cache(maxsize=256)
def _national_holidays(year: int) -> frozenset[date]:
    """One calendar a year: the package's own fills itself while it is asked, which threads must not share."""
    return frozenset(holidays.country_holidays("JP", years=year))


def _counted(n: int) -> int:
    if n < 0:
        raise ValueError("Business days are counted forwards; the other direction has its own function.")
    return n
