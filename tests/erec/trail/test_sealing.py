"""Heads that moved leave the database; it remembers them once their bytes are on the disk."""

from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command

from erec.stack import addresses
from erec.trail import heads, sealing, tasks
from erec.trail.chain import Head
from erec.trail.models import ChainHead, SealedHead
from tests.erec.trail.cast import BEGUN, record_a_trail, record_one

pytestmark = pytest.mark.django_db(transaction=True)


def outside() -> list[Head]:
    return list(heads.read(heads.files(Path(settings.TRAIL_HEADS)), sealing.key_file(), sealing.tail()))


def stored() -> list[Head]:
    return [Head(h.chain, h.position, bytes(h.hash)) for h in ChainHead.objects.order_by("chain")]


def test_only_heads_that_moved_are_written() -> None:
    record_a_trail()
    assert sealing.write(at=BEGUN) == 3
    before = stored()
    assert outside() == before
    record_one(12, 8)
    assert sealing.write(at=BEGUN) == 1
    assert outside() == [*before, stored()[-1]]
    assert SealedHead.objects.get(chain=12).position == 7


def test_when_nothing_moved_not_a_byte_is_written() -> None:
    assert sealing.write(at=BEGUN) == 0
    assert not Path(settings.TRAIL_HEADS).exists()
    record_a_trail()
    sealing.write(at=BEGUN)
    (path, _), *rest = heads.files(Path(settings.TRAIL_HEADS))
    written = path.read_bytes()
    assert sealing.write(at=BEGUN) == 0
    assert (path.read_bytes(), rest) == (written, [])


def test_a_crash_between_file_and_database_writes_the_lines_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record_a_trail()

    def crash(*arguments: object, **options: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr(SealedHead.objects, "bulk_create", crash)
        with pytest.raises(InterruptedError):
            sealing.write(at=BEGUN)
    assert SealedHead.objects.count() == 0
    assert sealing.write(at=BEGUN) == 3
    assert outside() == stored() * 2
    call_command("verify_audit")


def test_while_one_writes_another_does_nothing() -> None:
    record_a_trail()
    other = addresses.connection(settings.CONFIG)
    with psycopg.connect(**other) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [sealing.ONE_WRITER])
        assert sealing.write(at=BEGUN) == 0
    assert sealing.write(at=BEGUN) == 3


def test_beat_names_tasks_that_are_there() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.write_heads.name, tasks.sweep_outbox.name} <= scheduled


def test_the_task_writes_the_heads() -> None:
    record_a_trail()
    tasks.write_heads()
    assert outside() == stored()
