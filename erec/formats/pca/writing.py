"""Rows to the bytes of a file. Every cell is judged first; a file with a bad cell is never finished."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from erec.formats.pca.cells import joined, problems_of, tidy
from erec.formats.pca.model import Field, Problem, Row, Shape, Table, Unwritable
from erec.formats.pca.profiles import QUOTED, Profile
from erec.formats.windows31j import encode

ROWS_AT_ONCE = 500
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
    turns = len(months) if months else _turns(first)
    shape = table.shape(hidden, turns)
    if version_line:
        yield _version_line(table, hidden)
    if header:
        yield encode(profile.delimiter.join(_heads(shape, profile, months)) + "\r\n")
    problems: list[Problem] = []
    count = 0
    lines: list[str] = []
    for number, row in enumerate(chain(first, rest), 1):
        bad = _append(lines, table, shape, row, number, profile)
        count += len(bad)
        problems += bad[: PROBLEMS_MAX - len(problems)]
        if len(lines) >= ROWS_AT_ONCE and not count:
            yield encode("".join(lines))
        if len(lines) >= ROWS_AT_ONCE:
            lines.clear()
    if count:
        raise Unwritable(problems, count)
    yield encode("".join(lines))


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


def _append(
    lines: list[str], table: Table, shape: Shape, row: Row, number: int, profile: Profile
) -> list[Problem]:
    """Puts the row's line to the others, or tells what is wrong with it."""
    problems = _shape_problems(table, shape, row, number)
    if problems:
        return problems
    cells = [tidy(column.field, cell) for column, cell in zip(shape.columns, shape.flat(row), strict=True)]
    problems = problems_of(shape, cells, number)
    if not profile.quoting:
        problems += [
            Problem(number, c.field.position, c.label, f"「{sign}」は、引用符を使わない形式では書けません。")
            for c, cell in zip(shape.columns, cells, strict=True)
            for sign in (profile.delimiter, '"')
            if sign in cell
        ]
    if not problems:
        lines.append(joined(shape.columns, cells, profile))
    return problems


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
