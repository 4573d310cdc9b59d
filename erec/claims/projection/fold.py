"""The fold: each kind of event, and what the claim is after it. And what begins a claim."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from erec.claims.instructions import (
    Accrual,
    Assignment,
    FeeBearer,
    party_from_json,
    party_to_json,
)
from erec.claims.models import Claim, RecordEvent
from erec.claims.projection.state import Book, Departure, Record, Recourse, Tenure, Unreadable
from erec.claims.windows import effective_due
from erec.formats import bank_calendar

Kind = RecordEvent.Kind
HOLDER, RECOURSE = "holder", "recourse"  # to whom a payment went: a 支払等記録's `to`


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
        recourses=(),
        paid_yen=0,
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
    """保証記録 of its own, which somebody asked for; or one with the assignment before it (譲渡保証)."""
    guarantor = party_from_json(record.facts["guarantor"])
    book = replace(book, guarantors=(*book.guarantors, guarantor))
    if "requester" in record.facts:
        return book.bound()
    marked = replace(book.tenure, guaranteed=True)
    return replace(book, tenures=(*book.tenures[:-1], marked))


def _divided(book: Book, record: Record) -> Book:
    divided = replace(book.tenure, children=(*book.tenure.children, record.facts["child"]))
    left_yen = book.amount_yen - record.facts["amount_yen"]
    return replace(book, amount_yen=left_yen, tenures=(*book.tenures[:-1], divided))


def _changed(book: Book, record: Record) -> Book:
    """変更記録: what it names is so from now on, or 債権の削除."""
    facts = record.facts
    if "delete" in facts:
        return replace(book, state=Claim.State.CANCELLED)
    amount_yen = facts.get("amount_yen", book.amount_yen)
    due_on = date.fromisoformat(facts["due_on"]) if "due_on" in facts else book.due_on
    changed = replace(
        book,
        amount_yen=amount_yen,
        original_amount_yen=amount_yen,
        due_on=due_on,
        settle_on=bank_calendar.on_or_after(due_on),
        restricted=facts.get("restricted", book.restricted),
    )
    return changed.bound()


def _paid(book: Book, record: Record) -> Book:
    """What the account transfer paid (it names no payer), or 支払等 that somebody asked for."""
    facts = record.facts
    amount_yen = facts["amount_yen"]
    if facts.get("to") == RECOURSE:
        book = _more_recourse(book, facts["payee"]["company_id"], paid_yen=amount_yen)
    else:
        paid_yen = book.paid_yen + amount_yen
        state = Claim.State.SETTLED if paid_yen == book.amount_yen else book.state
        book = replace(book, paid_yen=paid_yen, state=state)
    if "payer" not in facts:
        return book
    payer_id = facts["payer"]["company_id"]
    if payer_id != book.obligor.company_id:
        book = _more_recourse(book, payer_id, amount_yen=amount_yen)
    return book.bound()


def _more_recourse(book: Book, company_id: int, *, amount_yen: int = 0, paid_yen: int = 0) -> Book:
    """A guarantor has paid so much more, or has got so much more of what he paid.

    Who guaranteed twice stands where he did first: those between his two places have recourse to him.
    """
    guarantors = [guarantor.company_id for guarantor in book.guarantors]
    known = {recourse.company_id: recourse for recourse in book.recourses}
    was = known.get(company_id) or Recourse(company_id, guarantors.index(company_id) + 1, 0)
    known[company_id] = replace(was, amount_yen=was.amount_yen + amount_yen, paid_yen=was.paid_yen + paid_yen)
    return replace(book, recourses=tuple(known.values()))


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
    Kind.CHANGE: _changed,
    Kind.PAYMENT: _paid,
    Kind.CANCELLATION: _cancelled,
}
