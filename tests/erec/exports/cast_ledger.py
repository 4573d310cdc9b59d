"""Any history of a few companies' claims, and what the four tables then hold, told in plain Python."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from erec.claims import orders
from erec.claims.instructions import Assignment, Party
from erec.claims.models import RecordEvent, SettlementResult
from erec.exports.ledger.definition import Basis, Name
from erec.financing.models import Application
from erec.formats import bank_calendar
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.claims.model_of_book import Paper
from tests.erec.claims.test_laws import AHEAD, PARTS, BookMachine

_numbers = itertools.count(1)


class Histories(BookMachine):
    """The book's machine, whose 譲渡 are at times a 割引 or a 譲渡担保, and at times give a claim back."""

    def assign(self, chance: Random) -> None:
        paper = self.paper(chance, "recorded", "reserved", "defaulted")
        assignor = self.mostly(paper.holder, chance)
        assignee = self.other_than(assignor, chance)
        part, guarantee = chance.choice(PARTS), chance.random() < 0.7
        on = max(bank_calendar.after(self.model.today, chance.choice(AHEAD)), paper.accrued_on)
        request_no = f"R{next(_numbers)}"
        if (lent := self.lent(paper)) and chance.random() < 0.6:
            assignee, part, guarantee, request_no = lent.company, None, False, lent.application_no
        elif chance.random() < 0.5:
            apply(assignor, request_no, chance.choice(list(Application.Kind)))
        asked = Assignment(paper.number, assignor, assignee, on, part, guarantee)
        may = self.model.may_assign(paper.number, assignor, assignee, part, on, guarantee)
        order = orders.place(
            f"key{next(_numbers)}", asked, company_id=assignor.company_id, request_no=request_no, at=cast.AT
        )
        self.agrees(order, may, on)
        if may:
            self.model.assign(paper.number, order.record_number, assignee, part, on, guarantee)

    def lent(self, paper: Paper) -> "Lent | None":
        """The loan that the claim secures: whoever holds it has it by 譲渡担保."""
        last = RecordEvent.objects.filter(claim__record_number=paper.number, kind="assignment").last()
        if last is None or last.order is None:
            return None
        found = Application.objects.filter(
            company_id=last.order.company_id, request_no=last.order.request_no, kind="collateral"
        ).first()
        parties = {party.company_id: party for party in self.cast}
        return Lent(found.application_no, parties[found.company_id]) if found else None


@dataclass(frozen=True)
class Lent:
    application_no: str
    company: Party


def apply(company: Party, request_no: str, kind: Application.Kind) -> Application:
    """An application that stands behind the orders of this request."""
    loan: dict[str, Any] = {"loan_yen": 1, "repay_on": c.DUE} if kind == "collateral" else {}
    return Application.objects.create(
        company_id=company.company_id,
        application_no=f"F{request_no}",
        request_no=request_no,
        kind=kind,
        wished_on=c.TODAY,
        account=str(company.account),
        amount_yen=1,
        applied_at=cast.AT,
        answer_until=cast.AT,
        **loan,
    )


def history(seed: int, steps: int, companies: list[Party]) -> Histories:
    """So many things happened; the caller rolls it back."""
    chance = Random(seed)
    Histories.cast = companies
    machine = Histories()
    machine.begin()
    for _ in range(steps):
        machine.something_happens(chance)
    return machine


@dataclass
class Turn:
    """Somebody's turn as holder. `source`: from whom it came to the company; None: it was not its turn."""

    holder: int
    event: RecordEvent
    amount_yen: int
    giver: int | None = None
    source: tuple[str, str, str] | None = None  # number, name, reference
    arrives: bool = False
    financing: str = ""
    guaranteed: bool = False
    gives: bool = False


@dataclass
class Page:
    """One claim as the company's own book would have it."""

    number: str
    obligor: int
    due_on: date
    amount_yen: int
    turns: list[Turn]
    parent: "Page | None" = None
    inherited: Turn | None = None  # by which the company answers for what somebody else divided off
    cancelled: bool = False
    paid_yen: int = 0
    defaulted_on: date | None = None
    children: dict[str, "Page"] = field(default_factory=dict)

    @property
    def open_yen(self) -> int:
        return 0 if self.cancelled else self.amount_yen - self.paid_yen

    def own(self) -> Turn | None:
        mine = [turn for turn in self.turns if turn.source or turn.gives]
        return mine[-1] if mine else self.inherited

    def source(self) -> tuple[str, str, str] | None:
        return next((turn.source for turn in reversed(self.turns) if turn.source), None)


Row = tuple[date, str, str, str, int, str]  # 支払期日, 記録番号, number of 取引先, bank, yen, account


def pages(company_id: int, day: date | None) -> list[Page]:
    """Every claim up to the day, record by record in the order in which they were written."""
    found: dict[int, Page] = {}
    by_number: dict[str, Page] = {}
    events = RecordEvent.objects.order_by("pk").select_related("claim", "order")
    for event in [e for e in events if day is None or e.recorded_on <= day]:
        page = found.get(event.claim_id)
        if page is None:
            page = _begun(event, company_id, by_number)
            found[event.claim_id] = by_number[page.number] = page
        else:
            _more(page, event, company_id, by_number)
    for result in SettlementResult.objects.order_by("pk"):
        if (day is None or result.settled_on <= day) and result.claim_id in found:
            page = found[result.claim_id]
            if result.outcome == "paid":
                page.paid_yen += result.amount_yen
            else:
                page.defaulted_on = result.settled_on
    return [page for page in found.values() if not page.cancelled]


def _begun(event: RecordEvent, company_id: int, known: Mapping[str, Page]) -> Page:
    facts = event.facts
    parent = known[facts["parent"]] if "parent" in facts else None
    holder = facts["holder"]["company_id"]
    turn = Turn(holder, event, facts["amount_yen"])
    if holder == company_id:
        debtor = facts["obligor"]
        turn.source = (
            parent.source() if parent else (debtor["user_number"], debtor["name"], facts["reference"])
        )
        turn.arrives = parent is None
    page = Page(
        event.claim.record_number,
        facts["obligor"]["company_id"],
        date.fromisoformat(facts["due_on"]),
        facts["amount_yen"],
        [turn],
        parent,
        parent.own() if parent else None,
    )
    if parent:
        parent.children[page.number] = page
    return page


def _more(page: Page, event: RecordEvent, company_id: int, known: Mapping[str, Page]) -> None:
    facts, kind = event.facts, event.kind
    if kind == "assignment":
        page.turns.append(_turn(page, event, company_id))
    elif kind == "guarantee" and "requester" not in facts:
        page.turns[-1].guaranteed = True
    elif kind == "division":
        page.amount_yen -= facts["amount_yen"]
    elif kind == "change":
        page.cancelled = "delete" in facts
        page.due_on = date.fromisoformat(facts.get("due_on", page.due_on.isoformat()))
        page.amount_yen = page.turns[0].amount_yen = facts.get("amount_yen", page.amount_yen)
    elif kind == "payment" and event.order_id and facts["to"] == "holder":
        page.paid_yen += facts["amount_yen"]
    elif kind == "cancellation" and facts["of"] == "assignment":
        page.turns.pop()
    elif kind == "cancellation" and "child" in facts:
        page.amount_yen += facts["amount_yen"]
    elif kind == "cancellation":
        page.cancelled = True


def _turn(page: Page, event: RecordEvent, company_id: int) -> Turn:
    giver, taker = event.facts["assignor"], event.facts["assignee"]
    turn = Turn(taker["company_id"], event, page.amount_yen, giver["company_id"])
    assert event.order
    if turn.giver == company_id:
        mine = Application.objects.filter(company_id=company_id, request_no=event.order.request_no)
        turn.gives = True
        turn.financing = mine[0].kind if event.order.company_id == company_id and mine else ""
    if turn.holder == company_id:
        back = Application.objects.filter(company_id=company_id, application_no=event.order.request_no)
        if back:
            turn.source = page.source()
        else:
            turn.arrives = True
            turn.source = (giver["user_number"], giver["name"], event.facts["reference"])
    return turn


def told(company_id: int, day: date | None) -> dict[tuple[Name, Basis], list[Row]]:
    """The rows of each table, sorted."""
    known = pages(company_id, day)
    return {(name, basis): sorted(_TOLD[name](company_id, basis, known)) for name in Name for basis in Basis}


def _claims(company_id: int, basis: Basis, known: list[Page]) -> Iterator[Row]:
    for page in known:
        last = page.turns[-1]
        if basis is Basis.ACCRUED:
            for turn in page.turns:
                late = page.defaulted_on and page.defaulted_on <= turn.event.recorded_on
                if turn.arrives and turn.source and not late:
                    yield _row(page, turn, turn.source[0], turn.amount_yen, _account(turn.event, "takes"))
        elif not page.defaulted_on and page.open_yen:
            source = page.source()
            lent = last.gives and last.financing == "collateral"
            if source and (last.holder == company_id or lent):
                account = _account(last.event, "gives" if lent else "takes")
                yield _row(page, last, source[0], page.open_yen, account)


def _debts(company_id: int, basis: Basis, known: list[Page]) -> Iterator[Row]:
    for page in known:
        if page.obligor != company_id or page.parent:
            continue
        first = page.turns[0]
        family = [page, *_below(page)]
        yen = first.amount_yen
        if basis is Basis.BALANCE:
            yen = sum(p.open_yen for p in family if not p.defaulted_on)
        if yen:
            facts = first.event.facts
            row = _row(page, first, facts["holder"]["user_number"], yen, facts["obligor"]["account"])
            yield (*row[:3], facts["obligor"]["account"][:4], *row[4:])


def _below(page: Page) -> Iterator[Page]:
    for child in page.children.values():
        yield child
        yield from _below(child)


def _discounted(company_id: int, basis: Basis, known: list[Page]) -> Iterator[Row]:
    return _given(company_id, basis, known, discount=True)


def _endorsed(company_id: int, basis: Basis, known: list[Page]) -> Iterator[Row]:
    return _given(company_id, basis, known, discount=False)


def _given(company_id: int, basis: Basis, known: list[Page], *, discount: bool) -> Iterator[Row]:
    def which(turn: Turn) -> bool:
        return turn.financing == "discount" if discount else not turn.financing and turn.guaranteed

    for page in known:
        for turn in page.turns:
            if not turn.gives or turn.holder == company_id or not which(turn):
                continue
            yen = turn.amount_yen
            if basis is Basis.BALANCE:
                yen = sum(p.open_yen for p in known if p.own() is turn)
            if yen:
                taker = turn.event.facts["assignee"]["user_number"]
                before = [t.source for t in page.turns[: page.turns.index(turn)] if t.source]
                party = before[-1][0] if discount else taker
                row = _row(page, turn, party, yen, _account(turn.event, "gives"))
                yield (*row[:3], taker if discount else "", *row[4:])


def _row(page: Page, turn: Turn, party: str, yen: int, account: str) -> Row:
    return page.due_on, page.number, party, "", yen, account


def _account(event: RecordEvent, side: str) -> str:
    names = {"takes": ("assignee", "holder"), "gives": ("assignor",)}[side]
    account: str = next(event.facts[name]["account"] for name in names if name in event.facts)
    return account


_TOLD: Mapping[Name, Any] = {
    Name.CLAIMS: _claims,
    Name.DEBTS: _debts,
    Name.DISCOUNTED: _discounted,
    Name.ENDORSED: _endorsed,
}
