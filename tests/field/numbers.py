"""The rules with a number: how much, how many, how many days. On 2023-01-10 some became kinder: two rows."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from erec.claims import defaults, runs, sanctions, windows
from erec.claims.checks.common import amount_within
from erec.claims.grounds import GROUNDS, Unpaid
from erec.claims.instructions import Party
from erec.claims.models import DefaultNotice
from erec.parameters.record_rules import IMPROVED, LONGER
from erec.workflow.types.accrual import AccrualByObligor
from erec.workflow.types.assignment import AssignmentOfClaims
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.claims.cast_checks import cancelling, clock, codes, plain
from tests.field.rows import SOON, TODAY, Row, accepts, accrues, at, before, claim, lines_fit, number, unpaid

FRIDAY_BEFORE, TUESDAY_AFTER = date(2023, 1, 6), IMPROVED  # Monday 2023-01-09 is a holiday
FAR = c.DUE
FIFTH = date(2026, 11, 27)  # the 5th business day including TODAY


def _cancels(kind: str, by: str, **changed: Any) -> Callable[[str], bool]:
    def may(moment: str) -> bool:
        number, obligor, holder = claim(**changed)
        party = obligor if by == "obligor" else holder
        return not codes(cancelling(number, kind, party), clock(moment))

    return may


def _changes(**wanted: Any) -> Callable[[Any], bool]:
    """A change asked at the row's moment, or with the row's value where `wanted` has None."""

    def may(value: Any) -> bool:
        moment = value if isinstance(value, str) else at(TODAY)
        asked = {name: value if given is None else given for name, given in wanted.items()}
        today = clock(moment)
        on = windows.record_dates(today).first
        return accepts(
            lambda n, o, h: c.change(n, h, o, record_on=on, **asked), moment, due_on=date(2026, 12, 2)
        )

    return may


def _guaranteed_at(moment: str) -> bool:
    on = windows.record_dates(clock(moment)).first
    return accepts(lambda n, o, h: c.guarantee(n, h, c.party(), record_on=on), moment, due_on=SOON)


def _paid_at(moment: str) -> bool:
    on = windows.record_dates(clock(moment)).first
    return accepts(lambda n, o, h: c.payment(n, o, h, 1, record_on=on), moment, due_on=SOON)


def _assigned_after_default(on: date) -> bool:
    number, _, holder = unpaid()
    asked = c.assignment(number, holder, c.party(), record_on=on, with_guarantee=False)
    return not codes(asked, clock(at(on)))


def _told_by(on: date) -> bool:
    unpaid()
    runs.settle(on, cast.AT)
    return DefaultNotice.objects.get().sent_at is not None


def _twice(first: date, second: date) -> Party:
    """A debtor who did not pay on two days."""
    obligor = c.party()
    for day in (first, second):
        row = c.claim(obligor, c.party())
        row.settle_on = day
        defaults.put_down(row, Unpaid(GROUNDS["no_cover"]), at=cast.AT)
    return obligor


def _free_after(first: date) -> Callable[[date], bool]:
    return lambda on: not sanctions.is_sanctioned(_twice(first, TODAY).company_id, on)


def rows() -> Iterator[Row]:
    """The rules with a number."""
    yield number(
        "amount_min_yen",
        "4.1",
        accrues(amount_yen=None, record_on=FRIDAY_BEFORE, due_on=date(2023, 3, 31)),
        10_000,
        9_999,
    )
    yield number(
        "amount_min_yen",
        "4.1",
        accrues(amount_yen=None, record_on=TUESDAY_AFTER, due_on=date(2023, 3, 31)),
        1,
        0,
        since=IMPROVED,
    )
    yield number("amount_max_yen", "4.1", accrues(amount_yen=None), 9_999_999_999, 10_000_000_000)
    yield number(
        "reservation_months",
        "4.1",
        lambda on: not codes(plain(record_on=on)),
        date(2026, 12, 18),
        date(2026, 12, 21),
    )
    yield number(
        "cut_off_minutes",
        "4.1",
        lambda moment: not codes(plain(), clock(moment)),
        at(TODAY, "14:59"),
        at(TODAY, "15:00"),
    )
    yield number(
        "due_earliest_days",
        "4.1",
        accrues(due_on=None, record_on=FRIDAY_BEFORE),
        date(2023, 1, 18),
        date(2023, 1, 17),
    )
    yield number(
        "due_earliest_days",
        "4.1",
        accrues(due_on=None, record_on=TUESDAY_AFTER),
        date(2023, 1, 13),
        date(2023, 1, 12),
        since=IMPROVED,
    )
    yield number(
        "due_earliest_days_by_obligee",
        "4.1",
        accrues(due_on=None, record_on=TUESDAY_AFTER, by_obligee=True),
        date(2023, 1, 19),
        date(2023, 1, 18),
    )
    yield number(
        "due_latest_months",
        "4.1",
        accrues(due_on=None, record_on=date(2015, 11, 20)),
        date(2016, 11, 20),
        date(2016, 11, 21),
    )
    yield number(
        "due_latest_months",
        "4.1",
        accrues(due_on=None),
        date(2036, 11, 20),
        date(2036, 11, 21),
        since=LONGER,
        parameters={"due_latest_months": 120},
    )
    yield number(
        "due_on_holiday_days",
        "4.1",
        lambda day: windows.effective_due(date(2026, 11, 28)) == day,
        date(2026, 11, 30),
        date(2026, 11, 27),
    )
    yield number(
        "answer_days", "4.1", before(windows.answer_until(TODAY, FAR)), at(FIFTH, "14:59"), at(FIFTH, "15:00")
    )
    yield number(
        "answer_before_due_days",
        "4.1",
        before(windows.answer_until(TODAY, date(2026, 12, 2))),
        at(TODAY, "14:59"),
        at(TODAY, "15:00"),
    )
    yield number("accrual_lines_max", "4.1", lines_fit(AccrualByObligor), 500, 501)
    yield number(
        "division_min_yen",
        "4.2",
        lambda yen: not list(amount_within(yen, "division_min_yen", clock(at(FRIDAY_BEFORE)))),
        10_000,
        9_999,
    )
    yield number(
        "division_min_yen",
        "4.2",
        lambda yen: accepts(lambda n, o, h: c.assignment(n, h, c.party(), yen)),
        1,
        0,
        since=IMPROVED,
    )
    yield number(
        "assignment_before_due_days",
        "4.2",
        lambda on: on <= windows.last_assignment_day(date(2022, 12, 30)),
        date(2022, 12, 21),
        date(2022, 12, 22),
    )
    yield number(
        "assignment_before_due_days",
        "4.2",
        lambda on: accepts(lambda n, o, h: c.assignment(n, h, c.party(), record_on=on), at(on), due_on=SOON),
        date(2026, 11, 26),
        date(2026, 11, 27),
        since=IMPROVED,
    )
    yield number("assignment_lines_max", "4.2", lines_fit(AssignmentOfClaims), 200, 201)
    yield number(
        "cancel_reserved_days",
        "4.1",
        _cancels("accrual", "obligor", record_on=date(2026, 11, 24)),
        at(TODAY, "14:59"),
        at(TODAY, "15:00"),
    )
    yield number(
        "cancel_recorded_days", "4.1", _cancels("accrual", "holder"), at(FIFTH, "14:59"), at(FIFTH, "15:00")
    )
    yield number(
        "cancel_before_due_days",
        "4.1",
        _cancels("accrual", "holder", due_on=date(2026, 11, 30)),
        at(date(2026, 11, 25), "14:59"),
        at(date(2026, 11, 25), "15:00"),
    )
    yield number(
        "guarantee_answer_days",
        "4.4",
        before(windows.guarantee_answer_until(TODAY)),
        at(FIFTH, "14:59"),
        at(FIFTH, "15:00"),
    )
    yield number(
        "guarantee_before_due_days",
        "4.4",
        _guaranteed_at,
        at(date(2026, 11, 30), "14:59"),
        at(date(2026, 11, 30), "15:00"),
    )
    yield number(
        "change_before_due_days", "4.3", _changes(amount_yen=1), at(TODAY, "14:59"), at(TODAY, "15:00")
    )
    yield number(
        "change_answer_days",
        "4.3",
        before(windows.change_answer_until(TODAY, FAR)),
        at(FIFTH, "14:59"),
        at(FIFTH, "15:00"),
    )
    yield number(
        "change_due_earliest_days",
        "4.3",
        lambda due: accepts(lambda n, o, h: c.change(n, h, o, due_on=due)),
        date(2026, 12, 2),
        date(2026, 12, 1),
    )
    yield number(
        "payment_before_due_days",
        "4.5",
        _paid_at,
        at(date(2026, 11, 26), "14:59"),
        at(date(2026, 11, 26), "15:00"),
    )
    yield number(
        "payment_answer_days",
        "4.5",
        before(windows.payment_answer_until(TODAY)),
        at(FIFTH, "14:59"),
        at(FIFTH, "15:00"),
    )
    yield number(
        "objection_before_due_days",
        "4.8",
        before(windows.objection_until(SOON)),
        at(date(2026, 11, 30), "14:59"),
        at(date(2026, 11, 30), "15:00"),
    )
    yield number("default_notice_days", "4.8", _told_by, date(2026, 12, 4), date(2026, 12, 3))
    yield number(
        "assignment_after_due_days", "4.2", _assigned_after_default, date(2026, 12, 4), date(2026, 12, 3)
    )
    yield number(
        "sanction_within_months",
        "4.8",
        lambda first: _free_after(first)(date(2026, 11, 26)),
        date(2026, 5, 19),
        date(2026, 5, 20),
    )
    yield number(
        "sanction_starts_days", "4.8", _free_after(date(2026, 6, 30)), date(2026, 11, 25), date(2026, 11, 26)
    )
    yield number(
        "sanction_lasts_months", "4.8", _free_after(date(2026, 6, 30)), date(2028, 11, 26), date(2028, 11, 25)
    )
