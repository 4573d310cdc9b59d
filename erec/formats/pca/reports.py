"""Files that hold lines of two tables: 総勘定元帳等, 合計元帳 and 損益分岐点計算書.

"pairs": each account has a line of 【1行目】 (what was printed, and the balance carried forward), then its
lines of 【2行目（見出し対象行）】, whose items are those that the header names. "blank_line": the lines of
the first table, an empty line, those of the second. Where the header stands the document does not say; we
write it before the first line of the table it names, once (inferred), and read it there or before every
account.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

from erec.formats.pca.cells import BadLine, split
from erec.formats.pca.header import NOT_READ, Refused, heads, shape_of_data, shape_of_header
from erec.formats.pca.kinds import Kind
from erec.formats.pca.lines import Lines
from erec.formats.pca.model import Layout, Problem, Record, Row, Table, UnknownLayout
from erec.formats.pca.profiles import QUOTED, Profile
from erec.formats.pca.reading import Body, refuse_other_code
from erec.formats.pca.writing import write

END = b"\r\n"
_LINES = re.compile(rb"[^\n]*\n|[^\n]+")
HEADER_WITHIN = 2
"""Lines: in pairs the header is the second."""


def tables_of(layout: Layout) -> tuple[Table, Table]:
    """The two tables of such a file. Raises UnknownLayout."""
    if not layout.together:
        raise UnknownLayout(f"「{layout.title}」の表は、別々のファイルです。表を1つ選んでください。")
    first, second = layout.tables
    return first, second


def write_report(
    layout: Layout,
    rows: Iterable[tuple[Table, Row]],
    *,
    profile: Profile = QUOTED,
    header: bool = False,
    hidden: frozenset[str] = frozenset(),
) -> Iterator[bytes]:
    """One file of both tables' rows, in the order given. Raises Unwritable, its lines counted by table."""
    first, second = tables_of(layout)
    named = second if layout.together == "pairs" else first
    for table, group in groupby(rows, key=itemgetter(0)):
        if layout.together == "blank_line" and table is second:
            yield END
        yield from write(
            table,
            (row for _, row in group),
            profile=profile,
            header=header and table is named,
            hidden=hidden & table.conditions,
        )
        header = header and table is not named


def read_report(
    layout: Layout, source: BinaryIO, *, profile: Profile = QUOTED, hidden: frozenset[str] | None = None
) -> Iterator[tuple[Table, Record] | Problem]:
    """Each line with the table it is of, or what is wrong with it, as `read` tells it."""
    report = _Report(layout, profile, hidden)
    lines = Lines(source)
    try:
        refuse_other_code(lines.beginning)
        report.look_ahead(lines.beginning)
        for block in lines.blocks():
            for line in _LINES.findall(block):
                yield from report.line(line, lines.number)
                lines.number += 1
    except Refused as refused:
        yield from refused.problems


class _Report:
    """Which table the next line is of, and how it is read."""

    def __init__(self, layout: Layout, profile: Profile, hidden: frozenset[str] | None) -> None:
        self.tables = tables_of(layout)
        self.pairs = layout.together == "pairs"
        self.profile, self.hidden = profile, hidden
        self.second = False
        self.bodies: dict[Table, Body] = {}

    def look_ahead(self, beginning: bytes) -> None:
        """The header stands after the first line of the pairs, and tells that one's columns too."""
        for number, line in enumerate(_LINES.findall(beginning)[:HEADER_WITHIN], 1):
            self._takes_header(line, number)

    def line(self, line: bytes, number: int) -> Iterator[tuple[Table, Record] | Problem]:
        if not self.pairs and line == END and not self.second:
            self.second = True
            return
        if self._takes_header(line, number):
            return
        table = self.tables[self._is_second(line)]
        for found in self._body(table, line).line(line, number):
            yield found if isinstance(found, Problem) else (table, found)

    def _takes_header(self, line: bytes, number: int) -> bool:
        """Whether the line is the header; it tells which columns are there. Raises Refused."""
        named = self.tables[self.pairs]
        cells = heads(named, line, self.profile)
        if cells is None:
            return False
        if not line.endswith(END):
            raise Refused([Problem(number, None, "", f"見出しの行の終わりがCR LFではありません。{NOT_READ}")])
        self.hidden = shape_of_header(named, cells, self.hidden, number).hidden
        return True

    def _is_second(self, line: bytes) -> bool:
        """In pairs a line of the first table has nothing in the many items it does not use."""
        if not self.pairs:
            return self.second
        try:
            cells = split(line.rstrip(END), self.profile)
        except BadLine:
            return True
        columns = self._body(self.tables[0], line).shape.columns
        unused = [
            cell for column, cell in zip(columns, cells, strict=False) if column.field.kind is Kind.UNUSED
        ]
        return any(unused)

    def _body(self, table: Table, line: bytes) -> Body:
        if table not in self.bodies:
            hidden = None if self.hidden is None else self.hidden & table.conditions
            shape = shape_of_data(table, len(line.split(self.profile.delimiter.encode())), hidden)
            self.bodies[table] = Body(table, shape, self.profile, initial_values=False)
        return self.bodies[table]
