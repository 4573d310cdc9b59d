"""The embedded PostgreSQL: who may do what, and where it lies."""

import json
import os
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

from erec.stack import StackError, addresses, postgres, programs
from tests.conftest import superuser
from tests.erec.stack.supervised import alive, descendants, remove

as_root = pytest.mark.skipif(os.getuid() != 0, reason="rootのときだけPostgreSQLを別の利用者で動かします")


def login(role: str, **more: Any) -> "psycopg.Connection[Any]":
    return psycopg.connect(**{**addresses.connection(settings.CONFIG, role), **more}, autocommit=True)


@pytest.fixture
def state() -> Iterator[Path]:
    """A state directory that PostgreSQL's user can get to. (pytest keeps closing its own folders.)"""
    var = Path(tempfile.mkdtemp(prefix="erec-state-"))
    var.chmod(0o711)
    yield var
    remove(var)


@pytest.fixture
def owner(django_db_setup: None) -> Any:
    with login(addresses.OWNER_ROLE) as opened:
        yield opened


@pytest.fixture
def app(django_db_setup: None) -> Any:
    with login(addresses.APP_ROLE) as opened:
        yield opened


def test_it_sorts_and_counts_time_alike_on_every_machine(app: Any) -> None:
    found = app.execute(
        "SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale, current_setting('timezone'),"
        " current_setting('server_version_num')::int / 10000"
        " FROM pg_database WHERE datname = current_database()"
    )
    assert found.fetchone() == ("UTF8", "b", "C.UTF-8", "UTC", 18)


def test_nobody_enters_without_a_password_or_over_the_network(app: Any, owner: Any) -> None:
    with psycopg.connect(**superuser()) as server:
        rules = server.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        assert rules == [("scram-sha-256",)]
        assert server.execute("SHOW listen_addresses").fetchone() == ("",)
        assert server.execute("SHOW unix_socket_permissions").fetchone() == ("0700",)
    for password in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError):
            login(addresses.APP_ROLE, password=password)


def test_a_server_that_asks_for_no_password_is_not_ours() -> None:
    assert addresses.connection(settings.CONFIG)["require_auth"] == "scram-sha-256"
    assert addresses.database(settings.CONFIG)["OPTIONS"]["require_auth"] == "scram-sha-256"


def test_the_application_owns_nothing_and_makes_nothing(app: Any, owner: Any) -> None:
    owned = app.execute("SELECT count(*) FROM pg_class WHERE relowner = 'erec_app'::regrole")
    assert owned.fetchone() == (0,)
    for statement in ("CREATE TABLE mine ()", "CREATE SCHEMA mine", "DROP TABLE django_migrations"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(statement)
    (attributes,) = app.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles"
        " WHERE rolname = 'erec_app'"
    ).fetchall()
    assert attributes == (False, False, False, False, False)


def test_the_application_works_with_rows_of_what_the_owner_makes(app: Any, owner: Any) -> None:
    owner.execute("CREATE TABLE made (id bigserial PRIMARY KEY, word text)")
    try:
        app.execute("INSERT INTO made (word) VALUES ('a'), ('b')")
        app.execute("UPDATE made SET word = 'c' WHERE word = 'a'")
        app.execute("DELETE FROM made WHERE word = 'b'")
        assert app.execute("SELECT id, word FROM made").fetchall() == [(1, "c")]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("TRUNCATE made")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("ALTER TABLE made DISABLE TRIGGER ALL")
    finally:
        owner.execute("DROP TABLE made")


@pytest.mark.django_db
def test_the_tests_are_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == ("erec_app", "erec_app")


def test_making_roles_again_changes_no_right(app: Any, owner: Any) -> None:
    with psycopg.connect(**superuser()) as server:
        rights = sql.SQL("SELECT defaclobjtype, defaclacl::text FROM pg_default_acl ORDER BY 1")
        before = server.execute(rights).fetchall()
        postgres.make_roles(settings.VAR, superuser())
        assert server.execute(rights).fetchall() == before
        assert [row[0] for row in before] == ["S", "r"]


def test_a_made_database_is_not_made_again(stack: Path) -> None:
    cluster = postgres.Cluster(stack)
    version = (cluster.data / "PG_VERSION").stat().st_mtime_ns
    assert cluster.make() is False
    assert (cluster.data / "PG_VERSION").stat().st_mtime_ns == version


def test_a_database_half_made_is_made_anew(state: Path) -> None:
    cluster = postgres.Cluster(state, careless=True)
    half = cluster.home / "data.unfinished"
    half.mkdir(mode=0o700)
    (half / "PG_VERSION").write_text("18\n")
    assert cluster.make() is True
    assert (cluster.data / "global").is_dir()
    assert [path.name for path in cluster.home.iterdir() if "program" not in path.name] == ["data"]


def test_a_failing_start_shows_what_the_server_said(state: Path) -> None:
    cluster = postgres.Cluster(state)
    cluster.make()
    (cluster.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(StackError) as refusal:
        cluster.start()
    log = state / "log" / "postgres.log"
    assert str(refusal.value).startswith(f"PostgreSQL を起動できません。ログ: {log}\n")
    assert "initialized by PostgreSQL version 17" in str(refusal.value)


def test_it_waits_for_backends_that_a_killed_server_left(state: Path) -> None:
    busy = "DO $$ DECLARE t timestamptz := clock_timestamp(); BEGIN"
    busy += " WHILE clock_timestamp() < t + interval '3 seconds' LOOP END LOOP; END $$"
    cluster = postgres.Cluster(state, careless=True)
    cluster.make()
    first = cluster.start()
    keywords: dict[str, Any] = {
        "host": str(addresses.database_folder(state)),
        "user": addresses.SUPERUSER_ROLE,
        "password": addresses.role_password(state, addresses.SUPERUSER_ROLE),
        "dbname": "postgres",
    }
    with closing(psycopg.connect(**keywords, autocommit=True)) as connection:
        connection.pgconn.send_query(busy.encode())
        (backend,) = (pid for pid in descendants(first.pid) if pid == connection.info.backend_pid)
        time.sleep(0.3)  # it works now, and asks nobody whether its server lives
        os.kill(first.pid, signal.SIGKILL)
        first.sweep()
        assert alive([backend]) == [backend]
        second = cluster.start()
        assert alive([backend]) == []
    assert "is still in use" in second.said(lines=200)
    second.stop()
    assert second.exit_code() == 0


def test_a_user_without_a_name_is_told(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    with pytest.raises(StackError) as refusal:
        postgres.Cluster(state)
    assert str(refusal.value) == (
        "利用者番号 4000000 には名前がなく（/etc/passwd）、PostgreSQL を動かせません。"
        "名前のある利用者で実行してください。"
    )


@as_root
def test_under_root_a_closed_state_folder_stays_closed(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system, var = state / "system", state / "var"
    system.mkdir(mode=0o711)
    var.mkdir(mode=0o700)
    monkeypatch.setattr(postgres, "SYSTEM_HOME", system)
    home = system / addresses.socket_folder(var).name
    home.mkdir()
    cluster = postgres.Cluster(var)
    assert cluster.home == home
    assert stat.S_IMODE(var.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert home.stat().st_uid == postgres._unprivileged_account().pw_uid
    # A database that was there belonged to a state directory that is gone: kept, not deleted.
    assert len(list(system.glob(f"{home.name}.*"))) == 1
    assert json.loads((var / "database.json").read_text()) == {"home": str(home)}


@as_root
def test_programs_that_the_user_cannot_reach_are_copied(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel, reaches = programs.postgres_folder(), postgres._reaches
    monkeypatch.setattr(
        postgres, "_reaches", lambda who, path: not path.is_relative_to(wheel) and reaches(who, path)
    )
    cluster = postgres.Cluster(state, careless=True)
    assert cluster.make() is True
    assert str(cluster.program().command[0]).startswith(f"{cluster.home}/program-")
    server = cluster.start()
    server.stop()
    assert server.exit_code() == 0
