"""Rules of 譲渡記録, each with its sentence, both sides of its bound, and what others may not learn."""

from datetime import date

import pytest

from erec.claims.checks import Problem, problems
from erec.claims.instructions import Party
from tests.erec.claims.cast_checks import NOW, codes, sentences
from tests.erec.claims.cast_claims import LATER, assign, assignment, claim

pytestmark = pytest.mark.django_db
NOT_ASSIGNABLE = "この記録番号の債権は、譲渡できる債権の中にありません。記録番号を確かめてください。"


def test_an_assignment_within_all_rules_has_no_problem(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    number = claim(obligor, obligee).record_number
    assert problems(assignment(number, obligee, assignee), NOW) == []
    assert problems(assignment(number, obligee, assignee, 300_000, record_on=LATER), NOW) == []


def test_only_the_holder_assigns_and_nobody_learns_of_others_claims(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    number = claim(obligor, obligee).record_number
    not_there = [Problem("record_number", "not_holder", NOT_ASSIGNABLE)]
    assert problems(assignment(number, assignee, obligor), NOW) == not_there
    assert problems(assignment(number, obligor, assignee), NOW) == not_there
    assert problems(assignment(f"{obligee.user_number}99999999999", obligee, assignee), NOW) == not_there


def test_ones_own_company_is_no_assignee(obligor: Party, obligee: Party) -> None:
    number = claim(obligor, obligee).record_number
    assert problems(assignment(number, obligee, obligee), NOW) == [
        Problem("assignee", "own_company", "自社は譲受人にできません。取引先を選んでください。")
    ]


@pytest.mark.parametrize(
    ("amount_yen", "code"),
    [
        (1, None),  # でんさいネット2022-04-28
        (999_999, None),
        (0, "amount_bounds"),
        (-1, "amount_bounds"),
        (1_000_000, "not_below_balance"),
        (1_000_001, "not_below_balance"),
    ],
)
def test_a_part_is_from_one_yen_to_below_the_balance(
    obligor: Party, obligee: Party, assignee: Party, amount_yen: int, code: str | None
) -> None:
    number = claim(obligor, obligee).record_number
    found = codes(assignment(number, obligee, assignee, amount_yen))
    assert found == ([("amount_yen", code)] if code else [])


def test_the_balance_is_what_earlier_divisions_left(obligor: Party, obligee: Party, assignee: Party) -> None:
    number = claim(obligor, obligee).record_number
    assert assign(number, obligee, assignee, 400_000).error == ""
    assert problems(assignment(number, obligee, assignee, 599_999), NOW) == []
    assert sentences(assignment(number, obligee, assignee, 600_000)) == [
        "譲渡する金額は、債権金額の600,000円より小さくしてください。全額を譲渡するときは、金額を空にしてください。"
    ]


def test_a_restricted_claim_goes_to_no_company(obligor: Party, obligee: Party, assignee: Party) -> None:
    """北國銀行FAQ 161, 1145: to financial institutions only"""
    number = claim(obligor, obligee, restricted=True).record_number
    assert problems(assignment(number, obligee, assignee), NOW) == [
        Problem("record_number", "restricted", "譲渡制限のある債権です。金融機関以外には譲渡できません。")
    ]


@pytest.mark.parametrize(
    ("due_on", "record_on", "right"),
    [
        # でんさいネット2022-04-28: until the 3rd business day before
        (date(2026, 12, 4), date(2026, 12, 1), True),
        (date(2026, 12, 4), date(2026, 12, 2), False),
        (date(2026, 12, 5), date(2026, 12, 2), True),  # a Saturday, recorded as Monday
        (date(2026, 12, 5), date(2026, 12, 3), False),
    ],
)
def test_near_its_due_date_a_claim_is_not_assigned(
    obligor: Party, obligee: Party, assignee: Party, due_on: date, record_on: date, right: bool
) -> None:
    number = claim(obligor, obligee, due_on=due_on).record_number
    found = codes(assignment(number, obligee, assignee, record_on=record_on))
    assert found == ([] if right else [("record_on", "too_near_due")])


def test_the_sentence_of_a_claim_near_its_due_date_names_the_last_day(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    number = claim(obligor, obligee, due_on=date(2026, 12, 4)).record_number
    assert sentences(assignment(number, obligee, assignee, record_on=date(2026, 12, 4))) == [
        "支払期日が近いため、この債権を譲渡できるのは電子記録年月日が2026年12月1日までのときです。"
    ]


@pytest.mark.parametrize("record_on", [date(2026, 11, 19), date(2026, 11, 23), date(2026, 12, 21)])
def test_an_assignments_record_date_follows_the_same_rule(
    obligor: Party, obligee: Party, assignee: Party, record_on: date
) -> None:
    """八十二銀行FAQ 4: to the same day a month later"""
    number = claim(obligor, obligee).record_number
    assert [field for field, _ in codes(assignment(number, obligee, assignee, record_on=record_on))][:1] == [
        "record_on"
    ]


def test_a_reserved_claim_is_assigned_from_its_own_day_on(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    """八十二銀行FAQ 4"""
    number = claim(obligor, obligee, record_on=LATER).record_number
    assert problems(assignment(number, obligee, assignee, record_on=LATER), NOW) == []
    assert problems(assignment(number, obligee, assignee, record_on=date(2026, 11, 26)), NOW) == [
        Problem(
            "record_on",
            "before_accrual",
            "この債権は2026年11月27日に発生する予約です。電子記録年月日はその日以降にしてください。",
        )
    ]


@pytest.mark.parametrize("amount_yen", [None, 300_000])
def test_a_second_assignment_on_a_reserved_one_is_refused(
    obligor: Party, obligee: Party, assignee: Party, amount_yen: int | None
) -> None:
    """八十二銀行FAQ 4"""
    number = claim(obligor, obligee).record_number
    reserved = assign(number, obligee, assignee, amount_yen, record_on=LATER)
    found = problems(assignment(number, obligee, assignee, 100, record_on=LATER), NOW)
    sentence = "この債権には譲渡の予約があります。譲渡するには、先にその予約を取り消してください。"
    assert found == [Problem("record_number", "already_reserved", sentence)]
    further = problems(assignment(reserved.record_number, assignee, obligor, record_on=LATER), NOW)
    assert [problem.code for problem in further] == ["already_reserved" if amount_yen else "not_holder"]
