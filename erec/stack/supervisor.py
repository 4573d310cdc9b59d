"""`make run`: starts every part in order, watches them, and stops them all.

    Valkey, PostgreSQL → setup → gunicorn, nginx → workers, beat → ready.json

A part that dies is started again, later each time. Whatever ends this process ends its children: SIGINT,
SIGTERM and SIGHUP in order, and SIGKILL through PR_SET_PDEATHSIG.
"""

import contextlib
import http.client
import json
import os
import select
import signal
import ssl
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from erec import configuration
from erec.stack import StackError, addresses, checks, locks, nginx, parts, postgres, say, server_tls, valkey
from erec.stack.processes import Child, Program, rotate, stop_leftovers

READY_SECONDS = 60
BACKOFF_MAX_SECONDS = 30
STABLE_SECONDS = 60

_LEFTOVERS = {
    "nginx": signal.SIGTERM,
    "beat": signal.SIGTERM,
    "worker": signal.SIGTERM,
    "jobs": signal.SIGTERM,
    "web": signal.SIGTERM,
    "prepare": signal.SIGTERM,
    "valkey": signal.SIGTERM,
    "postgres": postgres.STOP_SIGNAL,
}


_STORES = ("valkey", "postgres")


class _Stopped(Exception):
    """Somebody asked us to end."""


class _Part:
    """One part that is to be kept alive, and when it may be tried again."""

    def __init__(self, child: Child, again: Callable[[], Child]) -> None:
        self.child: Child = child
        self.again = again
        self.failures = 0
        self.not_before = 0.0


class Supervisor:
    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._var: Path = config["EREC_VAR"]
        self._parts: list[_Part] = []
        self._ready = self._var / "ready.json"
        self._demo = self._var / "demo.json"
        self._told: tuple[float, str] = (0.0, "")
        self._signals, wakeup = os.pipe()
        os.set_blocking(self._signals, False)
        os.set_blocking(wakeup, False)
        signal.set_wakeup_fd(wakeup)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)

    def run(self) -> None:
        """Until somebody asks us to end. Raises StackError when it cannot start."""
        checks.state_folder(self._var)
        with locks.run_lock(self._var, self._pause), contextlib.suppress(_Stopped):
            try:
                self._start()
                self._watch()
            finally:
                self._stop()

    def _start(self) -> None:
        config, var = self._config, self._var
        self._ready.unlink(missing_ok=True)
        checks.free_space(var)
        addresses.private_folder(addresses.socket_folder(var), os.getuid(), os.getgid())
        stop_leftovers(var, _LEFTOVERS, self._pause)
        checks.ports({name: config[name] for name in ("EREC_PORT", "EREC_CERT_PORT")})
        rotate(var / "log" / "access.log")
        if config["BROKER_URL"]:
            checks.given_broker(config["BROKER_URL"])
        else:
            self._keep(lambda: self._child(valkey.program(var)))
        if config["DATABASE_URL"]:
            checks.given_database(config)
        else:
            self._start_postgres()
        self._prepare()
        authority = server_tls.prepare(config)
        self._keep(lambda: self._child(parts.web(config, addresses.web_socket(var))))
        self._keep(lambda: self._child(nginx.write(config)))
        self._wait_until_ready(authority)
        # Nobody waits for these, and until now they would have taken the processor from those above.
        self._keep(lambda: self._child(parts.worker()))
        self._keep(lambda: self._child(parts.jobs()))
        self._keep(lambda: self._child(parts.beat(config)))
        self._tell(authority)
        self._welcome(authority)

    def _start_postgres(self) -> None:
        cluster = postgres.Cluster(self._var)
        checks.free_space(cluster.home)
        if not cluster.data.exists():
            say("PostgreSQL を作っています")
        cluster.make()
        self._keep(lambda: cluster.start(self._pause))
        postgres.make_roles(self._var, addresses.connection(self._config, addresses.SUPERUSER_ROLE))

    def _prepare(self) -> None:
        child = self._child(parts.prepare())
        try:
            while (code := child.exit_code()) is None:
                self._pause(0.1)
        finally:
            child.stop()
        if code:
            raise StackError(f"準備に失敗しました。ログ: {child.log}\n{child.said()}")

    def _watch(self) -> None:
        while True:
            for part in self._parts:
                self._look_after(part)
            self._tell(self._var / "tls" / "server_ca.pem")
            self._pause(1.0)

    def _look_after(self, part: _Part) -> None:
        name, code = part.child.program.name, part.child.exit_code()
        if code is None:
            if part.failures and time.monotonic() - part.child.started > STABLE_SECONDS:
                part.failures = 0
            return
        if not part.not_before:
            part.child.sweep()
            delay = min(2**part.failures, BACKOFF_MAX_SECONDS)
            part.failures += 1
            part.not_before = time.monotonic() + delay
            say(
                f"{_clock()} {name} が終了しました（{_reason(code)}）。{delay}秒後に起動し直します。"
                f"ログ: {part.child.log}"
            )
        elif time.monotonic() >= part.not_before:
            part.not_before = 0.0
            try:
                part.child = part.again()
            except StackError as error:
                say(f"{_clock()} {error}")
            else:
                say(f"{_clock()} {name} を起動し直しました")

    def _stop(self) -> None:
        """The doors and the application together, then what they stand on."""
        self._ready.unlink(missing_ok=True)
        if not self._parts:
            return
        say("終了しています")
        for part in self._parts:
            if part.child.program.name not in _STORES:
                part.child.ask_to_stop()
        for part in reversed(self._parts):
            part.child.stop()
        addresses.remove_folders(self._var)
        say("終了しました")

    def _keep(self, start: Callable[[], Child]) -> None:
        self._parts.append(_Part(start(), start))

    def _child(self, program: Program) -> Child:
        return Child(program, self._var)

    def _pause(self, seconds: float) -> None:
        """Sleep until a signal; raise when it is one that ends us."""
        select.select([self._signals], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            if set(os.read(self._signals, 4096)) & {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}:
                raise _Stopped

    def _wait_until_ready(self, authority: Path) -> None:
        deadline = time.monotonic() + READY_SECONDS
        context = ssl.create_default_context(cafile=str(authority))
        while not self._answers(context):
            for part in self._parts:
                code = part.child.exit_code()
                if code is not None:
                    raise StackError(
                        f"{part.child.program.name} を起動できません（{_reason(code)}）。"
                        f"ログ: {part.child.log}\n{part.child.said()}"
                    )
            if time.monotonic() > deadline:
                raise StackError(f"{READY_SECONDS}秒待っても応答しません。ログ: {self._var / 'log'}")
            self._pause(0.05)

    def _answers(self, context: ssl.SSLContext) -> bool:
        connection = http.client.HTTPSConnection(
            "localhost", self._config["EREC_PORT"], timeout=10, context=context
        )
        try:
            connection.request("GET", "/readyz", headers={"Host": self._host()})
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    def _host(self) -> str:
        return str(self._config["EREC_ENTRY_URL"]).removeprefix("https://").rstrip("/")

    def _tell(self, authority: Path) -> None:
        """Write ready.json, again when the demo's codes have changed."""
        demo, changed = "{}", 0.0
        with contextlib.suppress(FileNotFoundError):
            demo, changed = self._demo.read_text(), self._demo.stat().st_mtime
        if self._told == (changed, demo):
            return
        self._told = (changed, demo)
        config = self._config
        text = json.dumps(
            {
                "entry_url": config["EREC_ENTRY_URL"],
                "cert_url": config["EREC_CERT_URL"],
                "server_ca": str(authority),
                "mail_dir": str(self._var / "mail"),
                "database_url": addresses.database_url(config),
                "database_owner_url": addresses.database_url(config, addresses.OWNER_ROLE),
                "demo": json.loads(demo),
            },
            ensure_ascii=False,
            indent=2,
        )
        made = self._ready.with_name(".ready.json")
        made.write_text(text)
        made.chmod(0o600)
        made.replace(self._ready)

    def _welcome(self, authority: Path) -> None:
        config = self._config
        say("")
        say("電子記録債権サービスの準備ができました。")
        say(f"  はじめての方・証明書の取得   {config['EREC_ENTRY_URL']}")
        say(f"  電子証明書ログイン           {config['EREC_CERT_URL']}")
        say(f"  メールの置き場所             {self._var / 'mail'}")
        say(f"  ブラウザに信頼させる証明書   {authority}")
        say(f"  デモのIDと初回パスワード     {self._ready}")
        say("終了するには Ctrl-C を押してください。")
        if not checks.has_japanese_font():
            say(
                "この機械には日本語の書体がありません。ここのブラウザで見るなら"
                "パッケージ fonts-noto-cjk などを入れてください（ほかの機械から見る分には要りません）。"
            )


def _clock() -> str:
    return time.strftime("%H:%M:%S")


def _reason(code: int) -> str:
    return f"シグナル {-code}" if code < 0 else f"終了コード {code}"


def main() -> int:
    os.umask(0o077)
    try:
        configuration.adopt_env_file(os.environ)
        config = configuration.load(os.environ)
        Supervisor(config).run()
    except (StackError, configuration.BadSettings) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
