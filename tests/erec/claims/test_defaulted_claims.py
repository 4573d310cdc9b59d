"""What may still be done with a claim that was not paid: 譲渡, whole, late enough, never under objection."""

from datetime import date

import pytest

from erec.claims import book, defaults, runs, verify
from erec.claims.access import claim_for
from erec.claims.grounds import ENDINGS, GROUNDS
from erec.claims.instructions import Party
from erec.claims.models import Claim, Holding, Order
from erec.claims.possible import possible
from erec.claims.settlement import set_balance
from erec.notices.models import Notice
from erec.parameters import business_day
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.claims.cast_checks import clock, codes, sentences
from tests.erec.claims.test_defaults import COUNTER

pytestmark = pytest.mark.django_db

DUE = c.SOON  # Tuesday 2026-12-01
FIRST = date(2026, 12, 4)
ON_FIRST = clock("2026-12-04T10:00")


@pytest.fixture
def claim(obligor: Party, obligee: Party) -> Claim:
    set_balance(str(obligor.account), obligor.company_id, 0, at=cast.AT)
    return c.claim(obligor, obligee, 1000, due_on=DUE)


@pytest.fixture
def number(claim: Claim) -> str:
    runs.settle(DUE, cast.AT)
    return claim.record_number


def objected(claim: Claim) -> None:
    ground, yen = GROUNDS["breach"], claim.amount_yen
    defaults.halt_claim(claim.record_number, ground, deposit_yen=yen, at=cast.AT, origin=COUNTER)


def resolved(number: str) -> None:
    defaults.end_claims_halt(number, ENDINGS["解決"], at=cast.AT, origin=COUNTER)


def assigned(number: str, by: Party, to: Party) -> Order:
    """On the first day, without 保証, by the book itself."""
    business_day.move_to(FIRST, cast.AT)
    return c.assign(number, by, to, record_on=FIRST, with_guarantee=False)


@pytest.mark.parametrize(
    ("record_on", "today", "code"),
    [
        (date(2026, 12, 3), clock("2026-12-03T10:00"), "too_soon_after_due"),
        (FIRST, clock("2026-12-03T10:00"), None),  # reserved before its time
        (FIRST, ON_FIRST, None),
        (date(2027, 12, 1), clock("2027-12-01T10:00"), None),
    ],
)
def test_from_the_third_business_day_after_the_due_date_on(
    number: str, obligee: Party, assignee: Party, record_on: date, today: business_day.Today, code: str | None
) -> None:
    asked = c.assignment(number, obligee, assignee, record_on=record_on, with_guarantee=False)
    assert codes(asked, today) == ([("record_on", code)] if code else [])


def test_never_in_part_and_never_with_a_guarantee(number: str, obligee: Party, assignee: Party) -> None:
    asked = c.assignment(number, obligee, assignee, 999, record_on=FIRST)
    assert sentences(asked, ON_FIRST) == [
        "支払不能になった債権の譲渡には、保証を付けられません。保証は「なし」を選んでください。",
        "支払不能になった債権は分割できません。全額を譲渡するときは、金額を空にしてください。",
    ]


def test_only_by_its_holder_and_to_others_it_is_not_there(
    number: str, obligor: Party, assignee: Party
) -> None:
    for other in (obligor, assignee):
        asked = c.assignment(number, other, c.party(), record_on=FIRST, with_guarantee=False)
        assert codes(asked, ON_FIRST) == [("record_number", "not_holder")]


@pytest.mark.parametrize("today", ["2026-11-20T10:00", "2026-12-04T10:00"])
def test_not_while_an_objection_is_open_be_it_before_the_day_or_after(
    claim: Claim, obligee: Party, assignee: Party, today: str
) -> None:
    objected(claim)
    if today > "2026-12":
        runs.settle(DUE, cast.AT)
    now = clock(today)
    asked = c.assignment(claim.record_number, obligee, assignee, record_on=now.date, with_guarantee=False)
    assert sentences(asked, now) == [
        "債務者の異議申立の手続が終わるまで、この債権は譲渡できません。取引店に確認してください。"
    ]
    resolved(claim.record_number)
    assert codes(asked, now) == []


def test_a_dispute_without_objection_hinders_nothing(claim: Claim, obligee: Party, assignee: Party) -> None:
    defaults.halt_claim(claim.record_number, GROUNDS["breach"], at=cast.AT, origin=COUNTER)
    assert codes(c.assignment(claim.record_number, obligee, assignee)) == []


def test_not_after_a_payment_in_part(claim: Claim, obligee: Party, assignee: Party) -> None:
    Claim.objects.filter(pk=claim.pk).update(paid_yen=1)
    assert sentences(c.assignment(claim.record_number, obligee, assignee)) == [
        "支払等の記録がある債権のため、譲渡できません。"
    ]


def test_the_book_moves_it_and_it_stays_unpaid(
    number: str, obligor: Party, obligee: Party, assignee: Party
) -> None:
    placed = assigned(number, obligee, assignee)
    assert (placed.state, placed.error) == ("recorded", "")
    claim = Claim.objects.get(record_number=number)
    assert (claim.state, claim.holder_id, claim.settle_on) == ("defaulted", assignee.company_id, DUE)
    assert not claim.guarantors.exists()
    roles = Holding.objects.filter(claim=claim).order_by("role").values_list("role", "company_id")
    assert list(roles) == [
        ("former", obligee.company_id),
        ("holder", assignee.company_id),
        ("obligor", obligor.company_id),
    ]
    told = Notice.objects.get(what="claim_received", company_id=assignee.company_id)
    assert "支払期日に支払われなかった債権です（支払不能）。" in told.body
    assert runs.settle(date(2026, 12, 25), cast.AT) == 0
    assert list(verify.differences()) == []


def test_what_was_reserved_before_an_objection_does_not_take_effect(
    claim: Claim, obligee: Party, assignee: Party
) -> None:
    on = date(2026, 11, 26)
    placed = c.assign(claim.record_number, obligee, assignee, record_on=on)
    objected(claim)
    runs.take_effect(on, cast.AT)
    placed.refresh_from_db()
    assert (placed.state, placed.error) == ("refused", book.UNDER_OBJECTION)
    claim.refresh_from_db()
    assert (claim.state, claim.holder_id) == ("recorded", obligee.company_id)
    assert list(verify.differences()) == []


def test_an_assignment_of_what_was_not_paid_is_not_cancelled(
    number: str, obligee: Party, assignee: Party
) -> None:
    assert assigned(number, obligee, assignee).error == ""
    refused = c.cancel(number, "assignment", assignee)
    assert refused.error == "この債権は「支払不能」のため、取り消せません。"


def test_the_page_offers_it_without_a_last_day_or_says_why_not(number: str, obligee: Party) -> None:
    def offered(today: str) -> list[tuple[str, bool, str]]:
        seen = claim_for(obligee.company_id, number)
        acts = possible(seen, obligee.company_id, clock(today))
        return [(a.name, a.is_open, a.why_not) for a in acts if a.type_code == "assignment"]

    assert offered("2026-12-04T10:00") == [("譲渡", True, "")]
    assert offered("2026-12-03T10:00") == [
        ("譲渡", False, "支払不能になった債権を譲渡できるのは、電子記録年月日が2026年12月4日以降のときです。")
    ]
