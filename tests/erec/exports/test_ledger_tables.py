"""What the definition says, one rule at a time, with names, notes and numbers."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from erec.claims import runs
from erec.claims.instructions import Cause, Party
from erec.claims.models import Claim
from erec.claims.settlement import set_balance
from erec.exports.ledger.copying import lines_of_people
from erec.exports.ledger.definition import DEFINITIONS, RULES, Basis, Name
from erec.exports.ledger.selection import Selection, planned, totals
from erec.financing.models import Application
from erec.parameters import business_day
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.exports.cast_ledger import apply

pytestmark = pytest.mark.django_db

ACCRUED, BALANCE = Basis.ACCRUED, Basis.BALANCE
CLAIMS, DEBTS, DISCOUNTED, ENDORSED = Name
BEFORE = date(2026, 11, 19)


@pytest.fixture
def obligor() -> Party:
    return c.party()


@pytest.fixture
def obligee() -> Party:
    return c.party()


@pytest.fixture
def assignee() -> Party:
    return c.party()


def rows(company: Party, name: Name, basis: Basis, **asked: Any) -> list[tuple[Any, ...]]:
    return list(lines_of_people(Selection(company.company_id, name, basis, **asked)))


def both(company: Party, name: Name, day: date = c.TODAY) -> list[int]:
    """The yen of 発生分 and of 残高."""
    return [totals(Selection(company.company_id, name, basis, as_of=day))[1] for basis in Basis]


def settle_on(day: date) -> None:
    business_day.move_to(day, cast.AT)
    runs.settle(day, cast.AT)


def test_the_readme_says_what_the_code_says() -> None:
    readme = Path("README.md").read_text(encoding="utf-8")
    for d in DEFINITIONS:
        assert f"| {d.name} | {d.party} | {d.number} | {d.amount} | {d.enters} | {d.leaves} |" in readme
    for word, rule in RULES.items():
        assert f"| {word} | {rule} |" in readme


def test_a_claim_stands_with_its_debtor_and_with_its_first_creditor(obligor: Party, obligee: Party) -> None:
    claim = c.claim(obligor, obligee, 300_000, reference="REF-1")
    received = (c.DUE, claim.record_number, obligor.name, None, 300_000, "REF-1")
    owed = (c.DUE, claim.record_number, obligee.name, "一〇信用金庫", 300_000, "REF-1")
    for basis in Basis:
        assert rows(obligee, CLAIMS, basis) == [received]
        assert rows(obligor, DEBTS, basis) == [owed]
        assert rows(obligor, CLAIMS, basis) == rows(obligee, DEBTS, basis) == []


def test_a_reservation_is_nowhere_before_its_day(obligor: Party, obligee: Party) -> None:
    c.claim(obligor, obligee, record_on=c.LATER)
    assert both(obligee, CLAIMS, c.LATER) == both(obligor, DEBTS, c.LATER) == [0, 0]
    business_day.move_to(c.LATER, cast.AT)
    runs.take_effect(c.LATER, cast.AT)
    assert both(obligee, CLAIMS, c.LATER) == both(obligor, DEBTS, c.LATER) == [1_000_000, 1_000_000]
    assert both(obligee, CLAIMS, c.TODAY) == [0, 0]


def test_what_is_paid_stays_as_accrued_and_leaves_the_balance_on_its_day(
    obligor: Party, obligee: Party
) -> None:
    c.claim(obligor, obligee, 5_000, due_on=c.SOON)
    settle_on(c.SOON)
    assert both(obligee, CLAIMS, c.SOON) == both(obligor, DEBTS, c.SOON) == [5_000, 0]
    settle_on(c.PAYMENT_RECORDED)  # the 支払等記録 that follows takes nothing off again
    assert both(obligee, CLAIMS, c.PAYMENT_RECORDED) == [5_000, 0]
    day_before = date(2026, 11, 30)
    assert both(obligee, CLAIMS, day_before) == both(obligor, DEBTS, day_before) == [5_000, 5_000]


def test_what_is_not_paid_leaves_both_sides_on_the_day_of_default(obligor: Party, obligee: Party) -> None:
    c.claim(obligor, obligee, 5_000, due_on=c.SOON)
    set_balance(str(obligor.account), obligor.company_id, 0, at=cast.AT)
    settle_on(c.SOON)
    assert both(obligee, CLAIMS, c.SOON) == both(obligor, DEBTS, c.SOON) == [5_000, 0]


def test_a_part_that_is_paid_is_taken_off(obligor: Party, obligee: Party) -> None:
    claim = c.claim(obligor, obligee, 5_000)
    c.recorded(c.payment(claim.record_number, obligor, obligee, 2_000, cause=Cause.SET_OFF))
    assert both(obligee, CLAIMS) == both(obligor, DEBTS) == [5_000, 3_000]


def test_a_cancelled_claim_is_gone_and_yesterday_stays_as_it_was(obligor: Party, obligee: Party) -> None:
    claim = c.claim(obligor, obligee)
    monday = date(2026, 11, 24)
    business_day.move_to(monday, cast.AT)
    c.cancel(claim.record_number, "accrual", obligee, at=datetime.combine(monday, time(10), cast.AT.tzinfo))
    assert both(obligee, CLAIMS, monday) == both(obligor, DEBTS, monday) == [0, 0]
    assert both(obligee, CLAIMS, c.TODAY) == both(obligor, DEBTS, c.TODAY) == [1_000_000, 1_000_000]


def test_a_change_shows_its_new_date_and_amount_from_its_day_on(obligor: Party, obligee: Party) -> None:
    claim = c.claim(obligor, obligee, 5_000)
    monday, new = date(2026, 11, 24), date(2027, 3, 31)
    business_day.move_to(monday, cast.AT)
    changed = c.change(claim.record_number, obligee, obligor, due_on=new, amount_yen=7_000, record_on=monday)
    c.recorded(changed)
    for company, name in ((obligee, CLAIMS), (obligor, DEBTS)):
        for basis in Basis:
            assert [r[0] for r in rows(company, name, basis, as_of=monday)] == [new]
            before = rows(company, name, basis, first=c.DUE, last=c.DUE, as_of=c.TODAY)
            assert [(r[0], r[4]) for r in before] == [(c.DUE, 5_000)]
            assert rows(company, name, basis, first=c.DUE, last=c.DUE, as_of=monday) == []
        assert both(company, name, monday) == [7_000, 7_000]


def test_a_part_given_on_has_its_own_number_and_the_debt_stays_one(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    claim = c.claim(obligor, obligee, 5_000, reference="REF-1")
    given = c.assign(claim.record_number, obligee, assignee, 2_000, reference="REF-2")
    part, whole = given.record_number, claim.record_number
    assert rows(obligee, CLAIMS, ACCRUED) == [(c.DUE, whole, obligor.name, None, 5_000, "REF-1")]
    assert rows(obligee, CLAIMS, BALANCE) == [(c.DUE, whole, obligor.name, None, 3_000, "REF-1")]
    for basis in Basis:
        assert rows(obligee, ENDORSED, basis) == [(c.DUE, part, assignee.name, None, 2_000, "REF-2")]
        assert rows(assignee, CLAIMS, basis) == [(c.DUE, part, obligee.name, None, 2_000, "REF-2")]
        assert rows(obligor, DEBTS, basis) == [(c.DUE, whole, obligee.name, "一〇信用金庫", 5_000, "REF-1")]


def test_what_another_divides_off_later_stays_with_who_gave_it(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    claim = c.claim(obligor, obligee, 5_000)
    c.assign(claim.record_number, obligee, assignee)
    c.assign(claim.record_number, assignee, c.party(), 2_000)
    assert both(obligee, ENDORSED) == [5_000, 5_000]
    assert both(obligee, CLAIMS) == [5_000, 0]
    assert both(assignee, CLAIMS) == [5_000, 3_000]
    assert both(assignee, ENDORSED) == [2_000, 2_000]


def test_without_guarantee_it_leaves_and_stands_nowhere(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    claim = c.claim(obligor, obligee, 5_000)
    c.assign(claim.record_number, obligee, assignee, with_guarantee=False)
    assert both(obligee, CLAIMS) == [5_000, 0]
    assert both(obligee, ENDORSED) == both(obligee, DISCOUNTED) == [0, 0]


@pytest.mark.parametrize("kind", list(Application.Kind))
def test_a_discount_names_the_bank_and_a_loan_leaves_the_claim_where_it_is(
    kind: Application.Kind, obligor: Party, obligee: Party, assignee: Party
) -> None:
    bank, claim = assignee, c.claim(obligor, obligee, 5_000, reference="REF-1")
    apply(obligee, "R-1", kind)
    c.order(c.assignment(claim.record_number, obligee, bank, 2_000), by=obligee, key="R-1")
    part = Claim.objects.get(parent=claim).record_number
    given = [(c.DUE, part, obligor.name, bank.name, 2_000, "")] if kind == "discount" else []
    stays = [(c.DUE, part, obligor.name, None, 2_000, "譲渡担保 REF-1")] if kind == "collateral" else []
    rest = (c.DUE, claim.record_number, obligor.name, None, 3_000, "REF-1")
    for basis in Basis:
        assert rows(obligee, DISCOUNTED, basis) == given
        assert rows(obligee, ENDORSED, basis) == []
    assert sorted(rows(obligee, CLAIMS, BALANCE)) == sorted([rest, *stays])
    assert both(obligee, CLAIMS) == [5_000, 3_000 if given else 5_000]
    set_balance(str(obligor.account), obligor.company_id, 0, at=cast.AT)
    settle_on(c.DUE)
    assert both(obligee, DISCOUNTED, c.DUE) == ([2_000, 2_000] if given else [0, 0])  # it may fall back
    assert both(obligee, CLAIMS, c.DUE) == [5_000, 0]


def test_what_was_endorsed_leaves_when_its_guarantor_pays(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    claim = c.claim(obligor, obligee, 5_000, due_on=c.SOON)
    c.assign(claim.record_number, obligee, assignee)
    set_balance(str(obligor.account), obligor.company_id, 0, at=cast.AT)
    settle_on(c.SOON)
    assert both(obligee, ENDORSED, c.SOON) == [5_000, 5_000]
    day_after = date(2026, 12, 2)  # the settlement closed the day
    paid = c.payment(claim.record_number, obligee, assignee, 5_000, paid_on=c.SOON, record_on=day_after)
    c.recorded(paid, at=datetime.combine(c.SOON, time(10), cast.AT.tzinfo))
    assert both(obligee, ENDORSED, c.SOON) == [5_000, 5_000]
    assert both(obligee, ENDORSED, day_after) == [5_000, 0]


def test_the_range_has_both_its_ends_and_account_and_partner_choose(obligor: Party, obligee: Party) -> None:
    first, last = (
        c.claim(obligor, obligee, 1_000),
        c.claim(c.party(), obligee, 2_000, due_on=date(2027, 3, 1)),
    )
    assert [r[1] for r in rows(obligee, CLAIMS, ACCRUED, first=c.DUE, last=date(2027, 3, 1))] == [
        first.record_number,
        last.record_number,
    ]
    assert rows(obligee, CLAIMS, ACCRUED, first=date(2027, 2, 27), last=date(2027, 2, 28)) == []
    chosen = rows(obligee, CLAIMS, ACCRUED, partner=obligor.user_number)
    assert [r[1] for r in chosen] == [first.record_number]
    assert len(rows(obligee, CLAIMS, BALANCE, account=str(obligee.account))) == 2
    assert rows(obligee, CLAIMS, BALANCE, account="9999-999-2-0000000") == []


def test_another_company_sees_nothing_of_it(obligor: Party, obligee: Party, assignee: Party) -> None:
    c.claim(obligor, obligee)
    for name in Name:
        assert both(assignee, name) == [0, 0]


def test_many_histories_are_read_another_way_with_the_same_outcome(
    obligor: Party, obligee: Party, assignee: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = c.claim(obligor, obligee, 5_000)
    c.assign(claim.record_number, obligee, assignee, 2_000)
    asked = [Selection(obligee.company_id, name, BALANCE, as_of=c.TODAY) for name in Name]
    few = [totals(one) for one in asked]
    monkeypatch.setattr("erec.exports.ledger.selection.MANY", 2)
    with planned(asked[0]), connection.cursor() as cursor:
        cursor.execute("SHOW enable_nestloop")
        assert cursor.fetchone() == ("off",)
    assert [totals(one) for one in asked] == few == [(1, 3_000), (0, 0), (0, 0), (1, 2_000)]
