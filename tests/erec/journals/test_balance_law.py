"""残高 of the ledger's four tables is the balance of the accounts, on every day of any history.

The histories are those of the record book's own machine: orders, days, payments, defaults, in any order. Half
of the companies keep their books by each method.
"""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from erec.claims.models import RecordEvent, SettlementResult
from erec.exports.ledger.definition import Basis, Name
from erec.exports.ledger.selection import Selection, totals
from erec.journals.actions import making
from erec.journals.models import EntryLine
from erec.journals.roles import Role
from erec.journals.rules import Method
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.claims.test_laws import COMPANIES, FIRST_BALANCE, BookMachine
from tests.erec.journals.cast_journals import balances, keeps_books

pytestmark = pytest.mark.django_db
METHODS = (Method.DIRECT, Method.CONTRA)


class JournalMachine(BookMachine):
    """What the book comes to is the other test's; here its end is looked at, day by day."""

    def teardown(self) -> None:
        try:
            for number, party in enumerate(self.cast):
                the_books_are_the_ledger(party.company_id, METHODS[number % 2])
        finally:
            super().teardown()

    def looked_at_elsewhere(self) -> None:
        """The other test has these laws."""

    the_book_is_as_the_model = looked_at_elsewhere
    amounts_are_conserved = looked_at_elsewhere
    every_claim_has_one_holder = looked_at_elsewhere
    after_full_payment_only_guarantors_get_something_back = looked_at_elsewhere
    the_money_is_where_the_model_has_it = looked_at_elsewhere


def the_books_are_the_ledger(company_id: int, method: Method) -> None:
    making.make(company_id, at=cast.AT)
    assert making.make(company_id, at=cast.AT) == 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    days = {*RecordEvent.objects.values_list("recorded_on", flat=True)}
    days |= {*SettlementResult.objects.values_list("settled_on", flat=True)}
    for day in sorted(days):
        found = balances(company_id, day)
        passed = {
            Name.DISCOUNTED: -found.get(Role.DISCOUNTED, 0),
            Name.ENDORSED: -found.get(Role.ENDORSED, 0),
        }
        expected = {
            Name.CLAIMS: found.get(Role.RECEIVABLE, 0) - sum(passed.values()),
            Name.DEBTS: -found.get(Role.PAYABLE, 0),
            **(passed if method is Method.CONTRA else {}),
        }
        ledger = {name: totals(Selection(company_id, name, Basis.BALANCE, as_of=day))[1] for name in expected}
        assert ledger == expected, (company_id, method, day)
    for name, role in (("debit", Role.RECEIVABLE), ("credit", Role.PAYABLE)):
        table = Name.CLAIMS if name == "debit" else Name.DEBTS
        assert collected(company_id, name, role) == totals(Selection(company_id, table))[1]


def collected(company_id: int, side: str, role: Role) -> int:
    """What PCA collects of an account as 発生分: the lines with 数字１ and 数字２."""
    rows = EntryLine.objects.filter(company_id=company_id, is_increase=True, **{side: role})
    found: int | None = rows.aggregate(yen=Sum(f"{side}_yen"))["yen"]
    return found or 0


def test_the_balances_are_those_of_the_ledger_whatever_is_recorded(little_money: None) -> None:
    JournalMachine.cast = [c.party() for _ in range(COMPANIES)]
    for number, party in enumerate(JournalMachine.cast):
        keeps_books(party.company_id, METHODS[number % 2])
    run_state_machine_as_test(
        JournalMachine,
        settings=settings(
            max_examples=3,
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def little_money(settings: Any) -> None:
    """Little enough that some cannot pay."""
    settings.PARAMETERS = {**settings.PARAMETERS, "demo_balance_yen": FIRST_BALANCE}
