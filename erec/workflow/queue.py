"""What waits for one person, the nearest deadline first. Never counts further than a screen can tell."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from erec.members.catalogue import Grant
from erec.members.models import Member
from erec.workflow import access, asking, limits, people
from erec.workflow.models import Controls, Decision, Request, Version
from erec.workflow.people import Capacity
from erec.workflow.states import Move
from erec.workflow.types import TYPES

SHOWN = 10  # of each kind on トップ; the lists show the rest
COUNTED_MAX = 100
NEVER = datetime.max.replace(tzinfo=UTC)


class Kind(StrEnum):
    APPROVE = "承認待ち"
    MEND = "差戻し中"
    ANSWER = "承諾依頼"
    RESUME = "一時保存"
    TYPING = "入力の途中"


@dataclass(frozen=True)
class Item:
    """One thing to do. `number` and `address`: the URL's argument and name."""

    kind: Kind
    address: str
    number: str
    what: str
    partner: str
    amount_yen: int
    who: str
    deadline_at: datetime | None


def approvable_by(member: Member, grants: frozenset[Grant]) -> QuerySet[Request]:
    """承認待ち that this person can approve, in his own place or as a deputy: not his own where that is
    refused, not a second time, where the order counts only in his turn, and nothing above a limit.
    """
    rows = access.awaiting_approval(member, grants).exclude(Exists(_approvals().filter(member=member)))
    controls = access.controls_of(member.company_id)
    finals, most = people.finals_of(member.company_id), limits.of_checkers(member.company_id)
    wanted = Q()
    for capacity, businesses in people.capacities_of(member):
        for business in businesses:
            of_business = people.controls_in(controls, business)
            wanted |= Q(business=business) & _his(capacity, of_business, finals, most)
    if not wanted:
        return rows.none()
    return rows.filter(wanted, _within(controls))


def _approvals() -> QuerySet[Decision]:
    """Of the outer request's version as it is now."""
    return Decision.objects.filter(request=OuterRef("pk"), version=OuterRef("version"), move=Move.APPROVE)


def _his(capacity: Capacity, controls: Controls, finals: frozenset[int], most: Mapping[int, int]) -> Q:
    """What the policy asks of one who approves in this place."""
    found = Q()
    if controls.own_approval_refused:
        found &= ~Q(Exists(_hands().filter(made_by__in={capacity.member, capacity.holder})))
    if controls.approvals == Controls.Approvals.DOUBLE_ORDERED:
        first_is_done = Q(Exists(_approvals()))
        found &= first_is_done if capacity.holder.pk in finals else ~first_is_done
    if capacity.holder.pk in most:
        found &= Q(limited_yen__lte=most[capacity.holder.pk])
    return found


def _hands() -> QuerySet[Version]:
    """As standing.hands_of: entered since the last 差戻し, or with the content that is there now."""
    of_outer = {"request": OuterRef(OuterRef("pk"))}
    sent_back = Decision.objects.filter(**of_outer, move=Move.SEND_BACK).order_by("-version")
    current = Version.objects.filter(**of_outer).order_by("-number")
    return Version.objects.filter(request=OuterRef("pk")).filter(
        Q(number__gt=Coalesce(Subquery(sent_back.values("version")[:1]), 0))
        | Q(content=Subquery(current.values("content")[:1]))
    )


def _within(controls: Controls) -> Q:
    """The company's own limits, as far as they are used up today."""
    found = Q()
    if controls.request_limit_yen is not None:
        found &= Q(limited_yen__lte=controls.request_limit_yen)
    if controls.daily_limit_yen is not None:
        rest = controls.daily_limit_yen - limits.approved_today_yen(controls.company_id)
        found &= Q(limited_yen=0) | Q(limited_yen__lte=rest)
    return found


def above(member: Member) -> Callable[[Request], str]:
    """Which limit a waiting request is above for this person now, in a few words; empty if none."""
    controls, most = access.controls_of(member.company_id), limits.of_checkers(member.company_id)
    rest = (controls.daily_limit_yen or 0) - limits.approved_today_yen(member.company_id)
    places = people.capacities_of(member)

    def of(row: Request) -> str:
        if controls.request_limit_yen is not None and row.limited_yen > controls.request_limit_yen:
            return "1件の限度額を超えています"
        if controls.daily_limit_yen is not None and row.limited_yen > max(rest, 0):
            return "今日の限度額を超えます"
        mine = [most.get(place.holder.pk, row.limited_yen) for place, held in places if row.business in held]
        return "あなたの限度額を超えています" if mine and max(mine) < row.limited_yen else ""

    return of


def capped(rows: QuerySet[Any]) -> int:
    """How many, at most COUNTED_MAX."""
    return rows.order_by()[:COUNTED_MAX].count()


def items_for(member: Member, grants: frozenset[Grant]) -> list[Item]:
    """By deadline; what has none comes last."""
    found = [*_requests(member, grants), *_demands(member, grants), *_typing(member)]
    return sorted(found, key=lambda item: item.deadline_at or NEVER)


def _requests(member: Member, grants: frozenset[Grant]) -> Iterator[Item]:
    kinds = {
        Kind.APPROVE: (approvable_by(member, grants), "request-approve"),
        Kind.MEND: (access.to_be_mended(member, grants), "request"),
        Kind.RESUME: (access.drafts_of(member), "request"),
    }
    for kind, (rows, address) in kinds.items():
        for request in rows.order_by(F("deadline_at").asc(nulls_last=True), "pk")[:SHOWN]:
            yield Item(
                kind,
                address,
                request.request_no,
                TYPES[request.type].name,
                request.partner_name,
                request.total_yen,
                request.maker_name,
                request.deadline_at,
            )


def _demands(member: Member, grants: frozenset[Grant]) -> Iterator[Item]:
    for demand in access.unanswered(member, grants).order_by("answer_until", "pk")[:SHOWN]:
        yield Item(
            Kind.ANSWER,
            "demand",
            demand.demand_no,
            f"{asking.what(demand)}への回答",
            demand.asked_by_name,
            demand.amount_yen,
            "",
            demand.answer_until,
        )


def _typing(member: Member) -> Iterator[Item]:
    """Only by its kind: what is being typed need not be understood yet."""
    for copy in access.working_copies(member)[:SHOWN]:
        yield Item(Kind.TYPING, "request-entry", copy.token, TYPES[copy.type].name, "", 0, "", None)
