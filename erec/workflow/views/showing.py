"""What every page about one request shows: what it binds to, how far it is, and what this person may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404

from erec.claims.access import PRESENT, holdings_of
from erec.claims.models import Claim
from erec.claims.stages import Step
from erec.members.catalogue import BY_CODE
from erec.parameters import business_day
from erec.workflow import access, binding, difference, newcomers, progress
from erec.workflow.difference import Change
from erec.workflow.errors import NotThere
from erec.workflow.models import Decision, Line, Request, Version
from erec.workflow.offers import Viewer
from erec.workflow.standing import standing_of
from erec.workflow.states import State
from erec.workflow.types import TYPES
from erec.workflow.types.base import Sheet

# What a content raises that was never checked: something is missing, or a date that no calendar reaches.
NOT_CHECKED = (LookupError, OverflowError, TypeError, ValueError)


@dataclass(frozen=True)
class Entry:
    """One line of a request's history."""

    at: datetime
    what: str
    who: str
    version: int
    comment: str
    same: str = ""


def found(request: Any, request_no: str) -> Request:
    """The request as this person may see it; 404 for everybody else's."""
    try:
        return access.request_for(request.member, request.grants, request_no)
    except NotThere:
        raise Http404 from None


def viewer_of(request: Any) -> Viewer:
    today = business_day.today(request.at)
    return Viewer(request.member, request.grants, today, request.origin)


def shown(request: Any, row: Request) -> dict[str, Any]:
    """The context that the pages of one request share."""
    viewer = viewer_of(request)
    standing = standing_of(row, viewer.today)
    versions = list(row.versions.order_by("number"))
    current = versions[-1]
    typ = TYPES[row.type]
    return {
        "row": row,
        "type": typ,
        "here": BY_CODE[row.business].tab.name,
        "today": viewer.today,
        "version": current,
        "sheet": sheet_of(row, current),
        "binding": binding_of(request, row, current),
        "changes": changes_between(row, versions[-2], current) if len(versions) > 1 else [],
        "viewer": viewer,
        "standing": standing,
        "warnings": newcomers.warnings(standing.newcomers),
        "same": standing.another_at(viewer.member, viewer.origin)
        if row.state == State.AWAITING_APPROVAL
        else "",
    }


def sheet_of(row: Request, version: Version) -> Sheet | None:
    """None for what was never checked: a draft may lack anything."""
    try:
        return TYPES[row.type].sheet(version.content)
    except NOT_CHECKED:
        return None


def binding_of(request: Any, row: Request, version: Version) -> list[str]:
    """What approval binds to; nothing for what was never checked."""
    try:
        return binding.sentences(row.type, version.content, request.user.company.name)
    except NOT_CHECKED:
        return []


def changes_between(row: Request, before: Version, now: Version) -> list[Change]:
    """What a reader of `before` has not seen yet. Empty where one of them was a draft."""
    old, new = sheet_of(row, before), sheet_of(row, now)
    return difference.between(old, new) if old and new else []


def history_of(row: Request, versions: Sequence[Version]) -> list[Entry]:
    """Who entered and who decided what, in the order in which it happened."""
    entered = [
        Entry(v.made_at, "入力" if v.number == 1 else "修正", v.made_by_name, v.number, v.comment)
        for v in versions
    ]
    decided = [
        Entry(d.at, d.move, _who(d), d.version, d.comment, d.same) for d in row.decisions.order_by("pk")
    ]
    return sorted([*entered, *decided], key=lambda entry: (entry.at, entry.version))


def _who(decision: Decision) -> str:
    if not decision.principal_name:
        return decision.member_name
    return f"代理: {decision.member_name}（{decision.principal_name}の代理）"


def steps_of(row: Request, lines: Sequence[Line]) -> list[Step]:
    numbers = {line.record_number for line in lines if line.record_number}
    parts = holdings_of(row.company_id).filter(record_number__in=numbers, role__in=PRESENT)
    states = dict(parts.values_list("record_number", "state"))
    return progress.steps(
        row.type,
        row.standing,
        [line.standing for line in lines],
        [Claim.State(state) for state in states.values()],
    )
