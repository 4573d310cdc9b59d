"""What each event enters in the books of each company that has a part in it: exact lines."""

from datetime import date

import pytest

from erec.claims import runs, settlement
from erec.claims.instructions import Cause, Party
from erec.claims.models import Claim
from erec.journals.models import Entry, EntryLine, JournalSettings
from erec.journals.rules import Method
from erec.parameters import business_day
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.journals.cast_journals import balances, book_of, keeps_books, made, short

pytestmark = pytest.mark.django_db


def parties(count: int, method: Method = Method.DIRECT) -> list[Party]:
    found = [c.party() for _ in range(count)]
    for party in found:
        keeps_books(party.company_id, method)
    return found


def at_the_end_of(day: date) -> None:
    business_day.move_to(day, cast.AT)
    runs.take_effect(day, cast.AT)
    runs.settle(day, cast.AT)


def test_an_accrual_is_entered_by_both_sides_with_the_other_as_sub_account() -> None:
    debtor, creditor = parties(2)
    c.claim(debtor, creditor, 1_000_000)
    assert book_of(creditor) == [
        ("accrued_in", c.TODAY, [("receivable", debtor.name, 1_000_000, "sales", 1_000_000, True)])
    ]
    assert book_of(debtor) == [
        ("accrued_out", c.TODAY, [("purchases", creditor.name, 1_000_000, "payable", 1_000_000, True)])
    ]


def test_what_was_entered_is_not_entered_again() -> None:
    debtor, creditor = parties(2)
    c.claim(debtor, creditor)
    assert [made(creditor), made(creditor), made(debtor)] == [1, 0, 1]


def test_a_reservation_enters_nothing_before_its_day() -> None:
    debtor, creditor = parties(2)
    c.claim(debtor, creditor, record_on=c.LATER)
    assert short(creditor) == []
    at_the_end_of(c.LATER)
    assert [(moment, on) for moment, on, _ in book_of(creditor)] == [("accrued_in", c.LATER)]


def test_a_part_is_endorsed_and_the_rest_is_settled_under_the_direct_method() -> None:
    debtor, creditor, supplier = parties(3)
    claim = c.claim(debtor, creditor, 100, due_on=c.SOON)
    c.assign(claim.record_number, creditor, supplier, 60)
    at_the_end_of(c.SOON)
    assert short(creditor) == [
        ("accrued_in", [("receivable", 100, "sales", 100)]),
        ("endorsed", [("purchases", 60, "receivable", 60)]),
        ("settled_in", [("bank", 40, "receivable", 40)]),
    ]
    assert short(supplier) == [
        ("received", [("receivable", 60, "sales", 60)]),
        ("settled_in", [("bank", 60, "receivable", 60)]),
    ]
    assert short(debtor) == [
        ("accrued_out", [("purchases", 100, "payable", 100)]),
        ("settled_out", [("payable", 40, "bank", 40)]),
        ("settled_out", [("payable", 60, "bank", 60)]),
    ]


def test_the_contra_account_of_an_endorsement_stands_until_the_debtor_has_paid() -> None:
    debtor, creditor, supplier = parties(3, Method.CONTRA)
    claim = c.claim(debtor, creditor, 100, due_on=c.SOON)
    c.assign(claim.record_number, creditor, supplier)
    assert short(creditor)[1:] == [("endorsed", [("purchases", 100, "endorsed", 100)])]
    assert balances(creditor.company_id) == {
        "receivable": 100,
        "sales": -100,
        "purchases": 100,
        "endorsed": -100,
    }
    at_the_end_of(c.SOON)
    assert short(creditor)[2:] == [("cleared_endorsed", [("endorsed", 100, "receivable", 100)])]
    assert balances(creditor.company_id) == {"sales": -100, "purchases": 100}


def test_an_assignment_without_guarantee_has_no_contra_account() -> None:
    debtor, creditor, supplier = parties(3, Method.CONTRA)
    claim = c.claim(debtor, creditor, 100)
    c.assign(claim.record_number, creditor, supplier, with_guarantee=False)
    assert short(creditor)[1:] == [("assigned", [("purchases", 100, "receivable", 100)])]


def test_what_comes_back_to_the_endorser_clears_his_contra_account() -> None:
    debtor, creditor, supplier = parties(3, Method.CONTRA)
    claim = c.claim(debtor, creditor, 100)
    c.assign(claim.record_number, creditor, supplier)
    c.assign(claim.record_number, supplier, creditor)
    assert short(creditor)[2:] == [
        ("received", [("receivable", 100, "sales", 100)]),
        ("cleared_endorsed", [("endorsed", 100, "receivable", 100)]),
    ]


def test_a_cancelled_assignment_is_taken_back_with_a_minus_and_the_same_collected_lines() -> None:
    debtor, creditor, supplier = parties(3, Method.CONTRA)
    claim = c.claim(debtor, creditor, 100)
    child = c.assign(claim.record_number, creditor, supplier, 60).record_number
    c.cancel(child, "assignment", supplier)
    assert book_of(creditor)[1:] == [
        ("endorsed", c.TODAY, [("purchases", supplier.name, 60, "endorsed", 60, True)]),
        ("cancelled", c.TODAY, [("purchases", supplier.name, -60, "endorsed", -60, True)]),
    ]
    assert book_of(supplier)[1:] == [
        ("cancelled", c.TODAY, [("receivable", creditor.name, -60, "sales", -60, True)])
    ]


def test_a_cancelled_accrual_leaves_nothing_in_either_book() -> None:
    debtor, creditor = parties(2)
    claim = c.claim(debtor, creditor, 100)
    c.cancel(claim.record_number, "accrual", creditor)
    assert short(creditor)[1:] == [("cancelled", [("receivable", -100, "sales", -100)])]
    assert short(debtor)[1:] == [("cancelled", [("purchases", -100, "payable", -100)])]


def test_a_change_goes_out_with_the_old_due_date_and_comes_in_with_the_new_one() -> None:
    debtor, creditor = parties(2)
    claim = c.claim(debtor, creditor, 100)
    later = date(2027, 3, 31)
    c.recorded(c.change(claim.record_number, creditor, debtor, amount_yen=80, due_on=later))
    assert short(creditor)[1:] == [
        ("changed", [("receivable", -100, "sales", -100), ("receivable", 80, "sales", 80)])
    ]
    found = EntryLine.objects.filter(company_id=creditor.company_id, entry__moment="changed")
    assert list(found.order_by("position").values_list("due_on", flat=True)) == [c.DUE, later]
    assert balances(creditor.company_id) == {"receivable": 80, "sales": -80}


def test_a_deleted_claim_is_taken_back() -> None:
    debtor, creditor = parties(2)
    claim = c.claim(debtor, creditor, 100)
    c.recorded(c.change(claim.record_number, creditor, debtor, delete=True))
    assert short(debtor)[1:] == [("cancelled", [("purchases", -100, "payable", -100)])]


@pytest.mark.parametrize(
    ("cause", "creditors", "debtors"),
    [
        (Cause.PERFORMANCE, "bank", "bank"),
        (Cause.SET_OFF, "purchases", "sales"),
        (Cause.RELEASE, "release_loss", "release_gain"),
        (Cause.OTHER, "unclear", "unclear"),
    ],
)
def test_a_payment_in_part_has_the_counter_account_of_its_cause(
    cause: Cause, creditors: str, debtors: str
) -> None:
    debtor, creditor = parties(2)
    claim = c.claim(debtor, creditor, 100)
    c.recorded(c.payment(claim.record_number, debtor, creditor, 30, cause=cause))
    assert short(creditor)[1:] == [("paid_in", [(creditors, 30, "receivable", 30)])]
    assert short(debtor)[1:] == [("paid_out", [("payable", 30, debtors, 30)])]


def test_what_was_paid_in_part_is_settled_for_the_rest() -> None:
    debtor, creditor = parties(2)
    claim = c.claim(debtor, creditor, 100, due_on=c.DUE)
    c.recorded(c.payment(claim.record_number, debtor, creditor, 30))
    at_the_end_of(c.DUE)
    assert short(creditor)[2:] == [("settled_in", [("bank", 70, "receivable", 70)])]


def test_what_is_not_paid_moves_to_the_accounts_of_the_unpaid_and_is_paid_there() -> None:
    debtor, creditor = parties(2)
    claim = c.claim(debtor, creditor, 100, due_on=c.SOON)
    settlement.set_balance(str(debtor.account), debtor.company_id, 0, at=cast.AT)
    at_the_end_of(c.SOON)
    assert Claim.objects.get(pk=claim.pk).state == "defaulted"
    c.recorded(c.payment(claim.record_number, debtor, creditor, 40, record_on=c.SOON, paid_on=c.SOON))
    assert short(creditor)[1:] == [
        ("unpaid_in", [("dishonoured", 100, "receivable", 100)]),
        ("paid_in", [("bank", 40, "dishonoured", 40)]),
    ]
    assert short(debtor)[1:] == [
        ("unpaid_out", [("payable", 100, "dishonoured_debt", 100)]),
        ("paid_out", [("dishonoured_debt", 40, "bank", 40)]),
    ]


def test_a_guarantor_who_pays_has_recourse_and_gets_it_back_from_the_debtor() -> None:
    debtor, creditor, supplier = parties(3, Method.CONTRA)
    claim = c.claim(debtor, creditor, 100)
    c.assign(claim.record_number, creditor, supplier)
    c.recorded(c.payment(claim.record_number, creditor, supplier, 100))
    c.recorded(c.payment(claim.record_number, debtor, creditor, 100))
    assert short(supplier)[1:] == [("paid_in", [("bank", 100, "receivable", 100)])]
    assert short(creditor)[2:] == [
        ("guarantor_paid", [("recourse", 100, "bank", 100)]),
        ("cleared_endorsed", [("endorsed", 100, "receivable", 100)]),
        ("recourse_in", [("bank", 100, "recourse", 100)]),
    ]
    assert short(debtor)[1:] == [
        ("taken_over", [("payable", 100, "dishonoured_debt", 100)]),
        ("recourse_out", [("dishonoured_debt", 100, "bank", 100)]),
    ]


def test_a_debtor_who_comes_to_hold_his_own_debt_enters_the_merger_once() -> None:
    debtor, creditor = parties(2)
    claim = c.claim(debtor, creditor, 100)
    c.assign(claim.record_number, creditor, debtor)
    c.recorded(c.payment(claim.record_number, debtor, debtor, 100, cause=Cause.MERGER))
    assert short(debtor)[1:] == [
        ("received", [("receivable", 100, "sales", 100)]),
        ("merged", [("payable", 100, "receivable", 100)]),
    ]


def test_claims_of_partners_who_are_not_from_trade_have_accounts_of_their_own() -> None:
    debtor, creditor = c.party(), c.party()
    keeps_books(creditor.company_id, other_partners=[debtor.user_number])
    keeps_books(debtor.company_id, other_partners=[creditor.user_number])
    c.claim(debtor, creditor, 100, due_on=c.SOON)
    at_the_end_of(c.SOON)
    assert short(creditor) == [
        ("accrued_in", [("other_receivable", 100, "accrued_revenue", 100)]),
        ("settled_in", [("bank", 100, "other_receivable", 100)]),
    ]
    assert short(debtor) == [
        ("accrued_out", [("accrued_expense", 100, "other_payable", 100)]),
        ("settled_out", [("other_payable", 100, "bank", 100)]),
    ]


def test_nothing_is_entered_before_there_are_settings_or_before_the_day_they_begin() -> None:
    debtor, creditor = c.party(), c.party()
    c.claim(debtor, creditor, 100, due_on=c.SOON)
    assert made(creditor) == 0
    keeps_books(creditor.company_id, starts_on=c.LATER)
    assert made(creditor) == 0
    at_the_end_of(c.SOON)
    assert short(creditor) == [("settled_in", [("bank", 100, "receivable", 100)])]


def test_a_claim_goes_on_by_the_method_with_which_it_began() -> None:
    debtor, creditor, supplier = parties(3, Method.DIRECT)
    first, second = (c.claim(debtor, creditor, yen).record_number for yen in (100, 200))
    made(creditor)
    JournalSettings.objects.filter(pk=creditor.company_id).update(method=Method.CONTRA)
    third = c.claim(debtor, creditor, 300).record_number
    for number in (first, second, third):
        c.assign(number, creditor, supplier)
    assert [line for moment, line in short(creditor) if moment == "endorsed"] == [
        [("purchases", 100, "receivable", 100)],
        [("purchases", 200, "receivable", 200)],
        [("purchases", 300, "endorsed", 300)],
    ]


def test_an_event_in_a_closed_month_is_entered_on_the_next_day_with_its_true_one_in_the_memo() -> None:
    debtor, creditor = parties(2)
    JournalSettings.objects.filter(pk=creditor.company_id).update(closed_until=date(2026, 11, 30))
    number = c.claim(debtor, creditor, 100).record_number
    made(creditor)
    entry = Entry.objects.get(company_id=creditor.company_id)
    assert (entry.on, entry.happened_on) == (date(2026, 12, 1), c.TODAY)
    assert entry.memo == f"（2026/11/20分）発生（債権者） 記録番号{number} 支払期日2027/02/26"
