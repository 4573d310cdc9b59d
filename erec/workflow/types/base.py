"""What a business type must say about itself. One module a type; `erec.workflow.types` lists them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from accounts.models import Company, SettlementAccount, User
from accounts.origin import Origin
from erec.claims.instructions import Account, Instruction, Party
from erec.parameters.business_day import Today
from erec.workflow.errors import Problem
from erec.workflow.models import Request
from erec.workflow.states import ON_ITS_WAY, State

CLAIM_IN_USE = (
    "この債権は、ほかの請求（請求番号{number}）で手続き中です。その請求が終わってから、登録してください。"
)
_ACCOUNT = ("bank_code", "branch_code", "kind", "number")

# What a version keeps: JSON with "lines", a list of objects, and the fields that all lines share.
Content = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """For whom and when a content is checked. `accounts`: those that the maker may choose; None at 承認."""

    company: Company
    today: Today
    accounts: frozenset[int] | None = None


@dataclass(frozen=True)
class Summary:
    """What lists and mails say of a content."""

    record_on: date | None = None
    account: SettlementAccount | None = None
    total_yen: int = 0
    lines: int = 0
    partner_name: str = ""
    demand_id: int | None = None


@dataclass(frozen=True)
class Row:
    """One line for people: the cells stand under the type's columns."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A content as a confirmation shows it: facts of the whole, then a table of lines, then sentences."""

    facts: tuple[tuple[str, str], ...]
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Consent:
    """Who must consent before the book is told, and until when. `business`: in which of its businesses it is
    asked; empty: in the request's own.
    """

    company_id: int
    until: datetime
    business: str = ""


@dataclass(frozen=True)
class Ordered:
    """One line when the request is approved: what the book is told, and whom it must wait for."""

    instruction: Instruction
    amount_yen: int
    partner_name: str
    record_number: str = ""
    consent: Consent | None = None


@dataclass(frozen=True)
class Answered:
    """The answer to a demand takes effect: the other company's line goes to the book, or ends."""

    demand_id: int
    accepted: bool


@dataclass(frozen=True)
class Withdrawn:
    """The company no longer asks: its own line ends before it was answered."""

    demand_id: int


@dataclass(frozen=True)
class Act:
    """Who approved what, and when: for what an approval does in this service itself."""

    request: Request
    approver: User
    today: Today
    origin: Origin


@dataclass(frozen=True)
class Carried:
    """An effect of our own, done in the approval's transaction: no record, no other company.

    `do` may raise a WorkflowError: then nothing was approved. `has_line`: it is what the request does, and
    stands among its lines; False: it goes with what the other lines ask.
    """

    do: Callable[[Act], None]
    amount_yen: int = 0
    partner_name: str = ""
    has_line: bool = True


Effect = Ordered | Answered | Withdrawn | Carried


@dataclass(frozen=True)
class Checked:
    """The outcome of a check: the content as it will be kept (names resolved), and what is wrong."""

    content: Content
    problems: list[Problem] = field(default_factory=list)


class RequestType(ABC):
    """A business type. The engine knows nothing else of it."""

    code: ClassVar[str]
    name: ClassVar[str]
    business: ClassVar[str]  # a row of the catalogue: who may make and check it
    effect: ClassVar[str]  # one sentence for the confirmation: what approval will do
    mendable: ClassVar[bool] = True  # 修正; else it is deleted and begun again where it came from
    taken: ClassVar[str] = CLAIM_IN_USE  # who comes second for one of `claims_used` is told
    holds_claims_in: ClassVar[frozenset[State]] = ON_ITS_WAY  # after approval: `claims_used` stay taken

    @abstractmethod
    def check(self, content: Content, context: Context) -> Checked:
        """The same at 仮登録 and at 承認. Never raises for what a person typed."""

    @abstractmethod
    def summary(self, content: Content) -> Summary: ...

    @abstractmethod
    def sheet(self, content: Content) -> Sheet: ...

    @abstractmethod
    def approve_until(self, content: Content) -> datetime:
        """The last moment at which it can be approved."""

    @abstractmethod
    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        """What approval sets in motion, a line each, in the content's order. The content was just checked."""

    def partners(self, content: Content) -> Sequence[Party]:
        """The other companies, as often as they are named: what the next form suggests."""
        return ()

    def claims_used(self, content: Content) -> Sequence[str]:
        """Record numbers that no other open request of this company may touch meanwhile."""
        return ()

    def went_on(self, request: Request, at: datetime) -> None:
        """What else follows from where the lines of an approved request are now; the request is locked."""
        return

    def line_of(self, content: Content, record_number: str) -> int:
        """Which line is about this claim, one of `claims_used`."""
        return self.claims_used(content).index(record_number) + 1


def own_account(context: Context, label: str) -> SettlementAccount:
    """The company's own account written as 9999-101-2-0123456. Raises LookupError if it is not its own."""
    account = any_account(label)
    if account is None or account.company_id != context.company.pk:
        raise LookupError(label)
    return account


def any_account(label: str) -> SettlementAccount | None:
    """The account of whatever company that is written so."""
    parts = label.split("-")
    if len(parts) != len(_ACCOUNT):
        return None
    return SettlementAccount.objects.filter(**dict(zip(_ACCOUNT, parts, strict=True))).first()


def account_label(label: str) -> str:
    account = any_account(label)
    return account.label if account else label


def account_words(line: dict[str, Any]) -> str:
    """A partner's account as a table shows it: 「9999-101 当座 0123456」."""
    kind = dict(SettlementAccount.Kind.choices).get(line["kind"], line["kind"])
    return f"{line['bank_code']}-{line['branch_code']} {kind} {line['number']}"


def partner_of(line: dict[str, Any]) -> Party:
    """The other company of a checked line, or of a checked content that has one for all lines."""
    account = Account(line["bank_code"], line["branch_code"], line["kind"], line["number"])
    return Party(line["company_id"], line["user_number"], line["name"], account)


def date_of(text: str | None) -> date | None:
    """A draft may hold no date yet, or none that is one."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def as_account(account: SettlementAccount) -> Account:
    return Account(account.bank_code, account.branch_code, account.kind, account.number)


def party(company: Company, account: SettlementAccount) -> Party:
    return Party(company.pk, company.user_number, company.name, as_account(account))


def yen(amount: int) -> str:
    return f"{amount:,}円"


def day(moment: date) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日（{'月火水木金土日'[moment.weekday()]}）"


def several(names: Sequence[str]) -> str:
    """「甲社」, or 「甲社 ほか2社」."""
    different = list(dict.fromkeys(names))
    if not different:
        return ""
    more = len(different) - 1
    return different[0] if not more else f"{different[0]} ほか{more}社"
