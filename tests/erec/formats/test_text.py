"""The pure checks of typed text: what is understood, and the sentence for what is not."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.formats import text, windows31j
from erec.formats.text import BadText


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  山田 太郎\u3000", "山田 太郎"),
        ("\t青葉部品\r\n", "青葉部品"),
        ("か\u3099くせい", "がくせい"),
        ("経理〜総務", "経理～総務"),
        ("A−1", "A－1"),
        ("￥100と¥100", "￥100と￥100"),
        ("経理\u00a0太郎", "経理 太郎"),
        ("\ufa19谷", "\ufa19谷"),
        ("髙橋", "髙橋"),
    ],
)
def test_text_is_tidied_to_what_was_meant(typed: str, meant: str) -> None:
    assert text.tidy(typed) == meant


@given(st.text())
def test_tidying_twice_changes_nothing_more(typed: str) -> None:
    once = text.tidy(typed)
    assert text.tidy(once) == once


@given(st.text(max_size=50))
def test_what_is_accepted_can_be_written_as_windows_31j(typed: str) -> None:
    meant = text.tidy(typed)
    try:
        text.refuse_unseen(meant)
        text.refuse_unwritable(meant)
    except BadText:
        return
    assert windows31j.unencodable(meant) == []
    assert all(c.isprintable() or c == "\u3000" for c in meant)


@pytest.mark.parametrize(
    ("check", "typed", "sentence"),
    [
        (
            text.refuse_unseen,
            "a\0b",
            "目に見えない文字（U+0000）が入っています。"
            "貼り付けた場合は、入力欄を空にしてから入力し直してください。",
        ),
        (
            text.refuse_unseen,
            "a\u200bb",
            "目に見えない文字（U+200B）が入っています。"
            "貼り付けた場合は、入力欄を空にしてから入力し直してください。",
        ),
        (text.refuse_unseen, "a\ud800", "正しく読み取れない文字が入っています。入力し直してください。"),
        (text.refuse_unwritable, "寿司🍣", "「🍣」は使えません。別の文字か、かなに置きかえてください。"),
        (text.refuse_unwritable, "𠮷野", "「𠮷」は使えません。別の文字か、かなに置きかえてください。"),
        (text.refuse_unwritable, "A〜B", "「〜」は使えません。別の文字か、かなに置きかえてください。"),
        (text.refuse_unwritable, "한", "「한」は使えません。別の文字か、かなに置きかえてください。"),
        (text.refuse_unwritable, "\ue000", "外字（U+E000）は使えません。代わりの文字で入力してください。"),
        (
            text.refuse_unwritable,
            "葛\U000e0100",
            "字体を指定する見えない文字（U+E0100）が入っています。入力し直してください。",
        ),
        (text.refuse_full_width, "ａbc", "半角の英数字・記号で入力してください。「ａ」は使えません。"),
        (text.refuse_full_width, "ｱ", "半角の英数字・記号で入力してください。「ｱ」は使えません。"),
    ],
)
def test_what_cannot_be_taken_is_named(check: Callable[[str], None], typed: str, sentence: str) -> None:
    with pytest.raises(BadText) as refusal:
        check(typed)
    assert str(refusal.value) == sentence


def taken(check: Callable[..., None], value: str, **bounds: int) -> bool:
    try:
        check(value, **bounds)
    except BadText:
        return False
    return True


@pytest.mark.parametrize("kept", ["髙﨑", "①㈱Ⅲ", "ﾔﾏﾀﾞ ﾀﾛｳ", "Ａb１", "－～￥", "\ufa19"])
def test_what_windows_can_write_is_taken(kept: str) -> None:
    assert taken(text.refuse_unseen, kept)
    assert taken(text.refuse_unwritable, kept)


@pytest.mark.parametrize(
    ("typed", "minimum", "maximum", "sentence"),
    [
        ("あ" * 41, 0, 40, "40文字以内で入力してください。今は41文字です。"),
        ("abc", 6, 12, "6文字以上で入力してください。今は3文字です。"),
        ("12345678", 9, 9, "9文字で入力してください。今は8文字です。"),
    ],
)
def test_a_wrong_length_is_told_with_both_numbers(
    typed: str, minimum: int, maximum: int, sentence: str
) -> None:
    with pytest.raises(BadText) as refusal:
        text.refuse_length(typed, minimum=minimum, maximum=maximum)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(("length", "fits"), [(5, False), (6, True), (12, True), (13, False)])
def test_both_bounds_of_a_length_are_taken_and_no_more(length: int, fits: bool) -> None:
    assert taken(text.refuse_length, "x" * length, minimum=6, maximum=12) is fits
