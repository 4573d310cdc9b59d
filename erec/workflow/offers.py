"""Which buttons a person may press on a request now, and why not where he might expect to.

Asks the same policy as the actions, so a button that is shown was allowed a moment ago.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from erec.members.catalogue import BY_CODE, Grant, Tick
from erec.members.models import Member
from erec.parameters.business_day import Today
from erec.workflow import people, policy
from erec.workflow.errors import RightMissing, WorkflowError
from erec.workflow.forms import FORMS
from erec.workflow.models import Decision, Request
from erec.workflow.people import Approvers
from erec.workflow.states import FINISHED, MOVES, Move, State

UNCHANGED = "何も変わっていません。"  # of an action; beside a button that cannot be pressed it says nothing


class CertificateTooNew(WorkflowError):
    """An additional certificate approves nothing on its first day (certs/README.md)."""


@dataclass(frozen=True)
class Viewer:
    """Who looks, with what in his hands. `approves_from`: when his certificate may approve."""

    member: Member
    grants: frozenset[Grant]
    today: Today
    approves_from: datetime


@dataclass(frozen=True)
class Standing:
    """A request, and who can approve it."""

    request: Request
    approvers: Approvers
    approvals: Sequence[Decision]


def standing_of(request: Request) -> Standing:
    approvers = people.approvers_of(request.company_id, request.business)
    return Standing(request, approvers, people.approvals_of(request))


def refusal(standing: Standing, move: Move, viewer: Viewer) -> WorkflowError | None:
    """What the action would raise now for this person; None if he may."""
    request = standing.request
    try:
        policy.check_move(request, move, viewer.member, None)
        if (request.business, MOVES[move].tick) not in viewer.grants:
            raise RightMissing
        if move is Move.APPROVE:
            _check_approval(standing, viewer)
    except WorkflowError as refused:
        return refused
    return None


def _check_approval(standing: Standing, viewer: Viewer) -> None:
    approvers = standing.approvers
    policy.check_approver(
        standing.request, viewer.member, approvers.controls, standing.approvals, approvers.finals
    )
    policy.check_in_time(standing.request, viewer.today.moment)
    if viewer.today.at < viewer.approves_from:
        raise CertificateTooNew("この電子証明書は取得したばかりのため、まだ承認に使えません。")


def moves_for(standing: Standing, viewer: Viewer) -> list[Move]:
    """What this person may do now; 仮登録 stands for 修正."""
    offered = (Move.APPROVE, Move.SEND_BACK, Move.PULL_BACK, Move.SUBMIT, Move.DELETE)
    return [move for move in offered if refusal(standing, move, viewer) is None]


def why_not(standing: Standing, viewer: Viewer) -> str:
    """Why this person cannot approve what waits for approval; empty if he can, or nothing waits."""
    request = standing.request
    if request.state != State.AWAITING_APPROVAL:
        return ""
    if (request.business, Tick.CHECKER) not in viewer.grants:
        name = BY_CODE[request.business].name
        return (
            f"承認は、{name}の承認者（{standing.approvers.names}）が行います。"
            if standing.approvers.checkers
            else ""
        )
    refused = refusal(standing, Move.APPROVE, viewer)
    return refused.sentence.replace(UNCHANGED, "") if refused else ""


def may_use_again(request: Request, viewer: Viewer) -> bool:
    """再利用: what has left the makers' hands is a pattern for a new one (facts §2.1), if it has a form."""
    is_maker = (request.business, Tick.MAKER) in viewer.grants
    return request.standing in FINISHED and request.type in FORMS and is_maker
