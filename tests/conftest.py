"""What every test stands on: a state directory of its own, and in it a real PostgreSQL and Valkey.

The tables are made by the owner's role and the tests log in as the application's, so a missing grant fails
here first. Between tests with real commits the tables are emptied over a superuser's connection, with
`session_replication_role = replica`, because append-only tables refuse everybody else.

Every process of pytest-xdist imports this anew, so each has all of that for itself (tests/workers.py).
"""

import gc
import importlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from django.conf import Settings, settings
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

from certs import authority
from erec.stack import addresses, postgres, valkey
from erec.stack.processes import Child
from tests import schema, workers

VAR = Path(tempfile.mkdtemp(prefix="erec-test-"))
CHEAP_ARGON2 = {"passes": 1, "memory_kib": 8}
TOLD = "told"


def clean_environment(var: Path, **more: str) -> dict[str, str]:
    """The environment without what this machine sets for the service."""
    ours = {"DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL"}
    kept = {k: v for k, v in os.environ.items() if k not in ours and not k.startswith("EREC_")}
    return {**kept, "EREC_VAR": str(var), **more}


def _read_settings_again() -> None:
    """pytest-django reads the settings before any conftest; the tests' state directory is not known then."""
    environment = clean_environment(VAR, EREC_DEMO="0")
    os.environ.clear()
    os.environ.update(environment)
    importlib.reload(importlib.import_module("erec.settings"))
    settings._wrapped = Settings("erec.settings")
    settings.ARGON2_COST = CHEAP_ARGON2
    connections["default"].settings_dict.update(settings.DATABASES["default"])


# How long one example takes says nothing on a machine that does other things too.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")
VAR.chmod(0o711)  # under root PostgreSQL's user passes through; everything inside is closed by itself
_read_settings_again()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: the browser's tests wait for the service half of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """What is loaded by now stays. To go through it again and again took a fifteenth of the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # one process of several
        workers.long_ones_first(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> workers.Spread:
    return workers.Spread(config, log)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Takes a line for people; it stands in the run's summary, whichever process the test ran in."""
    return partial(record_property, TOLD)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    for line in [line for report in reports for name, line in report.user_properties if name == TOLD]:
        terminalreporter.write_line(str(line))


def superuser() -> dict[str, Any]:
    """libpq's keywords of the role that only tests use."""
    return addresses.connection(settings.CONFIG, addresses.SUPERUSER_ROLE)


@pytest.fixture(scope="session")
def stack() -> Iterator[Path]:
    """PostgreSQL with both roles, and Valkey, for the session. Yields the state directory."""
    cluster = postgres.Cluster(VAR, careless=True)
    addresses.private_folder(addresses.socket_folder(VAR), os.getuid(), os.getgid())
    cluster.make()
    children = [cluster.start(), Child(valkey.program(VAR), VAR)]
    try:
        postgres.make_roles(VAR, superuser())
        yield VAR
    finally:
        for child in reversed(children):
            child.stop()
        for folder in (cluster.home, addresses.socket_folder(VAR), addresses.database_folder(VAR)):
            shutil.rmtree(folder, ignore_errors=True)


def pytest_unconfigure() -> None:
    shutil.rmtree(VAR, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(stack: Path, django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Replaces pytest-django's: the tables are the owner's, and the tests are the application."""
    with django_db_blocker.unblock():
        schema.prepare(superuser())
        emptier = _Emptier(superuser())
        TransactionTestCase._fixture_teardown = lambda case: emptier.empty()  # type: ignore[attr-defined]
        yield
        emptier.close()
        connections.close_all()


@pytest.fixture
def superuser_cursor(django_db_setup: None) -> Iterator[psycopg.Cursor[Any]]:
    """For tests that play the attacker who owns the disk: no trigger and no grant stops this one."""
    with psycopg.connect(**superuser(), autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor


class _Emptier:
    """Puts every table back to what the migrations left in it."""

    def __init__(self, keywords: dict[str, Any]) -> None:
        self._connection = psycopg.connect(**keywords, autocommit=True)
        self._connection.execute("SET session_replication_role = replica")
        self._connection.execute("CREATE SCHEMA reference")
        self._tables = [
            row[0]
            for row in self._connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
            )
        ]
        self._kept = [table for table in self._tables if self._has_rows(table)]
        for table in self._kept:
            self._do("CREATE TABLE reference.{0} AS TABLE public.{0}", table)

    def empty(self) -> None:
        for table in self._tables:
            if self._has_rows(table):
                self._do("DELETE FROM public.{0}", table)
        for table in self._kept:
            self._do("INSERT INTO public.{0} SELECT * FROM reference.{0}", table)

    def close(self) -> None:
        self._connection.close()

    def _has_rows(self, table: str) -> bool:
        return self._do("SELECT FROM public.{0} LIMIT 1", table).fetchone() is not None

    def _do(self, statement: str, table: str) -> psycopg.Cursor[Any]:
        return self._connection.execute(sql.SQL(statement).format(sql.Identifier(table)))


@pytest.fixture(scope="session", autouse=True)
def certificate_authority() -> None:
    """The one authority under which the cast's certificates are issued."""
    authority.prepare(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The time that both doors see: the cast's, until a test moves it."""
    from tests import cast  # reads the settings, so not before they are made

    clock = cast.Clock()
    monkeypatch.setattr("erec.doors.now", lambda: clock.at)
    return clock


@pytest.fixture(scope="module")
def standing_desk(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """A trading company at its browsers, one for all tests of a module: each takes a copy."""
    from tests import standing
    from tests.erec.workflow import cast_desk

    with standing.around_a_module(django_db_blocker):
        yield cast_desk.desk()
