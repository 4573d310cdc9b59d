"""What a claim is, out of its events: a pure fold. The tables of claims, guarantors and holdings follow it.

A claim without events is one that waits for its day: it is what its reservation says.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from erec.claims.instructions import (
    Accrual,
    Assignment,
    FeeBearer,
    Party,
    party_from_json,
    party_to_json,
)
from erec.claims.models import Claim, Holding, RecordEvent
from erec.claims.windows import effective_due
from erec.formats import bank_calendar

Kind = RecordEvent.Kind
Role = Holding.Role


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


@dataclass(frozen=True)
class Departure:
    """A holder who left, with the claim as it was then: that is all he goes on seeing."""

    party: Party
    amount_yen: int
    position: int


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
    departures: tuple[Departure, ...] = ()
    paid_yen: int = 0
    position: int = 0

    @property
    def holder(self) -> Party:
        return self.tenures[-1].holder

    @property
    def tenure(self) -> Tenure:
        return self.tenures[-1]


class Unreadable(Exception):
    """Events that no claim can have."""


def fold(record_number: str, records: Iterable[Record]) -> Book:
    """The claim after these events, in the order of their positions. Raises Unreadable."""
    book: Book | None = None
    try:
        for record in records:
            book = _begun(record_number, record) if book is None else after(book, record)
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"{record_number}: {error!r}") from error
    if book is None:
        raise Unreadable(f"{record_number}: no event")
    return book


def after(book: Book, record: Record) -> Book:
    """The claim after one more event."""
    changed = _STEPS[record.kind](book, record)
    return replace(changed, position=book.position + 1)


def settled(book: Book, outcomes: Iterable[str]) -> Book:
    """The claim with its settlement results, which stand beside the events."""
    for outcome in outcomes:
        if book.state == Claim.State.RECORDED:
            book = replace(book, state=Claim.State.SETTLED if outcome == "paid" else Claim.State.DEFAULTED)
    return book


def accrued(record_number: str, accrual: Accrual) -> Book:
    """The claim that this instruction makes."""
    due_on = effective_due(accrual.due_on)
    return Book(
        record_number=record_number,
        parent="",
        state=Claim.State.RECORDED,
        amount_yen=accrual.amount_yen,
        original_amount_yen=accrual.amount_yen,
        due_on=due_on,
        settle_on=bank_calendar.on_or_after(due_on),
        accrued_on=accrual.record_on,
        restricted=accrual.restricted,
        obligor=accrual.obligor,
        fee_bearer=accrual.fee_bearer,
        reference=accrual.reference,
        tenures=(Tenure(accrual.obligee, accrual.record_on),),
    )


def divided_off(parent: Book, record_number: str, assignment: Assignment) -> Book:
    """What 分割 makes: everything as the parent has it, its guarantors too, still held by the assignor."""
    amount_yen = assignment.amount_yen or parent.amount_yen
    return replace(
        parent,
        record_number=record_number,
        parent=parent.record_number,
        amount_yen=amount_yen,
        original_amount_yen=amount_yen,
        tenures=(Tenure(assignment.assignor, assignment.record_on),),
        departures=(),
        position=0,
    )


def promised(parent: Book, record_number: str, assignment: Assignment) -> Book:
    """What a reserved 譲渡 will give to the assignee. Guarantors come with the records of the day."""
    child = divided_off(parent, record_number, assignment)
    return replace(child, guarantors=(), tenures=(Tenure(assignment.assignee, assignment.record_on),))


def _begun(record_number: str, record: Record) -> Book:
    """From 発生記録, or from the 分割記録 that made a child of a claim."""
    facts = record.facts
    holder = party_from_json(facts["holder"])
    return Book(
        record_number=record_number,
        parent=facts.get("parent", ""),
        state=Claim.State.RECORDED,
        amount_yen=facts["amount_yen"],
        original_amount_yen=facts["amount_yen"],
        due_on=date.fromisoformat(facts["due_on"]),
        settle_on=date.fromisoformat(facts["settle_on"]),
        accrued_on=date.fromisoformat(facts["accrued_on"]),
        restricted=facts["restricted"],
        obligor=party_from_json(facts["obligor"]),
        fee_bearer=FeeBearer(facts["fee_bearer"]),
        reference=facts["reference"],
        tenures=(Tenure(holder, record.recorded_on),),
        guarantors=tuple(party_from_json(g) for g in facts.get("guarantors", [])),
        position=1,
    )


def beginning(book: Book) -> dict[str, Any]:
    """The facts of the first event: the reverse of `_begun`."""
    facts = {
        "amount_yen": book.amount_yen,
        "due_on": book.due_on.isoformat(),
        "settle_on": book.settle_on.isoformat(),
        "accrued_on": book.accrued_on.isoformat(),
        "restricted": book.restricted,
        "obligor": party_to_json(book.obligor),
        "holder": party_to_json(book.holder),
        "fee_bearer": book.fee_bearer.value,
        "reference": book.reference,
    }
    if book.parent:
        facts |= {"parent": book.parent, "guarantors": [party_to_json(g) for g in book.guarantors]}
    return facts


def _assigned(book: Book, record: Record) -> Book:
    assignor, assignee = (party_from_json(record.facts[name]) for name in ("assignor", "assignee"))
    left = _departed(book)
    return replace(left, tenures=(*book.tenures, Tenure(assignee, record.recorded_on, assignor)))


def _guaranteed(book: Book, record: Record) -> Book:
    """保証記録 that came with the assignment before it (譲渡保証)."""
    guarantor = party_from_json(record.facts["guarantor"])
    marked = replace(book.tenure, guaranteed=True)
    return replace(book, guarantors=(*book.guarantors, guarantor), tenures=(*book.tenures[:-1], marked))


def _divided(book: Book, record: Record) -> Book:
    divided = replace(book.tenure, children=(*book.tenure.children, record.facts["child"]))
    left_yen = book.amount_yen - record.facts["amount_yen"]
    return replace(book, amount_yen=left_yen, tenures=(*book.tenures[:-1], divided))


def _paid(book: Book, record: Record) -> Book:
    paid_yen = book.paid_yen + record.facts["amount_yen"]
    state = Claim.State.SETTLED if paid_yen == book.amount_yen else book.state
    return replace(book, paid_yen=paid_yen, state=state)


def _cancelled(book: Book, record: Record) -> Book:
    if record.facts["of"] == "assignment":
        return _given_back(book)
    if "child" in record.facts:
        rest = tuple(child for child in book.tenure.children if child != record.facts["child"])
        whole = replace(book.tenure, children=rest)
        amount_yen = book.amount_yen + record.facts["amount_yen"]
        return replace(book, amount_yen=amount_yen, tenures=(*book.tenures[:-1], whole))
    return replace(book, state=Claim.State.CANCELLED)


def _given_back(book: Book) -> Book:
    """The assignor holds it again, as before the assignment; its guarantee is gone with it."""
    guarantors = book.guarantors[:-1] if book.tenure.guaranteed else book.guarantors
    return replace(_departed(book), tenures=book.tenures[:-1], guarantors=guarantors)


def _departed(book: Book) -> Book:
    """The holder leaves with the event that comes now; an earlier leaving of his is forgotten."""
    left = Departure(book.holder, book.amount_yen, book.position + 1)
    others = [d for d in book.departures if d.party.company_id != book.holder.company_id]
    return replace(book, departures=(*others, left))


_STEPS: Mapping[str, Callable[[Book, Record], Book]] = {
    Kind.ASSIGNMENT: _assigned,
    Kind.GUARANTEE: _guaranteed,
    Kind.DIVISION: _divided,
    Kind.PAYMENT: _paid,
    Kind.CANCELLATION: _cancelled,
}


class Part(NamedTuple):
    """A holding, as the claim's state makes it."""

    role: str
    company_id: int
    account: str
    amount_yen: int
    state: str
    counterpart_number: str
    counterpart_name: str
    left_position: int | None = None


def parts(book: Book, incoming: Party | None = None) -> list[Part]:
    """Who has what part: obligor, holder, each guarantor once, and the holders who left and are nothing else.

    `incoming` is the assignee of a reserved 譲渡 of the whole claim.
    """

    def part(role: Role, party: Party, opposite: Party, **changed: Any) -> Part:
        whole = Part(
            role,
            party.company_id,
            str(party.account),
            book.amount_yen,
            book.state,
            opposite.user_number,
            opposite.name,
        )
        return whole._replace(**changed)

    found = [
        part(Role.OBLIGOR, book.obligor, book.holder),
        part(Role.HOLDER, book.holder, book.obligor),
    ]
    guarantors = {g.company_id: g for g in book.guarantors}
    found += [part(Role.GUARANTOR, guarantor, book.obligor) for guarantor in guarantors.values()]
    present = {p.company_id for p in found}
    if incoming is not None:
        found.append(part(Role.INCOMING, incoming, book.obligor, state=Claim.State.RESERVED))
    found += [
        part(
            Role.FORMER,
            left.party,
            book.obligor,
            amount_yen=left.amount_yen,
            state=Claim.State.RECORDED,
            left_position=left.position,
        )
        for left in book.departures
        if left.party.company_id not in present
    ]
    return found


def columns(book: Book) -> dict[str, Any]:
    """The claim's row, but for its key and its parent's."""
    tenure = book.tenure
    return {
        "state": book.state,
        "amount_yen": book.amount_yen,
        "original_amount_yen": book.original_amount_yen,
        "paid_yen": book.paid_yen,
        "due_on": book.due_on,
        "settle_on": book.settle_on,
        "accrued_on": book.accrued_on,
        "held_since": tenure.since,
        "restricted": book.restricted,
        "obligor_id": book.obligor.company_id,
        "obligor_number": book.obligor.user_number,
        "obligor_name": book.obligor.name,
        "obligor_account": str(book.obligor.account),
        "holder_id": book.holder.company_id,
        "holder_number": book.holder.user_number,
        "holder_name": book.holder.name,
        "holder_account": str(book.holder.account),
        "assignor_id": tenure.assignor.company_id if tenure.assignor else None,
        "fee_bearer": book.fee_bearer.value,
        "reference": book.reference,
        "position": book.position,
    }
