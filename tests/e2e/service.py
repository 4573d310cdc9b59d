"""The whole service, as `make run` starts it, in a state directory and on ports of its own."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import psycopg
import pytest

from certs.browser.build import build
from erec.configuration import PROJECT
from erec.stack import addresses, postgres
from tests.conftest import clean_environment

START_SECONDS = 120
COMPANIES, NEWCOMERS = 2, 16
# As the two first-login sheets print them.
PASSWORD_LABEL, CODE_LABEL = "初回ログインパスワード　　", "取得コード　　"
SETTINGS = {
    "EREC_DEMO": "1",
    "EREC_MASTERS_MAX": "20",
    "EREC_USERS_MAX": "100",
    "EREC_FETCH_REQUESTS_PER_MINUTE": "600",
}
# Built once beside the other tests' state and kept: only a change of its source is built again.
BUNDLES = PROJECT / "var" / "browser-test" / "static"


@dataclass(frozen=True)
class Newcomer:
    """What the two sheets of paper say."""

    login_id: str
    password: str
    code: str


class Service:
    """A running stack. `newcomer()` hands out a person who has not fetched a certificate yet."""

    def __init__(self, var: Path, environment: dict[str, str], process: "subprocess.Popen[bytes]") -> None:
        self.var = var
        self._environment = environment
        self._process = process
        told = self.ready()
        self.entry_url: str = told["entry_url"]
        self.cert_url: str = told["cert_url"]
        self.server_ca: str = told["server_ca"]
        self.mail_dir = Path(told["mail_dir"])
        self._newcomers = [
            newcomer
            for number in range(COMPANIES)
            for newcomer in self.register(
                f"TESTERS{number:02}",
                f"試験商事{number}株式会社",
                [f"d-tester{number}{person:02}" for person in range(NEWCOMERS)],
                (f"9999-101-2-765432{number}",),
            )
        ]

    def ready(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.var / "ready.json").read_text())
        return told

    def demo_master(self, number: int) -> Newcomer:
        told = self.ready()["demo"]["companies"][number]["master"]
        return Newcomer(told["login_id"], told["initial_password"], told["activation_code"])

    def newcomer(self) -> Newcomer:
        return self._newcomers.pop(0)

    def manage(self, *arguments: str) -> str:
        """What `manage.py` prints, run beside the service."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def sql(self, statement: str, *values: object) -> None:
        """For what only time does: the owner of the tables puts a row's clock back."""
        with psycopg.connect(self.ready()["database_owner_url"], autocommit=True) as connection:
            assert connection.execute(statement, values).rowcount == 1

    def mails(self, *wanted: str, seconds: float = 25) -> list[str]:
        """The mails that carry every wanted text, once there is one: the worker writes them in its time."""
        deadline = time.monotonic() + seconds
        while True:
            texts = [_readable(path) for path in sorted(self.mail_dir.glob("*.eml"))]
            found = [text for text in texts if all(words in text for words in wanted)]
            if found or time.monotonic() > deadline:
                return found
            time.sleep(0.2)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        finally:
            for folder in (addresses.socket_folder(self.var), addresses.database_folder(self.var)):
                shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(postgres.Cluster(self.var).home, ignore_errors=True)
            shutil.rmtree(self.var, ignore_errors=True)

    def register(
        self, user_number: str, name: str, login_ids: list[str], accounts: tuple[str, ...]
    ) -> list[Newcomer]:
        """A company and its masters: one command, two sheets each."""
        folder = self.var / "sheets"
        masters = [f"--master={name},試験 {name[-2:]}番,{name}@tester.example" for name in login_ids]
        self.manage(
            *("institution", "--operator=窓口 試験", "register", f"--user-number={user_number}"),
            *(f"--name={name}", "--contact-mail=contact@tester.example"),
            *(f"--account={account}" for account in accounts),
            *(*masters, f"--sheets={folder}"),
        )
        return [
            Newcomer(
                login_id,
                said(folder / f"{login_id}-password.txt", PASSWORD_LABEL),
                said(folder / f"{login_id}-code.txt", CODE_LABEL),
            )
            for login_id in login_ids
        ]


def start() -> Service:
    """Start everything and wait until it answers."""
    var = Path(tempfile.mkdtemp(prefix="erec-e2e-"))
    var.chmod(0o711)
    build(BUNDLES)
    (var / "browser").symlink_to(BUNDLES)
    ports = _free_ports()
    environment = clean_environment(var, EREC_PORT=ports[0], EREC_CERT_PORT=ports[1], **SETTINGS)
    log = var / "supervisor.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "erec.stack.supervisor"],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + START_SECONDS
    while not (var / "ready.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.terminate()
            pytest.fail(f"the service did not start:\n{log.read_text()}")
        time.sleep(0.1)
    return Service(var, environment, process)


def _free_ports() -> list[str]:
    """Two ports that nobody listens on. Both are held until both are known."""
    with socket.socket() as first, socket.socket() as second:
        for held in (first, second):
            held.bind(("127.0.0.1", 0))
        return [str(held.getsockname()[1]) for held in (first, second)]


def said(sheet: Path, label: str) -> str:
    """What a sheet says behind a label."""
    (line,) = [line for line in sheet.read_text().splitlines() if line.startswith(label)]
    return line.removeprefix(label)


def _readable(path: Path) -> str:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = mail.get_content()
    return f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{body}"
