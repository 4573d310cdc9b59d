"""The registrar (電子債権記録機関): takes orders and answers them, at once or later.

Between 承認 and 記録済 an order waits (記録待ち). The embedded registrar is this service's own book and
answers in the same transaction; another one sends the order away and its answer comes to `orders.answer`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from erec.claims.models import Order


@dataclass(frozen=True)
class Answer:
    """What became of an order: reserved or recorded with a number and its day, or refused with a sentence."""

    state: Order.State
    record_number: str = ""
    effective_on: date | None = None
    error: str = ""


def refused(sentence: str) -> Answer:
    return Answer(Order.State.REFUSED, error=sentence)


class Registrar(Protocol):
    def submit(self, placed: Sequence[Order], *, at: datetime) -> None:
        """Take new orders, in turn. Answers come with `take` at once or with `orders.answer` later."""
        ...


def configured() -> Registrar:
    registrar: Registrar = import_string(settings.REGISTRAR)()
    return registrar


def take(order: Order, answer: Answer, at: datetime) -> None:
    """Write the answer into the order, unsaved: the request has not seen it yet."""
    order.state, order.record_number, order.error = answer.state, answer.record_number, answer.error
    order.effective_on, order.answered_at, order.collected_at = answer.effective_on, at, None
    order.claim_number = order.claim_number or answer.record_number


_ANSWERED = {
    "state": "text",
    "record_number": "text",
    "claim_number": "text",
    "error": "text",
    "effective_on": "date",
    "answered_at": "timestamptz",
    "collected_at": "timestamptz",
}


def save_answers(orders: Sequence[Order]) -> None:
    """The answers of many orders in one statement."""
    names = ", ".join(f"{name} = n.{name}" for name in _ANSWERED)
    arrays = ", ".join(f"%s::{kind}[]" for kind in ("bigint", *_ANSWERED.values()))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE claims_order o SET {names} "  # noqa: S608 - our own names
            f"FROM unnest({arrays}) AS n (id, {', '.join(_ANSWERED)}) WHERE o.id = n.id",
            [[getattr(order, name) for order in orders] for name in ("id", *_ANSWERED)],
        )
