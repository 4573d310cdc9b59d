"""代理: appointed and ended by a master; within the dates, rights and limits of who is stood in for."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import NotAllowed
from accounts.models import User
from certs.models import ClientCertificate
from erec.members import access
from erec.members.actions import deputies as action
from erec.members.actions.deputies import Wanted
from erec.members.actions.entering import copy_of
from erec.members.catalogue import Tick
from erec.members.errors import DeputyRefused
from erec.members.models import ApprovalPassword, BusinessRight, Deputy, Member
from erec.notices.models import Notice
from erec.parameters import business_day
from erec.trail.models import Entry, Outbox
from erec.workflow.actions import deciding
from erec.workflow.errors import AlreadyApproved, OverLimit, OwnEntry, RightMissing
from erec.workflow.models import CheckerLimit, Decision, FinalChecker, Request
from erec.workflow.queue import approvable_by
from tests import cast
from tests.erec.members.cast_members import APPROVAL
from tests.erec.workflow import cast_workflow as w
from tests.erec.workflow.cast_desk import Desk, Someone, controls, desk, kept
from tests.erec.workflow.cast_threads import names, together
from tests.erec.workflow.cast_workflow import Trader, by, person, trader

pytestmark = pytest.mark.django_db

TODAY = w.TODAY
TYPE = "accrual_by_obligor"


@pytest.fixture
def own() -> Trader:
    """Its master has no tick; he may become a deputy, because he has an approval password."""
    made = trader()
    copied = copy_of(made.company.users.get(kind=User.Kind.MASTER), None, cast.AT)
    with_password(copied)
    business_day.today(cast.AT)
    return made


@pytest.fixture
def at_desk() -> Desk:
    """The same, with people at browsers."""
    business_day.today(cast.AT)
    return desk()


def master(own: Trader) -> Member:
    return Member.objects.get(company=own.company, kind=User.Kind.MASTER)


def with_password(member: Member) -> Member:
    ApprovalPassword.objects.create(member=member, hash="-", is_initial=False, set_at=cast.AT)
    return member


def wanted(own: Trader, until: date = TODAY, from_on: date = TODAY, **who: Member) -> Wanted:
    return Wanted(who.get("principal", own.checker), who.get("deputy", master(own)), from_on, until)


def appointed(own: Trader, until: date = TODAY, from_on: date = TODAY, **who: Member) -> Deputy:
    return action.appoint(wanted(own, until, from_on, **who), **by(master(own)))


def entered(own: Trader) -> Request:
    return w.submitted(own, TYPE, w.accrual(own, w.trader()))


def approve(request: Request, member: Member, at: Any = cast.AT) -> Request:
    return deciding.approve(request.request_no, request.version, **by(member, at))


def waits_for(member: Member) -> bool:
    return approvable_by(member, access.powers_of(member)).exists()


def everything() -> list[Any]:
    return [kept(), list(Deputy.objects.order_by("pk").values_list())]


def refused(error: type[Exception], act: Any) -> str:
    before = everything()
    with pytest.raises(error) as found, transaction.atomic():
        act()
    assert everything() == before
    return str(getattr(found.value, "sentence", ""))


def test_a_deputy_approves_in_the_principals_place_and_history_says_so(at_desk: Desk) -> None:
    request = entered(at_desk)
    refused(RightMissing, lambda: approve(request, master(at_desk)))
    row = appointed(at_desk)
    assert access.powers_of(master(at_desk)) - access.own_powers_of(master(at_desk)) == set(w.CHECKS)
    assert waits_for(master(at_desk))
    assert approve(request, master(at_desk)).state == "recorded"
    decision = Decision.objects.get()
    assert (decision.member, decision.principal, decision.principal_name) == (
        master(at_desk),
        at_desk.checker,
        at_desk.checker.name,
    )
    page = at_desk.making.page(f"/densai/requests/{request.request_no}")
    assert f"代理: {master(at_desk).name}（{at_desk.checker.name}の代理）" in page.text
    assert Entry.objects.get(event="request.approved").detail["in_place_of"] == at_desk.checker.login_id
    event = Entry.objects.get(event="members.deputy_appointed")
    assert (event.login_id, event.detail["until_on"]) == (master(at_desk).login_id, "2026-11-20")
    mails = set(
        Outbox.objects.filter(key__startswith=f"deputy-appointed:{row.pk}:").values_list("to", flat=True)
    )
    assert mails == {at_desk.checker.mail, master(at_desk).mail, at_desk.company.contact_mail}


def test_the_last_day_counts_and_the_next_does_not(own: Trader) -> None:
    tomorrow = TODAY + timedelta(days=1)
    appointed(own, from_on=tomorrow, until=tomorrow)
    request = w.submitted(own, TYPE, w.accrual(own, w.trader(), record_on=date(2026, 11, 26)))
    refused(RightMissing, lambda: approve(request, master(own)))
    business_day.move_to(tomorrow, cast.AT + timedelta(days=1))
    assert waits_for(master(own))
    business_day.move_to(tomorrow + timedelta(days=1), cast.AT + timedelta(days=2))
    assert not waits_for(master(own))
    refused(RightMissing, lambda: approve(request, master(own), cast.AT + timedelta(days=2)))


@pytest.mark.parametrize("what", ["right", "suspended", "portal", "deputy"])
def test_with_the_principals_rights_the_deputys_end(own: Trader, what: str) -> None:
    appointed(own)
    request = entered(own)
    member = master(own)
    if what == "right":
        BusinessRight.objects.filter(member=own.checker).delete()
    elif what == "suspended":
        Member.objects.filter(pk=own.checker.pk).update(status=User.Status.SUSPENDED)
    elif what == "portal":
        User.objects.filter(pk=own.checker.user_id).update(status=User.Status.DELETED)
    else:
        Member.objects.filter(pk=member.pk).update(status=User.Status.SUSPENDED)
    refused(RightMissing, lambda: approve(request, member))
    assert not waits_for(member)


def test_only_the_right_to_approve_is_lent_and_not_further(own: Trader) -> None:
    BusinessRight.objects.create(member=own.checker, business="partners", tick=Tick.USE)
    BusinessRight.objects.create(member=own.checker, business="accrual", tick=Tick.MAKER)
    appointed(own)
    assert access.powers_of(master(own)) - access.own_powers_of(master(own)) == set(w.CHECKS)
    second = with_password(own.maker)
    before = everything()
    with pytest.raises(DeputyRefused) as found:
        appointed(own, principal=master(own), deputy=second)
    assert (found.value.sentence, everything()) == (action.NOT_A_CHECKER, before)


def test_one_person_gives_one_approval_and_a_checker_and_his_deputy_are_two(own: Trader) -> None:
    other = with_password(person(own.company, *w.CHECKS))
    controls(own, approvals="double_any")
    appointed(own, deputy=other)
    request = entered(own)
    approve(request, other)
    assert Decision.objects.get().principal is None  # his own right comes first
    refused(AlreadyApproved, lambda: approve(request, other))
    assert approve(request, own.checker).state == "recorded"


def test_a_deputy_takes_the_principals_turn_and_limit(own: Trader) -> None:
    controls(own, approvals="double_ordered")
    FinalChecker.objects.create(company=own.company, member=own.checker)
    CheckerLimit.objects.create(company=own.company, member=own.checker, limit_yen=999_999)
    first = with_password(person(own.company, *w.CHECKS))
    appointed(own)
    request = entered(own)
    approve(request, first)
    assert f"{own.checker.name}さんの承認の限度額（999,999円）を超えています。" in refused(
        OverLimit, lambda: approve(request, master(own))
    )
    CheckerLimit.objects.update(limit_yen=1_000_000)
    assert approve(request, master(own)).state == "recorded"


def test_neither_his_own_work_nor_the_principals_is_approved_where_that_is_refused(own: Trader) -> None:
    controls(own, own_approval_refused=True)
    appointed(own, deputy=with_password(own.maker))
    by_deputy = entered(own)
    refused(OwnEntry, lambda: approve(by_deputy, own.maker))
    BusinessRight.objects.create(member=own.checker, business="accrual", tick=Tick.MAKER)
    own.maker, maker = own.checker, own.maker
    by_principal = entered(own)
    refused(OwnEntry, lambda: approve(by_principal, maker))
    assert not approvable_by(maker, access.powers_of(maker)).exists()


def test_the_deputy_hears_of_what_he_may_approve(at_desk: Desk) -> None:
    appointed(at_desk)
    request = entered(at_desk)
    notice = Notice.objects.get(what="approval_asked")
    told = Outbox.objects.filter(key=f"notice:{notice.key}:{master(at_desk).pk}")
    assert told.exists()
    assert request.request_no in at_desk.boss.page("/densai/requests/awaiting").text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"from_on": TODAY - timedelta(days=1)}, action.PAST),
        ({"from_on": TODAY + timedelta(days=1)}, action.IN_ORDER),
        ({"until": TODAY + timedelta(days=366)}, action.TOO_LONG),
        ({"deputy": "checker"}, action.HIMSELF),
        ({"principal": "maker"}, action.NOT_A_CHECKER),
        ({"deputy": "no password"}, action.NO_PASSWORD),
        ({"deputy": "stopped"}, action.NOT_USABLE),
    ],
)
def test_what_makes_no_deputy_is_refused(own: Trader, changed: dict[str, Any], sentence: str) -> None:
    people = {"checker": own.checker, "maker": own.maker, "no password": own.maker, "stopped": own.maker}
    if changed.get("deputy") == "no password":
        ApprovalPassword.objects.filter(member=own.maker).delete()
    if changed.get("deputy") == "stopped":
        Member.objects.filter(pk=own.maker.pk).update(status=User.Status.SUSPENDED)
    options: dict[str, Any] = {
        name: people[value] if isinstance(value, str) else value for name, value in changed.items()
    }
    assert refused(DeputyRefused, lambda: appointed(own, **options)) == sentence


def test_dates_of_one_pair_do_not_overlap_and_those_of_another_may(own: Trader) -> None:
    other = with_password(person(own.company, *w.CHECKS))
    day = timedelta(days=1)
    row = appointed(own, from_on=TODAY + day, until=TODAY + 3 * day)
    for first, last in ((0, 1), (1, 3), (2, 2), (3, 9), (0, 9)):
        sentence = refused(
            DeputyRefused,
            lambda a=first, z=last: appointed(own, from_on=TODAY + a * day, until=TODAY + z * day),
        )
        assert "2026年11月21日から2026年11月23日まで、すでに登録されています。" in sentence
    appointed(own, until=TODAY)
    appointed(own, from_on=TODAY + 4 * day, until=TODAY + 4 * day)
    appointed(own, from_on=TODAY + day, until=TODAY + day, deputy=other)
    action.end(row.pk, **by(master(own)))
    appointed(own, from_on=TODAY + day, until=TODAY + 3 * day)


def test_ended_early_he_approves_nothing_any_more(own: Trader) -> None:
    row = appointed(own)
    request = entered(own)
    ended = action.end(row.pk, **by(master(own)))
    assert (ended.ended_at, ended.ended_by_name) == (cast.AT, master(own).name)
    refused(RightMissing, lambda: approve(request, master(own)))
    assert refused(DeputyRefused, lambda: action.end(row.pk, **by(master(own)))) == action.ENDED
    assert Outbox.objects.filter(key__startswith=f"deputy-ended:{row.pk}:").count() == 3


def test_nobody_but_the_companys_master_appoints_or_ends(at_desk: Desk) -> None:
    row, thief = appointed(at_desk), desk()
    for someone in (at_desk.making, at_desk.checking):
        refused(NotAllowed, lambda who=someone: action.end(row.pk, **by(who.member)))
        refused(NotAllowed, lambda who=someone: action.appoint(wanted(at_desk), **by(who.member)))
        assert someone.post(f"/densai/deputies/{row.pk}/end", {}).status_code == 403
        assert someone.get("/densai/deputies/new").status_code == 403
        assert at_desk.checker.name in someone.page("/densai/deputies").text
    refused(NotAllowed, lambda: action.end(row.pk, **by(thief.boss.member)))
    refused(NotAllowed, lambda: action.appoint(wanted(at_desk), **by(thief.boss.member)))
    mixed = wanted(at_desk, deputy=thief.checker)
    refused(NotAllowed, lambda: action.appoint(mixed, **by(master(at_desk))))
    assert thief.boss.post(f"/densai/deputies/{row.pk}/end", {}).status_code == 404
    assert at_desk.checker.name not in thief.boss.page("/densai/deputies").text


def test_the_database_keeps_dates_in_order_and_two_persons_apart(own: Trader) -> None:
    row = appointed(own)
    for wrong in ({"until_on": TODAY - timedelta(days=1)}, {"deputy": own.checker}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deputy.objects.filter(pk=row.pk).update(**wrong)


def sent(own: Trader, **more: str) -> dict[str, str]:
    usual = {"principal": own.checker.login_id, "deputy": master(own).login_id}
    return {**usual, "from_on": "2026-11-20", "until_on": "2026-11-30", "approval_password": APPROVAL, **more}


def test_the_master_appoints_on_the_page_and_ends_it_there(at_desk: Desk) -> None:
    page = at_desk.boss.page("/densai/company").follow("代理の一覧・登録").follow("代理の登録")
    done = at_desk.boss.page("/densai/deputies/new", {**page.hidden, **sent(at_desk)})
    assert "代理を登録しました。" in done.text
    assert "代理中" in done.text
    assert (
        f"{master(at_desk).name}さん（{at_desk.checker.name}さんの代理）"
        in at_desk.making.page("/densai/company").text
    )
    row = Deputy.objects.get()
    assert (row.from_on, row.until_on, row.made_by_name) == (
        TODAY,
        date(2026, 11, 30),
        master(at_desk).name,
    )
    ended = at_desk.boss.page(f"/densai/deputies/{row.pk}/end", {})
    assert "代理を終了しました。" in ended.text
    assert "終了" in ended.text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"approval_password": "machigai1"}, "承認パスワードが違います。"),
        ({"until_on": "2026-11-19"}, action.IN_ORDER),
        ({"from_on": ""}, "日付を入力してください。"),
        ({"until_on": "9999-99-99"}, "正しい日付を入力してください。"),
        ({"deputy": "d-nobody01"}, "一覧の中から選んでください。"),
        ({"principal": "\0"}, "一覧の中から選んでください。"),
    ],
)
def test_what_is_wrong_stands_on_the_page_and_nothing_is_lost(
    at_desk: Desk, wrong: dict[str, str], sentence: str
) -> None:
    before = list(Deputy.objects.values_list())
    page = at_desk.boss.page("/densai/deputies/new", sent(at_desk, **wrong))
    assert page.status == 422
    assert sentence in page.text
    assert list(Deputy.objects.values_list()) == before


def test_an_additional_certificate_appoints_nobody_on_its_first_day(at_desk: Desk) -> None:
    certificate = ClientCertificate.everyone.filter(user=at_desk.boss.person.user)
    certificate.update(may_approve_from=cast.AT + timedelta(seconds=1))
    page = at_desk.boss.page("/densai/deputies/new", sent(at_desk))
    assert (page.status, Deputy.objects.count()) == (422, 0)
    assert "この電子証明書は取得したばかりのため" in page.text
    assert ApprovalPassword.objects.get(member=master(at_desk)).strikes == 0
    certificate.update(may_approve_from=cast.AT)
    assert "代理を登録しました。" in at_desk.boss.page("/densai/deputies/new", sent(at_desk)).text


@pytest.mark.django_db(transaction=True)
def test_two_masters_at_once_appoint_one_pair_once() -> None:
    own = desk()
    business_day.today(cast.AT)
    came = names(together(*[lambda: appointed(own)] * 3))
    assert sorted(came) == ["DeputyRefused"] * 2 + ["done"]
    assert Deputy.objects.count() == 1


def test_who_only_stands_in_has_the_tabs_while_it_lasts(at_desk: Desk) -> None:
    someone: Someone = at_desk.boss
    assert "債権発生請求" not in someone.page("/densai").links
    row = appointed(at_desk)
    assert "債権発生請求" in someone.page("/densai").links
    action.end(row.pk, **by(master(at_desk)))
    assert "債権発生請求" not in someone.page("/densai").links
