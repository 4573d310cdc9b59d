"""Child processes: what outlives whom."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from erec.configuration import PROJECT
from erec.stack import processes
from erec.stack.processes import Child, Program, rotate, stop_leftovers
from tests.erec.stack.supervised import alive, descendants, eventually

SLEEP = ["/bin/sh", "-c", "echo awake; sleep 600 & sleep 600"]


def sleeper(name: str = "sleeper") -> Program:
    return Program(name, SLEEP)


def test_stopping_ends_the_whole_group_and_forgets_the_pid(tmp_path: Path) -> None:
    child = Child(sleeper(), tmp_path)
    eventually(lambda: len(descendants(child.pid)) == 2)
    everybody = [child.pid, *descendants(child.pid)]
    child.stop()
    assert child.exit_code() == -signal.SIGTERM
    eventually(lambda: alive(everybody) == [])  # the kernel takes a moment to bury the killed
    assert not (tmp_path / "run" / "sleeper.pid").exists()
    assert child.said() == "awake"


def test_one_that_ignores_the_clean_signal_is_ended_all_the_same(tmp_path: Path) -> None:
    stubborn = Program(
        "deaf", ["/bin/sh", "-c", "trap '' TERM QUIT; echo on; sleep 600; sleep 600"], stop_seconds=0.2
    )
    child = Child(stubborn, tmp_path)
    eventually(lambda: child.said() == "on")
    child.stop()
    assert child.exit_code() == -signal.SIGKILL


def test_a_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                f"""
                import time
                from pathlib import Path
                from erec.stack.processes import Child, Program
                Child(Program("sleeper", ["/bin/sleep", "600"]), Path({str(tmp_path)!r}))
                time.sleep(600)
                """
            ),
        ],
        cwd=PROJECT,
    )
    pid_file = tmp_path / "run" / "sleeper.pid"
    eventually(lambda: pid_file.exists() and pid_file.read_text() != "")
    pid = int(pid_file.read_text().split()[0])
    assert alive([pid]) == [pid]
    parent.kill()
    parent.wait()
    eventually(lambda: alive([pid]) == [])


def test_what_a_killed_run_left_is_stopped(tmp_path: Path) -> None:
    left = Child(sleeper(), tmp_path)
    stop_leftovers(tmp_path, {"sleeper": signal.SIGTERM, "never-started": signal.SIGTERM})
    assert left.exit_code() == -signal.SIGTERM
    assert list((tmp_path / "run").iterdir()) == []
    left.sweep()


def test_a_stranger_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    stranger = Child(sleeper(), tmp_path)
    pid_file = tmp_path / "run" / "sleeper.pid"
    pid, started = pid_file.read_text().split()
    pid_file.write_text(f"{pid} {int(started) - 1}")
    stop_leftovers(tmp_path, {"sleeper": signal.SIGTERM})
    assert stranger.exit_code() is None
    assert not pid_file.exists()
    stranger.stop()


@pytest.mark.parametrize("text", ["", "word", "12"])
def test_a_pid_file_cut_short_by_a_crash_is_no_pid(tmp_path: Path, text: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "web.pid").write_text(text)
    begun = time.monotonic()
    stop_leftovers(tmp_path, {"web": signal.SIGTERM})
    assert time.monotonic() - begun < 1


def test_one_old_generation_of_a_large_log_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOG_BYTES_MAX", 10)
    log = tmp_path / "log" / "web.log"
    rotate(log)
    log.write_text("0123456789")
    rotate(log)
    assert log.read_text() == "0123456789"
    log.write_text("0123456789+")
    rotate(log)
    assert not log.exists()
    assert (tmp_path / "log" / "web.log.1").read_text() == "0123456789+"


def test_a_program_that_talks_does_so_on_our_console(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program = Program("talker", ["/bin/sh", "-c", "echo hello; echo trouble >&2"], talks=True)
    child = Child(program, tmp_path)
    eventually(lambda: child.exit_code() == 0)
    child.stop()
    assert capfd.readouterr().out == "hello\n"
    assert child.said() == "trouble"


def test_the_environment_is_ours_and_the_programs(tmp_path: Path) -> None:
    program = Program(
        "teller", ["/bin/sh", "-c", 'echo "$MINE in $PWD as $PATH"'], {"MINE": "yes"}, folder=tmp_path
    )
    child = Child(program, tmp_path)
    eventually(lambda: child.exit_code() == 0)
    child.stop()
    assert child.said() == f"yes in {tmp_path} as {os.environ['PATH']}"
