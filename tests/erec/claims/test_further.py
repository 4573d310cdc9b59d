"""What 保証, 変更 and 支払等記録 make of a claim, who is told, and what a cancellation may no longer undo."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from erec.claims import runs, verify
from erec.claims.instructions import Cause, Party
from erec.claims.models import AccountBalance, Claim, Guarantor, Holding, RecordEvent, Recourse
from erec.notices.models import Notice
from erec.parameters import business_day
from tests import cast
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_book_is_proved(db: None) -> Iterator[None]:
    """Every test ends with a book that its events make again."""
    yield
    assert list(verify.differences()) == []


@pytest.fixture
def number(obligor: Party, obligee: Party) -> str:
    return c.claim(obligor, obligee, 1000).record_number


@pytest.fixture
def guarantor() -> Party:
    return c.party()


def recourses(number: str) -> list[tuple[int, int, int, int]]:
    """Whose, at which place among the guarantors, how much he paid and how much he got back."""
    rows = Recourse.objects.filter(claim__record_number=number).order_by("order")
    return list(rows.values_list("company_id", "order", "amount_yen", "paid_yen"))


def told(what: str) -> list[tuple[int, str]]:
    return list(Notice.objects.filter(what=what).order_by("company_id").values_list("company_id", "subject"))


def days_pass(*days: date) -> None:
    for day in days:
        business_day.move_to(day, cast.AT)
        runs.settle(day, cast.AT)


# 保証


def test_a_guarantor_joins_the_others_and_is_told(
    number: str, obligor: Party, obligee: Party, assignee: Party, guarantor: Party
) -> None:
    c.assign(number, obligee, assignee)
    c.recorded(c.guarantee(number, assignee, guarantor, reference="G1"))
    rows = Guarantor.objects.order_by("order").values_list("order", "company_id", "name")
    assert list(rows) == [
        (1, obligee.company_id, obligee.name),
        (2, guarantor.company_id, guarantor.name),
    ]
    part = Holding.objects.get(company_id=guarantor.company_id)
    assert (part.role, part.state, part.amount_yen) == ("guarantor", "recorded", 1000)
    event = RecordEvent.objects.get(position=4)
    assert (event.kind, event.recorded_on, event.facts["reference"]) == ("guarantee", c.TODAY, "G1")
    assert told("guaranteed") == [(guarantor.company_id, f"保証人になりました（債務者 {obligor.name}）")]


def test_a_later_part_of_the_claim_is_guaranteed_too(
    number: str, obligee: Party, assignee: Party, guarantor: Party
) -> None:
    c.recorded(c.guarantee(number, obligee, guarantor))
    part = c.assign(number, obligee, assignee, 400).record_number
    rows = Guarantor.objects.filter(claim__record_number=part).order_by("order")
    assert list(rows.values_list("company_id", flat=True)) == [guarantor.company_id, obligee.company_id]


def test_an_accrual_and_an_assignment_that_were_guaranteed_since_are_not_cancelled(
    number: str, obligee: Party, assignee: Party, guarantor: Party
) -> None:
    c.recorded(c.guarantee(number, obligee, guarantor))
    accrual = c.cancel(number, "accrual", obligee)
    assert accrual.error == (
        "変更、保証、支払等の記録がある債権の発生記録は、取り消せません。相手先に相談してください。"
    )
    c.assign(number, obligee, assignee)
    c.recorded(c.guarantee(number, assignee, c.party()))
    assignment = c.cancel(number, "assignment", assignee)
    assert assignment.error == (
        "譲渡の後に保証または支払等の記録があるため、譲渡記録は取り消せません。相手先に相談してください。"
    )
    assert Claim.objects.get().state == "recorded"


def test_an_assignment_after_a_guarantee_is_cancelled_and_the_guarantee_stays(
    number: str, obligee: Party, assignee: Party, guarantor: Party
) -> None:
    c.recorded(c.guarantee(number, obligee, guarantor))
    c.assign(number, obligee, assignee)
    assert c.cancel(number, "assignment", assignee).error == ""
    assert Guarantor.objects.values_list("order", "company_id").get() == (1, guarantor.company_id)
    assert c.cancel(number, "accrual", obligee).error != ""


def test_a_part_does_not_return_into_a_claim_that_somebody_guaranteed_meanwhile(
    number: str, obligee: Party, assignee: Party, guarantor: Party
) -> None:
    part = c.assign(number, obligee, assignee, 400).record_number
    c.recorded(c.guarantee(number, obligee, guarantor))
    assert c.cancel(part, "assignment", assignee).error == ""
    states = Claim.objects.order_by("record_number").values_list("record_number", "amount_yen", "holder_id")
    assert sorted(states) == sorted([(number, 600, obligee.company_id), (part, 400, obligee.company_id)])


# 変更


def test_a_change_is_so_from_now_on_in_the_claim_and_in_every_part(
    number: str, obligor: Party, obligee: Party
) -> None:
    changed = c.recorded(
        c.change(number, obligor, obligee, due_on=date(2027, 3, 13), amount_yen=2500, restricted=True)
    )
    monday = date(2027, 3, 15)  # the 13th is a Saturday
    assert (changed.due_on, changed.settle_on, changed.restricted) == (monday, monday, True)
    assert (changed.amount_yen, changed.original_amount_yen, changed.state) == (2500, 2500, "recorded")
    parts = Holding.objects.values_list("due_on", "amount_yen")
    assert list(parts) == [(monday, 2500)] * 2
    facts = RecordEvent.objects.get(kind="change").facts
    assert {name: facts[name] for name in ("due_on", "amount_yen", "restricted", "before")} == {
        "due_on": "2027-03-15",
        "amount_yen": 2500,
        "restricted": True,
        "before": {"due_on": "2027-02-26", "amount_yen": 1000, "restricted": False},
    }
    assert told("claim_changed") == [(obligee.company_id, "債権が変更されました")]


def test_what_a_change_does_not_name_stays(number: str, obligor: Party, obligee: Party) -> None:
    changed = c.recorded(c.change(number, obligee, obligor, amount_yen=7, due_on=c.DUE))
    assert (changed.due_on, changed.amount_yen, changed.restricted) == (c.DUE, 7, False)
    assert RecordEvent.objects.get(kind="change").facts["before"] == {"amount_yen": 1000}


def test_a_deleted_claim_is_over_and_the_other_company_is_told(
    number: str, obligor: Party, obligee: Party
) -> None:
    assert c.recorded(c.change(number, obligor, obligee, delete=True)).state == "cancelled"
    assert told("claim_cancelled") == [
        (obligee.company_id, "債権（債権の削除）が取り消されました"),
    ]
    assert c.cancel(number, "accrual", obligee).state == "refused"
    days_pass(c.DUE)
    assert not AccountBalance.objects.exists()


def test_a_changed_claim_is_paid_on_its_new_day_and_its_accrual_is_not_cancelled(
    number: str, obligor: Party, obligee: Party
) -> None:
    c.recorded(c.change(number, obligor, obligee, due_on=date(2026, 12, 2), amount_yen=300))
    assert c.cancel(number, "accrual", obligee).state == "refused"
    days_pass(date(2026, 12, 1))
    assert Claim.objects.get().state == "recorded"
    days_pass(date(2026, 12, 2))
    assert Claim.objects.get().state == "settled"
    paid = AccountBalance.objects.get(company_id=obligee.company_id).movements.order_by("pk").last()
    assert paid is not None
    assert paid.amount_yen == 300


# 支払等


def test_the_transfer_moves_the_rest_after_a_part_was_paid(obligor: Party, obligee: Party) -> None:
    number = c.claim(obligor, obligee, 1000, due_on=date(2026, 12, 4)).record_number
    paid = c.recorded(c.payment(number, obligor, obligee, 300, by_payer=False))
    assert (paid.state, paid.paid_yen) == ("recorded", 300)
    days_pass(date(2026, 12, 4), date(2026, 12, 9))
    claim = Claim.objects.get()
    assert (claim.state, claim.paid_yen) == ("settled", 1000)
    balance = AccountBalance.objects.get(company_id=obligee.company_id)
    assert [m.amount_yen for m in balance.movements.order_by("pk")][1:] == [700]


def test_full_payment_settles_and_no_money_moves_on_the_day(obligor: Party, obligee: Party) -> None:
    number = c.claim(obligor, obligee, 1000, due_on=date(2026, 12, 4)).record_number
    c.recorded(c.payment(number, obligor, obligee, 400))
    paid = c.recorded(c.payment(number, obligor, obligee, 600, cause=Cause.SET_OFF))
    assert (paid.state, paid.paid_yen, paid.position) == ("settled", 1000, 3)
    days_pass(date(2026, 12, 4), date(2026, 12, 9))
    assert not AccountBalance.objects.exists()
    assert RecordEvent.objects.count() == 3


def test_everybody_with_a_part_is_told_but_who_asked(
    number: str, obligor: Party, obligee: Party, assignee: Party
) -> None:
    c.assign(number, obligee, assignee)
    c.recorded(c.payment(number, obligor, assignee, 300))
    subject = "支払等が記録されました（300円）"
    assert told("payment_recorded") == sorted([(obligor.company_id, subject), (obligee.company_id, subject)])
    body = Notice.objects.filter(what="payment_recorded")[0].body
    assert f"支払った企業: {obligor.name}" in body
    assert "債権者への残り: 700円" in body


def test_a_guarantor_who_pays_has_recourse_to_the_debtor_and_those_before_him(
    number: str, obligor: Party, obligee: Party, assignee: Party, guarantor: Party
) -> None:
    """電子記録債権法第35条第1項: A, then B guarantee; B pays; A pays B; the debtor pays A."""
    c.assign(number, obligee, assignee)
    c.recorded(c.guarantee(number, assignee, guarantor))
    first, second, debtor = obligee.company_id, guarantor.company_id, obligor
    c.recorded(c.payment(number, guarantor, assignee, 400))
    assert recourses(number) == [(second, 2, 400, 0)]
    claim = c.recorded(c.payment(number, guarantor, assignee, 600))
    assert (claim.state, claim.paid_yen) == ("settled", 1000)
    assert recourses(number) == [(second, 2, 1000, 0)]
    c.recorded(c.payment(number, obligee, guarantor, 250))
    assert recourses(number) == [(first, 1, 250, 0), (second, 2, 1000, 250)]
    c.recorded(c.payment(number, debtor, obligee, 250))
    c.recorded(c.payment(number, debtor, guarantor, 750))
    assert recourses(number) == [(first, 1, 250, 250), (second, 2, 1000, 1000)]
    assert Claim.objects.get().paid_yen == 1000
    assert [e.facts["to"] for e in RecordEvent.objects.filter(kind="payment").order_by("position")] == [
        "holder",
        "holder",
        "recourse",
        "recourse",
        "recourse",
    ]


def test_a_debtor_who_guaranteed_too_pays_as_debtor(obligor: Party, obligee: Party, assignee: Party) -> None:
    number = c.claim(obligor, obligee, 1000).record_number
    c.assign(number, obligee, obligor)
    c.assign(number, obligor, assignee)
    c.recorded(c.payment(number, obligor, assignee, 1000))
    assert recourses(number) == []


def test_who_guaranteed_twice_stands_where_he_did_first(
    number: str, obligor: Party, obligee: Party, assignee: Party, guarantor: Party
) -> None:
    """A to B, back to A, A to C: B has recourse to A, and A none to B."""
    c.assign(number, obligee, assignee)
    c.assign(number, assignee, obligee)
    c.assign(number, obligee, guarantor)
    c.recorded(c.payment(number, obligee, guarantor, 10))
    assert recourses(number) == [(obligee.company_id, 1, 10, 0)]
    refused = c.order(c.payment(number, assignee, obligee, 10), by=obligee)
    assert refused.state == "refused"
    c.recorded(c.payment(number, assignee, guarantor, 20))
    c.recorded(c.payment(number, obligee, assignee, 20))
    assert recourses(number) == [(obligee.company_id, 1, 30, 0), (assignee.company_id, 2, 20, 20)]


def test_what_was_not_paid_on_the_day_is_settled_by_what_is_paid_later(
    settings: Any, obligor: Party, obligee: Party, assignee: Party
) -> None:
    settings.PARAMETERS = {**settings.PARAMETERS, "demo_balance_yen": 10}
    number = c.claim(obligor, obligee, 1000, due_on=c.SOON).record_number
    c.assign(number, obligee, assignee)
    days_pass(c.SOON)
    assert Claim.objects.get().state == "defaulted"
    on = {"record_on": c.SOON, "paid_on": c.SOON}
    partly = c.recorded(c.payment(number, obligee, assignee, 999, **on))
    assert (partly.state, partly.paid_yen) == ("defaulted", 999)
    whole = c.recorded(c.payment(number, obligor, assignee, 1, **on))
    assert (whole.state, whole.paid_yen) == ("settled", 1000)
    assert recourses(number) == [(obligee.company_id, 1, 999, 0)]
    c.recorded(c.payment(number, obligor, obligee, 999, **on))
    assert recourses(number) == [(obligee.company_id, 1, 999, 999)]
    assert set(Holding.objects.values_list("state", flat=True)) == {"settled"}


def test_an_accrual_of_which_something_was_paid_is_not_cancelled(
    number: str, obligor: Party, obligee: Party
) -> None:
    c.recorded(c.payment(number, obligor, obligee, 1))
    assert c.cancel(number, "accrual", obligee).state == "refused"


def test_after_the_cut_off_it_stands_at_once_with_the_next_business_day(
    number: str, obligor: Party, obligee: Party
) -> None:
    evening = cast.AT.replace(hour=7)  # 16:00 in Tokyo
    tuesday = date(2026, 11, 24)
    paid = c.recorded(c.payment(number, obligor, obligee, 300, record_on=tuesday), at=evening)
    assert (paid.paid_yen, paid.events.get(kind="payment").recorded_on) == (300, tuesday)
