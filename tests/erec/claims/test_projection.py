"""The fold of events, without a database."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from erec.claims import projection
from erec.claims.instructions import Account, Accrual, Assignment, Party, party_to_json
from erec.claims.models import Claim
from erec.claims.projection import Book, Record, Unreadable, beginning, fold

NUMBER, CHILD = "T0000000100000000001", "T0000000200000000002"
AROSE, MOVED, LATER = date(2026, 11, 20), date(2026, 11, 24), date(2026, 11, 25)


def party(n: int) -> Party:
    return Party(n, f"T{n:08d}", f"{n}号株式会社", Account("9999", "101", "2", f"{n:07d}"))


OBLIGOR, OBLIGEE, ASSIGNEE = party(1), party(2), party(3)
ACCRUAL = Accrual(OBLIGOR, OBLIGEE, 1000, date(2027, 1, 30), AROSE)
AROSE_RECORD = Record("accrual", AROSE, beginning(projection.accrued(NUMBER, ACCRUAL)))
GUARANTEE = Record("guarantee", MOVED, {"guarantor": party_to_json(OBLIGEE)})
DIVISION = Record("division", MOVED, {"child": CHILD, "amount_yen": 400})


def assignment(assignor: Party, assignee: Party) -> Record:
    return Record(
        "assignment", MOVED, {"assignor": party_to_json(assignor), "assignee": party_to_json(assignee)}
    )


def cancellation(**facts: Any) -> Record:
    return Record("cancellation", LATER, facts)


def payment(amount_yen: int) -> Record:
    return Record("payment", LATER, {"amount_yen": amount_yen})


def roles(book: Book) -> list[tuple[str, int]]:
    return [(part.role, part.company_id) for part in projection.parts(book)]


def test_an_accrual_alone_is_the_claim_that_was_asked_for() -> None:
    assert fold(NUMBER, [AROSE_RECORD]) == replace(projection.accrued(NUMBER, ACCRUAL), position=1)


def test_a_due_day_on_a_holiday_is_recorded_as_the_next_business_day() -> None:
    book = fold(NUMBER, [AROSE_RECORD])
    assert (book.due_on, book.settle_on) == (date(2027, 2, 1), date(2027, 2, 1))


def test_a_cancelled_assignment_leaves_everything_but_who_once_held_it() -> None:
    before = fold(NUMBER, [AROSE_RECORD])
    records = [AROSE_RECORD, assignment(OBLIGEE, ASSIGNEE), GUARANTEE, cancellation(of="assignment")]
    after = fold(NUMBER, records)
    assert replace(after, position=1, departures=()) == before
    assert roles(after) == [("obligor", 1), ("holder", 2), ("former", 3)]


def test_a_cancelled_assignment_without_guarantee_takes_nobody_s_guarantee() -> None:
    records = [
        AROSE_RECORD,
        assignment(OBLIGEE, ASSIGNEE),
        GUARANTEE,
        assignment(ASSIGNEE, party(4)),
        cancellation(of="assignment"),
    ]
    assert fold(NUMBER, records).guarantors == (OBLIGEE,)


def test_a_division_and_its_return_leave_the_amount_as_it_was() -> None:
    divided = fold(NUMBER, [AROSE_RECORD, DIVISION])
    assert (divided.amount_yen, divided.tenure.children) == (600, (CHILD,))
    back = cancellation(of="division", child=CHILD, amount_yen=400)
    whole = fold(NUMBER, [AROSE_RECORD, DIVISION, back])
    assert (whole.amount_yen, whole.tenure.children, whole.original_amount_yen) == (1000, (), 1000)


def test_what_is_divided_off_begins_with_its_parent_s_guarantors() -> None:
    parent = fold(NUMBER, [AROSE_RECORD, assignment(OBLIGEE, ASSIGNEE), GUARANTEE])
    instruction = Assignment(NUMBER, ASSIGNEE, party(4), MOVED, 400)
    child = projection.divided_off(parent, CHILD, instruction)
    assert fold(CHILD, [Record("division", MOVED, beginning(child))]) == replace(child, position=1)
    assert (child.guarantors, child.holder, child.amount_yen) == ((OBLIGEE,), ASSIGNEE, 400)


@pytest.mark.parametrize(
    ("amounts", "state", "paid_yen"),
    [([400], Claim.State.RECORDED, 400), ([400, 600], Claim.State.SETTLED, 1000)],
)
def test_a_claim_is_settled_when_it_is_paid_in_full(
    amounts: list[int], state: Claim.State, paid_yen: int
) -> None:
    book = fold(NUMBER, [AROSE_RECORD, *map(payment, amounts)])
    assert (book.state, book.paid_yen) == (state, paid_yen)


def paid_by(payer: Party, payee: Party, amount_yen: int, to: str = "holder") -> Record:
    facts = {
        "amount_yen": amount_yen,
        "payer": party_to_json(payer),
        "payee": party_to_json(payee),
        "to": to,
    }
    return Record("payment", LATER, facts)


def test_a_guarantor_s_payment_gives_him_recourse_and_what_he_gets_back_lessens_it() -> None:
    """The debtor's own gives nobody any."""
    records = [
        AROSE_RECORD,
        assignment(OBLIGEE, ASSIGNEE),
        GUARANTEE,
        paid_by(OBLIGOR, ASSIGNEE, 100),
        paid_by(OBLIGEE, ASSIGNEE, 900),
        paid_by(OBLIGOR, OBLIGEE, 250, "recourse"),
    ]
    book = fold(NUMBER, records)
    assert (book.state, book.paid_yen, book.open_yen) == (Claim.State.SETTLED, 1000, 0)
    assert book.recourses == (projection.Recourse(OBLIGEE.company_id, 1, 900, 250),)
    defaulted = projection.settled(fold(NUMBER, records[:4]), ["defaulted"])
    assert (defaulted.state, defaulted.open_yen) == (Claim.State.DEFAULTED, 900)
    assert projection.settled(book, ["defaulted"]).state == Claim.State.SETTLED


def test_a_change_is_whole_or_of_some_things_and_a_deletion_is_the_end() -> None:
    changed = fold(NUMBER, [AROSE_RECORD, Record("change", MOVED, {"due_on": "2027-05-01"})])
    assert (changed.due_on, changed.settle_on) == (date(2027, 5, 1), date(2027, 5, 6))
    assert (changed.amount_yen, changed.restricted, changed.tenure.bound) == (1000, False, True)
    more = fold(NUMBER, [AROSE_RECORD, Record("change", MOVED, {"amount_yen": 7, "restricted": True})])
    assert (more.amount_yen, more.original_amount_yen, more.restricted) == (7, 7, True)
    assert more.due_on == fold(NUMBER, [AROSE_RECORD]).due_on
    deleted = fold(NUMBER, [AROSE_RECORD, Record("change", MOVED, {"delete": True})])
    assert (deleted.state, deleted.amount_yen) == (Claim.State.CANCELLED, 1000)


def test_what_binds_a_holder_binds_his_time_only() -> None:
    alone = Record(
        "guarantee", LATER, {"guarantor": party_to_json(party(4)), "requester": party_to_json(OBLIGEE)}
    )
    guaranteed = fold(NUMBER, [AROSE_RECORD, alone])
    assert (guaranteed.tenure.bound, guaranteed.tenure.guaranteed) == (True, False)
    moved = fold(NUMBER, [AROSE_RECORD, alone, assignment(OBLIGEE, ASSIGNEE), GUARANTEE])
    assert (moved.tenure.bound, moved.tenure.guaranteed) == (False, True)
    assert moved.guarantors == (party(4), OBLIGEE)
    back = fold(
        NUMBER,
        [AROSE_RECORD, alone, assignment(OBLIGEE, ASSIGNEE), GUARANTEE, cancellation(of="assignment")],
    )
    assert (back.tenure.bound, back.guarantors) == (True, (party(4),))


@pytest.mark.parametrize(("outcome", "state"), [("paid", "settled"), ("defaulted", "defaulted")])
def test_a_settlement_result_stands_beside_the_events(outcome: str, state: str) -> None:
    book = projection.settled(fold(NUMBER, [AROSE_RECORD]), [outcome])
    assert (book.state, book.position) == (state, 1)


def test_who_leaves_and_comes_back_is_no_former_holder() -> None:
    records = [AROSE_RECORD, assignment(OBLIGEE, ASSIGNEE), assignment(ASSIGNEE, OBLIGEE)]
    assert roles(fold(NUMBER, records)) == [("obligor", 1), ("holder", 2), ("former", 3)]


def test_a_guarantor_twice_over_has_one_part() -> None:
    records = [AROSE_RECORD]
    for _ in range(2):
        records += [assignment(OBLIGEE, ASSIGNEE), GUARANTEE, assignment(ASSIGNEE, OBLIGEE)]
    assert roles(fold(NUMBER, records)).count(("guarantor", 2)) == 1


@pytest.mark.parametrize(
    "records",
    [
        [],
        [assignment(OBLIGEE, ASSIGNEE)],
        [AROSE_RECORD, Record("gift", MOVED, {})],
        [AROSE_RECORD, Record("assignment", MOVED, {})],
        [AROSE_RECORD, cancellation()],
        [AROSE_RECORD, Record("payment", LATER, {"amount_yen": 1, "payer": {"company_id": 9}})],
    ],
)
def test_events_that_no_claim_can_have_are_not_read(records: list[Record]) -> None:
    with pytest.raises(Unreadable):
        fold(NUMBER, records)
