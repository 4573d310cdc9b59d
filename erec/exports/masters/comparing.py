"""仕訳データ of the accounting software beside what was given to it: what is there, changed or missing.

A line is known by 数字２ (記録番号), 数字１ (支払期日), 伝票日付 and its amounts. Over there a person may
change accounts, which is told, and the summary and the voucher's number, which are not. Read only: nothing
is stored, nothing is changed on either side.
"""

import io
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from erec.formats import pca
from erec.journals.models import Export

LAYOUT = "仕訳データ"
FORMATS = [(choice.value, choice.label) for choice in Export.Format]
PROBLEMS_MAX = 200


class Line(NamedTuple):
    """What is compared of one line, as the file has it."""

    on: str
    number_1: str
    number_2: str
    debit: str
    debit_sub: str
    debit_yen: str
    credit: str
    credit_sub: str
    credit_yen: str
    voucher: str
    memo: str

    @property
    def record(self) -> tuple[str, ...]:
        """By which the same line is found again."""
        return self.number_2, self.number_1, self.on, self.debit_yen, self.credit_yen

    @property
    def whole(self) -> tuple[str, ...]:
        """What must be the same for a line to count as taken over."""
        return (*self.record, self.debit, self.debit_sub, self.credit, self.credit_sub)


# The layouts write half-width kana in the older formats: names are compared in one width.
_ITEMS = {
    "on": "伝票日付",
    "number_1": "数字1",
    "number_2": "数字2",
    "debit": "借方科目コード",
    "debit_sub": "借方補助コード",
    "debit_yen": "借方金額",
    "credit": "貸方科目コード",
    "credit_sub": "貸方補助コード",
    "credit_yen": "貸方金額",
    "voucher": "伝票番号",
    "memo": "摘要",
}
_LABELS = {name: _ITEMS[name] for name in ("on", "number_1", "debit", "debit_sub", "credit", "credit_sub")}
_LABELS |= {"debit_yen": "借方金額", "credit_yen": "貸方金額"}


class Difference(NamedTuple):
    item: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Pair:
    """A line that was given out, and the one over there that seems to be it."""

    ours: Line
    theirs: Line

    @property
    def differences(self) -> list[Difference]:
        return [
            Difference(label, getattr(self.ours, name), getattr(self.theirs, name))
            for name, label in _LABELS.items()
            if getattr(self.ours, name) != getattr(self.theirs, name)
        ]


@dataclass
class Comparison:
    """`first` and `last`: the days that the file speaks of; what was given out for others is left out."""

    first: str = ""
    last: str = ""
    same: int = 0
    changed: list[Pair] = field(default_factory=list)
    missing: list[Line] = field(default_factory=list)
    only_there: list[Line] = field(default_factory=list)
    problems: list[pca.Problem] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return bool(self.first) and not (self.changed or self.missing or self.only_there or self.problems)


def compare(company_id: int, content: bytes, *, format: str, profile: str) -> Comparison:
    """Of the days from the file's first 伝票日付 to its last. With a line that cannot be read, only that."""
    theirs: list[Line] = []
    found = Comparison()
    table = pca.find(LAYOUT, format=format)
    for one in pca.read(table, io.BytesIO(content), profile=pca.PROFILES[profile]):
        if isinstance(one, pca.Record):
            theirs.append(_line(table, one.row))
        elif len(found.problems) < PROBLEMS_MAX:
            found.problems.append(one)
    if found.problems or not theirs:
        return found
    found.first, found.last = min(line.on for line in theirs), max(line.on for line in theirs)
    _match(found, list(given(company_id, found.first, found.last)), theirs)
    return found


def given(company_id: int, first: str, last: str) -> Iterator[Line]:
    """Every line of these days (20261120) that was given out and not cancelled, read from the very files."""
    exports = Export.objects.filter(
        company_id=company_id,
        cancelled_at__isnull=True,
        first_on__lte=date.fromisoformat(last),
        last_on__gte=date.fromisoformat(first),
    ).order_by("number")
    for export in exports.iterator(chunk_size=10):
        table = pca.find(LAYOUT, format=export.format)
        source = io.BytesIO(bytes(export.content))
        for one in pca.read(table, source, profile=pca.PROFILES[export.profile]):
            if isinstance(one, pca.Problem):
                raise ValueError(f"the file of export {export.pk} cannot be read again: {one}")
            line = _line(table, one.row)
            if first <= line.on <= last:
                yield line


def _line(table: pca.Table, row: pca.Row) -> Line:
    places = {unicodedata.normalize("NFKC", item.name): item.position - 1 for item in table.fields}
    places["摘要"] = places.get("摘要", places.get("摘要文", 0))
    cells = {name: str(row[places[item]]) for name, item in _ITEMS.items()}
    # No amount and 0 are the same: an empty side is written in both ways.
    cells |= {name: cells[name] or "0" for name in ("debit_yen", "credit_yen")}
    return Line(**cells)


def _match(found: Comparison, ours: Sequence[Line], theirs: Sequence[Line]) -> None:
    """First the lines that are the same, then those of the same record, then of the same number."""
    same, ours_left, theirs_left = _pairs(ours, theirs, lambda line: line.whole)
    found.same = len(same)
    of_record, ours_left, theirs_left = _pairs(ours_left, theirs_left, lambda line: line.record)
    numbered = [line for line in theirs_left if line.number_2]
    of_number, ours_left, found.only_there = _pairs(
        ours_left, numbered, lambda line: (line.number_2, line.debit, line.credit) if line.number_2 else None
    )
    found.changed = [*of_record, *of_number]
    found.missing = ours_left


def _pairs(
    ours: Iterable[Line], theirs: Sequence[Line], key: Callable[[Line], object]
) -> tuple[list[Pair], list[Line], list[Line]]:
    """Each line once with one of the same key; and the lines that are left on either side, in order."""
    waiting: dict[object, list[int]] = defaultdict(list)
    for place in range(len(theirs) - 1, -1, -1):
        waiting[key(theirs[place])].append(place)
    pairs: list[Pair] = []
    left: list[Line] = []
    taken: set[int] = set()
    for line in ours:
        wanted = key(line)
        if wanted is not None and waiting[wanted]:
            place = waiting[wanted].pop()
            taken.add(place)
            pairs.append(Pair(line, theirs[place]))
        else:
            left.append(line)
    return pairs, left, [line for place, line in enumerate(theirs) if place not in taken]
