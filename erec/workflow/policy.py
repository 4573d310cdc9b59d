"""Whether a person may make a move now. Pure decisions on rows that the caller has locked."""

from datetime import datetime

from accounts.origin import Origin
from erec.members.models import Member
from erec.parameters.business_day import Today
from erec.workflow import devices, limits, newcomers
from erec.workflow.errors import (
    AlreadyApproved,
    CertificateTooNew,
    MovedOn,
    NotYourTurn,
    OutOfDate,
    OwnEntry,
    RightMissing,
    TooLate,
    WorkflowError,
)
from erec.workflow.models import Controls, Request
from erec.workflow.people import Capacity, can_carry, is_own
from erec.workflow.standing import Standing
from erec.workflow.states import MOVES, Move, State

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


def check_approval(standing: Standing, member: Member, origin: Origin, today: Today) -> Capacity:
    """In whose place this person may give the next approval now.

    Raises RightMissing, AlreadyApproved, OwnEntry, NotYourTurn, OverLimit, TooLate, CertificateTooNew,
    TooEarly, SameDevice.
    """
    capacity = _capacity_for(standing, member)
    controls, yen = standing.approvers.controls, standing.request.limited_yen
    check_in_time(standing.request, today.moment)
    if not origin.may_approve(today.at):
        raise CertificateTooNew
    limits.check_request(controls, yen)
    if approvals_missing_after(standing) == 0:
        limits.check_day(controls, yen, standing.approved_today_yen)
    if controls.new_partner == Controls.NewPartner.NEXT_DAY:
        newcomers.check_night(standing.newcomers, standing.current, today.date)
    if controls.same_device == Controls.SameDevice.REFUSE:
        devices.refuse(standing.same_as(origin))
    return capacity


def approvals_missing_after(standing: Standing) -> int:
    """How many approvals the next one leaves to be given."""
    needed = standing.approvers.needed(new_partner=bool(standing.newcomers))
    return max(0, needed - len(standing.approvals) - 1)


def _capacity_for(standing: Standing, member: Member) -> Capacity:
    """The first of his capacities that will do, his own before others'. Else what the first one meets."""
    refusals: list[WorkflowError] = []
    for capacity in standing.approvers.capacities:
        if capacity.member.pk == member.pk:
            try:
                _check_capacity(standing, capacity)
            except WorkflowError as refused:
                refusals.append(refused)
            else:
                return capacity
    raise refusals[0] if refusals else RightMissing


def _check_capacity(standing: Standing, capacity: Capacity) -> None:
    """Who may approve next. One person approves once, in whomever's place; two people may be a checker and
    his deputy.
    """
    approvers = standing.approvers
    if any(decision.member_id == capacity.member.pk for decision in standing.approvals):
        raise AlreadyApproved
    if is_own(capacity, approvers.controls, standing.case.makers):
        raise OwnEntry
    _check_turn(standing, capacity)
    if not can_carry(capacity, approvers, standing.case.yen):
        others = [c.name for c in approvers.capacities if can_carry(c, approvers, standing.case.yen)]
        limits.refuse_checker(
            standing.case.yen,
            approvers.limits[capacity.holder.pk],
            whose=f"{capacity.principal.name}さん" if capacity.principal else "あなた",
            others="、".join(others),
        )


def _check_turn(standing: Standing, capacity: Capacity) -> None:
    if not standing.approvers.is_ordered:
        return
    is_final = capacity.holder.pk in standing.approvers.finals
    is_last = approvals_missing_after(standing) == 0
    if is_last and not is_final:
        raise NotYourTurn("1人目の承認は済んでいます。次は最終承認者が承認します。何も変わっていません。")
    if not is_last and is_final:
        raise NotYourTurn(
            "あなたは最終承認者です。ほかの承認者が先に承認してから、承認してください。何も変わっていません。"
        )


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
