"""What the record book can be asked to do, as plain values: the only language between a request and the book.

Every value can be written as JSON and read back: an order keeps its instruction until it is answered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar


class FeeBearer(StrEnum):
    """Who bears the fee (domain facts §4.1). The default is whoever requests."""

    REQUESTER = "依頼人負担"
    RECEIVER = "受取人負担"


@dataclass(frozen=True)
class Account:
    """決済口座: 金融機関4 - 支店3 - 種別1 - 番号7."""

    bank_code: str
    branch_code: str
    kind: str
    number: str

    def __str__(self) -> str:
        return "-".join((self.bank_code, self.branch_code, self.kind, self.number))

    @classmethod
    def parse(cls, text: str) -> "Account":
        """The reverse of str(): 9999-101-2-0000001. Raises ValueError, TypeError for anything else."""
        return cls(*text.split("-"))


@dataclass(frozen=True)
class Party:
    """A company as the record book writes it: the name as it was when the record was made."""

    company_id: int
    user_number: str
    name: str
    account: Account


@dataclass(frozen=True)
class Accrual:
    """発生記録. `by_obligee`: the request came from the obligee and the obligor consented (債権者請求)."""

    kind: ClassVar[str] = "accrual"
    obligor: Party
    obligee: Party
    amount_yen: int
    due_on: date  # as chosen; on a holiday the next bank business day is recorded
    record_on: date  # 電子記録年月日: today, or later as a reservation
    restricted: bool = False  # 譲渡制限 有: to financial institutions only
    by_obligee: bool = False
    fee_bearer: FeeBearer = FeeBearer.REQUESTER
    reference: str = ""  # 依頼人Ref.No., at most 40


@dataclass(frozen=True)
class Assignment:
    """譲渡記録; with `amount_yen` below the claim's own, 分割 first: the child is what moves."""

    kind: ClassVar[str] = "assignment"
    record_number: str
    assignor: Party
    assignee: Party
    record_on: date
    amount_yen: int | None = None  # None: the whole claim
    with_guarantee: bool = True  # the assignor becomes guarantor (譲渡保証記録)
    fee_bearer: FeeBearer = FeeBearer.REQUESTER
    reference: str = ""
    seen_yen: int | None = None  # the claim's amount as people saw it; None: nobody was shown one


@dataclass(frozen=True)
class Cancellation:
    """取消 of an accrual or of an assignment, reserved or recorded, by one of its parties."""

    kind: ClassVar[str] = "cancellation"
    record_number: str  # of an assignment by division: the child's
    of: str  # "accrual" or "assignment"
    by_company_id: int
    seen: str = ""  # which record people saw, in words (checks.to_cancel); empty: nobody was shown one


@dataclass(frozen=True)
class Guarantee:
    """単独保証記録: the creditor asks a third company to answer for the claim; it consents (facts §4.4)."""

    kind: ClassVar[str] = "guarantee"
    record_number: str
    requester: Party  # the creditor
    guarantor: Party
    record_on: date
    reference: str = ""
    seen_yen: int | None = None  # what was open of the claim as people saw it; None: nobody was shown one


@dataclass(frozen=True)
class Change:
    """変更記録 by creditor or debtor, with the other's consent (facts §4.3). None: that one stays."""

    kind: ClassVar[str] = "change"
    record_number: str
    requester: Party
    other: Party  # who consents
    record_on: date
    due_on: date | None = None  # as chosen; on a holiday the next bank business day is recorded
    amount_yen: int | None = None
    restricted: bool | None = None
    delete: bool = False  # 債権の削除; then nothing else changes
    reference: str = ""
    seen: str = ""  # the claim before the change as people saw it (checks.standing); empty: nobody did


class Cause(StrEnum):
    """債務消滅原因 of a payment outside the account transfer (domain facts §4.5)."""

    PERFORMANCE = "弁済"  # 代物弁済を含む
    SET_OFF = "相殺"
    MERGER = "混同"
    RELEASE = "免除"
    OTHER = "その他"


@dataclass(frozen=True)
class Payment:
    """支払等記録, whole or in part, asked by the payer (the payee consents) or by the payee (facts §4.5).

    The payer is the debtor or a guarantor; the payee the creditor, or a guarantor who paid before
    (特別求償権).
    """

    kind: ClassVar[str] = "payment"
    record_number: str
    payer: Party
    payee: Party
    amount_yen: int
    cause: Cause
    paid_on: date  # 支払等の日
    record_on: date
    by_payer: bool
    reference: str = ""
    seen_yen: int | None = None  # what was open to the payee as people saw it; None: nobody was shown it


Instruction = Accrual | Assignment | Cancellation | Guarantee | Change | Payment


_KINDS: Mapping[str, type[Instruction]] = {
    cls.kind: cls for cls in (Accrual, Assignment, Cancellation, Guarantee, Change, Payment)
}
KINDS: Sequence[str] = tuple(_KINDS)


def party_to_json(party: Party) -> dict[str, Any]:
    return {
        "company_id": party.company_id,
        "user_number": party.user_number,
        "name": party.name,
        "account": str(party.account),
    }


def party_from_json(data: Mapping[str, Any]) -> Party:
    return Party(data["company_id"], data["user_number"], data["name"], Account.parse(data["account"]))


def to_json(instruction: Instruction) -> dict[str, Any]:
    """Only what JSON knows: texts, numbers, truth values, null and objects of them."""
    written = {field.name: _written(getattr(instruction, field.name)) for field in fields(instruction)}
    return {"kind": instruction.kind, **written}


def from_json(data: Mapping[str, Any]) -> Instruction:
    """The instruction that `to_json` wrote. Raises KeyError, TypeError, ValueError for anything else."""
    values = {
        name: _READERS[name](value) if name in _READERS and value is not None else value
        for name, value in data.items()
        if name != "kind"
    }
    return _KINDS[data["kind"]](**values)


def _written(value: Any) -> Any:
    if isinstance(value, Party):
        return party_to_json(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "obligor": party_from_json,
    "obligee": party_from_json,
    "assignor": party_from_json,
    "assignee": party_from_json,
    "requester": party_from_json,
    "guarantor": party_from_json,
    "other": party_from_json,
    "payer": party_from_json,
    "payee": party_from_json,
    "due_on": date.fromisoformat,
    "record_on": date.fromisoformat,
    "paid_on": date.fromisoformat,
    "fee_bearer": FeeBearer,
    "cause": Cause,
}
