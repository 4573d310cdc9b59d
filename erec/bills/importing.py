"""What a file of bills would do, line by line, before anything is done: added, changed, as it is, or wrong.

The same judgement is made for the preview and again under the lock that carries it out.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from accounts.models import Company
from erec.bills import access
from erec.bills.actions.bills import FIXED, KEY
from erec.bills.errors import BeingSwitched
from erec.bills.forms import BillEntry, BillForm
from erec.bills.models import Bill
from erec.bills.policy import Kind
from erec.bills.standing import BOUND
from erec.partners.errors import Unreadable
from erec.partners.folding import fold
from erec.partners.sheets import Rows

# The file's columns are the form's fields, under the same names. Others are the list's own, and left alone.
LABELS: Mapping[str, str] = {name: str(f.label) for name, f in BillForm.base_fields.items()}
REQUIRED = ("kind", "number", "due_on", "party", "amount_yen")
OPTIONAL = frozenset(LABELS) - frozenset(REQUIRED)
KINDS = {written: kind.value for kind in Kind for written in (fold(kind.label), kind.value)}

WRONG_KIND = f"{'・'.join(kind.label for kind in Kind)}のどれかにしてください。"
TWICE = "{line}行目と同じ手形です。どちらかを消してください。"
NO_LINES = "手形の行がありません。1行目を見出し、2行目からを手形にしてください。"

Cells = dict[str, str]
NumberedLine = tuple[int, Cells]  # the line in the file, from 1, and its cells by field


class Outcome(StrEnum):
    """What a line would do."""

    ADD = "追加"
    CHANGE = "変更"
    SAME = "変更なし"
    WRONG = "エラー"


@dataclass
class Line:
    """One line of the preview. `errors`: the column's label and the sentence."""

    number: int
    cells: Cells
    entry: BillEntry | None = None
    bill: Bill | None = None
    outcome: Outcome = Outcome.WRONG
    errors: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    """All lines, and how many of each outcome."""

    lines: Sequence[Line]

    def count(self, outcome: Outcome) -> int:
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def digest(self) -> str:
        """Equal as long as the file would do the same to the same rows."""
        seen = [(x.number, x.outcome, x.bill.version if x.bill else 0) for x in self.lines]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def lines_of(rows: Rows) -> list[NumberedLine]:
    """The heading says which column is which. Lines without any cell are left out. Raises Unreadable."""
    heading, *others = rows or [[]]
    places = _places(heading)
    lines = [
        (number, {name: row[place] if place < len(row) else "" for name, place in places.items()})
        for number, row in enumerate(others, start=2)
        if any(row)
    ]
    if not lines:
        raise Unreadable(NO_LINES)
    return lines


def _places(heading: Sequence[str]) -> dict[str, int]:
    titles = [fold(title) for title in heading]
    places: dict[str, int] = {}
    for name, label in LABELS.items():
        found = [place for place, title in enumerate(titles) if title == fold(label)]
        if len(found) > 1:
            raise Unreadable(f"見出し「{label}」の列が{len(found)}つあります。1つにしてください。")
        if found:
            places[name] = found[0]
    missing = [LABELS[name] for name in REQUIRED if name not in places]
    if missing:
        raise Unreadable(
            f"1行目に見出し「{'」「'.join(missing)}」がありません。雛形の見出しを1行目に入れてください。"
        )
    return places


def judged(lines: Iterable[NumberedLine], company: Company) -> Preview:
    """What each line would do to this company's register now, in one query."""
    register = {_key(bill): bill for bill in access.bills_of(company.pk)}
    judging = [_read(number, cells) for number, cells in lines]
    first: dict[tuple[Any, ...], int] = {}
    for line in judging:
        if line.entry is None:
            continue
        before = first.setdefault(_key(line.entry), line.number)
        if before != line.number:
            line.errors.append((LABELS["number"], TWICE.format(line=before)))
        _match(line, register)
    return Preview(judging)


def _key(row: Bill | BillEntry) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in KEY)


def _read(number: int, cells: Cells) -> Line:
    line = Line(number, cells)
    kind = KINDS.get(fold(cells["kind"]), "")
    form = BillForm({**cells, "kind": kind or Kind.HELD.value})
    for name, sentences in form.errors.items():
        line.errors += [(LABELS[name], str(sentence)) for sentence in sentences]
    if not kind:
        line.errors.append((LABELS["kind"], WRONG_KIND))
    if not line.errors:
        line.entry = form.entry()
    return line


def _match(line: Line, register: Mapping[tuple[Any, ...], Bill]) -> None:
    """The bill that a line is about; a column that the file has not keeps what is registered."""
    if line.entry is None or line.errors:
        return
    line.bill = bill = register.get(_key(line.entry))
    if bill is None:
        line.outcome = Outcome.ADD
        return
    wanted = {name: value for name, value in vars(line.entry).items() if name in line.cells}
    for name in ("party", "bank"):
        if name in line.cells:
            wanted[f"{name}_printed"] = getattr(line.entry, f"{name}_printed")
    line.entry = BillEntry(**{name: wanted.get(name, getattr(bill, name)) for name in vars(line.entry)})
    changed = [name for name, value in vars(line.entry).items() if value != getattr(bill, name)]
    if bill.now in BOUND and any(name in FIXED for name in changed):
        told = BeingSwitched.sentence.format(what="摘要や印字名のほかを変更")
        line.errors.append((LABELS["number"], told))
        return
    line.outcome = Outcome.CHANGE if changed else Outcome.SAME
