"""The first lines of a file: its version, its header, and from them which columns it has."""

import re
from collections.abc import Iterator
from itertools import combinations

from erec.formats.pca.cells import BadLine, split
from erec.formats.pca.model import Column, Field, Problem, Shape, Table
from erec.formats.pca.profiles import Profile
from erec.formats.windows31j import Undecodable, decode

_LIKE_VERSION = re.compile(rb'"?(?:\\|\xc2\xa5)text version=')
_VERSION = re.compile(rb"(?P<sign>\\|\xc2\xa5)text version='(?P<version>[^']*)' (?:\\|\xc2\xa5)")
NOT_READ = "このため、データは読みませんでした。"


class Refused(ValueError):
    """The file is not one of this table; `problems` say why, and nothing of it was read."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = problems


def is_version(line: bytes) -> bool:
    """Whether this is the line that 「バージョンを出力する」 writes, right or wrong."""
    return _LIKE_VERSION.match(line) is not None


def hidden_by_version(table: Table, line: bytes) -> frozenset[str]:
    """The conditions that the version stands for (会社口座). Raises Refused."""
    found = _VERSION.match(line)
    if found is None or not line.endswith(b"\r\n") or found.end() != len(line) - 2:
        raise _refused(1, "バージョンの行の形が違います。")
    if found["sign"] != b"\\":
        raise _refused(
            1, "バージョンの行の「¥」がUnicodeのU+00A5です。Windows-31Jの「\\」（0x5C）にしてください。"
        )
    if table.version is None:
        raise _refused(1, f"{table.label}に、バージョンの行はありません。")
    version = found["version"].decode("ascii", "replace")
    if version == table.version:
        return frozenset()
    for condition, without in table.version_without.items():
        if version == without:
            return frozenset({condition})
    known = "か".join([*table.version_without.values(), table.version])
    raise _refused(1, f"バージョンが{version}です。読めるのは{known}です。")


def _refused(line: int, message: str) -> Refused:
    return Refused([Problem(line, None, "", message + NOT_READ)])


def heads(table: Table, line: bytes, profile: Profile) -> list[str] | None:
    """The cells of the line if it is a header, in this order or another; None if it is data."""
    try:
        cells = [decode(cell).rstrip(" \u3000") for cell in split(line.rstrip(b"\r\n"), profile)]
    except (BadLine, Undecodable):
        return None
    patterns = [_pattern(field) for field in table.fields]
    named = sum(any(pattern.fullmatch(cell) for pattern in patterns) for cell in cells)
    filled = sum(cell != "" for cell in cells)
    return cells if named * 2 > filled and named >= min(2, len(table.fields)) else None


def shape_of_header(table: Table, cells: list[str], hidden: frozenset[str] | None, line: int) -> Shape:
    """The columns that the header names. Raises Refused, telling each that is not in its place."""
    for shape in _shapes(table, hidden, len(cells)):
        if all(_is_head(column, cell) for column, cell in zip(shape.columns, cells, strict=True)):
            return shape
    raise Refused(list(_differences(table, cells, hidden, line)))


def shape_of_data(table: Table, count: int, hidden: frozenset[str] | None) -> Shape:
    """The columns of a file without a header: all of them, as many months as fit, unless `hidden` is given.

    Only 会社口座 is recognised without its last columns: the document makes that a format of its own.
    """
    choices = (
        [hidden]
        if hidden is not None
        else [frozenset(), *map(frozenset[str], ([c] for c in table.version_without))]
    )
    for each in choices:
        for months in range(table.months, 0, -1):
            shape = table.shape(each, months)
            if len(shape.columns) == count:
                return shape
    return table.shape(choices[0])


def _shapes(table: Table, hidden: frozenset[str] | None, count: int) -> Iterator[Shape]:
    """Every shape of that many columns, those that hide least first."""
    every = [
        frozenset(each)
        for n in range(len(table.conditions) + 1)
        for each in combinations(sorted(table.conditions), n)
    ]
    for each in every if hidden is None else [hidden]:
        for months in range(1, table.months + 1):
            shape = table.shape(each, months)
            if len(shape.columns) == count:
                yield shape


def _is_head(column: Column, cell: str) -> bool:
    if _pattern(column.field).fullmatch(cell):
        return True
    return any(head in ("*", cell) for head in column.field.heads)


def _pattern(field: Field) -> re.Pattern[str]:
    """Its name, or another it may have; ○○月度 is 4月度 or 第1四半期, *** a number."""
    names = [field.name, *(head for head in field.heads if head not in ("", "*"))]
    ways = (
        re.escape(name).replace("○○月度", ".*(?:月度?|期)").replace(r"\*\*\*", r"(?:\*+|[0-9０-９]+)")
        for name in names
    )
    return re.compile("|".join(ways))


def _differences(
    table: Table, cells: list[str], hidden: frozenset[str] | None, line: int
) -> Iterator[Problem]:
    """What is missing, what is unknown, what stands where something else belongs; at last the outcome."""
    columns = next(_shapes(table, hidden, len(cells)), table.shape(hidden or frozenset(), 1)).columns
    missing = [c for c in columns if not any(_is_head(c, cell) for cell in cells)]
    for column in missing:
        yield Problem(line, column.field.position, column.label, "見出しにこの項目がありません。")
    for at, cell in enumerate(cells, 1):
        if not any(_is_head(column, cell) for column in columns):
            yield Problem(line, at, cell, f"見出しの{at}列目「{cell}」は、{table.label}にない項目です。")
    if not missing:
        for at, (column, cell) in enumerate(zip(columns, cells, strict=False), 1):
            if not _is_head(column, cell):
                message = f"見出しの{at}列目は「{column.field.name}」のはずですが、「{cell}」です。"
                yield Problem(line, column.field.position, column.label, message)
    yield Problem(line, None, "", f"見出しがレイアウトと違います。{NOT_READ}")
