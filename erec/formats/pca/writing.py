"""Rows to the bytes of a file. Every cell is judged first; a file with a bad cell is never finished."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from erec.formats.pca.cells import joined, problems_of, tidy
from erec.formats.pca.fast import fast
from erec.formats.pca.kinds import Kind
from erec.formats.pca.model import Field, Problem, Row, Shape, Table, Unwritable
from erec.formats.pca.profiles import QUOTED, Profile
from erec.formats.windows31j import SUBSTITUTE, SUBSTITUTES, Unencodable, encode

ROWS_AT_ONCE = 500
_SIGNS = str.maketrans(SUBSTITUTES)
PROBLEMS_MAX = 1000
"""How many problems an Unwritable carries; it counts all."""


def write(
    table: Table,
    rows: Iterable[Row],
    *,
    profile: Profile = QUOTED,
    version_line: bool = False,
    header: bool = False,
    hidden: frozenset[str] = frozenset(),
    months: Sequence[str] | None = None,
) -> Iterator[bytes]:
    """The file, piece by piece: version line, header line, rows.

    `hidden` names conditions of the table, `months` what the header says for ○○月度 (else as printed).
    Raises Unwritable, after looking at every row, when a cell is bad: what was given out by then is a part
    of a file and must be thrown away.
    """
    rest = iter(rows)
    first = list(islice(rest, 1))
    shape = table.shape(hidden, len(months) if months else _turns(first))
    if version_line:
        yield _version_line(table, hidden)
    if header:
        yield encode(profile.delimiter.join(_heads(shape, profile, months)) + "\r\n")
    body = _Body(table, shape, profile)
    while batch := first + list(islice(rest, ROWS_AT_ONCE - len(first))):
        first = []
        yield body.bytes_of(batch)
    if body.count:
        raise Unwritable(body.problems, body.count)


def _turns(first: list[Row]) -> int:
    """How many months the rows have, by the first of them."""
    return max((len(cell) for row in first for cell in row if not isinstance(cell, str)), default=0) or 1


def _version_line(table: Table, hidden: frozenset[str]) -> bytes:
    line = table.version_line_of(hidden)
    if line is None:
        raise Unwritable([Problem(0, None, "", f"{table.label}に、バージョンの行はありません。")], 1)
    return encode(line + "\r\n")


def _heads(shape: Shape, profile: Profile, months: Sequence[str] | None) -> Iterator[str]:
    for field, turn in shape.columns:
        name = field.name.replace("○○月度", months[turn]) if months and field.repeat > 1 else field.name
        yield f'"{name}"' if profile.quoting else name


class _Body:
    """The rows of one file, and what was wrong with them."""

    def __init__(self, table: Table, shape: Shape, profile: Profile) -> None:
        self.table, self.shape, self.profile = table, shape, profile
        self.fast = fast(shape, profile)
        self.quoted = [profile.quoting and column.field.is_string for column in shape.columns]
        self.number = 0
        self.problems: list[Problem] = []
        self.count = 0

    def bytes_of(self, rows: Sequence[Row]) -> bytes:
        """The rows' lines; nothing once anything was wrong."""
        if self.profile.charset is SUBSTITUTE:
            rows = [_in_windows_signs(row) for row in rows]
        cells = self._cells(rows)
        data = self._encoded(cells) if cells is not None else None
        self.number += len(rows)
        if cells is not None and data is not None and self._reads_back(data, cells):
            return b"" if self.count else data
        for number, row in enumerate(rows, self.number - len(rows) + 1):
            bad = self._problems_of(row, number)
            self.count += len(bad)
            self.problems += bad[: PROBLEMS_MAX - len(self.problems)]
        return b"" if self.count or data is None else data

    def _cells(self, rows: Sequence[Row]) -> list[list[str]] | None:
        """The cells of their lines, without blanks at the end; None where a row does not fit the file."""
        if self.shape.plain:
            if any(
                len(row) != self.shape.size or not all(isinstance(cell, str) for cell in row) for row in rows
            ):
                return None
            cells = [list(map(str, row)) for row in rows]
        else:
            if any(_shape_problems(self.table, self.shape, row, 0) for row in rows):
                return None
            cells = [self.shape.flat(row) for row in rows]
        for at, column in enumerate(self.shape.columns):
            if column.field.kind is Kind.TEXT:
                for each in cells:
                    each[at] = tidy(column.field, each[at])
        return cells

    def _encoded(self, cells: list[list[str]]) -> bytes | None:
        try:
            return encode("".join(joined(self.quoted, each, self.profile) for each in cells))
        except Unencodable:
            return None

    def _reads_back(self, data: bytes, cells: list[list[str]]) -> bool:
        """Whether the quick reader finds every line valid, and in it what was to be written."""
        return self.fast.end_of_good(data, 0) == len(data) and self.fast.rows(data) == cells

    def _problems_of(self, row: Row, number: int) -> list[Problem]:
        problems = _shape_problems(self.table, self.shape, row, number)
        if problems:
            return problems
        columns = self.shape.columns
        cells = [tidy(c.field, cell) for c, cell in zip(columns, self.shape.flat(row), strict=True)]
        problems = problems_of(self.shape, cells, number)
        if not self.profile.quoting:
            problems += [
                Problem(
                    number, c.field.position, c.label, f"「{sign}」は、引用符を使わない形式では書けません。"
                )
                for c, cell in zip(columns, cells, strict=True)
                for sign in (self.profile.delimiter, '"')
                if sign in cell
            ]
        return problems


def _in_windows_signs(row: Row) -> Row:
    return tuple(
        cell.translate(_SIGNS) if isinstance(cell, str) else tuple(each.translate(_SIGNS) for each in cell)
        for cell in row
    )


def _shape_problems(table: Table, shape: Shape, row: Row, number: int) -> list[Problem]:
    """Too many or too few cells, months that do not fit, a value where the file has no column."""
    if len(row) != len(table.fields):
        return [Problem(number, None, "", f"{len(table.fields)}項目のはずですが、{len(row)}項目です。")]
    found = []
    shown = {column.field.position for column in shape.columns}
    for field, cell in zip(table.fields, row, strict=True):
        message = _cell_problem(field, cell, shape.months, field.position in shown)
        if message is not None:
            found.append(Problem(number, field.position, field.name, message))
    return found


def _cell_problem(field: Field, cell: str | tuple[str, ...], months: int, shown: bool) -> str | None:
    if not shown:
        return "この条件では出力しない列ですが、値があります。" if any(cell) else None
    if field.repeat == 1:
        return None if isinstance(cell, str) else "繰り返さない項目です。値は1つにしてください。"
    turns = 1 if isinstance(cell, str) else len(cell)
    return None if turns == months else f"{months}個のはずの値が{turns}個あります。"
