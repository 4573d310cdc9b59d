"""The fetch with openssl and curl, exactly as the page コマンドラインでの取得 prints it."""

import os
import pty
import select
import subprocess
import termios
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.certs.browser.importers import Opened, import_into_nss
from tests.e2e.caller import entry_door
from tests.e2e.people import pem_of_p12, settled
from tests.e2e.service import CODE_LABEL, Newcomer, Service, said

PASSPHRASE = 'Kaki no "ha" \\8$x\''
# What JSON and a shell would trip over.
OWN_PASSWORD = "a1\"b\\c'd$(e)`f`%s&!"


class _Commands(HTMLParser):
    """The text of every <pre>."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self._inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "pre"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


@pytest.fixture(scope="module")
def commands(service: Service) -> list[str]:
    page = _Commands()
    page.feed(entry_door(service).get("/guide/command-line/").text)
    assert len(page.found) == 4
    return page.found


def run(service: Service, folder: Path, script: str, typed: list[str]) -> "subprocess.CompletedProcess[str]":
    """`script` in a fresh bash; each line of `typed` answers one prompt."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", script],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "CURL_CA_BUNDLE": service.server_ca},
        input="".join(f"{line}\n" for line in typed),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def fetched(service: Service, commands: list[str], who: Newcomer, folder: Path) -> Path:
    """The .p12 after the first three steps; the fourth must leave nothing else behind."""
    first, second, third, fourth = commands
    keep = 'cp -- "$LOGIN_ID.p12" kept'
    done = run(
        service,
        folder,
        "\n".join([first, second, third, keep, fourth]),
        [who.login_id, PASSPHRASE, who.password, who.code],
    )
    assert done.returncode == 0, done.stderr
    assert f"CN = {who.login_id}" in done.stdout
    assert who.password not in done.stdout + done.stderr
    assert [path.name for path in folder.iterdir()] == ["kept"]
    return (folder / "kept").rename(folder / f"{who.login_id}.p12")


def test_the_printed_commands_fetch_a_file_that_logs_in(
    service: Service, commands: list[str], tmp_path: Path
) -> None:
    who = service.demo_master(1)
    file = fetched(service, commands, who, tmp_path)
    assert file.stat().st_mode & 0o077 == 0
    opened = Opened(file, PASSPHRASE)
    assert isinstance(opened.key.curve, ec.SECP256R1)
    assert opened.friendly_names == [who.login_id] * 2
    assert len(opened.certificates) == 3
    (key,) = import_into_nss(file, PASSPHRASE, tmp_path)
    assert who.login_id in key
    login = subprocess.run(
        [
            *("curl", "--silent", "--show-error", "--fail", "--cacert", service.server_ca),
            *("--cert", str(pem_of_p12(file, PASSPHRASE)), f"{service.cert_url}login"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f'<strong class="code">{who.login_id}</strong>' in login.stdout


def test_a_password_full_of_quotes_gets_through(
    service: Service, commands: list[str], tmp_path: Path
) -> None:
    person = settled(service, tmp_path)
    fields = {"current": person.password, "new": OWN_PASSWORD, "again": OWN_PASSWORD}
    assert person.logged_in(service).submit("/password", fields).status == 302
    sheets = tmp_path / "sheets"
    service.manage("institution", "--operator=窓口", "issue", person.login_id, f"--sheets={sheets}")
    code = said(next(sheets.iterdir()), CODE_LABEL)
    folder = tmp_path / "work"
    folder.mkdir()
    file = fetched(service, commands, Newcomer(person.login_id, OWN_PASSWORD, code), folder)
    assert Opened(file, PASSPHRASE).friendly_names == [person.login_id] * 2


def test_a_wrong_code_is_told_in_words_and_nothing_is_fetched(
    service: Service, commands: list[str], tmp_path: Path
) -> None:
    who = service.newcomer()
    typed = [who.login_id, PASSPHRASE, who.password, "AAAA-BBBB-CCCC-DDDD"]
    done = run(service, tmp_path, "\n".join(commands[:2]), typed)
    assert "証明書は発行されていません。" in done.stdout
    assert '"certificate"' not in (tmp_path / "answer.json").read_text()


class Terminal:
    """A person at a bash without bracketed paste (macOS's): what is pasted goes in as if it were typed."""

    def __init__(self, service: Service, folder: Path) -> None:
        self._end, other = pty.openpty()
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-i"],
            stdin=other,
            stdout=other,
            stderr=other,
            cwd=folder,
            start_new_session=True,
            env={
                "PATH": os.environ["PATH"],
                "LANG": "C.UTF-8",
                "TERM": "dumb",
                "PS1": "$ ",
                "CURL_CA_BUNDLE": service.server_ca,
                "HISTFILE": str(folder / "history"),
            },
        )
        os.close(other)
        self.shown = ""
        self.answer("$ ", "bind 'set enable-bracketed-paste off'")

    def answer(self, prompt: str, text: str, *, unseen: bool = False) -> None:
        """Send `text` and Enter after `prompt`; what must stay unseen only once the shell hides it.

        A person is slower than the step from a prompt to `read -s`, a test is not.
        """
        deadline = time.monotonic() + 20
        while not self.shown.endswith(prompt) or (unseen and self._echoes()):
            assert time.monotonic() < deadline, f"no {prompt!r} that waits for keys after {self.shown!r}"
            if select.select([self._end], [], [], 0.1)[0]:
                self.shown = (self.shown + os.read(self._end, 65536).decode()).replace("\r", "")
        self.shown += "\n"
        os.write(self._end, f"{text}\n".encode())

    def _echoes(self) -> bool:
        return bool(termios.tcgetattr(self._end)[3] & termios.ECHO)

    def close(self) -> None:
        self.answer("$ ", "history -w; exit")
        self._shell.wait(20)
        os.close(self._end)


def test_the_commands_may_be_pasted_into_a_terminal_and_the_secrets_stay_out_of_its_history(
    service: Service, commands: list[str], tmp_path: Path
) -> None:
    who, terminal = service.newcomer(), Terminal(service, tmp_path)
    terminal.answer("$ ", commands[0])
    terminal.answer("ログインID: ", who.login_id)
    terminal.answer("パスフレーズ: ", "Kaki no ha 8", unseen=True)
    terminal.answer("$ ", commands[1])
    terminal.answer("ログインパスワード: ", who.password, unseen=True)
    terminal.answer("取得コード: ", who.code, unseen=True)
    terminal.answer("$ ", commands[2])
    terminal.close()
    assert Opened(tmp_path / f"{who.login_id}.p12", "Kaki no ha 8").friendly_names == [who.login_id] * 2
    history = (tmp_path / "history").read_text()
    assert "openssl genpkey" in history
    for secret in (who.password, who.code, "Kaki no ha 8"):
        assert secret not in history + terminal.shown
