"""The way out: a file per mail in a folder, or SMTP. Sending the same row again makes the same mail."""

import hashlib
import os
import urllib.parse
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.mail import EmailMessage, SafeMIMEText, get_connection
from django.utils import timezone

from erec.trail.models import Outbox

SMTP_TIMEOUT_SECONDS = 20


def send(row: Outbox) -> None:
    """Hand one mail over. Raises whatever the way out raises."""
    if urllib.parse.urlsplit(settings.MAIL_URL).scheme == "file":
        _write(row, settings.MAIL_DIRECTORY)
    else:
        _hand_over(row)


def message(row: Outbox) -> EmailMessage:
    """The mail, the same to the byte however often it is asked for."""
    return EmailMessage(
        subject=row.subject,
        body=row.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[row.to],
        headers={
            "Date": format_datetime(timezone.localtime(row.created_at)),
            "Message-ID": _message_id(row.key),
            "Auto-Submitted": "auto-generated",  # RFC 3834 clause 5: no holiday answers, please
            "Content-Language": "ja",
        },
    )


def _message_id(key: str) -> str:
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"<{_short(key)}@{address.rpartition('@')[2] or 'localhost'}>"


def _short(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _write(row: Outbox, folder: Path) -> None:
    """Put the mail into the folder whole or not at all, readable by the owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    final = folder / f"{row.pk}-{_short(row.key)[:12]}.eml"
    partial = folder / f".{final.name}.{os.getpid()}"
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(cast(SafeMIMEText, message(row).message()).as_bytes(linesep="\r\n"))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(final)


def _hand_over(row: Outbox) -> None:
    """SMTP. `smtps:` is TLS from the first byte; `smtp:` with a password insists on STARTTLS."""
    url = urllib.parse.urlsplit(settings.MAIL_URL)
    implicit = url.scheme == "smtps"
    mail = message(row)
    mail.connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=url.hostname,
        port=url.port or (465 if implicit else 587 if url.username else 25),
        username=urllib.parse.unquote(url.username or ""),
        password=urllib.parse.unquote(url.password or ""),
        use_ssl=implicit,
        use_tls=not implicit and bool(url.username),
        timeout=SMTP_TIMEOUT_SECONDS,
    )
    mail.send(fail_silently=False)
