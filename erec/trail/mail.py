"""The way out: a file per mail in a folder, or SMTP. Sending the same row again makes the same mail.

The standard library's `email`, not Django's: Django folds a long Japanese subject right after
`Subject:`, which some readers show with a space in front.
"""

import hashlib
import os
import smtplib
import ssl
import urllib.parse
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from erec.trail.models import Outbox

SMTP_TIMEOUT_SECONDS = 20
LINE_BYTES_MAX = 998  # RFC 5322 clause 2.1.1


def send(row: Outbox) -> None:
    """Hand one mail over. Raises whatever the way out raises."""
    if urllib.parse.urlsplit(settings.MAIL_URL).scheme == "file":
        _write(row, settings.MAIL_DIRECTORY)
    else:
        _hand_over(message(row), settings.MAIL_URL)


def message(row: Outbox) -> EmailMessage:
    """The mail, the same to the byte however often it is asked for. ValueError if a header has two lines."""
    mail = EmailMessage(policy=SMTP)
    long = any(len(line.encode()) > LINE_BYTES_MAX for line in row.body.splitlines())
    mail.set_content(row.body, charset="utf-8", cte="base64" if long else "8bit")
    mail["Content-Language"] = "ja"
    mail["From"] = settings.DEFAULT_FROM_EMAIL
    mail["To"] = row.to
    mail["Subject"] = row.subject
    mail["Date"] = format_datetime(timezone.localtime(row.created_at))
    mail["Message-ID"] = _message_id(row.key)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 clause 5: no holiday answers, please
    return mail


def _message_id(key: str) -> str:
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"<{_short(key)}@{address.rpartition('@')[2] or 'localhost'}>"


def _short(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _write(row: Outbox, folder: Path) -> None:
    """Put the mail into the folder whole or not at all, readable by the owner only."""
    content = message(row).as_bytes()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    final = folder / f"{row.pk}-{_short(row.key)[:12]}.eml"
    partial = folder / f".{final.name}.{os.getpid()}"
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(final)


def _hand_over(mail: EmailMessage, address: str) -> None:
    """SMTP. `smtps:` is TLS from the first byte; `smtp:` with a password insists on STARTTLS."""
    url = urllib.parse.urlsplit(address)
    host, tls = url.hostname or "", ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, url.port or 465, timeout=SMTP_TIMEOUT_SECONDS, context=tls)
    else:
        server = smtplib.SMTP(host, url.port or (587 if url.username else 25), timeout=SMTP_TIMEOUT_SECONDS)
    with server:
        if url.username:
            if url.scheme == "smtp":
                server.starttls(context=tls)  # raises if the server does not offer it
            server.login(urllib.parse.unquote(url.username), urllib.parse.unquote(url.password or ""))
        server.send_message(mail)
