"""Rows to bytes: the forms, and what never becomes a file."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from erec.formats.pca import BARE, QUOTED, TAB, Problem, Row, Table, Unwritable, find, write
from erec.formats.pca.writing import PROBLEMS_MAX, ROWS_AT_ONCE
from erec.formats.windows31j import SUBSTITUTE

CLAIMS = find("電子記録債権期日管理帳票", "電子記録債権")
TREND = find("月次推移表")
ROW = ("20260930", "R1", "㈱髙﨑", "120", 'a,"b"')


def refusal_of(table: Table, rows: Iterable[Row], **options: object) -> Unwritable:
    with pytest.raises(Unwritable) as refused:
        list(write(table, rows, **options))  # type: ignore[arg-type]
    return refused.value


def test_strings_are_quoted_numbers_bare_and_empty_cells_nothing() -> None:
    data = b"".join(write(CLAIMS, [ROW, ("20260930", "", "", "1", "")], header=True))
    assert data == (
        '"支払期日","記録番号","取引先","金額","摘要"\r\n'
        '20260930,"R1","㈱髙﨑",120,"a,""b"""\r\n'
        "20260930,,,1,\r\n"
    ).encode("cp932").replace("髙﨑".encode("cp932"), b"\xfb\xfc\xfa\xb1")


def test_tabs_and_no_quotes_are_profiles() -> None:
    row = (*ROW[:4], "m")
    assert b"".join(write(CLAIMS, [row], profile=TAB)).split(b"\t")[:2] == [b"20260930", b'"R1"']
    assert b"".join(write(CLAIMS, [row], profile=BARE)).startswith(b"20260930,R1,")


def test_signs_that_windows_has_under_another_number_are_refused_or_by_choice_written_as_its_own() -> None:
    row = ("20260930", "R1", "A〜B−C", "1", "—")
    assert [each.column for each in refusal_of(CLAIMS, [row]).problems] == [3, 5]
    [data] = write(CLAIMS, [row], profile=replace(QUOTED, charset=SUBSTITUTE))
    assert data == '20260930,"R1","A～B－C",1,"―"\r\n'.encode("cp932")


def test_what_cannot_go_without_quotes_is_refused() -> None:
    refusal = refusal_of(CLAIMS, [ROW], profile=BARE)
    assert refusal.problems == [
        Problem(1, 5, "摘要", "「,」は、引用符を使わない形式では書けません。"),
        Problem(1, 5, "摘要", '「"」は、引用符を使わない形式では書けません。'),
    ]


def test_the_version_line_comes_first_and_only_where_there_is_one() -> None:
    data = b"".join(write(find("部門"), [], version_line=True, header=True))
    assert data.split(b"\r\n")[0] == b"\\text version='5' \\"
    refusal = refusal_of(CLAIMS, [ROW], version_line=True)
    assert str(refusal) == f"0行目: {CLAIMS.label}に、バージョンの行はありません。"


def test_blanks_at_the_end_are_stripped_and_line_breaks_become_four_characters() -> None:
    [data] = write(CLAIMS, [("20260930", "R1  ", " あ　 ", "1", "　")])
    assert data == '20260930,"R1"," あ",1,\r\n'.encode("cp932")
    table = find("伝票エラーメッセージ")
    [data] = write(table, [("0001", "名", "", "1", "", "", "", "", "一\r\n二\n三")])
    assert data.endswith('"一\\r\\n二\\r\\n三"\r\n'.encode("cp932"))


def test_months_stand_side_by_side_and_name_themselves_in_the_header() -> None:
    row = ("", "", "135", "債権", ("1", "2"), ("10.00", "20.00"), "3", "100.00")
    hidden = frozenset({"department"})
    header, line = b"".join(write(TREND, [row], header=True, hidden=hidden, months=["4月度", "5月度"])).split(
        b"\r\n"
    )[:2]
    assert header.decode("cp932").split(",")[2:6] == [
        *('"4月度 (金額)"', '"4月度 (構成比)"', '"5月度 (金額)"', '"5月度 (構成比)"'),
    ]
    assert line.decode("cp932") == '"135","債権",1,10.00,2,20.00,3,100.00'


def test_every_bad_cell_is_told() -> None:
    refusal = refusal_of(CLAIMS, [("x", "あ", "", "1", ""), ROW, ("20260930", "", "é", "-0", "")])
    assert refusal.count == 4
    assert [(each.line, each.column) for each in refusal.problems] == [(1, 1), (1, 2), (3, 3), (3, 4)]
    assert str(refusal).splitlines()[3] == "3行目 4列目「金額」: 「-0」は書けません。0にしてください。"


def test_nothing_of_a_bad_batch_or_of_a_later_one_is_given_out() -> None:
    given: list[bytes] = []
    rows = [ROW] * ROWS_AT_ONCE + [("x", *ROW[1:])] + [ROW] * ROWS_AT_ONCE * 2
    with pytest.raises(Unwritable):
        given.extend(write(CLAIMS, rows))
    assert b"".join(given).count(b"\r\n") == ROWS_AT_ONCE


def test_a_flood_of_problems_is_counted_and_not_kept() -> None:
    refusal = refusal_of(CLAIMS, [("x", *ROW[1:])] * (PROBLEMS_MAX + 1))
    assert refusal.count == PROBLEMS_MAX + 1
    assert len(refusal.problems) == PROBLEMS_MAX


@pytest.mark.parametrize(
    ("row", "hidden", "problem"),
    [
        (("1",), set(), Problem(1, None, "", "8項目のはずですが、1項目です。")),
        (
            ("D", *[""] * 3, ("1", "2"), ("", ""), "", ""),
            {"department"},
            Problem(1, 1, "部門コード", "この条件では出力しない列ですが、値があります。"),
        ),
        (
            (*[""] * 4, ("1", "2"), ("1.00",), "", ""),
            set(),
            Problem(1, 6, "○○月度 (構成比)", "2個のはずの値が1個あります。"),
        ),
        (
            (("1", "2"), *[""] * 3, ("1", "2"), ("", ""), "", ""),
            set(),
            Problem(1, 1, "部門コード", "繰り返さない項目です。値は1つにしてください。"),
        ),
    ],
)
def test_a_row_that_does_not_fit_the_file_is_refused(row: Row, hidden: set[str], problem: Problem) -> None:
    assert refusal_of(TREND, [row], hidden=frozenset(hidden)).problems == [problem]


@pytest.mark.parametrize("cell", ['1,"', "1\r\n20260930", '1"', "1,2", '20260930,"A","B",1,\r\n'])
def test_no_cell_can_pass_for_more_than_one(cell: str) -> None:
    """Numbers are not quoted: what would end their cell is refused, not written."""
    assert refusal_of(CLAIMS, [("20260930", "A", "B", cell, '"C')]).problems[0].column == 4
    assert refusal_of(CLAIMS, [(cell, "A", "B", "1", "C")]).problems[0].column == 1
