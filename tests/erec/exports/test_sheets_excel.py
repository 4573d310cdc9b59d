"""A sheet as Excel, its columns as the layout has them, and both papers as answers to a request."""

import io
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from erec.exports.ledger.definition import LAYOUT, Name
from erec.exports.sheets import excel
from erec.exports.sheets.answering import response
from erec.exports.sheets.ledger import COLUMNS
from erec.exports.sheets.model import Format, TooManyRows
from erec.formats import pca
from tests.erec.exports.cast_sheets import built, row, sheet, typefaces
from tests.erec.exports.reading_pdf import read

__all__ = ["built", "typefaces"]


def tables(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_rows_totals_and_what_it_is_of_have_a_worksheet_each() -> None:
    file = io.BytesIO()
    rows = [row(27, 1), row(27, 2, party="=1+1", note="+81"), row(30, 3, party="𠮷野家")]
    excel.write(sheet(rows), file)
    assert tables(file.getvalue()) == {
        "明細": [
            ["支払期日", "記録番号", "取引先", "金額", "摘要"],
            [date(2026, 11, 27), "T0000000100000000001", "青葉製作所", 1000.0, ""],
            [date(2026, 11, 27), "T0000000100000000002", "=1+1", 2000.0, "+81"],
            [date(2026, 11, 30), "T0000000100000000003", "𠮷野家", 3000.0, ""],
        ],
        "期日別合計": [
            ["支払期日", "件数", "金額の合計"],
            [date(2026, 11, 27), 2.0, 3000.0],
            [date(2026, 11, 30), 1.0, 3000.0],
            ["合計", 3.0, 6000.0],
        ],
        "条件": [
            ["項目", "内容"],
            ["帳票", "電子記録債権期日管理帳票【電子記録債権】"],
            ["企業", "試験商事（T00000001）"],
            ["基準", "発生分"],
            ["支払期日", "2026/11/01～2026/11/30"],
            ["単位", "円"],
            ["作成日時", "2026/11/20 10:00"],
        ],
    }


def test_a_text_that_looks_like_a_formula_is_kept_as_text() -> None:
    file = io.BytesIO()
    excel.write(sheet([row(27, 1, party="=HYPERLINK(1)")]), file)
    assert b"<f>" not in file.getvalue()
    assert tables(file.getvalue())["明細"][1][2] == "=HYPERLINK(1)"


def test_more_rows_than_a_worksheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "ROWS_MAX", 2)
    with pytest.raises(TooManyRows) as refusal:
        excel.write(sheet([row(27, n) for n in range(3)]), io.BytesIO())
    assert str(refusal.value).startswith(
        "2件を超えるため、Excelファイルにできません。まだ何も出力していません。"
    )


@pytest.mark.parametrize("name", list(Name))
def test_the_columns_are_the_layout_s_in_its_order(name: Name) -> None:
    table = pca.find(LAYOUT, f"【{name}】")
    assert [column.label for column in COLUMNS[name]] == [item.name for item in table.fields]


def test_both_papers_come_as_attachments_with_the_time_in_their_names(typefaces: Any) -> None:
    for paper, kind, ending in (
        (Format.PDF, "application/pdf", "pdf"),
        (Format.EXCEL, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ):
        answer = response(sheet([row()]), paper, name="ledger")
        assert answer.headers["Content-Type"] == kind
        assert (
            answer.headers["Content-Disposition"] == f'attachment; filename="ledger20261120100000.{ending}"'
        )
        content = answer.getvalue()
        answer.close()
        assert len(content) == int(answer.headers["Content-Length"])
        if paper is Format.PDF:
            assert read(content).total == "1"
