"""A process that dies at its n-th statement, for tests of all-or-nothing."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class Died(BaseException):
    """What a killed process would be; nothing catches it."""


@contextmanager
def dies_at(n: int, counts: Callable[[object], bool] = lambda statement: True) -> Iterator[None]:
    """The n-th statement that counts (from 1) is not executed, and nothing after it."""
    before = n - 1

    def wrapper(execute: Any, statement: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal before
        if counts(statement):
            before -= 1
        if before < 0 and not _ends_the_transaction(statement):
            raise Died
        return execute(statement, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def _ends_the_transaction(statement: object) -> bool:
    """What the server does by itself when a client is gone."""
    return isinstance(statement, str) and statement.startswith(("ROLLBACK", "RELEASE"))


def writes(statement: object) -> bool:
    """Dying while something is read leaves what dying at the next thing that is written would leave."""
    return str(statement).lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "COPY"))


def fingerprint(*apps: str) -> dict[str, str]:
    """A hash of every row of the apps' tables: two states are the same if these are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ %s ORDER BY 1",
            [f"^({'|'.join(apps)})_"],
        )
        tables = [row[0] for row in cursor.fetchall()]
        hashed = " UNION ALL ".join(
            f"SELECT '{table}', md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t"
            for table in tables
        )
        cursor.execute(hashed)
        return dict(cursor.fetchall())


def every_death_leaves_nothing(act: Callable[[], object], *apps: str) -> int:
    """Die at each statement of `act` that writes, in turn, then let it live. How many deaths there were.

    After each death everything is as before, by the action's own transaction: none is put around it here. The
    life that follows them all succeeds.
    """
    before = fingerprint(*apps)
    for n in itertools.count(1):
        try:
            with dies_at(n, writes):
                act()
        except Died:
            assert fingerprint(*apps) == before, f"a death at statement {n} left something"
        else:
            return n - 1
    raise AssertionError("unreachable")
