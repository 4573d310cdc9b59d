"""What a claim is: the values that its events are folded into."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from erec.claims.instructions import FeeBearer, Party
from erec.claims.models import Claim

OWED = (Claim.State.RECORDED, Claim.State.DEFAULTED)


class Record(NamedTuple):
    """One event as the fold reads it."""

    kind: str
    recorded_on: date
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Tenure:
    """Somebody's time as holder: since when, and by whose assignment (None: since the accrual)."""

    holder: Party
    since: date
    assignor: Party | None = None
    guaranteed: bool = False
    children: tuple[str, ...] = ()  # divided off meanwhile, and not taken back
    bound: bool = False  # 変更, 保証 or 支払等 was recorded meanwhile: what came before is not cancelled


@dataclass(frozen=True)
class Departure:
    """A holder who left, with the claim as it was then: that is all he goes on seeing."""

    party: Party
    amount_yen: int
    position: int


@dataclass(frozen=True)
class Recourse:
    """特別求償権 of a guarantor who paid: `order` is his own among the guarantors, from 1."""

    company_id: int
    order: int
    amount_yen: int
    paid_yen: int = 0


@dataclass(frozen=True)
class Book:
    """The state of one claim. `tenures` ends with the holder of now; a cancelled assignment is taken off."""

    record_number: str
    parent: str
    state: Claim.State
    amount_yen: int
    original_amount_yen: int
    due_on: date
    settle_on: date
    accrued_on: date
    restricted: bool
    obligor: Party
    fee_bearer: FeeBearer
    reference: str
    tenures: tuple[Tenure, ...]
    guarantors: tuple[Party, ...] = ()
    recourses: tuple[Recourse, ...] = ()
    departures: tuple[Departure, ...] = ()
    paid_yen: int = 0
    position: int = 0

    @property
    def holder(self) -> Party:
        return self.tenures[-1].holder

    @property
    def tenure(self) -> Tenure:
        return self.tenures[-1]

    @property
    def open_yen(self) -> int:
        """What is still owed to the holder."""
        return self.amount_yen - self.paid_yen if self.state in OWED else 0

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everybody who has a part now, each once: guarantors in their order, holder, obligor."""
        found = {p.company_id: p for p in (*self.guarantors, self.holder, self.obligor)}
        return tuple(found.values())

    def bound(self) -> "Book":
        """The same, when something was recorded that the holder's cancellation could not undo."""
        return replace(self, tenures=(*self.tenures[:-1], replace(self.tenure, bound=True)))


class Unreadable(Exception):
    """Events that no claim can have."""
