"""The day's run: what each business date begins and ends with, in order. Moved by beat, or by a command.

Every step may be repeated: a run that died goes on where it was. One run at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from accounts.origin import Origin, tell
from erec.claims import runs as claims
from erec.financing import money
from erec.parameters import business_day
from erec.parameters.business_day import Step
from erec.trail.events import Event
from erec.workflow import runs

_LOCK = 0x657265635F72756E  # "erec_run"

WORKER = Origin(door="worker")


def catch_up(at: datetime) -> None:
    """Whatever is due by the wall clock, a day at a time, and what was left. Beat asks every minute."""
    with _alone(wait=False) as alone:
        while alone and (step := business_day.next_step(at)) is not None:
            _do(step, at, WORKER)
        if alone:
            _what_was_left(at)


def _what_was_left(at: datetime) -> None:
    """A row that raised is tried again until somebody has mended it; without one this finds nothing."""
    today, closed = business_day.today(at).date, business_day.is_closed(at)
    claims.take_effect(today, at)
    claims.settle(today if closed else today - timedelta(days=1), at)
    _pay(today, at)


def _pay(today: date, at: datetime) -> None:
    """融資: the proceeds of what is assigned by now, and loans out of what was settled."""
    money.pay_out(today, at)
    money.take_in(at)


def run_through(last: date, at: datetime, origin: Origin) -> list[date]:
    """Move the business date to `last`, day by day, and run each to its end. The days that were run.

    Raises ValueError for a day before today's business date.
    """
    days: list[date] = []
    with _alone(wait=True):
        _refuse_earlier(last, at)
        while True:
            step, today = business_day.next_step(at, ahead=True), business_day.today(at).date
            if step is Step.MOVE and today == last:
                runs.lapse_requests(business_day.cut_off_on(today), at, origin)
                return days
            if step is None:
                return days
            _do(step, at, origin)
            if step is Step.CLOSE:
                days.append(today)


def _refuse_earlier(last: date, at: datetime) -> None:
    today = business_day.today(at).date
    if last < today:
        raise ValueError(f"業務日付は {today} です。{last} へは戻せません。")


def _do(step: Step, at: datetime, origin: Origin) -> None:
    """The step's work, and then that it is done, told at once: who dies before does it again and tells it."""
    today = business_day.today(at).date
    if step is Step.OPEN:
        claims.take_effect(today, at)
        runs.collect(at)
        _pay(today, at)
        claims.announce_debits(today, at)
    elif step is Step.CLOSE:
        claims.settle(today, at)
        _pay(today, at)
        runs.lapse_demands(business_day.cut_off_on(today), at)
    else:
        runs.lapse_requests(business_day.cut_off_on(today), at, origin)
    with transaction.atomic():
        done = _mark_done(step, today, at)
        tell(
            Event.BUSINESS_DAY_RUN,
            at=at,
            origin=origin,
            acting_user=None,
            company_id=None,
            target=done.isoformat(),
            step=step.value,
        )


def _mark_done(step: Step, today: date, at: datetime) -> date:
    """The business date that the step belongs to: of a move the new one."""
    if step is Step.OPEN:
        business_day.mark_opened(at)
    elif step is Step.CLOSE:
        business_day.mark_closed(at)
    else:
        today += timedelta(days=1)
        business_day.move_to(today, at)
    return today


@contextmanager
def _alone(*, wait: bool) -> Iterator[bool]:
    """One run at a time, over all workers and commands; the lock goes with the connection if this dies."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_lock(%s)", [_LOCK])
        held = cursor.fetchone()[0] is not False
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
