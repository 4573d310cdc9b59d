"""Layouts of fixed-length records, and the one way to read and write a cell of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from erec.formats import windows31j
from erec.formats.fixed.eras import era_date, short_year
from erec.formats.text import shown

Value = str | int | date | None

EMPTY = "空です。必ず入るはずの項目です。"


class Kind(StrEnum):
    NUMBER = "number"  # right-aligned, filled with zeros: an amount or a count
    CODE = "code"  # digits that name something: kept as text, zeros and all
    CHOICE = "choice"  # one of a list
    TEXT = "text"  # half-width, left-aligned, filled with spaces
    ERA_DATE = "era_date"  # YYMMDD, the year counted in an era that is not given (和暦)
    DATE = "date"  # YYYYMMDD
    FIXED = "fixed"  # always the same
    FILLER = "filler"  # ダミー: written as spaces, not read


class Problem(NamedTuple):
    """One thing that is wrong. `line` is the record's number from 1, `column` the field's in its layout,
    None where the whole record is meant."""

    line: int
    column: int | None
    item: str
    message: str

    def __str__(self) -> str:
        place = f"{self.line}件目のレコード" + (f" {self.column}番「{self.item}」" if self.column else "")
        return f"{place}: {self.message}"


class BadCell(ValueError):
    """The cell cannot be read or written; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """One item: bytes `first` to `last`, counted from 1 as documents do."""

    position: int
    key: str
    name: str
    first: int
    last: int
    kind: Kind
    optional: bool  # ※: the bank or the company may leave it empty
    choices: Mapping[str, str]
    fixed: str
    letters: re.Pattern[str]  # what a text may consist of
    blank: str  # what fills it when it is empty: "0" or " "
    note: str

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def where(self) -> str:
        bytes_ = f"{self.first}" if self.length == 1 else f"{self.first}～{self.last}"
        return f"{bytes_}バイト目"

    def read(self, cell: bytes, near: date) -> Value:
        """What the bytes say; dates without an era are the ones next to `near`. Raises BadCell."""
        if self.kind is Kind.FILLER:
            return None
        text = _half_width(cell)
        if self.kind is Kind.TEXT:
            return self._text(text.rstrip(" "))
        if self.kind is Kind.FIXED:
            return self._fixed(text)
        if self.kind is Kind.CHOICE and text in self.choices:
            return text
        # What is empty is zeros or spaces; but an amount of zeros is an amount.
        if self.optional and not text.strip(" " if self.kind is Kind.NUMBER else " 0"):
            return "" if self.kind in (Kind.CODE, Kind.CHOICE) else None
        if not text.strip(" "):
            raise BadCell(EMPTY)
        if self.kind is Kind.CHOICE:
            raise BadCell(f"「{text}」はわかりません。{self._choice_list()}のどれかのはずです。")
        if not _DIGITS.fullmatch(text):
            raise BadCell(f"半角の数字{self.length}桁（右づめ、前は0）のはずですが、「{text}」です。")
        return self._number(text, near)

    def write(self, value: Value) -> bytes:
        """The bytes of a value; None is an empty cell. Raises BadCell."""
        if self.kind is Kind.FILLER:
            return b" " * self.length
        if self.kind is Kind.FIXED:
            return self.fixed.encode("ascii")
        if value is None or value == "":
            if not self.optional:
                raise BadCell("空にできません。")
            return self.blank.encode("ascii") * self.length
        cell = windows31j.encode(self._written(value))
        if len(cell) > self.length:
            raise BadCell(f"{self.length}桁に入りません（{len(cell)}桁です）。")
        return cell.ljust(self.length) if self.kind is Kind.TEXT else cell.rjust(self.length, b"0")

    def _text(self, text: str) -> str:
        if not text and not self.optional:
            raise BadCell(EMPTY)
        return self._allowed(text)

    def _allowed(self, text: str) -> str:
        if not self.letters.fullmatch(text):
            stranger = next(character for character in text if not self.letters.fullmatch(character))
            raise BadCell(f"{shown(stranger)}は使えません。半角の英大文字・数字・カナと記号だけです。")
        return text

    def _fixed(self, text: str) -> str:
        if text != self.fixed:
            raise BadCell(f"「{self.fixed}」のはずですが、「{text}」です。")
        return text

    def _written(self, value: Value) -> str:
        if self.kind is Kind.TEXT:
            return self._allowed(str(value))
        if isinstance(value, date):
            if self.kind is Kind.DATE:
                return f"{value:%Y%m%d}"
            return f"{short_year(value):02}{value:%m%d}"
        text = str(value)
        if self.kind is Kind.CHOICE and text not in self.choices:
            raise BadCell(f"「{text}」は選べません。{self._choice_list()}のどれかです。")
        if not _DIGITS.fullmatch(text):
            raise BadCell(f"数字ではありません（「{text}」）。")
        return text

    def _number(self, text: str, near: date) -> Value:
        if self.kind is Kind.NUMBER:
            return int(text)
        if self.kind is Kind.CODE:
            return text
        found = _day(text) if self.kind is Kind.DATE else era_date(text, near)
        if found is None:
            raise BadCell(f"「{text}」という日付はありません。")
        return found

    def _choice_list(self) -> str:
        return "、".join(f"{code}（{meaning}）" for code, meaning in self.choices.items())


@dataclass(frozen=True)
class RecordLayout:
    """One kind of record: its mark in the first byte, its fields side by side."""

    mark: str
    name: str
    length: int
    ours: bool  # not found in any document: our own, to be replaced by the bank's
    fields: tuple[Field, ...]

    def read(self, data: bytes, line: int, near: date) -> tuple[dict[str, Value], list[Problem]]:
        """The values by key, and what is wrong with the others. `data` has the right length."""
        values: dict[str, Value] = {}
        problems = []
        for field in self.fields:
            if field.kind is Kind.FILLER:
                continue
            try:
                values[field.key] = field.read(data[field.first - 1 : field.last], near)
            except BadCell as bad:
                problems.append(Problem(line, field.position, field.name, f"{field.where}: {bad}"))
        return values, problems

    def write(self, values: Mapping[str, Value], line: int) -> bytes:
        """The record's bytes. Raises Unwritable with every cell that cannot be written."""
        cells, problems = [], []
        for field in self.fields:
            try:
                cells.append(field.write(values.get(field.key)))
            except BadCell as bad:
                problems.append(Problem(line, field.position, field.name, str(bad)))
        if problems:
            raise Unwritable(problems)
        return b"".join(cells)

    def field(self, key: str) -> Field:
        return next(field for field in self.fields if field.key == key)


class Unwritable(ValueError):
    """A record that cannot be written; `problems` says each cell."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class FileLayout:
    """One kind of file: its name and version, where it comes from, its records."""

    title: str
    version: str
    length: int
    source: str
    records: Mapping[str, RecordLayout]


_DIGITS = re.compile("[0-9]+")
# JIS X 0201 without its controls, as characters and as bytes.
_HALF_WIDTH = re.compile("[ -~｡-ﾟ]")
_HALF_WIDTH_BYTES = re.compile(rb"[ -~\xa1-\xdf]*")


def _half_width(cell: bytes) -> str:
    if _HALF_WIDTH_BYTES.fullmatch(cell):
        return cell.decode("cp932")
    try:
        text = windows31j.decode(cell)
    except windows31j.Undecodable as error:
        raise BadCell(f"0x{error.byte:02X}は半角の文字ではありません。") from None
    stranger = next(character for character in text if not _HALF_WIDTH.fullmatch(character))
    raise BadCell(f"半角の文字だけのはずですが、{shown(stranger)}が入っています。")


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
