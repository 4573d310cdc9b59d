"""The mail itself: its headers, its file, and how it is handed to a server."""

import email
import smtplib
import socketserver
import ssl
import stat
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from erec.trail import mail
from erec.trail.models import Outbox
from tests.erec.trail.cast import BEGUN

BODY = "山田　太郎様\n\n電子証明書が取得されました。\n.\nURL はありません。\n"


def row(**changed: Any) -> Outbox:
    given = {"id": 31, "key": "certificate.fetched:5", "to": "hanako@corp.example"}
    subject = "【一〇信用金庫】電子証明書　取得のお知らせ（髙橋商事株式会社様）"
    return Outbox(**{**given, "subject": subject, "body": BODY, "created_at": BEGUN, **changed})


def test_a_mail_in_the_folder_has_every_header_and_reads_as_it_was_written() -> None:
    mail.send(row())
    (path,) = Path(settings.MAIL_DIRECTORY).iterdir()
    read = email.message_from_bytes(path.read_bytes(), policy=modern)
    assert dict(read.items()) == {
        "Content-Type": 'text/plain; charset="utf-8"',
        "MIME-Version": "1.0",
        "Content-Transfer-Encoding": "8bit",
        "Subject": row().subject,
        "From": "erec@bank.example",
        "To": "hanako@corp.example",
        "Date": "Wed, 01 Apr 2026 09:00:00 +0900",
        "Message-ID": "<6042db4368fd86977f5f7cc68d0e3d91@bank.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "ja",
    }
    assert read.get_content().replace("\r\n", "\n") == BODY


def test_the_message_id_is_made_of_the_key_and_the_senders_domain() -> None:
    one, again, other = (mail.message(r) for r in (row(), row(id=32, body=""), row(key="other")))
    assert one["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert one["Message-ID"].endswith("@bank.example>")


def test_a_named_sender_is_understood(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "一〇信用金庫 <densai@bank.example>"
    assert mail.message(row())["Message-ID"].endswith("@bank.example>")


def test_the_same_row_again_is_the_same_file_to_the_byte() -> None:
    mail.send(row())
    (path,) = Path(settings.MAIL_DIRECTORY).iterdir()
    first = path.read_bytes()
    mail.send(row())
    assert list(Path(settings.MAIL_DIRECTORY).iterdir()) == [path]
    assert path.read_bytes() == first
    assert path.name.startswith("31-")
    assert path.suffix == ".eml"


def test_folder_and_mail_are_for_the_owner_alone() -> None:
    mail.send(row())
    (path,) = Path(settings.MAIL_DIRECTORY).iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_row_that_was_changed_behind_our_back_cannot_add_a_header() -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        mail.send(row(subject="件名\nBcc: eve@evil.example"))
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        mail.send(row(to="a@corp.example\nBcc: eve@evil.example"))
    assert list(Path(settings.MAIL_DIRECTORY).glob("*.eml")) == []


class Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as one mail needs; keeps what it was told."""

    said: list[bytes]
    data: list[bytes]

    def handle(self) -> None:
        self.wfile.write(b"220 bank.example\r\n")
        while line := self.rfile.readline():
            self.said.append(line.rstrip())
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.data.append(b"".join(k[1:] if k.startswith(b"..") else k for k in lines))
            if line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 bank.example\r\n")


@pytest.fixture
def smtp() -> Iterator[tuple[int, type[Smtp]]]:
    handler = type("Kept", (Smtp,), {"said": [], "data": []})
    with socketserver.TCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1], handler
        server.shutdown()
        thread.join()


def test_a_server_gets_the_same_mail(settings: Any, smtp: tuple[int, type[Smtp]]) -> None:
    port, server = smtp
    settings.MAIL_URL = f"smtp://127.0.0.1:{port}"
    mail.send(row())
    assert [k for k in server.said if k.upper().startswith((b"MAIL", b"RCPT"))] == [
        b"mail FROM:<erec@bank.example>",
        b"rcpt TO:<hanako@corp.example>",
    ]
    (data,) = server.data
    read = email.message_from_bytes(data, policy=modern)
    assert read["Subject"] == row().subject
    assert read["Auto-Submitted"] == "auto-generated"
    assert read.get_content().replace("\r\n", "\n") == BODY
    assert not Path(settings.MAIL_DIRECTORY).exists()


def test_a_password_never_goes_to_a_server_without_tls(settings: Any, smtp: tuple[int, type[Smtp]]) -> None:
    port, server = smtp
    settings.MAIL_URL = f"smtp://erec:geheim@127.0.0.1:{port}"
    with pytest.raises(OSError, match="STARTTLS"):
        mail.send(row())
    assert b"geheim" not in b"".join(server.said)
    assert server.data == []


class Recorder:
    """Stands for smtplib's two clients: how it was opened, and what was asked of it in which order."""

    said: list[Any]

    def __init__(self, host: str, port: int, timeout: int, context: ssl.SSLContext | None = None) -> None:
        self.said += [(host, port, timeout), context and context.verify_mode]

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *arguments: object) -> None:
        self.said.append("closed")

    def starttls(self, context: ssl.SSLContext) -> None:
        self.said.append(("starttls", context.verify_mode))

    def login(self, username: str, password: str) -> None:
        self.said.append((username, password))

    def send_message(self, message: EmailMessage) -> None:
        self.said.append(message["To"])


@pytest.mark.parametrize(
    ("url", "client", "said"),
    [
        ("smtp://relay.bank.example", "SMTP", [("relay.bank.example", 25, 20), None]),
        (
            "smtp://erec:a%40b@mail.bank.example",
            "SMTP",
            [("mail.bank.example", 587, 20), None, ("starttls", ssl.CERT_REQUIRED), ("erec", "a@b")],
        ),
        (
            "smtps://erec:x@mail.bank.example",
            "SMTP_SSL",
            [("mail.bank.example", 465, 20), ssl.CERT_REQUIRED, ("erec", "x")],
        ),
        (
            "smtps://mail.bank.example:2465",
            "SMTP_SSL",
            [("mail.bank.example", 2465, 20), ssl.CERT_REQUIRED],
        ),
    ],
)
def test_the_address_says_how_the_server_is_spoken_to(
    settings: Any, monkeypatch: pytest.MonkeyPatch, url: str, client: str, said: list[Any]
) -> None:
    monkeypatch.setattr(Recorder, "said", [], raising=False)
    monkeypatch.setattr(smtplib, client, Recorder)
    settings.MAIL_URL = url
    mail.send(row())
    assert Recorder.said == [*said, "hanako@corp.example", "closed"]


def test_a_line_too_long_for_mail_is_encoded_and_still_read_as_written() -> None:
    body = "長" * 400 + "\n"
    read = email.message_from_bytes(mail.message(row(body=body)).as_bytes(), policy=modern)
    assert read["Content-Transfer-Encoding"] == "base64"
    assert read.get_content().replace("\r\n", "\n") == body
    assert max(map(len, mail.message(row(body=body)).as_bytes().splitlines())) <= 78
