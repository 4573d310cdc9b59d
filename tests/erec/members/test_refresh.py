"""ユーザ更新: exactly what was seen, once."""

import threading

import pytest
from django.db import connection

from accounts.errors import NotAllowed, Stale
from accounts.models import User
from certs.actions.people import delete_user
from certs.models import RevocationReason
from erec.members import access
from erec.members.actions.refresh import Change, differences, digest, refresh
from erec.members.catalogue import Tick
from erec.members.errors import NothingToDo
from erec.members.models import ApprovalPassword, Member
from erec.trail.models import Entry
from tests import cast
from tests.erec.members.cast_members import colleague, give, master, run_refresh, second_master
from tests.portal import seen_now


def seen_by(person: cast.Person) -> str:
    return digest(differences(person.user.company))


@pytest.mark.django_db
def test_before_and_after_are_shown_for_added_changed_and_deleted() -> None:
    boss, _ = master()
    added = cast.general(boss.user.company)
    changed, _ = colleague(boss)
    deleted, _ = colleague(boss)
    User.objects.filter(pk=changed.user.pk).update(name="新しい名前")
    User.objects.filter(pk=deleted.user.pk).update(status=User.Status.DELETED)
    found = {d.user.pk: d for d in differences(boss.user.company)}
    assert {pk: d.change for pk, d in found.items()} == {
        added.pk: Change.ADDED,
        changed.user.pk: Change.CHANGED,
        deleted.user.pk: Change.DELETED,
    }
    assert found[changed.user.pk].fields == [("ユーザ名", changed.user.name, "新しい名前")]
    assert found[deleted.user.pk].fields == [("状態", "利用できます", "削除済み")]
    page = boss.client.get("/densai/refresh/confirm").content.decode()
    assert page.count("新しい名前") >= 1


@pytest.mark.django_db
def test_a_new_member_has_no_right_and_could_not_enter_before() -> None:
    boss, _ = master()
    person = cast.fetched(cast.general(boss.user.company))
    person.log_in()
    assert person.client.post("/densai/enter").status_code == 403
    assert not Member.objects.filter(user=person.user).exists()
    assert run_refresh(boss) == 1
    assert access.grants_of(access.own(person.user)) == frozenset()
    assert person.client.post("/densai/enter").headers["Location"] == "/densai"


@pytest.mark.django_db
def test_a_deleted_user_is_disabled_keeps_the_name_and_loses_every_right() -> None:
    boss, _ = master()
    person, member = colleague(boss)
    give(member, ("accrual", Tick.CHECKER))
    User.objects.filter(pk=person.user.pk).update(status=User.Status.DELETED)
    run_refresh(boss)
    member.refresh_from_db()
    assert (member.status, member.name) == (User.Status.DELETED, person.user.name)
    assert access.grants_of(member) == frozenset()
    assert not access.accounts_of(member).exists()
    assert not ApprovalPassword.objects.filter(member=member).exists()
    assert member not in access.members_of(boss.user)


@pytest.mark.django_db
def test_a_change_after_the_look_is_shown_instead_of_done() -> None:
    boss, _ = master()
    cast.general(boss.user.company)
    seen = seen_by(boss)
    cast.general(boss.user.company)
    with pytest.raises(Stale):
        refresh(seen=seen, acting_user=boss.user, at=cast.AT, origin=cast.ORIGIN)
    page = boss.client.post("/densai/refresh/confirm", {"seen": seen, "approval_password": "shounin123"})
    assert page.status_code == 422
    assert "ユーザ情報が変わりました" in page.content.decode()
    assert Member.objects.filter(company=boss.user.company).count() == 1
    assert not Entry.objects.filter(event="members.refreshed").exists()


@pytest.mark.django_db
def test_a_wrong_approval_password_refreshes_nobody() -> None:
    boss, _ = master()
    cast.general(boss.user.company)
    page = boss.client.post(
        "/densai/refresh/confirm", {"seen": seen_by(boss), "approval_password": "chigau999"}
    )
    assert page.status_code == 422
    assert "あと5回間違えると" in page.content.decode()
    assert Member.objects.filter(company=boss.user.company).count() == 1


@pytest.mark.django_db
def test_only_a_master_of_the_company_refreshes() -> None:
    boss, _ = master()
    cast.general(boss.user.company)
    worker, _ = colleague(boss)
    with pytest.raises(NotAllowed):
        refresh(seen=seen_by(boss), acting_user=worker.user, at=cast.AT, origin=cast.ORIGIN)
    worker.log_in()
    worker.client.post("/densai/enter")
    assert worker.client.get("/densai/refresh/confirm").status_code == 403


@pytest.mark.django_db
def test_an_own_change_comes_over_by_entering() -> None:
    boss, member = master()
    User.objects.filter(pk=boss.user.pk).update(name="改名 太郎")
    boss.client.post("/densai/enter")
    member.refresh_from_db()
    assert member.name == "改名 太郎"


@pytest.mark.django_db(transaction=True)
def test_of_two_masters_who_refresh_at_once_one_does_it() -> None:
    boss, _ = master()
    second = second_master(boss.user.company)
    cast.general(boss.user.company)
    seen = seen_by(boss)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def try_it(person: cast.Person) -> None:
        together.wait()
        try:
            refresh(seen=seen, acting_user=person.user, at=cast.AT, origin=cast.ORIGIN)
            outcomes.append("done")
        except NothingToDo:
            outcomes.append("nothing left")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=(person,)) for person in (boss, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "nothing left"]
    assert Entry.objects.filter(event="members.refreshed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_deletion_at_the_same_moment_is_never_half_taken_over() -> None:
    boss, _ = master()
    person, member = colleague(boss)
    give(member, ("accrual", Tick.CHECKER))
    User.objects.filter(pk=person.user.pk).update(name="改名 花子")
    seen = seen_by(boss)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def take_over() -> None:
        together.wait()
        try:
            refresh(seen=seen, acting_user=boss.user, at=cast.AT, origin=cast.ORIGIN)
            outcomes.append("renamed")
        except Stale:
            outcomes.append("shown again")
        finally:
            connection.close()

    def delete() -> None:
        together.wait()
        try:
            delete_user(
                person.user,
                RevocationReason.AFFILIATION_CHANGED,
                acting_user=boss.user,
                seen=seen_now(person.user),
                at=cast.AT,
                origin=cast.ORIGIN,
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for work in (take_over, delete)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    member.refresh_from_db()
    # Either the rename came over before the deletion, or nothing did: the page shows it again.
    assert (outcomes, member.name, member.status) in [
        (["renamed"], "改名 花子", User.Status.ACTIVE),
        (["shown again"], person.user.name, User.Status.ACTIVE),
    ]
    assert [d.change for d in differences(boss.user.company)] == [Change.DELETED]
    run_refresh(boss)
    member.refresh_from_db()
    assert (member.status, access.grants_of(member)) == (User.Status.DELETED, frozenset())
