"""What each instruction does to the book, record by record, and whom it tells."""

from datetime import date

import pytest

from erec.claims import book, runs
from erec.claims.instructions import Party
from erec.claims.models import Claim, Holding, Order, RecordEvent, Sanction
from erec.formats import bank_calendar
from erec.notices.models import Notice
from erec.parameters import business_day
from tests import cast
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db


@pytest.fixture
def companies() -> tuple[Party, Party, Party]:
    return c.party(), c.party(), c.party()


def parts(number: str) -> set[tuple[int, str, int, str]]:
    rows = Holding.objects.filter(record_number=number)
    return set(rows.values_list("company_id", "role", "amount_yen", "state"))


def records(number: str) -> list[str]:
    events = RecordEvent.objects.filter(claim__record_number=number).order_by("position")
    return list(events.values_list("kind", flat=True))


def notices() -> list[tuple[int, str, str]]:
    return list(Notice.objects.order_by("pk").values_list("company_id", "what", "subject"))


def the_day_comes(day: date) -> None:
    business_day.move_to(day, cast.AT)
    runs.take_effect(day, cast.AT)


def test_an_accrual_writes_the_claim_as_it_was_asked_for(companies: tuple[Party, Party, Party]) -> None:
    obligor, obligee, _ = companies
    claim = c.claim(obligor, obligee, 1234, due_on=date(2027, 1, 30), reference="REF-1")
    assert (claim.amount_yen, claim.original_amount_yen, claim.paid_yen) == (1234, 1234, 0)
    # A Saturday is recorded as the next business day.
    assert (claim.due_on, claim.settle_on) == (date(2027, 2, 1), date(2027, 2, 1))
    assert (claim.accrued_on, claim.held_since, claim.position) == (c.TODAY, c.TODAY, 1)
    assert (claim.obligor_id, claim.obligor_number) == (obligor.company_id, obligor.user_number)
    assert (claim.holder_id, claim.holder_account) == (obligee.company_id, str(obligee.account))
    assert (claim.reference, claim.fee_bearer, claim.restricted) == ("REF-1", "依頼人負担", False)
    assert claim.record_number[:9] == obligor.user_number
    assert parts(claim.record_number) == {
        (obligor.company_id, "obligor", 1234, "recorded"),
        (obligee.company_id, "holder", 1234, "recorded"),
    }
    assert notices() == [
        (obligee.company_id, "claim_received", f"債権を受け取りました（{obligor.name}）"),
    ]


def test_the_obligee_s_own_request_has_the_obligee_s_number(companies: tuple[Party, Party, Party]) -> None:
    obligor, obligee, _ = companies
    claim = c.claim(obligor, obligee, by_obligee=True)
    assert claim.record_number[:9] == obligee.user_number


def test_a_reserved_accrual_has_its_number_and_no_record_until_its_day(
    companies: tuple[Party, Party, Party],
) -> None:
    obligor, obligee, _ = companies
    claim = c.claim(obligor, obligee, record_on=c.LATER)
    number = claim.record_number
    assert (claim.state, claim.position, records(number)) == (Claim.State.RESERVED, 0, [])
    assert notices()[-1][:2] == (obligee.company_id, "claim_reserved")
    the_day_comes(bank_calendar.before(c.LATER, 1))
    assert records(number) == []
    the_day_comes(c.LATER)
    claim.refresh_from_db()
    assert (claim.state, claim.record_number, records(number)) == ("recorded", number, ["accrual"])
    assert Order.objects.get().state == Order.State.RECORDED
    assert notices()[-1][:2] == (obligee.company_id, "claim_received")


def test_an_assignment_with_guarantee_makes_the_assignor_a_guarantor(
    companies: tuple[Party, Party, Party],
) -> None:
    obligor, obligee, assignee = companies
    claim = c.claim(obligor, obligee)
    number = claim.record_number
    assert c.assign(number, obligee, assignee).state == "recorded"
    claim.refresh_from_db()
    assert (claim.holder_id, claim.assignor_id) == (assignee.company_id, obligee.company_id)
    assert [g.company_id for g in claim.guarantors.all()] == [obligee.company_id]
    assert records(number) == ["accrual", "assignment", "guarantee"]
    assert parts(number) == {
        (obligor.company_id, "obligor", 1_000_000, "recorded"),
        (assignee.company_id, "holder", 1_000_000, "recorded"),
        (obligee.company_id, "guarantor", 1_000_000, "recorded"),
    }


def test_an_assignment_without_guarantee_leaves_the_assignor_a_former_holder(
    companies: tuple[Party, Party, Party],
) -> None:
    obligor, obligee, assignee = companies
    number = c.claim(obligor, obligee).record_number
    c.assign(number, obligee, assignee, with_guarantee=False)
    assert records(number) == ["accrual", "assignment"]
    assert (obligee.company_id, "former", 1_000_000, "recorded") in parts(number)
    assert Claim.objects.get().guarantors.count() == 0


def test_a_part_is_divided_off_with_a_number_of_its_own(companies: tuple[Party, Party, Party]) -> None:
    obligor, obligee, assignee = companies
    parent = c.claim(obligor, obligee, 1000)
    placed = c.assign(parent.record_number, obligee, assignee, 400)
    child = Claim.objects.get(record_number=placed.record_number)
    parent.refresh_from_db()
    assert (parent.amount_yen, parent.original_amount_yen, parent.holder_id) == (
        600,
        1000,
        obligee.company_id,
    )
    assert (child.amount_yen, child.original_amount_yen, child.holder_id) == (400, 400, assignee.company_id)
    assert (child.parent_id, child.due_on, child.accrued_on) == (parent.pk, parent.due_on, parent.accrued_on)
    assert records(parent.record_number) == ["accrual", "division"]
    assert records(child.record_number) == ["division", "assignment", "guarantee"]
    assert placed.claim_number == parent.record_number


def test_what_is_divided_off_has_the_guarantors_of_its_parent(companies: tuple[Party, Party, Party]) -> None:
    obligor, obligee, assignee = companies
    last = c.party()
    number = c.claim(obligor, obligee, 1000).record_number
    c.assign(number, obligee, assignee)
    child = Claim.objects.get(record_number=c.assign(number, assignee, last, 1).record_number)
    assert [g.company_id for g in child.guarantors.order_by("order")] == [
        obligee.company_id,
        assignee.company_id,
    ]


def test_a_reserved_assignment_changes_the_holder_on_its_day(companies: tuple[Party, Party, Party]) -> None:
    obligor, obligee, assignee = companies
    claim = c.claim(obligor, obligee)
    number = claim.record_number
    c.assign(number, obligee, assignee, record_on=c.LATER)
    assert (assignee.company_id, "incoming", 1_000_000, "reserved") in parts(number)
    claim.refresh_from_db()
    assert claim.holder_id == obligee.company_id
    the_day_comes(c.LATER)
    claim.refresh_from_db()
    assert (claim.holder_id, claim.held_since) == (assignee.company_id, c.LATER)
    assert {role for _, role, _, _ in parts(number)} == {"obligor", "holder", "guarantor"}


def test_a_reserved_part_waits_as_a_claim_and_takes_nothing_from_its_parent_yet(
    companies: tuple[Party, Party, Party],
) -> None:
    obligor, obligee, assignee = companies
    parent = c.claim(obligor, obligee, 1000)
    placed = c.assign(parent.record_number, obligee, assignee, 400, record_on=c.LATER)
    child = Claim.objects.get(record_number=placed.record_number)
    parent.refresh_from_db()
    assert (child.state, child.amount_yen, parent.amount_yen) == ("reserved", 400, 1000)
    the_day_comes(c.LATER)
    child.refresh_from_db()
    parent.refresh_from_db()
    assert (child.state, child.amount_yen, parent.amount_yen) == ("recorded", 400, 600)


def test_an_assignment_may_be_reserved_on_a_reserved_accrual_and_follows_it(
    companies: tuple[Party, Party, Party],
) -> None:
    obligor, obligee, assignee = companies
    claim = c.claim(obligor, obligee, record_on=c.LATER)
    assert c.assign(claim.record_number, obligee, assignee, record_on=c.LATER).state == "reserved"
    the_day_comes(c.LATER)
    claim.refresh_from_db()
    assert (claim.state, claim.holder_id) == ("recorded", assignee.company_id)
    assert records(claim.record_number) == ["accrual", "assignment", "guarantee"]


def test_the_day_coming_twice_is_the_day_coming_once(companies: tuple[Party, Party, Party]) -> None:
    obligor, obligee, _ = companies
    claim = c.claim(obligor, obligee, record_on=c.LATER)
    the_day_comes(c.LATER)
    before = (RecordEvent.objects.count(), len(notices()))
    assert runs.take_effect(c.LATER, cast.AT) == 0
    book.take_effect(Order.objects.get(), at=cast.AT)
    assert (RecordEvent.objects.count(), len(notices())) == before
    assert records(claim.record_number) == ["accrual"]


def test_an_obligor_who_was_sanctioned_meanwhile_gets_no_claim(companies: tuple[Party, Party, Party]) -> None:
    obligor, obligee, assignee = companies
    claim = c.claim(obligor, obligee, record_on=c.LATER)
    hanging = c.assign(claim.record_number, obligee, assignee, 400_000, record_on=c.LATER)
    Sanction.objects.create(
        company_id=obligor.company_id,
        starts_on=c.LATER,
        ends_on=date(2028, 11, 26),
        reason="6か月以内に2回の支払不能",
        recorded_at=cast.AT,
    )
    the_day_comes(c.LATER)
    assert set(Claim.objects.values_list("state", flat=True)) == {"cancelled"}
    assert RecordEvent.objects.count() == 0
    refused = Order.objects.get(record_number=claim.record_number, kind="accrual")
    assert (refused.state, refused.error) == (
        "refused",
        "この債務者の発生記録は、今はできません。債務者に確認してください。",
    )
    hanging.refresh_from_db()
    assert (hanging.state, hanging.error) == ("refused", "この債権は「取消済」のため、記録できません。")
    assert not Notice.objects.filter(body__contains="取引停止").exists()
    told = [(company_id, what) for company_id, what, _ in notices()][-4:]
    assert set(told) == {(party.company_id, "claim_cancelled") for party in (obligor, obligee, assignee)}


def test_the_creditor_cancels_an_accrual_and_the_debtor_is_told(
    companies: tuple[Party, Party, Party],
) -> None:
    obligor, obligee, _ = companies
    claim = c.claim(obligor, obligee)
    assert c.cancel(claim.record_number, "accrual", obligee).state == "recorded"
    claim.refresh_from_db()
    assert (claim.state, claim.amount_yen) == ("cancelled", 1_000_000)
    assert records(claim.record_number) == ["accrual", "cancellation"]
    assert notices()[-1] == (obligor.company_id, "claim_cancelled", "発生記録が取り消されました")


def test_the_assignee_cancels_and_the_claim_goes_back_without_the_guarantee(
    companies: tuple[Party, Party, Party],
) -> None:
    obligor, obligee, assignee = companies
    claim = c.claim(obligor, obligee)
    number = claim.record_number
    c.assign(number, obligee, assignee)
    assert c.cancel(number, "assignment", assignee).state == "recorded"
    claim.refresh_from_db()
    assert (claim.state, claim.holder_id, claim.assignor_id) == ("recorded", obligee.company_id, None)
    assert claim.guarantors.count() == 0
    assert parts(number) == {
        (obligor.company_id, "obligor", 1_000_000, "recorded"),
        (obligee.company_id, "holder", 1_000_000, "recorded"),
        (assignee.company_id, "former", 1_000_000, "recorded"),
    }
    assert notices()[-1] == (obligee.company_id, "claim_cancelled", "譲渡記録が取り消されました")


def test_a_cancelled_part_becomes_one_with_its_parent_again(companies: tuple[Party, Party, Party]) -> None:
    obligor, obligee, assignee = companies
    parent = c.claim(obligor, obligee, 1000)
    number = c.assign(parent.record_number, obligee, assignee, 400).record_number
    assert c.cancel(number, "assignment", assignee).state == "recorded"
    parent.refresh_from_db()
    assert (parent.amount_yen, Claim.objects.get(record_number=number).state) == (1000, "cancelled")
    assert records(parent.record_number) == ["accrual", "division", "cancellation"]


def test_a_cancelled_part_whose_parent_has_gone_on_is_the_assignor_s_as_a_claim_of_its_own(
    companies: tuple[Party, Party, Party],
) -> None:
    obligor, obligee, assignee = companies
    parent = c.claim(obligor, obligee, 1000)
    number = c.assign(parent.record_number, obligee, assignee, 400).record_number
    c.assign(parent.record_number, obligee, c.party())
    assert c.cancel(number, "assignment", assignee).state == "recorded"
    parent.refresh_from_db()
    child = Claim.objects.get(record_number=number)
    assert (parent.amount_yen, child.amount_yen, child.state) == (600, 400, "recorded")
    assert child.holder_id == obligee.company_id


@pytest.mark.parametrize("canceller", ["obligor", "obligee"])
def test_both_sides_may_cancel_a_reserved_accrual(
    canceller: str, companies: tuple[Party, Party, Party]
) -> None:
    obligor, obligee, _ = companies
    claim = c.claim(obligor, obligee, record_on=c.LATER)
    by, other = (obligor, obligee) if canceller == "obligor" else (obligee, obligor)
    assert c.cancel(claim.record_number, "accrual", by).state == "recorded"
    claim.refresh_from_db()
    assert (claim.state, records(claim.record_number)) == ("cancelled", [])
    assert notices()[-1] == (other.company_id, "claim_cancelled", "発生の予約が取り消されました")
    the_day_comes(c.LATER)
    assert records(claim.record_number) == []


@pytest.mark.parametrize("amount_yen", [None, 400])
@pytest.mark.parametrize("named_by", ["parent", "made"])
def test_a_cancelled_reservation_of_an_assignment_leaves_the_claim_as_it_was(
    amount_yen: int | None, named_by: str, companies: tuple[Party, Party, Party]
) -> None:
    obligor, obligee, assignee = companies
    claim = c.claim(obligor, obligee, 1000)
    before = parts(claim.record_number)
    placed = c.assign(claim.record_number, obligee, assignee, amount_yen, record_on=c.LATER)
    number = claim.record_number if named_by == "parent" else placed.record_number
    assert c.cancel(number, "assignment", obligee).error == ""
    placed.refresh_from_db()
    assert (placed.state, parts(claim.record_number)) == ("cancelled", before)
    assert c.assign(claim.record_number, obligee, assignee).state == "recorded"


def test_an_accrual_that_carries_a_reserved_assignment_is_not_cancelled(
    companies: tuple[Party, Party, Party],
) -> None:
    obligor, obligee, assignee = companies
    claim = c.claim(obligor, obligee, record_on=c.LATER)
    c.assign(claim.record_number, obligee, assignee, record_on=c.LATER)
    told = notices()
    placed = c.cancel(claim.record_number, "accrual", obligor)
    assert (placed.state, Claim.objects.get().state) == ("refused", "reserved")
    assert placed.error.startswith("この債権には譲渡の予約があるため、取り消せません。")
    assert notices() == told
