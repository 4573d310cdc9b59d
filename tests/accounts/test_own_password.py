"""ログインパスワード変更."""

import pytest
from django.contrib.auth.hashers import check_password, make_password

from accounts.actions import own_password
from accounts.errors import Locked, PasswordRefused, Stale, WrongPassword
from accounts.models import User
from erec.trail.models import Entry
from tests import cast

pytestmark = pytest.mark.django_db


def change(person: cast.Person, current: str, new: str) -> User:
    return own_password.change_password(
        acting_user=person.user, current=current, new=new, at=cast.AT, origin=cast.ORIGIN
    )


def stored(person: cast.Person) -> User:
    return User.objects.get(pk=person.user.pk)


def test_a_change_takes_effect_and_is_recorded_once() -> None:
    person = cast.master()
    change(person, cast.PASSWORD, "atarashii1")
    assert check_password("atarashii1", stored(person).password)
    assert not stored(person).password_is_initial
    assert Entry.objects.filter(event="login.password_changed", user_id=person.user.pk).count() == 1


def test_a_rule_is_told_before_the_current_password_is_looked_at() -> None:
    person = cast.master()
    with pytest.raises(PasswordRefused):
        change(person, "chigau123", "kantan")
    assert stored(person).login_strikes == 0


def test_wrong_current_passwords_share_the_six_strikes_of_the_login() -> None:
    person = cast.master()
    for _ in range(5):
        with pytest.raises(WrongPassword):
            change(person, "chigau123", "atarashii1")
    with pytest.raises(Locked):
        change(person, "chigau123", "atarashii1")
    with pytest.raises(Locked):
        change(person, cast.PASSWORD, "atarashii1")
    assert check_password(cast.PASSWORD, stored(person).password)
    assert stored(person).login_strikes == 6


def test_a_reset_that_came_in_between_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    person = cast.master()

    def reset_meanwhile(new: str) -> str:
        User.objects.filter(pk=person.user.pk).update(password=make_password("shokika123"))
        return make_password(new)

    monkeypatch.setattr(own_password, "make_password", reset_meanwhile)
    with pytest.raises(Stale):
        change(person, cast.PASSWORD, "atarashii1")
    assert check_password("shokika123", stored(person).password)
