"""全銀 入出金取引明細 and 振込入金通知: what is read, what is told, and that nothing is guessed."""

import io
import tracemalloc
from collections.abc import Iterator
from datetime import date
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.formats.zengin import Account, Entry, Form, Problem, UnknownFile, read
from erec.formats.zengin.reading import read_fixed
from erec.formats.zengin.records import layout
from tests.erec.formats.zengin.bank import ON, record, statement, statement_account, transfers

STATEMENT, TRANSFERS = Form.STATEMENT, Form.TRANSFERS


def found(data: bytes, on: date = ON) -> list[Account | Entry | Problem]:
    return list(read(io.BytesIO(data), on=on))


def entries(data: bytes) -> list[Entry]:
    everything = found(data)
    assert [each for each in everything if isinstance(each, Problem)] == []
    return [each for each in everything if isinstance(each, Entry)]


def problems(data: bytes, on: date = ON) -> list[tuple[int, int | None, str, str]]:
    return [tuple(each) for each in found(data, on) if isinstance(each, Problem)]  # type: ignore[misc]


def test_a_file_written_by_hand_is_read_item_by_item() -> None:
    header = "10300808010807010807319999" + "ｲﾁﾏﾙｼﾝｷﾝ".ljust(15) + "101" + "ﾎﾝﾃﾝ".ljust(15)
    header += "00010001234567" + "ｶ)ｱｵﾊﾞ".ljust(40) + "1100000000250000" + " " * 71
    line = "20000000708073108073011100000012345600000000000000000000000000000000"
    line += "1021234567890" + "ｶ)ﾐﾄﾞﾘｼﾖｳｶｲ".ljust(48) + "ｱｵｿﾞﾗ".ljust(15) + "ｴｷﾏｴ".ljust(15)
    line += "ﾌﾘｺﾐ".ljust(20) + "INV-0731".ljust(20) + " "
    trailer = "8000001000000012345600000000000000000001000000003734560000001" + " " * 139
    end = "9000000000400001" + " " * 184
    data = b"".join(text.encode("cp932") for text in (header, line, trailer, end))
    assert len(data) == 800
    account, entry = found(data)
    assert account == Account(
        line=1,
        bank_code="9999",
        bank_name="ｲﾁﾏﾙｼﾝｷﾝ",
        branch_code="101",
        branch_name="ﾎﾝﾃﾝ",
        account_type="1",
        account_number="0001234567",
        holder="ｶ)ｱｵﾊﾞ",
        made_on=date(2026, 8, 1),
        first_day=date(2026, 7, 1),
        last_day=date(2026, 7, 31),
        opening_yen=250_000,
    )
    assert isinstance(entry, Entry)
    assert (entry.booked_on, entry.value_on) == (date(2026, 7, 31), date(2026, 7, 30))
    assert (entry.received, entry.amount_yen, entry.cancelled) == (True, 123_456, False)
    assert (entry.counterparty, entry.description, entry.edi) == ("ｶ)ﾐﾄﾞﾘｼﾖｳｶｲ", "ﾌﾘｺﾐ", "INV-0731")
    assert (entry.inquiry_number, entry.line, entry.account) == ("00000007", 2, account)
    assert entry.details["僚店番号"] == "102"
    assert entry.details["仕向銀行名"] == "ｱｵｿﾞﾗ"
    assert entry.details["交換呈示日"] is None
    assert entry.details["手形・小切手区分"] == ""


LINES = [("1", 500), ("2", 300), ("1", 1)]


@pytest.mark.parametrize("between", [b"", b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("after", [b"", b"\x1a", b"\r\n", b"\r\n\x1a"])
def test_records_may_have_any_line_end_or_none_and_dos_end_of_file(between: bytes, after: bytes) -> None:
    read_ = entries(between.join(statement(LINES)) + after)
    assert [(each.received, each.amount_yen) for each in read_] == [(True, 500), (False, 300), (True, 1)]


def test_several_accounts_stand_in_one_file() -> None:
    first, second = statement_account(LINES), statement_account([("2", 2000)], opening=1000)
    end = record(STATEMENT, "end", record_count=len(first) + len(second) + 1, account_count=2)
    everything = found(b"".join([*first, *second, end]))
    assert [type(each) for each in everything] == [Account, Entry, Entry, Entry, Account, Entry]
    assert everything[5].account is everything[4]  # type: ignore[union-attr]


def test_an_account_of_another_kind_of_file_is_told() -> None:
    first, second = statement_account(LINES), statement_account([("2", 20)])
    second[0] = second[0][:1] + b"01" + second[0][3:]
    end = record(STATEMENT, "end", record_count=9, account_count=2)
    data = b"".join([*first, *second, end])
    assert problems(data) == [(6, 2, "種別コード", "2～3バイト目: 「03」のはずですが、「01」です。")]
    assert {each.line for each in found(data) if isinstance(each, Entry)} == {2, 3, 4}


def test_an_account_without_lines_and_an_overdraft_are_no_errors() -> None:
    assert entries(b"".join(statement([]))) == []
    assert len(entries(b"".join(statement([("2", 5000)], opening=1000)))) == 1


def transfer(key: str, **values: object) -> bytes:
    return record(TRANSFERS, key, **values)  # type: ignore[arg-type]


def test_transfers_of_both_formats_are_told_apart_record_by_record() -> None:
    lines = [
        transfer("data_a", amount_yen=1_234_567_890, remitter="ｶ)ﾐﾄﾞﾘ", edi="12345678901234567890"),
        transfer("data_b", amount_yen=0, large_amount_yen=12_345_678_901, remitter="ﾔﾏﾀﾞ ﾀﾛｳ", edi="EDI"),
        transfer("data_b", amount_yen=55, large_amount_yen=0, remitter="ﾔﾏﾀﾞ ﾀﾛｳ"),
    ]
    read_ = entries(b"".join(transfers(lines, yen=13_580_246_846)))
    assert [(each.amount_yen, each.counterparty, each.edi) for each in read_] == [
        (1_234_567_890, "ｶ)ﾐﾄﾞﾘ", "12345678901234567890"),
        (12_345_678_901, "ﾔﾏﾀﾞ ﾀﾛｳ", "EDI"),
        (55, "ﾔﾏﾀﾞ ﾀﾛｳ", ""),
    ]
    assert all(each.received for each in read_)


def test_two_amounts_in_a_record_of_format_b_are_refused() -> None:
    lines = [transfer("data_b", amount_yen=1, large_amount_yen=12_345_678_901)]
    assert problems(b"".join(transfers(lines, yen=1))) == [
        (2, 12, "金額（2）", "金額（1）と金額（2）の両方に金額があります。")
    ]


@pytest.mark.parametrize("yen", [300, 200, 100])
def test_a_cancelled_transfer_may_count_in_the_total_or_not_or_reduce_it(yen: int) -> None:
    lines = [transfer("data_a", amount_yen=200), transfer("data_a", amount_yen=100, cancelled="1")]
    read_ = entries(b"".join(transfers(lines, yen=yen)))
    assert [each.cancelled for each in read_] == [False, True]


def test_a_total_that_fits_no_reading_is_told() -> None:
    lines = [transfer("data_a", amount_yen=200), transfer("data_a", amount_yen=100, cancelled="1")]
    assert problems(b"".join(transfers(lines, yen=250))) == [
        (4, 3, "振込合計金額", "250円とありますが、明細からは300円です。")
    ]


def changed(at: int, key: str, cell: bytes) -> bytes:
    """A good file, but for one cell of its record `at`."""
    records = statement(LINES)
    name = {1: "header", 5: "trailer", 6: "end"}.get(at, "data")
    field = layout(STATEMENT).records[name].field(key)
    assert len(cell) == field.length
    old = records[at - 1]
    records[at - 1] = old[: field.first - 1] + cell + old[field.last :]
    return b"".join(records)


@pytest.mark.parametrize(
    ("at", "key", "cell", "problem"),
    [
        (
            1,
            "charset",
            b"1",
            (1, 3, "コード区分", "4バイト目: 「1」はわかりません。0（JIS）のどれかのはずです。"),
        ),
        (
            1,
            "account_type",
            b"6",
            (
                1,
                12,
                "預金種目",
                "63バイト目: 「6」はわかりません。"
                "1（普通預金）、2（当座預金）、4（貯蓄預金）のどれかのはずです。",
            ),
        ),
        (2, "booked_on", b"080230", (2, 3, "勘定日", "10～15バイト目: 「080230」という日付はありません。")),
        (2, "booked_on", b"000731", (2, 3, "勘定日", "10～15バイト目: 「000731」という日付はありません。")),
        (2, "booked_on", b"000000", (2, 3, "勘定日", "10～15バイト目: 「000000」という日付はありません。")),
        (2, "booked_on", b"      ", (2, 3, "勘定日", "10～15バイト目: 空です。必ず入るはずの項目です。")),
        (
            2,
            "booked_on",
            b" 80731",
            (2, 3, "勘定日", "10～15バイト目: 半角の数字6桁（右づめ、前は0）のはずですが、「 80731」です。"),
        ),
        (
            2,
            "direction",
            b"3",
            (
                2,
                5,
                "入払区分",
                "22バイト目: 「3」はわかりません。1（入金）、2（出金）のどれかのはずです。",
            ),
        ),
        (
            3,
            "amount_yen",
            b"       -3000",
            (
                3,
                7,
                "取引金額",
                "25～36バイト目: 半角の数字12桁（右づめ、前は0）のはずですが、「       -3000」です。",
            ),
        ),
        (3, "amount_yen", b" " * 12, (3, 7, "取引金額", "25～36バイト目: 空です。必ず入るはずの項目です。")),
        (
            3,
            "remitter",
            "ﾐﾄﾞﾘ商会".encode("cp932").ljust(48),
            (
                3,
                15,
                "振込依頼人名または契約者番号",
                "82～129バイト目: 半角の文字だけのはずですが、「商」が入っています。",
            ),
        ),
        (
            3,
            "edi",
            b"\x00".ljust(20),
            (3, 19, "EDI情報", "180～199バイト目: 半角の文字だけのはずですが、U+0000が入っています。"),
        ),
        (
            3,
            "edi",
            b"\x80".ljust(20),
            (3, 19, "EDI情報", "180～199バイト目: 0x80は半角の文字ではありません。"),
        ),
        (5, "in_count", b"000003", (5, 2, "入金件数", "3件とありますが、明細からは2件です。")),
        (5, "in_yen", b"0000000000502", (5, 3, "入金額合計", "502円とありますが、明細からは501円です。")),
        (5, "out_count", b"000000", (5, 4, "出金件数", "0件とありますが、明細からは1件です。")),
        (5, "out_yen", b"0000000000301", (5, 5, "出金額合計", "301円とありますが、明細からは300円です。")),
        (5, "data_count", b"0000002", (5, 8, "データ・レコード件数", "2件とありますが、明細からは3件です。")),
        (
            5,
            "closing_yen",
            b"00000000001202",
            (5, 7, "取引後残高", "1,202円とありますが、明細からは1,201円です。"),
        ),
        (5, "closing_sign", b"2", (5, 7, "取引後残高", "-1,201円とありますが、明細からは1,201円です。")),
        (6, "record_count", b"0000000007", (6, 2, "レコード総件数", "7件とありますが、明細からは6件です。")),
        (6, "account_count", b"00002", (6, 3, "口座数", "2口座とありますが、明細からは1口座です。")),
    ],
)
def test_what_is_wrong_in_a_cell_is_told_alone_with_its_place(
    at: int, key: str, cell: bytes, problem: tuple[int, int, str, str]
) -> None:
    data = changed(at, key, cell)
    assert problems(data) == [problem]
    lines = {each.line for each in found(data) if isinstance(each, Entry)}
    assert lines == (set() if at == 1 else {2, 3, 4} - {at})


@pytest.mark.parametrize("count", [6, 5, 3])
def test_the_count_of_records_may_leave_out_the_last_or_all_but_the_lines(count: int) -> None:
    assert len(entries(changed(6, "record_count", b"%010d" % count))) == 3


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
