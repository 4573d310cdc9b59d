"""マスターユーザの操作: what one master does waits for another's approval; one alone gets nothing done."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts import second, seen
from accounts.actions.users import NewUser, change_user, create_user, reset_password, unlock_user
from accounts.models import User, UserSession
from accounts.second import Kind, NeedsSecond, NotProposed, Proposal
from certs import access as certs
from certs import choices
from certs.actions import issuing, people, revocation
from certs.actions.fetching import fetch
from certs.models import ClientCertificate, Issue, RevocationReason
from erec.configuration import PROJECT
from erec.members.actions import deputies, passwords, refresh, rights
from erec.members.actions.refresh import differences
from erec.members.actions.rights import Rights
from erec.members.catalogue import CATALOGUE, OF_MASTERS
from erec.members.errors import UnknownRight
from erec.members.models import ApprovalPassword, BusinessRight, Deputy, Member
from erec.notices.models import Notice
from erec.parameters import business_day
from erec.trail.models import Entry, Outbox
from erec.workflow import masters, queue, runs
from erec.workflow.actions import controls, deciding, entering, second_master
from erec.workflow.actions.second_master import SwitchRefused
from erec.workflow.errors import CheckFailed, NotThere, OwnEntry, RightMissing, TooLate
from erec.workflow.models import ClaimInUse, Controls, Decision, FinalChecker, Request
from erec.workflow.people import NO_OTHER_MASTER
from erec.workflow.standing import standing_of
from erec.workflow.states import Move
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.members.cast_members import give
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
    of_revoke,
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
        "controls": list(
            Controls.objects.order_by("pk").values_list(
                "pk", "second_master", "own_approval_refused", "version"
            )
        ),
        "deputies": list(Deputy.objects.order_by("pk").values_list("pk", "ended_at")),
        "sessions": list(UserSession.objects.order_by("pk").values_list("pk", "ended_at")),
    }


def told() -> tuple[list[str], list[str], int]:
    events = list(Entry.objects.order_by("pk").values_list("event", flat=True))
    mails = list(Outbox.objects.order_by("pk").values_list("key", flat=True))
    return events, mails, Request.objects.count()


def alone(here: Office, proposal: Proposal) -> Callable[[], object]:
    """The act's own function, as a master's page calls it."""
    wanted, me = proposal.wanted, by(here.first)
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
        Kind.CONTROLS: lambda: controls.change_controls(controls.from_json(wanted), version=0, **me),
        Kind.DEPUTY: lambda: deputies.appoint(
            deputies.Wanted(here.clerk, here.other, cast.AT.date(), cast.AT.date()), **me
        ),
    }
    return acts[proposal.kind]


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
        Kind.CONTROLS: Controls.objects.get(company=here.company).own_approval_refused,
        Kind.DEPUTY: Deputy.objects.filter(principal=here.clerk, deputy=here.other).exists(),
    }


def test_every_act_has_a_case() -> None:
    assert set(PROPOSALS) == set(Kind)


@KINDS
def test_a_master_alone_does_nothing_and_with_another_exactly_what_was_entered(kind: Kind) -> None:
    here = office(masters=3)
    proposal = PROPOSALS[kind](here)
    act, before, events = alone(here, proposal), standing(), told()
    with pytest.raises(NeedsSecond):
        act()
    assert (standing(), told()) == (before, events)
    request = proposed(here, proposal)
    assert (request.type, request.business, request.state) == ("masters", "masters", "awaiting_approval")
    with pytest.raises(OwnEntry):
        deciding.approve(request.request_no, 1, **by(here.first))
    with pytest.raises(RightMissing):
        deciding.approve(request.request_no, 1, **by(here.clerk))
    assert (standing(), done(here)[kind]) == (before, False)
    request = deciding.approve(request.request_no, 1, **by(here.second))
    assert (request.state, done(here)[kind]) == ("done", True)
    deed, approval = Entry.objects.order_by("-pk")[1], Entry.objects.latest("pk")
    assert (deed.login_id, deed.detail["approved_in"]) == (here.first.login_id, request.request_no)
    assert (approval.event, approval.login_id) == ("request.approved", here.second.login_id)


@pytest.mark.parametrize("kind", [Kind.REFRESH, Kind.CERTIFY])  # the rights: test_crashes
def test_a_death_while_approving_leaves_nothing(kind: Kind) -> None:
    here = office(masters=3)
    request = proposed(here, PROPOSALS[kind](here))
    act = lambda: deciding.approve(request.request_no, 1, **by(here.second))  # noqa: E731
    apps = ("accounts", "certs", "members", "notices", "workflow", "trail")
    assert every_death_leaves_nothing(act, *apps) > 5
    assert done(here)[kind]


def stood(request: Request) -> str:
    return standing_of(request, business_day.today(cast.AT)).stuck


def sentence_of(refused: pytest.ExceptionInfo[CheckFailed]) -> str:
    (problem,) = refused.value.problems
    return problem.sentence


def renamed(here: Office, member: Member) -> None:
    user = user_of(member)
    looked_at = seen.seen_of(user)
    change_user(user, name="別の名前", mail=user.mail, seen=looked_at, **by(here.second))


def more_rights(here: Office) -> None:
    here.controls(second_master=False)
    wanted = Rights(frozenset({("inquiry", next(iter(CATALOGUE[0].ticks)))}), frozenset())
    rights.change_rights(here.clerk, wanted, version=0, **by(here.second))
    here.controls(second_master=True)


def own_password_changed(here: Office) -> None:
    ApprovalPassword.objects.filter(member=here.clerk).update(hash="another")


def fetched_meanwhile(here: Office) -> None:
    issuing.issue(user_of(here.clerk), acting_user=None, at=cast.AT, origin=cast.ORIGIN)


def stopped(member: Callable[[Office], Member]) -> Callable[[Office], None]:
    def stop(here: Office) -> None:
        people.suspend_user(user_of(member(here)), REASON, acting_user=None, at=cast.AT, origin=cast.ORIGIN)

    return stop


CHANGED, GONE, ALREADY = "仮登録のあとに、対象の", "対象のユーザは、停止", "この手続きは、すでに"
# An act that waits, what happens meanwhile, and how the sentence begins that the other master reads.
MEANWHILE: dict[str, tuple[Callable[[Office], Proposal], Callable[[Office], object], str]] = {
    "another user came": (of_refresh, lambda here: cast.general(here.company), CHANGED),
    "the rights were changed": (of_rights, more_rights, CHANGED),
    "the person was renamed": (of_rights, lambda here: renamed(here, here.clerk), CHANGED),
    "the person was stopped": (of_rights, stopped(lambda here: here.clerk), CHANGED),
    "the password was changed by himself": (of_approval_reset, own_password_changed, CHANGED),
    "the person was renamed before a reset": (
        of_login_reset,
        lambda here: renamed(here, here.clerk),
        CHANGED,
    ),
    "a certificate was issued": (of_certify, fetched_meanwhile, CHANGED),
    "the other was stopped by the bank": (of_suspend, stopped(lambda here: here.other), CHANGED),
    "he was renamed before he is deleted": (of_delete, lambda here: renamed(here, here.other), CHANGED),
    "the certificate was revoked": (
        of_revoke,
        lambda here: revocation.revoke(certs.of_user(user_of(here.other)).get(), REASON, **by(here.other)),
        ALREADY,
    ),
    "who entered it was stopped": (of_rights, stopped(lambda here: here.first), "仮登録したマスターユーザが"),
}


@pytest.mark.parametrize("what", MEANWHILE)
def test_only_what_was_seen_is_approved(what: str) -> None:
    propose, happens, begins = MEANWHILE[what]
    here = office(masters=3)
    request = proposed(here, propose(here))
    happens(here)
    before = standing()
    with pytest.raises(CheckFailed) as refused:
        deciding.approve(request.request_no, 1, **by(here.second))
    assert sentence_of(refused).startswith(begins)
    assert sentence_of(refused).endswith("今の内容でもう一度操作してください。")
    assert standing() == before
    request.refresh_from_db()
    assert (request.state, len(request.approval_error)) == ("awaiting_approval", 1)


def test_the_same_act_waits_once() -> None:
    here = office()
    first = proposed(here, of_rights(here))
    for member in (here.first, here.second):
        with pytest.raises(NotProposed) as refused:
            second.propose(of_rights(here), **by(member))
        assert f"（請求番号{first.request_no}）" in refused.value.sentence
    assert Request.objects.count() == 1
    entering.delete(first.request_no, 1, **by(here.first))
    assert not ClaimInUse.objects.exists()
    assert proposed(here, of_rights(here)).state == "awaiting_approval"


def test_the_other_master_sends_it_back_and_any_master_takes_it_away() -> None:
    here = office()
    request = proposed(here, of_rights(here))
    deciding.send_back(request.request_no, 1, comment="本人に確認を", **by(here.second))
    request = entering.delete(request.request_no, 1, **by(here.first))
    assert request.state == "deleted"
    again = proposed(here, of_rights(here))
    assert entering.pull_back(again.request_no, 1, **by(here.first)).state == "pulled_back"
    assert not done(here)[Kind.RIGHTS]


def test_it_waits_five_business_days_until_the_cut_off() -> None:
    here = office()
    request = proposed(here, of_rights(here))
    assert request.deadline_at is not None
    assert request.deadline_at == datetime.fromisoformat("2026-11-30T15:00:00+09:00")  # 23 is a holiday
    business_day.move_to(request.deadline_at.date(), request.deadline_at)
    with pytest.raises(TooLate):
        deciding.approve(request.request_no, 1, **by(here.second, request.deadline_at))
    assert runs.lapse_requests(request.deadline_at, request.deadline_at, cast.ORIGIN) == 1
    request.refresh_from_db()
    assert (request.state, done(here)[Kind.RIGHTS], ClaimInUse.objects.count()) == ("lapsed", False, 0)


def test_nobody_else_sees_it_and_masters_are_told() -> None:
    here, stranger = office(), office()
    request = proposed(here, of_rights(here))
    with pytest.raises(NotThere):
        deciding.approve(request.request_no, 1, **by(stranger.second))
    (notice,) = Notice.objects.all()
    assert (notice.company_id, notice.business, notice.subject) == (
        here.company.pk,
        "masters",
        "承認のお願い",
    )
    mails = Outbox.objects.filter(subject__contains="承認のお願い").values_list("to", flat=True)
    assert sorted(mails) == sorted([here.first.mail, here.second.mail])
    assert list(queue.approvable_by(here.first, OF_MASTERS)) == []
    assert list(queue.approvable_by(here.second, OF_MASTERS)) == [request]


def test_one_other_master_is_enough_however_the_company_approves_its_requests() -> None:
    here = office()
    here.controls(approvals=Controls.Approvals.DOUBLE_ORDERED)
    give(here.clerk, *CHECKS)
    FinalChecker.objects.create(company=here.company, member=here.clerk)
    request = proposed(here, Proposal(Kind.SWITCH_OFF))
    assert list(queue.approvable_by(here.second, OF_MASTERS)) == [request]
    assert deciding.approve(request.request_no, 1, **by(here.second)).state == "done"


@pytest.mark.parametrize("gone", ["suspended", "deleted", "locked", "approval locked", "without a password"])
def test_when_the_second_master_is_gone_nothing_is_done_alone(gone: str) -> None:
    here = office()
    request = proposed(here, of_rights(here))
    assert stood(request) == ""
    users, rows = User.objects.filter(pk=here.second.user_id), ApprovalPassword.objects.filter
    if gone in ("suspended", "deleted"):
        users.update(status=gone)
    elif gone == "locked":
        users.update(login_locked_at=cast.AT)
    elif gone == "approval locked":
        rows(member=here.second).update(locked_at=cast.AT)
    else:
        rows(member=here.second).delete()
    assert stood(request) == NO_OTHER_MASTER
    with pytest.raises(OwnEntry):
        deciding.approve(request.request_no, 1, **by(here.first))
    with pytest.raises(NeedsSecond):
        rights.change_rights(
            here.clerk, Rights(CHECKS, frozenset()), version=0, initial_hash=HASH, **by(here.first)
        )
    with pytest.raises(NeedsSecond):
        second_master.switch(on=False, **by(here.first))
    assert entering.pull_back(request.request_no, 1, **by(here.first)).state == "pulled_back"


def test_the_bank_ends_it_where_nobody_is_left() -> None:
    here = office()
    people.suspend_user(user_of(here.second), REASON, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    out = StringIO()
    call_command("end_second_master", here.company.user_number, operator="窓口 太郎", stdout=out)
    assert "取りやめました" in out.getvalue()
    assert not second.waits(here.company.pk)
    entry = Entry.objects.latest("pk")
    assert (entry.event, entry.user_name, entry.detail["second_master"]) == (
        "controls.changed",
        "窓口 太郎",
        False,
    )
    told_to = Outbox.objects.filter(subject__contains="マスターユーザの操作の承認を取りやめ")
    assert sorted(told_to.values_list("to", flat=True)) == sorted(
        [here.first.mail, here.company.contact_mail]
    )
    with pytest.raises(CommandError, match="設定していません"):
        call_command("end_second_master", here.company.user_number, operator="窓口 太郎")
    with pytest.raises(CommandError, match="登録されていません"):
        call_command("end_second_master", "X00000000", operator="窓口 太郎")


def test_the_bank_never_waits() -> None:
    here = office()
    bank: dict[str, Any] = {"acting_user": None, "at": cast.AT, "origin": cast.ORIGIN}
    reset_password(user_of(here.second), **bank)
    issuing.issue(user_of(here.second), reissue=True, **bank)
    people.suspend_user(user_of(here.second), REASON, **bank)
    assert user_of(here.second).status == "suspended"


def test_what_only_takes_away_from_a_general_user_and_what_one_does_to_oneself_never_waits() -> None:
    here = office()
    me, clerk = by(here.first), here.person(here.clerk).user
    create_user(kind=User.Kind.GENERAL, new=NewUser("d-shinjin1", "新人", "n@example.com"), **me)
    revocation.revoke(certs.of_user(clerk).get(), REASON, **me)
    people.suspend_user(clerk, REASON, **me)
    people.resume_user(user_of(here.clerk), **me)
    User.objects.filter(pk=clerk.pk).update(login_locked_at=cast.AT)
    unlock_user(user_of(here.clerk), **me)
    people.delete_user(user_of(here.clerk), REASON, seen=seen.seen_of(user_of(here.clerk)), **me)
    assert user_of(here.clerk).status == "deleted"
    revocation.revoke(here.person(here.first).certificate, REASON, **me)
    people.suspend_user(user_of(here.first), REASON, **me)
    assert (user_of(here.first).status, Request.objects.count()) == ("suspended", 0)


def test_to_begin_takes_another_master_who_can_approve() -> None:
    here = office(on=False)
    row = ApprovalPassword.objects.filter(member=here.second)
    row.update(is_initial=True)
    before = standing(), told()
    with pytest.raises(SwitchRefused) as refused:
        second_master.switch(on=True, **by(here.first))
    assert refused.value.sentence == second_master.NOBODY
    assert (standing(), told()) == before
    row.update(is_initial=False)
    controls = second_master.switch(on=True, **by(here.first))
    assert (controls.second_master, controls.version, second.waits(here.company.pk)) == (True, 1, True)
    mails = Outbox.objects.filter(body__contains="マスターユーザの操作の承認: 1人で行う → ")
    assert {mail.to for mail in mails} == {here.first.mail, here.second.mail, here.company.contact_mail}
    with pytest.raises(SwitchRefused):
        second_master.switch(on=True, **by(here.first))


def test_the_masters_own_power_can_be_given_to_nobody() -> None:
    here = office(on=False)
    assert "masters" not in {business.code for business in CATALOGUE}
    with pytest.raises(UnknownRight):
        rights.change_rights(here.clerk, Rights(OF_MASTERS, frozenset()), version=0, **by(here.first))
    with pytest.raises(IntegrityError), transaction.atomic():
        BusinessRight.objects.create(member=here.clerk, business="masters", tick="承認者")
    request = proposed(here, of_rights(here))
    with pytest.raises(RightMissing):
        entering.pull_back(request.request_no, 1, **by(here.clerk))
    with pytest.raises(NotProposed):
        second.propose(of_rights(here), **by(here.clerk))


def test_the_code_is_for_the_master_who_approved_and_for_nobody_else() -> None:
    here = office(masters=3)
    old = here.person(here.clerk).certificate
    request = proposed(here, of_certify(here))
    assert masters.code_to_hand_over(request, here.second, cast.AT) is None
    request = deciding.approve(request.request_no, 1, **by(here.second))
    for member in (here.first, here.other, here.clerk):
        assert masters.code_to_hand_over(request, member, cast.AT) is None
    right = masters.code_to_hand_over(request, here.second, cast.AT)
    assert right is not None
    first = masters.show_code(request, right, **by(here.second))
    code = masters.show_code(request, right, **by(here.second))
    assert first != code
    key = cast.new_key().public_key()
    login_id = here.clerk.login_id
    fetch(
        login_id=login_id, password=cast.PASSWORD, code=code, public_key=key, at=cast.AT, origin=cast.ORIGIN
    )
    assert masters.code_to_hand_over(request, here.second, cast.AT) is None
    old.refresh_from_db()
    assert old.revoked_at == cast.AT


def test_a_newer_right_is_not_the_old_approvers_to_hand_over() -> None:
    here = office()
    request = proposed(here, of_certify(here))
    request = deciding.approve(request.request_no, 1, **by(here.second))
    later = cast.AT + timedelta(minutes=1)
    issuing.issue(user_of(here.clerk), acting_user=None, at=later, origin=cast.ORIGIN)
    assert masters.code_to_hand_over(request, here.second, later) is None


def test_a_new_code_for_an_open_right_waits_too() -> None:
    here = office()
    issuing.issue(here.person(here.clerk).user, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    right = certs.open_issue(user_of(here.clerk))
    assert right is not None
    request = proposed(here, of_certify(here, choices.REMAKE))
    request = deciding.approve(request.request_no, 1, **by(here.second))
    assert masters.code_to_hand_over(request, here.second, cast.AT) == right


def test_no_password_stands_in_the_request() -> None:
    here = office()
    request = proposed(here, of_rights(here))
    content = request.versions.get().content
    assert content["wanted"]["initial_hash"] == HASH
    assert HASH not in str(content["shown"])
    assert content["by"] == here.first.login_id


def test_the_database_too_refuses_an_approval_that_is_not_another_masters() -> None:
    here = office()
    request = proposed(here, of_rights(here))
    for member in (here.first, here.clerk):
        with pytest.raises(IntegrityError, match="another master"), transaction.atomic():
            Decision.objects.create(
                request=request,
                company=here.company,
                version=1,
                move=Move.APPROVE,
                member=member,
                member_name=member.name,
                at=cast.AT,
            )
    assert not Decision.objects.exists()


def test_only_an_approval_says_that_an_act_was_approved() -> None:
    """Everywhere else the actions pass on what they were told."""
    says = re.compile(r'approved_in=(?!approved_in\b)|"approved_in":')
    sources = [path for app in ("accounts", "certs", "erec") for path in (PROJECT / app).rglob("*.py")]
    assert {str(path.relative_to(PROJECT)) for path in sources if says.search(path.read_text())} == {
        "accounts/second.py",  # how it is told to the trail
        "erec/workflow/masters.py",  # the code, to the master who approved
        "erec/workflow/types/masters.py",
    }
