"""The record book: what each instruction does to the claims. The only writer of events and their projection.

Every rule that must hold for the book to stay true is looked at here, under the claims' locks; what dates
and windows allow is `checks`. An order that takes effect later was checked when it was reserved: on its day
only what may have changed since is looked at.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from erec.claims import checks, defaults, further, sanctions, telling
from erec.claims.desk import Desk, numbers_for, record_number
from erec.claims.instructions import (
    Accrual,
    Assignment,
    Cancellation,
    Instruction,
    Party,
    from_json,
    party_to_json,
)
from erec.claims.models import Claim, Order, RecordEvent
from erec.claims.projection import Book, accrued, beginning, divided_off, promised
from erec.claims.registrar import Answer, refused
from erec.parameters.business_day import Today

Kind = RecordEvent.Kind
ASSIGNABLE = frozenset({Claim.State.RECORDED, Claim.State.RESERVED, Claim.State.DEFAULTED})
Asked = tuple[Order, Instruction]


class Refused(Exception):
    """The book says no; the text is a sentence for people."""


NO_SUCH_CLAIM = "この記録番号の債権はありません。"
NOT_HOLDER = "この債権の債権者ではないため、記録できません。債権の内容を確かめてください。"
NOT_PARTY = "この記録の当事者ではないため、取り消せません。"
NOT_OPEN = "この債権は「{state}」のため、記録できません。"
RESERVED_ALREADY = "この債権には譲渡の予約があります。先に譲渡の予約を取り消してください。"
BEFORE_ACCRUAL = "この債権は発生の予約中です。譲渡日は発生日（{day}）以降にしてください。"
TOO_MUCH = "譲渡する金額が債権金額（{amount:,}円）を超えているか、0円以下です。"
MOVED_ON = "この債権にはその後の記録（譲渡、分割、保証、支払等など）があるため、取り消せません。"
NEVER_DIVIDED = "支払不能になった債権は、分割して譲渡できません。"
UNDER_OBJECTION = "債務者の異議申立の手続が終わっていないため、譲渡を記録できません。"
NOT_ASSIGNED = "この債権には取り消せる譲渡記録がありません。"
# 取引停止処分 is not named: the creditor reads this too.
NOT_AS_OBLIGOR = "この債務者の発生記録は、今はできません。債務者に確認してください。"


def record(placed: Sequence[Order], *, today: Today, at: datetime) -> None:
    """Answer new orders in turn; one that is refused changes nothing."""
    asked = [(order, from_json(order.instruction)) for order in placed]
    desk = Desk([order.claim_number for order in placed if order.claim_number], at)
    numbers = numbers_for(sum(isinstance(instruction, Accrual | Assignment) for _, instruction in asked))
    for wave in _waves(asked):
        found = checks.problems_of([instruction for _, instruction in wave], today, consented=True)
        for (order, instruction), problems in zip(wave, found, strict=True):
            if problems:
                desk.take(order, refused(problems[0].sentence))
            else:
                desk.take(order, _answer(desk, order, instruction, today.date, numbers))
        desk.flush()


def _waves(asked: Sequence[Asked]) -> Iterator[list[Asked]]:
    """The orders in turn, cut where one is about a claim that the wave touched: its check has to see that."""
    wave: list[Asked] = []
    touched: set[str] = set()
    for order, instruction in asked:
        if order.claim_number in touched:
            yield wave
            wave, touched = [], set()
        wave.append((order, instruction))
        touched |= {order.claim_number} - {""}
    yield wave


def _answer(
    desk: Desk, order: Order, instruction: Instruction, today: date, numbers: Iterator[int]
) -> Answer:
    try:
        if isinstance(instruction, Accrual):
            return _accrue(desk, order, instruction, today, numbers)
        if isinstance(instruction, Assignment):
            return _assign(desk, order, instruction, today, numbers)
        if isinstance(instruction, Cancellation):
            return _cancel(desk, order, instruction, today)
        further.write(desk, order, instruction)
        return Answer(Order.State.RECORDED, instruction.record_number, instruction.record_on)
    except Refused as refusal:
        return refused(str(refusal))


def take_effect(order: Order, *, at: datetime) -> None:
    """A reservation's day has come. The caller holds no rows; an order that is over is left alone.

    If the claim has changed so that it cannot be recorded, the order is refused and the parties are told.
    """
    desk = Desk([order.claim_number, order.record_number], at)
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if order.state != Order.State.RESERVED or order.effective_on is None:
        return
    instruction, on = from_json(order.instruction), order.effective_on
    try:
        if isinstance(instruction, Accrual):
            if sanctions.is_sanctioned(instruction.obligor.company_id, on):
                raise Refused(NOT_AS_OBLIGOR)
            _write_accrual(desk, order, desk.books[order.record_number], on)
        elif isinstance(instruction, Assignment):
            _check_assignment(desk, instruction, on, but=order)
            _write_assignment(desk, order, instruction, order.record_number, on)
        desk.take(order, Answer(Order.State.RECORDED, order.record_number, on))
    except Refused as refusal:
        _drop_reservation(desk, order, instruction, reason=str(refusal))
        desk.take(order, Answer(Order.State.REFUSED, order.record_number, on, str(refusal)))
    desk.flush()


def _accrue(desk: Desk, order: Order, instruction: Accrual, today: date, numbers: Iterator[int]) -> Answer:
    requester = instruction.obligee if instruction.by_obligee else instruction.obligor
    book = accrued(record_number(requester.user_number, next(numbers)), instruction)
    if instruction.record_on > today:
        desk.begin(book)
        desk.tellings.append(
            telling.received(order.key, book, book.obligor, reserved_for=instruction.record_on)
        )
        return Answer(Order.State.RESERVED, book.record_number, instruction.record_on)
    _write_accrual(desk, order, book, instruction.record_on)
    return Answer(Order.State.RECORDED, book.record_number, instruction.record_on)


def _write_accrual(desk: Desk, order: Order, book: Book, on: date) -> None:
    book = desk.write(book.record_number, Kind.ACCRUAL, on, beginning(book), order=order)
    desk.tellings.append(telling.received(order.key, book, book.obligor))


def _assign(desk: Desk, order: Order, instruction: Assignment, today: date, numbers: Iterator[int]) -> Answer:
    _check_assignment(desk, instruction, instruction.record_on)
    parent = desk.books[instruction.record_number]
    number = instruction.record_number
    if _divides(instruction, parent):
        number = record_number(instruction.assignor.user_number, next(numbers))
    if instruction.record_on <= today:
        _write_assignment(desk, order, instruction, number, instruction.record_on)
        return Answer(Order.State.RECORDED, number, instruction.record_on)
    if number != parent.record_number:
        desk.begin(promised(parent, number, instruction))
    told = promised(parent, number, instruction)
    desk.tellings.append(
        telling.received(order.key, told, instruction.assignor, reserved_for=instruction.record_on)
    )
    return Answer(Order.State.RESERVED, number, instruction.record_on)


def _divides(instruction: Assignment, book: Book) -> bool:
    return instruction.amount_yen is not None and instruction.amount_yen != book.amount_yen


def _check_assignment(desk: Desk, instruction: Assignment, on: date, but: Order | None = None) -> None:
    book = _book(desk, instruction.record_number)
    waiting = desk.reserved(book.record_number, Assignment.kind)
    if waiting is not None and (but is None or waiting.pk != but.pk):
        raise Refused(RESERVED_ALREADY)
    if book.state == Claim.State.RESERVED and on < book.accrued_on:
        raise Refused(BEFORE_ACCRUAL.format(day=telling.day(book.accrued_on)))
    open_states = ASSIGNABLE if but is None else ASSIGNABLE - {Claim.State.RESERVED}
    if book.state not in open_states:
        raise Refused(NOT_OPEN.format(state=book.state.label))
    if book.state == Claim.State.DEFAULTED and _divides(instruction, book):
        raise Refused(NEVER_DIVIDED)
    if but is not None and defaults.under_objection([book.record_number]):
        raise Refused(UNDER_OBJECTION)  # stated since the reservation was made
    if book.holder.company_id != instruction.assignor.company_id:
        raise Refused(NOT_HOLDER)
    if instruction.amount_yen is not None and not 0 < instruction.amount_yen <= book.amount_yen:
        raise Refused(TOO_MUCH.format(amount=book.amount_yen))


def _write_assignment(desk: Desk, order: Order, instruction: Assignment, number: str, on: date) -> None:
    """分割 if it is a part, 譲渡, and 譲渡保証 unless it is without."""
    parent = desk.books[instruction.record_number]
    if number != parent.record_number:
        child = divided_off(parent, number, instruction)
        facts = {"child": number, "amount_yen": child.amount_yen}
        desk.write(parent.record_number, Kind.DIVISION, on, facts, order=order)
        desk.write(number, Kind.DIVISION, on, beginning(child), order=order)
    assignor = party_to_json(instruction.assignor)
    facts = {
        "assignor": assignor,
        "assignee": party_to_json(instruction.assignee),
        "fee_bearer": instruction.fee_bearer.value,
        "reference": instruction.reference,
    }
    book = desk.write(number, Kind.ASSIGNMENT, on, facts, order=order)
    if instruction.with_guarantee:
        book = desk.write(number, Kind.GUARANTEE, on, {"guarantor": assignor}, order=order)
    desk.tellings.append(telling.received(order.key, book, instruction.assignor))


def _cancel(desk: Desk, order: Order, instruction: Cancellation, today: date) -> Answer:
    book = _book(desk, instruction.record_number)
    waiting = desk.reserved(book.record_number, instruction.of)
    if waiting is not None:
        _cancel_reservation(desk, waiting, instruction)
    elif instruction.of == Accrual.kind:
        _cancel_accrual(desk, order, instruction, book, today)
    else:
        _cancel_assignment(desk, order, instruction, book, today)
    return Answer(Order.State.RECORDED, book.record_number, today)


def _cancel_reservation(desk: Desk, waiting: Order, instruction: Cancellation) -> None:
    reserved = from_json(waiting.instruction)
    if instruction.by_company_id not in [party.company_id for party in _parties(reserved)]:
        raise Refused(NOT_PARTY)
    if _book(desk, waiting.record_number).state == Claim.State.RESERVED and _hanging(desk, waiting):
        raise Refused(RESERVED_ALREADY)
    _drop_reservation(desk, waiting, reserved, by_company_id=instruction.by_company_id)
    desk.take(waiting, Answer(Order.State.CANCELLED, waiting.record_number, waiting.effective_on))


def _hanging(desk: Desk, waiting: Order) -> bool:
    """Whether a reserved 譲渡 hangs on the claim that this reservation is to make."""
    hanging = desk.reserved(waiting.record_number, Assignment.kind)
    return hanging is not None and hanging.pk != waiting.pk


def _drop_reservation(
    desk: Desk, waiting: Order, reserved: Instruction, *, by_company_id: int | None = None, reason: str = ""
) -> None:
    """What waited does not come. Who did not cancel it himself is told."""
    book = desk.books[waiting.record_number]
    what = "発生の予約" if isinstance(reserved, Accrual) else "譲渡の予約"
    desk.tellings += [
        telling.cancelled(waiting.key, book, party, what, reason)
        for party in _parties(reserved)
        if party.company_id != by_company_id
    ]
    if book.state == Claim.State.RESERVED and waiting.claim_number != book.record_number:
        desk.end(book.record_number)  # a child that was to be
    elif book.state == Claim.State.RESERVED and isinstance(reserved, Accrual):
        desk.end(book.record_number)


def _parties(instruction: Instruction) -> tuple[Party, ...]:
    if isinstance(instruction, Accrual):
        return instruction.obligor, instruction.obligee
    if isinstance(instruction, Assignment):
        return instruction.assignor, instruction.assignee
    return ()


def _cancel_accrual(desk: Desk, order: Order, instruction: Cancellation, book: Book, today: date) -> None:
    _check_may_cancel(desk, instruction, book)
    if book.parent or len(book.tenures) > 1 or book.tenure.children or book.tenure.bound:
        raise Refused(MOVED_ON)
    facts = {"of": "accrual", "by_company_id": instruction.by_company_id}
    book = desk.write(book.record_number, Kind.CANCELLATION, today, facts, order=order)
    desk.tellings.append(telling.cancelled(order.key, book, book.obligor, "発生記録"))


def _cancel_assignment(desk: Desk, order: Order, instruction: Cancellation, book: Book, today: date) -> None:
    """The claim goes back to the assignor.

    What was divided off for the assignment becomes one with its parent again, unless the parent has gone on
    meanwhile: then the child stays a claim of its own (inferred).
    """
    _check_may_cancel(desk, instruction, book)
    assignor = book.tenure.assignor
    if assignor is None:
        raise Refused(NOT_ASSIGNED)
    if book.tenure.children or book.tenure.bound:
        raise Refused(MOVED_ON)
    facts = {"of": "assignment", "by_company_id": instruction.by_company_id}
    if _may_return(desk, book):
        facts |= {"of": "division", "parent": book.parent}
        back = {"of": "division", "child": book.record_number, "amount_yen": book.amount_yen}
        desk.write(book.parent, Kind.CANCELLATION, today, back, order=order)
    desk.write(book.record_number, Kind.CANCELLATION, today, facts, order=order)
    desk.tellings.append(telling.cancelled(order.key, book, assignor, "譲渡記録"))


def _may_return(desk: Desk, child: Book) -> bool:
    parent = desk.books.get(child.parent)
    return (
        parent is not None
        and len(child.tenures) == 2
        and parent.state == Claim.State.RECORDED
        and child.record_number in parent.tenure.children
        and child.amount_yen == child.original_amount_yen
        and parent.guarantors == _inherited(child)
        and desk.reserved(parent.record_number, Assignment.kind) is None
    )


def _inherited(child: Book) -> tuple[Party, ...]:
    """Who guaranteed the parent when the child was divided off: a later guarantor did not mean the child."""
    return child.guarantors[:-1] if child.tenure.guaranteed else child.guarantors


def _check_may_cancel(desk: Desk, instruction: Cancellation, book: Book) -> None:
    """A recorded 発生 or 譲渡 is cancelled by the creditor alone (domain facts §4.1, §4.2)."""
    if desk.reserved(book.record_number, Assignment.kind) is not None:
        raise Refused(RESERVED_ALREADY)
    if book.state != Claim.State.RECORDED:
        raise Refused(NOT_OPEN.format(state=book.state.label))
    if book.holder.company_id != instruction.by_company_id:
        raise Refused(NOT_PARTY)


def _book(desk: Desk, number: str) -> Book:
    if number not in desk.books:
        raise Refused(NO_SUCH_CLAIM)
    return desk.books[number]
