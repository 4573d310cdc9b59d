"""A line of a file and its cells: put together, taken apart, judged. What writer and reader share.

Delimiters and quotes are never the second byte of a character of Windows-31J (those start at 0x40), so
that lines are taken apart as bytes, before anything is decoded.
"""

from collections.abc import Sequence

from erec.formats.pca.kinds import Kind
from erec.formats.pca.model import Field, Problem, Shape
from erec.formats.pca.profiles import Profile
from erec.formats.pca.values import BLANKS

QUOTE = b'"'


class BadLine(ValueError):
    """The line cannot be taken apart; `column` counts from 1."""

    def __init__(self, column: int, message: str) -> None:
        super().__init__(message)
        self.column = column


def joined(quoted: Sequence[bool], cells: Sequence[str], profile: Profile) -> str:
    """One line, CR LF included. An empty cell is nothing between delimiters, in strings too."""
    parts = [
        '"' + cell.replace('"', '""') + '"' if quote and cell else cell
        for quote, cell in zip(quoted, cells, strict=True)
    ]
    return profile.delimiter.join(parts) + "\r\n"


def split(line: bytes, profile: Profile) -> list[bytes]:
    """The cells of a line without its end. Raises BadLine.

    Where the profile quotes, a cell may be quoted or not, whatever its type: both are plain to read.
    """
    delimiter = profile.delimiter.encode()
    if QUOTE not in line:
        return line.split(delimiter)
    if not profile.quoting:
        column = line[: line.index(QUOTE)].count(delimiter) + 1
        raise BadLine(column, '引用符（"）は、引用符を使わない形式では書けません。')
    cells: list[bytes] = []
    at = 0
    while True:
        cell, at = (
            _quoted(line, at, len(cells) + 1) if line[at : at + 1] == QUOTE else _bare(line, at, delimiter)
        )
        if QUOTE in cell and line[at - 1 : at] != QUOTE:
            raise BadLine(
                len(cells) + 1,
                '引用符（"）がセルの途中にあります。セル全体を引用符で囲み、中の引用符は2つ重ねてください。',
            )
        cells.append(cell)
        if at == len(line):
            return cells
        if line[at : at + 1] != delimiter:
            raise BadLine(
                len(cells), '閉じた引用符（"）のあとに文字があります。中の引用符は2つ重ねてください。'
            )
        at += 1


def _quoted(line: bytes, at: int, column: int) -> tuple[bytes, int]:
    end = at + 1
    while True:
        end = line.find(QUOTE, end)
        if end < 0:
            raise BadLine(column, '引用符（"）が閉じていません。')
        if line[end + 1 : end + 2] != QUOTE:
            return line[at + 1 : end].replace(QUOTE * 2, QUOTE), end + 1
        end += 2


def _bare(line: bytes, at: int, delimiter: bytes) -> tuple[bytes, int]:
    end = line.find(delimiter, at)
    end = len(line) if end < 0 else end
    return line[at:end], end


def tidy(field: Field, text: str) -> str:
    """Strings lose the blanks at their end; a message's line breaks become the four characters \\r\\n."""
    if field.line_breaks:
        text = text.replace("\r\n", "\n").replace("\n", "\\r\\n")
    return text.rstrip(BLANKS) if field.kind is Kind.TEXT else text


def problems_of(shape: Shape, cells: Sequence[str], line: int) -> list[Problem]:
    """All that is wrong with the cells of one line, as many as it has columns."""
    found = []
    for column, cell in zip(shape.columns, cells, strict=True):
        message = column.field.problem_of(cell)
        if message is not None and (cell or not _may_be_empty(shape, column.field, cells)):
            found.append(Problem(line, column.field.position, column.label, message))
    return found


def _may_be_empty(shape: Shape, field: Field, cells: Sequence[str]) -> bool:
    """A ◎ item that the document leaves empty: under a condition, or where "5=13" holds in the row."""
    number, equals, value = field.empty.partition("=")
    if not equals:
        return field.empty in shape.hidden
    return any(
        c.field.position == int(number) and cell == value
        for c, cell in zip(shape.columns, cells, strict=True)
    )
