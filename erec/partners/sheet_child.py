"""A process that reads one Excel file from standard input and writes its first sheet as JSON rows of text.

Run by sheets.py with `python -I`, so nothing of this project is imported. What it may use is limited before
the first byte is read; when it needs more, it dies, and its parent says so.
"""

import io
import json
import resource
import sys
from datetime import date

from python_calamine import CalamineWorkbook

MEMORY_BYTES = 256 * 1024 * 1024
ANSWER_MAX = 4_000_000  # characters: one long text in every cell is small in the file and huge outside


def main(rows_max: int, columns_max: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    for nothing in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(nothing, (0, 0))
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheet = workbook.get_sheet_by_index(0)
    rows = sheet.to_python(skip_empty_area=False, nrows=rows_max)
    answer = json.dumps([[as_text(cell) for cell in row[:columns_max]] for row in rows])
    if len(answer) > ANSWER_MAX:
        sys.exit(1)
    sys.stdout.write(answer)


def as_text(cell: object) -> str:
    """As a person reads it: a whole number without 「.0」, a date as 2026-11-20."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
