"""Masters of one company, who approve one another's acts, and a general user; each act as its page has it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts import second
from accounts.models import Company, User
from accounts.second import Kind, Proposal
from accounts.seen import seen_of
from certs import access as certs
from certs import choices
from erec.members.actions import rights
from erec.members.actions.entering import copy_of
from erec.members.actions.refresh import differences, digest
from erec.members.actions.rights import Rights
from erec.members.catalogue import Tick
from erec.members.models import ApprovalPassword, Member
from erec.workflow.actions import controls
from erec.workflow.actions.entering import Typed
from erec.workflow.models import Controls, Request
from tests import cast
from tests.erec.members.cast_members import APPROVAL, give, second_master
from tests.erec.workflow.cast_workflow import by

HASH = make_password("shokai123")
CHECKS = frozenset({("accrual", Tick.CHECKER)})


@dataclass
class Office:
    """`first` enters, `second` approves; `other` is the last master, `clerk` a general user without rights.

    With two masters `second` and `other` are one.
    """

    company: Company
    first: Member
    second: Member
    other: Member
    clerk: Member
    people: dict[int, cast.Person] = field(default_factory=dict)

    def person(self, member: Member) -> cast.Person:
        """With a certificate, which is fetched when somebody first asks."""
        if member.user_id not in self.people:
            self.people[member.user_id] = cast.fetched(user_of(member))
        return self.people[member.user_id]

    def controls(self, **settings: Any) -> Controls:
        row, _ = Controls.objects.update_or_create(company=self.company, defaults=settings)
        return row


def office(*, masters: int = 2, on: bool = True) -> Office:
    company, starters = cast.company(masters=masters)
    members = [with_approval(copy_of(starter.user, None, cast.AT)) for starter in starters]
    clerk = copy_of(cast.general(company), None, cast.AT)
    made = Office(company, members[0], members[1], members[-1], clerk)
    made.controls(second_master=on)
    return made


def with_approval(member: Member) -> Member:
    ApprovalPassword.objects.create(
        member=member, hash=make_password(APPROVAL), is_initial=False, set_at=cast.AT
    )
    return member


def of_refresh(office: Office) -> Proposal:
    cast.general(office.company)
    return Proposal(Kind.REFRESH, wanted={"seen": digest(differences(office.company))})


def of_rights(office: Office) -> Proposal:
    return rights_for(office.clerk)


def rights_for(clerk: Member) -> Proposal:
    """As its page has them now."""
    account = clerk.company.settlement_accounts.order_by("pk")[0]
    return Proposal(
        Kind.RIGHTS,
        clerk.login_id,
        {
            "grants": sorted([code, str(tick)] for code, tick in CHECKS),
            "accounts": [account.pk],
            "version": clerk.rights_version,
            "initial_hash": HASH,
        },
    )


def two_masters(company: Company) -> tuple[Member, Member]:
    """Of a company that has one: he and another, on the densai side."""
    users = company.users.get(kind=User.Kind.MASTER), second_master(company).user
    first, other = (copy_of(user, None, cast.AT) for user in users)
    return first, other


def of_approval_reset(office: Office) -> Proposal:
    with_approval(office.clerk)
    return Proposal(Kind.APPROVAL_RESET, office.clerk.login_id, {"initial_hash": HASH})


def of_login_reset(office: Office) -> Proposal:
    seen = seen_of(user_of(office.clerk)).token()
    return Proposal(Kind.LOGIN_RESET, office.clerk.login_id, {"initial_hash": HASH, "seen": seen})


def of_certify(office: Office, act: str = choices.REISSUE) -> Proposal:
    office.person(office.clerk)
    standing = certs.standing(user_of(office.clerk))
    return Proposal(Kind.CERTIFY, office.clerk.login_id, {"act": act, "standing": standing})


def of_revoke(office: Office) -> Proposal:
    serial = office.person(office.other).certificate.serial
    return Proposal(Kind.REVOKE, office.other.login_id, {"serial": serial, "reason": "keyCompromise"})


def of_suspend(office: Office) -> Proposal:
    return Proposal(Kind.SUSPEND, office.other.login_id, {"reason": "keyCompromise"})


def of_delete(office: Office) -> Proposal:
    seen = seen_of(user_of(office.other)).token()
    return Proposal(Kind.DELETE, office.other.login_id, {"reason": "affiliationChanged", "seen": seen})


def of_switch_off(office: Office) -> Proposal:
    return Proposal(Kind.SWITCH_OFF)


def of_deputy(office: Office) -> Proposal:
    """The last master stands in for the general user, who gets the right to approve for that."""
    give(office.clerk, *CHECKS)
    days = {"from_on": cast.AT.date().isoformat(), "until_on": cast.AT.date().isoformat()}
    return Proposal(Kind.DEPUTY, office.other.login_id, {"principal": office.clerk.login_id, **days})


def of_controls(office: Office) -> Proposal:
    wanted = replace(controls.controls_now(office.company.pk), own_approval_refused=True)
    version = Controls.objects.get(company=office.company).version
    return Proposal(Kind.CONTROLS, wanted={**controls.to_json(wanted), "version": version})


PROPOSALS: dict[Kind, Callable[[Office], Proposal]] = {
    Kind.REFRESH: of_refresh,
    Kind.RIGHTS: of_rights,
    Kind.APPROVAL_RESET: of_approval_reset,
    Kind.LOGIN_RESET: of_login_reset,
    Kind.CERTIFY: of_certify,
    Kind.REVOKE: of_revoke,
    Kind.SUSPEND: of_suspend,
    Kind.DELETE: of_delete,
    Kind.SWITCH_OFF: of_switch_off,
    Kind.DEPUTY: of_deputy,
    Kind.CONTROLS: of_controls,
}


def user_of(member: Member) -> User:
    return User.objects.select_related("company").get(pk=member.user_id)


def proposed(office: Office, proposal: Proposal) -> Request:
    number = second.propose(proposal, **by(office.first))
    return Request.objects.get(company=office.company, request_no=number)


def wanted_rights(office: Office) -> Rights:
    return Rights(CHECKS, rights.rights_of(office.clerk).accounts)


def content_of(proposal: Proposal, by_member: Member) -> dict[str, Any]:
    """As workflow.masters enters it."""
    return {
        "kind": proposal.kind.value,
        "login_id": proposal.login_id,
        "wanted": dict(proposal.wanted),
        "by": by_member.login_id,
        "whose": "",
        "lines": [],
    }


def typed_of(proposal: Proposal, by_member: Member, token: str) -> Typed:
    return Typed("masters", content_of(proposal, by_member), token=token)
