"""What the record book can be asked to do, as plain values: the only language between a request and the book.

Every value can be written as JSON and read back: an order keeps its instruction until it is answered.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Cancellation:
    """取消 of an accrual or of an assignment, reserved or recorded, by one of its parties."""

    kind: ClassVar[str] = "cancellation"
    record_number: str  # of an assignment by division: the child's
    of: str  # "accrual" or "assignment"
    by_company_id: int


Instruction = Accrual | Assignment | Cancellation
