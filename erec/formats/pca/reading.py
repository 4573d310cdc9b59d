"""The bytes of a file to rows, and a sentence for everything that is wrong with it.

The reverse of `writing`. It streams (memory stays flat), never stops at the first error, and never guesses:
a line with an error gives problems and no record. A file that is of another code, another version or with
other columns than its header should have is refused whole, because each of its lines would be misread.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from erec.formats.pca.cells import BadLine, problems_of, split, tidy
from erec.formats.pca.fast import fast
from erec.formats.pca.header import (
    NOT_READ,
    Refused,
    heads,
    hidden_by_version,
    is_version,
    shape_of_data,
    shape_of_header,
)
from erec.formats.pca.lines import LINE_MAX, Lines
from erec.formats.pca.model import Column, Problem, Record, Shape, Table
from erec.formats.pca.profiles import QUOTED, Profile
from erec.formats.windows31j import Undecodable, decode

_MARKS = {b"\xef\xbb\xbf": "UTF-8（BOMつき）", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_UTF8_OF_THREE = re.compile(rb"[\xe0-\xef][\x80-\xbf][\x80-\xbf]")


def read(
    table: Table,
    source: BinaryIO,
    *,
    profile: Profile = QUOTED,
    initial_values: bool = True,
    hidden: frozenset[str] | None = None,
) -> Iterator[Record | Problem]:
    """A Record for each valid line, a Problem for each thing that is wrong, in the file's order.

    Version line and header line are recognised. `hidden` names the table's conditions that took columns
    away; without it a header tells them, and a file without header has all columns. With `initial_values`
    an empty cell becomes the document's 初期値.
    """
    lines = Lines(source)
    try:
        refuse_other_code(lines.beginning)
        shape = _opened(table, lines, profile, hidden)
    except Refused as refused:
        yield from refused.problems
        return
    yield from Body(table, shape, profile, initial_values).read(lines)


def refuse_other_code(beginning: bytes) -> None:
    """A byte order mark, or Japanese text in UTF-8, most of which would pass for odd kanji. Raises Refused.

    What is UTF-8 throughout and has characters of three bytes is no Windows-31J; half-width kana alone
    (ﾅｲ) can look like UTF-8, but only of two bytes.
    """
    name = next((name for mark, name in _MARKS.items() if beginning.startswith(mark)), None)
    if name is None and _UTF8_OF_THREE.search(beginning):
        try:
            codecs.getincrementaldecoder("utf-8")().decode(beginning)
            name = "UTF-8"
        except UnicodeDecodeError:
            return
    if name is not None:
        message = f"文字コードが{name}です。Windows-31J（Shift_JIS）で保存し直してください。"
        raise Refused([Problem(1, None, "", message + NOT_READ)])


def _opened(table: Table, lines: Lines, profile: Profile, hidden: frozenset[str] | None) -> Shape:
    """The columns of the file, its version and header line taken. Raises Refused."""
    line = lines.first()
    if is_version(line):
        by_version = hidden_by_version(table, line)
        hidden = by_version if hidden is None and table.version_without else hidden
        lines.take(line)
        line = lines.first()
    cells = heads(table, line, profile)
    if cells is not None:
        shape = shape_of_header(table, cells, hidden, lines.number)
        if not line.endswith(b"\r\n"):
            raise Refused(
                [Problem(lines.number, None, "", f"見出しの行の終わりがCR LFではありません。{NOT_READ}")]
            )
        lines.take(line)
        return shape
    try:
        count = len(split(line.rstrip(b"\r\n"), profile))
    except BadLine:
        count = 0
    return shape_of_data(table, count, hidden)


class Body:
    """The data lines of one file."""

    def __init__(self, table: Table, shape: Shape, profile: Profile, initial_values: bool) -> None:
        self.table, self.shape, self.profile = table, shape, profile
        self.fast = fast(shape, profile)
        self.defaults = [
            (at, column.field.initial)
            for at, column in enumerate(shape.columns)
            if initial_values and column.field.initial
        ]

    def read(self, lines: Lines) -> Iterator[Record | Problem]:
        for block in lines.blocks():
            at = 0
            while at < len(block):
                end = self.fast.end_of_good(block, at)
                if end > at:
                    good = block[at:end]
                    yield from self._good(good, lines.number)
                    lines.number += good.count(b"\n")
                if end < len(block):
                    line_end = block.find(b"\n", end) + 1 or len(block)
                    yield from self.line(block[end:line_end], lines.number)
                    lines.number += 1
                    end = line_end
                at = end

    def _good(self, good: bytes, number: int) -> Iterator[Record | Problem]:
        rows = self.fast.rows(good)
        if rows is None:
            for line in good.split(b"\r\n")[:-1]:
                yield from self.line(line + b"\r\n", number)
                number += 1
            return
        for at, initial in self.defaults:
            for row in rows:
                row[at] = row[at] or initial
        if self.shape.plain:
            yield from map(Record, range(number, number + len(rows)), map(tuple, rows))
        else:
            for row in rows:
                yield Record(number, self.shape.row(row))
                number += 1

    def line(self, line: bytes, number: int) -> Iterator[Record | Problem]:
        """One line, carefully: its record, or all that is wrong with it."""
        if len(line) > LINE_MAX:
            message = f"1行が{LINE_MAX}バイトを超えています。改行が抜けていないか確かめてください。"
            yield Problem(number, None, "", message)
            return
        problems = list(_end_problems(line, number))
        if b"\r" in line.rstrip(b"\r\n"):
            yield Problem(number, None, "", "CRだけの改行があります。CR LFにしてください。")
            return
        try:
            cells = split(line.rstrip(b"\r\n"), self.profile)
        except BadLine as bad:
            yield from problems
            item = self.shape.columns[bad.column - 1].label if bad.column <= len(self.shape.columns) else ""
            yield Problem(number, bad.column, item, str(bad))
            return
        if len(cells) != len(self.shape.columns):
            if not self._is_header_again(line):
                yield from problems
                yield Problem(number, None, "", self._count_message(cells))
            return
        texts = list(self._decoded(cells, number, problems))
        unread = {problem.column for problem in problems}
        problems += [each for each in problems_of(self.shape, texts, number) if each.column not in unread]
        if not problems:
            yield Record(number, self._row(texts))
        elif not self._is_header_again(line):
            yield from problems

    def _row(self, texts: list[str]) -> tuple[str | tuple[str, ...], ...]:
        for at, initial in self.defaults:
            texts[at] = texts[at] or initial
        return self.shape.row(texts)

    def _decoded(self, cells: list[bytes], number: int, problems: list[Problem]) -> Iterator[str]:
        """The texts of the cells; one that is not Windows-31J counts as problem and as no text to judge."""
        for column, cell in zip(self.shape.columns, cells, strict=True):
            try:
                yield tidy(column.field, decode(cell))
            except Undecodable as error:
                problems.append(_undecodable(column, number, error))
                yield ""

    def _count_message(self, cells: list[bytes]) -> str:
        expected = len(self.shape.columns)
        if cells == [b""]:
            return "空の行です。取り除いてください。"
        how = "足りません" if len(cells) < expected else "多すぎます"
        return f"列が{how}。{expected}列のはずですが、{len(cells)}列です。"

    def _is_header_again(self, line: bytes) -> bool:
        """部門別一覧表 and 摘要一覧表 repeat their header with every page."""
        if not self.table.header_repeats:
            return False
        cells = heads(self.table, line, self.profile)
        try:
            return cells is not None and bool(shape_of_header(self.table, cells, self.shape.hidden, 0))
        except Refused:
            return False


def _end_problems(line: bytes, number: int) -> Iterator[Problem]:
    body = line.rstrip(b"\r\n")
    end = line[len(body) :]
    if end == b"\n":
        yield Problem(number, None, "", "行の終わりがLFだけです。CR LFにしてください。")
    elif end == b"":
        yield Problem(
            number,
            None,
            "",
            "最後の行がCR LFで終わっていません。ファイルが途中で切れていないか確かめてください。",
        )
    elif end != b"\r\n":
        yield Problem(number, None, "", "行の終わりに余分なCRがあります。CR LFだけにしてください。")


def _undecodable(column: Column, number: int, error: Undecodable) -> Problem:
    message = (
        f"{error.index + 1}バイト目の0x{error.byte:02X}は、Windows-31J（Shift_JIS）の文字ではありません。"
    )
    return Problem(number, column.field.position, column.label, message + "文字コードを確かめてください。")
