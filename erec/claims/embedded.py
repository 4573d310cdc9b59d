"""The embedded registrar: this service's own book, in the transaction that asks."""

from collections.abc import Sequence
from datetime import datetime

from erec.claims import book
from erec.claims.models import Order
from erec.parameters import business_day


class EmbeddedRegistrar:
    def submit(self, placed: Sequence[Order], *, at: datetime) -> None:
        book.record(placed, today=business_day.today(at), at=at)
