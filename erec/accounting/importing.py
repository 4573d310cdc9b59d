"""What a file of the accounting software would do to a master, row by row, before anything is done: added,
changed (and which items), as it is, gone, or wrong and why.

The file is read by its layout (erec.formats.pca), which checks each cell. The same judgement is made for the
preview and again under the lock that carries it out. Which file is chosen is the person's to say; that a file
stands for the whole master is (inferred), as PCA writes all of one unless a range is given, so both ways are
offered.
"""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from erec.accounting import access
from erec.accounting.errors import Unreadable
from erec.accounting.models import Kind, Master, MasterUpload
from erec.accounting.policy import IMPORT_LINES_MAX, MASTERS
from erec.formats import pca

TWICE = "{line}行目と同じコードです。どちらかを消してください。"
NO_LINES = "{title}の行がありません。会計ソフトで{title}を出力したファイルか、確かめてください。"
TOO_MANY_LINES = (
    f"行が多すぎます。{IMPORT_LINES_MAX:,}行以下に分け、"
    "［ファイルにある行だけを追加・変更する］を選んでください。"
)

Key = tuple[str, ...]


class Outcome(StrEnum):
    """What would become of a row."""

    ADD = "追加"
    CHANGE = "変更"
    SAME = "変更なし"
    GONE = "削除"
    WRONG = "エラー"


@dataclass(frozen=True)
class Difference:
    """One item that would change."""

    item: str
    before: str
    after: str


@dataclass
class Line:
    """One row of the preview; a row that would go has no line (0). `errors`: the item and the sentence."""

    number: int
    cells: tuple[str, ...] = ()
    key: Key = ()
    name: str = ""
    outcome: Outcome = Outcome.WRONG
    row: Master | None = None
    errors: list[tuple[str, str]] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def label(self) -> str:
        return " ".join(self.key)


@dataclass(frozen=True)
class Preview:
    """All rows, and how many of each outcome."""

    lines: Sequence[Line]

    def count(self, outcome: Outcome) -> int:
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def digest(self) -> str:
        """Equal as long as the file would do the same."""
        seen = [(x.number, x.outcome, x.key, [vars(d) for d in x.differences]) for x in self.lines]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def judged(upload: MasterUpload) -> Preview:
    """What the file would do to its company's master now. Raises Unreadable."""
    kind = Kind(upload.kind)
    lines = list(_lines(kind, bytes(upload.content), upload.profile))
    if not lines:
        raise Unreadable(NO_LINES.format(title=kind.label))
    _refuse_twice(lines)
    old = {key_of(kind, row.cells): row for row in access.masters_of(upload.company_id, kind)}
    names = _names(kind)
    for line in lines:
        _compare(line, old.get(line.key), names)
    if upload.mode == MasterUpload.Mode.REPLACE:
        there = {line.key for line in lines}
        lines += [_gone(kind, row, key) for key, row in old.items() if key not in there]
    return Preview(lines)


def key_of(kind: Kind, cells: Sequence[str]) -> Key:
    columns = columns_of(kind, cells)
    return tuple(columns[name] for name in MASTERS[kind].key)


def columns_of(kind: Kind, cells: Sequence[str]) -> dict[str, str]:
    """What the model keeps of a row."""
    return {name: cells[position - 1] for position, name in MASTERS[kind].columns.items()}


def _lines(kind: Kind, content: bytes, profile: str) -> Iterator[Line]:
    """Valid lines and those with errors, in the file's order."""
    table = pca.find(kind.label)
    wrong: dict[int, Line] = {}
    found = pca.read(table, io.BytesIO(content), profile=pca.PROFILES[profile], initial_values=False)
    for count, one in enumerate(found):
        if count >= IMPORT_LINES_MAX:
            raise Unreadable(TOO_MANY_LINES)
        if isinstance(one, pca.Record):
            cells = tuple(str(cell) for cell in one.row)
            yield Line(one.line, cells, key_of(kind, cells), columns_of(kind, cells)["name"])
        elif one.line in wrong:
            wrong[one.line].errors.append((one.item, one.message))
        else:
            wrong[one.line] = Line(one.line, errors=[(one.item, one.message)])
            yield wrong[one.line]


def _refuse_twice(lines: Sequence[Line]) -> None:
    first: dict[Key, int] = {}
    for line in lines:
        before = first.setdefault(line.key, line.number) if line.key else line.number
        if before != line.number:
            line.errors.append(("", TWICE.format(line=before)))


def _compare(line: Line, row: Master | None, names: Sequence[str]) -> None:
    if line.errors:
        return
    line.row = row
    if row is None:
        line.outcome = Outcome.ADD
        return
    line.differences = [
        Difference(name, before, after)
        for name, before, after in zip(names, row.cells, line.cells, strict=True)
        if before != after
    ]
    line.outcome = Outcome.CHANGE if line.differences else Outcome.SAME


def _gone(kind: Kind, row: Master, key: Key) -> Line:
    return Line(0, tuple(row.cells), key, columns_of(kind, row.cells)["name"], Outcome.GONE, row)


def _names(kind: Kind) -> list[str]:
    return [item.name for item in pca.find(kind.label).fields]
