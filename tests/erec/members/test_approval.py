"""承認パスワード: its rules, its strikes, its age, and who may put it back."""

import datetime as dt
import threading
from collections import Counter

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection

from accounts.errors import Locked, NotAllowed, WrongPassword
from accounts.models import User
from erec.members import approval
from erec.members.actions import passwords
from erec.members.actions.confirming import confirm
from erec.members.errors import (
    ApprovalPasswordExpired,
    LoginPasswordTyped,
    NoApprovalPassword,
    NothingToDo,
    PasswordRefused,
)
from erec.members.models import ApprovalPassword, Member
from erec.trail.models import Entry
from tests import cast
from tests.erec.members.cast_members import APPROVAL, colleague, member_of, second_master

DAY = dt.timedelta(days=1)


def change(member: Member, current: str, new: str, at: dt.datetime = cast.AT) -> None:
    passwords.change(member, current=current, new=new, acting_user=member.user, at=at, origin=cast.ORIGIN)


def ask(member: Member, password: str, at: dt.datetime = cast.AT) -> None:
    confirm(member, password, acting_user=member.user, at=at, origin=cast.ORIGIN)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("new", "part"),
    [
        ("ab1", "6文字以上"),
        ("abcdefg", "英字と半角数字"),
        ("1234567", "英字と半角数字"),
        ("ａｂｃ１２３", "半角の英字・数字・記号だけ"),
        (cast.PASSWORD, "ログインパスワードと同じ"),
        (APPROVAL, "直近3回"),
    ],
)
def test_each_rule_has_its_sentence(new: str, part: str) -> None:
    member = member_of(cast.master())
    with pytest.raises(PasswordRefused) as refused:
        change(member, APPROVAL, new)
    assert part in refused.value.sentence
    assert check_password(APPROVAL, ApprovalPassword.objects.get().hash)


@pytest.mark.django_db
def test_none_of_the_last_three_is_used_again_and_the_fourth_is_free() -> None:
    member = member_of(cast.master(), approval="erste111")
    for old, new in (("erste111", "zweite222"), ("zweite222", "dritte333")):
        change(member, old, new)
    for used in ("erste111", "zweite222", "dritte333"):
        with pytest.raises(PasswordRefused):
            change(member, "dritte333", used)
    change(member, "dritte333", "vierte444")
    change(member, "vierte444", "erste111")
    assert check_password("erste111", ApprovalPassword.objects.get().hash)


@pytest.mark.django_db
def test_a_master_sets_the_first_one_once_and_a_general_user_never() -> None:
    boss = cast.master()
    member = member_of(boss, approval=None)
    passwords.set_first(member, new=APPROVAL, acting_user=boss.user, at=cast.AT, origin=cast.ORIGIN)
    with pytest.raises(NothingToDo):
        passwords.set_first(member, new="andere999", acting_user=boss.user, at=cast.AT, origin=cast.ORIGIN)
    assert check_password(APPROVAL, ApprovalPassword.objects.get().hash)
    person, plain = colleague(boss, approval=None)
    with pytest.raises(NotAllowed):
        passwords.set_first(plain, new=APPROVAL, acting_user=person.user, at=cast.AT, origin=cast.ORIGIN)
    assert not ApprovalPassword.objects.filter(member=plain).exists()


@pytest.mark.django_db
def test_it_binds_for_ninety_days_and_is_told_from_fourteen_before() -> None:
    member = member_of(cast.master())
    near = {days: approval.standing(member).near_end(cast.AT + days * DAY) for days in (75, 76, 89)}
    assert near == {75: False, 76: True, 89: True}
    ask(member, APPROVAL, cast.AT + 90 * DAY - dt.timedelta(seconds=1))
    with pytest.raises(ApprovalPasswordExpired):
        ask(member, APPROVAL, cast.AT + 90 * DAY)
    change(member, APPROVAL, "atarashii9", cast.AT + 91 * DAY)
    ask(member, "atarashii9", cast.AT + 91 * DAY)


@pytest.mark.django_db
def test_an_initial_one_binds_nobody() -> None:
    member = member_of(cast.master(), initial=True)
    with pytest.raises(NoApprovalPassword):
        ask(member, APPROVAL)
    assert ApprovalPassword.objects.get().strikes == 0


@pytest.mark.django_db
def test_the_login_password_in_the_approval_field_is_told_apart_and_counted_there() -> None:
    member = member_of(cast.master())
    with pytest.raises(LoginPasswordTyped) as wrong:
        ask(member, cast.PASSWORD)
    assert wrong.value.left == 5
    assert ApprovalPassword.objects.get().strikes == 1
    assert User.objects.get(pk=member.user_id).login_strikes == 0
    assert cast.PASSWORD not in str(list(Entry.objects.values_list("detail", flat=True)))


@pytest.mark.django_db
def test_the_approval_password_in_the_login_field_is_a_login_strike_and_no_more() -> None:
    person = cast.master()
    member_of(person)
    assert person.log_in(APPROVAL).status_code == 422
    assert User.objects.get(pk=person.user.pk).login_strikes == 1
    assert ApprovalPassword.objects.get().strikes == 0


@pytest.mark.django_db
def test_six_wrong_ones_lock_it_and_leave_the_login_alone() -> None:
    member = member_of(cast.master())
    for _ in range(5):
        with pytest.raises(WrongPassword):
            ask(member, "chigau999")
    with pytest.raises(Locked):
        ask(member, "chigau999")
    with pytest.raises(Locked):
        ask(member, APPROVAL)
    assert approval.standing(member).locked
    assert User.objects.get(pk=member.user_id).login_strikes == 0
    events = Entry.objects.filter(event__startswith="approval_password.").order_by("position")
    assert list(events.values_list("event", flat=True)) == [
        *["approval_password.wrong"] * 5,
        "approval_password.locked",
        "approval_password.wrong",
    ]


@pytest.mark.django_db
def test_another_master_puts_it_back_and_nobody_puts_back_his_own() -> None:
    boss = cast.master()
    member = member_of(boss)
    other = second_master(boss.user.company)
    member_of(other)
    from django.contrib.auth.hashers import make_password

    initial = make_password("hajime123")
    outsider = cast.master()
    for acting in (boss.user, outsider.user, cast.general(boss.user.company)):
        with pytest.raises(NotAllowed):
            passwords.reset(member, initial_hash=initial, acting_user=acting, at=cast.AT, origin=cast.ORIGIN)
    assert check_password(APPROVAL, ApprovalPassword.objects.get(member=member).hash)
    ApprovalPassword.objects.filter(member=member).update(strikes=6, locked_at=cast.AT)
    passwords.reset(member, initial_hash=initial, acting_user=other.user, at=cast.AT, origin=cast.ORIGIN)
    row = ApprovalPassword.objects.get(member=member)
    assert (row.is_initial, row.strikes, row.locked_at) == (True, 0, None)
    assert check_password("hajime123", row.hash)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_parallel_wrong_ones_count_exactly_six() -> None:
    row = ApprovalPassword.objects.get(member=member_of(cast.master()))
    outcomes: Counter[str] = Counter()
    together = threading.Barrier(100)

    def guess() -> None:
        together.wait()
        try:
            approval.SECRET.check(row.pk, "chigau999", at=cast.AT)
        except WrongPassword:
            outcomes["looked at"] += 1
        except Locked as locked:
            outcomes["looked at" if locked.just_now else "locked"] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {"looked at": 6, "locked": 94}
    assert ApprovalPassword.objects.get().strikes == 6
