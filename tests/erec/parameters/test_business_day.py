"""The business date: one row, forward only, kept still for whoever asked for it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import override_settings

from erec.parameters.business_day import Step, cut_off_on, mark_closed, mark_opened, move_to, next_step, today
from erec.parameters.models import BusinessDay
from tests.cast import AT

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 24)


def at(text: str) -> datetime:
    """A moment written as Tokyo's clock shows it."""
    return datetime.fromisoformat(text + "+09:00")


def in_another_connection(work: Callable[[], Any]) -> None:
    try:
        work()
    finally:
        connection.close()


@pytest.mark.django_db
def test_the_first_question_makes_the_row_of_tokyos_date() -> None:
    found = today(datetime(2026, 11, 19, 15, 30, tzinfo=UTC))  # 00:30 of the 20th in Tokyo
    assert found.date == FRIDAY
    row = BusinessDay.objects.get()
    assert (row.pk, row.date, row.closed, row.opened_at) == (1, FRIDAY, False, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("clock", "in_time"),
    [("00:00:00", True), ("14:59:59", True), ("15:00:00", False), ("23:59:59", False)],
)
def test_the_cut_off_is_fifteen_oclock(clock: str, in_time: bool) -> None:
    assert today(at(f"2026-11-20T{clock}")).before_cut_off is in_time


@pytest.mark.django_db
def test_the_institution_sets_its_cut_off() -> None:
    with override_settings(PARAMETERS={**settings.PARAMETERS, "cut_off_minutes": 890}):
        assert today(at("2026-11-20T14:49:59")).before_cut_off is True
        assert today(at("2026-11-20T14:50:00")).before_cut_off is False
        assert cut_off_on(FRIDAY) == at("2026-11-20T14:50:00")


@pytest.mark.django_db
def test_the_date_stays_until_it_is_moved_and_is_then_too_late_for() -> None:
    today(AT)
    late = today(at("2026-11-21T09:00:00"))
    assert (late.date, late.before_cut_off) == (FRIDAY, False)
    assert late.moment == at("2026-11-21T09:00:00")


@pytest.mark.django_db
def test_a_date_moved_ahead_keeps_the_walls_time_of_day() -> None:
    assert move_to(date(2028, 2, 29), AT) is True
    ahead = today(at("2026-11-20T10:00:00"))
    assert (ahead.date, ahead.before_cut_off) == (date(2028, 2, 29), True)
    assert ahead.moment == at("2028-02-29T10:00:00")
    assert today(at("2026-11-20T15:00:00")).before_cut_off is False


@pytest.mark.django_db
def test_the_date_moves_forward_only() -> None:
    today(AT)
    assert move_to(MONDAY, AT) is True
    assert move_to(MONDAY, AT + timedelta(hours=1)) is False
    with pytest.raises(ValueError, match="forward only, not from 2026-11-24 to 2026-11-23"):
        move_to(date(2026, 11, 23), AT)
    row = BusinessDay.objects.get()
    assert (row.date, row.moved_at) == (MONDAY, AT)


@pytest.mark.django_db
def test_the_steps_of_a_day_come_in_order_by_the_clock() -> None:
    assert next_step(AT) is Step.OPEN
    mark_opened(AT)
    assert next_step(at("2026-11-20T14:59:59")) is None
    assert next_step(at("2026-11-20T15:00:00")) is Step.CLOSE
    mark_closed(at("2026-11-20T15:00:01"))
    assert next_step(at("2026-11-20T23:59:59")) is None
    assert next_step(at("2026-11-21T00:00:00")) is Step.MOVE
    move_to(date(2026, 11, 21), at("2026-11-21T00:00:00"))
    assert next_step(at("2026-11-21T00:00:01")) is Step.OPEN


@pytest.mark.django_db
def test_ahead_of_the_clock_the_steps_do_not_wait() -> None:
    steps = []
    for done in (lambda: mark_opened(AT), lambda: mark_closed(AT), lambda: move_to(MONDAY, AT)):
        steps.append(next_step(AT, ahead=True))
        done()
    assert steps == [Step.OPEN, Step.CLOSE, Step.MOVE]
    assert next_step(AT, ahead=True) is Step.OPEN


@pytest.mark.django_db
def test_a_second_opening_keeps_the_first_ones_time() -> None:
    mark_opened(AT)
    mark_opened(AT + timedelta(hours=1))
    assert BusinessDay.objects.get().opened_at == AT


@pytest.mark.django_db
def test_a_day_that_was_not_opened_cannot_be_closed() -> None:
    today(AT)
    with pytest.raises(IntegrityError, match="business_day_opens_before_it_closes"), transaction.atomic():
        mark_closed(AT)
    assert BusinessDay.objects.get().closed is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE parameters_businessday SET date = '2026-11-19'", "moves forward only"),
        ("DELETE FROM parameters_businessday", "moves forward only"),
        (
            "INSERT INTO parameters_businessday (id, date, moved_at, closed) VALUES (2, now(), now(), false)",
            "business_day_is_one_row",
        ),
    ],
)
def test_the_database_keeps_one_row_that_moves_forward(statement: str, refusal: str) -> None:
    today(AT)
    with pytest.raises(DatabaseError, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(BusinessDay.objects.values_list("pk", "date")) == [(1, FRIDAY)]


@pytest.mark.django_db(transaction=True)
def test_the_date_waits_for_a_transaction_that_has_asked_for_it() -> None:
    today(AT)
    moved: list[Any] = []
    mover = Thread(target=in_another_connection, args=(lambda: moved.append(move_to(MONDAY, AT)),))
    with transaction.atomic():
        assert today(AT).date == FRIDAY
        mover.start()
        mover.join(0.3)
        assert mover.is_alive()
        assert today(AT).date == FRIDAY
    mover.join(10)
    assert moved == [True]
    assert today(AT).date == MONDAY


@pytest.mark.django_db(transaction=True)
def test_who_asks_while_the_date_moves_gets_the_new_one() -> None:
    today(AT)
    seen: list[date] = []

    def ask() -> None:
        with transaction.atomic():
            seen.append(today(AT).date)

    asker = Thread(target=in_another_connection, args=(ask,))
    with transaction.atomic():
        move_to(MONDAY, AT)
        asker.start()
        asker.join(0.3)
        assert seen == []
    asker.join(10)
    assert seen == [MONDAY]


@pytest.mark.django_db(transaction=True)
def test_many_first_questions_make_one_row() -> None:
    threads = [Thread(target=in_another_connection, args=(lambda: today(AT),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert list(BusinessDay.objects.values_list("pk", "date")) == [(1, FRIDAY)]
