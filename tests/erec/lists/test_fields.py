"""What may be typed into a search."""

import pytest
from django import forms

from erec.lists.fields import DayField, YenField, require_range


class SearchForm(forms.Form):
    first = DayField(label="支払期日（から）")
    last = DayField(label="支払期日（まで）")
    least = YenField(label="債権金額（から）")
    most = YenField(label="債権金額（まで）")

    def clean(self) -> None:
        require_range(self, "first", "last")
        require_range(self, "least", "most")


@pytest.mark.parametrize(
    ("typed", "yen"),
    [
        ("", ""),
        ("0", "0"),
        ("0012", "12"),
        ("1,234,567", "1234567"),
        ("１，２３４円", "1234"),
        ("¥1,000", "1000"),
        ("9,999,999,999", "9999999999"),
    ],
)
def test_an_amount_as_people_type_it(typed: str, yen: str) -> None:
    form = SearchForm({"least": typed})
    assert form.is_valid()
    assert form.cleaned_data["least"] == yen


@pytest.mark.parametrize("typed", ["-1", "1.5", "1e9", "10000000000", "百万", "1 000", "²", "٣", "1" * 5000])
def test_an_amount_that_is_none(typed: str) -> None:
    assert SearchForm({"least": typed}).errors == {
        "least": ["0から9,999,999,999までの金額を、数字で入力してください。"]
    }


@pytest.mark.parametrize(
    "typed", ["x", "2026-02-30", "1999-12-31", "3000-01-01", "0001-01-01", "10000-01-01"]
)
def test_a_day_that_is_none(typed: str) -> None:
    assert SearchForm({"first": typed}).errors == {
        "first": ["2000年から2999年までの、正しい日付を入力してください。"]
    }


@pytest.mark.parametrize(
    ("low", "high", "fits"), [("9", "10", True), ("10", "9", False), ("7", "7", True), ("9", "", True)]
)
def test_amounts_compare_as_numbers(low: str, high: str, fits: bool) -> None:
    assert SearchForm({"least": low, "most": high}).is_valid() is fits


def test_days_the_wrong_way_round_are_told_at_the_second() -> None:
    form = SearchForm({"first": "2026-11-20", "last": "2026-11-19"})
    assert form.errors == {"last": ["「支払期日（から）」より前になっています。入れ替えてください。"]}
    assert SearchForm({"first": "2026-11-20", "last": "2026-11-20"}).is_valid()
