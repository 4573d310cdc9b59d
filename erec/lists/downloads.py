"""A whole list as a file for people: CSV or Excel, of any length, in constant memory.

The CSV is UTF-8 with a byte order mark and CRLF: without the mark Excel takes it for Windows-31J and shows
mojibake, and names outside Windows-31J stay whole. Excel drops the leading zeros of a CSV's numbers, so
account numbers are safe in the Excel file only, where they are texts.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from erec.parameters.table import value

BATCH = 1000
CELL_MAX = 32_767  # characters that Excel takes in one cell
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet may run (OWASP, CSV injection), also as a Japanese keyboard types it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Row = TypeVar("Row", bound=Model)


class Kind(StrEnum):
    """What a column holds: which Excel format, and how wide where the column does not say."""

    TEXT = "text"
    YEN = "yen"
    DATE = "date"
    MOMENT = "moment"


EXCEL_FORMATS = {Kind.YEN: "#,##0", Kind.DATE: "yyyy/mm/dd", Kind.MOMENT: "yyyy/mm/dd hh:mm:ss"}
WIDTHS = {Kind.TEXT: 20, Kind.YEN: 16, Kind.DATE: 12, Kind.MOMENT: 20}


class File(StrEnum):
    """The kinds of files, as a list's address asks for them: `?file=csv`."""

    CSV = "csv"
    EXCEL = "excel"


LABELS = {File.CSV: "CSVで保存", File.EXCEL: "Excelで保存"}


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. `value` reads a text, integer yen, a date, an aware moment or None off a row."""

    label: str
    value: Callable[[Row], Any]
    kind: Kind = Kind.TEXT
    width: int = 0  # in half-width characters

    def read(self, row: Row) -> Any:
        """Moments in Tokyo's time, without a zone: neither Excel nor a reader of the CSV knows zones."""
        found = self.value(row)
        return timezone.make_naive(found) if isinstance(found, datetime) else found


class TooManyRows(Exception):
    """More rows than one file holds: nothing was written, as half a list would be taken for the whole."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"{most:,}件を超えるため、ファイルに保存できません。期間などの条件を絞って、もう一度保存してください。"
        )


def response(
    file: File, *, name: str, columns: Sequence[Column[Row]], rows: QuerySet[Row], at: datetime
) -> HttpResponseBase:
    """`rows`, in their order, as an attachment `name` + date and time. Raises TooManyRows."""
    most = value("download_rows_max")
    if rows[most : most + 1].exists():
        raise TooManyRows(most)
    return table_response(file, name=name, columns=columns, rows=rows.iterator(chunk_size=BATCH), at=at)


def table_response(
    file: File, *, name: str, columns: Sequence[Column[Any]], rows: Iterable[Any], at: datetime
) -> HttpResponseBase:
    """Rows of any kind, of a table whose length is known to be small."""
    filled = ([column.read(row) for column in columns] for row in rows)
    answer = (csv_response if file is File.CSV else excel_response)(columns, filled)
    suffix = ".csv" if file is File.CSV else ".xlsx"
    stamp = timezone.localtime(at).strftime("%Y%m%d%H%M%S")
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{name}{stamp}{suffix}") or ""
    return answer


def csv_response(columns: Sequence[Column[Any]], filled: Iterator[Sequence[Any]]) -> HttpResponseBase:
    """Streams while the rows are read."""

    def pieces() -> Iterator[str]:
        yield "\ufeff" + _lines([[column.label for column in columns]])
        while batch := list(islice(filled, BATCH)):
            yield _lines([_as_text(cell) for cell in row] for row in batch)

    return StreamingHttpResponse(pieces(), content_type="text/csv; charset=utf-8")


def excel_response(columns: Sequence[Column[Any]], filled: Iterator[Sequence[Any]]) -> HttpResponseBase:
    """Through a file on disk: an .xlsx is a zip, whose end is known last."""
    with ExitStack() as on_failure:
        file = on_failure.enter_context(tempfile.TemporaryFile())
        with Workbook(file, {"constant_memory": True}) as workbook:
            sheet = WrittenSheet(workbook, columns)
            for row in filled:
                sheet.add(row)
        file.seek(0)
        on_failure.pop_all()  # from here on the response closes the file, when it is sent
    return FileResponse(file, content_type=EXCEL)


def defused(text: str) -> str:
    """An apostrophe makes text of what begins like a formula: 「=1+1」 becomes 「'=1+1」."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _lines(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def _as_text(cell: Any) -> str:
    """Dates as Excel reads them everywhere; yen without separators, so that they stay numbers."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y/%m/%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.strftime("%Y/%m/%d")
    return str(cell) if isinstance(cell, int) else defused(str(cell))


class WrittenSheet:
    """One sheet of an Excel file in the making, a row at a time: what is written is not held."""

    def __init__(self, workbook: Workbook, columns: Sequence[Column[Any]], name: str | None = None) -> None:
        self._columns = columns
        self._sheet: Worksheet = workbook.add_worksheet(name)
        self._formats = {
            kind: workbook.add_format({"num_format": shape}) for kind, shape in EXCEL_FORMATS.items()
        }
        self._line = 0
        heading = workbook.add_format({"bold": True, "bottom": 1})
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, column.width or WIDTHS[column.kind])
            self._sheet.write_string(0, place, column.label, heading)

    def add(self, row: Sequence[Any]) -> None:
        self._line += 1
        for place, (column, cell) in enumerate(zip(self._columns, row, strict=True)):
            _write(self._sheet, self._line, place, cell, self._formats.get(column.kind))


def _write(sheet: Worksheet, line: int, place: int, cell: Any, shape: Format | None) -> None:
    """By the cell's own type. A text is written as text and never becomes a formula, a link or a number."""
    if isinstance(cell, date):
        sheet.write_datetime(line, place, cell, shape)
    elif isinstance(cell, int):
        sheet.write_number(line, place, cell, shape)
    elif cell is not None:
        sheet.write_string(line, place, str(cell)[:CELL_MAX])
