"""What a sheet is made of, for whichever paper. Files for machines are made elsewhere (erec.formats.pca)."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils import timezone

from erec.lists.downloads import Column, Kind

WEEKDAYS = "月火水木金土日"


class Format(StrEnum):
    """Which paper, as an address asks for it: `?file=pdf`."""

    PDF = "pdf"
    EXCEL = "excel"


class TooManyRows(Exception):
    """More rows than the paper holds. Nothing was written, as half a sheet would be taken for the whole."""

    def __init__(self, most: int, paper: str) -> None:
        super().__init__(
            f"{most:,}件を超えるため、{paper}にできません。まだ何も出力していません。"
            "期日の範囲などの条件を絞って、もう一度出力してください。"
        )


@dataclass(frozen=True)
class Sheet:
    """One 帳票. `by`: the columns whose values together make a subtotal; rows come sorted by them.

    `facts` stand in the heading: 基準, 支払期日 and the like, as label and value.
    """

    title: str
    company: str
    made_at: datetime
    columns: Sequence[Column[Any]]
    by: Sequence[Column[Any]]
    amount: Column[Any]
    rows: Iterable[Any] = field(repr=False)
    facts: Sequence[tuple[str, str]] = ()

    @property
    def heading(self) -> Sequence[tuple[str, str]]:
        made = timezone.localtime(self.made_at).strftime("%Y/%m/%d %H:%M")
        return (*self.facts, ("単位", "円"), ("作成日時", made))

    def key(self, row: Any) -> tuple[Hashable, ...]:
        return tuple(column.read(row) for column in self.by)


class Total(NamedTuple):
    """`values` are those of the sheet's `by`; none of a grand total."""

    values: tuple[Any, ...]
    rows: int
    amount_yen: int


@dataclass
class Totals:
    """Counts while the rows pass: `passing` gives each row with the totals that end behind it."""

    sheet: Sheet
    count: int = 0
    amount_yen: int = 0

    def passing(self) -> Iterator[tuple[Any, Total | None, bool]]:
        """Each row, its subtotal if it is the last of it, and whether it is the last of all."""
        rows = iter(self.sheet.rows)
        row = next(rows, None)
        before = (0, 0)
        while row is not None:
            following = next(rows, None)
            key = self.sheet.key(row)
            self.count += 1
            self.amount_yen += int(self.sheet.amount.read(row))
            ended = following is None or self.sheet.key(following) != key
            subtotal = Total(key, self.count - before[0], self.amount_yen - before[1]) if ended else None
            if ended:
                before = (self.count, self.amount_yen)
            yield row, subtotal, following is None
            row = following


def words(value: Any, kind: Kind) -> str:
    """A cell as people read it: 2026/11/30, 1,234,567."""
    if value is None:
        return ""
    if kind is Kind.YEN:
        return f"{value:,}"
    if kind is Kind.DATE:
        return str(value.strftime("%Y/%m/%d"))
    if kind is Kind.MOMENT:
        return str(value.strftime("%Y/%m/%d %H:%M"))
    return str(value)


def total_words(total: Total, sheet: Sheet) -> str:
    """What stands before a subtotal: 「2026/11/30（月）　小計　3件」."""
    told = [
        f"{words(value, column.kind)}（{WEEKDAYS[value.weekday()]}）"
        if column.kind is Kind.DATE
        else words(value, column.kind)
        for value, column in zip(total.values, sheet.by, strict=True)
    ]
    return "　".join([*told, "小計", f"{total.rows:,}件"])
