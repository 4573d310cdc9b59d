"""入出金明細 of ANSER as CSV."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.formats.zengin import Account, Entry, Problem, UnknownFile, read
from tests.erec.formats.zengin.bank import ON

HEADER = (
    '"照会口座","番号","勘定日","（起算日）","出金金額（円）","入金金額（円）","小切手区分","残高（円）",'
    '"取引区分","明細区分","金融機関名","支店名","摘要"'
)
ACCOUNT = "本店（101） 普通 1234567"


def line(
    number: int, *, day: str = "2026年7月1日", out: str = "", into: str = "", balance: str = "", **other: str
) -> str:
    cells = [ACCOUNT, f"{number:03}", day, other.get("value", ""), out, into, "", balance]
    cells += [other.get("kind", "入金" if into else "出金"), "", "", "", other.get("text", "ｶ)ﾐﾄﾞﾘ")]
    return ",".join(f'"{cell}"' for cell in cells)


def found(*lines: str, end: str = "\r\n") -> list[Account | Entry | Problem]:
    data = "".join(each + end for each in lines).encode("cp932")
    return list(read(io.BytesIO(data), on=ON))


def problems(*lines: str) -> list[tuple[int, int | None, str, str]]:
    return [(p.line, p.column, p.item, p.message) for p in found(*lines) if isinstance(p, Problem)]


GOOD = [
    line(1, day="2026年07月01日", into="1,157,369", balance="2,157,369", value="2026年06月30日"),
    line(2, out="157369", balance="2000000", text="ﾃﾞﾝｷﾘﾖｳ"),
]


def test_lines_are_read_with_their_account() -> None:
    account, first, second = found(HEADER, *GOOD)
    assert account == Account(
        line=2, text=ACCOUNT, branch_code="101", account_type="1", account_number="1234567"
    )
    assert isinstance(first, Entry)
    assert isinstance(second, Entry)
    assert (first.booked_on, first.value_on) == (date(2026, 7, 1), date(2026, 6, 30))
    assert (first.received, first.amount_yen, first.balance_yen) == (True, 1_157_369, 2_157_369)
    assert (first.description, first.inquiry_number) == ("ｶ)ﾐﾄﾞﾘ", "001")
    assert (second.received, second.amount_yen, second.balance_yen) == (False, 157_369, 2_000_000)
    assert second.details["取引区分"] == "出金"


def test_the_newest_may_come_first() -> None:
    lines = [
        line(1, out="100", balance="900"),
        line(2, into="500", balance="1000"),
        line(3, out="1", balance="500"),
    ]
    assert problems(HEADER, *lines) == []


def test_a_balance_that_follows_neither_way_is_told_once() -> None:
    lines = [
        line(1, into="500", balance="1500"),
        line(2, out="100", balance="1400"),
        line(3, out="100", balance="1200"),
        line(4, out="100", balance="1"),
    ]
    assert problems(HEADER, *lines) == [
        (
            4,
            8,
            "残高",
            "残高1,200円が、3行目の残高1,400円とつながりません。"
            "明細が抜けたり重なったりしていないか確かめてください。",
        )
    ]


def test_columns_that_some_banks_leave_out_or_add_are_known_by_the_header() -> None:
    header = HEADER.replace('"（起算日）",', "") + ',"メモ"'
    cells = [ACCOUNT, "001", "2026年7月1日", "", "500", "", "", "入金", "", "", "", "ｷﾖｳﾄ", "家賃"]
    _, entry = found(header, ",".join(f'"{cell}"' for cell in cells))
    assert isinstance(entry, Entry)
    assert (entry.value_on, entry.balance_yen, entry.details["メモ"]) == (None, None, "家賃")


@pytest.mark.parametrize(
    "day", ["2026年7月1日", "2026年07月01日", "2026/7/1", "2026-07-01", "2026.07.01", "20260701"]
)
def test_a_whole_year_is_read_in_each_way_that_has_one_meaning(day: str) -> None:
    entry = found(HEADER, line(1, day=day, into="5", out="0"))[1]
    assert isinstance(entry, Entry)
    assert (entry.booked_on, entry.received, entry.amount_yen) == (date(2026, 7, 1), True, 5)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_either_line_end_is_read(end: str) -> None:
    assert len(found(HEADER, *GOOD, "", end=end)) == 3


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (
            line(2, day="08.07.01", into="1"),
            (3, "勘定日", "「08.07.01」は日付として読めません。2026年5月1日のような形のはずです。"),
        ),
        (line(2, day="2026年2月30日", into="1"), (3, "勘定日", "「2026年2月30日」という日付はありません。")),
        (line(2, day="", into="1"), (3, "勘定日", "空です。必ず入るはずの項目です。")),
        (
            line(2, into="１００"),
            (
                6,
                "入金金額",
                "「１００」は金額として読めません。半角の数字（3桁ごとのカンマ可）のはずです。",
            ),
        ),
        (
            line(2, out="1,00"),
            (
                5,
                "出金金額",
                "「1,00」は金額として読めません。半角の数字（3桁ごとのカンマ可）のはずです。",
            ),
        ),
        (line(2, out="-5"), (5, "出金金額", "金額が負です。")),
        (line(2, into="5", out="5"), (6, "入金金額", "出金と入金のどちらか一方に金額があるはずです。")),
        (line(2), (6, "入金金額", "出金と入金のどちらか一方に金額があるはずです。")),
        (line(2, into="5") + ',""', (None, "", "13列のはずですが、14列です。")),
        (line(2, into="5")[:-1], (None, "", '引用符（"）の付き方が正しくありません。')),
        (line(2, into="5", text="a\x00b"), (None, "", "目に見えない文字か外字が入っています。")),
        (line(2, into="5", text="\ue000"), (None, "", "目に見えない文字か外字が入っています。")),
    ],
)
def test_a_bad_line_is_told_with_its_column_and_gives_no_entry(
    bad: str, problem: tuple[int | None, str, str]
) -> None:
    assert problems(HEADER, GOOD[0], bad, GOOD[0]) == [(3, *problem)]
    assert sum(isinstance(each, Entry) for each in found(HEADER, GOOD[0], bad, GOOD[0])) == 2


def test_another_order_of_columns_is_refused_whole() -> None:
    header = HEADER.replace('"番号","勘定日"', '"勘定日","番号"')
    [problem] = problems(header, *GOOD)
    assert problem[:3] == (1, None, "")
    assert problem[3].startswith("見出しが違います。照会口座、番号、勘定日、起算日、")


def test_a_header_that_cannot_be_read_refuses_the_file() -> None:
    assert problems(HEADER[:-1], *GOOD) == [(1, None, "", '引用符（"）の付き方が正しくありません。')]


def test_bytes_that_are_no_windows_31j_are_told() -> None:
    data = (HEADER + "\r\n").encode("cp932") + b'"\x80"\r\n'
    assert list(read(io.BytesIO(data), on=ON)) == [
        Problem(2, None, "", "2バイト目の0x80は、Windows-31J（Shift_JIS）の文字ではありません。")
    ]


def test_a_line_without_end_is_not_swallowed() -> None:
    data = (HEADER + "\r\n").encode("cp932") + b"x" * 40_000
    assert list(read(io.BytesIO(data), on=ON)) == [
        Problem(2, None, "", "1行が16,384バイトを超えています。以降は読んでいません。")
    ]


@given(st.data())
def test_no_damage_breaks_the_reader(data: st.DataObject) -> None:
    content = bytearray("\r\n".join([HEADER, *GOOD]).encode("cp932"))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    try:
        everything = list(read(io.BytesIO(bytes(content)), on=ON))
    except UnknownFile:
        return
    for each in everything:
        assert not isinstance(each, Entry) or each.amount_yen >= 0
