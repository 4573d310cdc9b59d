"""A process that dies at its n-th statement, for tests of all-or-nothing."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


class Died(BaseException):
    """What a killed process would be; nothing catches it."""


@contextmanager
def dies_at(n: int) -> Iterator[None]:
    """The n-th statement (from 1) is not executed, and nothing after it."""
    counted = itertools.count(1)

    def wrapper(execute: Any, statement: Any, params: Any, many: bool, context: Any) -> Any:
        if next(counted) >= n and not _ends_the_transaction(statement):
            raise Died
        return execute(statement, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def _ends_the_transaction(statement: object) -> bool:
    """What the server does by itself when a client is gone."""
    return isinstance(statement, str) and statement.startswith(("ROLLBACK", "RELEASE"))


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
    """Die at each statement of `act` in turn, then let it live. How many deaths there were.

    After each death everything is as before; the life that follows them all succeeds.
    """
    before = fingerprint(*apps)
    for n in itertools.count(1):
        try:
            with transaction.atomic(), dies_at(n):
                act()
        except Died:
            assert fingerprint(*apps) == before, f"a death at statement {n} left something"
        else:
            return n - 1
    raise AssertionError("unreachable")
