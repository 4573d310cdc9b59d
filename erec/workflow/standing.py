"""A request, who can approve it, and what of it and of the day decides that: for act and pages alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from accounts.origin import Origin
from erec.members.models import Member
from erec.parameters.business_day import Today
from erec.workflow import devices, limits, newcomers, people
from erec.workflow.models import Decision, Request, Version
from erec.workflow.newcomers import Newcomer
from erec.workflow.people import Approvers, Case
from erec.workflow.states import Move, State


@dataclass(frozen=True)
class Standing:
    """`hands`: the versions whose makers count as the makers of what is now there."""

    request: Request
    approvers: Approvers
    approvals: Sequence[Decision]
    current: Version
    hands: Sequence[Version]
    newcomers: Sequence[Newcomer]
    approved_today_yen: int

    @property
    def case(self) -> Case:
        makers = frozenset(version.made_by_id for version in self.hands)
        return Case(makers, self.request.limited_yen, bool(self.newcomers))

    @property
    def stuck(self) -> str:
        """Why nobody can bring it to its end; empty if somebody can."""
        return people.stuck(self.approvers, self.case, [decision.member_id for decision in self.approvals])

    def same_as(self, origin: Origin) -> str:
        return devices.same_as(self.hands, self.approvals, origin)

    def another_at(self, member: Member, origin: Origin) -> str:
        """The same, where somebody else sat there: that a person uses his own machine is no news."""
        return "" if member.pk in self.case.makers else self.same_as(origin)


def standing_of(request: Request, today: Today) -> Standing:
    """As the rows are now. Of what does not wait for approval only what its page says."""
    versions = list(request.versions.order_by("number"))
    current, waits = versions[-1], request.state == State.AWAITING_APPROVAL
    return Standing(
        request,
        people.approvers_of(request.company_id, request.business),
        approvals_of(request),
        current,
        hands_of(request, versions),
        _newcomers(request, current, today) if waits else [],
        limits.approved_today_yen(request.company_id),
    )


def approvals_of(request: Request) -> list[Decision]:
    """Those of the version as it is now."""
    return list(request.decisions.filter(version=request.version, move=Move.APPROVE).order_by("pk"))


def hands_of(request: Request, versions: Sequence[Version]) -> list[Version]:
    """Whatever was entered since the last 差戻し, and whoever had entered the same content before.

    So nobody approves his own work because a colleague has pressed 修正 after him.
    """
    sent_back = request.decisions.filter(move=Move.SEND_BACK).aggregate(last=Max("version"))["last"] or 0
    now = versions[-1].content
    return [version for version in versions if version.number > sent_back or version.content == now]


def _newcomers(request: Request, current: Version, today: Today) -> list[Newcomer]:
    return newcomers.newcomers_in(request.company_id, request.type, current.content, today.date)
