"""全銀 入出金取引明細 and 振込入金通知: what is read, what is told, and that nothing is guessed."""

from datetime import date

import pytest

from erec.formats.zengin import Account, Entry, Form
from tests.erec.formats.zengin.bank import (
    LINES,
    changed,
    entries,
    found,
    problems,
    record,
    statement,
    statement_account,
    transfers,
)

STATEMENT, TRANSFERS = Form.STATEMENT, Form.TRANSFERS


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
