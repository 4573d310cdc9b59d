"""Kana from form to form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.formats import kana, windows31j


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("ガギパヴァッー・「」。", "ｶﾞｷﾞﾊﾟｳﾞｧｯｰ･｢｣｡"),
        ("ＡＢｃ１２３（株）　－", "ABc123(株) -"),
        ("ヰヱヮヵヶ漢ひ", "ヰヱヮヵヶ漢ひ"),
        ("＼～￥", "＼～￥"),  # their half-width forms are drawn as other signs
        ("ﾊﾞA", "ﾊﾞA"),
    ],
)
def test_half_width_is_taken_where_there_is_one(text: str, half: str) -> None:
    assert kana.half_width(text) == half


def test_letters_and_kana_are_halved_apart() -> None:
    assert kana.half_width_letters("ＡＢカナ（株）") == "ABカナ(株)"
    assert kana.half_width_kana("ＡＢガナ（株）「あ」") == "ＡＢｶﾞﾅ（株）「あ」"


def test_hiragana_becomes_katakana() -> None:
    assert kana.katakana("かぶしきがいしゃゔゞアＡ漢") == "カブシキガイシャヴヾアＡ漢"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("きょうとしょうかい", "ｷﾖｳﾄｼﾖｳｶｲ"),
        ("カ）ヴァーラ・ヲｯﾁ ｈｏｕｓｅ", "ｶ)ｳﾞｱ-ﾗ.ｵﾂﾁ HOUSE"),
        ("キャッシュヮ", "ｷﾔﾂｼﾕﾜ"),
    ],
)
def test_names_are_written_as_banks_files_take_them(text: str, written: str) -> None:
    assert kana.bank_letters(text) == written
    assert kana.strangers_of_banks(written) == []


def test_what_a_name_in_a_banks_file_may_not_have_is_found() -> None:
    assert kana.strangers_of_banks("青ｱｧ,ｦ｡A") == [(0, "青"), (2, "ｧ"), (3, ","), (4, "ｦ"), (5, "｡")]


@given(st.text())
def test_halving_twice_changes_nothing_more_and_never_widens(text: str) -> None:
    half = kana.half_width(text)
    assert kana.half_width(half) == half
    assert windows31j.width(half) <= windows31j.width(text)
    written = kana.bank_letters(text)
    assert kana.bank_letters(written) == written
