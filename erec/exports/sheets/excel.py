"""A sheet as Excel: every row, the totals by due date, and what it is of, each on a worksheet of its own.

The rows stand alone on theirs, without totals between them, so that they can be sorted, filtered and summed.
"""

from typing import Any, BinaryIO

from xlsxwriter import Workbook

from erec.exports.sheets.model import Sheet, TooManyRows, Totals
from erec.lists.downloads import Column, Kind, WrittenSheet

ROWS_MAX = 1_048_575  # lines of a worksheet, below the headings
PAPER = "Excelファイル"


def write(sheet: Sheet, file: BinaryIO) -> None:
    """The whole file, in constant memory. Raises TooManyRows; what stands in `file` then is not whole."""
    with Workbook(file, {"constant_memory": True}) as workbook:
        rows = WrittenSheet(workbook, sheet.columns, "明細")
        sums = WrittenSheet(workbook, _columns_of_sums(sheet), "期日別合計")
        totals = Totals(sheet)
        for row, subtotal, _ in totals.passing():
            if totals.count > ROWS_MAX:
                raise TooManyRows(ROWS_MAX, PAPER)
            rows.add([column.read(row) for column in sheet.columns])
            if subtotal is not None:
                sums.add([*subtotal.values, subtotal.rows, subtotal.amount_yen])
        sums.add(
            [*("合計" if n == 0 else None for n, _ in enumerate(sheet.by)), totals.count, totals.amount_yen]
        )
        _tell(sheet, workbook)


def _columns_of_sums(sheet: Sheet) -> list[Column[Any]]:
    return [
        *sheet.by,
        Column("件数", lambda row: None, Kind.YEN, width=10),
        Column(f"{sheet.amount.label}の合計", lambda row: None, Kind.YEN, width=20),
    ]


def _tell(sheet: Sheet, workbook: Workbook) -> None:
    told = WrittenSheet(workbook, [_told("項目", 16), _told("内容", 60)], "条件")
    for fact in (("帳票", sheet.title), ("企業", sheet.company), *sheet.heading):
        told.add(fact)


def _told(label: str, width: int) -> Column[Any]:
    return Column(label, lambda row: None, width=width)
