"""マスターユーザの操作: what one master does waits for another's approval, and one alone gets nothing done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, connection, transaction

from accounts import second, seen
from accounts.actions.users import change_user, create_user, reset_password, unlock_user
from accounts.actions.users import NewUser
from accounts.models import User, UserSession
from accounts.origin import Origin
from accounts.second import Kind, NeedsSecond, NotProposed, Proposal
from certs import access as certs
from certs import choices
from certs.actions import issuing, people, revocation
from certs.models import ClientCertificate, Issue, RevocationReason
from erec.members.actions import passwords, refresh, rights
from erec.members.actions.refresh import differences, digest
from erec.members.actions.rights import Rights
from erec.members.catalogue import CATALOGUE, EVERY_GRANT, OF_MASTERS, Tick
from erec.members.errors import UnknownRight
from erec.members.models import ApprovalPassword, BusinessRight, Member
from erec.notices.models import Notice
from erec.trail.models import Entry, Outbox
from erec.workflow import masters, people as who, queue, runs
from erec.workflow.actions import deciding, entering, second_master
from erec.workflow.actions.second_master import SwitchRefused
from erec.workflow.errors import CheckFailed, MovedOn, NotThere, OwnEntry, RightMissing, TooLate
from erec.workflow.models import ClaimInUse, Controls, Request
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.members.cast_members import give, member_of, second_master as another_master
from tests.erec.workflow.cast_masters import (
    CHECKS,
    HASH,
    PROPOSALS,
    Office,
    of_approval_reset,
    of_certify,
    of_delete,
    of_login_reset,
    of_refresh,
    of_rights,
    of_suspend,
    office,
    proposed,
    user_of,
)
from tests.erec.workflow.cast_workflow import by

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", PROPOSALS)
REASON = RevocationReason.KEY_COMPROMISE


def standing() -> dict[str, list[Any]]:
    """Everything that a master's act could change."""
    return {
        "users": list(User.objects.order_by("pk").values_list("pk", "name", "mail", "status", "password")),
        "members": list(Member.objects.order_by("pk").values_list("pk", "name", "status", "rights_version")),
        "rights": list(BusinessRight.objects.order_by("pk").values_list("member", "business", "tick")),
        "passwords": list(ApprovalPassword.objects.order_by("pk").values_list("member", "hash")),
        "issues": list(Issue.objects.order_by("pk").values_list("pk", "code_hash", "cancelled_at")),
        "certificates": list(ClientCertificate.everyone.order_by("pk").values_list("pk", "revoked_at")),
        "controls": list(Controls.objects.order_by("pk").values_list("pk", "second_master", "version")),
        "sessions": list(UserSession.objects.order_by("pk").values_list("pk", "ended_at")),
    }


def told() -> tuple[list[str], list[str], int]:
    events = list(Entry.objects.order_by("pk").values_list("event", flat=True))
    mails = list(Outbox.objects.order_by("pk").values_list("key", flat=True))
    return events, mails, Request.objects.count()


def alone(here: Office, kind: Kind) -> Callable[[], object]:
    """The act's own function, as a master's page calls it."""
    wanted, me = PROPOSALS[kind](here).wanted, by(here.first)
    clerk, other = user_of(here.clerk), user_of(here.other)
    looked_at = seen.read(wanted.get("seen", ""))
    acts: dict[Kind, Callable[[], object]] = {
        Kind.REFRESH: lambda: refresh.refresh(seen=wanted["seen"], **me),
        Kind.RIGHTS: lambda: rights.change_rights(
            here.clerk, Rights(CHECKS, frozenset()), version=0, initial_hash=HASH, **me
        ),
        Kind.APPROVAL_RESET: lambda: passwords.reset(here.clerk, initial_hash=HASH, **me),
        Kind.LOGIN_RESET: lambda: reset_password(clerk, seen=looked_at, initial_password="shokai9", **me),
        Kind.CERTIFY: lambda: issuing.issue(clerk, reissue=True, **me),
        Kind.REVOKE: lambda: revocation.revoke(certs.of_user(other).get(), REASON, **me),
        Kind.SUSPEND: lambda: people.suspend_user(other, REASON, **me),
        Kind.DELETE: lambda: people.delete_user(other, REASON, seen=looked_at, **me),
        Kind.SWITCH_OFF: lambda: second_master.switch(on=False, **me),
    }
    return acts[kind]


def done(here: Office) -> dict[Kind, bool]:
    """Of each act whether it has been done."""
    clerk, other = user_of(here.clerk), user_of(here.other)
    held = frozenset(here.clerk.business_rights.values_list("business", "tick"))
    approval = ApprovalPassword.objects.filter(member=here.clerk, is_initial=True, hash=HASH)
    right = certs.open_issue(clerk)
    return {
        Kind.REFRESH: not differences(here.company),
        Kind.RIGHTS: held == CHECKS | {("partners", "利用")} and approval.exists(),
        Kind.APPROVAL_RESET: approval.exists(),
        Kind.LOGIN_RESET: clerk.password == HASH and clerk.password_is_initial,
        Kind.CERTIFY: right is not None and right.kind == Issue.Kind.REISSUE,
        Kind.REVOKE: not certs.held_by(other).exists(),
        Kind.SUSPEND: other.status == User.Status.SUSPENDED,
        Kind.DELETE: other.status == User.Status.DELETED,
        Kind.SWITCH_OFF: not second.waits(here.company.pk),
    }


def test_every_act_has_a_case() -> None:
    assert set(PROPOSALS) == set(Kind)


@KINDS
def test_a_master_alone_does_nothing(kind: Kind) -> None:
    here = office(masters=3)
    act = alone(here, kind)
    before = standing(), told()
    with pytest.raises(NeedsSecond):
        act()
    assert (standing(), told()) == before


@KINDS
def test_without_the_switch_it_is_done_at_once(kind: Kind) -> None:
    here = office(masters=3, on=False)
    act = alone(here, kind)
    if kind is Kind.SWITCH_OFF:
        with pytest.raises(SwitchRefused):
            act()
        return
    act()
    assert Request.objects.count() == 0
    assert Entry.objects.latest("pk").detail.get("approved_in") is None


@KINDS
def test_what_is_entered_changes_nothing_until_another_master_approves(kind: Kind) -> None:
    here = office(masters=3)
    proposal = PROPOSALS[kind](here)
    before = standing()
    assert not done(here)[kind]
    request = proposed(here, proposal)
    assert standing() == before
    assert (request.type, request.business, request.state) == ("masters", "masters", "awaiting_approval")
    with pytest.raises(OwnEntry):
        deciding.approve(request.request_no, 1, **by(here.first))
    with pytest.raises(RightMissing):
        deciding.approve(request.request_no, 1, **by(here.clerk))
    assert standing() == before
    request = deciding.approve(request.request_no, 1, **by(here.second))
    assert (request.state, done(here)[kind]) == ("done", True)
    deed, approval = Entry.objects.order_by("-pk")[1], Entry.objects.latest("pk")
    assert (deed.login_id, deed.detail["approved_in"]) == (here.first.login_id, request.request_no)
    assert (approval.event, approval.login_id) == ("request.approved", here.second.login_id)


@KINDS
def test_a_death_while_approving_leaves_nothing(kind: Kind) -> None:
    here = office(masters=3)
    request = proposed(here, PROPOSALS[kind](here))
    act = lambda: deciding.approve(request.request_no, 1, **by(here.second))  # noqa: E731
    apps = ("accounts", "certs", "members", "notices", "workflow", "trail")
    assert every_death_leaves_nothing(act, *apps) > 10
    assert done(here)[kind]
