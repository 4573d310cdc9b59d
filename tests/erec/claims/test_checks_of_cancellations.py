"""Rules of 取消: who, until when, and what stands in the way."""

from datetime import date, datetime

import pytest

from erec.claims import checks
from erec.claims.checks import Problem, problems
from erec.claims.instructions import Party
from erec.claims.models import Claim
from tests.erec.claims.cast_checks import NOW, cancelling, clock, codes, sentences
from tests.erec.claims.cast_claims import LATER, TODAY, assign, assignment, cancel, claim, party

pytestmark = pytest.mark.django_db
NOT_CANCELLABLE = "この記録番号に、あなたの会社が取り消せる記録はありません。記録番号を確かめてください。"


def test_what_was_not_paid_is_not_cancelled(obligor: Party, obligee: Party) -> None:
    number = claim(obligor, obligee).record_number
    Claim.objects.filter(record_number=number).update(state="defaulted")
    assert problems(cancelling(number, "accrual", obligee), NOW) == [
        Problem("record_number", "state", "この債権は「支払不能」のため、取り消せません。")
    ]


@pytest.mark.parametrize(("state", "word"), [("settled", "決済済"), ("cancelled", "取消済")])
def test_what_is_over_is_neither_assigned_nor_cancelled(
    obligor: Party, obligee: Party, assignee: Party, state: str, word: str
) -> None:
    number = claim(obligor, obligee).record_number
    Claim.objects.filter(record_number=number).update(state=state)
    assert problems(assignment(number, obligee, assignee), NOW) == [
        Problem("record_number", "state", f"この債権は「{word}」のため、譲渡できません。")
    ]
    assert problems(cancelling(number, "accrual", obligee), NOW) == [
        Problem("record_number", "state", f"この債権は「{word}」のため、取り消せません。")
    ]


def test_a_reserved_accrual_is_cancelled_by_both_until_fifteen_oclock_of_the_day_before(
    obligor: Party, obligee: Party
) -> None:
    """北國銀行FAQ 1278"""
    number = claim(obligor, obligee, record_on=LATER).record_number
    for company in (obligor, obligee):
        asked = cancelling(number, "accrual", company)
        assert checks.cancel_until(asked) == datetime.fromisoformat("2026-11-26T15:00+09:00")
        assert problems(asked, clock("2026-11-26T14:59:59")) == []
        assert problems(asked, clock("2026-11-26T15:00:00")) == [
            Problem(
                "record_number",
                "too_late",
                "取り消せる期間は、2026年11月26日15時00分に終わりました。相手先に相談してください。",
            )
        ]


def test_a_recorded_accrual_is_cancelled_by_the_creditor_alone_for_five_business_days(
    obligor: Party, obligee: Party
) -> None:
    """北國銀行FAQ 1278, 八十二銀行FAQ 3"""
    number = claim(obligor, obligee).record_number
    asked = cancelling(number, "accrual", obligee)
    assert checks.cancel_until(asked) == datetime.fromisoformat("2026-11-27T15:00+09:00")
    assert problems(asked, clock("2026-11-27T14:59:59")) == []
    assert codes(asked, clock("2026-11-27T15:00:00")) == [("record_number", "too_late")]
    sentence = "記録された後は、債務者からは取り消せません。債権者に取消を依頼してください。"
    assert problems(cancelling(number, "accrual", obligor), NOW) == [
        Problem("record_number", "obligor", sentence)
    ]


def test_a_recorded_accrual_is_cancelled_three_business_days_before_it_is_due_at_the_latest(
    obligor: Party, obligee: Party
) -> None:
    """桑名三重信金 2022-10-26"""
    number = claim(obligor, obligee, due_on=date(2026, 11, 26)).record_number
    asked = cancelling(number, "accrual", obligee)
    assert problems(asked, clock("2026-11-20T14:59:59")) == []
    assert codes(asked, clock("2026-11-20T15:00:00")) == [("record_number", "too_late")]


@pytest.mark.parametrize("record_on", [TODAY, LATER])
def test_what_the_obligor_consented_to_is_cancelled_by_nobody(
    obligor: Party, obligee: Party, record_on: date
) -> None:
    """北國銀行FAQ 1278"""
    number = claim(obligor, obligee, record_on=record_on, by_obligee=True).record_number
    sentence = "債務者が承諾した債権者請求は、取り消せません。相手先に相談してください。"
    for company in (obligor, obligee):
        assert problems(cancelling(number, "accrual", company), NOW) == [
            Problem("record_number", "consented", sentence)
        ]


def test_an_accrual_with_a_reserved_assignment_is_not_cancelled(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    """北陸銀行FAQ"""
    sentence = "この債権には譲渡の予約があるため、取り消せません。先に譲渡の予約の取消が必要です。"
    for record_on in (TODAY, LATER):
        number = claim(obligor, obligee, record_on=record_on).record_number
        assert problems(cancelling(number, "accrual", obligee), NOW) == []
        assign(number, obligee, assignee, record_on=LATER)
        assert problems(cancelling(number, "accrual", obligee), NOW) == [
            Problem("record_number", "assignment_reserved", sentence)
        ]


@pytest.mark.parametrize("amount_yen", [None, 400_000])
def test_the_accrual_of_an_assigned_or_divided_claim_is_not_cancelled(
    obligor: Party, obligee: Party, assignee: Party, amount_yen: int | None
) -> None:
    number = claim(obligor, obligee).record_number
    assign(number, obligee, assignee, amount_yen)
    holder = assignee if amount_yen is None else obligee
    assert codes(cancelling(number, "accrual", holder)) == [("record_number", "assigned")]


def test_the_child_of_a_division_has_no_accrual_to_cancel(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    number = claim(obligor, obligee).record_number
    child = assign(number, obligee, assignee, 400_000).record_number
    for company in (obligor, assignee):
        assert codes(cancelling(child, "accrual", company)) == [("record_number", "not_there")]


@pytest.mark.parametrize("of", ["accrual", "assignment"])
def test_an_outsider_cannot_tell_a_claim_from_none(
    obligor: Party, obligee: Party, assignee: Party, of: str
) -> None:
    reserved = claim(obligor, obligee).record_number
    assign(reserved, obligee, assignee, record_on=LATER)
    outsider = party()
    not_there = [Problem("record_number", "not_there", NOT_CANCELLABLE)]
    for number in (claim(obligor, obligee).record_number, reserved, f"{obligor.user_number}99999999999"):
        assert problems(cancelling(number, of, outsider), NOW) == not_there


@pytest.mark.parametrize("amount_yen", [None, 400_000])
def test_a_reserved_assignment_is_cancelled_by_both_until_fifteen_oclock_of_the_day_before(
    obligor: Party, obligee: Party, assignee: Party, amount_yen: int | None
) -> None:
    """八十二銀行マニュアル4303, 岡崎信金FAQ 582"""
    number = claim(obligor, obligee).record_number
    reserved = assign(number, obligee, assignee, amount_yen, record_on=LATER).record_number
    for named in (number, reserved):
        for company in (obligee, assignee):
            asked = cancelling(named, "assignment", company)
            assert checks.cancel_until(asked) == datetime.fromisoformat("2026-11-26T15:00+09:00")
            assert problems(asked, clock("2026-11-26T14:59:59")) == []
            assert codes(asked, clock("2026-11-26T15:00:00")) == [("record_number", "too_late")]
        assert codes(cancelling(named, "assignment", obligor)) == [("record_number", "not_there")]


@pytest.mark.parametrize("amount_yen", [None, 400_000])
def test_a_recorded_assignment_is_cancelled_by_the_assignee_alone_for_five_business_days(
    obligor: Party, obligee: Party, assignee: Party, amount_yen: int | None
) -> None:
    """八十二銀行マニュアル4303"""
    number = assign(claim(obligor, obligee).record_number, obligee, assignee, amount_yen).record_number
    asked = cancelling(number, "assignment", assignee)
    assert checks.cancel_until(asked) == datetime.fromisoformat("2026-11-27T15:00+09:00")
    assert problems(asked, clock("2026-11-27T14:59:59")) == []
    assert codes(asked, clock("2026-11-27T15:00:00")) == [("record_number", "too_late")]
    sentence = "記録された後は、譲渡人からは取り消せません。譲受人に取消を依頼してください。"
    assert problems(cancelling(number, "assignment", obligee), NOW) == [
        Problem("record_number", "assignor", sentence)
    ]
    assert codes(cancelling(number, "assignment", obligor)) == [("record_number", "not_there")]


def test_a_claim_that_was_never_assigned_has_no_assignment_to_cancel(obligor: Party, obligee: Party) -> None:
    number = claim(obligor, obligee).record_number
    asked = cancelling(number, "assignment", obligee)
    assert problems(asked, NOW) == [Problem("record_number", "not_there", NOT_CANCELLABLE)]
    with pytest.raises(LookupError):
        checks.cancel_until(asked)


def test_what_waits_is_cancelled_before_what_is_recorded(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    """The assignee has reserved to pass the claim on: he cancels that first, then what he got."""
    number = claim(obligor, obligee).record_number
    assign(number, obligee, assignee)
    assign(number, assignee, obligor, record_on=date(2026, 11, 25))
    asked = cancelling(number, "assignment", assignee)
    assert checks.cancel_until(asked) == datetime.fromisoformat("2026-11-24T15:00+09:00")
    assert cancel(number, "assignment", assignee).error == ""
    assert checks.cancel_until(asked) == datetime.fromisoformat("2026-11-27T15:00+09:00")


def test_an_assignee_who_divided_the_claim_cannot_give_it_back(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    number = claim(obligor, obligee).record_number
    assign(number, obligee, assignee)
    child = assign(number, assignee, obligor, 400_000).record_number
    asked = cancelling(number, "assignment", assignee)
    assert sentences(asked) == ["分割した債権の譲渡記録は、取り消せません。相手先に相談してください。"]
    assert cancel(child, "assignment", obligor).error == ""
    assert problems(asked, NOW) == []


def test_an_assignee_of_a_claim_that_was_divided_before_can_give_it_back(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    number = claim(obligor, obligee).record_number
    assign(number, obligee, party(), 400_000)
    assign(number, obligee, assignee)
    assert problems(cancelling(number, "assignment", assignee), NOW) == []
