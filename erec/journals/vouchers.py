"""One voucher out of one row of `rules`: whose names, which amounts, debit and credit. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from erec.claims.instructions import Party
from erec.journals.roles import Role
from erec.journals.rules import RULES, Method, Moment, Side, Sum, Who, role_of

Parties = Mapping[Who, Party | None]
Amounts = Mapping[Sum, int]


@dataclass(frozen=True)
class Half:
    """One side of a line: the account's role, whose 補助科目 it bears, and yen."""

    role: Role
    party: Party | None
    yen: int


@dataclass(frozen=True)
class Line:
    """`due_on`: of an increase, which is collected by 支払期日."""

    debit: Half | None
    credit: Half | None
    due_on: date | None = None

    def taken_back(self) -> "Line":
        """The same with a minus: what it entered is gone."""
        debit, credit = (half and replace(half, yen=-half.yen) for half in (self.debit, self.credit))
        return Line(debit, credit, self.due_on)


@dataclass(frozen=True)
class Voucher:
    """仕訳 of one event. `account`: the own account that it moves, or would; `due_on`: the claim's."""

    source: str
    moment: Moment
    on: date
    due_on: date
    lines: tuple[Line, ...]
    memo: str
    partner: Party | None = None
    account: str = ""

    @property
    def debit_yen(self) -> int:
        return sum(line.debit.yen for line in self.lines if line.debit)

    @property
    def credit_yen(self) -> int:
        return sum(line.credit.yen for line in self.lines if line.credit)


@dataclass(frozen=True)
class Standing:
    """What decides how a rule's roles stand for a claim at a moment. `counter`: of a payment's 原因."""

    method: Method
    is_other: bool = False
    unpaid: bool = False
    from_bill: bool = False
    counter: Role = Role.BANK


def lines_of(
    moment: Moment, standing: Standing, amounts: Amounts, parties: Parties, due_on: date
) -> tuple[Line, ...]:
    """The lines that the table says; a side of no yen is left out."""

    def half(side: Side | None) -> Half | None:
        yen = amounts.get(side.sum, 0) if side else 0
        if side is None or not yen:
            return None
        role = standing.counter if side.role is None else side.role
        placed = role_of(
            role,
            moment,
            is_other=standing.is_other,
            unpaid=standing.unpaid,
            from_bill=standing.from_bill,
        )
        return Half(placed, parties.get(side.who), yen)

    found = [
        Line(half(rule.debit), half(rule.credit), due_on if rule.increase else None)
        for rule in RULES[moment]
        if rule.method in (None, standing.method)
    ]
    return tuple(line for line in found if line.debit or line.credit)
