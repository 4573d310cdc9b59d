"""What a file would do, line by line, before anything is done: added, changed, as it is, or wrong and why.

The same judgement is made for the preview and again under the lock that carries it out.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Field

from accounts.actions.companies import AccountNumber
from accounts.models import Company, SettlementAccount
from erec.partners import access, banks
from erec.partners.actions.partners import Entry
from erec.partners.directory import Found, Key, find_many
from erec.partners.errors import Unreadable
from erec.partners.folding import fold
from erec.partners.forms import PartnerForm
from erec.partners.models import Partner
from erec.partners.sheets import Rows
from erec.partners.suggestions import key_of

# The file's columns are the form's fields, under the same names. Others are the list's own, and left alone.
# These two are chosen on the page and written as words in a file.
WORDS = ("kind", "is_small_contractor")
FIELDS: Mapping[str, Field] = {
    name: field for name, field in PartnerForm.base_fields.items() if name not in WORDS
}
LABELS: Mapping[str, str] = {name: str(f.label) for name, f in PartnerForm.base_fields.items()}
OPTIONAL = frozenset({"registered_name", "memo", "is_small_contractor"})
KINDS = {
    written: kind.value
    for kind in SettlementAccount.Kind
    for written in (kind.label, f"{kind.label}預金", kind.value, f"0{kind.value}")
}
SMALL_CONTRACTOR = {True: "対象", False: "対象外"}
_SMALL_CONTRACTOR_TYPED = {"": False, "対象外": False, "0": False, "対象": True, "1": True, "○": True}

WRONG_SMALL_CONTRACTOR = "対象・対象外（または1・0）のどちらかにしてください。空の欄は、対象外です。"
WRONG_KIND = "普通・当座・その他（または1・2・9）のどれかにしてください。"
NOT_FOUND = (
    "利用者番号と口座の組合せを確認できません。取引先から伝えられた内容と合っているか、確かめてください。"
)
UNKNOWN_BANK = "この金融機関コードは一覧にありません。"
OWN_COMPANY = "自社は取引先に登録できません。"
TWICE = "{line}行目と同じ取引先です。どちらかを消してください。"
ALIKE = "同じ利用者番号または同じ名前の取引先が、ほかにもあります。"
NO_LINES = "取引先の行がありません。1行目を見出し、2行目からを取引先にしてください。"

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
    entry: Entry | None = None
    found: Found | None = None
    partner: Partner | None = None
    outcome: Outcome = Outcome.WRONG
    errors: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    """All lines, and how many of each outcome."""

    lines: Sequence[Line]

    def count(self, outcome: Outcome) -> int:
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def digest(self) -> str:
        """Equal as long as the file would do the same."""
        seen = [(x.number, x.outcome, x.found.name if x.found else "", x.warnings) for x in self.lines]
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
    missing = [label for name, label in LABELS.items() if name not in places and name not in OPTIONAL]
    if missing:
        raise Unreadable(
            f"1行目に見出し「{'」「'.join(missing)}」がありません。雛形の見出しを1行目に入れてください。"
        )
    return places


def judged(lines: Iterable[NumberedLine], company: Company) -> Preview:
    """What each line would do to this company's book now, in two queries."""
    judging = [_read(number, cells) for number, cells in lines]
    contracts = find_many({line.entry.key for line in judging if line.entry})
    book = list(access.partners_of(company.pk))
    _look_up(judging, contracts, company)
    _match(judging, {key_of(partner): partner for partner in book})
    _refuse_twice(judging)
    for line in judging:
        line.outcome = _outcome(line)
    _warn(judging, book)
    return Preview(judging)


def _read(number: int, cells: Cells) -> Line:
    line = Line(number, cells)
    values: dict[str, Any] = {}
    for name, one in FIELDS.items():
        try:
            values[name] = one.clean(cells.get(name, ""))
        except ValidationError as refused:
            line.errors += [(LABELS[name], sentence) for sentence in refused.messages]
    kind = KINDS.get(fold(cells["kind"]))
    if kind is None:
        line.errors.append((LABELS["kind"], WRONG_KIND))
    small_contractor = _SMALL_CONTRACTOR_TYPED.get(fold(cells.get("is_small_contractor", "")))
    if small_contractor is None:
        line.errors.append((LABELS["is_small_contractor"], WRONG_SMALL_CONTRACTOR))
    if not line.errors and kind is not None:
        account = AccountNumber(values["bank_code"], values["branch_code"], kind, values["number"])
        key = Key(values["user_number"], account)
        # A file without the column leaves what is registered; see _match.
        line.entry = Entry(key, values["registered_name"], values["memo"], bool(small_contractor))
    return line


def _look_up(lines: Iterable[Line], contracts: Mapping[Key, Found], company: Company) -> None:
    for line in lines:
        if line.entry is None:
            continue
        key = line.entry.key
        if key.user_number == company.user_number:
            line.errors.append((LABELS["user_number"], OWN_COMPANY))
        elif key not in contracts:
            if not banks.bank_name(key.account.bank_code):
                line.errors.append((LABELS["bank_code"], UNKNOWN_BANK))
            line.errors.append((LABELS["user_number"], NOT_FOUND))
        else:
            line.found = contracts[key]


def _match(lines: Iterable[Line], book: Mapping[Key, Partner]) -> None:
    """The partner that a line is about; a column that the file has not keeps what is registered."""
    for line in lines:
        if line.entry is None or line.entry.key not in book:
            continue
        line.partner = partner = book[line.entry.key]
        kept = {name: getattr(partner, name) for name in OPTIONAL if name not in line.cells}
        line.entry = replace(line.entry, **kept)


def _refuse_twice(lines: Iterable[Line]) -> None:
    first: dict[Key, int] = {}
    for line in lines:
        if line.entry is None:
            continue
        before = first.setdefault(line.entry.key, line.number)
        if before != line.number:
            line.errors.append((LABELS["number"], TWICE.format(line=before)))


def _outcome(line: Line) -> Outcome:
    if line.errors or line.entry is None or line.found is None:
        return Outcome.WRONG
    if line.partner is None:
        return Outcome.ADD
    now = (*_kept(line.partner), line.partner.name)
    wanted = (*_kept(line.entry), line.found.name)
    return Outcome.SAME if now == wanted else Outcome.CHANGE


def _kept(row: Partner | Entry) -> tuple[str, str, bool]:
    return row.registered_name, row.memo, row.is_small_contractor


def _warn(lines: Sequence[Line], book: Sequence[Partner]) -> None:
    """The same company twice, or two of one name: perhaps a mistake (as `similar` asks of one partner)."""
    keys: dict[str, set[Key]] = defaultdict(set)
    for partner in book:
        for word in {partner.user_number, partner.name, partner.sort_name}:
            keys[word].add(key_of(partner))
    adding = [
        (line, line.entry.key, _words(line.found.user_number, line.found.name, line.entry.registered_name))
        for line in lines
        if line.outcome is Outcome.ADD and line.entry and line.found
    ]
    for _, key, words in adding:
        for word in words:
            keys[word].add(key)
    for line, _, words in adding:
        if any(len(keys[word]) > 1 for word in words):
            line.warnings.append(ALIKE)


def _words(user_number: str, name: str, registered_name: str) -> set[str]:
    return {user_number, name, fold(registered_name or name)}
