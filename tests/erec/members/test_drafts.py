"""What waits between the pages of 権限変更 and ユーザ更新: whose it is, for whom, and once only."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection

from accounts.errors import NotAllowed
from accounts.models import SettlementAccount, User, UserSession
from accounts.sessions import SessionStore
from certs.actions.people import suspend_user
from certs.models import RevocationReason
from erec.members import access
from erec.members.actions.rights import Rights, change_rights
from erec.members.catalogue import Tick
from erec.members.models import ApprovalPassword, Member
from erec.trail.models import Entry, Outbox
from tests import cast
from tests.erec.members.cast_members import APPROVAL, colleague, enter, master, member_of, second_master
from tests.portal import Page, go

pytestmark = pytest.mark.django_db

INITIAL = "hajime123"
MAKER = {"right": "accrual:担当者", "version": "0"}
CHECKER = {"right": "accrual:承認者", "version": "0"}
HELD = {("accrual", Tick.MAKER), ("partners", Tick.USE)}


def rights_page(member: Member) -> str:
    return f"/densai/users/{member.login_id}/rights"


def ticked(person: cast.Person, member: Member, ticks: dict[str, str] | None = None) -> Page:
    """The page of confirmation, after the ticks."""
    page = go(person.client, rights_page(member), ticks or MAKER)
    assert page.path == f"{rights_page(member)}/confirm"
    return page


def carry_out(page: Page) -> Page:
    return page.press("変更の実行", {"承認パスワード": APPROVAL})


def kept() -> list[Any]:
    """What a refused act leaves as it was."""
    return [
        [sorted(access.grants_of(m)) for m in Member.objects.order_by("pk")],
        list(Member.objects.order_by("pk").values_list("rights_version", flat=True)),
        list(ApprovalPassword.objects.order_by("pk").values_list()),
        list(Outbox.objects.order_by("pk").values_list("key", flat=True)),
    ]


def test_ticks_for_one_person_are_not_confirmed_for_another() -> None:
    boss, _ = master()
    (_, first), (_, second) = colleague(boss), colleague(boss)
    page = ticked(boss, first)
    before = kept()
    elsewhere = f"{rights_page(second)}/confirm"
    for sent in (None, page.typed(approval_password=APPROVAL)):
        assert go(boss.client, elsewhere, sent).path == rights_page(second)
    assert kept() == before
    carry_out(page)
    assert access.grants_of(first) == HELD


def test_the_page_of_an_older_tab_confirms_nothing_and_shows_what_the_newer_one_chose() -> None:
    boss, _ = master()
    _, member = colleague(boss)
    older = ticked(boss, member)
    ticked(boss, member, {"right": "inquiry:利用", "version": "0"})
    before = kept()
    page = carry_out(older)
    assert page.status == 422
    assert "別のタブで新しく選ばれた内容があります" in page.text
    assert kept() == before
    assert ApprovalPassword.objects.get(member__user=boss.user).strikes == 0
    carry_out(page)
    assert access.grants_of(member) == {("inquiry", Tick.USE)}


@pytest.mark.parametrize("token", ["", "x", "None", "\u3042" * 100])
def test_a_made_up_token_confirms_nothing(token: str) -> None:
    boss, _ = master()
    _, member = colleague(boss)
    page = ticked(boss, member)
    before = kept()
    refused = go(boss.client, page.path, {"approval_password": APPROVAL, "token": token})
    assert (refused.status, kept()) == (422, before)


@pytest.mark.parametrize("step", ["confirm", "initial"])
def test_without_ticks_there_is_nothing_to_confirm(step: str) -> None:
    boss, _ = master()
    _, member = colleague(boss, approval=None)
    before = kept()
    path = f"{rights_page(member)}/{step}"
    typed = {"approval_password": APPROVAL, "token": "", "initial_password": INITIAL, "again": INITIAL}
    for sent in (None, typed):
        assert go(boss.client, path, sent).path == rights_page(member)
    assert kept() == before


def test_a_confirmation_sent_twice_is_carried_out_once() -> None:
    boss, _ = master()
    _, member = colleague(boss)
    page = ticked(boss, member)
    carry_out(page)
    before, events = kept(), Entry.objects.count()
    assert carry_out(page).path == rights_page(member)
    assert (kept(), Entry.objects.count()) == (before, events)
    assert Member.objects.get(pk=member.pk).rights_version == 1


def test_a_refresh_sent_twice_is_carried_out_once() -> None:
    boss, _ = master()
    cast.general(boss.user.company)
    page = go(boss.client, "/densai/refresh/confirm")
    assert page.press("ユーザ更新の実行", {"承認パスワード": APPROVAL}).path == "/densai/refresh/done"
    again = page.press("ユーザ更新の実行", {"承認パスワード": APPROVAL})
    assert again.status == 422
    assert "更新するものはありません" in again.text
    assert Entry.objects.filter(event="members.refreshed").count() == 1


def test_the_page_of_the_initial_password_cannot_be_gone_around() -> None:
    boss, _ = master()
    _, member = colleague(boss, approval=None)
    assert go(boss.client, rights_page(member), CHECKER).path == f"{rights_page(member)}/initial"
    before = kept()
    for sent in (None, {"approval_password": APPROVAL}):
        page = go(boss.client, f"{rights_page(member)}/confirm", sent)
        assert page.path == f"{rights_page(member)}/initial"
    assert kept() == before


def test_an_initial_password_for_somebody_who_approves_nothing_is_asked_nowhere() -> None:
    boss, _ = master()
    _, member = colleague(boss, approval=None)
    ticked(boss, member)
    typed = {"initial_password": INITIAL, "again": INITIAL}
    assert go(boss.client, f"{rights_page(member)}/initial", typed).path == rights_page(member)
    carry_out(go(boss.client, f"{rights_page(member)}/confirm"))
    assert not ApprovalPassword.objects.filter(member=member).exists()


def test_one_masters_draft_is_not_another_masters() -> None:
    boss, _ = master()
    second = second_master(boss.user.company)
    enter(second, member_of(second))
    _, member = colleague(boss)
    page = ticked(boss, member)
    before = kept()
    stolen = go(second.client, page.path, page.typed(approval_password=APPROVAL))
    assert (stolen.path, kept()) == (rights_page(member), before)


def test_a_draft_ends_with_its_session() -> None:
    boss, _ = master()
    _, member = colleague(boss)
    page = ticked(boss, member)
    boss.log_in()
    boss.client.post("/densai/enter")
    before = kept()
    assert carry_out(page).path == rights_page(member)
    assert kept() == before


def stop(boss: cast.Person, member: Member) -> None:
    origin, at = cast.ORIGIN, cast.AT
    suspend_user(boss.user, RevocationReason.CESSATION, acting_user=None, at=at, origin=origin)


def end_the_session(boss: cast.Person, member: Member) -> None:
    UserSession.objects.filter(user=boss.user).update(
        ended_at=cast.AT, ended_because=UserSession.End.REPLACED, data=""
    )


def no_master_any_more(boss: cast.Person, member: Member) -> None:
    User.objects.filter(pk=boss.user.pk).update(kind=User.Kind.GENERAL)


def leave_the_service(boss: cast.Person, member: Member) -> None:
    boss.client.post("/densai/leave")


def change_by_another(boss: cast.Person, member: Member) -> None:
    second = second_master(boss.user.company)
    wanted = Rights(frozenset({("inquiry", Tick.USE)}), frozenset())
    at, origin = cast.AT, cast.ORIGIN
    change_rights(member, wanted, version=0, acting_user=second.user, at=at, origin=origin)


def delete_the_user(boss: cast.Person, member: Member) -> None:
    User.objects.filter(pk=member.user_id).update(status=User.Status.DELETED)


def delete_on_both_sides(boss: cast.Person, member: Member) -> None:
    delete_the_user(boss, member)
    Member.objects.filter(pk=member.pk).update(status=User.Status.DELETED)


def remove_the_account(boss: cast.Person, member: Member) -> None:
    SettlementAccount.objects.filter(company=boss.user.company).delete()


BETWEEN: dict[Callable[[cast.Person, Member], None], int] = {
    stop: 403,  # his certificate is revoked with him
    end_the_session: 200,  # the login page
    no_master_any_more: 403,
    leave_the_service: 200,  # サービス一覧
    change_by_another: 409,
    delete_the_user: 409,
    delete_on_both_sides: 404,
    remove_the_account: 409,
}


@pytest.mark.parametrize(("happens", "status"), BETWEEN.items(), ids=lambda v: getattr(v, "__name__", v))
def test_what_happens_between_the_confirmation_and_the_password_wins(
    happens: Callable[[cast.Person, Member], None], status: int
) -> None:
    boss, _ = master()
    _, member = colleague(boss)
    account = boss.user.company.settlement_accounts.latest("pk")
    page = ticked(boss, member, {**MAKER, "account": str(account.pk)})
    happens(boss, member)
    before = kept()
    assert carry_out(page).status == status
    assert kept() == before
    assert not access.accounts_of(member).exists()


def test_a_master_who_is_stopped_while_his_password_is_checked_changes_nothing() -> None:
    boss, _ = master()
    _, member = colleague(boss)
    acting = User.objects.get(pk=boss.user.pk)  # as the request read him
    stop(boss, member)
    wanted = Rights(frozenset({("inquiry", Tick.USE)}), frozenset())
    with pytest.raises(NotAllowed):
        change_rights(member, wanted, version=0, acting_user=acting, at=cast.AT, origin=cast.ORIGIN)
    assert access.grants_of(member) == frozenset()


def test_all_of_one_column_on_an_old_page_does_not_hide_what_another_master_did() -> None:
    boss, _ = master()
    _, member = colleague(boss)
    change_by_another(boss, member)
    page = go(boss.client, rights_page(member), {**MAKER, "fill": "担当者"})
    assert page.status == 409
    assert "ほかのマスターユーザが権限を変更しました" in page.text


@pytest.mark.parametrize("page", ["rights/initial", "approval-reset"])
@pytest.mark.parametrize("guess", [cast.PASSWORD, "genzai123"], ids=["login password", "approval password"])
def test_nobody_can_try_out_somebody_elses_passwords_as_initial_ones(page: str, guess: str) -> None:
    """There would be no strike and no event: the right guess must be answered as any other word is."""
    boss, _ = master()
    _, member = colleague(boss, approval="genzai123" if page == "approval-reset" else None)
    if page == "rights/initial":
        go(boss.client, rights_page(member), CHECKER)
    path = f"/densai/users/{member.login_id}/{page}"
    answers = []
    for word in (guess, "chigau567"):
        shown = go(boss.client, path, {"initial_password": word, "again": word})
        answers.append((shown.status, shown.path, re.findall(r'class="error".*?</p>', shown.html)))
    assert answers[0] == answers[1]


def everything_stored() -> str:
    """All text of all tables, as one string."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def session_data(person: cast.Person) -> dict[str, Any]:
    return SessionStore().decode(UserSession.objects.get(user=person.user).data)


def test_after_a_whole_run_no_secret_is_in_the_database_in_a_mail_in_the_log_or_in_a_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    first, own, wrong, changed = "saisho123", "jibun4567", "machigai89", "kaeta6789"
    pages: list[Page] = []
    boss = cast.master()
    boss.log_in()
    go(boss.client, "/densai/enter", {})
    pages.append(go(boss.client, "/densai/approval-password/first", {"new": first, "again": first}))
    person = cast.fetched(cast.general(boss.user.company))
    page = go(boss.client, "/densai/refresh/confirm")
    pages.append(page.press("ユーザ更新の実行", {"承認パスワード": wrong}))
    pages.append(pages[-1].press("ユーザ更新の実行", {"承認パスワード": first}))
    member = Member.objects.get(user=person.user)
    page = go(boss.client, rights_page(member), CHECKER)
    page = page.press(
        "変更内容の確認へ",
        {
            "初期承認パスワード": INITIAL,
            "初期承認パスワード（確認）": INITIAL,
        },
    )
    waiting = session_data(boss)["rights"]["initial_hash"]
    pages += [page, page.press("変更の実行", {"承認パスワード": wrong})]
    pages.append(page.press("変更の実行", {"承認パスワード": first}))
    assert check_password(INITIAL, waiting)
    assert check_password(INITIAL, ApprovalPassword.objects.get(member=member).hash)
    person.log_in()
    page = go(person.client, "/densai/enter", {})
    sent = {"current": INITIAL, "new": own, "again": own}
    pages.append(go(person.client, page.path, {**sent, "current": wrong}))
    pages.append(go(person.client, page.path, sent))
    sent = {"current": own, "new": changed, "again": changed}
    pages.append(go(person.client, "/densai/approval-password", sent))
    assert check_password(changed, ApprovalPassword.objects.get(member=member).hash)
    pages += [go(boss.client, "/densai/history"), go(person.client, "/densai/history")]
    stored = everything_stored()
    assert person.user.login_id in stored  # these eyes do see
    for secret in (first, own, wrong, changed, INITIAL, cast.PASSWORD):
        assert secret not in stored
        assert secret not in caplog.text
        assert not any(secret in page.html for page in pages)
    assert not any("argon2" in page.html for page in pages)
    assert "rights" not in session_data(boss)
