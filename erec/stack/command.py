"""`manage.py`, with a database lent to the command when `make run` does not run.

The first command that needs one starts the embedded PostgreSQL and stops it when the last is done. Tables
are changed by the owner's role; every other command is the application, as the web is.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import django
from django.core.management import ManagementUtility, get_commands, load_command_class

from erec import configuration
from erec.stack import StackError, addresses, checks, locks, postgres, roles
from erec.stack.prepare import prepare_database
from erec.stack.processes import stop_leftovers

# Django's own commands that do without; one of ours says so with `needs_database = False`.
WITHOUT_DATABASE = frozenset(
    {"check", "collectstatic", "diffsettings", "findstatic", "makemessages", "makemigrations", "startapp"}
)
AS_OWNER = frozenset({"migrate", "showmigrations"})


def run(arguments: Sequence[str]) -> int:
    """Carry out one command. A machine or settings problem is told as a sentence; 1 then."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erec.settings")
    try:
        configuration.adopt_env_file(os.environ)
        config = configuration.load(os.environ)
        django.setup()
        name = arguments[1] if len(arguments) > 1 else ""
        if needs_database(name, arguments):
            with database(config), roles.as_owner() if name in AS_OWNER else nullcontext():
                if name not in AS_OWNER and not config["DATABASE_URL"]:
                    prepare_database()
                ManagementUtility(list(arguments)).execute()
        else:
            ManagementUtility(list(arguments)).execute()
    except (StackError, configuration.BadSettings) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


def needs_database(name: str, arguments: Sequence[str]) -> bool:
    """Whether to bring one up. Unknown names go to Django, which knows how to complain."""
    known = get_commands().get(name)
    if known is None or name in WITHOUT_DATABASE or {"-h", "--help", "--version"} & set(arguments):
        return False
    command = load_command_class(known, name) if isinstance(known, str) else known
    return bool(getattr(command, "needs_database", True))


@contextmanager
def database(config: Mapping[str, Any]) -> Iterator[None]:
    """A database that answers: DATABASE_URL's, the running service's, or ours for the while."""
    var: Path = config["EREC_VAR"]
    if config["DATABASE_URL"]:
        yield
        return
    checks.state_folder(var)
    while True:
        lock = locks.try_run_lock(var, locks.COMMAND)
        if lock is not None:
            with lock, _own_database(config):
                yield
            return
        with locks.using_database(var):
            if postgres.waits_for(config):
                yield
                return


@contextmanager
def _own_database(config: Mapping[str, Any]) -> Iterator[None]:
    var: Path = config["EREC_VAR"]
    stop_leftovers(var, {"postgres": postgres.STOP_SIGNAL})
    cluster = postgres.Cluster(var)
    checks.free_space(var, cluster.home)
    cluster.make()
    child = cluster.start()
    try:
        postgres.make_roles(var, addresses.connection(config, addresses.SUPERUSER_ROLE))
        yield
    finally:
        with locks.nobody_using_database(var):
            child.stop()
            addresses.remove_folders(var)
