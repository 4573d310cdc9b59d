"""What waits for one person, the nearest deadline first. Never counts further than a screen can tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from erec.members.catalogue import MASTERS, Grant
from erec.members.models import Member
from erec.workflow import access, asking, people
from erec.workflow.models import Controls, Decision, Request
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
    """承認待ち that this person can approve himself: not his own where that is refused, not a second time,
    and where the order counts only in his turn.
    """
    mine = Decision.objects.filter(request=OuterRef("pk"), version=OuterRef("version"), move=Move.APPROVE)
    rows = access.awaiting_approval(member, grants).exclude(Exists(mine.filter(member=member)))
    rows = rows.exclude(business=MASTERS.code, maker=member)
    controls = access.controls_of(member.company_id)
    if controls.own_approval_refused:
        rows = rows.exclude(maker=member)
    if controls.approvals != Controls.Approvals.DOUBLE_ORDERED:
        return rows
    is_final = member.pk in people.finals_of(member.company_id)
    in_turn = Q(Exists(mine)) if is_final else ~Q(Exists(mine))
    return rows.filter(in_turn | Q(business=MASTERS.code))


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
