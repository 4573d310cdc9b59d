"""What changed between two contents, as their sheets show them: fact by fact, line by line. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from erec.workflow.types.base import Row, Sheet

NOTHING = "－"


@dataclass(frozen=True)
class Change:
    """One thing: where, what it was, what it is. NOTHING where it was not, or is no more."""

    label: str
    before: str
    now: str


def between(before: Sheet, now: Sheet) -> list[Change]:
    """A line that was put in or taken out is one change, and does not make all lines behind it differ."""
    return [*_facts(before, now), *_lines(before, now)]


def _facts(before: Sheet, now: Sheet) -> Iterator[Change]:
    old, new = dict(before.facts), dict(now.facts)
    for label in dict.fromkeys([*old, *new]):
        if old.get(label) != new.get(label):
            yield Change(label, old.get(label, NOTHING), new.get(label, NOTHING))


def _lines(before: Sheet, now: Sheet) -> Iterator[Change]:
    for kind, a, b, c, d in SequenceMatcher(None, _told_apart(before), _told_apart(now), False).get_opcodes():
        if kind != "equal":
            for old, new in zip_longest(before.rows[a:b], now.rows[c:d]):
                yield from _line(old, new, before.columns, now.columns)


def _told_apart(sheet: Sheet) -> list[tuple[tuple[str, ...], int]]:
    """The lines, equal ones numbered: of 500 lines of two kinds SequenceMatcher would need many seconds."""
    counted: Counter[tuple[str, ...]] = Counter()
    lines = []
    for row in sheet.rows:
        counted[row.cells] += 1
        lines.append((row.cells, counted[row.cells]))
    return lines


def _line(
    old: Row | None, new: Row | None, old_columns: tuple[str, ...], columns: tuple[str, ...]
) -> Iterator[Change]:
    """By the columns' names: a sheet shows some of them only where they hold something."""
    if old and new:
        was, is_now = (
            dict(zip(old_columns, old.cells, strict=True)),
            dict(zip(columns, new.cells, strict=True)),
        )
        for column in dict.fromkeys([*columns, *old_columns]):
            if was.get(column, "") != is_now.get(column, ""):
                before, now = was.get(column) or NOTHING, is_now.get(column) or NOTHING
                yield Change(f"明細{new.number} {column}", before, now)
    elif old:
        yield Change(f"明細{old.number}（削除）", _whole(old), NOTHING)
    elif new:
        yield Change(f"明細{new.number}（追加）", NOTHING, _whole(new))


def _whole(row: Row) -> str:
    return "　".join(cell for cell in row.cells if cell)
