"""A file that a stranger made, as rows of text: CSV or Excel, told apart by what it begins with.

An Excel file is read in a process of its own with little memory and little time (sheet_child.py): a small
.xlsx can unfold to gigabytes or claim a cell in the last row of the last column, and a parser that gives
up there must not take the service with it. Formulas are never run: a cell counts for what it showed when
the file was saved.
"""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from erec.lists.downloads import FORMULA_STARTS
from erec.partners import policy
from erec.partners.errors import Unreadable

Rows = list[list[str]]

SECONDS_MAX = 10
_CHILD = Path(__file__).with_name("sheet_child.py")
_ZIP, _OLD_EXCEL = b"PK", b"\xd0\xcf\x11\xe0"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

TOO_BIG = "ファイルが大きすぎます。1MB以下に分けて、もう一度読み込んでください。"
TOO_MANY_LINES = f"行が多すぎます。{policy.IMPORT_LINES_MAX:,}行以下に分けて、もう一度読み込んでください。"
TOO_MANY_COLUMNS = "列が多すぎます。雛形の列だけにして、もう一度読み込んでください。"
OLD_EXCEL = (
    "古い形式のExcelファイル（.xls）か、パスワードの付いたファイルです。"
    "パスワードを外し、.xlsxかCSVで保存し直してください。"
)
BROKEN_EXCEL = (
    "Excelファイルとして読み取れません。壊れているか、大きすぎます。"
    "Excelで開いて.xlsxかCSVで保存し直してください。"
)
NOT_TEXT = "CSVとして読み取れません。文字コードをUTF-8かシフトJISにして、保存し直してください。"
BROKEN_CSV = 'CSVの{line}行目を読み取れません。引用符（"）の対応を確かめてください。'


def read(content: bytes) -> Rows:
    """All rows, the heading too; cells without spaces at their ends. Raises Unreadable."""
    if len(content) > policy.IMPORT_BYTES_MAX:
        raise Unreadable(TOO_BIG)
    if content.startswith(_OLD_EXCEL):
        raise Unreadable(OLD_EXCEL)
    rows = _excel(content) if content.startswith(_ZIP) else _csv(content)
    if len(rows) > policy.IMPORT_LINES_MAX + 1:
        raise Unreadable(TOO_MANY_LINES)
    if any(len(row) > policy.IMPORT_COLUMNS_MAX for row in rows):
        raise Unreadable(TOO_MANY_COLUMNS)
    return [[_undefused(cell.strip()) for cell in row] for row in rows]


def _undefused(cell: str) -> str:
    """Our own files put an apostrophe before what looks like a formula; it goes when they come back."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _csv(content: bytes) -> Rows:
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise Unreadable(BROKEN_CSV.format(line=reader.line_num)) from error


def _decoded(content: bytes) -> str:
    """Excel's own 「Unicodeテキスト」 by its mark; else UTF-8 if it is that, which Japanese in Windows-31J is
    never by accident; else Windows-31J.
    """
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(NOT_TEXT)


def _excel(content: bytes) -> Rows:
    command = [sys.executable, "-I", str(_CHILD)]
    limits = [str(policy.IMPORT_LINES_MAX + 2), str(policy.IMPORT_COLUMNS_MAX + 1), str(SECONDS_MAX)]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, in our own interpreter
            command + limits, input=content, capture_output=True, timeout=SECONDS_MAX, check=True
        )
        rows: Any = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise Unreadable(BROKEN_EXCEL) from error
    # A cell may hold NUL, which no database keeps: as a sign for it, which the field refuses.
    return _without_empty_end([[str(cell).replace("\0", "\ufffd") for cell in row] for row in rows])


def _without_empty_end(rows: Rows) -> Rows:
    while rows and not any(rows[-1]):
        rows.pop()
    return rows
