"""Acts at the same moment against the same acts one after the other, in the orders that there are."""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from erec.claims.models import AccountMovement, Claim, Order, RecordEvent, Recourse
from erec.notices.models import Notice
from erec.trail.models import Entry
from erec.workflow.models import ClaimInUse, Decision, Demand, Line, Request
from tests.erec.workflow.cast_threads import REFUSALS, Act, names, together

CLAIM = ("state", "amount_yen", "paid_yen", "obligor", "holder", "due_on", "settle_on", "restricted")


@dataclass(frozen=True)
class After:
    """What was done, and what then is written, without the numbers that whoever comes first gets."""

    done: int
    book: dict[str, Any]
    requests: dict[str, Any]


def as_one_after_the_other(
    acts: Sequence[Act], orders: Iterable[Sequence[int]] | None = None
) -> tuple[str, ...]:
    """What each came to at once, after it was seen that one of the orders (all, if none is named) comes to
    the same. Which sentence refuses is the moment's.

    The book looks again under its own locks at what was checked before: then a line is a 記録エラー, and the
    book is all the same as in one of the orders.
    """
    expected = [in_turn(acts, order) for order in orders or itertools.permutations(range(len(acts)))]
    refused_before = Order.objects.filter(state=Order.State.REFUSED).count()
    came = names(together(*acts))
    found = after(came)
    refused = Order.objects.filter(state=Order.State.REFUSED).count() > refused_before
    assert found.book in [one.book for one in expected]
    assert found in expected or refused
    return tuple(came)


def in_turn(acts: Sequence[Act], order: Sequence[int]) -> After:
    """All of it is rolled back."""
    came: list[Any] = []
    with transaction.atomic():
        for place in order:
            try:
                came.append(acts[place]())
            except REFUSALS as refusal:
                came.append(refusal)
        found = after(names(came))
        transaction.set_rollback(True)
    return found


def after(came: Sequence[str]) -> After:
    return After(came.count("done"), the_book(), the_requests())


def the_book() -> dict[str, Any]:
    return {
        "claims": Counter(Claim.objects.values_list(*CLAIM, "position")),
        "recourses": Counter(Recourse.objects.values_list("company", "amount_yen", "paid_yen")),
        "events": Counter(RecordEvent.objects.values_list("kind", "recorded_on")),
        "movements": Counter(AccountMovement.objects.values_list("balance__account", "amount_yen")),
    }


def the_requests() -> dict[str, Any]:
    trail = Entry.objects.exclude(event="request.check_failed")
    return {
        "requests": Counter(Request.objects.values_list("company", "type", "state", "version")),
        "lines": Counter(Line.objects.values_list("request__company", "request__type", "state")),
        "decisions": Counter(Decision.objects.values_list("request__company", "request__type", "move")),
        "demands": Counter(Demand.objects.values_list("company", "state")),
        "in use": Counter(ClaimInUse.objects.values_list("company", "record_number", "request__type")),
        "orders": Counter(Order.objects.values_list("company", "kind", "state")),
        "told": Counter(Notice.objects.values_list("company", "what")),
        "trail": Counter(trail.values_list("chain", "event")),
    }
