"""Every figure of 入金予定, 支払予定 and 会社の状況 is the sum of the claims themselves."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from erec.claims import runs, schedule
from erec.claims.instructions import Account, Assignment, Party, from_json
from erec.claims.models import AccountBalance, Claim, Order, SettlementResult
from erec.claims.schedule import Place, Side
from tests import cast
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db

YEAR = (date(2026, 1, 1), date(2027, 12, 31))
DUES = [c.SOON, date(2026, 12, 25), c.DUE]
Expected = dict[tuple[date, str, str], int]


def companies() -> list[Party]:
    """Three, the first with a second account."""
    first, second, third = (c.party() for _ in range(3))
    other = Account("9999", "102", "1", f"8{first.account.number[1:]}")
    return [first, replace(first, account=other), second, third]


def expected(company_id: int, side: Side) -> Expected:
    """By day, account and state, read off the book claim by claim."""
    found: Expected = defaultdict(int)
    for claim in Claim.objects.exclude(state="cancelled"):
        mine = claim.holder_id if side is Side.IN else claim.obligor_id
        account = claim.holder_account if side is Side.IN else claim.obligor_account
        twice = side is Side.OUT and claim.state == "reserved" and claim.parent_id
        if mine == company_id and not twice:
            found[claim.due_on, account, claim.state] += open_yen(claim)
    if side is Side.IN:
        for order in Order.objects.filter(state="reserved", kind="assignment"):
            asked = from_json(order.instruction)
            assert isinstance(asked, Assignment)
            if order.claim_number == order.record_number and asked.assignee.company_id == company_id:
                claim = Claim.objects.get(record_number=order.record_number)
                found[claim.due_on, str(asked.assignee.account), "reserved"] += open_yen(claim)
    return {key: yen for key, yen in found.items() if yen}


def open_yen(claim: Claim) -> int:
    if claim.state == "settled":
        moved = SettlementResult.objects.filter(claim=claim, outcome="paid")
        return sum(result.amount_yen for result in moved)
    return claim.amount_yen - claim.paid_yen


def counted(sheet: schedule.Sheet) -> Expected:
    return {
        (place.on, place.account, state): yen
        for place, sums in sheet.items()
        for state, yen in sums.yen.items()
        if yen
    }


def agree(company_id: int) -> None:
    for side in (Side.IN, Side.OUT):
        wanted = expected(company_id, side)
        days = schedule.by_day(company_id, side, *YEAR)
        assert counted(days) == wanted
        by_month: Expected = defaultdict(int)
        for (on, account, state), yen in wanted.items():
            by_month[on.replace(day=1), account, state] += yen
        months = schedule.by_month(days)
        assert counted(months) == by_month
        outstanding = schedule.outstanding(company_id, side)
        for state in schedule.OUTSTANDING:
            of_state = sum(yen for (_, _, one), yen in wanted.items() if one == state)
            assert outstanding.yen.get(state, 0) == of_state
            assert schedule.total(days).yen.get(state, 0) == of_state
        coming = sum(yen for (_, _, state), yen in wanted.items() if state in schedule.COMING)
        assert schedule.total(months).coming_yen == coming
        assert schedule.coming_until(company_id, side, YEAR[1]).coming_yen == coming
        assert sum(one.yen for one in schedule.opposites(company_id, side, 1)) == coming


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["accrue", "reserve", "assign", "part", "later", "part later", "pay", "cancel"]),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(1, 900_000),
        st.sampled_from(DUES),
    ),
    min_size=4,
    max_size=12,
)


@settings(max_examples=6)
@given(acts=ACTS, poor=st.integers(0, 3), settled=st.booleans())
def test_calendar_months_and_totals_are_the_sum_of_the_claims(acts: Any, poor: int, settled: bool) -> None:
    with transaction.atomic():
        assert lived(acts, poor, settled) == 3


def lived(acts: Any, poor: int, settled: bool) -> int:
    """For how many companies everything agreed."""
    parties = companies()
    numbers: list[str] = []
    for act, one, other, yen, due_on in acts:
        number = numbers[yen % len(numbers)] if numbers else ""
        done = do(act, parties[one], parties[other], number, yen, due_on)
        if done and done.state in ("recorded", "reserved") and done.record_number not in numbers:
            numbers.append(done.record_number)
    if settled:
        account = str(parties[poor].account)
        AccountBalance.objects.create(company_id=parties[poor].company_id, account=account, balance_yen=0)
        runs.settle(DUES[1], cast.AT)
    ids = {party.company_id for party in parties}
    for company_id in ids:
        agree(company_id)
    return len(ids)


def do(act: str, one: Party, other: Party, number: str, yen: int, due_on: date) -> Order | None:
    """What the book may refuse, it refuses: then nothing has changed."""
    if act in ("accrue", "reserve"):
        record_on = c.LATER if act == "reserve" else c.TODAY
        due_on = due_on if act == "accrue" else c.DUE
        return c.order(c.accrual(one, other, yen + 100_000, record_on=record_on, due_on=due_on), by=one)
    if not number:
        return None
    claim = Claim.objects.get(record_number=number)
    holder = Party(
        claim.holder_id, claim.holder_number, claim.holder_name, Account.parse(claim.holder_account)
    )
    if act == "pay":
        payer = Party(
            claim.obligor_id, claim.obligor_number, claim.obligor_name, Account.parse(claim.obligor_account)
        )
        return c.order(c.payment(number, payer, holder, yen), by=holder)
    if act == "cancel":
        return c.cancel(number, "assignment" if yen % 2 else "accrual", holder)
    part = yen % claim.amount_yen if act.startswith("part") else None
    record_on = c.LATER if act.endswith("later") else c.TODAY
    return c.assign(number, holder, other, part or None, record_on=record_on)


def test_a_claim_paid_in_part_counts_with_what_is_left(obligor: Party, obligee: Party) -> None:
    number = c.claim(obligor, obligee, 1_000_000).record_number
    c.recorded(c.payment(number, obligor, obligee, 300_000))
    for party, side in ((obligee, Side.IN), (obligor, Side.OUT)):
        place = Place(c.DUE, str(party.account))
        assert schedule.by_day(party.company_id, side, *YEAR)[place].recorded_yen == 700_000
        assert schedule.outstanding(party.company_id, side).count == 1


def test_a_debt_that_a_reservation_will_divide_is_owed_once(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    number = c.claim(obligor, obligee, 1_000_000).record_number
    assert c.assign(number, obligee, assignee, 400_000, record_on=c.LATER).state == "reserved"
    out = schedule.outstanding(obligor.company_id, Side.OUT)
    assert (out.coming_yen, out.count) == (1_000_000, 1)
    to_come = schedule.outstanding(assignee.company_id, Side.IN)
    assert (to_come.reserved_yen, to_come.recorded_yen) == (400_000, 0)


def test_defaults_stand_apart_and_settled_is_what_the_transfer_moved(obligor: Party, obligee: Party) -> None:
    paid = c.claim(obligor, obligee, 1_000_000, due_on=c.SOON).record_number
    c.recorded(c.payment(paid, obligor, obligee, 300_000))
    runs.settle(c.SOON, cast.AT)
    unpaid = c.claim(obligor, obligee, 9_999_999_999)
    AccountBalance.objects.filter(company_id=obligor.company_id).update(balance_yen=0)
    runs.settle(unpaid.due_on, cast.AT)
    for party, side in ((obligee, Side.IN), (obligor, Side.OUT)):
        whole = schedule.total(schedule.by_day(party.company_id, side, *YEAR))
        assert (whole.coming_yen, whole.settled_yen, whole.defaulted_yen) == (0, 700_000, 9_999_999_999)
        assert whole.transfer_yen == 700_000


def test_only_that_account_s_claims_are_counted_if_one_is_asked_for(obligee: Party) -> None:
    first, second, *_ = companies()
    c.claim(first, obligee, 1_000_000)
    c.claim(second, obligee, 2_000_000)
    for party, yen in ((first, 1_000_000), (second, 2_000_000)):
        sheet = schedule.by_day(first.company_id, Side.OUT, *YEAR, account=str(party.account))
        assert counted(sheet) == {(c.DUE, str(party.account), "recorded"): yen}


def test_the_first_and_the_last_day_count(obligor: Party, obligee: Party) -> None:
    c.claim(obligor, obligee, 1_000_000)
    for first, last, yen in (
        (c.DUE, c.DUE, 1_000_000),
        (c.DUE + timedelta(days=1), YEAR[1], 0),
        (YEAR[0], c.DUE - timedelta(days=1), 0),
    ):
        assert schedule.total(schedule.by_day(obligee.company_id, Side.IN, first, last)).coming_yen == yen
    assert schedule.coming_until(obligee.company_id, Side.IN, c.DUE).coming_yen == 1_000_000
    assert schedule.coming_until(obligee.company_id, Side.IN, c.DUE - timedelta(days=1)).count == 0


def test_the_largest_counterparts_come_first_and_the_rest_is_summed(obligee: Party) -> None:
    debtors = [c.party() for _ in range(4)]
    for n, debtor in enumerate(debtors, start=1):
        c.claim(debtor, obligee, n * 1_000_000)
        c.claim(debtor, obligee, n * 1_000_000)
    found = schedule.opposites(obligee.company_id, Side.IN, 2)
    assert [(one.name, one.count, one.yen) for one in found] == [
        (debtors[3].name, 2, 8_000_000),
        (debtors[2].name, 2, 6_000_000),
        ("そのほか2社", 4, 6_000_000),
    ]
    assert schedule.opposites(debtors[0].company_id, Side.IN, 2) == []


def test_another_company_s_claims_are_not_there(obligor: Party, obligee: Party, assignee: Party) -> None:
    c.claim(obligor, obligee)
    for side in Side:
        assert schedule.by_day(assignee.company_id, side, *YEAR) == {}
        assert schedule.outstanding(assignee.company_id, side).count == 0


def test_what_is_guaranteed_is_told_apart(obligor: Party, obligee: Party, assignee: Party) -> None:
    number = c.claim(obligor, obligee, 1_000_000).record_number
    assert c.assign(number, obligee, assignee).error == ""
    assert schedule.outstanding(obligee.company_id, Side.GUARANTEED).recorded_yen == 1_000_000
    assert schedule.outstanding(obligee.company_id, Side.IN).count == 0


def test_however_many_claims_there_are_a_figure_is_one_statement(
    obligor: Party, obligee: Party, django_assert_num_queries: Any
) -> None:
    for n in range(3):
        c.claim(obligor, obligee, 1_000_000 + n)
    with django_assert_num_queries(1):
        schedule.by_day(obligee.company_id, Side.IN, *YEAR)
    with django_assert_num_queries(2):  # and the names
        schedule.opposites(obligee.company_id, Side.IN, 5)
