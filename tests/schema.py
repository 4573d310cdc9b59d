"""The tables for the tests: migrated once for each state of the migrations, and copied from then on.

Migrating takes Django ten seconds, and every process of a test run needs the tables. So the first one
migrates and keeps what came of it beside the other things that can be made again; the others, and later
runs, load that. What the services of tests/e2e and tests/erec/stack start with is migrated every time.
"""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.core.management import call_command

from erec.configuration import PROJECT
from erec.stack import programs
from erec.stack.roles import as_owner

KEPT = PROJECT / "var" / "test-schema"


def prepare(superuser: Mapping[str, Any]) -> None:
    """Every table as the migrations make it, in the empty database that `superuser` (libpq's words) names."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{_state()}.sql"
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            with as_owner():
                call_command("migrate", verbosity=0)
            for old in KEPT.glob("*.sql"):
                old.unlink()
            unfinished = file.with_suffix(".unfinished")
            _run(superuser, "pg_dump", "--no-password", f"--file={unfinished}")
            unfinished.rename(file)
            return
    _run(superuser, "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={file}")


def _state() -> str:
    """Of everything that decides what migrating makes."""
    digest = hashlib.sha256(version("Django").encode())
    for path in sorted(PROJECT.glob("*/**/migrations/*.py")):
        if "var" not in path.relative_to(PROJECT).parts[:1]:
            digest.update(f"{path.relative_to(PROJECT)}\n".encode() + path.read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:24]


def _run(superuser: Mapping[str, Any], program: str, *options: str) -> None:
    names = {"host": "PGHOST", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    environment = {**os.environ, **{names[key]: str(superuser[key]) for key in names}}
    command = [str(programs.postgres_folder() / "bin" / program), *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
