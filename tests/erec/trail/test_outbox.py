"""What must leave leaves: once put, whatever dies in between, and once to the eye of whoever receives it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from erec.trail import mail, outbox, tasks
from erec.trail.models import Outbox
from tests.erec.trail.cast import BEGUN

pytestmark = pytest.mark.django_db(transaction=True)

DEAD_BROKER = "redis://127.0.0.1:1/0"


def put_one(key: str = "certificate.fetched:5", **changed: Any) -> Outbox:
    given: dict[str, Any] = {
        "to": "hanako@corp.example",
        "subject": "電子証明書　取得のお知らせ",
        "body": "本文\n",
    }
    with transaction.atomic():
        outbox.put(**{"key": key, "at": BEGUN, **given, **changed})
    return Outbox.objects.get(key=key)


def mails() -> list[Path]:
    folder = Path(settings.MAIL_DIRECTORY)
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids that were sent to the broker."""
    ids: list[int] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda args, **options: ids.extend(args))
    return ids


def test_the_broker_learns_the_id_after_the_commit_and_not_before(announced: list[int]) -> None:
    with transaction.atomic():
        row = put_one()
        assert announced == []
    assert announced == [row.pk]
    assert (row.to, row.due_at, row.attempts, row.sent_at) == ("hanako@corp.example", BEGUN, 0, None)


def test_many_are_asked_for_in_one_statement_and_announced_once(
    announced: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeps: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.sweep_outbox, "apply_async", lambda **options: sweeps.append(options))
    put_one(key="k1", body="前からある")
    announced.clear()
    many = [outbox.Mail(f"k{n}", f"m{n}@corp.example", "件名", "本文") for n in range(3)]
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        outbox.put_many([*many, many[0]], at=BEGUN)
    assert (len(asked), announced, len(sweeps)) == (1, [], 1)
    rows = Outbox.objects.order_by("key").values_list("key", "to", "body", "due_at", "attempts", "sent_at")
    assert list(rows) == [
        ("k0", "m0@corp.example", "本文", BEGUN, 0, None),
        ("k1", "hanako@corp.example", "前からある", BEGUN, 0, None),
        ("k2", "m2@corp.example", "本文", BEGUN, 0, None),
    ]


def test_one_bad_mail_of_many_leaves_none(announced: list[int]) -> None:
    good, bad = outbox.Mail("k1", "a@corp.example", "件名", ""), outbox.Mail("k2", "no address", "件名", "")
    with pytest.raises(ValueError, match="one plain address"), transaction.atomic():
        outbox.put_many([good, bad], at=BEGUN)
    assert (Outbox.objects.count(), announced) == (0, [])


def test_no_mails_are_no_statement_and_no_message(announced: list[int]) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        outbox.put_many([], at=BEGUN)
    assert (len(asked), announced) == (0, [])


def test_what_is_rolled_back_neither_stays_nor_is_announced(announced: list[int]) -> None:
    def put_and_fail() -> None:
        with transaction.atomic():
            put_one()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        put_and_fail()
    assert (Outbox.objects.count(), announced) == (0, [])


def test_the_same_key_again_asks_for_nothing_new(announced: list[int]) -> None:
    first = put_one(subject="一通目")
    again = put_one(subject="二通目")
    assert (again.pk, again.subject) == (first.pk, "一通目")
    assert announced == [first.pk]


def test_outside_of_a_transaction_nothing_is_put(announced: list[int]) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        outbox.put(key="k", to="a@corp.example", subject="件名", body="", at=BEGUN)
    assert (Outbox.objects.count(), announced) == (0, [])


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "件名\r\nBcc: eve@evil.example"},
        {"subject": "件名\nX: y"},
        {"subject": "件名\u2028"},
        {"subject": "件名\0"},
        {"subject": ""},
        {"subject": "長" * 201},
        {"to": "a@corp.example\nBcc: eve@evil.example"},
        {"to": "a@corp.example, eve@evil.example"},
        {"to": "山田 <a@corp.example>"},
        {"to": "山田@corp.example"},
        {"to": "a@会社.example"},
        {"to": ""},
        {"to": f"{'a' * 250}@corp.example"},
        {"key": "k\r\n"},
        {"key": ""},
    ],
)
def test_what_could_become_another_header_is_refused(changed: dict[str, str], announced: list[int]) -> None:
    with pytest.raises(ValueError, match=r"^The (address|subject|key) of a mail is one "):
        put_one(**changed)
    assert (Outbox.objects.count(), announced) == (0, [])


def test_a_broker_that_is_down_neither_fails_nor_delays_the_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    to_nobody = partial(current_app.connection_for_write, DEAD_BROKER)
    monkeypatch.setattr(current_app, "connection_for_write", to_nobody)
    begun = monotonic()
    row = put_one()
    assert monotonic() - begun < 1
    assert f"outbox {row.pk}: no broker, left to the sweeper" in caplog.text
    tasks.sweep_outbox()
    assert len(mails()) == 1


def test_a_message_reaches_the_real_broker() -> None:
    with current_app.connection_for_read() as broker:
        queue = broker.SimpleQueue("celery")
        queue.clear()
        row = put_one()
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    assert message.headers["task"] == "erec.trail.tasks.deliver"
    assert message.payload[:2] == [[row.pk], {}]


def test_a_worker_sends_what_is_due_once(announced: list[int]) -> None:
    row = put_one()
    assert outbox.deliver(row.pk, at=BEGUN) is True
    assert outbox.deliver(row.pk, at=BEGUN + timedelta(days=1)) is False
    row.refresh_from_db()
    assert (row.sent_at, row.attempts, row.last_error) == (BEGUN, 1, "")
    assert len(mails()) == 1


def test_the_task_and_the_sweeper_do_the_same(announced: list[int]) -> None:
    tasks.deliver(put_one("one").pk)
    assert Outbox.objects.filter(sent_at=None).count() == 0
    put_one("two")
    put_one("three")
    put_one("later", at=BEGUN + timedelta(days=36500))
    tasks.sweep_outbox()
    assert list(Outbox.objects.filter(sent_at=None).values_list("key", flat=True)) == ["later"]
    assert len(mails()) == 3


def test_an_id_that_is_not_there_is_no_error() -> None:
    assert outbox.deliver(999, at=BEGUN) is False


def test_what_is_not_due_waits(announced: list[int]) -> None:
    row = put_one()
    assert outbox.deliver(row.pk, at=BEGUN - timedelta(seconds=1)) is False
    assert outbox.sweep(at=BEGUN - timedelta(seconds=1), seconds_max=8) == 0
    assert mails() == []


def test_of_two_workers_one_sends(announced: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    row = put_one()
    sending, go_on = threading.Event(), threading.Event()
    sent: list[int] = []

    def slowly(which: Outbox) -> None:
        sending.set()
        assert go_on.wait(10)
        sent.append(which.pk)

    monkeypatch.setattr(mail, "send", slowly)

    def worker() -> bool:
        try:
            return outbox.deliver(row.pk, at=BEGUN)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(worker)
        assert sending.wait(10)
        assert outbox.deliver(row.pk, at=BEGUN) is False
        assert outbox.sweep(at=BEGUN, seconds_max=8) == 0
        go_on.set()
        assert first.result(10) is True
    assert sent == [row.pk]


def test_a_worker_that_dies_between_sending_and_marking_leaves_one_mail(
    announced: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = put_one()

    def die(*arguments: object, **options: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "save", die)
        with pytest.raises(SystemExit):
            outbox.deliver(row.pk, at=BEGUN)
    (left,) = mails()
    first = left.read_bytes()
    assert Outbox.objects.get(pk=row.pk).sent_at is None
    assert outbox.sweep(at=BEGUN, seconds_max=8) == 1
    assert mails() == [left]
    assert left.read_bytes() == first


def test_a_failure_is_kept_and_tried_again_later_and_later(
    announced: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = put_one()

    def refuse(which: Outbox) -> None:
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(mail, "send", refuse)
    at, waits = BEGUN, []
    for attempt in range(1, 12):
        assert outbox.deliver(row.pk, at=at) is False
        row.refresh_from_db()
        assert (row.attempts, row.sent_at) == (attempt, None)
        assert row.last_error == "ConnectionRefusedError: nobody there"
        waits.append((row.due_at - at).total_seconds())
        at = row.due_at
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    monkeypatch.undo()
    assert outbox.deliver(row.pk, at=at) is True


def test_one_mail_that_fails_does_not_hold_up_the_others(
    announced: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [put_one(f"key {n}") for n in range(3)]
    send = mail.send

    def refuse_the_first(which: Outbox) -> None:
        if which.pk == rows[0].pk:
            raise OSError("disk full")
        send(which)

    monkeypatch.setattr(mail, "send", refuse_the_first)
    assert outbox.sweep(at=BEGUN, seconds_max=8) == 2
    assert list(Outbox.objects.filter(sent_at=None).values_list("pk", flat=True)) == [rows[0].pk]


def test_a_sweep_ends_when_its_time_is_up(announced: list[int]) -> None:
    put_one()
    assert outbox.sweep(at=BEGUN, seconds_max=0) == 0
    assert mails() == []
