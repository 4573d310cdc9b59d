"""Who runs on a state directory: one flock for the run, one shared by everybody who uses its database.

The kernel drops both when their holder dies, so there is no stale lock.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from erec.stack import StackError, say
from erec.stack.processes import Pause

RUN, COMMAND = "run", "command"


def try_run_lock(var: Path, purpose: str) -> IO[str] | None:
    """The run's lock, held until the file is closed; None if somebody else has it."""
    lock = _open(var / "run" / "lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    lock.truncate(0)
    lock.write(json.dumps({"pid": os.getpid(), "purpose": purpose}))
    lock.flush()
    return lock


def run_lock(var: Path, pause: Pause = time.sleep) -> IO[str]:
    """For `make run`: refused while another run lives, patient while a command borrows the database."""
    told = False
    while (lock := try_run_lock(var, RUN)) is None:
        holder = _holder(var)
        if holder.get("purpose") == RUN:
            raise StackError(
                f"{var} のサービスはもう動いています（プロセス {holder['pid']}）。"
                "それを止めるか、EREC_VAR とポートを変えて実行してください。"
            )
        if not told:
            say("管理コマンドがデータベースを使っています。終わるのを待ちます。")
            told = True
        pause(0.2)
    return lock


@contextmanager
def using_database(var: Path) -> Iterator[None]:
    """Whoever holds this keeps the one that started the database from stopping it."""
    with _open(var / "run" / "users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield


@contextmanager
def nobody_using_database(var: Path) -> Iterator[None]:
    """Waits until all users are done, and keeps new ones waiting."""
    with _open(var / "run" / "users") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        yield


def _holder(var: Path) -> dict[str, str]:
    try:
        told: dict[str, str] = json.loads((var / "run" / "lock").read_text())
    except ValueError:  # between taking the lock and writing the name
        return {}
    return told


def _open(path: Path) -> IO[str]:
    return path.open("a+", encoding="utf-8")
