"""承認 and 差戻し: what a checker (承認者) does with a request. The approval password was asked before."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.parameters import business_day
from erec.parameters.business_day import Today
from erec.trail.events import Event
from erec.workflow import access, effects, limits, messages, newcomers, policy
from erec.workflow.access import Actor
from erec.workflow.actions.entering import leave, note
from erec.workflow.errors import CheckFailed, Problem
from erec.workflow.models import Request
from erec.workflow.standing import standing_of
from erec.workflow.states import Move, State
from erec.workflow.types import TYPES
from erec.workflow.types.base import Act, Context


def approve(
    request_no: str,
    version: int,
    *,
    comment: str = "",
    acting_user: User,
    at: datetime,
    origin: Origin,
) -> Request:
    """承認 of the version that the checker saw. After the last one needed, the effects happen at once.

    Raises NotThere, RightMissing, MovedOn, OutOfDate and what `policy.check_approval` raises, with nothing
    changed; CheckFailed with what is wrong now, which is kept as 承認時エラー情報.
    """
    request, problems = _approve(request_no, version, comment, acting_user, at, origin)
    if problems:
        raise CheckFailed(problems)
    return request


@transaction.atomic
def _approve(
    request_no: str, version: int, comment: str, acting_user: User, at: datetime, origin: Origin
) -> tuple[Request, list[Problem]]:
    today = business_day.today(at)
    actor = access.acting(acting_user)
    request = access.locked_for(actor, request_no, Move.APPROVE)
    policy.check_move(request, Move.APPROVE, actor.member, version)
    standing = standing_of(request, today)
    capacity = policy.check_approval(standing, actor.member, origin, today)
    missing = policy.approvals_missing_after(standing)
    same = standing.same_as(origin)
    typ, context = TYPES[request.type], Context(actor.company, today)
    content = standing.current.content
    problems = typ.check(content, context).problems
    if problems:
        _keep(request, problems, at)
    else:
        note(request, Move.APPROVE, actor, comment, at, origin, principal=capacity.principal, same=same)
        if missing:
            messages.second_approval_asked(request, capacity.name, at)
        else:
            limits.count(standing.approvers.controls, request.limited_yen, today.date)
            newcomers.remember(request.company_id, request.type, content, today.date)
            messages.approved(request, capacity.name, comment, at)
            act = Act(request, actor.user, today, origin)
            effects.carry_out(act, typ.effects(content, context))
    event = Event.REQUEST_CHECK_FAILED if problems else Event.REQUEST_APPROVED
    in_place_of = capacity.principal.login_id if capacity.principal else ""
    _tell(event, actor, request, today, origin, missing=missing, in_place_of=in_place_of, same=same)
    return request, problems


def _keep(request: Request, problems: list[Problem], at: datetime) -> None:
    """承認時エラー情報: the maker sees it on top when he opens the request again (domain facts §2.1)."""
    request.approval_error = [
        {"line": problem.line, "field": problem.field, "sentence": problem.sentence} for problem in problems
    ]
    request.updated_at = at
    request.save(update_fields=["approval_error", "updated_at"])


@transaction.atomic
def send_back(
    request_no: str,
    version: int,
    *,
    comment: str = "",
    acting_user: User,
    at: datetime,
    origin: Origin,
) -> Request:
    """差戻し, also after the deadline. Raises NotThere, RightMissing, MovedOn, OutOfDate."""
    today = business_day.today(at)
    actor = access.acting(acting_user)
    request = access.locked_for(actor, request_no, Move.SEND_BACK)
    policy.check_move(request, Move.SEND_BACK, actor.member, version)
    leave(request, State.SENT_BACK, at)
    note(request, Move.SEND_BACK, actor, comment, at, origin)
    messages.sent_back(request, actor.member.name, comment, at)
    _tell(Event.REQUEST_SENT_BACK, actor, request, today, origin)
    return request


def _tell(
    event: Event, actor: Actor, request: Request, today: Today, origin: Origin, **detail: int | str
) -> None:
    tell(
        event,
        at=today.at,
        origin=origin,
        acting_user=actor.user,
        company_id=actor.company.pk,
        target=request.request_no,
        type=request.type,
        version=request.version,
        amount_yen=request.total_yen,
        **detail,
    )
