"""The claims that a writer has before it: locked, folded, changed in memory, and then written down at once.

Nothing reaches the tables before `flush`, so an order that is refused half-way has changed nothing.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from erec.claims import projection, registrar
from erec.claims.instructions import Account, Assignment, FeeBearer, Party, from_json
from erec.claims.models import (
    Claim,
    Guarantor,
    Holding,
    Order,
    RecordEvent,
    Recourse,
    SettlementResult,
)
from erec.claims.projection import Book, Record, Tenure
from erec.notices.actions import Telling, tell_many


class Desk:
    """Claims by record number, with parents and children that wait for their day.

    They are locked (FOR UPDATE) in the order of their numbers until the transaction ends.
    """

    def __init__(self, numbers: Collection[str], at: datetime) -> None:
        self.at = at
        waiting = {number for o in _reservations(numbers) for number in (o.claim_number, o.record_number)}
        self.rows = locked({*numbers, *waiting})
        self.books = books_of(self.rows.values())
        self.reservations = _reservations(self.rows)
        self.dirty: set[str] = set()
        self.tellings: list[Telling] = []
        self._events: list[tuple[str, RecordEvent]] = []  # by number: the claim's row may be to come
        self._orders: dict[int, Order] = {}

    def begin(self, book: Book) -> None:
        """A claim that waits for its day: a row without events."""
        self._put(replace(book, state=Claim.State.RESERVED, position=0))

    def end(self, number: str) -> None:
        """The reservation that a claim waited for is no more."""
        self._put(replace(self.books[number], state=Claim.State.CANCELLED))

    def put_outcome(self, number: str, outcome: str) -> None:
        self._put(projection.settled(self.books[number], [outcome]))

    def write(
        self,
        number: str,
        kind: str,
        recorded_on: date,
        facts: dict[str, Any],
        *,
        order: Order | None = None,
        settlement: SettlementResult | None = None,
    ) -> Book:
        """One event more; it is the first one of a claim that is new or reserved."""
        record = Record(kind, recorded_on, facts)
        known = self.books.get(number)
        if known is None or known.position == 0:
            book = projection.fold(number, [record])
        else:
            book = projection.after(known, record)
        event = RecordEvent(
            position=book.position,
            kind=kind,
            recorded_on=recorded_on,
            recorded_at=self.at,
            order=order,
            settlement=settlement,
            facts=facts,
        )
        self._events.append((number, event))
        self._put(book)
        return book

    def take(self, order: Order, answer: registrar.Answer) -> None:
        """The order is answered; what it reserves is known to the next one."""
        registrar.take(order, answer, self.at)
        self._orders[order.pk] = order
        self.reservations = [o for o in self.reservations if o.pk != order.pk]
        if order.state == Order.State.RESERVED:
            self.reservations.append(order)
        self.dirty |= {order.claim_number, order.record_number} & set(self.books)

    def reserved(self, number: str, kind: str) -> Order | None:
        """The open reservation of this kind on the claim, or that makes the claim."""
        for order in self.reservations:
            if order.kind == kind and number in (order.claim_number, order.record_number):
                return order
        return None

    def incoming(self, number: str) -> Party | None:
        """Whom a reserved 譲渡 of the whole claim will go to."""
        order = self.reserved(number, Assignment.kind)
        return incoming_of(order, number) if order else None

    def flush(self) -> None:
        """Write it all down: new claims before their events, known ones after (an event may end a claim)."""
        new = sorted(number for number in self.dirty if number not in self.rows)
        self._create(new)
        for number, event in self._events:
            event.claim = self.rows[number]
        RecordEvent.objects.bulk_create(event for _, event in self._events)
        for number in sorted(self.dirty.difference(new)):
            self._save(number)
        registrar.save_answers(list(self._orders.values()))
        self._write_parts()
        tell_many(self.tellings, at=self.at)
        self.dirty, self.tellings, self._events, self._orders = set(), [], [], {}

    def _put(self, book: Book) -> None:
        self.books[book.record_number] = book
        self.dirty.add(book.record_number)

    def _create(self, numbers: list[str]) -> None:
        made = [
            Claim(
                record_number=number,
                parent=self.rows[self.books[number].parent] if self.books[number].parent else None,
                **projection.columns(self.books[number]),
            )
            for number in numbers
        ]
        self.rows |= {claim.record_number: claim for claim in Claim.objects.bulk_create(made)}

    def _save(self, number: str) -> None:
        row = self.rows[number]
        changed = {
            name: value
            for name, value in projection.columns(self.books[number]).items()
            if getattr(row, name) != value
        }
        if changed:
            for name, value in changed.items():
                setattr(row, name, value)
            row.save(update_fields=list(changed))

    def _write_parts(self) -> None:
        rows = [self.rows[number] for number in sorted(self.dirty)]
        write_guarantors(rows, self.books)
        write_recourses(rows, self.books)
        write_holdings(rows, self.books, {n: p for n in self.dirty if (p := self.incoming(n))})


def locked(numbers: Collection[str]) -> dict[str, Claim]:
    """The claims and the parents of children among them, locked in the order of their numbers."""
    known = Claim.objects.filter(record_number__in=numbers)
    parents = known.filter(parent__isnull=False).values_list("parent__record_number", flat=True)
    rows = Claim.objects.select_for_update(of=("self",)).select_related("parent")
    wanted = rows.filter(record_number__in={*numbers, *parents}).order_by("record_number")
    return {claim.record_number: claim for claim in wanted}


def books_of(claims: Collection[Claim]) -> dict[str, Book]:
    """Each claim folded from its events, with its settlement results; a reserved one from its row."""
    records: dict[int, list[Record]] = {claim.pk: [] for claim in claims}
    outcomes: dict[int, list[str]] = {claim.pk: [] for claim in claims}
    events = RecordEvent.objects.filter(claim__in=records).order_by("claim", "position")
    for claim_id, *event in events.values_list("claim_id", "kind", "recorded_on", "facts"):
        records[claim_id].append(Record(*event))
    results = SettlementResult.objects.filter(claim__in=records).order_by("claim", "due_on")
    for claim_id, outcome in results.values_list("claim_id", "outcome"):
        outcomes[claim_id].append(outcome)
    return {
        claim.record_number: projection.settled(
            projection.fold(claim.record_number, records[claim.pk]), outcomes[claim.pk]
        )
        if records[claim.pk]
        else _waiting(claim)
        for claim in claims
    }


def _waiting(claim: Claim) -> Book:
    """A claim without events, as its row says."""
    return Book(
        record_number=claim.record_number,
        parent=claim.parent.record_number if claim.parent else "",
        state=Claim.State(claim.state),
        amount_yen=claim.amount_yen,
        original_amount_yen=claim.original_amount_yen,
        due_on=claim.due_on,
        settle_on=claim.settle_on,
        accrued_on=claim.accrued_on,
        restricted=claim.restricted,
        obligor=obligor_of(claim),
        fee_bearer=FeeBearer(claim.fee_bearer),
        reference=claim.reference,
        tenures=(Tenure(holder_of(claim), claim.held_since),),
    )


def obligor_of(claim: Claim) -> Party:
    account = Account.parse(claim.obligor_account)
    return Party(claim.obligor_id, claim.obligor_number, claim.obligor_name, account)


def holder_of(claim: Claim) -> Party:
    return Party(claim.holder_id, claim.holder_number, claim.holder_name, Account.parse(claim.holder_account))


def incoming_of(order: Order, number: str) -> Party | None:
    """The assignee whom a reserved 譲渡 of the whole claim names; none if it divides."""
    instruction = from_json(order.instruction)
    whole = isinstance(instruction, Assignment) and order.claim_number == order.record_number == number
    return instruction.assignee if whole and isinstance(instruction, Assignment) else None


def _reservations(numbers: Collection[str]) -> list[Order]:
    open_orders = Order.objects.filter(state=Order.State.RESERVED)
    touching = Q(claim_number__in=numbers) | Q(record_number__in=numbers)
    return list(open_orders.filter(touching).order_by("pk"))


def numbers_for(count: int) -> Iterator[int]:
    """The next `count` numbers of the book, with gaps where an order was refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('claims_record_number') FROM generate_series(1, %s)", [count])
        return iter([row[0] for row in cursor.fetchall()])


def record_number(user_number: str, number: int) -> str:
    """利用者番号 of who requests and 11 digits (domain facts §4.6; whose number it is: inferred)."""
    return f"{user_number}{number:011d}"


def write_guarantors(rows: list[Claim], books: dict[str, Book]) -> None:
    """The rows of the guarantors as the books have them."""
    stored: dict[int, list[Guarantor]] = {}
    for row in Guarantor.objects.filter(claim__in=rows).order_by("claim", "order"):
        stored.setdefault(row.claim_id, []).append(row)
    gone: list[int] = []
    new: list[Guarantor] = []
    for claim in rows:
        wanted = guarantor_rows(claim, books[claim.record_number])
        have = stored.get(claim.pk, [])
        same = [guarantor_key(h) == guarantor_key(w) for h, w in zip(have, wanted, strict=False)]
        kept = same.index(False) if False in same else len(same)
        gone += [row.pk for row in have[kept:]]
        new += wanted[kept:]
    if gone:
        Guarantor.objects.filter(pk__in=gone).delete()
    Guarantor.objects.bulk_create(new)


def guarantor_rows(claim: Claim, book: Book) -> list[Guarantor]:
    return [
        Guarantor(
            claim=claim,
            order=order,
            company_id=party.company_id,
            user_number=party.user_number,
            name=party.name,
            account=str(party.account),
        )
        for order, party in enumerate(book.guarantors, start=1)
    ]


def guarantor_key(row: Guarantor) -> tuple[object, ...]:
    return row.order, row.company_id, row.user_number, row.name, row.account


def write_recourses(rows: list[Claim], books: dict[str, Book]) -> None:
    """The rows of 特別求償権 as the books have them: one a guarantor who paid, and it never goes."""
    wanted = [row for claim in rows for row in recourse_rows(claim, books[claim.record_number])]
    if wanted:
        Recourse.objects.bulk_create(
            wanted,
            update_conflicts=True,
            unique_fields=["claim", "company"],
            update_fields=["amount_yen", "paid_yen"],
        )


def recourse_rows(claim: Claim, book: Book) -> list[Recourse]:
    return [Recourse(claim=claim, **vars(recourse)) for recourse in book.recourses]


def recourse_key(row: Recourse) -> tuple[object, ...]:
    return row.company_id, row.order, row.amount_yen, row.paid_yen


def write_holdings(rows: list[Claim], books: dict[str, Book], incoming: dict[str, Party]) -> None:
    """The rows of the holdings as the books have them; who goes is taken away before who comes."""
    stored = {(h.claim_id, h.company_id, h.role): h for h in Holding.objects.filter(claim__in=rows)}
    wanted = {
        (h.claim_id, h.company_id, h.role): h
        for claim in rows
        for h in holding_rows(claim, books[claim.record_number], incoming.get(claim.record_number))
    }
    gone = [holding.pk for key, holding in stored.items() if key not in wanted]
    if gone:
        Holding.objects.filter(pk__in=gone).delete()
    for key, holding in wanted.items():
        if key in stored and holding_key(stored[key]) != holding_key(holding):
            holding.pk = stored[key].pk
            holding.save(force_update=True)
    Holding.objects.bulk_create(holding for key, holding in wanted.items() if key not in stored)


def holding_rows(claim: Claim, book: Book, incoming: Party | None) -> list[Holding]:
    return [
        Holding(
            claim=claim,
            record_number=book.record_number,
            due_on=book.due_on,
            accrued_on=book.accrued_on,
            **part._asdict(),
        )
        for part in projection.parts(book, incoming)
    ]


def holding_key(row: Holding) -> tuple[object, ...]:
    copies = [getattr(row, name) for name in projection.Part._fields]
    return row.record_number, row.due_on, row.accrued_on, *copies
