"""The record book as plain Python: what a person with paper and pencil would write down."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

from erec.claims import windows
from erec.claims.instructions import Cause, Party
from erec.formats import bank_calendar

TOKYO = timezone(timedelta(hours=9))
MORNING = time(10, tzinfo=TOKYO)


@dataclass
class Turn:
    """Somebody's turn as holder."""

    holder: Party
    since: date
    assignor: Party | None = None
    guaranteed: bool = False
    children: set[str] = field(default_factory=set)
    bound: bool = False  # something was recorded that a cancellation could not undo


@dataclass
class Waiting:
    """A reservation: what will happen to `number` on its day."""

    kind: str
    on: date
    obligor: Party | None = None
    assignor: Party | None = None
    assignee: Party | None = None
    guarantee: bool = False
    parent: str = ""  # the claim that will be divided; empty for the whole

    def parties(self) -> set[int]:
        return {p.company_id for p in (self.obligor, self.assignor, self.assignee) if p is not None}


@dataclass
class Paper:
    """One claim."""

    number: str
    state: str
    amount_yen: int
    original_yen: int
    accrued_on: date
    due_on: date
    obligor: Party
    turns: list[Turn]
    guarantors: list[int] = field(default_factory=list)
    parent: str = ""
    paid_yen: int = 0
    paid_back: dict[int, list[int]] = field(default_factory=dict)  # a guarantor: what he paid, what he got
    only_accrued: bool = True

    @property
    def open_yen(self) -> int:
        return self.amount_yen - self.paid_yen if self.state in ("recorded", "defaulted") else 0

    @property
    def holder(self) -> Party:
        return self.turns[-1].holder

    @property
    def lives(self) -> bool:
        return self.state not in ("reserved", "cancelled")


class Model:
    """What may happen, and what then is. Dates in windows come from `windows`, which has tests of its own."""

    def __init__(self, today: date, balance_yen: int) -> None:
        self.today = today
        self.papers: dict[str, Paper] = {}
        self.waiting: dict[str, Waiting] = {}  # by the number that it makes or moves
        self.balances: dict[int, int] = {}
        self.first_yen = balance_yen
        self.defaults: dict[int, set[date]] = {}
        self.sanctions: list[tuple[int, date, date]] = []

    def moment(self) -> datetime:
        return datetime.combine(self.today, MORNING)

    def sanctioned(self, company_id: int, on: date) -> bool:
        return any(c == company_id and first <= on <= last for c, first, last in self.sanctions)

    def assignment_waits_on(self, number: str) -> str | None:
        for made, waiting in self.waiting.items():
            if waiting.kind == "assignment" and number in (made, waiting.parent):
                return made
        return None

    # 発生

    def may_accrue(self, obligor: Party, obligee: Party, record_on: date) -> bool:
        days = {self.today, record_on}
        return obligor != obligee and not any(self.sanctioned(obligor.company_id, day) for day in days)

    def accrue(self, number: str, obligor: Party, obligee: Party, yen: int, on: date, due_on: date) -> None:
        due_on = bank_calendar.on_or_after(due_on)
        state = "reserved" if on > self.today else "recorded"
        self.papers[number] = Paper(number, state, yen, yen, on, due_on, obligor, [Turn(obligee, on)])
        if on > self.today:
            self.waiting[f"{number}/accrual"] = Waiting("accrual", on, obligor=obligor, assignee=obligee)

    # 譲渡

    def may_assign(
        self, number: str, assignor: Party, assignee: Party, yen: int | None, on: date, guarantee: bool
    ) -> bool:
        paper = self.papers[number]
        if paper.state == "defaulted":
            fits = yen is None and not guarantee and on >= windows.defaulted_assignment_from(paper.due_on)
        else:
            fits = (
                paper.state in ("recorded", "reserved")
                and paper.accrued_on <= on <= windows.last_assignment_day(paper.due_on)
                and (yen is None or 0 < yen < paper.amount_yen)
            )
        free = self.assignment_waits_on(number) is None and paper.paid_yen == 0
        return fits and free and paper.holder == assignor != assignee

    def assign(
        self, number: str, made: str, assignee: Party, yen: int | None, on: date, guarantee: bool
    ) -> None:
        paper = self.papers[number]
        assignor = paper.holder
        if on > self.today:
            parent = "" if made == number else number
            self.waiting[made] = Waiting("assignment", on, None, assignor, assignee, guarantee, parent)
            if yen is not None:
                child = self._child(paper, made, yen, Turn(assignee, on))
                child.state, child.guarantors = "reserved", []
            return
        if yen is not None:
            self._child(paper, made, yen, Turn(assignor, on))
            self._divide(paper, made)
        self._hand_over(self.papers[made], assignee, on, guarantee)

    def _child(self, paper: Paper, made: str, yen: int, turn: Turn) -> Paper:
        facts = (yen, yen, paper.accrued_on, paper.due_on, paper.obligor)
        guarantors = list(paper.guarantors)
        child = Paper(made, "recorded", *facts, [turn], guarantors, paper.number, only_accrued=False)
        self.papers[made] = child
        return child

    def _divide(self, paper: Paper, made: str) -> None:
        paper.amount_yen -= self.papers[made].amount_yen
        paper.turns[-1].children.add(made)
        paper.only_accrued = False

    def _hand_over(self, paper: Paper, assignee: Party, on: date, guarantee: bool) -> None:
        assignor = paper.holder
        paper.turns.append(Turn(assignee, on, assignor, guarantee))
        paper.only_accrued = False
        if guarantee:
            paper.guarantors.append(assignor.company_id)

    # 保証, 変更, 支払等

    def may_guarantee(self, number: str, requester: Party, guarantor: Party) -> bool:
        paper = self.papers[number]
        taken = {paper.obligor.company_id, paper.holder.company_id, *paper.guarantors}
        return (
            paper.holder == requester
            and paper.state == "recorded"
            and self.assignment_waits_on(number) is None
            and self.moment() < windows.guarantee_until(paper.due_on)
            and guarantor.company_id not in taken
            and paper.holder.company_id not in paper.guarantors
            and not self.sanctioned(guarantor.company_id, self.today)
        )

    def guarantee(self, number: str, guarantor: Party) -> None:
        self._bind(number).guarantors.append(guarantor.company_id)

    def may_change(self, number: str, requester: Party, other: Party, due_on: date, yen: int) -> bool:
        """`due_on`: a business day in the window, or that of now. `yen`: any amount."""
        paper = self.papers[number]
        barred = yen > paper.amount_yen and self.sanctioned(paper.obligor.company_id, self.today)
        return (
            {requester.company_id, other.company_id} == {paper.obligor.company_id, paper.holder.company_id}
            and paper.state == "recorded"
            and paper.only_accrued
            and self.assignment_waits_on(number) is None
            and self.moment() < windows.change_until(paper.due_on)
            and (due_on, yen) != (paper.due_on, paper.amount_yen)
            and not barred
        )

    def change(self, number: str, due_on: date, yen: int) -> None:
        paper = self._bind(number)
        paper.due_on, paper.amount_yen, paper.original_yen = due_on, yen, yen

    def open_to(self, number: str, payee: Party) -> int:
        paper = self.papers[number]
        if paper.holder == payee and paper.open_yen:
            return paper.open_yen
        gave, got = paper.paid_back.get(payee.company_id, (0, 0))
        return gave - got

    def may_pay(self, number: str, payer: Party, payee: Party, yen: int, cause: Cause) -> bool:
        """Asked by the payee."""
        paper = self.papers[number]
        merged = payer == payee
        return (
            1 <= yen <= self.open_to(number, payee)
            and self.owes(paper, payer, payee)
            and (paper.holder != payee or self._time_to_pay(paper))
            and (cause == Cause.MERGER) == merged
            and (not merged or yen == paper.open_yen)
        )

    def owes(self, paper: Paper, payer: Party, payee: Party) -> bool:
        if payer == paper.obligor:
            return True
        if paper.holder == payee and paper.open_yen:
            return payer != payee and payer.company_id in paper.guarantors
        before = paper.guarantors[: paper.guarantors.index(payee.company_id)]
        return payer.company_id in before

    def _time_to_pay(self, paper: Paper) -> bool:
        if self.assignment_waits_on(paper.number) is not None:
            return False
        return paper.state != "recorded" or self.moment() < windows.payment_until(paper.due_on)

    def pay(self, number: str, payer: Party, payee: Party, yen: int) -> None:
        paper = self._bind(number)
        if paper.holder == payee and paper.open_yen:
            paper.paid_yen += yen
            if paper.open_yen == 0:
                paper.state = "settled"
        else:
            paper.paid_back[payee.company_id][1] += yen
        if payer != paper.obligor:
            paper.paid_back.setdefault(payer.company_id, [0, 0])[0] += yen

    def _bind(self, number: str) -> Paper:
        paper = self.papers[number]
        paper.only_accrued = False
        paper.turns[-1].bound = True
        return paper

    # 取消

    def may_cancel_accrual(self, number: str, by: Party) -> bool:
        paper = self.papers[number]
        if by not in (paper.obligor, paper.holder) or paper.parent or self.assignment_waits_on(number):
            return False
        if paper.state == "reserved":
            return self.moment() < windows.reserved_cancel_until(paper.accrued_on)
        return (
            paper.state == "recorded"
            and by != paper.obligor
            and len(paper.turns) == 1
            and not paper.turns[0].bound
            and paper.amount_yen == paper.original_yen
            and self.moment() < windows.recorded_cancel_until(paper.accrued_on, paper.due_on)
        )

    def cancel_accrual(self, number: str) -> None:
        self.waiting.pop(f"{number}/accrual", None)
        self.papers[number].state = "cancelled"

    def may_cancel_assignment(self, number: str, by: Party) -> bool:
        paper = self.papers[number]
        made = self.assignment_waits_on(number)
        if made is not None:
            waiting = self.waiting[made]
            return by.company_id in waiting.parties() and self.moment() < windows.reserved_cancel_until(
                waiting.on
            )
        turn = paper.turns[-1]
        return (
            paper.state == "recorded"
            and by == paper.holder
            and turn.assignor is not None
            and not turn.bound
            and not self._divided_by_holder(paper)
            and self.moment() < windows.recorded_cancel_until(turn.since, paper.due_on)
        )

    def _divided_by_holder(self, paper: Paper) -> bool:
        """Whether a part that the holder divided off since he holds it lives as a claim of its own."""
        return any(
            child.parent == paper.number
            and child.lives
            and child.turns[0].holder == paper.holder
            and child.turns[0].since >= paper.turns[-1].since
            for child in self.papers.values()
        )

    def cancel_assignment(self, number: str) -> None:
        made = self.assignment_waits_on(number)
        if made is not None:
            self._drop(made)
            return
        paper = self.papers[number]
        parent = self.papers.get(paper.parent)
        if (
            parent is not None
            and parent.state == "recorded"
            and number in parent.turns[-1].children
            and len(paper.turns) == 2
            and parent.guarantors == paper.guarantors[: len(paper.guarantors) - paper.turns[-1].guaranteed]
            and self.assignment_waits_on(parent.number) is None
        ):
            parent.amount_yen += paper.amount_yen
            parent.turns[-1].children.discard(number)
            paper.state = "cancelled"
        elif paper.turns.pop().guaranteed:
            paper.guarantors.pop()

    def _drop(self, made: str) -> None:
        if self.waiting.pop(made).parent:
            self.papers[made].state = "cancelled"

    # The day's run

    def next_day(self, on: date) -> None:
        self.today = on
        for made in [made for made, waiting in self.waiting.items() if waiting.on <= on]:
            if made in self.waiting:
                self._take_effect(made)
        due = [p for p in self.papers.values() if p.state == "recorded" and p.due_on <= on]
        for paper in sorted(due, key=lambda p: (p.due_on, p.number)):
            self._settle(paper)

    def _take_effect(self, made: str) -> None:
        waiting = self.waiting.pop(made)
        if waiting.kind == "accrual":
            paper = self.papers[made.removesuffix("/accrual")]
            barred = self.sanctioned(paper.obligor.company_id, waiting.on)
            paper.state = "cancelled" if barred else "recorded"
            return
        paper = self.papers[waiting.parent or made]
        assert waiting.assignor is not None
        assert waiting.assignee is not None
        if paper.state not in ("recorded", "defaulted"):
            if waiting.parent:
                self.papers[made].state = "cancelled"
            return
        if waiting.parent:
            child = self.papers[made]
            child.state, child.guarantors = "recorded", list(paper.guarantors)
            child.turns = [Turn(waiting.assignor, waiting.on)]
            self._divide(paper, made)
        self._hand_over(self.papers[made], waiting.assignee, waiting.on, waiting.guarantee)

    def _settle(self, paper: Paper) -> None:
        payer, payee = paper.obligor.company_id, paper.holder.company_id
        for company_id in (payer, payee):
            self.balances.setdefault(company_id, self.first_yen)
        if self.balances[payer] >= paper.open_yen:
            self.balances[payer] -= paper.open_yen
            self.balances[payee] += paper.open_yen
            paper.state = "settled"
            return
        paper.state = "defaulted"
        self._default(payer, paper.due_on)

    def _default(self, company_id: int, on: date) -> None:
        days = self.defaults.setdefault(company_id, set())
        days.add(on)
        starts_on = bank_calendar.after(on, 3)
        since = bank_calendar.same_day_months_later(on, -6)
        second = any(since <= day < on for day in days)
        if second and not self.sanctioned(company_id, starts_on):
            last = bank_calendar.same_day_months_later(starts_on, 24) - timedelta(days=1)
            self.sanctions.append((company_id, starts_on, last))
