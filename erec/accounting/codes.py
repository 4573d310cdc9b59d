"""補助科目コード of the partners: the registered one, else the one that the accounting software has for that
name, else the next free one of the company's range. Proposals only, until a person registers them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from erec.accounting import access
from erec.accounting.errors import RangeFull
from erec.accounting.kana import company_kana
from erec.accounting.models import CodeRange, Kind, PartnerCode, SubAccount
from erec.partners.access import partners_of
from erec.partners.folding import fold

FIRST_RANGE = CodeRange(first=1, last=9999, digits=4, account_codes=[])
KANA_MAX = 30


class Origin(StrEnum):
    """Where a code comes from."""

    REGISTERED = "登録済み"
    FOUND = "台帳の同じ名前"
    NEXT = "次の番号"
    FULL = "番号の空きなし"


@dataclass(frozen=True)
class Proposal:
    """One partner, its code and フリガナ as they are or would be."""

    user_number: str
    name: str
    code: str
    kana: str
    origin: Origin


def range_of(company_id: int) -> CodeRange:
    """The company's own, else the usual one, which is not saved."""
    return CodeRange.objects.filter(company_id=company_id).first() or FIRST_RANGE


def proposals(company_id: int) -> list[Proposal]:
    """All partners of the company, one a 利用者番号, in the order of the numbers."""
    registered = {row.user_number: row for row in PartnerCode.objects.filter(company_id=company_id)}
    books = _Books(company_id, {row.code for row in registered.values()})
    found: list[Proposal] = []
    for number, name in _partners(company_id):
        row = registered.get(number)
        if row is not None:
            found.append(Proposal(number, name, row.code, row.kana, Origin.REGISTERED))
        else:
            found.append(books.proposed(number, name))
    return found


def _partners(company_id: int) -> list[tuple[str, str]]:
    """The name is the partner's own, of the row that was checked last."""
    rows = partners_of(company_id).order_by("user_number", "checked_at", "pk")
    return sorted(dict(rows.values_list("user_number", "name")).items())


class _Books:
    """What the accounting software has, and which codes are taken."""

    def __init__(self, company_id: int, taken: set[str]) -> None:
        rows = [
            row for row in access.masters_of(company_id, Kind.SUB_ACCOUNTS) if isinstance(row, SubAccount)
        ]
        self.kana = {row.code: row.cells[6] for row in rows}
        self.codes: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            for name in {fold(row.name), fold(row.full_name)}:
                self.codes[name].add(row.code)
        self.names = self._printed(company_id)
        self.taken = taken | {row.code for row in rows}
        self.given = set(taken)
        self.free = _free(range_of(company_id), self.taken)

    @staticmethod
    def _printed(company_id: int) -> dict[tuple[str, str], str]:
        rows = access.printed_names_of(company_id).exclude(printed="")
        return {
            (number, name): text for number, name, text in rows.values_list("user_number", "name", "printed")
        }

    def proposed(self, number: str, name: str) -> Proposal:
        code = self._known(number, name)
        if code:
            self.given.add(code)
            kana = self.kana.get(code) or company_kana(name)
            return Proposal(number, name, code, kana[:KANA_MAX], Origin.FOUND)
        code = next(self.free, "")
        kana = company_kana(name)
        return Proposal(
            number, name, code, kana if len(kana) <= KANA_MAX else "", Origin.NEXT if code else Origin.FULL
        )

    def _known(self, number: str, name: str) -> str:
        """The one code whose 補助科目名 or 正式名 is this name, or its 印字名; two say nothing."""
        for wanted in (name, self.names.get((number, name), "")):
            codes = self.codes.get(fold(wanted), set()) - self.given if wanted else set()
            if len(codes) == 1:
                return next(iter(codes))
        return ""


def _free(span: CodeRange, taken: set[str]) -> Iterator[str]:
    for number in range(span.first, span.last + 1):
        code = str(number).zfill(span.digits)
        if code not in taken:
            yield code


def unregistered(found: Sequence[Proposal]) -> list[Proposal]:
    """Raises RangeFull where one of them has no number left."""
    new = [one for one in found if one.origin is not Origin.REGISTERED]
    if any(one.origin is Origin.FULL for one in new):
        raise RangeFull
    return new
