"""The book in words."""

from datetime import date, datetime, timedelta

import pytest

from erec.claims.models import RecordEvent
from erec.claims.reading import _FACTS, account_words, day, distance, time_left, yen

NOW = datetime.fromisoformat("2026-11-20T10:00:00+09:00")


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("9999-101-2-0123456", "一〇信用金庫 本店 当座 0123456"),
        ("9999-999-1-0000001", "一〇信用金庫 999 普通 0000001"),
        ("0001-001-9-7654321", "みずほ 東京営業部 その他 7654321"),
        ("0000-001-1-7654321", "0000 001 普通 7654321"),
    ],
)
def test_an_account_by_its_names_where_there_are_some(account: str, words: str) -> None:
    assert account_words(account) == words


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 11, 20), "本日"),
        (date(2026, 11, 21), "1日後"),
        (date(2026, 11, 18), "2日前"),
        (date(2027, 2, 26), "98日後"),
    ],
)
def test_how_far_a_day_is(on: date, words: str) -> None:
    assert distance(on, date(2026, 11, 20)) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ({"days": 7, "hours": 5}, "あと7日"),
        ({"days": 1}, "あと1日"),
        ({"hours": 23, "minutes": 59, "seconds": 59}, "あと23時間59分"),
        ({"hours": 1}, "あと1時間0分"),
        ({"minutes": 42, "seconds": 30}, "あと42分"),
        ({"seconds": 59}, "あと0分"),
    ],
)
def test_the_time_that_is_left_is_never_more_than_there_is(span: dict[str, int], words: str) -> None:
    assert time_left(NOW + timedelta(**span), NOW) == words


def test_days_and_yen() -> None:
    assert day(date(2027, 2, 26)) == "2027年2月26日（金）"
    assert yen(9_999_999_999) == "9,999,999,999円"


def test_every_kind_of_record_can_be_told() -> None:
    assert set(_FACTS) == set(RecordEvent.Kind)
