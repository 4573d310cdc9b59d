"""The business date (業務日付): one stored row for the institution, moved day by day by the day's run.

What is asked of the record book counts for the business date, not for the wall clock's: at midnight the
date changes when the day's run moves it, and the command `business_day` may move it ahead. The time of
day is always the wall clock's. A request is in time for a day until the cut-off, 15:00 by default
(domain facts §2.3, [HKK161]).

`today` takes a shared lock until the end of the transaction, `move_to` the exclusive one: nothing that was
asked for one day is written after the date has gone on. Ask `today` before locking any row, or a day that
is about to move and a row that is held can wait for each other.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db import connection, transaction
from django.utils import timezone

from erec.parameters import table
from erec.parameters.models import BusinessDay

_LOCK = 0x657265635F646179  # "erec_day"; any number that nothing else locks


@dataclass(frozen=True)
class Today:
    """The business date as one action sees it. `at` is the wall clock's moment."""

    date: date
    at: datetime
    before_cut_off: bool

    @property
    def moment(self) -> datetime:
        """Now on the business clock, to compare with deadlines: the business date at the wall's time of day.

        While the wall clock is past the date (the day's run has not come yet) it is the wall clock.
        """
        wall = timezone.localtime(self.at)
        return max(wall, wall.replace(year=self.date.year, month=self.date.month, day=self.date.day))


class Step(StrEnum):
    """What the day's run has to do next."""

    OPEN = "日初処理"  # the date has moved: what takes effect on it
    CLOSE = "日終処理"  # the cut-off has passed: what ends with the day
    MOVE = "日替わり"  # the day is over: move to the next


def today(at: datetime) -> Today:
    """The business date, kept from moving until the transaction ends. The first call makes the row."""
    _lock("pg_advisory_xact_lock_shared")
    day = _row(at).date
    return Today(day, at, Today(day, at, False).moment < cut_off_on(day))


def cut_off_on(day: date) -> datetime:
    """The moment from which it is too late for `day`: 15:00 by default."""
    return timezone.make_aware(
        datetime.combine(day, time()) + timedelta(minutes=table.value("cut_off_minutes"))
    )


def next_step(at: datetime, *, ahead: bool = False) -> Step | None:
    """What the day's run has to do now; None is nothing. `ahead`: do not wait for the wall clock."""
    row = _row(at)
    if row.opened_at is None:
        return Step.OPEN
    if not row.closed:
        return Step.CLOSE if ahead or at >= cut_off_on(row.date) else None
    return Step.MOVE if ahead or timezone.localdate(at) > row.date else None


@transaction.atomic
def move_to(day: date, at: datetime) -> bool:
    """Make `day` the business date, to be opened. False: it is already. ValueError: it is later.

    Waits for every transaction that has asked for today's date; call it in a transaction that holds no rows.
    """
    _lock("pg_advisory_xact_lock")
    row = _row(at)
    if day < row.date:
        raise ValueError(f"The business date moves forward only, not from {row.date} to {day}.")
    if day == row.date:
        return False
    row.date, row.moved_at, row.opened_at, row.closed = day, at, None, False
    row.save()
    return True


def is_closed(at: datetime) -> bool:
    """Whether the steps at the end of the business date are done."""
    return _row(at).closed


def mark_opened(at: datetime) -> None:
    """The steps at the beginning of the day are done."""
    _row(at)
    BusinessDay.objects.filter(opened_at=None).update(opened_at=at)


def mark_closed(at: datetime) -> None:
    """The steps at the end of the day are done. The day must have been opened (the database says so)."""
    _row(at)
    BusinessDay.objects.update(closed=True)


def _lock(function: str) -> None:
    """Outside a transaction the lock would end with its own statement, so it is not taken."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_LOCK])


def _row(at: datetime) -> BusinessDay:
    row = BusinessDay.objects.first()
    if row is None:
        first = BusinessDay(date=timezone.localdate(at), moved_at=at)
        BusinessDay.objects.bulk_create([first], ignore_conflicts=True)
        row = BusinessDay.objects.get()
    return row
