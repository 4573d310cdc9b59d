"""Pages of a list that cost the same at ten thousand rows and at ten million: never counted, never skipped.

A page begins behind the last row of the page before, which a row comparison finds in the index:
`WHERE (due_on, id) > (…, …) ORDER BY due_on, id LIMIT 51`. Texts sort by code point because the database
does (its locale is C.UTF-8); a collation of the query's own would miss the index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.core.signing import BadSignature, Signer
from django.db.models import F, Field, Model, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

ROWS = 50

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Order:
    """One way to sort a list. A list has two at most, each with an index of these fields.

    `fields` are columns of the row itself or annotations, never NULL, together unique: the last one is
    usually `id`. They run in one direction, because a row comparison has one.
    """

    code: str
    label: str
    fields: tuple[str, ...]
    descending: bool = False

    def sorted(self, queryset: QuerySet[Row]) -> QuerySet[Row]:
        _refuse_nulls(queryset, self.fields)
        return queryset.order_by(*(f"-{name}" if self.descending else name for name in self.fields))


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`next` is the cursor of the page behind this one, empty on the last."""

    rows: Sequence[Row]
    order: Order
    next: str
    is_first: bool


def page(queryset: QuerySet[Row], *, order: Order, after: str = "", size: int = ROWS) -> Page[Row]:
    """The rows behind the cursor `after`; the first page if that is not ours or of another list."""
    rows = order.sorted(queryset)
    key = _key(queryset, order, after)
    if key is not None:
        behind = TupleLessThan if order.descending else TupleGreaterThan
        rows = rows.filter(behind(tuple(map(F, order.fields)), key))
    found = list(rows[: size + 1])
    more = len(found) > size
    return Page(found[:size], order, _cursor(order, found[size - 1]) if more else "", key is None)


def chosen(orders: Sequence[Order], code: str) -> Order:
    """The order of that code, else the list's first."""
    return next((order for order in orders if order.code == code), orders[0])


def _cursor(order: Order, row: Model) -> str:
    """The row's place, signed: what comes back is only what we wrote, so no value of it can fail in SQL."""
    values = [_written(getattr(row, name)) for name in order.fields]
    return _signer(type(row), order).sign_object(values)


def _key(queryset: QuerySet[Row], order: Order, cursor: str) -> list[Any] | None:
    if not cursor:
        return None
    try:
        values = _signer(queryset.model, order).unsign_object(cursor)
    except BadSignature:
        return None
    fields = [_field(queryset, name) for name in order.fields]
    return [field.to_python(value) for field, value in zip(fields, values, strict=True)]


def _signer(model: type[Model], order: Order) -> Signer:
    return Signer(salt=f"{__name__} {model._meta.label} {order.code} {order.fields}")


def _written(value: Any) -> Any:
    """As JSON holds it; moments to the microsecond, which Django's own encoder would cut."""
    return value.isoformat() if isinstance(value, date) else value


def _field(queryset: QuerySet[Row], name: str) -> "Field[Any, Any]":
    if name in queryset.query.annotations:
        output: Field[Any, Any] = queryset.query.annotations[name].output_field
        return output
    field = queryset.model._meta.get_field(name)
    if not isinstance(field, Field):
        raise FieldDoesNotExist(name)
    return field


def _refuse_nulls(queryset: QuerySet[Row], names: Sequence[str]) -> None:
    """A NULL compares with nothing: its row would vanish between two pages."""
    nullable = [n for n in names if n not in queryset.query.annotations and _field(queryset, n).null]
    if nullable:
        raise ValueError(f"a list cannot be sorted by {nullable}, which may be NULL")
