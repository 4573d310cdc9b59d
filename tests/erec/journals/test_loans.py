"""割引 and 譲渡担保 as they go through the workflow: proceeds, what they cost, and the loan."""

import pytest

from erec.claims import settlement
from erec.claims.models import Claim
from erec.financing import money
from erec.journals.actions import making
from erec.journals.models import Entry
from erec.journals.rules import Method
from erec.workflow.models import FeeBand
from tests import cast
from tests.erec.claims.cast_claims import cancel, party
from tests.erec.journals.cast_journals import balances, keeps_books, lines
from tests.erec.journals.test_balance_law import the_books_are_the_ledger
from tests.erec.workflow.cast_financing import (
    SOON,
    WISHED,
    asked_for_discount,
    asked_for_loan,
    executed,
    moved_to,
)
from tests.erec.workflow.cast_workflow import Trader, accrued, trader

pytestmark = pytest.mark.django_db


def entered(own: Trader) -> list[tuple[str, str, list[tuple[str, int, str, int]]]]:
    making.make(own.company.pk, at=cast.AT)
    rows = Entry.objects.filter(company=own.company).order_by("on", "id")
    return [
        (
            row.moment,
            f"{row.on}",
            [(debit, yen, credit, other) for debit, _, yen, credit, other, _ in lines(row)],
        )
        for row in rows
    ]


def agrees(own: Trader, method: Method = Method.DIRECT) -> None:
    """On every day the ledger says the same."""
    the_books_are_the_ledger(own.company.pk, method)


@pytest.mark.parametrize(("method", "gone"), [(Method.DIRECT, "receivable"), (Method.CONTRA, "discounted")])
def test_a_discount_brings_its_proceeds_and_costs_the_rest(method: Method, gone: str) -> None:
    own, application = asked_for_discount(400_000)
    keeps_books(own.company.pk, method)
    executed(application, 395_000)
    assert entered(own)[1:] == [
        (
            "discounted",
            f"{WISHED}",
            [("bank", 395_000, gone, 400_000), ("discount_loss", 5_000, "", 0)],
        )
    ]
    agrees(own, method)
    entry = Entry.objects.get(company=own.company, moment="discounted")
    assert entry.account == application.account
    assert entry.record_number == Claim.objects.get(parent__isnull=False).record_number


def test_a_loan_leaves_the_claim_in_the_books_and_is_repaid_by_what_its_debtor_pays() -> None:
    own, application = asked_for_loan(None, loan_yen=800_000)
    keeps_books(own.company.pk)
    executed(application, 795_000, loan_yen=800_000)
    assert entered(own)[1:] == [
        ("loan_taken", f"{WISHED}", [("bank", 795_000, "loan", 800_000), ("interest", 5_000, "", 0)])
    ]
    moved_to(SOON)
    assert entered(own)[2:] == [
        ("settled_secured", f"{SOON}", [("loan", 1_000_000, "receivable", 1_000_000)]),
        ("loan_excess", f"{SOON}", [("bank", 200_000, "loan", 200_000)]),
    ]
    assert balances(own.company.pk) == {"bank": 995_000, "interest": 5_000, "sales": -1_000_000}
    agrees(own)


def test_a_loan_that_is_repaid_early_brings_the_claim_back_without_an_entry_of_its_own() -> None:
    own, application = asked_for_loan(None, loan_yen=800_000)
    keeps_books(own.company.pk)
    executed(application, 800_000)
    money.repay(application.application_no, at=cast.AT, origin=cast.ORIGIN)
    moved_to(SOON)
    assert [moment for moment, _, _ in entered(own)] == [
        "accrued_in",
        "loan_taken",
        "loan_repaid",
        "settled_in",
    ]
    assert balances(own.company.pk) == {"bank": 1_000_000, "sales": -1_000_000}
    agrees(own)


def test_a_secured_claim_that_is_not_paid_moves_to_the_unpaid_and_the_loan_stays() -> None:
    own, application = asked_for_loan(None, loan_yen=800_000)
    keeps_books(own.company.pk)
    executed(application, 800_000)
    claim = Claim.objects.get(holder__is_institution=True)
    settlement.set_balance(claim.obligor_account, claim.obligor_id, 0, at=cast.AT)
    moved_to(SOON)
    assert entered(own)[-1] == (
        "unpaid_in",
        f"{SOON}",
        [("dishonoured", 1_000_000, "receivable", 1_000_000)],
    )
    assert balances(own.company.pk)["loan"] == -800_000
    agrees(own)


def test_a_fee_that_was_taken_off_the_debt_is_entered_by_the_debtor_and_goes_with_a_cancellation() -> None:
    own, creditor = trader(), trader()
    keeps_books(own.company.pk)
    FeeBand.objects.create(company=own.company, table=FeeBand.Table.OTHER, from_yen=1, fee_yen=660)
    number = accrued(own, creditor, amount_yen=100_000, fee_bearer="受取人負担")
    lines_ = [("purchases", 99_340, "payable", 99_340), ("purchases", 660, "fee", 660)]
    assert entered(own) == [("accrued_out", "2026-11-20", lines_)]
    agrees(own)
    cancel(number, "accrual", party(creditor.company))
    back = [("purchases", -99_340, "payable", -99_340), ("purchases", -660, "fee", -660)]
    assert entered(own)[1:] == [("cancelled", "2026-11-20", back)]
    assert balances(own.company.pk) == {}
