"""Amounts and dates as people type them: understood in one way only, or refused in a sentence."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.formats.text import BadText
from erec.workflow.forms import reading

FULL_WIDTH = str.maketrans("0123456789,", "０１２３４５６７８９，")


@given(st.integers(1, reading.AMOUNT_MAX_YEN))
def test_every_amount_is_read_back_however_it_is_written(amount: int) -> None:
    plain, grouped = str(amount), f"{amount:,}"
    for text in (plain, grouped, f"{grouped}円", f"¥{grouped}", f" ￥{plain} 円 "):
        for typed in (text, text.translate(FULL_WIDTH)):
            assert reading.amount_yen(typed) == amount


def outcome(read: Callable[[str], object], text: str) -> object:
    """What was read, or the sentence."""
    try:
        return read(text)
    except BadText as refused:
        return str(refused)


@given(st.text(max_size=30))
def test_no_text_makes_anything_but_an_amount_or_a_sentence(text: str) -> None:
    amount, day = outcome(reading.amount_yen, text), outcome(reading.day, text)
    if isinstance(amount, int):
        assert 1 <= amount <= reading.AMOUNT_MAX_YEN
    else:
        assert str(amount).endswith(("。", "例：1,234,567"))
    assert isinstance(day, date) or str(day).endswith("。")


@pytest.mark.parametrize(
    "text", ["1,23", "12,34", ",123", "1,,234", "1234,567", "123,", "0001,234,56", "１，２３"]
)
def test_separators_in_the_wrong_place_are_no_amount(text: str) -> None:
    with pytest.raises(BadText, match="区切りの「,」の位置"):
        reading.amount_yen(text)


@pytest.mark.parametrize("text", ["1_000", "0x10", "１億", "1e3", "½", "Ⅳ", "一", "٣", "+5", "5%"])
def test_other_signs_are_no_digits(text: str) -> None:
    with pytest.raises(BadText, match="金額は数字で入力してください。"):
        reading.amount_yen(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2028-02-29", date(2028, 2, 29)),
        ("2026.12.1", date(2026, 12, 1)),
        ("２０２６／１２／１", date(2026, 12, 1)),
        ("2026 年 12 月 1 日", date(2026, 12, 1)),
        ("令和元年12月1日", date(2019, 12, 1)),
        ("r8-12-1", date(2026, 12, 1)),
    ],
)
def test_dates_are_understood(text: str, read: date) -> None:
    assert reading.day(text) == read


@pytest.mark.parametrize("text", ["2027-02-29", "2026/13/1", "20260001", "令和8年2月30日", "0000-01-01"])
def test_a_day_that_is_in_no_calendar_is_named_so(text: str) -> None:
    with pytest.raises(BadText, match="この日付は暦にありません。"):
        reading.day(text)


@pytest.mark.parametrize(
    "text", ["", "12/1", "2026", "26/12/1", "昭和64年1月7日", "2026-12", "2026/12/1 10:00"]
)
def test_what_is_no_whole_date_is_asked_for_in_order(text: str) -> None:
    with pytest.raises(BadText, match="年・月・日の順に"):
        reading.day(text)
