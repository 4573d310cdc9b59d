"""`make`'s first step: the virtual environment, from the pinned and hashed requirements.

Runs on any Python 3.11+ before anything is installed, so it uses the standard library alone and imports
nothing of this project. Says in one sentence what the machine lacks.

    python3 erec/stack/bootstrap.py embedded COMMAND…    with the servers' wheels
    python3 erec/stack/bootstrap.py dev COMMAND…         with those, and all that checks and tests need
"""

import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
REQUIREMENTS = PROJECT / "docker" / "requirements"
OLDEST = (3, 11)
NAMES = ("python3.14", "python3.13", "python3.12", "python3.11", "python3")

# A larger set holds the smaller one, so what `make test` has made is good for `make run`.
SETS = {"embedded": ("embedded", "dev"), "dev": ("dev",)}

_TELL = "import sys; print('%d.%d' % sys.version_info[:2])"
_TELL_WITH_VENV = "import venv, ensurepip; " + _TELL


class Missing(Exception):
    """The machine lacks something; the text is the sentence."""


def main(arguments: list[str]) -> None:
    """Never returns: becomes COMMAND, so that make's child is the program itself."""
    wanted, *command = arguments
    os.chdir(PROJECT)
    try:
        ensure(wanted)
    except Missing as missing:
        sys.exit(str(missing))
    _end_with_make()
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.execvp(command[0], command)  # noqa: S606 - the Makefile's own command


def ensure(wanted: str) -> None:
    """Make `.venv` unless it stands; two makes at once wait for each other."""
    if _stands(wanted):
        return
    if not os.access(PROJECT, os.W_OK):
        raise Missing(f"{PROJECT} に書けません。書込みの権限を確かめてください。")
    folder = os.open(PROJECT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not _stands(wanted):
            _make(wanted)
    finally:
        os.close(folder)


def newest_python() -> str:
    """The newest Python on PATH that really runs and can make virtual environments."""
    found = {name: version for name in NAMES if (version := _version(name, _TELL_WITH_VENV))}
    if found:
        return max(found, key=lambda name: found[name])
    bare = [name for name in NAMES if _version(name, _TELL)]
    if bare:
        raise Missing(
            f"{bare[0]} に venv がありません。"
            "パッケージ python3-venv をインストールしてください（Debian・Ubuntu: apt install python3-venv）。"
        )
    raise Missing(
        f"Python {OLDEST[0]}.{OLDEST[1]} 以降が見つかりません。"
        "パッケージ python3 と python3-venv をインストールしてください。"
    )


def _version(python: str | Path, program: str) -> tuple[int, ...] | None:
    """What it says of itself; None if it is missing, too old, or only a shim that fails."""
    try:
        told = subprocess.run(  # noqa: S603 - a fixed program in an interpreter from PATH
            [python, "-c", program], capture_output=True, text=True, timeout=60, check=True
        )
        version = tuple(int(part) for part in told.stdout.split("."))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return version if version >= OLDEST else None


def _stamp(name: str, version: tuple[int, ...]) -> str:
    digest = hashlib.sha256((REQUIREMENTS / f"{name}.txt").read_bytes()).hexdigest()
    return f"{name} {'.'.join(map(str, version))} {digest}"


def _stands(wanted: str) -> bool:
    """The stamp is written last, so a half-made environment has none."""
    try:
        stamp = (VENV / "stamp").read_text()
    except OSError:
        return False
    version = _version(VENV / "bin" / "python", _TELL)
    return version is not None and stamp in [_stamp(name, version) for name in SETS[wanted]]


def _make(wanted: str) -> None:
    python = newest_python()
    version = _version(python, _TELL)
    if version is None:
        raise Missing(f"{python} を実行できません。")
    print(f".venv を作っています（{python}、1分ほどかかります）", flush=True)  # noqa: T201
    shutil.rmtree(VENV, ignore_errors=True)
    _run([python, "-m", "venv", str(VENV)], "仮想環境 .venv を作れませんでした。")
    install = [
        *(str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "-r", str(REQUIREMENTS / f"{wanted}.txt")),
    ]
    _run(
        install, "必要なPythonのパッケージを取り込めませんでした。ネットワークと空き容量を確かめてください。"
    )
    (VENV / "stamp").write_text(_stamp(wanted, version))


def _run(command: list[str], sentence: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own commands
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-8:])
        raise Missing(f"{sentence}\n{last}")


def _end_with_make() -> None:
    """If make is killed, what it runs gets SIGTERM (the kernel keeps this over exec; Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(signal.SIGTERM), 0, 0, 0)  # 1 is PR_SET_PDEATHSIG


if __name__ == "__main__":
    main(sys.argv[1:])
