"""Counting wrong passwords: exact under parallel tries, no lock held while hashing.

A try first takes one of the strikes (committed), then hashes. Only as many tries as there are strikes
can be in flight, so parallel guesses gain nothing. A right password gives all strikes back, unless the
secret was locked meanwhile. The strike of a process that dies between the two stays counted.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import connection, models, transaction

from accounts.errors import Locked, WrongPassword
from accounts.models import User
from erec.parameters import table


@dataclass(frozen=True)
class CountedSecret:
    """A password column with its own count and its own lock, on any table."""

    model: type[models.Model]
    hash_column: str
    strikes_column: str
    locked_column: str
    parameter: str

    def check(self, pk: int, password: str, *, at: datetime) -> str:
        """The stored hash that `password` fits. Raises WrongPassword or Locked; never in a transaction.

        Worked example with 6 strikes: five wrong entries raise WrongPassword(left=5 … 1), the sixth
        raises Locked(just_now=True), the right one after that raises Locked.
        """
        strike = self._take_strike(pk)
        encoded: str = self._rows(pk).values_list(self.hash_column, flat=True).get()
        if check_password(password, encoded):
            if not self._unlocked(pk).update(**{self.strikes_column: 0}):
                raise Locked  # by another try, meanwhile
            return encoded
        maximum = table.value(self.parameter)
        at_the_end = self._unlocked(pk).filter(**{f"{self.strikes_column}__gte": maximum})
        if strike >= maximum and at_the_end.update(**{self.locked_column: at}):
            raise Locked(just_now=True)
        raise WrongPassword(left=max(0, maximum - strike))

    def unlock(self, pk: int) -> None:
        """Give the strikes back and lift the lock; the caller records why."""
        self._rows(pk).update(**{self.strikes_column: 0, self.locked_column: None})

    def _take_strike(self, pk: int) -> int:
        """The number of this try, counted before the password is looked at. Raises Locked."""
        name = connection.ops.quote_name
        strikes, locked = name(self.strikes_column), name(self.locked_column)
        statement = (
            f"UPDATE {name(self.model._meta.db_table)} SET {strikes} = {strikes} + 1"  # noqa: S608 (own names)
            f" WHERE id = %s AND {locked} IS NULL AND {strikes} < %s RETURNING {strikes}"
        )
        # durable: a strike that could be rolled back would be a free guess.
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(statement, [pk, table.value(self.parameter)])
            row = cursor.fetchone()
        if row is None:
            raise Locked
        return int(row[0])

    def _rows(self, pk: int) -> Any:
        return self.model._default_manager.filter(pk=pk)

    def _unlocked(self, pk: int) -> Any:
        return self._rows(pk).filter(**{f"{self.locked_column}__isnull": True})


LOGIN_PASSWORD = CountedSecret(User, "password", "login_strikes", "login_locked_at", "login_strikes_max")
