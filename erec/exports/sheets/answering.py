"""A sheet as the answer to a request: through a file on disk, so that a refusal comes before any byte."""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import BinaryIO, NamedTuple

from django.http import FileResponse
from django.utils import timezone

from erec.exports.sheets import excel, pdf
from erec.exports.sheets.model import Format, Sheet
from erec.lists.downloads import EXCEL


class Paper(NamedTuple):
    write: Callable[[Sheet, BinaryIO], None]
    ending: str
    content_type: str
    label: str


PAPERS: Mapping[Format, Paper] = {
    Format.PDF: Paper(pdf.write, ".pdf", "application/pdf", "PDFで保存"),
    Format.EXCEL: Paper(excel.write, ".xlsx", EXCEL, "Excelで保存"),
}


def file_name(sheet: Sheet, paper: Format, name: str) -> str:
    """「期日管理帳票20261120100000.pdf」."""
    return f"{name}{timezone.localtime(sheet.made_at):%Y%m%d%H%M%S}{PAPERS[paper].ending}"


def response(sheet: Sheet, paper: Format, *, name: str) -> FileResponse:
    """An attachment. Raises TooManyRows, and TypefaceMissing for a PDF."""
    with ExitStack() as on_failure:
        file = on_failure.enter_context(tempfile.TemporaryFile())
        PAPERS[paper].write(sheet, file)
        file.seek(0)
        on_failure.pop_all()  # from here on the response closes the file, when it is sent
    answer = FileResponse(file, as_attachment=True, filename=file_name(sheet, paper, name))
    answer.headers["Content-Type"] = PAPERS[paper].content_type
    return answer
