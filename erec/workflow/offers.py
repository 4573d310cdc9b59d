"""Which buttons a person may press on a request now, and why not where he might expect to.

Asks the same policy as the actions, so a button that is shown was allowed a moment ago.
"""

from dataclasses import dataclass

from accounts.origin import Origin
from erec.members.catalogue import BY_CODE, Grant, Tick
from erec.members.models import Member
from erec.parameters.business_day import Today
from erec.workflow import policy
from erec.workflow.errors import RightMissing, WorkflowError
from erec.workflow.forms import FORMS
from erec.workflow.models import Request
from erec.workflow.standing import Standing
from erec.workflow.states import FINISHED, MOVES, Move, State
from erec.workflow.types import TYPES

UNCHANGED = "何も変わっていません。"  # of an action; beside a button that cannot be pressed it says nothing


@dataclass(frozen=True)
class Viewer:
    """Who looks, and where he sits: with which certificate, at which browser."""

    member: Member
    grants: frozenset[Grant]
    today: Today
    origin: Origin


def refusal(standing: Standing, move: Move, viewer: Viewer) -> WorkflowError | None:
    """What the action would raise now for this person; None if he may."""
    request = standing.request
    try:
        policy.check_move(request, move, viewer.member, None)
        if (request.business, MOVES[move].tick) not in viewer.grants:
            raise RightMissing
        if move is Move.APPROVE:
            policy.check_approval(standing, viewer.member, viewer.origin, viewer.today)
    except WorkflowError as refused:
        return refused
    return None


def moves_for(standing: Standing, viewer: Viewer) -> list[Move]:
    """What this person may do now; 仮登録 stands for 修正."""
    offered = (Move.APPROVE, Move.SEND_BACK, Move.PULL_BACK, Move.SUBMIT, Move.DELETE)
    mendable = TYPES[standing.request.type].mendable
    return [
        move
        for move in offered
        if (mendable or move is not Move.SUBMIT) and refusal(standing, move, viewer) is None
    ]


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
