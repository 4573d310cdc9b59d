"""The application's own processes: gunicorn, the workers and beat.

In the image `python -m erec.stack.parts web SOCKET`, `… worker`, `… jobs` and `… beat` become them, with the
same options as under `make run`.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from erec import configuration
from erec.configuration import PROJECT
from erec.stack.processes import Program

_ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "erec.settings", "PYTHONUNBUFFERED": "1"}
_QUIET = ("--without-mingle", "--without-gossip")  # the workers need not know of one another
_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn unlinks its heartbeat files as it opens them


def prepare() -> Program:
    return Program(
        name="prepare",
        command=[sys.executable, "-m", "erec.stack.prepare"],
        environment=_ENVIRONMENT,
        folder=PROJECT,
        talks=True,
    )


def web(config: Mapping[str, Any], socket: Path) -> Program:
    """Preloaded: the workers share the master's memory, and a broken import shows at once."""
    options = {
        "bind": f"unix:{socket}",
        "workers": config["EREC_WEB_WORKERS"],
        "worker-class": "gthread",
        "threads": config["EREC_WEB_THREADS"],
        "timeout": 60,
        "graceful-timeout": 8,
        "max-requests": 20_000,
        "max-requests-jitter": 2_000,
        **({"worker-tmp-dir": _MEMORY} if _MEMORY.is_dir() else {}),
    }
    return Program(
        name="web",
        command=[
            *(sys.executable, "-m", "gunicorn"),
            *(f"--{name}={value}" for name, value in options.items()),
            *("--preload", "--no-control-socket", "erec.wsgi:application"),
        ],
        environment=_ENVIRONMENT,
        folder=PROJECT,
    )


def worker() -> Program:
    """Threads, not processes: the work is waiting for mail and the database, and one copy is in memory."""
    return _celery("worker", "worker", *_QUIET, "--pool=threads", "--concurrency=2")


def jobs() -> Program:
    """Long work has a worker of its own: no mail and no day's run waits behind it, and none dies with it."""
    return _celery(
        "jobs",
        *("worker", *_QUIET, "--pool=threads", "--concurrency=2"),
        *("--queues=jobs", "--hostname=jobs@%h", "--prefetch-multiplier=1"),
    )


def beat(config: Mapping[str, Any]) -> Program:
    schedule = config["EREC_VAR"] / "run" / "beat-schedule"
    return _celery("beat", "beat", f"--schedule={schedule}", "--pidfile=")


def _celery(name: str, kind: str, *options: str) -> Program:
    return Program(
        name=name,
        command=[sys.executable, "-m", "celery", "-A", "erec", kind, "--loglevel=INFO", *options],
        environment=_ENVIRONMENT,
        folder=PROJECT,
    )


def main(arguments: list[str]) -> None:
    """Become one of them; never returns."""
    config = configuration.load(os.environ)
    match arguments:
        case ["web", socket]:
            program = web(config, Path(socket))
        case ["worker"]:
            program = worker()
        case ["jobs"]:
            program = jobs()
        case ["beat"]:
            program = beat(config)
        case _:
            sys.exit("使い方: python -m erec.stack.parts web ソケット | worker | jobs | beat")
    os.umask(0o077)
    os.chdir(program.folder)
    os.execve(program.command[0], list(map(str, program.command)), {**os.environ, **program.environment})  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
