"""Companies as parties of claims, and orders to the book, without requests."""

import itertools
from datetime import date
from typing import Any

from accounts.models import Company, SettlementAccount
from erec.claims import orders
from erec.claims.instructions import (
    Account,
    Accrual,
    Assignment,
    Cancellation,
    Cause,
    Change,
    Guarantee,
    Instruction,
    Party,
    Payment,
)
from erec.claims.models import Claim, Order
from tests import cast

TODAY = date(2026, 11, 20)  # cast.AT's day in Tokyo, a Friday; Monday is a holiday
LATER = date(2026, 11, 27)
DUE = date(2027, 2, 26)
SOON = date(2026, 12, 1)  # as near to TODAY as a due date may be, and some days
PAYMENT_RECORDED = date(2026, 12, 4)  # 3 business days later

_keys = itertools.count(1)
_numbers = itertools.count(1)


def party(company: Company | None = None) -> Party:
    """A company with its 当座 account; by default a new one with nobody in it: the book needs no person."""
    account = (company or _company()).settlement_accounts.select_related("company").get(branch_code="101")
    numbers = Account(account.bank_code, account.branch_code, account.kind, account.number)
    return Party(account.company_id, account.company.user_number, account.company.name, numbers)


def _company() -> Company:
    n = next(_numbers)
    company = Company.objects.create(
        user_number=f"C{n:08d}",
        name=f"取引{n}社",
        contact_mail=f"trade{n}@example.com",
        registered_at=cast.AT,
    )
    SettlementAccount.objects.create(
        company=company,
        bank_code="9999",
        branch_code="101",
        kind="2",
        number=f"{9_000_000 + n}",
        added_at=cast.AT,
    )
    return company


def accrual(obligor: Party, obligee: Party, amount_yen: int = 1_000_000, **changed: Any) -> Accrual:
    facts: dict[str, Any] = {"due_on": DUE, "record_on": TODAY} | changed
    return Accrual(obligor, obligee, amount_yen, **facts)


def assignment(
    number: str, assignor: Party, assignee: Party, amount_yen: int | None = None, **changed: Any
) -> Assignment:
    return Assignment(number, assignor, assignee, changed.pop("record_on", TODAY), amount_yen, **changed)


def guarantee(number: str, holder: Party, guarantor: Party, **changed: Any) -> Guarantee:
    return Guarantee(number, holder, guarantor, changed.pop("record_on", TODAY), **changed)


def change(number: str, requester: Party, other: Party, **changed: Any) -> Change:
    return Change(number, requester, other, changed.pop("record_on", TODAY), **changed)


def payment(number: str, payer: Party, payee: Party, amount_yen: int, **changed: Any) -> Payment:
    facts: dict[str, Any] = {
        "cause": Cause.PERFORMANCE,
        "paid_on": TODAY,
        "record_on": TODAY,
        "by_payer": False,
    }
    return Payment(number, payer, payee, amount_yen, **facts | changed)


def order(instruction: Instruction, *, by: Party, key: str = "", at: Any = cast.AT) -> Order:
    """The instruction at the book, as the company's request would place it."""
    key = key or f"test-{next(_keys)}"
    return orders.place(key, instruction, company_id=by.company_id, request_no=key, at=at)


def claim(obligor: Party, obligee: Party, amount_yen: int = 1_000_000, **changed: Any) -> Claim:
    """A claim in the book (recorded, or reserved if `record_on` is later)."""
    placed = order(accrual(obligor, obligee, amount_yen, **changed), by=obligor)
    assert placed.error == ""
    return Claim.objects.get(record_number=placed.record_number)


def assign(
    number: str, assignor: Party, assignee: Party, amount_yen: int | None = None, **changed: Any
) -> Order:
    return order(assignment(number, assignor, assignee, amount_yen, **changed), by=assignor)


def cancel(number: str, of: str, by: Party, *, at: Any = cast.AT) -> Order:
    return order(Cancellation(number, of, by.company_id), by=by, at=at)


def recorded(instruction: Guarantee | Change | Payment, *, at: Any = cast.AT) -> Claim:
    """The claim after the record, which the book must take."""
    by = instruction.payee if isinstance(instruction, Payment) else instruction.requester
    placed = order(instruction, by=by, at=at)
    assert (placed.state, placed.error) == ("recorded", "")
    return Claim.objects.get(record_number=placed.record_number)
