"""What must leave: one row a mail, written in the caller's transaction, sent after it by a worker.

At least once: a worker that dies between sending and marking sends again, with the same Message-ID
and to the same file, so that the second is recognised as the first.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from unicodedata import category

from celery import current_app
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from erec.trail import mail
from erec.trail.models import Outbox

RETRY_FIRST_SECONDS = 10
RETRY_MAX_SECONDS = 3600

# Unicode's control characters, surrogates, line and paragraph separators. (Not str.isprintable: it
# refuses the full-width space.)
NOT_IN_A_LINE = ("Cc", "Cs", "Zl", "Zp")

TRY_ONCE = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 2}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mail:
    """One mail to be; the same key again asks for nothing new."""

    key: str
    to: str
    subject: str
    body: str


def put(*, key: str, to: str, subject: str, body: str, at: datetime) -> None:
    """Ask for one mail. See put_many."""
    put_many([Mail(key, to, subject, body)], at=at)


def put_many(mails: Iterable[Mail], *, at: datetime) -> None:
    """Ask for mails: one statement, and one message to the workers after the commit, however many.

    Raises ValueError for an address or a subject that could not be a header, and
    TransactionManagementError outside transaction.atomic.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A mail is put inside the action's transaction.")
    by_key = {asked.key: asked for asked in mails}
    for asked in by_key.values():
        _refuse_bad_header(key=asked.key, to=asked.to, subject=asked.subject)
    made = _insert(by_key, at)
    if made:
        transaction.on_commit(lambda: _announce(made))


def _refuse_bad_header(*, key: str, to: str, subject: str) -> None:
    try:
        validate_email(to)
    except ValidationError as error:
        raise ValueError("The address of a mail is one plain address.") from error
    if not to.isascii() or len(to) > 254:
        raise ValueError("The address of a mail is one plain address.")
    for name, text in (("subject", subject), ("key", key)):
        if not 0 < len(text) <= 200 or any(category(c) in NOT_IN_A_LINE for c in text):
            raise ValueError(f"The {name} of a mail is one line of at most 200 characters.")


def _insert(by_key: Mapping[str, Mail], at: datetime) -> list[int]:
    """The ids of those whose key was not taken. In the order of the keys: two who put the same mails wait
    for each other and never deadlock.
    """
    if not by_key:
        return []
    rows = [by_key[key] for key in sorted(by_key)]
    columns = [[getattr(row, name) for row in rows] for name in ("key", "to", "subject", "body")]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO trail_outbox (key, "to", subject, body, created_at, due_at, attempts, last_error)'
            " SELECT *, %s, %s, 0, '' FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])"
            " ON CONFLICT (key) DO NOTHING RETURNING id",
            [at, at, *columns],
        )
        return [row[0] for row in cursor.fetchall()]


def _announce(outbox_ids: Sequence[int]) -> None:
    """Tell a worker at once: the mail, or of many to sweep. If the broker is down the sweeper finds the rows.

    With a connection of its own: the pooled one tries again for some seconds inside the request.
    """
    from erec.trail import tasks  # the tasks import this module

    try:
        with current_app.connection_for_write(transport_options=TRY_ONCE) as broker:
            if len(outbox_ids) == 1:
                tasks.deliver.apply_async(args=list(outbox_ids), connection=broker, retry=False)
            else:
                tasks.sweep_outbox.apply_async(connection=broker, retry=False)
    except Exception as error:  # whatever the broker's client raises, the rows are committed
        _log.warning("outbox %s: no broker, left to the sweeper: %s", outbox_ids[0], error)


def deliver(outbox_id: int, *, at: datetime) -> bool:
    """Send one mail if it is due and no other worker has it. True if it left."""
    with transaction.atomic():
        due = Outbox.objects.filter(pk=outbox_id, sent_at=None, due_at__lte=at)
        row = due.select_for_update(skip_locked=True).first()
        return row is not None and _attempt(row, at)


def sweep(*, at: datetime, seconds_max: float) -> int:
    """Try what is due, the oldest first, a row a transaction, until the time is up; how many left."""
    left = 0
    end = monotonic() + seconds_max
    while monotonic() < end:
        with transaction.atomic():
            due = Outbox.objects.filter(sent_at=None, due_at__lte=at).order_by("due_at", "id")
            row = due.select_for_update(skip_locked=True).first()
            if row is None:
                break
            left += _attempt(row, at)
    return left


def _attempt(row: Outbox, at: datetime) -> bool:
    """Send under the row's lock and write down what came of it."""
    row.attempts += 1
    try:
        mail.send(row)
    except Exception as error:  # any failure of the way out is kept and tried again
        row.last_error = f"{type(error).__name__}: {error}"[:1000]
        row.due_at = at + retry_after(row.attempts)
        _log.warning("outbox %s: attempt %s failed: %s", row.pk, row.attempts, row.last_error)
    else:
        row.sent_at = at
    row.save(update_fields=["attempts", "last_error", "due_at", "sent_at"])
    return row.sent_at is not None


def retry_after(attempts: int) -> timedelta:
    """10 s after the first failure, doubled each time, at most an hour: 10, 20, 40 … 3600."""
    doublings = min(attempts - 1, 20)
    return timedelta(seconds=min(RETRY_FIRST_SECONDS * 2**doublings, RETRY_MAX_SECONDS))
