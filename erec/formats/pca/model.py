"""What a PCA layout is: titles, tables, fields; what a reader or writer answers with.

Pure data, made by `loading` from the files in layouts/. Words: a *layout* is one title of the document,
a *table* one list of items (a layout has several where it prints several reports or older formats), a
*field* one item. A field that repeats (○○月度) stands once in the table and several times in the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from erec.formats.pca.kinds import Kind
from erec.formats.pca.values import problem_of

Cell = str | tuple[str, ...]
"""The text of one cell; a repeating field has one text for each month."""
Row = tuple[Cell, ...]
"""One cell per field, in order. A hidden field is ""."""


Required = Literal["", "○", "◎"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Field:
    """One item of a table, with the document's words and what the engine needs to judge a cell."""

    position: int  # 1..n, also where the document misprints its own number
    printed: int
    name: str
    half: int | None  # 半角桁数 of 文字列
    full: int | None  # 全角桁数, where printed
    digits: int | None  # 桁数 of 数字
    type: str
    required: Required
    default: str  # 初期値 as printed: "21(月次)", "スペース"
    initial: str  # the text it stands for: "21", ""
    kind: Kind
    choices: Mapping[str, str]
    minimum: Decimal | None
    maximum: Decimal | None
    fixed: str
    wide: bool  # may hold full-width characters
    hidden: tuple[str, ...]  # any of these conditions takes the column out of header and data
    empty: str  # under this condition, or where item 5 is 13 ("5=13"), the cell may be empty though ◎
    repeat: int  # 1, or how often at most it repeats
    heads: tuple[str, ...]  # what the header line may say instead of the name ("*": anything)
    line_breaks: bool  # a line break is written as the four characters \r\n
    note: str
    misprint: str

    def __repr__(self) -> str:
        return f"<Field {self.position} {self.name}>"

    @property
    def width(self) -> int:
        """The most half-width cells a value may take."""
        return self.half or self.digits or 0

    @property
    def is_string(self) -> bool:
        """Whether the file quotes it where it quotes strings."""
        return self.type == "文字列"

    def problem_of(self, text: str) -> str | None:
        """Why this text cannot stand in the cell, as a sentence; None when it can."""
        return problem_of(self, text)


class Column(NamedTuple):
    """A column of the file: a field, and which of its repetitions (0 where it does not repeat)."""

    field: Field
    turn: int

    @property
    def label(self) -> str:
        return f"{self.field.name}（{self.turn + 1}つ目）" if self.field.repeat > 1 else self.field.name


@dataclass(frozen=True, eq=False)
class Shape:
    """Which columns a file of a table really has: without the hidden ones, with its months."""

    hidden: frozenset[str]
    months: int
    columns: tuple[Column, ...]
    size: int  # of the table: its fields, hidden ones too

    def flat(self, row: Row) -> list[str]:
        """The cells of one line."""
        cells = []
        for column in self.columns:
            cell = row[column.field.position - 1]
            if isinstance(cell, str):
                cells.append(cell)
            else:
                cells.append(cell[column.turn])
        return cells

    def row(self, cells: Sequence[str]) -> Row:
        """The reverse: a cell for each field of the table, months together."""
        row: list[Cell] = [""] * self.size
        for column, cell in zip(self.columns, cells, strict=True):
            at = column.field.position - 1
            if column.field.repeat == 1:
                row[at] = cell
            else:
                row[at] = (*(row[at] or ()), cell)
        return tuple(row)

    @property
    def plain(self) -> bool:
        """Whether a line's cells are the row as they are."""
        return len(self.columns) == self.size and all(
            c.field.repeat == 1 and c.field.position == at for at, c in enumerate(self.columns, 1)
        )


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """One list of items in one format."""

    title: str
    name: str | None  # 【…】 as printed, None where the layout has one unnamed table
    format: str
    version: str | None
    version_without: Mapping[str, str]  # the version when a condition hides columns (会社口座)
    header_repeats: bool
    fields: tuple[Field, ...]
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Table {self.label}>"

    @cached_property
    def conditions(self) -> frozenset[str]:
        """What can hide a column here (or empty a required one)."""
        every = {name for item in self.fields for name in item.hidden}
        return frozenset(every | {item.empty for item in self.fields if item.empty and "=" not in item.empty})

    @cached_property
    def months(self) -> int:
        """How often its repeating fields repeat at most; 1 where none does."""
        return max(item.repeat for item in self.fields)

    @property
    def version_line(self) -> str | None:
        """The first line of a file with 「バージョンを出力する」 ticked."""
        return self.version_line_of(frozenset())

    def version_line_of(self, hidden: frozenset[str]) -> str | None:
        version = next((v for c, v in self.version_without.items() if c in hidden), self.version)
        return f"\\text version='{version}' \\" if version else None

    @property
    def importable(self) -> bool:
        """Whether the document marks items for taking in (◎, ○); the others are only ever put out."""
        return any(item.required or item.default for item in self.fields)

    def shape(self, hidden: frozenset[str] = frozenset(), months: int | None = None) -> Shape:
        """Its columns in the file. Raises ValueError for an unknown condition or too many months."""
        return _shape(self, hidden, self.months if months is None else months)

    @property
    def label(self) -> str:
        """How a person tells it from the others."""
        return " ".join(
            part for part in (self.title, self.name, "" if self.format == "X" else self.format) if part
        )


@lru_cache(maxsize=512)
def _shape(table: Table, hidden: frozenset[str], months: int) -> Shape:
    if unknown := hidden - table.conditions:
        raise ValueError(f"「{'、'.join(sorted(unknown))}」は、{table.label}にはない出力条件です。")
    if not 1 <= months <= table.months:
        raise ValueError(f"{table.label}で繰り返す項目は{table.months}個までです。")
    columns: list[Column] = []
    group: list[Field] = []
    for item in [*(item for item in table.fields if not hidden & set(item.hidden)), None]:
        if item is not None and item.repeat > 1:
            group.append(item)  # neighbours repeat together: 金額, 構成比, 金額, 構成比, …
            continue
        columns += [Column(each, turn) for turn in range(months) for each in group]
        group = []
        if item is not None:
            columns.append(Column(item, 0))
    return Shape(hidden, months, tuple(columns), len(table.fields))


@dataclass(frozen=True)
class Layout:
    """One title of the document."""

    title: str
    version: str | None
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    together: Literal["", "pairs", "blank_line"]  # how one file holds lines of both its tables


class Record(NamedTuple):
    """One valid line of a file."""

    line: int
    row: Row


class Problem(NamedTuple):
    """One thing that is wrong. `line` counts from 1 (of rows to be written: the row's number);
    `column` is the field's position, None where the whole line is meant."""

    line: int
    column: int | None
    item: str
    message: str

    def __str__(self) -> str:
        place = (
            f"{self.line}行目" if self.column is None else f"{self.line}行目 {self.column}列目「{self.item}」"
        )
        return f"{place}: {self.message}"


class UnknownLayout(LookupError):
    """No such layout, table or format; `str()` says which there are."""


class Unwritable(ValueError):
    """Rows that cannot be written; `problems` has the first of them, `count` says how many there are."""

    def __init__(self, problems: list[Problem], count: int) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = problems
        self.count = count
