"""What a master may do on whom: every cell of the table of domain facts §1.4, done through the pages.

登録 and 削除 are made in ユーザ管理業務 and come over to the service by ユーザ更新, one's own by entering.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password

from accounts.models import User
from erec.members import access
from erec.members.models import ApprovalPassword, Member
from tests import cast
from tests.erec.members.cast_members import APPROVAL, enter, member_of, second_master
from tests.portal import Page, go

pytestmark = pytest.mark.django_db

NEW = "atarashii55"


class Pair:
    """Who acts and on whom, both ready: in the service, with approval passwords."""

    def __init__(self, operator: str, target: str) -> None:
        boss = cast.master()
        general = cast.fetched(cast.general(boss.user.company))
        self.acting = boss if operator == "マスター" else general
        self.target = {
            "自分": self.acting,
            "他マスター": second_master(boss.user.company),
            "一般": general,
        }[target]
        for person in {id(p): p for p in (boss, general, self.target)}.values():
            member_of(person)
        enter(self.acting, self.member(self.acting))
        self.login_id = self.target.user.login_id

    @staticmethod
    def member(person: cast.Person) -> Member:
        return Member.objects.get(user=person.user)

    @property
    def own(self) -> bool:
        return self.acting is self.target

    def go(self, path: str, **sent: str) -> Page:
        return go(self.acting.client, path, sent or None)

    def refresh(self) -> None:
        page = self.go("/densai/refresh/confirm")
        assert page.status == 200
        page = page.press("ユーザ更新の実行", {"承認パスワード": APPROVAL})
        assert page.path == "/densai/refresh/done"


def registered(pair: Pair) -> bool:
    """登録: the densai side gets the person's row, or a new name in it."""
    User.objects.filter(pk=pair.target.user.pk).update(name="新しい名前")
    Member.objects.filter(user=pair.target.user).update(name="古い名前")
    if pair.own:
        pair.acting.client.post("/densai/leave")
        pair.acting.log_in()
        pair.go("/densai/enter", csrfmiddlewaretoken="-")
    else:
        pair.refresh()
    return pair.member(pair.target).name == "新しい名前"


def rights_changed(pair: Pair) -> bool:
    """変更: 権限."""
    page = pair.go(f"/densai/users/{pair.login_id}/rights")
    if page.status == 200:
        page = page.press("変更内容の確認へ", choose="債権情報照会（開示） 利用")
        page.press("変更の実行", {"承認パスワード": APPROVAL})
    sent = {"right": "inquiry:利用", "version": "0"}
    pair.go(f"/densai/users/{pair.login_id}/rights", **sent)  # also without the page
    return ("inquiry", "利用") in access.grants_of(pair.member(pair.target))


def approval_password_reset(pair: Pair) -> bool:
    """変更: 承認PW初期化."""
    typed = {"initial_password": "hajime123", "again": "hajime123", "approval_password": APPROVAL}
    pair.go(f"/densai/users/{pair.login_id}/approval-reset", **typed)
    return ApprovalPassword.objects.get(member__user=pair.target.user).is_initial


def deleted(pair: Pair) -> bool:
    """削除, on both sides."""
    page = pair.go(f"/portal/users/{pair.login_id}/delete")
    seen = page.hidden.get("seen", "")
    pair.go(f"/portal/users/{pair.login_id}/delete", seen=seen, reason="cessationOfOperation")
    if User.objects.get(pk=pair.target.user.pk).status != User.Status.DELETED:
        return False
    pair.refresh()
    return pair.member(pair.target).status == User.Status.DELETED


def inquired(pair: Pair) -> bool:
    """照会: on the list of ユーザ情報管理 and in the result of the rights."""
    on_the_list = pair.go("/densai/users/list")
    rights = pair.go(f"/densai/users/{pair.login_id}/rights/result")
    assert on_the_list.status == rights.status
    return on_the_list.status == 200 and pair.target.user.name in rights.text


def own_approval_password_changed(pair: Pair) -> bool:
    """承認PW変更(自分)."""
    pair.go("/densai/approval-password", current=APPROVAL, new=NEW, again=NEW)
    return check_password(NEW, ApprovalPassword.objects.get(member__user=pair.target.user).hash)


ACTS: dict[str, Callable[[Pair], bool]] = {
    "登録": registered,
    "変更: 権限": rights_changed,
    "変更: 承認PW初期化": approval_password_reset,
    "削除": deleted,
    "照会": inquired,
    "承認PW変更(自分)": own_approval_password_changed,
}

# As printed; －: one's own password is nobody else's to change.
TABLE = """
マスター 自分       ○ ○ × × ○ ○
マスター 他マスター ○ ○ ○ ○ ○ －
マスター 一般       ○ ○ ○ ○ ○ －
一般     自分       ○ × × × × ○
"""
CELLS = [
    (operator, target, act, mark)
    for operator, target, *marks in map(str.split, TABLE.strip().splitlines())
    for act, mark in zip(ACTS, marks, strict=True)
]


def rows() -> list[Any]:
    return [
        list(manager.order_by("pk").values_list())
        for manager in (User.objects, Member.objects, ApprovalPassword.objects)
    ]


@pytest.mark.parametrize(("operator", "target", "act", "mark"), CELLS)
def test_what_a_master_may_do_on_whom(operator: str, target: str, act: str, mark: str) -> None:
    pair = Pair(operator, target)
    before = rows()
    assert ACTS[act](pair) == (mark == "○")
    if mark != "○" and act != "承認PW変更(自分)":
        assert rows() == before


@pytest.mark.parametrize("target", ["他マスター", "一般"])
def test_changing_ones_own_approval_password_leaves_the_others_alone(target: str) -> None:
    pair = Pair("マスター", target)
    assert not own_approval_password_changed(pair)
    assert check_password(APPROVAL, ApprovalPassword.objects.get(member__user=pair.target.user).hash)
    assert check_password(NEW, ApprovalPassword.objects.get(member__user=pair.acting.user).hash)


@pytest.mark.parametrize("act", ["変更: 権限", "変更: 承認PW初期化", "照会", "削除"])
@pytest.mark.parametrize("target", ["他マスター", "一般"])
def test_a_general_user_does_nothing_on_others(act: str, target: str) -> None:
    pair = Pair("一般", "自分")
    boss = User.objects.get(
        company=pair.acting.user.company, kind=User.Kind.MASTER, pk__lt=pair.acting.user.pk
    )
    other = cast.fetched(cast.general(boss.company)) if target == "一般" else second_master(boss.company)
    member_of(other)
    pair.target, pair.login_id = other, other.user.login_id
    before = rows()
    assert not ACTS[act](pair)
    assert rows() == before
