"""Statement files that are damaged, cut, endless or of another year: told or read, never guessed."""

import io
import tracemalloc
from collections.abc import Iterator
from datetime import date
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.formats.zengin import Account, Entry, Form, Problem, UnknownFile
from erec.formats.zengin.reading import read_fixed
from tests.erec.formats.zengin.bank import (
    LINES,
    ON,
    changed,
    entries,
    found,
    problems,
    record,
    statement,
    statement_account,
)

STATEMENT = Form.STATEMENT


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        ("29", (1, 1, "データ区分", "ここはヘッダー・レコードのはずですが、データ・レコードです。")),
        (
            "1229",
            (
                4,
                1,
                "データ区分",
                "ここはデータ・レコードかトレーラ・レコードのはずですが、エンド・レコードです。",
            ),
        ),
        (
            "1",
            (2, None, "", "エンド・レコードがありません。ファイルが途中で切れていないか確かめてください。"),
        ),
        ("12892", (5, 1, "データ区分", "エンド・レコードのあとにデータ・レコードがあります。")),
        ("12289x", (6, 1, "データ区分", "データ区分「x」はわかりません。1、2、8、9のどれかのはずです。")),
        (
            "122898",
            (6, 1, "データ区分", "エンド・レコードのあとにトレーラ・レコードがあります。"),
        ),
    ],
)
def test_records_in_another_order_are_told(order: str, problem: tuple[int, int | None, str, str]) -> None:
    good = statement([("1", 5)])
    by_mark = {"1": good[0], "2": good[1], "8": good[2], "9": good[3], "x": b"x" + good[1][1:]}
    data = b"".join(by_mark[mark] for mark in order)
    everything = list(read_fixed(io.BytesIO(data), STATEMENT, on=ON))
    assert problem in [tuple(each) for each in everything if isinstance(each, Problem)]


def test_after_an_error_in_a_line_the_totals_are_not_judged_but_the_next_account_is() -> None:
    first, second = statement_account(LINES), statement_account(LINES)
    first[1] = first[1][:21] + b"9" + first[1][22:]
    second[4] = second[4][:1] + b"000009" + second[4][7:]
    data = b"".join([*first, *second, record(STATEMENT, "end", record_count=11, account_count=2)])
    assert [(line, item) for line, _, item, _ in problems(data)] == [(2, "入払区分"), (10, "入金件数")]


def test_a_record_of_another_length_is_told_and_the_others_are_read() -> None:
    records = statement(LINES)
    records[2] = records[2].rstrip()
    data = b"\r\n".join(records) + b"\r\n"
    assert problems(data) == [
        (
            3,
            None,
            "",
            f"1件が200バイトのはずですが、{len(records[2])}バイトです。"
            "途中で切れたり、空白が削られたりしていないか確かめてください。",
        )
    ]
    assert {each.line for each in found(data) if isinstance(each, Entry)} == {2, 4}


def test_a_line_end_in_the_midst_of_a_file_without_line_ends_stops_the_reading() -> None:
    records = statement(LINES)
    data = b"".join(records[:3]) + b"\r\n" + b"".join(records[3:])
    assert problems(data)[0] == (
        4,
        None,
        "",
        "改行のないファイルですが、1バイト目に改行があります。以降は読んでいません。",
    )
    assert {each.line for each in found(data) if isinstance(each, Entry)} == {2, 3}


@pytest.mark.parametrize(
    ("short", "on", "made_on"),
    [
        (b"080801", ON, date(2026, 8, 1)),
        (b"310430", date(2019, 5, 7), date(2019, 4, 30)),
        (b"310501", date(2019, 5, 7), date(2019, 5, 1)),
        (b"010501", date(2019, 5, 7), date(2019, 5, 1)),
        (b"300801", ON, date(2018, 8, 1)),
    ],
)
def test_the_era_is_the_one_that_puts_the_file_next_to_today(short: bytes, on: date, made_on: date) -> None:
    account = found(changed(1, "made_on", short), on)[0]
    assert isinstance(account, Account)
    assert account.made_on == made_on


@pytest.mark.parametrize(
    ("short", "sentence"),
    [
        (
            b"260801",
            "年「26」が和暦なら2014年ですが、西暦の下2桁とも読めます。"
            "年が和暦2桁のファイルを銀行から取得し直してください。",
        ),
        (b"081001", "作成日が先の日付（2026年10月01日）です。"),
    ],
)
def test_a_year_that_may_be_another_is_not_guessed(short: bytes, sentence: str) -> None:
    assert problems(changed(1, "made_on", short)) == [(1, 4, "作成日", sentence)]
    assert not [each for each in found(changed(1, "made_on", short)) if isinstance(each, Entry)]


@given(st.lists(st.tuples(st.sampled_from("12"), st.integers(0, 10**12 - 1)), max_size=5), st.booleans())
def test_what_a_bank_writes_is_read_as_it_was(lines: list[tuple[str, int]], ends: bool) -> None:
    records = statement(lines)
    read_ = entries((b"\r\n" if ends else b"").join(records))
    assert [("1" if each.received else "2", each.amount_yen) for each in read_] == lines


@given(st.data())
def test_a_file_with_any_damage_is_told_or_read_but_never_breaks_the_reader(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([b"", b"\r\n"])).join(statement(LINES)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(1, len(content) - 1))
        damage = data.draw(st.binary(max_size=4))
        content[at : at + data.draw(st.integers(0, 4))] = damage
    try:
        everything = found(bytes(content))
    except UnknownFile:
        return
    for each in everything:
        if isinstance(each, Entry):
            assert 0 <= each.amount_yen < 10**12
            assert each.account in everything


class Endless(io.RawIOBase):
    """A file made while it is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts, self.rest = parts, b""

    def seek(self, *_: int) -> int:
        return 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and (part := next(self.parts, b"")):
            self.rest += part
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken


def peak_of(count: int) -> int:
    records = statement_account([("1", 1)])
    lines = chain(records[:1], repeat(records[1], count), records[2:])
    source = Endless(lines)
    tracemalloc.start()
    try:
        assert sum(isinstance(each, Entry) for each in read_fixed(source, STATEMENT, on=ON)) == count  # type: ignore[arg-type]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file() -> None:
    peak_of(10)
    small, large = peak_of(1_000), peak_of(5_000)
    assert large < small + 100_000
