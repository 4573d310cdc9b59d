"""Requests and what they do to the book, as plain Python: slips of paper beside the paper book."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from erec.claims import windows
from erec.claims.instructions import Cause, Party
from erec.financing import policy
from erec.formats import bank_calendar
from erec.parameters.business_day import cut_off_on
from tests.erec.claims.model_of_book import Model, Paper

OPEN = ("awaiting_approval", "sent_back", "pulled_back")
FINANCING = ("discount", "collateral")
ANSWERS = ("answer", "answer_other")
# その他請求 for which the other company is asked.
ASKED = ("guarantee", "change", "payment_by_payer")
OTHERS = (*ASKED, "payment_by_payee")
# Until the institution has the claim, an application keeps it from the company's other requests.
APPLIED = (*OPEN, "awaiting_consent", "reserved")
PROCEEDS_YEN = 1
# As which 業務区分 of 指定許可 a slip comes to the other company.
AREA_OF = {
    "accrual_by_obligor": "accrual_by_obligor",
    "accrual_by_obligee": "accrual_by_obligee",
    "assignment": "assignment",
    "batch": "accrual_by_obligor",
    "guarantee": "guarantee",
    "change": "change",
    "payment_by_payer": "payment",
}
KEPT_UNMENDED = timedelta(days=70)
# A slip shows the first of these in which one of its rows is.
SHOWN = {
    "awaiting_consent": "awaiting_consent",
    "refused": "record_error",
    "reserved": "reserved",
    "recorded": "recorded",
    "done": "done",
    "denied": "denied",
    "lapsed": "lapsed",
    "cancelled": "cancelled",
}


@dataclass
class Question:
    """A row of the creditor's slip that the debtor must answer."""

    slip: "Slip"
    row: int
    debtor: int
    yen: int
    on: date
    due_on: date
    until: datetime
    state: str = "open"


@dataclass
class Ask:
    """What a slip asks for. `others`: the other companies of its lines, or the assignee."""

    code: str
    company: int
    others: tuple[int, ...] = ()
    on: date | None = None
    due_on: date | None = None
    yen: int = 0
    number: str = ""  # of the claim that it is about
    part: int | None = None
    guarantee: bool = True
    question: Question | None = None
    accept: bool = True
    areas: frozenset[str] = frozenset()  # 業務区分 that the company shall take from the other
    seen: object = None  # what it was about when it was entered: nothing else moves or is cancelled

    @property
    def uses(self) -> str:
        """The claim that no other open slip of the company may name; 承諾 uses what was asked about."""
        if self.code == "answer_other" and self.question is not None:
            return self.question.slip.ask.number if self.accept else ""
        return self.number


@dataclass
class Slip:
    """One request."""

    request_no: str
    ask: Ask
    state: str
    touched: datetime
    version: int = 1
    until: datetime | None = None
    approvals: set[int] = field(default_factory=set)
    rows: list[str] = field(default_factory=list)

    @property
    def in_use(self) -> str:
        states = APPLIED if self.ask.code in FINANCING else OPEN
        waits = self.ask.code in ASKED and self.state == "awaiting_consent"
        return self.ask.uses if self.state in states or waits else ""

    def show(self) -> None:
        self.state = next(shown for row, shown in SHOWN.items() if row in self.rows)


class Office(Model):
    """The book and the slips of some companies, at ten in the morning."""

    def __init__(
        self, today: date, balance_yen: int, parties: list[Party], approvals: list[int], bank: Party
    ) -> None:
        super().__init__(today, balance_yen)
        self.parties, self.approvals_needed = parties, approvals
        # Whom a company that chooses its senders takes which 業務区分 from.
        self.taken: dict[int, dict[int, frozenset[str]]] = {}
        self.clerks: list[str] = []  # the word by which an act of a master on the clerk is in use
        self.clerk_versions = [0] * len(parties)
        self.slips: list[Slip] = []
        self.questions: list[Question] = []
        self.consented: set[str] = set()
        self.waiting_rows: dict[str, tuple[Slip, int]] = {}  # by the model's key of the reservation
        self.bank = bank

    def may(self, ask: Ask) -> bool:
        """Whether the check would find nothing wrong now."""
        as_seen = ask.seen in (None, self.seen(ask))
        return as_seen and self._is_taken(ask) and self._JUDGES[ask.code](self, ask)

    def _is_taken(self, ask: Ask) -> bool:
        """Whether every company to which it goes takes such a request from who asks."""
        area = AREA_OF.get(ask.code, "")
        return not area or all(
            area in self.taken[other].get(ask.company, frozenset())
            for other in ask.others
            if other in self.taken
        )

    def _may_designate(self, ask: Ask) -> bool:
        (other,) = ask.others
        return ask.company in self.taken and other != ask.company and ask.areas != self.seen(ask)

    def seen(self, ask: Ask) -> object:
        """The amount that an assignment is of, or the record that a cancellation takes back."""
        if ask.code == "designation":
            return self.taken.get(ask.company, {}).get(ask.others[0], frozenset())
        if ask.code == "masters":
            return self.clerk_versions[ask.company]
        if not ask.number:
            return None
        paper = self.papers[ask.number]
        if ask.code in ("assignment", *FINANCING):
            return paper.amount_yen
        if ask.code in OTHERS:
            return self._seen_of_one(ask, paper)
        if ask.code == "cancel_accrual":
            return paper.state == "reserved"
        made = self.assignment_waits_on(ask.number)
        if made is None:
            turn = paper.turns[-1]
            return turn.since, turn.assignor, turn.holder
        waiting = self.waiting[made]
        part = self.papers[made].amount_yen if waiting.parent else None
        return waiting.on, waiting.assignor, waiting.assignee, part

    def _may_accrue_lines(self, ask: Ask) -> bool:
        assert ask.on is not None
        own = self.parties[ask.company]
        for other in (self.parties[o] for o in ask.others):
            debtor, creditor = (other, own) if ask.code == "accrual_by_obligee" else (own, other)
            if not self.may_accrue(debtor, creditor, ask.on):
                return False
        return True

    def _may_assign_claim(self, ask: Ask) -> bool:
        assert ask.on is not None
        assignor, assignee = self.parties[ask.company], self.parties[ask.others[0]]
        return self.may_assign(ask.number, assignor, assignee, self.part_of(ask), ask.on, ask.guarantee)

    def _seen_of_one(self, ask: Ask, paper: Paper) -> object:
        if ask.code == "guarantee":
            return paper.open_yen, paper.due_on
        if ask.code == "change":
            return paper.amount_yen, paper.due_on
        return self.open_to(ask.number, self._payer_and_payee(ask)[1])

    def _may_guarantee_claim(self, ask: Ask) -> bool:
        return self.may_guarantee(ask.number, self.parties[ask.company], self.parties[ask.others[0]])

    def _may_change_claim(self, ask: Ask) -> bool:
        paper, due_on = self.papers[ask.number], self._new_due(ask)
        first, last = windows.earliest_changed_due(self.today), windows.latest_due(self.today)
        in_window = due_on == paper.due_on or first <= due_on <= last
        own, other = self.parties[ask.company], self.parties[ask.others[0]]
        return in_window and self.may_change(ask.number, own, other, due_on, ask.yen)

    def _new_due(self, ask: Ask) -> date:
        return ask.due_on or self.papers[ask.number].due_on

    def _may_pay_claim(self, ask: Ask) -> bool:
        payer, payee = self._payer_and_payee(ask)
        cause = Cause.MERGER if payer == payee else Cause.PERFORMANCE
        if payer == payee and ask.code == "payment_by_payer":
            return False
        return self.may_pay(ask.number, payer, payee, ask.yen, cause)

    def _payer_and_payee(self, ask: Ask) -> tuple[Party, Party]:
        own, other = self.parties[ask.company], self.parties[ask.others[0]]
        return (own, other) if ask.code == "payment_by_payer" else (other, own)

    def _may_apply(self, ask: Ask) -> bool:
        assert ask.on is not None
        own = self.parties[ask.company]
        barred = any(self.sanctioned(own.company_id, on) for on in (self.today, ask.on))
        in_time = policy.answer_until(ask.on) > self.moment()
        part = self.part_of(ask)
        return in_time and not barred and self.may_assign(ask.number, own, self.bank, part, ask.on, True)

    def part_of(self, ask: Ask) -> int | None:
        """The whole amount written out is the whole claim."""
        return None if ask.part == self.papers[ask.number].amount_yen else ask.part

    def may_cancel_accrual(self, number: str, by: Party) -> bool:
        return number not in self.consented and super().may_cancel_accrual(number, by)

    def may_cancel_assignment(self, number: str, by: Party) -> bool:
        made = self.assignment_waits_on(number)
        if made is not None and self.waiting[made].assignee == self.bank:
            return False
        return super().may_cancel_assignment(number, by)

    def _may_answer(self, ask: Ask) -> bool:
        question = ask.question
        assert question is not None
        if question.debtor != ask.company or question.state != "open":
            return False
        if not ask.accept:
            return True
        asking = question.slip.ask
        if asking.code in ASKED:
            return asking.seen == self.seen(asking) and self._JUDGES[asking.code](self, asking)
        debtor, creditor = self.parties[question.debtor], self.parties[asking.company]
        return self.may_accrue(debtor, creditor, max(question.on, self.today))

    def _may_withdraw(self, ask: Ask) -> bool:
        question = ask.question
        assert question is not None
        return question.slip.ask.company == ask.company and question.state == "open"

    _JUDGES: dict[str, Callable[["Office", Ask], bool]] = {  # noqa: RUF012
        "accrual_by_obligor": _may_accrue_lines,
        "accrual_by_obligee": _may_accrue_lines,
        "assignment": _may_assign_claim,
        "batch": _may_accrue_lines,  # of 債務者請求; the other kinds have rows of their own
        "cancel_accrual": lambda self, ask: self.may_cancel_accrual(ask.number, self.parties[ask.company]),
        "cancel_assignment": lambda self, ask: self.may_cancel_assignment(
            ask.number, self.parties[ask.company]
        ),
        "answer": _may_answer,
        "withdrawal": _may_withdraw,
        "discount": _may_apply,
        "collateral": _may_apply,
        "withdrawal_financing": _may_withdraw,
        "guarantee": _may_guarantee_claim,
        "change": _may_change_claim,
        "payment_by_payer": _may_pay_claim,
        "payment_by_payee": _may_pay_claim,
        "answer_other": _may_answer,
        "withdrawal_other": _may_withdraw,
        "masters": lambda self, ask: True,
        "designation": _may_designate,
    }

    def until(self, ask: Ask) -> datetime:
        """The last moment for its approval."""
        if ask.code in ("masters", "designation"):
            return cut_off_on(bank_calendar.after(self.today, 5))
        if ask.question is not None:
            return ask.question.until
        if ask.on is not None:
            return policy.answer_until(ask.on) if ask.code in FINANCING else cut_off_on(ask.on)
        paper = self.papers[ask.number]
        if ask.code in OTHERS:
            kept = cut_off_on(bank_calendar.on_or_before(self.today + KEPT_UNMENDED))
            return min(kept, self._last_moment(ask, paper) or kept)
        made = self.assignment_waits_on(ask.number)
        if ask.code == "cancel_assignment" and made is not None:
            return windows.reserved_cancel_until(self.waiting[made].on)
        if ask.code == "cancel_accrual" and paper.state == "reserved":
            return windows.reserved_cancel_until(paper.accrued_on)
        since = paper.accrued_on if ask.code == "cancel_accrual" else paper.turns[-1].since
        return windows.recorded_cancel_until(since, paper.due_on)

    def _last_moment(self, ask: Ask, paper: Paper) -> datetime | None:
        if ask.code == "guarantee":
            return windows.guarantee_until(paper.due_on)
        if ask.code == "change":
            return windows.change_until(paper.due_on)
        return windows.payment_until(paper.due_on) if paper.state == "recorded" else None

    def is_in_use(self, ask: Ask, but: Slip | None) -> bool:
        return bool(ask.uses) and any(
            slip.in_use == ask.uses and slip.ask.company == ask.company
            for slip in self.slips
            if slip is not but
        )

    def is_being_answered(self, ask: Ask, but: Slip | None) -> bool:
        return ask.code in ANSWERS and any(
            slip.ask.code in ANSWERS and slip.ask.question is ask.question and slip.state in OPEN
            for slip in self.slips
            if slip is not but
        )

    def entry_refused(self, ask: Ask, slip: Slip | None) -> str:
        """Why this cannot be entered now, as the refusal's name; empty if it can."""
        if slip is not None and slip.state not in (*OPEN, "draft"):
            return "MovedOn"
        if not self.may(ask) or self.is_in_use(ask, slip):
            return "CheckFailed"
        return "MovedOn" if self.is_being_answered(ask, slip) else ""

    def enter(self, ask: Ask, slip: Slip | None, request_no: str, at: datetime) -> None:
        if slip is None:
            slip = Slip(request_no, ask, "", at, version=0)
            self.slips.append(slip)
        slip.ask, slip.state, slip.version = ask, "awaiting_approval", slip.version + 1
        slip.touched, slip.until, slip.approvals = at, self.until(ask), set()
        ask.seen = self.seen(ask)

    def approval_refused(self, slip: Slip, checker: int) -> str:
        if slip.state != "awaiting_approval":
            return "MovedOn"
        if checker in slip.approvals:
            return "AlreadyApproved"
        return "" if self.may(slip.ask) else "CheckFailed"

    def approve(self, slip: Slip, checker: int, made: list[str]) -> None:
        """`made`: the record numbers that the book gave to the lines, where it gave any."""
        slip.approvals.add(checker)
        needed = 1 if slip.ask.code == "masters" else self.approvals_needed[slip.ask.company]
        if len(slip.approvals) == needed:
            slip.rows = self._DEEDS[slip.ask.code](self, slip, made)
            slip.show()

    def _accrue_lines(self, slip: Slip, made: list[str]) -> list[str]:
        ask = slip.ask
        own = self.parties[ask.company]
        return [
            self._accrual(slip, row, number, own, self.parties[other], ask.on, ask.due_on)
            for row, (other, number) in enumerate(zip(ask.others, made, strict=True))
        ]

    def _accrual(
        self,
        slip: Slip,
        row: int,
        number: str,
        debtor: Party,
        creditor: Party,
        on: date | None,
        due_on: date | None,
    ) -> str:
        assert on is not None
        assert due_on is not None
        self.accrue(number, debtor, creditor, slip.ask.yen, on, due_on)
        return self._reserved_or_recorded(slip, row, f"{number}/accrual")

    def _reserved_or_recorded(self, slip: Slip, row: int, key: str) -> str:
        if key not in self.waiting:
            return "recorded"
        self.waiting_rows[key] = slip, row
        return "reserved"

    def _ask_debtors(self, slip: Slip, made: list[str]) -> list[str]:
        ask = slip.ask
        assert ask.on is not None
        assert ask.due_on is not None
        until = windows.answer_until(ask.on, ask.due_on)
        self.questions += [
            Question(slip, row, debtor, ask.yen, ask.on, ask.due_on, until)
            for row, debtor in enumerate(ask.others)
        ]
        return ["awaiting_consent"] * len(ask.others)

    def _ask_other(self, slip: Slip, made: list[str]) -> list[str]:
        ask, due_on = slip.ask, self.papers[slip.ask.number].due_on
        untils = {
            "guarantee": windows.guarantee_answer_until(self.today),
            "change": windows.change_answer_until(self.today, min(due_on, self._new_due(ask))),
            "payment_by_payer": windows.payment_answer_until(self.today),
        }
        (other,) = ask.others
        self.questions.append(Question(slip, 0, other, ask.yen, self.today, due_on, untils[ask.code]))
        return ["awaiting_consent"]

    def _record(self, slip: Slip, made: list[str]) -> list[str]:
        ask = slip.ask
        if ask.code == "guarantee":
            self.guarantee(ask.number, self.parties[ask.others[0]])
        elif ask.code == "change":
            self.change(ask.number, self._new_due(ask), ask.yen)
        else:
            self.pay(ask.number, *self._payer_and_payee(ask), ask.yen)
        return ["recorded"]

    def _assign_claim(self, slip: Slip, made: list[str]) -> list[str]:
        ask = slip.ask
        assert ask.on is not None
        self.assign(
            ask.number, made[0], self.parties[ask.others[0]], self.part_of(ask), ask.on, ask.guarantee
        )
        return [self._reserved_or_recorded(slip, 0, made[0])]

    def _cancel(self, slip: Slip, made: list[str]) -> list[str]:
        do = self.cancel_accrual if slip.ask.code == "cancel_accrual" else self.cancel_assignment
        before = set(self.waiting)
        do(slip.ask.number)
        for key in before - set(self.waiting):
            self._came(key, "cancelled")
        return ["recorded"]

    def _ask_bank(self, slip: Slip, made: list[str]) -> list[str]:
        ask = slip.ask
        assert ask.on is not None
        yen = self.part_of(ask) or self.papers[ask.number].amount_yen
        until = policy.answer_until(ask.on)
        self.questions.append(Question(slip, 0, -1, yen, ask.on, ask.on, until))
        return ["awaiting_consent"]

    def bank_takes(self, question: Question) -> bool:
        """Whether the book will take what the institution accepts: the claim is as it was applied for."""
        ask = question.slip.ask
        assert ask.on is not None
        own, part = self.parties[ask.company], self.part_of(ask)
        return ask.seen == self.seen(ask) and self.may_assign(ask.number, own, self.bank, part, ask.on, True)

    def bank_answers(self, question: Question, made: str, *, accept: bool) -> None:
        slip, ask = question.slip, question.slip.ask
        assert ask.on is not None
        question.state, row = ("accepted", "refused") if accept else ("denied", "denied")
        if accept and self.bank_takes(question):
            self.assign(ask.number, made, self.bank, self.part_of(ask), ask.on, guarantee=True)
            row = self._reserved_or_recorded(slip, 0, made)
        slip.rows[0] = row
        slip.show()

    def _pay_proceeds(self, slip: Slip) -> None:
        own = self.parties[slip.ask.company].company_id
        for company_id, yen in ((self.bank.company_id, -PROCEEDS_YEN), (own, PROCEEDS_YEN)):
            self.balances[company_id] = self.balances.get(company_id, self.first_yen) + yen

    def _came(self, key: str, outcome: str) -> None:
        slip, row = self.waiting_rows.pop(key)
        slip.rows[row] = outcome
        if slip.ask.code in FINANCING and outcome == "recorded":
            self._pay_proceeds(slip)
        slip.show()

    def _answer(self, slip: Slip, made: list[str]) -> list[str]:
        question, accept = slip.ask.question, slip.ask.accept
        assert question is not None
        asking = question.slip
        question.state = "accepted" if accept else "denied"
        if accept and asking.ask.code in ASKED:
            asking.rows[question.row] = self._record(asking, made)[0]
        elif accept:
            creditor, debtor = self.parties[asking.ask.company], self.parties[question.debtor]
            on = max(question.on, self.today)
            asking.rows[question.row] = self._accrual(
                asking, question.row, made[0], debtor, creditor, on, question.due_on
            )
            self.consented.add(made[0])
        else:
            asking.rows[question.row] = "denied"
        asking.show()
        return ["done"]

    def _designate(self, slip: Slip, made: list[str]) -> list[str]:
        self.taken[slip.ask.company][slip.ask.others[0]] = slip.ask.areas
        return ["done"]

    def _change_clerk(self, slip: Slip, made: list[str]) -> list[str]:
        self.clerk_versions[slip.ask.company] += 1
        return ["done"]

    def _withdraw(self, slip: Slip, made: list[str]) -> list[str]:
        assert slip.ask.question is not None
        self._end(slip.ask.question, "withdrawn", "cancelled")
        return ["done"]

    def _end(self, question: Question, state: str, row: str) -> None:
        question.state = state
        question.slip.rows[question.row] = row
        question.slip.show()

    _DEEDS: dict[str, Callable[["Office", Slip, list[str]], list[str]]] = {  # noqa: RUF012
        "accrual_by_obligor": _accrue_lines,
        "accrual_by_obligee": _ask_debtors,
        "assignment": _assign_claim,
        "batch": _accrue_lines,
        "cancel_accrual": _cancel,
        "cancel_assignment": _cancel,
        "answer": _answer,
        "withdrawal": _withdraw,
        "discount": _ask_bank,
        "collateral": _ask_bank,
        "withdrawal_financing": _withdraw,
        "guarantee": _ask_other,
        "change": _ask_other,
        "payment_by_payer": _ask_other,
        "payment_by_payee": _record,
        "answer_other": _answer,
        "withdrawal_other": _withdraw,
        "masters": _change_clerk,
        "designation": _designate,
    }

    def pass_night(self, on: date, at: datetime) -> None:
        """The end of this business day, and the morning of the next one at `at`."""
        for paper in sorted(self._due(), key=lambda p: (p.due_on, p.number)):
            self._settle(paper)
        evening = cut_off_on(on - timedelta(days=1))
        for question in self.questions:
            if question.state == "open" and question.until <= evening:
                self._end(question, "lapsed", "lapsed")
        for slip in self.slips:
            if self._is_over(slip, evening, at):
                slip.state = "lapsed"
        self.today = on
        for key in [key for key, waiting in self.waiting.items() if waiting.on <= on]:
            self._take_effect(key)

    def _due(self) -> list[Paper]:
        return [p for p in self.papers.values() if p.state == "recorded" and p.due_on <= self.today]

    def _is_over(self, slip: Slip, evening: datetime, at: datetime) -> bool:
        if slip.state == "awaiting_approval" and slip.until is not None and slip.until <= evening:
            return True
        if slip.state in ("sent_back", "pulled_back") and slip.touched < at - KEPT_UNMENDED:
            return True
        question = slip.ask.question
        return (
            slip.ask.code in ANSWERS
            and slip.state in OPEN
            and question is not None
            and question.state != "open"
        )

    def _take_effect(self, made: str) -> None:
        waiting = self.waiting[made]
        paper = self.papers[made.removesuffix("/accrual")]
        if waiting.kind == "accrual":
            super()._take_effect(made)
            self._came(made, "recorded" if paper.state == "recorded" else "refused")
            return
        can = self.papers[waiting.parent or made].state == "recorded"
        super()._take_effect(made)
        self._came(made, "recorded" if can else "refused")
