"""Which dates may be chosen and why, in the words that stand under a date's field."""

from datetime import date, timedelta
from functools import lru_cache

import holidays

from erec.claims import windows
from erec.formats import bank_calendar
from erec.parameters.business_day import Today, cut_off_on
from erec.workflow.types.base import date_of, day

_SATURDAY = 5


def record_dates(today: Today) -> tuple[date, date, str]:
    """電子記録年月日: the first and the last day, and a sentence with the holidays between them."""
    first, last = windows.record_dates(today)
    sentence = f"{day(first)}から{day(last)}までの銀行営業日。"
    if first == today.date:
        sentence += f"本日の日付は、{cut_off_on(first):%-H:%M}までに承認が済むときだけ使えます。"
    elif bank_calendar.is_business_day(today.date):
        sentence += "本日分の受付は終わりました。"
    named = closed_weekdays(first, last)
    return first, last, sentence + (f"休業日：{'、'.join(named)}。" if named else "")


def due_dates(record_on: str, today: Today, *, by_obligee: bool) -> str:
    """支払期日 for the 電子記録年月日 in the form, or for the first possible one while that is none."""
    window = windows.record_dates(today)
    typed = date_of(record_on)
    recorded = typed if typed is not None and window.first <= typed <= window.last else window.first
    first = windows.earliest_due(recorded, by_obligee=by_obligee)
    last = windows.latest_due(recorded)
    window_words = f"支払期日は{day(first)}から{day(last)}まで選べます。"
    return f"電子記録年月日が{_short(recorded)}のとき、{window_words}休業日を選ぶと、翌営業日になります。"


def closed_weekdays(first: date, last: date) -> list[str]:
    """Weekdays between on which banks are closed, as 「11月23日（月）勤労感謝の日」."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [
        f"{_short(one)}{_name(one)}"
        for one in days
        if one.weekday() < _SATURDAY and not bank_calendar.is_business_day(one)
    ]


def _short(one: date) -> str:
    return day(one).partition("年")[2]


def _name(one: date) -> str:
    """The holiday's name; nothing for the year's end and what the institution closes itself."""
    return _national(one.year).get(one, "")


@lru_cache(maxsize=64)
def _national(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("JP", years=year, language="ja"))
