"""What a company is to receive and to pay: sums of its claims by day, month, account, state and counterpart.

Every sum is one statement over the company's own holdings, however many claims there are: the holdings'
copies of the amounts, less what the few claims say of which a copy does not say enough (paid in part; divided
off by a reservation). By account permission nothing is left out, as in the lists of claims.

A reserved 譲渡 of a claim takes nothing off before its day: until then its holder holds it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Count, F, QuerySet, Sum, Value

from accounts.models import Company
from erec.claims.access import holdings_of
from erec.claims.models import Claim, Holding, SettlementResult

Role = Holding.Role
State = Claim.State

COMING = (State.RECORDED, State.RESERVED)
OUTSTANDING = (*COMING, State.DEFAULTED)


class Side(StrEnum):
    """From which end the company looks at its claims."""

    IN = "in"
    OUT = "out"
    GUARANTEED = "guaranteed"


ROLES: Mapping[Side, tuple[Role, ...]] = {
    Side.IN: (Role.HOLDER, Role.INCOMING),
    Side.OUT: (Role.OBLIGOR,),
    Side.GUARANTEED: (Role.GUARANTOR,),
}


@dataclass(frozen=True)
class Sums:
    """Yen and number of claims, by state. 決済済 is what the account transfer moved."""

    yen: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(_added(self.yen, other.yen), _added(self.counts, other.counts))

    @property
    def recorded_yen(self) -> int:
        return self.yen.get(State.RECORDED, 0)

    @property
    def reserved_yen(self) -> int:
        return self.yen.get(State.RESERVED, 0)

    @property
    def settled_yen(self) -> int:
        return self.yen.get(State.SETTLED, 0)

    @property
    def defaulted_yen(self) -> int:
        return self.yen.get(State.DEFAULTED, 0)

    @property
    def coming_yen(self) -> int:
        """予定: what is still to be transferred, reservations included."""
        return self.recorded_yen + self.reserved_yen

    @property
    def transfer_yen(self) -> int:
        """What the account transfer moves or has moved; 支払不能 is counted apart."""
        return self.coming_yen + self.settled_yen

    @property
    def count(self) -> int:
        return sum(self.counts.values())


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {state: one.get(state, 0) + other.get(state, 0) for state in (*one, *other)}


class Place(NamedTuple):
    """A day (or the first of a month) and one of the company's accounts, 9999-101-2-0123456."""

    on: date
    account: str


Sheet = dict[Place, Sums]


def by_day(company_id: int, side: Side, first: date, last: date, account: str = "") -> Sheet:
    """The days that have something, in order, of one account or of all."""
    keys = {"on": F("due_on"), "at": F("account")}
    wanted = {"due_on__range": (first, last), **({"account": account} if account else {})}
    coming = _added_up(_open(company_id, side).filter(**wanted), side, **keys)
    moved = holdings_of(company_id).filter(
        role__in=ROLES[side],
        state=State.SETTLED,
        claim__settlement_results__outcome=SettlementResult.Outcome.PAID,
        **wanted,
    )
    settled = _grouped(moved, keys, Count("*"), Sum("claim__settlement_results__amount_yen"))
    found: Sheet = defaultdict(Sums)
    for row in sorted(coming.union(settled, all=True), key=lambda row: (row["on"], row["at"])):
        found[Place(row["on"], row["at"])] += _sums([row])
    return {place: sums for place, sums in found.items() if sums.count}


def by_month(days: Sheet) -> Sheet:
    """The same by the months' first days."""
    found: Sheet = defaultdict(Sums)
    for place, sums in days.items():
        found[Place(place.on.replace(day=1), place.account)] += sums
    return dict(found)


def total(sheet: Mapping[Any, Sums]) -> Sums:
    return sum(sheet.values(), Sums())


def per_day(sheet: Sheet) -> dict[date, Sums]:
    """All accounts of a day (or month) together."""
    found: dict[date, Sums] = defaultdict(Sums)
    for place, sums in sheet.items():
        found[place.on] += sums
    return dict(found)


def outstanding(company_id: int, side: Side) -> Sums:
    """Everything that is open on that side, 支払不能 too."""
    return _sums(_added_up(_open(company_id, side), side))


def coming_until(company_id: int, side: Side, last: date) -> Sums:
    """What is to be transferred up to that day, the day included."""
    return _sums(_added_up(_open(company_id, side).filter(state__in=COMING, due_on__lte=last), side))


@dataclass(frozen=True)
class Opposite:
    """One counterpart of the company; without a number: all the others together."""

    number: str
    name: str
    count: int
    yen: int


def opposites(company_id: int, side: Side, most: int) -> list[Opposite]:
    """With whom what is to come is: the largest sums first, and behind them the rest as one."""
    rows = _open(company_id, side).filter(state__in=COMING)
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in _added_up(rows, side, number=F("counterpart_number")):
        found[row["number"]][0] += row["sum_yen"]
        found[row["number"]][1] += row["count"]
    largest = sorted(found.items(), key=lambda one: (-one[1][0], one[0]))
    names = _names([number for number, _ in largest[:most]])
    shown = [Opposite(number, names[number], count, yen) for number, (yen, count) in largest[:most]]
    rest = [sums for _, sums in largest[most:]]
    if rest:
        yen, count = (sum(of_one) for of_one in zip(*rest, strict=True))
        shown.append(Opposite("", f"そのほか{len(rest)}社", count, yen))
    return shown


def _names(numbers: list[str]) -> dict[str, str]:
    """As they are now: two records of one company may name it differently."""
    return dict(Company.objects.filter(user_number__in=numbers).values_list("user_number", "name"))


def _open(company_id: int, side: Side) -> QuerySet[Holding]:
    """The company's holdings on that side that are not over."""
    return holdings_of(company_id).filter(role__in=ROLES[side], state__in=OUTSTANDING)


def _added_up(rows: QuerySet[Holding], side: Side, **keys: Any) -> QuerySet[Holding, Any]:
    """Number and yen of these open holdings by state and keys, in parts that the caller adds up.

    All parts are one statement, so that no claim is counted in one and missing in the next.
    """
    whole = _grouped(rows, keys, Count("*"), Sum("amount_yen"))
    in_part = rows.filter(claim__paid_yen__gt=0, claim__state__in=[State.RECORDED, State.DEFAULTED])
    less = [_grouped(in_part, keys, Value(0), -Sum("claim__paid_yen"))]
    if side is Side.OUT:
        # What a reserved 譲渡 will divide off is a debt that the parent still carries.
        twice = rows.filter(state=State.RESERVED, claim__parent__isnull=False)
        less.append(_grouped(twice, keys, -Count("*"), -Sum("amount_yen")))
    return whole.union(*less, all=True)


def _grouped(
    rows: QuerySet[Holding], keys: Mapping[str, Any], count: Any, sum_yen: Any
) -> QuerySet[Holding, Any]:
    return rows.order_by().values("state", **keys).annotate(count=count, sum_yen=sum_yen)


def _sums(rows: Iterable[Mapping[str, Any]]) -> Sums:
    added: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        added[row["state"]][0] += row["sum_yen"]
        added[row["state"]][1] += row["count"]
    return Sums({s: yen for s, (yen, _) in added.items()}, {s: count for s, (_, count) in added.items()})
