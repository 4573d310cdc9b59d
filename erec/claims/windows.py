"""Which dates a record request may carry, and until when something may be answered or taken back.

Pure, on the bank calendar and the dated rules (domain facts §4.1–§4.5 and their counting notes). Days are
bank business days. A moment is the cut-off (15:00) of its last day, and is too late itself: compare it with
`Today.moment`. Which version of a rule counts is decided by the day in the function's first argument
(inferred: the announcements name the day of the request, which lies at most a month before).
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from erec.formats import bank_calendar
from erec.parameters.business_day import Today, cut_off_on
from erec.parameters.record_rules import value_on


class Window(NamedTuple):
    """The first and the last day that may be chosen."""

    first: date
    last: date


def effective_due(due_on: date) -> date:
    """支払期日 as it is recorded: on a holiday the next business day ([JRK98] [TKB174]).

    2026-10-31 (Saturday) becomes 2026-11-02.
    """
    return bank_calendar.on_or_after(due_on)


def record_dates(today: Today) -> Window:
    """電子記録年月日: today, or after the cut-off the next business day, to a month later ([JRK98] [82F4]).

    On 2026-11-20 at 10:00: 2026-11-20 to 2026-12-18 (the 20th is a Sunday); at 15:00: from 2026-11-24.
    """
    first = today.date if today.before_cut_off else today.date + timedelta(days=1)
    month_later = bank_calendar.same_day_months_later(today.date, value_on("reservation_months", today.date))
    return Window(bank_calendar.on_or_after(first), bank_calendar.on_or_before(month_later))


def earliest_due(record_on: date, *, by_obligee: bool) -> date:
    """The first 支払期日 that may be chosen: 3 business days after 電子記録年月日, 7 for 債権者請求.

    A holiday right before that day is recorded as that day, so it may be chosen: 「6営業日後の翌日…以降」
    ([JRK98], of the then 7 days). For Friday 2026-11-20 it is Thursday 2026-11-26, as Monday is a
    holiday, and by the obligee 2026-12-02; for Tuesday 2026-11-24 Friday 2026-11-27; for Wednesday 2026-11-25
    Saturday 2026-11-28, which is recorded as Monday.
    """
    code = "due_earliest_days_by_obligee" if by_obligee else "due_earliest_days"
    return bank_calendar.after(record_on, value_on(code, record_on) - 1) + timedelta(days=1)


def latest_due(record_on: date) -> date:
    """The last 支払期日 that may be chosen: the same day a year later by default ([JRK98]).

    For 2028-02-29 it is 2029-02-28. On a holiday it still may be chosen (inferred).
    """
    return bank_calendar.same_day_months_later(record_on, value_on("due_latest_months", record_on))


def last_assignment_day(due_on: date) -> date:
    """The last 電子記録年月日 of 譲渡: the 3rd business day before 支払期日 ([DN-NEWS]).

    For 2027-01-05 it is 2026-12-29: 4 January, 30 and 29 December.
    """
    return bank_calendar.before(effective_due(due_on), value_on("assignment_before_due_days", due_on))


def reserved_cancel_until(effective_on: date) -> datetime:
    """A reservation may be taken back before 15:00 of the business day before its day ([HKK1278], inferred).

    For Tuesday 2026-11-24 it is Friday 2026-11-20, 15:00.
    """
    return cut_off_on(bank_calendar.before(effective_on, value_on("cancel_reserved_days", effective_on)))


def recorded_cancel_until(recorded_on: date, due_on: date) -> datetime:
    """A record may be cancelled before 15:00 of the 5th business day including its own.

    And not later than the 3rd business day before 支払期日 ([HKK1278] [82F3] [82-4303]).
    Recorded on Friday 2026-11-20: 2026-11-27, 15:00; if due on 2026-11-30, already on 2026-11-25, 15:00.
    """
    in_days = bank_calendar.nth_including(recorded_on, value_on("cancel_recorded_days", recorded_on))
    return cut_off_on(min(in_days, _before_due(due_on, "cancel_before_due_days", recorded_on)))


def answer_until(record_on: date, due_on: date) -> datetime:
    """債権者請求 is answered before 15:00 of the 5th business day including the one it is to be recorded on.

    And not later than the 7th business day before 支払期日 ([77-4201] [HKK1278]; 15:00 inferred).
    To be recorded on Friday 2026-11-20: 2026-11-27, 15:00; if due on 2026-12-02, on 2026-11-20, 15:00.
    """
    in_days = bank_calendar.nth_including(record_on, value_on("answer_days", record_on))
    return cut_off_on(min(in_days, _before_due(due_on, "answer_before_due_days", record_on)))


def guarantee_until(due_on: date) -> datetime:
    """保証 is recorded before 支払期日 (inferred: on that day the claim is paid or 支払不能).

    Due on 2026-11-24, after a long weekend: 2026-11-20, 15:00.
    """
    return cut_off_on(_before_due(due_on, "guarantee_before_due_days", due_on))


def guarantee_answer_until(asked_on: date) -> datetime:
    """The guarantor consents before 15:00 of the 5th business day including that of the request (facts §4.4).

    Asked on Friday 2026-11-20: 2026-11-27, 15:00; on Saturday the 21st: 2026-11-30, 15:00.
    """
    return cut_off_on(bank_calendar.nth_including(asked_on, value_on("guarantee_answer_days", asked_on)))


def change_until(due_on: date) -> datetime:
    """変更 is asked and consented to before 15:00 of the 7th business day before 支払期日 ([KIR6001] [DN49]).

    Due on 2026-12-02: 2026-11-20, 15:00.
    """
    return cut_off_on(_before_due(due_on, "change_before_due_days", due_on))


def earliest_changed_due(record_on: date) -> date:
    """The first 支払期日 that a change may give: as of a request that needs consent (inferred).

    For Friday 2026-11-20 it is 2026-12-02. See earliest_due for the holiday right before it.
    """
    days = value_on("change_due_earliest_days", record_on)
    return bank_calendar.after(record_on, days - 1) + timedelta(days=1)


def change_answer_until(record_on: date, due_on: date) -> datetime:
    """変更 is consented to before 15:00 of the 5th business day including 記録予定日 ([KIR6001]).

    And not later than the 7th business day before the 支払期日 of now. To be recorded on 2026-11-20:
    2026-11-27, 15:00; if due on 2026-12-02, on 2026-11-20, 15:00.
    """
    in_days = bank_calendar.nth_including(record_on, value_on("change_answer_days", record_on))
    return min(cut_off_on(in_days), change_until(due_on))


def payment_until(due_on: date) -> datetime:
    """支払等 is recorded before 15:00 of the 3rd business day before 支払期日 ([RYUI]).

    Later the transfer runs anyway. Due on 2027-01-05: 2026-12-29, 15:00.
    """
    return cut_off_on(_before_due(due_on, "payment_before_due_days", due_on))


def payment_answer_until(record_on: date) -> datetime:
    """The payee consents before 15:00 of the 5th business day including 電子記録年月日 (inferred).

    To be recorded on Friday 2026-11-20: 2026-11-27, 15:00.
    """
    return cut_off_on(bank_calendar.nth_including(record_on, value_on("payment_answer_days", record_on)))


def defaulted_assignment_from(settle_on: date) -> date:
    """The first 電子記録年月日 of 譲渡 of a claim that was not paid: the 3rd business day after ([DN34]).

    Due on Thursday 2023-08-31, it is Tuesday 2023-09-05.
    """
    return bank_calendar.after(settle_on, value_on("assignment_after_due_days", settle_on))


def objection_until(settle_on: date) -> datetime:
    """異議申立 comes before 15:00 of the business day before 支払期日 (信用金庫の利用規定; hour inferred)."""
    return cut_off_on(bank_calendar.before(settle_on, value_on("objection_before_due_days", settle_on)))


def _before_due(due_on: date, code: str, rule_day: date) -> date:
    return bank_calendar.before(effective_due(due_on), value_on(code, rule_day))
