"""How long somebody still has, in words."""

import datetime as dt
from datetime import date

import pytest

from erec.parameters.business_day import Today
from erec.workflow.deadlines import TimeLeft, time_left
from tests import cast

JST = dt.timezone(dt.timedelta(hours=9))
TODAY = Today(date(2026, 11, 20), cast.AT, before_cut_off=True)  # Friday, 10:00


def at(year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, second, tzinfo=JST)


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        (at(2026, 11, 20, 15), TimeLeft("あと5時間", "本日15:00まで", "warn")),
        (at(2026, 11, 20, 11), TimeLeft("あと1時間", "本日11:00まで", "warn")),
        (at(2026, 11, 20, 10, 59), TimeLeft("あと59分", "本日10:59まで", "stop")),
        (at(2026, 11, 20, 10, 0, 30), TimeLeft("あと1分", "本日10:00まで", "stop")),
        (at(2026, 11, 20, 10), TimeLeft("締切を過ぎました", "本日10:00まで", "stop", over=True)),
        (at(2026, 11, 19, 15), TimeLeft("締切を過ぎました", "11月19日（木）15:00まで", "stop", over=True)),
        (at(2026, 11, 21, 9), TimeLeft("あと1日", "11月21日（土）9:00まで")),
        (at(2026, 11, 24, 15), TimeLeft("あと4日", "11月24日（火）15:00まで")),
        (at(2027, 1, 29, 15), TimeLeft("あと70日", "2027年1月29日（金）15:00まで")),
    ],
)
def test_the_nearer_the_end_the_louder_the_words(deadline: dt.datetime, words: TimeLeft) -> None:
    assert time_left(deadline, TODAY) == words


def test_a_date_that_was_moved_ahead_counts() -> None:
    ahead = Today(date(2026, 11, 24), cast.AT, before_cut_off=True)
    assert time_left(at(2026, 11, 24, 15), ahead) == TimeLeft("あと5時間", "本日15:00まで", "warn")
