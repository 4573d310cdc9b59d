"""Child processes that never outlive us: own process group, logged, and told when their parent dies.

A pid file holds the pid and the process's start time, so that a later run can stop what a killed run left
without touching a stranger that got the same number.
"""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOG_BYTES_MAX = 5_000_000
_PR_SET_PDEATHSIG = 1  # prctl(2), Linux only
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

Pause = Callable[[float], None]


@dataclass(frozen=True)
class Program:
    """What to run: `stop_signal` is the one that makes it end cleanly within `stop_seconds`.

    Standard output goes to the log too, unless the program `talks` to whoever sits at our console.
    """

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    account: pwd.struct_passwd | None = None
    folder: Path = Path("/")
    talks: bool = False


class Child:
    """One running program."""

    def __init__(self, program: Program, var: Path) -> None:
        self.program = program
        self.log = var / "log" / f"{program.name}.log"
        self._pid_file = var / "run" / f"{program.name}.pid"
        rotate(self.log)
        account = program.account
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                [str(part) for part in program.command],
                stdin=subprocess.DEVNULL,
                stdout=None if program.talks else log,
                stderr=log,
                cwd=program.folder,
                env={**os.environ, **program.environment},
                start_new_session=True,
                preexec_fn=_dies_with_parent(program.stop_signal),
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )
        self.started = time.monotonic()
        self._asked = False
        self._pid_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._pid_file.write_text(f"{self.pid} {_start_time(self.pid)}")

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def said(self, lines: int = 15) -> str:
        """The last lines of its log."""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 8000))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """End it and whatever it started; patient first, then not."""
        self.ask_to_stop()
        try:
            self._process.wait(self.program.stop_seconds)
        except subprocess.TimeoutExpired:
            _signal_group(self.pid, signal.SIGQUIT)
        self.sweep()

    def ask_to_stop(self) -> None:
        """Send the clean signal, once (Celery takes a second one for impatience), and do not wait."""
        if self.exit_code() is None and not self._asked:
            self._asked = True
            self._process.send_signal(self.program.stop_signal)

    def sweep(self) -> None:
        """Nothing of its process group may stay (nginx's workers outlive a killed master)."""
        _signal_group(self.pid, signal.SIGKILL)
        self._process.wait()
        self._pid_file.unlink(missing_ok=True)


def stop_leftovers(var: Path, programs: Mapping[str, signal.Signals], pause: Pause = time.sleep) -> None:
    """Stop what an earlier, killed run left behind. The caller holds the run's lock: none of it is in use."""
    for name, stop_signal in programs.items():
        pid_file = var / "run" / f"{name}.pid"
        try:
            pid_text, _, started = pid_file.read_text().partition(" ")
            pid = int(pid_text)
        except (FileNotFoundError, ValueError):
            continue
        deadline = time.monotonic() + 30
        while started and _start_time(pid) == started:
            late = time.monotonic() > deadline
            _signal_group(pid, signal.SIGKILL if late else stop_signal)
            pause(0.2)
        pid_file.unlink(missing_ok=True)


def rotate(log: Path) -> None:
    """Keep one old generation of a log that has grown."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(log.with_name(f"{log.name}.1"))


def _dies_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Runs in the child between fork and exec, after it changed its user (which would clear the request)."""
    if _LIBC is None:
        return None
    libc, parent = _LIBC, os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _start_time(pid: int) -> str:
    """Tells this process from a later one of the same number; empty when there is none."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.parent.parent.joinpath("self").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return ""
        return "" if fields[0] == "Z" else fields[19]  # proc(5): state is field 3, starttime is field 22
    shown = subprocess.run(  # noqa: S603 - a fixed command
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "_".join(shown.stdout.split())
