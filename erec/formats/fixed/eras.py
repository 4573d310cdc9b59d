"""Years of an era without the era, as banks' files write them: 280503 is 3 May 平成28 (2016).

Which era is meant the file does not say (inferred: the one that puts the date next to a known day).
Only 平成 and 令和 can be meant: the standard's files are not older. The arithmetic has no border between
them, for banks wrote 310501 and 010501 alike for 1 May 2019.
"""

from datetime import date

_BEFORE_FIRST_YEAR = {"令和": 2018, "平成": 1988}
_REIWA = date(2019, 5, 1)


def era_date(text: str, near: date) -> date | None:
    """The date of YYMMDD that is next to `near`; None if there is none of them. Year 00 never was."""
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    found = [_date(before + year, month, day) for before in _BEFORE_FIRST_YEAR.values()] if year else []
    return min((each for each in found if each), key=lambda each: abs(each - near), default=None)


def short_year(day: date) -> int:
    """The year as such a file writes it: 8 for 2026, 31 for April 2019."""
    return day.year - _BEFORE_FIRST_YEAR["令和" if day >= _REIWA else "平成"]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
