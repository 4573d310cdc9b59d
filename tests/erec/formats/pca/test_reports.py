"""Files with lines of two tables."""

import io
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erec.formats.pca import Layout, Problem, Record, Row, Table, UnknownLayout, Unwritable, layouts
from erec.formats.pca.reports import read_report, tables_of, write_report
from tests.erec.formats.pca.examples import row_of

TOGETHER = [layout for layout in layouts() if layout.together]
LEDGER, SUMMARY, BREAK_EVEN = TOGETHER
FIRST, SECOND = SUMMARY.tables
CARRIED: Row = ("", "", "135", "債権", "", "", "", "", "100")
DAY: Row = ("", "", "135", "債権", "20260930", "発生", "50", "", "150")


def read_whole(layout: Layout, data: bytes) -> list[tuple[Table, Record] | Problem]:
    return list(read_report(layout, io.BytesIO(data)))


def written(layout: Layout, rows: Iterable[tuple[Table, Row]], **options: object) -> bytes:
    return b"".join(write_report(layout, rows, **options))  # type: ignore[arg-type]


def test_three_layouts_put_two_tables_into_one_file() -> None:
    assert [layout.title for layout in TOGETHER] == ["総勘定元帳等", "合計元帳", "損益分岐点計算書"]


def test_an_account_is_its_first_line_the_header_and_its_days() -> None:
    rows = [(FIRST, CARRIED), (SECOND, DAY), (SECOND, DAY), (FIRST, CARRIED), (SECOND, DAY)]
    data = written(SUMMARY, rows, header=True, hidden=frozenset({"department"}))
    carried, day = '"135","債権",,,,,100\r\n', '"135","債権",20260930,"発生",50,,150\r\n'
    header = '"勘定科目コード","勘定科目名","伝票日付","摘要","借方金額","貸方金額","残高"\r\n'
    assert data.decode("cp932") == carried + header + day + day + carried + day
    lines = (1, 3, 4, 5, 6)
    assert read_whole(SUMMARY, data) == [
        (table, Record(line, row)) for line, (table, row) in zip(lines, rows, strict=True)
    ]


def test_an_empty_line_parts_the_statement_from_its_indicators() -> None:
    statement, indicators = BREAK_EVEN.tables
    rows: list[tuple[Table, Row]] = [
        (statement, ("", "", "", "売上高", "100", "100.00", "", "", "", "")),
        (indicators, ("", "", "", "損益分岐点売上高", "80", "", "", "", "", "")),
        (indicators, ("", "", "", "限界利益率（％）", "40.25", "", "", "", "", "")),
    ]
    data = written(BREAK_EVEN, rows)
    assert data.decode("cp932") == (
        ',,,"売上高",100,100.00,,,,\r\n'
        "\r\n"
        ',,,"損益分岐点売上高",80,,,,,\r\n'
        ',,,"限界利益率（％）",40.25,,,,,\r\n'
    )
    assert read_whole(BREAK_EVEN, data) == [
        (table, Record(line, row)) for line, (table, row) in zip((1, 3, 4), rows, strict=True)
    ]


@pytest.mark.parametrize("layout", TOGETHER, ids=[layout.title for layout in TOGETHER])
@given(seed=st.integers(0, 1 << 32))
@settings(max_examples=10)
def test_what_is_written_is_read(layout: Layout, seed: int) -> None:
    """A line of a ledger's second table is known by what it says where the first is silent."""
    chance = Random(seed)
    first, second = layout.tables
    start = [(first, row_of(first, chance))]
    rest = [(second, row) for row in (row_of(second, chance) for _ in range(3)) if any(row[4:-1])]
    found = read_whole(layout, written(layout, start + rest, header=chance.random() < 0.5))
    assert [each if isinstance(each, Problem) else (each[0], each[1].row) for each in found] == start + rest


def test_what_is_wrong_is_told_at_its_line() -> None:
    data = ',,"135","債権",,,,,100\r\n,,"135","債権",20260230,"発生",-0,,150\r\n\r\n\n'.encode("cp932")
    assert read_whole(SUMMARY, data)[1:] == [
        Problem(2, 5, "伝票日付", "「20260230」は暦にない日付です。"),
        Problem(2, 7, "借方金額", "「-0」は書けません。0にしてください。"),
        Problem(3, None, "", "空の行です。取り除いてください。"),
        Problem(4, None, "", "行の終わりがLFだけです。CR LFにしてください。"),
        Problem(4, None, "", "空の行です。取り除いてください。"),
    ]


def test_a_header_in_another_order_refuses_the_file() -> None:
    heads = "部門名,部門コード,勘定科目コード,勘定科目名,伝票日付,摘要,借方金額,貸方金額,残高\r\n"
    found = read_whole(SUMMARY, (',,"135","債権",,,,,100\r\n' + heads).encode("cp932"))
    places = [(each.line, each.column) for each in found if isinstance(each, Problem)]
    assert places == [(2, 1), (2, 2), (2, None)]
    assert len(found) == 3


def test_a_bad_row_is_refused() -> None:
    with pytest.raises(Unwritable, match="2行目 7列目「借方金額」: 「x」は数字ではありません。"):
        written(SUMMARY, [(FIRST, CARRIED), (SECOND, DAY), (SECOND, (*DAY[:6], "x", "", ""))])


def test_other_layouts_have_a_file_for_each_table() -> None:
    with pytest.raises(UnknownLayout, match="「部門」の表は、別々のファイルです。表を1つ選んでください。"):
        tables_of(next(layout for layout in layouts() if layout.title == "部門"))
