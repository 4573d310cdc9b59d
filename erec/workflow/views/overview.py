"""会社の状況: what is out, what is due, what waits and with whom, each picture beside its figures.

Money is the company's, as 債権情報照会 shows it; requests and demands are those of the person's businesses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.claims import schedule
from erec.claims.models import Claim
from erec.claims.pictures.bars import share
from erec.claims.schedule import Opposite, Side, Sums
from erec.members.catalogue import BY_CODE, Tick
from erec.members.gate import densai
from erec.parameters import business_day
from erec.workflow import access
from erec.workflow.models import Demand
from erec.workflow.states import FINISHED, State

RIGHT = ("inquiry", Tick.USE)
OPPOSITES_MAX = 5
DUE_DAYS = (7, 30)
# The side, its words, and the role by which the list of claims finds it.
SIDES = ((Side.IN, "受け取る", "holder"), (Side.OUT, "支払う", "obligor"))
GUARANTEED = (Side.GUARANTEED, "保証している", "guarantor")


@dataclass(frozen=True)
class Shown:
    """One line of a table with its bar: hundredths of the longest one beside it."""

    label: str
    count: int
    yen: int
    share: int
    query: str = ""
    deadline_at: datetime | None = None


@dataclass(frozen=True)
class Part:
    """One side of the company's claims."""

    label: str
    yen: int
    rows: Sequence[Shown]


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def overview(request: Any) -> HttpResponse:
    today = business_day.today(request.at)
    company_id = request.user.company_id
    out = _outstanding(company_id)
    waiting = _waiting(request)
    context = {
        "today": today,
        "out": out,
        "due": _due(company_id, today.date),
        "waiting": waiting,
        "waiting_count": sum(row.count for row in waiting),
        "demands": _demands(request),
        "with_whom": [_with_whom(company_id, side, label) for side, label, _ in SIDES],
    }
    return render(request, "workflow/overview.html", context)


def _outstanding(company_id: int) -> list[Part]:
    """What is open on each side by state; guarantees only where there are some."""
    found = [(words, schedule.outstanding(company_id, words[0])) for words in (*SIDES, GUARANTEED)]
    longest = max(max(sums.yen.values(), default=0) for _, sums in found)
    return [
        Part(label, sum(sums.yen.values()), _by_state(sums, longest, role))
        for (side, label, role), sums in found
        if sums.count or side is not Side.GUARANTEED
    ]


def _by_state(sums: Sums, longest: int, role: str) -> list[Shown]:
    return [
        Shown(
            Claim.State(state).label,
            sums.counts[state],
            sums.yen[state],
            share(sums.yen[state], longest),
            f"role={role}&state={state}",
        )
        for state in schedule.OUTSTANDING
        if sums.counts.get(state)
    ]


def _due(company_id: int, today: date) -> list[Part]:
    """What the account transfers of the next days will move."""
    found = {
        (side, days): schedule.coming_until(company_id, side, today + timedelta(days=days))
        for side, _, _ in SIDES
        for days in DUE_DAYS
    }
    longest = max(sums.coming_yen for sums in found.values())
    parts = []
    for side, label, role in SIDES:
        rows = []
        for days in DUE_DAYS:
            sums, last = found[side, days], today + timedelta(days=days)
            query = f"role={role}&due_to={last.isoformat()}"
            rows.append(
                Shown(f"{days}日以内", sums.count, sums.coming_yen, share(sums.coming_yen, longest), query)
            )
        parts.append(Part(label, 0, rows))
    return parts


def _waiting(request: Any) -> list[Shown]:
    """The person's businesses' requests that are not over, by state in the order of their life."""
    visible = access.visible_to(request.member, request.grants).exclude(state__in=FINISHED)
    grouped = (
        visible.order_by()
        .values("state")
        .annotate(count=Count("pk"), sum_yen=Sum("total_yen"), next=Min("deadline_at"))
    )
    found = {row["state"]: row for row in grouped}
    longest = max((row["count"] for row in found.values()), default=0)
    return [
        Shown(
            state.label,
            row["count"],
            row["sum_yen"],
            share(row["count"], longest),
            f"state={state.value}",
            row["next"],
        )
        for state in State
        if (row := found.get(state))
    ]


def _demands(request: Any) -> list[tuple[str, int, int, datetime]]:
    """承諾依頼 that wait for the company's answer: business, number, yen, the next deadline."""
    waiting = access.demands_for(request.member, request.grants).filter(state=Demand.State.OPEN)
    grouped = (
        waiting.order_by()
        .values("business")
        .annotate(count=Count("pk"), sum_yen=Sum("amount_yen"), next=Min("answer_until"))
    )
    rows = [(BY_CODE[row["business"]].name, row["count"], row["sum_yen"], row["next"]) for row in grouped]
    return sorted(rows, key=lambda row: row[3])


def _with_whom(company_id: int, side: Side, label: str) -> tuple[str, list[tuple[Opposite, int]]]:
    found = schedule.opposites(company_id, side, OPPOSITES_MAX)
    longest = max((one.yen for one in found), default=0)
    return label, [(one, share(one.yen, longest)) for one in found]
