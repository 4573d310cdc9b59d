"""The count of wrong login passwords."""

import threading
from collections import Counter

import pytest
from django.db import connection

from accounts import passwords
from accounts.actions.users import unlock_user
from accounts.errors import Locked, WrongPassword
from accounts.models import User
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user() -> User:
    _, (starter,) = cast.company()
    return cast.with_password(starter.user)


def strikes(user: User) -> tuple[int, bool]:
    row = User.objects.get(pk=user.pk)
    return row.login_strikes, row.is_locked


def test_five_wrong_entries_tell_how_many_are_left_and_the_sixth_locks(user: User) -> None:
    for left in (5, 4, 3, 2, 1):
        with pytest.raises(WrongPassword) as wrong:
            passwords.LOGIN_PASSWORD.check(user.pk, "chigau123", at=cast.AT)
        assert wrong.value.left == left
    with pytest.raises(Locked) as locked:
        passwords.LOGIN_PASSWORD.check(user.pk, "chigau123", at=cast.AT)
    assert locked.value.just_now
    assert strikes(user) == (6, True)
    assert User.objects.get(pk=user.pk).login_locked_at == cast.AT


def test_the_right_password_is_refused_while_locked(user: User) -> None:
    User.objects.filter(pk=user.pk).update(login_strikes=6, login_locked_at=cast.AT)
    with pytest.raises(Locked) as locked:
        passwords.LOGIN_PASSWORD.check(user.pk, cast.PASSWORD, at=cast.AT)
    assert not locked.value.just_now
    assert strikes(user) == (6, True)


def test_the_right_password_gives_the_strikes_back(user: User) -> None:
    for _ in range(5):
        with pytest.raises(WrongPassword):
            passwords.LOGIN_PASSWORD.check(user.pk, "chigau123", at=cast.AT)
    passwords.LOGIN_PASSWORD.check(user.pk, cast.PASSWORD, at=cast.AT)
    assert strikes(user) == (0, False)


def test_a_strike_stays_counted_when_the_process_dies_before_the_answer(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(passwords, "check_password", die)
    with pytest.raises(KeyboardInterrupt):
        passwords.LOGIN_PASSWORD.check(user.pk, "chigau123", at=cast.AT)
    assert strikes(user) == (1, False)


def test_a_count_that_could_be_rolled_back_is_refused(user: User) -> None:
    from django.db import transaction

    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        passwords.LOGIN_PASSWORD.check(user.pk, "chigau123", at=cast.AT)
    assert strikes(user) == (0, False)


def _in_parallel(user: User, guesses: list[str]) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    together = threading.Barrier(len(guesses))

    def guess(password: str) -> None:
        together.wait()
        try:
            passwords.LOGIN_PASSWORD.check(user.pk, password, at=cast.AT)
            outcomes["right"] += 1
        except WrongPassword:
            outcomes["wrong"] += 1
        except Locked as locked:
            outcomes["locked now" if locked.just_now else "locked"] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=(password,)) for password in guesses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_a_hundred_parallel_wrong_passwords_count_exactly_six(user: User) -> None:
    outcomes = _in_parallel(user, ["chigau123"] * 100)
    # Six were looked at; which of them saw the account locked first depends on who came back first.
    assert outcomes["wrong"] + outcomes["locked now"] == 6
    assert outcomes["locked now"] == 1
    assert outcomes["locked"] == 94
    assert strikes(user) == (6, True)


def test_parallel_right_passwords_never_unlock_what_wrong_ones_locked(user: User) -> None:
    outcomes = _in_parallel(user, ["chigau123"] * 30 + [cast.PASSWORD] * 10)
    count, locked = strikes(user)
    assert locked == (outcomes["locked now"] == 1)
    assert count <= 6
    assert sum(outcomes.values()) == 40


def test_six_tries_that_died_count_as_locked_and_can_be_unlocked(user: User) -> None:
    User.objects.filter(pk=user.pk).update(login_strikes=6)
    user = User.objects.get(pk=user.pk)
    assert user.is_locked
    with pytest.raises(Locked):
        passwords.LOGIN_PASSWORD.check(user.pk, cast.PASSWORD, at=cast.AT)
    unlock_user(user, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    passwords.LOGIN_PASSWORD.check(user.pk, cast.PASSWORD, at=cast.AT)
    assert strikes(user) == (0, False)
