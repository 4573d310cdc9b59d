"""What 保証, 変更 and 支払等記録 do to a claim that stands. They are no reservations: recorded at once.

`checks` looked at every rule just before, under the same locks, and nothing here can refuse any more; what
must hold whoever writes is in the triggers. After the cut-off the 電子記録年月日 is the next business day,
and the record stands all the same from now on (inferred): whatever is asked next must already see it.
"""

from collections.abc import Mapping
from typing import Any

from erec.claims import telling
from erec.claims.checks.change import differences
from erec.claims.desk import Desk
from erec.claims.instructions import Change, Guarantee, Payment, party_to_json
from erec.claims.models import Order, RecordEvent
from erec.claims.projection import HOLDER, RECOURSE, Book

Kind = RecordEvent.Kind
Further = Guarantee | Change | Payment


def write(desk: Desk, order: Order, asked: Further) -> None:
    """One record more, and the tellings of it."""
    if isinstance(asked, Guarantee):
        _guarantee(desk, order, asked)
    elif isinstance(asked, Change):
        _change(desk, order, asked)
    else:
        _pay(desk, order, asked)


def _guarantee(desk: Desk, order: Order, asked: Guarantee) -> None:
    facts = {
        "guarantor": party_to_json(asked.guarantor),
        "requester": party_to_json(asked.requester),
        "reference": asked.reference,
    }
    book = desk.write(asked.record_number, Kind.GUARANTEE, asked.record_on, facts, order=order)
    desk.tellings.append(telling.guaranteed(order.key, book, asked.guarantor))


def _change(desk: Desk, order: Order, asked: Change) -> None:
    was = desk.books[asked.record_number]
    facts = {
        "requester": party_to_json(asked.requester),
        "other": party_to_json(asked.other),
        "reference": asked.reference,
        **_changed(asked, was),
    }
    book = desk.write(asked.record_number, Kind.CHANGE, asked.record_on, facts, order=order)
    desk.tellings.append(telling.changed(order.key, was, book, asked.other))


def _changed(asked: Change, was: Book) -> Mapping[str, Any]:
    """The new values, and the old ones under `before`."""
    if asked.delete:
        return {"delete": True}
    new = differences(asked, was)
    before = {name: getattr(was, name) for name in new}
    return {**_json(new), "before": _json(before)}


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: v.isoformat() if name == "due_on" else v for name, v in values.items()}


def _pay(desk: Desk, order: Order, asked: Payment) -> None:
    was = desk.books[asked.record_number]
    held = was.holder.company_id == asked.payee.company_id and was.open_yen
    facts = {
        "amount_yen": asked.amount_yen,
        "cause": asked.cause.value,
        "paid_on": asked.paid_on.isoformat(),
        "payer": party_to_json(asked.payer),
        "payee": party_to_json(asked.payee),
        "to": HOLDER if held else RECOURSE,
        "reference": asked.reference,
    }
    book = desk.write(asked.record_number, Kind.PAYMENT, asked.record_on, facts, order=order)
    asker = asked.payer if asked.by_payer else asked.payee
    desk.tellings += telling.payment_recorded(order.key, book, asked, but=asker)
