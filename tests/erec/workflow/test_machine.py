"""Workflow and book against a plain model: whatever people enter, decide and take back, in any order."""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from erec.claims import verify
from erec.claims.instructions import Account, Party
from erec.claims.models import AccountBalance, Claim, Holding, RecordEvent
from erec.financing import institution
from erec.financing.models import Application
from erec.formats import bank_calendar
from erec.members.actions.rights import Rights, change_rights, rights_of
from erec.members.catalogue import Grant
from erec.members.models import Member
from erec.partners.policy import Area
from erec.trail.models import Entry
from erec.workflow import day, runs
from erec.workflow.actions import deciding, entering, financing
from erec.workflow.errors import WorkflowError
from erec.workflow.models import ClaimInUse, Controls, Decision, Demand, Line, Request
from erec.workflow.types import TYPES
from tests import cast
from tests.erec.claims.model_of_book import Paper
from tests.erec.workflow import cast_workflow as w
from tests.erec.workflow.cast_designation import chooses, designation, takes
from tests.erec.workflow.cast_financing import bank, collateral, discount
from tests.erec.workflow.cast_masters import content_of, rights_for, two_masters
from tests.erec.workflow.machine_asks import ASKS, COMPANIES, companies, mostly, places
from tests.erec.workflow.model_of_requests import (
    ANSWERS,
    FINANCING,
    OPEN,
    OTHERS,
    PROCEEDS_YEN,
    Ask,
    Office,
    Question,
    Slip,
)

FIRST_YEN = 3_000
DRAFTS_MAX = 10
EXAMPLES, STEPS = 10, 40
DOUBLE = 2  # this company approves twice
LATEST = "latest"  # the claim that was made last
CHOOSY = 0  # this one takes requests only from whom it registered

# What people do, as often as it stands here.
WHAT = ["enter"] * 7 + ["approve"] * 3 + ["mend"] * 2 + ["leave"] * 2
WHAT += ["change_right", "days_pass"] + ["bank_answers"] * 2
THEN = ["approve", "approve", "approve", "", "draft"]  # what follows on what was typed
# By move: where it leads, from where, and whether a checker makes it.
LEAVING = {
    "send_back": ("sent_back", ("awaiting_approval",), True),
    "pull_back": ("pulled_back", ("awaiting_approval",), False),
    "delete": ("deleted", (*OPEN, "draft"), False),
}
MOVES: dict[str, Callable[..., Request]] = {
    "send_back": deciding.send_back,
    "pull_back": entering.pull_back,
    "delete": entering.delete,
}


class WorkflowMachine(RuleBasedStateMachine):
    """Each example is a transaction of its own that is rolled back; deferred triggers fire at each step."""

    traders: ClassVar[list[w.Trader]]
    checkers: ClassVar[list[list[Member]]]
    masters: ClassVar[list[tuple[Member, Member]]]
    clerks: ClassVar[list[Member]]
    approved: ClassVar[Counter[str]]
    answered: ClassVar[Counter[str]]  # what became of the applications that the institution answered
    morning: ClassVar[Office]  # with which each example begins

    @initialize()
    def begin(self) -> None:
        self.around = transaction.atomic()
        self.around.__enter__()
        self.start(deepcopy(self.morning))

    def start(self, model: Office) -> None:
        self.model = model
        self.at = cast.AT
        self.may_make = [True] * COMPANIES
        self.may_check = [True] * COMPANIES
        self.told_before = Entry.objects.filter(user_id__isnull=False).count()
        self.acts = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @rule(what=st.sampled_from(WHAT), data=st.data())
    def something(self, what: str, data: st.DataObject) -> None:
        """One rule for all that people do: so each example has some of everything."""
        getattr(self, what)(data)

    def enter(self, data: st.DataObject) -> None:
        ask = ASKS[data.draw(st.sampled_from(sorted(TYPES)))](self.model, data, None)
        then = data.draw(st.sampled_from(THEN))
        if ask is None:
            return
        if then == "draft":
            self.save(ask)
        elif self.submit(ask, None) and then == "approve":
            self.approve_by_all(self.model.slips[-1])

    def mend(self, data: st.DataObject) -> None:
        slip = self.slip(data, (*OPEN, "draft"))
        ask = ASKS[slip.ask.code](self.model, data, slip.ask.company)
        if ask is not None:
            self.submit(ask, slip)

    def save(self, ask: Ask) -> None:
        drafts = [s for s in self.model.slips if s.state == "draft" and s.ask.company == ask.company]
        refused = self.maker_refused(ask) or ("TooManyDrafts" if len(drafts) >= DRAFTS_MAX else "")
        entry = w.typed(ask.code, self.content(ask))
        request = self.tried(refused, lambda: entering.save_draft(entry, **self.maker(ask)))
        if request is not None:
            self.model.slips.append(Slip(request.request_no, ask, "draft", self.at))

    def submit(self, ask: Ask, slip: Slip | None) -> bool:
        refused = self.maker_refused(ask) or self.model.entry_refused(ask, slip)
        mended = {"request_no": slip.request_no, "version": slip.version} if slip else {}
        entry = w.typed(ask.code, self.content(ask), **mended)
        request = self.tried(refused, lambda: entering.submit(entry, **self.maker(ask)))
        if request is not None:
            self.model.enter(ask, slip, request.request_no, self.at)
        return request is not None

    def approve(self, data: st.DataObject) -> None:
        slip = self.slip(data, ("awaiting_approval",))
        self.approve_slip(slip, data.draw(st.sampled_from(range(len(self.checkers[slip.ask.company])))))

    def approve_by_all(self, slip: Slip) -> None:
        for checker in range(len(self.checkers[slip.ask.company])):
            self.approve_slip(slip, checker)

    def approve_slip(self, slip: Slip, checker: int) -> None:
        refused = self.checker_refused(slip) or self.model.approval_refused(slip, checker)
        who = self.checker(slip.ask, checker)
        act = lambda: deciding.approve(slip.request_no, slip.version, **who)  # noqa: E731
        request = self.tried(refused, act, counts=("CheckFailed",))
        if request is not None:
            self.model.approve(slip, checker, made_by(request))
            self.approved[slip.ask.code] += slip.state not in OPEN
            self.acts += slip.ask.code == "masters"  # the act itself is told, and its approval
        runs.collect(self.at)

    def leave(self, data: st.DataObject) -> None:
        move = data.draw(st.sampled_from(sorted(LEAVING)))
        to, origins, by_checker = LEAVING[move]
        slip = self.slip(data, origins)
        refused = self.checker_refused(slip) if by_checker else self.maker_refused(slip.ask)
        refused = refused or ("" if slip.state in origins else "MovedOn")
        who = self.checker(slip.ask, 0) if by_checker else self.maker(slip.ask)
        if self.tried(refused, lambda: MOVES[move](slip.request_no, slip.version, **who)) is not None:
            slip.state, slip.touched = to, self.at

    def bank_answers(self, data: st.DataObject) -> None:
        """Yes or no to an application that waits; to 譲渡担保 no, as a loan is the money's own test."""
        waiting = [q for q in self.model.questions if q.state == "open" and q.slip.ask.code in FINANCING]
        if not waiting:
            return
        question = waiting[data.draw(places) % len(waiting)]
        slip, company = question.slip, self.traders[question.slip.ask.company].company
        application_no = Application.objects.get(company=company, request_no=slip.request_no).application_no
        accept = slip.ask.code == "discount" and data.draw(mostly)
        if accept:
            terms = financing.Answer(PROCEEDS_YEN)
            financing.accept(application_no, terms, at=self.at, origin=cast.ORIGIN)
        else:
            financing.decline(application_no, "審査の結果", at=self.at, origin=cast.ORIGIN)
        (made,) = made_by(Request.objects.get(company=company, request_no=slip.request_no))
        self.model.bank_answers(question, made, accept=accept)
        self.answered[slip.rows[0]] += 1

    def application(self, ask: Ask) -> dict[str, Any]:
        own, claim = self.traders[ask.company], (ask.number, ask.part)
        assert ask.on is not None
        if ask.code == "discount":
            return discount(own, claim, record_on=ask.on)
        return collateral(own, claim, loan_yen=1, repay_on=ask.on + timedelta(days=30), record_on=ask.on)

    def of_one_claim(self, ask: Ask) -> dict[str, Any]:
        (other,) = ask.others
        if ask.code == "guarantee":
            return w.guarantee(self.traders[other], ask.number)
        if ask.code == "change":
            return w.change(
                ask.number, due_on=ask.due_on.isoformat() if ask.due_on else "", amount_yen=ask.yen
            )
        return w.payment(
            ask.number,
            ask.yen,
            other=self.traders[other].company.user_number,
            cause="混同" if other == ask.company else "弁済",
            paid_on=self.model.today.isoformat(),
        )

    def change_right(self, data: st.DataObject) -> None:
        """Taken away, or given back."""
        company, checker = data.draw(companies), data.draw(st.booleans())
        flags = self.may_check if checker else self.may_make
        flags[company] = not flags[company]
        for member in self.checkers[company] if checker else [self.traders[company].maker]:
            self.set_right(member, w.CHECKS if checker else w.MAKES, given=flags[company])

    def days_pass(self, data: st.DataObject) -> None:
        for _ in range(data.draw(st.sampled_from([1, 1, 2, 5]))):
            on = bank_calendar.after(self.model.today, 1)
            day.run_through(on - timedelta(days=1), self.at, cast.ORIGIN)
            self.at = datetime.combine(on, cast.AT.timetz())
            day.catch_up(self.at)
            self.model.pass_night(on, self.at)

    def maker(self, ask: Ask) -> dict[str, Any]:
        of_masters = ask.code == "masters"
        return w.by(self.masters[ask.company][0] if of_masters else self.traders[ask.company].maker, self.at)

    def checker(self, ask: Ask, place: int) -> dict[str, Any]:
        """A master's act has one checker, the other master."""
        of_masters = ask.code == "masters"
        return w.by(
            self.masters[ask.company][1] if of_masters else self.checkers[ask.company][place], self.at
        )

    def maker_refused(self, ask: Ask) -> str:
        return "" if ask.code == "masters" or self.may_make[ask.company] else "RightMissing"

    def checker_refused(self, slip: Slip) -> str:
        if slip.state == "draft":
            return "NotThere"
        may = slip.ask.code == "masters" or self.may_check[slip.ask.company]
        return "" if may else "RightMissing"

    def tried(self, refused: str, act: Callable[[], Request], counts: tuple[str, ...] = ()) -> Request | None:
        """The act comes to what the model says. `counts`: refusals that are told in the trail too."""
        came = ""
        request = None
        try:
            request = act()
        except WorkflowError as error:
            came = type(error).__name__
        assert came == refused
        self.acts += not came or came in counts
        return request

    def set_right(self, member: Member, ticks: tuple[Grant, ...], *, given: bool) -> None:
        member.refresh_from_db()
        change_rights(
            member,
            Rights(frozenset(ticks if given else ()), rights_of(member).accounts),
            version=member.rights_version,
            initial_hash="x",
            acting_user=member.company.users.filter(kind=User.Kind.MASTER).earliest("pk"),
            at=self.at,
            origin=cast.ORIGIN,
        )
        self.acts += 1

    def slip(self, data: st.DataObject, states: tuple[str, ...]) -> Slip:
        """Mostly one in these states."""
        slips = [slip for slip in self.model.slips if slip.state in states]
        fitting = bool(slips) and data.draw(mostly)
        slips = slips if fitting else self.model.slips
        return slips[data.draw(places) % len(slips)]

    def content(self, ask: Ask) -> dict[str, Any]:
        own = self.traders[ask.company]
        others = [self.traders[other] for other in ask.others]
        if ask.question is not None:
            creditor = self.traders[ask.question.slip.ask.company]
            demand = demand_of(ask.question, creditor)
            return w.answer(demand, ask.accept) if ask.code in ANSWERS else w.withdrawal(demand.line)
        if ask.code in OTHERS:
            return self.of_one_claim(ask)
        if ask.code == "assignment":
            assert ask.on is not None
            return w.assignment(
                others[0], (ask.number, ask.part), record_on=ask.on, with_guarantee=ask.guarantee
            )
        if ask.code == "masters":
            clerk = self.clerks[ask.company]
            clerk.refresh_from_db()
            return content_of(rights_for(clerk), self.masters[ask.company][0])
        if ask.code in FINANCING:
            return self.application(ask)
        if ask.code == "designation":
            return designation((others[0], [Area(area) for area in sorted(ask.areas)]))
        if ask.number:
            return w.cancellation(ask.number)
        assert ask.on is not None
        assert ask.due_on is not None
        content = w.accrual(own, *others, amount_yen=ask.yen, record_on=ask.on, due_on=ask.due_on)
        return w.batch(("accrual_by_obligor", content)) if ask.code == "batch" else content

    @invariant()
    def every_request_is_as_the_model(self) -> None:
        rows = Request.objects.order_by("pk")
        found = [(r.request_no, r.type, r.state, r.version) for r in rows]
        assert found == [(s.request_no, s.ask.code, s.state, s.version) for s in self.model.slips]
        lines: dict[int, list[str]] = {r.pk: [] for r in rows}
        for request_id, state in Line.objects.order_by("number").values_list("request_id", "state"):
            lines[request_id].append(state)
        assert list(lines.values()) == [slip.rows for slip in self.model.slips]
        demands = Demand.objects.order_by("pk").values_list("state", flat=True)
        assert list(demands) == [question.state for question in self.model.questions]

    @invariant()
    def the_book_is_as_the_model(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        rows = {claim.record_number: claim for claim in Claim.objects.prefetch_related("guarantors")}
        assert {number: shown(row) for number, row in rows.items()} == {
            number: expected(paper) for number, paper in self.model.papers.items()
        }
        assert list(verify.differences()) == []
        assert dict(AccountBalance.objects.values_list("company_id", "balance_yen")) == self.model.balances

    @invariant()
    def amounts_are_conserved_and_a_claim_has_one_holder(self) -> None:
        claims = list(Claim.objects.order_by("pk"))
        for claim in claims:
            if claim.parent_id is None and claim.state != "cancelled":
                assert claim.original_amount_yen == owed(claim, claims)
        holders = Holding.objects.filter(role="holder").values_list("claim_id", "company_id")
        assert sorted(holders) == [(claim.pk, claim.holder_id) for claim in claims]

    @invariant()
    def every_record_has_an_approved_request_or_is_the_runs_own(self) -> None:
        approvals = Decision.objects.filter(move="承認").values_list("company_id", "request__request_no")
        given = Counter(approvals)
        needed = {t.company.pk: 1 + (n == DOUBLE) for n, t in enumerate(self.traders)}
        for event in RecordEvent.objects.select_related("order"):
            if event.order is None:
                assert event.settlement_id is not None
            else:
                company_id = event.order.company_id
                assert given[company_id, event.order.request_no] >= needed[company_id]

    @invariant()
    def every_act_is_told_once(self) -> None:
        assert Entry.objects.filter(user_id__isnull=False).count() == self.told_before + self.acts

    @invariant()
    def only_open_requests_hold_claims(self) -> None:
        held = ClaimInUse.objects.values_list("request__request_no", "record_number", "company_id")
        assert sorted(held) == sorted(
            (s.request_no, s.in_use, self.traders[s.ask.company].company.pk)
            for s in self.model.slips
            if s.in_use
        )


def party_of(trader: w.Trader) -> Party:
    account = trader.account
    numbers = Account(account.bank_code, account.branch_code, account.kind, account.number)
    return Party(trader.company.pk, trader.company.user_number, trader.company.name, numbers)


def shown(claim: Claim) -> dict[str, Any]:
    return {
        "state": claim.state,
        "amount": (claim.amount_yen, claim.original_amount_yen),
        "holder": claim.holder_id,
        "since": claim.held_since,
        "guarantors": [g.company_id for g in sorted(claim.guarantors.all(), key=lambda g: g.order)],
        "due_on": claim.due_on,
        # What the account transfer paid is recorded some days later.
        "paid": None if claim.state == "settled" else claim.paid_yen,
    }


def expected(paper: Paper) -> dict[str, Any]:
    return {
        "state": paper.state,
        "amount": (paper.amount_yen, paper.original_yen),
        "holder": paper.holder.company_id,
        "since": paper.turns[-1].since,
        "guarantors": paper.guarantors,
        "due_on": paper.due_on,
        "paid": None if paper.state == "settled" else paper.paid_yen,
    }


def owed(claim: Claim, among: list[Claim]) -> int:
    """Of a claim and of all that was divided off it and lives."""
    alive = [c for c in among if c.parent_id == claim.pk and c.state not in ("reserved", "cancelled")]
    return claim.amount_yen + sum(owed(child, among) for child in alive)


def made_by(request: Request) -> list[str]:
    """The record numbers of its lines, which only the book can know."""
    return list(request.lines.order_by("number").values_list("record_number", flat=True))


def demand_of(question: Question, creditor: w.Trader) -> Demand:
    return Demand.objects.get(
        asked_by=creditor.company,
        line__request__request_no=question.slip.request_no,
        line__number=question.row + 1,
    )


def a_morning() -> Office:
    """Each company owes a claim now and one that is reserved, and asks for another; one is divided, not for
    the first time, the first company applies for 割引 of one, and one is guaranteed and paid in part.
    """
    machine = WorkflowMachine()
    parties = [party_of(trader) for trader in machine.traders]
    needed = [len(checkers) for checkers in machine.checkers]
    machine.start(Office(w.TODAY, FIRST_YEN, parties, needed, institution.party()))
    machine.model.clerks = [f"1:{clerk.login_id}" for clerk in machine.clerks]
    own, others = machine.traders[CHOOSY], [n for n in range(COMPANIES) if n != CHOOSY]
    chooses(own.company)
    for other in others:
        takes(own, machine.traders[other], *Area)
    machine.model.taken = {CHOOSY: dict.fromkeys(others, frozenset(str(area) for area in Area))}
    for company in range(COMPANIES):
        for code, days in (("accrual_by_obligor", 0), ("accrual_by_obligor", 3), ("accrual_by_obligee", 0)):
            on = bank_calendar.after(w.TODAY, days)
            due_on, other = bank_calendar.after(on, 9), (company + 1) % COMPANIES
            assert machine.submit(Ask(code, company, (other,), on=on, due_on=due_on, yen=1_000), None)
            machine.approve_by_all(machine.model.slips[-1])
    first = next(iter(machine.model.papers))
    divided = [Ask("assignment", 1, (2,), on=w.TODAY, number=first, part=part) for part in (100, 400)]
    given_back = Ask("cancel_assignment", 2, number=LATEST)
    every = frozenset(str(area) for area in Area)
    at_the_bank = [
        Ask("collateral", 2, on=bank_calendar.after(w.TODAY, 3), number=LATEST),
        Ask("withdrawal_financing", 2),
        Ask("designation", CHOOSY, (1,), areas=every - {Area.CHANGE}),
    ]
    papers = machine.model.papers.values()
    held = next(paper.number for paper in papers if paper.holder == parties[0] and paper.state == "recorded")
    applied = Ask("discount", 0, on=bank_calendar.after(w.TODAY, 3), number=held)
    free = next(paper.number for paper in papers if paper.obligor == parties[1] and paper.state == "recorded")
    of_one_claim = [
        Ask("guarantee", 2, (0,), number=free),
        Ask("answer_other", 0),
        Ask("payment_by_payee", 2, (1,), yen=100, number=free),
        Ask("payment_by_payer", 1, (2,), yen=100, number=free),
        Ask("withdrawal_other", 1),
        Ask("change", 2, (0,), yen=1_100, number=held),
    ]
    accepted, taken_back = machine.model.questions[:2]
    on, due_on = w.TODAY, bank_calendar.after(w.TODAY, 9)
    of_accruals = [
        Ask("answer", accepted.debtor, question=accepted),
        Ask("withdrawal", taken_back.slip.ask.company, question=taken_back),
        Ask("batch", 1, (2,), on=on, due_on=due_on, yen=1_000),
        Ask("cancel_accrual", 2, number=LATEST),
    ]
    for ask in (divided[0], given_back, divided[1], *at_the_bank, applied, *of_one_claim, *of_accruals):
        if ask.code in ("answer_other", "withdrawal_other", "withdrawal_financing"):
            ask.question = machine.model.questions[-1]
        if ask.number == LATEST:
            ask.number = list(machine.model.papers)[-1]
        assert machine.submit(ask, None)
        machine.approve_by_all(machine.model.slips[-1])
    return machine.model


@pytest.mark.django_db
def test_requests_and_book_keep_their_laws_whatever_people_do(
    settings_with_little_money: None,
) -> None:
    assert set(ASKS) == set(TYPES)
    WorkflowMachine.traders = [w.trader() for _ in range(COMPANIES)]
    WorkflowMachine.checkers = [[trader.checker] for trader in WorkflowMachine.traders]
    WorkflowMachine.masters = [two_masters(trader.company) for trader in WorkflowMachine.traders]
    WorkflowMachine.clerks = [w.person(trader.company) for trader in WorkflowMachine.traders]
    double = WorkflowMachine.traders[DOUBLE].company
    WorkflowMachine.checkers[DOUBLE].append(w.person(double, *w.CHECKS))
    Controls.objects.create(company=double, approvals=Controls.Approvals.DOUBLE_ANY)
    bank()
    WorkflowMachine.approved, WorkflowMachine.answered = Counter(), Counter()
    WorkflowMachine.morning = a_morning()
    run_state_machine_as_test(
        WorkflowMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert set(WorkflowMachine.approved) == set(TYPES)
    assert WorkflowMachine.answered.total() > 0


@pytest.fixture
def settings_with_little_money(settings: Any) -> None:
    """Little enough that some cannot pay."""
    settings.PARAMETERS = {**settings.PARAMETERS, "demo_balance_yen": FIRST_YEN}
