"""取引停止処分: two defaults within six months (domain facts §4.8)."""

from datetime import date

import pytest

from erec.claims import runs, sanctions
from erec.claims.instructions import Party
from erec.claims.models import Claim, Sanction, SettlementResult
from erec.claims.settlement import set_balance
from tests import cast
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db

SECOND = date(2026, 11, 20)
STARTS, ENDS = date(2026, 11, 26), date(2028, 11, 25)


@pytest.fixture
def obligor() -> Party:
    return c.party()


def default(obligor: Party, on: date) -> Sanction | None:
    """A claim that was not paid on that day, as the run writes it down."""
    claim = c.claim(obligor, c.party())
    SettlementResult.objects.create(
        claim=claim,
        obligor_id=obligor.company_id,
        due_on=on,
        outcome="defaulted",
        amount_yen=claim.amount_yen,
        reason=runs.NO_COVER,
        settled_on=on,
        recorded_at=cast.AT,
    )
    return sanctions.count_default(obligor.company_id, on, cast.AT)


@pytest.mark.parametrize("first", [date(2026, 5, 20), date(2026, 8, 3), date(2026, 11, 19)])
def test_a_second_default_within_six_months_is_a_sanction(first: date, obligor: Party) -> None:
    assert default(obligor, first) is None
    sanction = default(obligor, SECOND)
    assert sanction is not None
    assert (sanction.starts_on, sanction.ends_on) == (STARTS, ENDS)


def test_a_first_default_longer_ago_does_not_count(obligor: Party) -> None:
    default(obligor, date(2026, 5, 19))
    assert default(obligor, SECOND) is None
    assert Sanction.objects.count() == 0


def test_defaults_of_one_day_count_once(obligor: Party) -> None:
    default(obligor, SECOND)
    assert default(obligor, SECOND) is None
    assert Sanction.objects.count() == 0


def test_another_company_s_default_does_not_count(obligor: Party) -> None:
    default(c.party(), date(2026, 8, 3))
    assert default(obligor, SECOND) is None


def test_a_later_default_makes_the_sanction_no_longer(obligor: Party) -> None:
    default(obligor, date(2026, 8, 3))
    default(obligor, SECOND)
    assert default(obligor, date(2026, 12, 1)) is None
    assert Sanction.objects.get().ends_on == ENDS


def test_it_holds_from_its_first_day_to_its_last(obligor: Party) -> None:
    default(obligor, date(2026, 8, 3))
    default(obligor, SECOND)
    days = [date(2026, 11, 25), STARTS, ENDS, date(2028, 11, 26)]
    assert [sanctions.is_sanctioned(obligor.company_id, day) for day in days] == [False, True, True, False]


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
