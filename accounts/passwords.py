"""The login password's count of wrong entries: exact under parallel tries, no lock held while hashing.

A try first takes one of the strikes (committed), then hashes. Only as many tries as there are strikes
can be in flight, so parallel guesses gain nothing. A right password gives all strikes back, unless the
account was locked meanwhile. The strike of a process that dies between the two stays counted.
"""

from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.db import connection, transaction

from accounts.errors import Locked, WrongPassword
from accounts.models import User
from erec.parameters import table


def check_counted(user: User, password: str, *, at: datetime) -> str:
    """The stored hash that `password` fits. Raises WrongPassword or Locked; never inside a transaction.

    Worked example with 6 strikes: five wrong entries raise WrongPassword(left=5 … 1), the sixth raises
    Locked(just_now=True), the right one after that raises Locked.
    """
    strike = _take_strike(user)
    encoded = User.objects.values_list("password", flat=True).get(pk=user.pk)
    if check_password(password, encoded):
        _give_back(user)
        return encoded
    maximum = table.value("login_strikes_max")
    if strike >= maximum and _lock(user, at):
        raise Locked(just_now=True)
    raise WrongPassword(left=max(0, maximum - strike))


def _take_strike(user: User) -> int:
    """The number of this try, counted before the password is looked at. Raises Locked."""
    maximum = table.value("login_strikes_max")
    # durable: a strike that could be rolled back would be a free guess.
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET login_strikes = login_strikes + 1"
            " WHERE id = %s AND login_locked_at IS NULL AND login_strikes < %s RETURNING login_strikes",
            [user.pk, maximum],
        )
        row = cursor.fetchone()
    if row is None:
        raise Locked
    return int(row[0])


def _give_back(user: User) -> None:
    """All strikes, after a right password; raises Locked if another try locked the account meanwhile."""
    if not User.objects.filter(pk=user.pk, login_locked_at__isnull=True).update(login_strikes=0):
        raise Locked


def _lock(user: User, at: datetime) -> bool:
    maximum = table.value("login_strikes_max")
    rows = User.objects.filter(pk=user.pk, login_locked_at__isnull=True, login_strikes__gte=maximum)
    return bool(rows.update(login_locked_at=at))


@transaction.atomic
def unlock(user: User) -> None:
    """Give the strikes back and lift the lock; the caller records why."""
    User.objects.filter(pk=user.pk).update(login_strikes=0, login_locked_at=None)
