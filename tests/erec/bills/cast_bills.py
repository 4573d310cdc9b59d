"""The accountant who keeps a company's bills, and bills as their forms would make them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from erec.bills.actions import bills
from erec.bills.forms import BillEntry
from erec.bills.models import Bill
from erec.bills.policy import Kind
from erec.members.catalogue import PARTNERS, Grant, Tick
from erec.members.models import Member
from tests import cast
from tests.erec.members.cast_members import colleague, enter, give

USE: Grant = ("accounting", Tick.USE)
MAKER: Grant = ("accrual", Tick.MAKER)
HERE: dict[str, Any] = {"at": cast.AT, "origin": cast.ORIGIN}
DUE = date(2027, 1, 29)

USUAL = BillEntry(
    kind=Kind.HELD,
    number="AB123456",
    due_on=DUE,
    voucher_on=date(2026, 10, 1),
    party="青葉製作所",
    party_printed="青葉製作所",
    drawer="",
    user_number="",
    bank="",
    bank_printed="",
    reason="",
    amount_yen=1_234_567,
    note="部品代",
)


def entry(**more: Any) -> BillEntry:
    """A bill as usual but for `more`; what is printed is the name, where nothing else is said."""
    for name in ("party", "bank"):
        if name in more:
            more.setdefault(f"{name}_printed", more[name])
    return BillEntry(**{**vars(USUAL), **more})


def typed(**more: str) -> dict[str, str]:
    """What a person types for the usual bill."""
    usual = {
        "kind": "held",
        "number": "AB123456",
        "due_on": "2027-01-29",
        "voucher_on": "2026-10-01",
        "party": "青葉製作所",
        "amount_yen": "1,234,567",
        "note": "部品代",
    }
    return {**usual, **more}


@dataclass
class Accountant:
    """A general user with 会計データ and 発生 as a maker, in the service."""

    person: cast.Person
    member: Member

    @classmethod
    def at_work(cls, boss: cast.Person | None = None, *grants: Grant) -> "Accountant":
        person, member = colleague(boss or cast.master(), approval=None)
        give(member, *(grants or (USE, MAKER, (PARTNERS, Tick.USE))))
        return cls(person, enter(person, member))

    @property
    def user(self) -> User:
        return self.person.user

    @property
    def company_id(self) -> int:
        return self.person.user.company_id

    @property
    def client(self) -> cast.DoorClient:
        return self.person.client

    def adds(self, **more: Any) -> Bill:
        return bills.add(entry(**more), acting_user=self.user, **HERE)


def kept() -> list[Any]:
    """All bills as they stand."""
    return list(Bill.objects.order_by("pk").values_list())
