"""The book against a plain Python model: any orders and days give the same, and the book stays whole."""

from datetime import date
from random import Random
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from erec.claims import runs, verify
from erec.claims.instructions import Cause, Party
from erec.claims.models import AccountBalance, Claim, Holding, Order, RecordEvent
from erec.formats import bank_calendar
from erec.parameters import business_day
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.claims.model_of_book import Model, Paper

FIRST_BALANCE = 1_500
COMPANIES = 4

AHEAD = (0, 0, 0, 1, 3)
AMOUNTS = (500, 1_000, 2_000)
PARTS = (None, None, 1, 300, 999)
DUE = (5, 9, 30)
PAID = (1, 300, 500, 1_000)

# A generator of its own for each step: drawn one by one, choices this few would hardly differ.
chances = st.randoms(use_true_random=True)


class BookMachine(RuleBasedStateMachine):
    """Each example is a transaction of its own that is rolled back; deferred triggers fire at each step."""

    cast: ClassVar[list[Party]]

    @initialize()
    def begin(self) -> None:
        self.around = transaction.atomic()
        self.around.__enter__()
        self.model = Model(c.TODAY, FIRST_BALANCE)
        for _ in range(3):
            self.accrue(Random(0))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @rule(chance=chances)
    def something_happens(self, chance: Random) -> None:
        acts = {
            self.accrue: 3,
            self.assign: 6,
            self.cancel_accrual: 1,
            self.cancel_assignment: 2,
            self.guarantee: 2,
            self.change: 2,
            self.pay: 5,
            self.days_pass: 2,
        }
        (act,) = chance.choices(list(acts), list(acts.values()))
        act(chance)

    def accrue(self, chance: Random) -> None:
        debtor, creditor = self.two(chance)
        yen, on = chance.choice(AMOUNTS), bank_calendar.after(self.model.today, chance.choice(AHEAD))
        due_on = bank_calendar.after(on, chance.choice(DUE))
        may = self.model.may_accrue(debtor, creditor, on)
        order = c.order(c.accrual(debtor, creditor, yen, record_on=on, due_on=due_on), by=debtor)
        self.agrees(order, may, on)
        if may:
            self.model.accrue(order.record_number, debtor, creditor, yen, on, due_on)

    def assign(self, chance: Random) -> None:
        paper = self.paper(chance, "recorded", "reserved", "defaulted")
        assignor = self.mostly(paper.holder, chance)
        assignee = self.other_than(assignor, chance)
        part, guarantee = chance.choice(PARTS), chance.random() < 0.7
        on = max(bank_calendar.after(self.model.today, chance.choice(AHEAD)), paper.accrued_on)
        may = self.model.may_assign(paper.number, assignor, assignee, part, on, guarantee)
        order = c.assign(paper.number, assignor, assignee, part, record_on=on, with_guarantee=guarantee)
        self.agrees(order, may, on)
        if may:
            self.model.assign(paper.number, order.record_number, assignee, part, on, guarantee)

    def guarantee(self, chance: Random) -> None:
        paper = self.paper(chance, "recorded")
        requester = self.mostly(paper.holder, chance)
        guarantor = chance.choice([p for p in self.cast if not self.has_a_part(p, paper)] or self.cast)
        guarantor = self.mostly(guarantor, chance)
        may = self.model.may_guarantee(paper.number, requester, guarantor)
        asked = c.guarantee(paper.number, requester, guarantor, record_on=self.model.today)
        self.agrees(c.order(asked, by=requester), may, self.model.today)
        if may:
            self.model.guarantee(paper.number, guarantor)

    def change(self, chance: Random) -> None:
        paper = self.paper(chance, "recorded")
        requester, other = (paper.obligor, paper.holder) if chance.random() < 0.5 else self.two(chance)
        due_on = chance.choice((paper.due_on, bank_calendar.after(self.model.today, chance.choice((7, 20)))))
        yen = chance.choice(AMOUNTS)
        may = self.model.may_change(paper.number, requester, other, due_on, yen)
        asked = c.change(
            paper.number, requester, other, record_on=self.model.today, due_on=due_on, amount_yen=yen
        )
        self.agrees(c.order(asked, by=requester), may, self.model.today)
        if may:
            self.model.change(paper.number, due_on, yen)

    def pay(self, chance: Random) -> None:
        """Mostly to who is owed something, mostly by who owes it; often where a guarantor is."""
        papers = [p for p in self.model.papers.values() if self.owed(p)]
        repaid = [p for p in papers if any(gave > got for gave, got in p.paid_back.values())]
        guaranteed = [p for p in papers if p.guarantors]
        some = next((found for found in (repaid, guaranteed) if found and chance.random() < 0.6), papers)
        paper = chance.choice(some or list(self.model.papers.values()))
        payee, payer = chance.choice(self.cast), chance.choice(self.cast)
        if (owed := self.owed(paper)) and chance.random() < 0.8:
            payee = chance.choice(owed)
            payer = chance.choice([p for p in self.cast if self.model.owes(paper, p, payee)])
        yen = chance.choice((*PAID, self.model.open_to(paper.number, payee)))
        cause = Cause.MERGER if payer == payee else Cause.PERFORMANCE
        on = self.model.today
        may = self.model.may_pay(paper.number, payer, payee, yen, cause) and paper.accrued_on <= on
        asked = c.payment(paper.number, payer, payee, yen, cause=cause, paid_on=on, record_on=on)
        self.agrees(c.order(asked, by=payee), may, on)
        if may:
            self.model.pay(paper.number, payer, payee, yen)

    def cancel_accrual(self, chance: Random) -> None:
        paper = self.paper(chance, "recorded", "reserved")
        by = self.mostly(paper.holder, chance)
        may = self.model.may_cancel_accrual(paper.number, by)
        self.agrees(c.cancel(paper.number, "accrual", by), may, self.model.today)
        if may:
            self.model.cancel_accrual(paper.number)

    def cancel_assignment(self, chance: Random) -> None:
        paper = self.paper(chance, "recorded")
        by = self.mostly(paper.holder, chance)
        may = self.model.may_cancel_assignment(paper.number, by)
        self.agrees(c.cancel(paper.number, "assignment", by), may, self.model.today)
        if may:
            self.model.cancel_assignment(paper.number)

    def days_pass(self, chance: Random) -> None:
        for _ in range(chance.choice((1, 1, 3))):
            on = bank_calendar.after(self.model.today, 1)
            business_day.move_to(on, cast.AT)
            runs.take_effect(on, cast.AT)
            runs.announce_debits(on, cast.AT)
            runs.settle(on, cast.AT)
            self.model.next_day(on)

    def two(self, chance: Random) -> tuple[Party, Party]:
        first = chance.choice(self.cast)
        return first, self.other_than(first, chance)

    def other_than(self, party: Party, chance: Random) -> Party:
        """Mostly another company."""
        others = [other for other in self.cast if other != party]
        return party if chance.random() < 0.05 else chance.choice(others)

    def mostly(self, party: Party, chance: Random) -> Party:
        return party if chance.random() < 0.8 else chance.choice(self.cast)

    def owed(self, paper: Paper) -> list[Party]:
        return [party for party in self.cast if self.model.open_to(paper.number, party)]

    def has_a_part(self, party: Party, paper: Paper) -> bool:
        return party in (paper.obligor, paper.holder) or party.company_id in paper.guarantors

    def paper(self, chance: Random, *states: str) -> Paper:
        """Mostly one in these states."""
        papers = list(self.model.papers.values())
        fitting = [paper for paper in papers if paper.state in states]
        return chance.choice(fitting if fitting and chance.random() < 0.9 else papers)

    def agrees(self, order: Order, may: bool, on: date) -> None:
        taken = "reserved" if on > self.model.today else "recorded"
        assert order.state == (taken if may else "refused"), order.error
        assert bool(order.error) is not may

    @invariant()
    def the_book_is_as_the_model(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        claims = Claim.objects.prefetch_related("guarantors", "recourses")
        rows = {claim.record_number: claim for claim in claims}
        assert {number: shown(row) for number, row in rows.items()} == {
            number: expected(paper) for number, paper in self.model.papers.items()
        }
        assert list(verify.differences()) == []

    @invariant()
    def amounts_are_conserved(self) -> None:
        owed: dict[int, int] = {}
        rows = list(Claim.objects.exclude(state__in=["reserved", "cancelled"]))
        for row in sorted(rows, key=lambda row: row.pk, reverse=True):  # children come after parents
            below = [child.pk for child in rows if child.parent_id == row.pk]
            owed[row.pk] = row.amount_yen + sum(owed[pk] for pk in below)
            assert owed[row.pk] == row.original_amount_yen

    @invariant()
    def every_claim_has_one_holder(self) -> None:
        holders = Holding.objects.filter(role="holder").values_list("claim_id", "company_id")
        assert sorted(holders) == sorted(Claim.objects.values_list("pk", "holder_id"))

    @invariant()
    def after_full_payment_only_guarantors_get_something_back(self) -> None:
        events = RecordEvent.objects.filter(claim__paid_yen__gt=0).order_by("claim", "position")
        paid: dict[int, int] = {}
        for event in events.select_related("claim"):
            back = event.kind == "payment" and event.facts.get("to") == "recourse"
            assert back or paid.get(event.claim_id, 0) < event.claim.amount_yen
            if event.kind == "payment" and not back:
                paid[event.claim_id] = paid.get(event.claim_id, 0) + event.facts["amount_yen"]
        assert paid == dict(Claim.objects.filter(paid_yen__gt=0).values_list("pk", "paid_yen"))

    @invariant()
    def the_money_is_where_the_model_has_it(self) -> None:
        assert dict(AccountBalance.objects.values_list("company_id", "balance_yen")) == self.model.balances


def shown(claim: Claim) -> dict[str, Any]:
    return {
        "state": claim.state,
        "amount": (claim.amount_yen, claim.original_amount_yen),
        "holder": claim.holder_id,
        "since": claim.held_since,
        "guarantors": [g.company_id for g in sorted(claim.guarantors.all(), key=lambda g: g.order)],
        "due_on": claim.due_on,
        "open": claim.amount_yen - claim.paid_yen if claim.state in ("recorded", "defaulted") else 0,
        "recourses": sorted((r.company_id, r.amount_yen, r.paid_yen) for r in claim.recourses.all()),
    }


def expected(paper: Paper) -> dict[str, Any]:
    return {
        "state": paper.state,
        "amount": (paper.amount_yen, paper.original_yen),
        "holder": paper.holder.company_id,
        "since": paper.turns[-1].since,
        "guarantors": paper.guarantors,
        "due_on": paper.due_on,
        "open": paper.open_yen,
        "recourses": sorted((company, *yen) for company, yen in paper.paid_back.items()),
    }


@pytest.mark.django_db
def test_the_book_keeps_its_laws_whatever_is_asked(settings_with_little_money: None) -> None:
    BookMachine.cast = [c.party() for _ in range(COMPANIES)]
    run_state_machine_as_test(
        BookMachine,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def settings_with_little_money(settings: Any) -> None:
    """Little enough that some cannot pay."""
    settings.PARAMETERS = {**settings.PARAMETERS, "demo_balance_yen": FIRST_BALANCE}
