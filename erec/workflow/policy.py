"""Whether a person may make a move now. Pure decisions on rows that the caller has locked."""

from collections.abc import Sequence
from datetime import datetime

from erec.members.models import Member
from erec.workflow.errors import (
    AlreadyApproved,
    MovedOn,
    NotYourTurn,
    OutOfDate,
    OwnEntry,
    RightMissing,
    TooLate,
)
from erec.workflow.models import Controls, Decision, Request
from erec.workflow.states import MOVES, Move, State

APPROVALS_NEEDED = {
    Controls.Approvals.SINGLE: 1,
    Controls.Approvals.DOUBLE_ANY: 2,
    Controls.Approvals.DOUBLE_ORDERED: 2,
}

# What a person reads who comes second: by the state in which the request is now.
MOVED_ON = (
    "この請求は、すでに「{state}」になっています。今の操作は行われませんでした。内容を確かめてください。"
)


def check_move(request: Request, move: Move, member: Member, version: int | None) -> None:
    """The tables of `states`. Raises MovedOn, OutOfDate, RightMissing."""
    rule = MOVES[move]
    if request.standing not in rule.origins:
        raise MovedOn(MOVED_ON.format(state=request.standing.label))
    if request.standing in rule.own_only and request.maker_id != member.pk:
        raise RightMissing
    if version is not None and version != request.version:
        raise OutOfDate


def check_approver(
    request: Request,
    member: Member,
    controls: Controls,
    approvals: Sequence[Decision],
    finals: frozenset[int],
) -> None:
    """Who may approve next. `approvals`: those of this version; `finals`: members who are 最終承認者.

    Raises OwnEntry, AlreadyApproved, NotYourTurn.
    """
    if controls.own_approval_refused and request.maker_id == member.pk:
        raise OwnEntry
    if any(decision.member_id == member.pk for decision in approvals):
        raise AlreadyApproved
    if controls.approvals != Controls.Approvals.DOUBLE_ORDERED:
        return
    is_last = len(approvals) + 1 == APPROVALS_NEEDED[Controls.Approvals.DOUBLE_ORDERED]
    if is_last and member.pk not in finals:
        raise NotYourTurn("1人目の承認は済んでいます。次は最終承認者が承認します。何も変わっていません。")
    if not is_last and member.pk in finals:
        raise NotYourTurn(
            "あなたは最終承認者です。ほかの承認者が先に承認してから、承認してください。何も変わっていません。"
        )


def approvals_missing(controls: Controls, given: int) -> int:
    return max(0, APPROVALS_NEEDED[Controls.Approvals(controls.approvals)] - given)


def check_in_time(request: Request, moment: datetime) -> None:
    """`moment` on the business clock (Today.moment). Raises TooLate."""
    if request.deadline_at is not None and moment >= request.deadline_at:
        raise TooLate(
            "承認の期限を過ぎたため、承認できません。何も変わっていません。"
            "差し戻して、担当者に日付を直してもらってください。"
        )


def is_overdue(request: Request, moment: datetime) -> bool:
    return (
        request.state == State.AWAITING_APPROVAL
        and request.deadline_at is not None
        and moment >= request.deadline_at
    )
