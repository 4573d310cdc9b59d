"""準備のこと: each thing that is missing, for whom, with the page where it is done."""

import datetime as dt

import pytest

from accounts.models import User
from erec.members import access, checklist
from erec.members.catalogue import EVERY_GRANT, Tick
from tests import cast
from tests.erec.members.cast_members import colleague, give, master, second_master

pytestmark = pytest.mark.django_db


def open_steps(person: cast.Person, at: dt.datetime = cast.AT) -> dict[str, str]:
    member = access.own(person.user)
    assert member is not None
    steps = checklist.steps_for(member, User.objects.get(pk=person.user.pk), at)
    return {step.what: step.url for step in steps if not step.done}


def test_a_new_company_is_led_from_step_to_step_until_nothing_is_left() -> None:
    boss, member = master()
    alone = "マスターユーザが1名です"
    no_rights = "あなたには、まだ取引の権限がありません"
    rights_page = f"/densai/users/{boss.user.login_id}/rights"
    assert open_steps(boss) == {no_rights: rights_page, alone: "/portal/users/new"}
    give(member, *EVERY_GRANT)
    assert open_steps(boss) == {alone: "/portal/users/new"}

    worker = cast.general(boss.user.company)
    names = open_steps(boss)
    assert names[f"{worker.name}さんの電子証明書: 未発行"] == f"/portal/certificates/{worker.login_id}"
    assert names[f"{worker.name}さんの追加が、まだ反映されていません"] == "/densai/refresh"

    person, ready = colleague(boss)
    assert open_steps(boss)[f"{person.user.name}さんに、まだ権限がありません"] == (
        f"/densai/users/{person.user.login_id}/rights"
    )
    give(ready, ("inquiry", Tick.USE))
    User.objects.filter(pk=worker.pk).update(status=User.Status.DELETED)
    second_master(boss.user.company)
    left = open_steps(boss)
    assert alone not in left
    assert all("追加が、まだ反映されていません" in what for what in left)  # the second master


def test_a_general_user_is_told_whom_to_ask_and_nothing_of_the_others() -> None:
    boss, _ = master()
    worker, _ = colleague(boss, approval=None)
    assert open_steps(worker) == {"あなたには、まだ取引の権限がありません": ""}


def test_the_end_of_the_approval_password_is_told_in_time_with_the_page_to_change_it() -> None:
    boss, member = master()
    give(member, *EVERY_GRANT)
    assert "/densai/approval-password" not in open_steps(boss).values()
    near = open_steps(boss, cast.AT + dt.timedelta(days=80))
    assert near["承認パスワードの期限まで、あと10日です"] == "/densai/approval-password"


def test_the_page_says_it_first() -> None:
    boss, member = master()
    page = boss.client.get("/densai").content.decode()
    assert "準備が1件残っています" in page
    assert "マスターユーザが1名です" in page  # advice, and not counted
    give(member, *EVERY_GRANT)
    assert "準備はすべて済んでいます" in boss.client.get("/densai").content.decode()
    second_master(boss.user.company)
    assert "準備が1件残っています" in boss.client.get("/densai").content.decode()
