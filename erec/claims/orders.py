"""Orders: the only way from a request into the record book. A key is taken once, whatever is repeated."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from erec.claims import registrar
from erec.claims.instructions import Accrual, Instruction, to_json
from erec.claims.models import Order
from erec.claims.registrar import Answer

Asked = tuple[str, Instruction]


class OtherInstruction(ValueError):
    """The key stands for another instruction, company or request."""


def place(key: str, instruction: Instruction, *, company_id: int, request_no: str, at: datetime) -> Order:
    """Order one record. See place_many."""
    return place_many([(key, instruction)], company_id=company_id, request_no=request_no, at=at)[0]


@transaction.atomic
def place_many(asked: Sequence[Asked], *, company_id: int, request_no: str, at: datetime) -> list[Order]:
    """Order records in turn, each on its own: one that is refused changes nothing and hinders none.

    A key that was placed before gives its order as it stands. Raises OtherInstruction if it was placed
    for something else; then nothing is ordered.
    """
    wanted = {
        key: Order(
            key=key,
            company_id=company_id,
            request_no=request_no,
            kind=instruction.kind,
            instruction=to_json(instruction),
            claim_number="" if isinstance(instruction, Accrual) else instruction.record_number,
            placed_at=at,
        )
        for key, instruction in asked
    }
    made = _made(wanted)
    if made:
        registrar.configured().submit(made, at=at)
    standing = {order.key: order for order in _placed(wanted, company_id, request_no)}
    return [standing[key] for key, _ in asked]


@transaction.atomic
def answer(key: str, answer: Answer, *, at: datetime) -> Order:
    """The answer of a registrar that answers later; the same answer again changes nothing.

    Raises Order.DoesNotExist, and OtherInstruction for another answer to an order that is over.
    """
    order = Order.objects.select_for_update(of=("self",)).get(key=key)
    if (order.state, order.record_number, order.error) == (answer.state, answer.record_number, answer.error):
        return order
    if order.state not in (Order.State.PLACED, Order.State.RESERVED):
        raise OtherInstruction(f"{key} is {order.state} and cannot become {answer.state}")
    registrar.take(order, answer, at)
    registrar.save_answers([order])
    return order


def uncollected() -> QuerySet[Order]:
    """Orders whose last answer the request does not know yet, the oldest answer first."""
    rows = Order.objects.filter(answered_at__isnull=False, collected_at=None)
    return rows.order_by("answered_at", "pk")


def mark_collected(orders: Iterable[Order], at: datetime) -> None:
    """The requests know these answers now."""
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(collected_at=at)


def _made(wanted: dict[str, Order]) -> list[Order]:
    """The orders that are new, in turn. Another transaction may be placing the same keys."""
    while True:
        known = set(Order.objects.filter(key__in=wanted).values_list("key", flat=True))
        new = [order for key, order in wanted.items() if key not in known]
        try:
            with transaction.atomic():
                return Order.objects.bulk_create(new)
        except IntegrityError:
            if not Order.objects.filter(key__in=[order.key for order in new]).exists():
                raise


def _placed(wanted: dict[str, Order], company_id: int, request_no: str) -> list[Order]:
    found = list(Order.objects.filter(key__in=wanted))
    for order in found:
        same = order.instruction == wanted[order.key].instruction and order.company_id == company_id
        if not same or order.request_no != request_no:
            raise OtherInstruction(f"{order.key} was placed for something else")
    return found
