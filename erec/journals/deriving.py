"""A claim's events, read as the books of one company: which vouchers they make, in their order. Pure.

The state of the claim itself is the record book's own fold; what is added here is what the company's books
know beside it: from whom the claim came, whether the company gave it as security only (譲渡担保: it stays in
the books), and for which assignments it still answers (評価勘定).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from erec.claims import projection
from erec.claims.instructions import Cause, Party, party_from_json
from erec.claims.models import RecordEvent, SettlementResult
from erec.claims.projection import Book, Record
from erec.journals.rules import PAID_BY, PAYS_BY, Method, Moment, Sum, Who
from erec.journals.vouchers import Amounts, Line, Parties, Standing, Voucher, lines_of

Kind = RecordEvent.Kind
RESULT = "result"


class Financed(StrEnum):
    """Whether an assignment went to the institution, and for what."""

    NO = ""
    DISCOUNT = "discount"
    COLLATERAL = "collateral"


@dataclass(frozen=True)
class Happening:
    """A record or a settlement result, with what the company's own applications and requests know of it.

    `kind`: of the record, or RESULT. `guaranteed`: of an assignment, that 譲渡保証 came with it.
    """

    source: str
    kind: str
    on: date
    facts: Mapping[str, Any]
    guaranteed: bool = False
    financed: Financed = Financed.NO
    proceeds_yen: int = 0
    account: str = ""  # 入金口座 of a discount
    fee_yen: int = 0


@dataclass(frozen=True)
class Begun:
    """What a claim that was divided off brings along from its parent."""

    origin: Party | None
    payee: Party


@dataclass(frozen=True)
class _Passed:
    """An assignment for which the company answers: 割引 or 裏書, and what of it is open."""

    moment: Moment
    open_yen: int
    assignee: Party
    origin: Party | None


@dataclass(frozen=True)
class _State:
    """What an assignment changes for the company, and its cancellation brings back."""

    origin: Party | None = None
    secured: bool = False
    passed: tuple[_Passed, ...] = ()


class Follower:
    """Follows one claim for one company. `others`: 利用者番号 of partners whose claims are not from trade;
    `from_bill`: it took the place of a paper bill of the company.
    """

    def __init__(
        self,
        company_id: int,
        number: str,
        method: Method,
        others: frozenset[str] = frozenset(),
        *,
        begun: Begun | None = None,
        is_other: bool | None = None,
        from_bill: bool = False,
        institution_id: int | None = None,
    ) -> None:
        self.company_id, self.number, self.method = company_id, number, method
        self.others, self.is_other, self.institution_id = others, is_other, institution_id
        self.begun, self.from_bill = begun, from_bill
        self.vouchers: list[Voucher] = []
        self.state = _State(begun.origin if begun else None)
        self._unpaid = False
        self._fee_yen = 0
        self._book: Book | None = None
        self._before: list[tuple[_State, tuple[Voucher, ...]]] = []  # of each assignment that stands

    def follow(self, happenings: Iterable[Happening]) -> "Follower":
        for happening in happenings:
            self._take(happening)
        return self

    @property
    def book(self) -> Book:
        if self._book is None:
            raise ValueError(f"{self.number}: nothing was recorded yet")
        return self._book

    def _take(self, h: Happening) -> None:
        if h.kind == RESULT:
            self._result(h)
            return
        record = Record(h.kind, h.on, h.facts)
        if self._book is None:
            self._book = projection.fold(self.number, [record])
            if h.kind == Kind.ACCRUAL:
                self._accrued(h)
            return
        was = self._book
        if (step := _STEPS.get(Kind(h.kind))) is not None:
            step(self, h, was)
        self._book = projection.after(was, record)
        if h.kind == Kind.CHANGE and "delete" not in h.facts:
            self._changed_to(h, was)

    # 発生

    @property
    def payee(self) -> Party:
        return self.begun.payee if self.begun else self.book.tenures[0].holder

    def _is(self, party: Party | None) -> bool:
        return party is not None and party.company_id == self.company_id

    @property
    def _owes(self) -> bool:
        return self._is(self.book.obligor)

    @property
    def _holds(self) -> bool:
        """For its own books: what secures a loan is still the company's."""
        return self.state.secured or self._is(self.book.holder)

    def _accrued(self, h: Happening) -> None:
        self.state = replace(self.state, origin=self.book.obligor)
        self._fee_yen = h.fee_yen
        for moment, own in self._accrual_of(self.book):
            self._put(
                h, moment, self._accrual_lines(moment, self.book), self._other(moment), str(own.account)
            )

    def _accrual_of(self, book: Book) -> list[tuple[Moment, Party]]:
        """What the accrual was for the company, and its own part in it; nothing where it has none."""
        if self._is(book.obligor):
            return [(Moment.ACCRUED_OUT, book.obligor)]
        return [(Moment.ACCRUED_IN, book.holder)] if self._is(book.holder) else []

    def _accrual_lines(self, moment: Moment, book: Book) -> tuple[Line, ...]:
        amounts = {Sum.AMOUNT: book.amount_yen, Sum.FEE: self._fee_yen}
        return self._lines(moment, amounts, {}, book.due_on)

    def _other(self, moment: Moment) -> Party:
        return self.payee if moment is Moment.ACCRUED_OUT else self.book.obligor

    # 譲渡, 譲受

    def _assigned(self, h: Happening, was: Book) -> None:
        assignor, assignee = (party_from_json(h.facts[name]) for name in ("assignor", "assignee"))
        begins = len(self.vouchers)
        before = self.state
        if self._is(assignor):
            self._gone(h, assignor, assignee, was)
        elif self._is(assignee):
            self._come(h, assignor, assignee, was)
        self._before.append((before, tuple(self.vouchers[begins:])))

    def _gone(self, h: Happening, assignor: Party, assignee: Party, was: Book) -> None:
        if h.financed is Financed.COLLATERAL:
            self.state = replace(self.state, secured=True)
            return
        amount_yen = was.amount_yen
        moment = Moment.ENDORSED if h.guaranteed else Moment.ASSIGNED
        amounts: Amounts = {Sum.AMOUNT: amount_yen}
        if h.financed is Financed.DISCOUNT:
            moment = Moment.DISCOUNTED
            amounts = {Sum.PROCEEDS: h.proceeds_yen, Sum.LESS: amount_yen - h.proceeds_yen, **amounts}
        account = h.account or str(assignor.account)
        self._enter(h, moment, amounts, {Who.ASSIGNEE: assignee}, partner=assignee, account=account)
        if h.guaranteed:
            kind = Moment.CLEARED_DISCOUNTED if h.financed else Moment.CLEARED_ENDORSED
            passed = _Passed(kind, amount_yen, assignee, self.state.origin)
            self.state = replace(self.state, passed=(*self.state.passed, passed))

    def _come(self, h: Happening, assignor: Party, assignee: Party, was: Book) -> None:
        if self.state.secured and assignor.company_id == self.institution_id:
            self.state = replace(self.state, secured=False)
            return
        self.state = replace(self.state, origin=assignor)
        moment = Moment.RECEIVED_UNPAID if self._unpaid else Moment.RECEIVED
        self._enter(h, moment, {Sum.AMOUNT: was.amount_yen}, partner=assignor, account=str(assignee.account))
        self._clear(h, was.amount_yen)  # to itself it answers for nothing

    def _clear(self, h: Happening, amount_yen: int) -> None:
        """The holder got so much: for that the company answers no more."""
        left = []
        for passed in self.state.passed:
            yen = min(amount_yen, passed.open_yen)
            parties = {Who.ASSIGNEE: passed.assignee, Who.ORIGIN: passed.origin}
            self._enter(h, passed.moment, {Sum.AMOUNT: yen}, parties, partner=passed.assignee)
            left.append(replace(passed, open_yen=passed.open_yen - yen))
        self.state = replace(self.state, passed=tuple(passed for passed in left if passed.open_yen))

    # 取消, 変更

    def _cancelled(self, h: Happening, was: Book) -> None:
        if "child" in h.facts:
            return  # of the division, at the parent: the child's own record says what came back
        if h.facts["of"] == "accrual":
            self._take_back_accrual(h, was)
            return
        self.state, entered = self._before.pop()
        for voucher in entered:
            lines = tuple(line.taken_back() for line in voucher.lines)
            self._put(h, Moment.CANCELLED, lines, voucher.partner, voucher.account, voucher.moment.label)

    def _changed(self, h: Happening, was: Book) -> None:
        if "delete" in h.facts:
            self._take_back_accrual(h, was)

    def _changed_to(self, h: Happening, was: Book) -> None:
        """赤黒: what was entered at the accrual goes, and comes again as it is now."""
        now = self.book
        if (now.amount_yen, now.due_on) == (was.amount_yen, was.due_on):
            return
        for moment, own in self._accrual_of(now):
            red = [line.taken_back() for line in self._accrual_lines(moment, was)]
            black = self._accrual_lines(moment, now)
            self._put(h, Moment.CHANGED, (*red, *black), self._other(moment), str(own.account))

    def _take_back_accrual(self, h: Happening, was: Book) -> None:
        for moment, own in self._accrual_of(was):
            lines = tuple(line.taken_back() for line in self._accrual_lines(moment, was))
            self._put(h, Moment.CANCELLED, lines, self._other(moment), str(own.account), moment.label)

    # 決済, 支払不能

    def _result(self, h: Happening) -> None:
        yen, book = h.facts["amount_yen"], self.book
        if h.facts["outcome"] == SettlementResult.Outcome.DEFAULTED:
            if self._holds:
                self._enter(h, Moment.UNPAID_IN, {Sum.AMOUNT: yen})
            if self._owes:
                self._enter(h, Moment.UNPAID_OUT, {Sum.AMOUNT: yen}, partner=self.payee)
            self._unpaid = True
        else:
            if self.state.secured:
                self._enter(h, Moment.SETTLED_SECURED, {Sum.AMOUNT: yen})
            elif self._holds:
                self._enter(h, Moment.SETTLED_IN, {Sum.AMOUNT: yen}, account=str(book.holder.account))
            if self._owes:
                account = str(book.obligor.account)
                self._enter(h, Moment.SETTLED_OUT, {Sum.AMOUNT: yen}, partner=self.payee, account=account)
            self._clear(h, yen)
        self._book = projection.settled(book, [h.facts["outcome"]])

    # 支払等

    def _paid(self, h: Happening, was: Book) -> None:
        if "payer" not in h.facts:
            return  # of the account transfer: its result was entered on its day
        payer, payee = (party_from_json(h.facts[name]) for name in ("payer", "payee"))
        yen, cause = h.facts["amount_yen"], h.facts["cause"]
        if h.facts["to"] == projection.RECOURSE:
            self._recourse(h, payer, payee, yen, cause)
            return
        if cause == Cause.MERGER:
            if self._is(payee):
                self._enter(h, Moment.MERGED, {Sum.AMOUNT: yen})
        elif self.state.secured:
            own = self._is(payer)
            moment = Moment.GUARANTOR_PAID_SECURED if own else Moment.SETTLED_SECURED
            self._pay(h, moment, yen, cause, payee if own else payer, payer)
        elif self._is(payee):
            self._pay(h, Moment.PAID_IN, yen, cause, payer, payee)
        elif self._is(payer) and not self._owes:
            self._pay(h, Moment.GUARANTOR_PAID, yen, cause, payee, payer)
        if self._owes and self._is(payer) and cause != Cause.MERGER:
            self._pay(h, Moment.PAID_OUT, yen, cause, payee, payer)
        elif self._owes and not self._is(payer) and not self._unpaid:
            self._enter(h, Moment.TAKEN_OVER, {Sum.AMOUNT: yen}, partner=payer)
        self._clear(h, yen)

    def _recourse(self, h: Happening, payer: Party, payee: Party, yen: int, cause: str) -> None:
        if self._is(payee):
            self._pay(h, Moment.RECOURSE_IN, yen, cause, payer, payee)
        if self._is(payer):
            moment = Moment.RECOURSE_OUT if self._owes else Moment.GUARANTOR_PAID
            self._pay(h, moment, yen, cause, payee, payer)

    def _pay(self, h: Happening, moment: Moment, yen: int, cause: str, other: Party, own: Party) -> None:
        roles = PAID_BY if moment in (Moment.PAID_IN, Moment.RECOURSE_IN) else PAYS_BY
        standing = replace(self._standing, counter=roles.get(cause, roles[Cause.OTHER]))
        lines = self._lines(moment, {Sum.AMOUNT: yen}, {Who.OPPOSITE: other}, self.book.due_on, standing)
        account = str(own.account) if self._is(own) else ""
        self._put(h, moment, lines, other, account, f"原因 {cause}")

    # writing

    @property
    def _standing(self) -> Standing:
        if self.is_other is None:
            partner = self.payee if self._owes else self.state.origin
            self.is_other = partner is not None and partner.user_number in self.others
        return Standing(self.method, self.is_other, self._unpaid, self.from_bill)

    def _lines(
        self,
        moment: Moment,
        amounts: Amounts,
        parties: Parties,
        due_on: date,
        standing: Standing | None = None,
    ) -> tuple[Line, ...]:
        known = {Who.ORIGIN: self.state.origin, Who.PAYEE: self.payee, Who.DEBTOR: self.book.obligor}
        return lines_of(moment, standing or self._standing, amounts, {**known, **parties}, due_on)

    def _enter(
        self,
        h: Happening,
        moment: Moment,
        amounts: Amounts,
        parties: Parties | None = None,
        *,
        partner: Party | None = None,
        account: str = "",
    ) -> None:
        lines = self._lines(moment, amounts, parties or {}, self.book.due_on)
        if partner is None:
            partner = self.payee if moment is Moment.ACCRUED_OUT else self.state.origin
        self._put(h, moment, lines, partner, account)

    def _put(
        self,
        h: Happening,
        moment: Moment,
        lines: tuple[Line, ...],
        partner: Party | None,
        account: str,
        detail: str = "",
    ) -> None:
        if lines:
            said = f"（{detail}）" if detail else ""
            memo = f"{moment.label}{said} 記録番号{self.number} 支払期日{self.book.due_on:%Y/%m/%d}"
            self.vouchers.append(
                Voucher(h.source, moment, h.on, self.book.due_on, lines, memo, partner, account)
            )


_STEPS: Mapping[Kind, Callable[[Follower, Happening, Book], None]] = {
    Kind.ASSIGNMENT: Follower._assigned,
    Kind.CHANGE: Follower._changed,
    Kind.PAYMENT: Follower._paid,
    Kind.CANCELLATION: Follower._cancelled,
}
