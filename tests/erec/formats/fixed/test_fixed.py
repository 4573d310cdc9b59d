"""The engine of fixed-length records: layouts that contradict themselves, cells that cannot be written."""

import io
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.formats.fixed import framing
from erec.formats.fixed.eras import era_date, short_year
from erec.formats.fixed.framing import frames
from erec.formats.fixed.loading import Filling, _record
from erec.formats.fixed.model import Field, Kind, Unwritable, Value

NEAR = date(2026, 8, 1)
FILLING = Filling("0", re.compile("[ -~｡-ﾟ]*"))


def field(kind: Kind, *, length: int = 8, **other: object) -> Field:
    values = {
        "optional": False,
        "choices": {"1": "入金", "2": "出金"},
        "fixed": "",
        "letters": FILLING.letters,
        "blank": "0",
        "note": "",
    }
    return Field(1, "key", "項目", 1, length, kind, **{**values, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ([("1", "text"), ("3-10", "text")], "x: 項目2 begins at 3, after 1"),
        ([("1-3", "text"), ("3-10", "text")], "x: 項目2 begins at 3, after 3"),
        ([("1-9", "text")], "x: レコード ends at 9, not 10"),
        ([("1-11", "text")], "x: レコード ends at 11, not 10"),
    ],
)
def test_a_layout_with_a_gap_an_overlap_or_another_length_is_refused(
    fields: list[tuple[str, str]], sentence: str
) -> None:
    items = [
        {"at": at, "name": f"項目{n}", "key": f"key{n}", "kind": kind}
        for n, (at, kind) in enumerate(fields, 1)
    ]
    with pytest.raises(ValueError, match=sentence):
        _record({"mark": "1", "name": "レコード", "fields": items}, 10, FILLING, "x")


def test_a_layout_with_an_unknown_word_is_refused() -> None:
    item = {"at": "1-10", "name": "項目", "key": "key", "kind": "text", "lenght": 3}
    with pytest.raises(ValueError, match=r"x, item 1: unknown \['lenght'\]"):
        _record({"mark": "1", "name": "レコード", "fields": [item]}, 10, FILLING, "x")


@pytest.mark.parametrize(
    ("kind", "value", "cell"),
    [
        (Kind.NUMBER, 120, b"00000120"),
        (Kind.CODE, "0120", b"00000120"),
        (Kind.TEXT, "ｶﾞ A", b"\xb6\xde A    "),
        (Kind.DATE, date(2026, 7, 5), b"20260705"),
    ],
)
def test_a_cell_is_written_and_read(kind: Kind, value: Value, cell: bytes) -> None:
    assert field(kind).write(value) == cell
    assert field(kind).read(cell, NEAR) == ("00000120" if kind is Kind.CODE else value)


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        (Kind.NUMBER, 123_456_789, "8桁に入りません（9桁です）。"),
        (Kind.NUMBER, -1, "数字ではありません（「-1」）。"),
        (Kind.CODE, "１２", "数字ではありません（「１２」）。"),
        (Kind.TEXT, "青葉", "「青」は使えません。半角の英大文字・数字・カナと記号だけです。"),
        (Kind.TEXT, "ｶﾞｶﾞｶﾞｶﾞA", "8桁に入りません（9桁です）。"),
        (Kind.CHOICE, "3", "「3」は選べません。1（入金）、2（出金）のどれかです。"),
        (Kind.TEXT, "", "空にできません。"),
        (Kind.DATE, None, "空にできません。"),
    ],
)
def test_what_cannot_be_written_is_said(kind: Kind, value: Value, sentence: str) -> None:
    item = {"at": "1-8", "name": "項目", "key": "key", "kind": kind, "choices": "1:入金、2:出金"}
    record = _record({"mark": "1", "name": "レコード", "fields": [item]}, 8, FILLING, "x")
    with pytest.raises(Unwritable) as refusal:
        record.write({"key": value}, 3)
    assert str(refusal.value) == f"3件目のレコード 1番「項目」: {sentence}"


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (Kind.NUMBER, b"        ", None),
        (Kind.NUMBER, b"00000000", 0),
        (Kind.CODE, b"00000000", ""),
        (Kind.CHOICE, b"0", ""),
        (Kind.ERA_DATE, b"000000", None),
        (Kind.TEXT, b"        ", ""),
        (Kind.FILLER, b"\x00\x80", None),
    ],
)
def test_an_optional_cell_may_be_empty(kind: Kind, cell: bytes, value: Value) -> None:
    assert field(kind, length=len(cell), optional=True).read(cell, NEAR) == value


@pytest.mark.parametrize(
    ("text", "near", "day"),
    [
        ("280503", date(2016, 6, 1), date(2016, 5, 3)),
        ("080229", NEAR, date(1996, 2, 29)),  # 2026 has none
        ("060229", NEAR, date(2024, 2, 29)),
        ("640107", NEAR, date(2052, 1, 7)),
        ("000101", NEAR, None),
        ("081301", NEAR, None),
    ],
)
def test_the_era_is_the_nearer_one(text: str, near: date, day: date | None) -> None:
    assert era_date(text, near) == day


@given(st.dates(date(1990, 1, 1), date(2080, 12, 31)))
def test_a_date_of_an_era_comes_back(day: date) -> None:
    assert era_date(f"{short_year(day):02}{day:%m%d}", day) == day


@given(st.lists(st.binary(min_size=5, max_size=5).filter(lambda r: not set(r) & {10, 13, 26}), min_size=1))
def test_records_come_out_as_they_went_in_whatever_stands_between(records: list[bytes]) -> None:
    for between in (b"", b"\r\n", b"\n", b"\r"):
        data = between.join(records) + between
        cut = [(frame.data, frame.problem) for frame in frames(io.BytesIO(data), 5)]
        assert cut == [(record, "") for record in records]


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b""])
def test_where_the_file_is_cut_into_blocks_does_not_matter(
    monkeypatch: pytest.MonkeyPatch, end: bytes
) -> None:
    data = end.join([b"11111", b"22222", b"33333", b""])
    for block in range(7, 30):
        monkeypatch.setattr(framing, "BLOCK", block)
        assert [frame.data for frame in frames(io.BytesIO(data), 5)] == [b"11111", b"22222", b"33333"]


def test_a_line_that_never_ends_is_told_and_not_kept() -> None:
    data = b"1" * 5 + b"\n" + b"2" * 3 * framing.BLOCK
    assert [(frame.line, frame.problem) for frame in frames(io.BytesIO(data), 5)] == [
        (1, ""),
        (2, "65536バイトを過ぎても改行がありません。以降は読んでいません。"),
    ]
