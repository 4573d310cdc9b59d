"""Runs the real supervisor for the tests of this folder, and looks at what it leaves."""

import json
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from erec.configuration import PROJECT
from erec.stack import addresses
from tests.conftest import clean_environment


class Run:
    """`python -m erec.stack.supervisor` on one state directory."""

    def __init__(self, var: Path, *ports: int, **settings: str) -> None:
        self.var = var
        self.ready_file = var / "ready.json"
        self.environment = clean_environment(
            var, EREC_PORT=str(ports[0]), EREC_CERT_PORT=str(ports[1]), EREC_DEMO="0", **settings
        )
        self.output = var.with_name(f"{var.name}-{time.monotonic_ns()}.out")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "erec.stack.supervisor"],
                cwd=PROJECT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> dict[str, Any]:
        eventually(lambda: self._welcomes() or self.process.poll() is not None, 60)
        assert self.process.poll() is None, self.output.read_text()
        told: dict[str, Any] = json.loads(self.ready_file.read_text())
        return told

    def _welcomes(self) -> bool:
        # Not ready.json alone: a killed run has left its own.
        return "準備ができました" in self.output.read_text() and self.ready_file.exists()

    def get(self, path: str) -> tuple[int, str]:
        told = json.loads(self.ready_file.read_text())
        context = ssl.create_default_context(cafile=told["server_ca"])
        try:
            with urllib.request.urlopen(told["entry_url"] + path, context=context, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except urllib.error.URLError:  # nobody listens, for the moment
            return 0, ""

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def finished(var: Path, *ports: int, **settings: str) -> tuple[int, str]:
    """A run that is expected to refuse: its exit code and what it said."""
    run = Run(var, *ports, **settings)
    code = run.process.wait(60)
    return code, run.output.read_text()


def eventually(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def alive(pids: list[int]) -> list[int]:
    """Those that still run (a zombie that nobody has collected does not)."""
    return [pid for pid in pids if _state(pid) not in ("", "Z")]


def descendants(pid: int) -> list[int]:
    """Every process below this one."""
    below = [int(path.name) for path in Path("/proc").glob("[0-9]*") if _parent(int(path.name)) == pid]
    return [*below, *(deeper for child in below for deeper in descendants(child))]


def child_pid(var: Path, name: str) -> int:
    return int((var / "run" / f"{name}.pid").read_text().split()[0])


def free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def remove(var: Path) -> None:
    """A state directory and what belongs to it elsewhere."""
    record = var / "database.json"
    homes = [Path(json.loads(record.read_text())["home"])] if record.exists() else []
    for folder in (*homes, addresses.socket_folder(var), addresses.database_folder(var), var):
        shutil.rmtree(folder, ignore_errors=True)


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _state(pid: int) -> str:
    return (_stat(pid) or [""])[0]


def _parent(pid: int) -> int:
    return int((_stat(pid) or ["", "0"])[1])
