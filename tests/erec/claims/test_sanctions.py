"""取引停止処分: two defaults within six months (domain facts §4.8)."""

from datetime import date, timedelta

import pytest

from erec.claims import defaults, runs, sanctions
from erec.claims.grounds import NO_COVER, Unpaid
from erec.claims.instructions import Party
from erec.claims.models import Claim, DefaultNotice, Sanction
from erec.claims.settlement import set_balance
from erec.formats.bank_calendar import same_day_months_later
from erec.notices.models import Notice
from tests import cast
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db

SECOND = date(2026, 11, 20)
STARTS, ENDS = date(2026, 11, 26), date(2028, 11, 25)


@pytest.fixture
def obligor() -> Party:
    return c.party()


def default(obligor: Party, on: date) -> Sanction | None:
    """A claim that was not paid on that day, as the run counts it. The sanction that it made."""
    claim = c.claim(obligor, c.party())
    claim.settle_on = on  # for the count alone: the book takes no due date before today
    before = set(Sanction.objects.values_list("pk", flat=True))
    defaults.put_down(claim, Unpaid(NO_COVER), at=cast.AT)
    return Sanction.objects.exclude(pk__in=before).first()


@pytest.mark.parametrize("first", [date(2026, 5, 20), date(2026, 8, 3), date(2026, 11, 19)])
def test_a_second_default_within_six_months_is_a_sanction(first: date, obligor: Party) -> None:
    assert default(obligor, first) is None
    sanction = default(obligor, SECOND)
    assert sanction is not None
    assert (sanction.starts_on, sanction.ends_on) == (STARTS, ENDS)
    assert sanction.reason == "6か月以内に2回の支払不能"
    assert sanction.default is not None
    assert sanction.default.due_on == SECOND


def test_a_first_default_longer_ago_does_not_count(obligor: Party) -> None:
    default(obligor, date(2026, 5, 19))
    assert default(obligor, SECOND) is None
    assert Sanction.objects.count() == 0


@pytest.mark.parametrize(
    ("first", "second", "within"),
    [
        (date(2026, 8, 31), date(2027, 2, 28), True),
        (date(2026, 8, 28), date(2027, 2, 28), True),
        (date(2026, 8, 27), date(2027, 2, 28), False),
        (date(2027, 2, 28), date(2027, 8, 31), True),
        (date(2027, 2, 27), date(2027, 8, 31), False),
        (date(2027, 3, 31), date(2027, 9, 30), True),
        (date(2027, 2, 28), date(2027, 8, 28), True),
        (date(2026, 11, 20), date(2026, 11, 20), False),
    ],
)
def test_six_months_end_with_the_month_where_the_day_is_missing(
    first: date, second: date, within: bool
) -> None:
    assert sanctions.within_months(first, second) is within


def test_six_months_counted_back_are_six_months_counted_on() -> None:
    """民法第140条, 第143条第2項: from the day after, to the day before its 応当日, or to the month's end."""
    for first in (date(2027, 1, 1) + timedelta(days=n) for n in range(800)):
        start = first + timedelta(days=1)
        due = same_day_months_later(start, 6)
        last = due - timedelta(days=1) if due.day == start.day else due
        around = [last + timedelta(days=n) for n in (-1, 0, 1)]
        assert [sanctions.within_months(first, day) for day in around] == [True, True, False], first


def test_defaults_of_one_day_count_once(obligor: Party) -> None:
    default(obligor, SECOND)
    assert default(obligor, SECOND) is None
    assert Sanction.objects.count() == 0


def test_several_defaults_on_the_second_day_make_one_sanction(obligor: Party) -> None:
    default(obligor, date(2026, 8, 3))
    assert default(obligor, SECOND) is not None
    assert default(obligor, SECOND) is None
    assert Sanction.objects.count() == 1
    assert DefaultNotice.objects.filter(due_on=SECOND).count() == 2  # each is announced


def test_another_company_s_default_does_not_count(obligor: Party) -> None:
    default(c.party(), date(2026, 8, 3))
    assert default(obligor, SECOND) is None


def test_a_later_default_makes_the_sanction_no_longer_and_is_not_announced(obligor: Party) -> None:
    default(obligor, date(2026, 8, 3))
    default(obligor, SECOND)
    for day in (date(2026, 11, 24), date(2026, 12, 1), date(2028, 11, 24)):
        assert default(obligor, day) is None
    assert Sanction.objects.get().ends_on == ENDS
    announced = DefaultNotice.objects.order_by("due_on").values_list("due_on", flat=True)
    assert list(announced) == [date(2026, 8, 3), SECOND]


def test_what_came_within_a_sanction_is_no_first_default_after_it(obligor: Party) -> None:
    default(obligor, date(2026, 8, 3))
    default(obligor, SECOND)
    default(obligor, date(2028, 11, 24))
    assert default(obligor, date(2028, 12, 1)) is None
    later = default(obligor, date(2029, 5, 31))
    assert later is not None
    assert later.starts_on == date(2029, 6, 5)


def test_a_default_that_is_counted_late_may_be_the_first_of_a_pair(obligor: Party) -> None:
    assert default(obligor, SECOND) is None
    sanction = default(obligor, date(2026, 8, 3))
    assert sanction is not None
    assert (sanction.starts_on, sanction.ends_on) == (STARTS, ENDS)


def test_it_holds_from_its_first_day_to_its_last(obligor: Party) -> None:
    default(obligor, date(2026, 8, 3))
    default(obligor, SECOND)
    days = [date(2026, 11, 25), STARTS, ENDS, date(2028, 11, 26)]
    assert [sanctions.is_sanctioned(obligor.company_id, day) for day in days] == [False, True, True, False]
    shown = [sanctions.standing(obligor.company_id, day) for day in days]
    assert [s and s.starts_on for s in shown] == [STARTS, STARTS, STARTS, None]


def test_the_company_is_told_and_nobody_else(obligor: Party) -> None:
    default(obligor, date(2026, 8, 3))
    default(obligor, SECOND)
    told = Notice.objects.get(what="sanctioned")
    assert (told.company_id, told.subject) == (
        obligor.company_id,
        "取引停止処分を受けました（2026年11月26日から2028年11月25日まで）",
    )


def test_the_run_that_finds_no_cover_twice_sanctions_and_the_next_accrual_is_refused(obligor: Party) -> None:
    set_balance(str(obligor.account), obligor.company_id, 0, at=cast.AT)
    for due_on in (date(2026, 11, 30), date(2026, 12, 1)):
        c.claim(obligor, c.party(), due_on=due_on)
        runs.settle(due_on, cast.AT)
    assert Sanction.objects.get().starts_on == date(2026, 12, 4)
    on = date(2026, 12, 4)
    placed = c.order(c.accrual(obligor, c.party(), record_on=on), by=obligor)
    assert placed.state == "refused"
    assert Claim.objects.count() == 2
