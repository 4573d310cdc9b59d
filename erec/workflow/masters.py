"""A master's acts that wait: entered by their own pages, and the 取得コード of those that were approved.

The code is shown to the master who approved, not to the one who entered: he who typed a person's first
password must not hold the code too, or one master alone could come in as anybody. It is made when the
approving master asks for it, so that it passes through no request and no row, and a lost page costs nothing.
"""

import secrets
from datetime import datetime

from accounts import second
from accounts.models import User
from accounts.origin import Origin
from accounts.second import NotProposed, Proposal
from certs import access as certs
from certs import policy
from certs.actions.issuing import remake_code
from certs.models import Issue
from erec.members.models import Member
from erec.workflow import access
from erec.workflow.actions import entering
from erec.workflow.actions.entering import Typed
from erec.workflow.errors import CheckFailed, WorkflowError
from erec.workflow.models import Request
from erec.workflow.states import Move, State
from erec.workflow.types import masters
from erec.workflow.types.base import Content


class ThroughTheEngine:
    """accounts.second.SecondMaster: a proposal becomes a request of the type `masters`."""

    def waits(self, company_id: int) -> bool:
        return access.controls_of(company_id).second_master

    def propose(self, proposal: Proposal, *, acting_user: User, at: datetime, origin: Origin) -> str:
        content = content_of(proposal, acting_user)
        typed = Typed(masters.CODE, content, token=f"masters:{secrets.token_urlsafe(16)}")
        try:
            return entering.submit(typed, acting_user=acting_user, at=at, origin=origin).request_no
        except CheckFailed as failed:
            raise NotProposed(failed.problems[0].sentence) from failed
        except WorkflowError as refused:
            raise NotProposed(refused.sentence) from refused


def content_of(proposal: Proposal, by: User) -> Content:
    return {
        "kind": proposal.kind.value,
        "login_id": proposal.login_id,
        "wanted": dict(proposal.wanted),
        "by": by.login_id,
        "whose": "",
        "lines": [],
    }


def code_to_hand_over(request: Request, member: Member, at: datetime) -> Issue | None:
    """The right whose 取得コード this master may show himself now: he approved it, nobody has fetched yet,
    and nothing newer has come into its place.
    """
    if request.type != masters.CODE or request.state != State.DONE:
        return None
    content = request.versions.get(number=request.version).content
    approved = request.decisions.filter(version=request.version, move=Move.APPROVE, member=member).first()
    if content["kind"] != second.Kind.CERTIFY or approved is None:
        return None
    right = certs.open_issue(User.objects.get(company=request.company, login_id=content["login_id"]))
    is_open = policy.state_of_issue(right, at) is policy.State.READY
    return right if right is not None and is_open and right.issued_at <= approved.at else None


def show_code(request: Request, right: Issue, *, acting_user: User, at: datetime, origin: Origin) -> str:
    """A new 取得コード for `right`; the one before is worth nothing. Raises what `remake_code` raises."""
    _, code = remake_code(
        right.user,
        acting_user=acting_user,
        at=at,
        origin=origin,
        standing=certs.standing(right.user),
        approved_in=request.request_no,
    )
    return code
