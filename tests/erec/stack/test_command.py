"""`manage.py` without `make run`: the database is lent for the command."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from erec.configuration import PROJECT
from erec.stack import addresses, locks
from erec.stack.command import needs_database
from tests.conftest import clean_environment
from tests.erec.stack.supervised import alive, child_pid, eventually, remove

ASK = "from django.db import connection as c; u = c.cursor(); u.execute({0!r}); print(u.fetchone())"


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A state directory that nothing has been done with yet."""
    folder = Path(tempfile.mkdtemp(prefix="erec-command-"))
    yield folder / "var"
    remove(folder / "var")
    remove(folder)


def command(var: Path, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=clean_environment(var, **settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ask(var: Path, query: str) -> "subprocess.Popen[str]":
    return command(var, "shell", "--no-imports", "-c", ASK.format(query))


def done(process: "subprocess.Popen[str]") -> tuple[int, str]:
    out, error = process.communicate(timeout=60)
    return process.returncode, out + error


def test_the_first_command_sets_up_and_nothing_runs_afterwards(var: Path) -> None:
    query = "SELECT current_user, count(*) FROM django_migrations WHERE app = 'trail' GROUP BY 1"
    code, said = done(ask(var, query))
    assert (code, said.splitlines()[0], said.splitlines()[1][:12]) == (
        0,
        "データベースの表を作っています",
        "('erec_app',",
    )
    assert not (addresses.database_folder(var) / ".s.PGSQL.5432").exists()
    assert not (var / "run" / "postgres.pid").exists()


def test_commands_at_once_share_one_database_and_the_last_stops_it(var: Path) -> None:
    running = [ask(var, f"SELECT {second}, pg_sleep({second})::text") for second in (1, 2, 1)]
    assert [done(process) for process in running] == [(0, f"({second}, '')\n") for second in (1, 2, 1)]
    assert not (var / "run" / "postgres.pid").exists()


def test_migrate_is_the_owner(var: Path) -> None:
    code, said = done(command(var, "migrate", "--plan"))
    assert (code, said) == (0, "Planned operations:\n  No planned migration operations.\n")
    code, said = done(command(var, "migrate", "trail", "zero"))
    assert code == 0, said
    code, said = done(ask(var, "SELECT count(*) FROM trail_outbox"))
    assert (code, said) == (0, "データベースの表を作っています\n(0,)\n")


def test_a_killed_command_takes_its_database_with_it(var: Path) -> None:
    process = ask(var, "SELECT pg_sleep(60)")
    pid_file = var / "run" / "postgres.pid"
    eventually(lambda: pid_file.exists() and pid_file.read_text() != "")
    server = child_pid(var, "postgres")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    eventually(lambda: alive([server]) == [])
    assert done(ask(var, "SELECT 7"))[1] == "(7,)\n"


def test_bad_settings_are_sentences(tmp_path: Path) -> None:
    assert done(command(tmp_path / "var", "check", EREC_DEMO="2", EREC_PORT="no")) == (
        1,
        "設定の値が正しくありません。\n"
        "  - EREC_PORT は1から65535までの整数にしてください。今の値: 「no」\n"
        "  - EREC_DEMO は0か1にしてください。今の値: 「2」\n",
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["migrate"], True),
        (["verify_audit"], True),
        (["verify_audit", "--help"], False),
        (["makemigrations", "--check"], False),
        (["check"], False),
        (["help"], False),
        (["no-such-command"], False),
        ([""], False),
    ],
)
def test_a_database_is_brought_up_only_for_whom_it_serves(arguments: list[str], expected: bool) -> None:
    assert needs_database(arguments[0], ["manage.py", *arguments]) is expected


def test_a_command_waits_while_another_holds_the_lock_and_a_run_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    held = locks.try_run_lock(tmp_path, locks.COMMAND)
    assert held is not None
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        held.close()

    with locks.run_lock(tmp_path, pause):
        assert waited == [0.2]
        assert locks.try_run_lock(tmp_path, locks.COMMAND) is None
        told = (tmp_path / "run" / "lock").read_text()
        assert told == f'{{"pid": {os.getpid()}, "purpose": "run"}}'
