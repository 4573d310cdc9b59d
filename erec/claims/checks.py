"""What is wrong with an instruction to the record book, as sentences. Empty: the book will take it.

The same check runs at 仮登録, at 承認 and where the book writes, each time on the rows as they are
then (domain facts §2.1, §4.1, §4.2). It reads and never writes; who must not race locks the claims first.
When a reservation takes effect on its day nothing is checked again: its dates were right when it was made.

What a company may not know it is not told: a claim of others is a claim that is not there, and a partner's
取引停止処分 is not named.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import SettlementAccount
from erec.claims import windows
from erec.claims.instructions import Accrual, Assignment, Cancellation, Instruction
from erec.claims.models import Claim, Holding, Order, Sanction
from erec.formats import bank_calendar
from erec.parameters import table
from erec.parameters.business_day import Today
from erec.parameters.record_rules import value_on

NOT_ASSIGNABLE = "この記録番号の債権は、譲渡できる債権の中にありません。記録番号を確かめてください。"
LEFT = (Holding.Role.FORMER, Holding.Role.GUARANTOR)  # who assigned a claim, without 保証 or with it
NOT_CANCELLABLE = "この記録番号に、あなたの会社が取り消せる記録はありません。記録番号を確かめてください。"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: in which field, by which rule, and what to do about it."""

    field: str
    code: str
    sentence: str


def problems(instruction: Instruction, today: Today) -> list[Problem]:
    """What is wrong with one instruction today."""
    return problems_of([instruction], today)[0]


def problems_of(instructions: Sequence[Instruction], today: Today) -> list[list[Problem]]:
    """The same for many, each on its own; the rows they are about are read together."""
    facts = _Facts(instructions, today)
    return [list(_found(instruction, facts, today)) for instruction in instructions]


def cancel_until(cancellation: Cancellation) -> datetime:
    """From when it is too late. Raises LookupError if there is nothing that this company could cancel."""
    return to_cancel(cancellation).until


def to_cancel(cancellation: Cancellation) -> "Cancellable":
    """The record that it is about now. Raises LookupError, see cancel_until."""
    record = _record_to_cancel(cancellation, _Facts([cancellation]))
    if isinstance(record, Problem):
        raise LookupError(record.sentence)
    return record


class _Facts:
    """The rows that the instructions are about, read once."""

    def __init__(self, instructions: Collection[Instruction], today: Today | None = None) -> None:
        numbers = {i.record_number for i in instructions if not isinstance(i, Accrual)}
        obligors = {i.obligor.company_id for i in instructions if isinstance(i, Accrual)}
        orders = Order.objects.filter(state=Order.State.RESERVED, kind=Assignment.kind)
        made = Order.objects.filter(kind=Accrual.kind, instruction__by_obligee=True)
        self.claims = {c.record_number: c for c in Claim.objects.filter(record_number__in=numbers)}
        self.reserved_on = {o.claim_number: o for o in orders.filter(claim_number__in=numbers)}
        self.reserved_as = {o.record_number: o for o in orders.filter(record_number__in=numbers)}
        self.by_obligee = set(made.filter(record_number__in=numbers).values_list("record_number", flat=True))
        self.sanctions = (
            list(Sanction.objects.filter(company_id__in=obligors, ends_on__gte=today.date)) if today else []
        )

    def sanctioned(self, company_id: int, *days: date) -> bool:
        return any(
            s.company_id == company_id and s.starts_on <= day <= s.ends_on
            for s in self.sanctions
            for day in days
        )


def _found(instruction: Instruction, facts: _Facts, today: Today) -> Iterator[Problem]:
    match instruction:
        case Accrual():
            yield from _accrual(instruction, facts, today)
        case Assignment():
            yield from _assignment(instruction, facts, today)
        case Cancellation():
            yield from _cancellation(instruction, facts, today)


def _accrual(accrual: Accrual, facts: _Facts, today: Today) -> Iterator[Problem]:
    if accrual.obligor.company_id == accrual.obligee.company_id:
        yield Problem("user_number", "own_company", "自社は相手先にできません。取引先を選んでください。")
    yield from _amount(accrual.amount_yen, "amount_min_yen", today)
    yield from _record_on(accrual.record_on, today)
    yield from _due_on(accrual, today)
    if facts.sanctioned(accrual.obligor.company_id, today.date, accrual.record_on):
        yield _sanction(accrual)
    current_only = table.value("debtor_current_account_only")
    if current_only and accrual.obligor.account.kind != SettlementAccount.Kind.CURRENT:
        field = "user_number" if accrual.by_obligee else "account"
        yield Problem(field, "not_current", "債務者の決済口座は、当座預金の口座を選んでください。")


def _amount(amount_yen: int, minimum_code: str, today: Today) -> Iterator[Problem]:
    minimum, maximum = value_on(minimum_code, today.date), value_on("amount_max_yen", today.date)
    if not minimum <= amount_yen <= maximum:
        sentence = f"金額は{minimum:,}円以上{maximum:,}円以下で入力してください。"
        yield Problem("amount_yen", "amount_bounds", sentence)


def _record_on(record_on: date, today: Today) -> Iterator[Problem]:
    first, last = windows.record_dates(today)
    choose = f"{_day(first)}から{_day(last)}までの銀行営業日を選んでください。"
    if record_on == today.date != first and bank_calendar.is_business_day(record_on):
        yield Problem("record_on", "after_cut_off", f"当日分の受付は終わりました。電子記録年月日は、{choose}")
    elif not first <= record_on <= last:
        yield Problem("record_on", "record_on_window", f"電子記録年月日は、{choose}")
    elif not bank_calendar.is_business_day(record_on):
        yield Problem("record_on", "record_on_holiday", f"{_day(record_on)}は休業日です。{choose}")


def _due_on(accrual: Accrual, today: Today) -> Iterator[Problem]:
    """Judged for a 電子記録年月日 that is possible, so that a wrong one does not make two problems of one."""
    window = windows.record_dates(today)
    record_on = min(max(accrual.record_on, window.first), window.last)
    first = windows.earliest_due(record_on, by_obligee=accrual.by_obligee)
    last = windows.latest_due(record_on)
    if not first <= accrual.due_on <= last:
        sentence = f"支払期日は、{_day(first)}から{_day(last)}までの日付を入力してください。"
        yield Problem("due_on", "due_on_window", sentence)


def _sanction(accrual: Accrual) -> Problem:
    """取引停止処分 (domain facts §4.8): the debtor is told why, the creditor only that it cannot be."""
    if accrual.by_obligee:
        sentence = "この債務者への請求は、今は記録できません。債務者に確認してください。"
        return Problem("user_number", "obligor_unavailable", sentence)
    sentence = "取引停止処分の期間中のため、債務者としての請求はできません。取引店に連絡してください。"
    return Problem("account", "sanctioned", sentence)


def _assignment(assignment: Assignment, facts: _Facts, today: Today) -> Iterator[Problem]:
    claim = facts.claims.get(assignment.record_number)
    if claim is None or claim.holder_id != assignment.assignor.company_id:
        yield Problem("record_number", "not_holder", NOT_ASSIGNABLE)
        return
    if assignment.seen_yen not in (None, claim.amount_yen):
        # A part that was divided off may come back meanwhile: another amount than was approved never moves.
        sentence = (
            f"この債権の金額が、登録したときの{assignment.seen_yen:,}円から{claim.amount_yen:,}円に変わりました。"
            "金額を確かめて、登録し直してください。"
        )
        yield Problem("record_number", "amount_changed", sentence)
        return
    if assignment.assignee.company_id == assignment.assignor.company_id:
        yield Problem("assignee", "own_company", "自社は譲受人にできません。取引先を選んでください。")
    yield from _record_on(assignment.record_on, today)
    yield from _assignable(assignment, claim, facts)
    yield from _division(assignment, claim, today)


def _assignable(assignment: Assignment, claim: Claim, facts: _Facts) -> Iterator[Problem]:
    if assignment.record_number in facts.reserved_on or assignment.record_number in facts.reserved_as:
        sentence = "この債権には譲渡の予約があります。譲渡するには、先にその予約を取り消してください。"
        yield Problem("record_number", "already_reserved", sentence)
    elif claim.state not in (Claim.State.RECORDED, Claim.State.RESERVED):
        state = claim.get_state_display()
        yield Problem("record_number", "state", f"この債権は「{state}」のため、譲渡できません。")
    elif assignment.record_on < claim.accrued_on:
        accrual = _day(claim.accrued_on)
        sentence = f"この債権は{accrual}に発生する予約です。電子記録年月日はその日以降にしてください。"
        yield Problem("record_on", "before_accrual", sentence)
    elif assignment.record_on > (last := windows.last_assignment_day(claim.due_on)):
        sentence = f"支払期日が近いため、この債権を譲渡できるのは電子記録年月日が{_day(last)}までのときです。"
        yield Problem("record_on", "too_near_due", sentence)
    if claim.restricted:
        # No company with a contract here is a financial institution: a restricted claim goes to nobody.
        sentence = "譲渡制限のある債権です。金融機関以外には譲渡できません。"
        yield Problem("record_number", "restricted", sentence)


def _division(assignment: Assignment, claim: Claim, today: Today) -> Iterator[Problem]:
    if assignment.amount_yen is None:
        return
    if assignment.amount_yen >= claim.amount_yen:
        sentence = (
            f"譲渡する金額は、債権金額の{claim.amount_yen:,}円より小さくしてください。"
            "全額を譲渡するときは、金額を空にしてください。"
        )
        yield Problem("amount_yen", "not_below_balance", sentence)
    else:
        yield from _amount(assignment.amount_yen, "division_min_yen", today)


@dataclass(frozen=True)
class Cancellable:
    """What a cancellation is about: which record in words, until when, and on which number a reserved 譲渡
    must not hang.
    """

    record: str
    until: datetime
    hangs_on: str = ""


def _cancellation(cancellation: Cancellation, facts: _Facts, today: Today) -> Iterator[Problem]:
    record = _record_to_cancel(cancellation, facts)
    if isinstance(record, Problem):
        yield record
    elif cancellation.seen not in ("", record.record):
        # The other company may have cancelled the reservation meanwhile: then the record before it is next.
        sentence = (
            f"取り消す記録が、登録したときの「{cancellation.seen}」ではなく「{record.record}」になりました。"
            "内容を確かめて、登録し直してください。"
        )
        yield Problem("record_number", "other_record", sentence)
    elif record.hangs_on in facts.reserved_on:
        sentence = "この債権には譲渡の予約があるため、取り消せません。先に譲渡の予約の取消が必要です。"
        yield Problem("record_number", "assignment_reserved", sentence)
    elif today.moment >= record.until:
        ended = f"{record.until:%Y年%-m月%-d日%-H時%M分}"
        sentence = f"取り消せる期間は、{ended}に終わりました。相手先に相談してください。"
        yield Problem("record_number", "too_late", sentence)


def _record_to_cancel(cancellation: Cancellation, facts: _Facts) -> Cancellable | Problem:
    claim = facts.claims.get(cancellation.record_number)
    if claim is None:
        return Problem("record_number", "not_there", NOT_CANCELLABLE)
    if cancellation.of == Assignment.kind:
        return _assignment_to_cancel(claim, cancellation.by_company_id, facts)
    return _accrual_to_cancel(claim, cancellation.by_company_id, facts)


def _accrual_to_cancel(claim: Claim, company_id: int, facts: _Facts) -> Cancellable | Problem:
    """Reserved: by both. Recorded: by the creditor alone. Once the debtor consented: nobody ([HKK1278])."""
    number = claim.record_number
    if company_id not in (claim.obligor_id, claim.holder_id) or claim.parent_id is not None:
        return Problem("record_number", "not_there", NOT_CANCELLABLE)
    if claim.state not in (Claim.State.RESERVED, Claim.State.RECORDED):
        return _wrong_state(claim)
    if number in facts.by_obligee:
        sentence = "債務者が承諾した債権者請求は、取り消せません。相手先に相談してください。"
        return Problem("record_number", "consented", sentence)
    if claim.state == Claim.State.RESERVED:
        what = f"{_day(claim.accrued_on)}の発生の予約"
        return Cancellable(what, windows.reserved_cancel_until(claim.accrued_on), number)
    if company_id == claim.obligor_id:
        sentence = "記録された後は、債務者からは取り消せません。債権者に取消を依頼してください。"
        return Problem("record_number", "obligor", sentence)
    if claim.assignor_id is not None or claim.amount_yen != claim.original_amount_yen:
        sentence = "譲渡または分割された債権の発生記録は、取り消せません。相手先に相談してください。"
        return Problem("record_number", "assigned", sentence)
    until = windows.recorded_cancel_until(claim.accrued_on, claim.due_on)
    return Cancellable(f"{_day(claim.accrued_on)}の発生記録", until, number)


def _assignment_to_cancel(claim: Claim, company_id: int, facts: _Facts) -> Cancellable | Problem:
    """Reserved: by both ([82-4303], 岡崎信金FAQ 582). Recorded: by the assignee alone ([82-4303]).

    A reserved 分割 is named by its child's number or by its parent's. On a reserved 譲渡 nothing further can
    hang: a second one is refused ([82F4]). What waits goes before what is recorded.
    """
    number = claim.record_number
    waiting = facts.reserved_as.get(number) or facts.reserved_on.get(number)
    if waiting is not None:
        return _reserved_assignment(waiting, claim, company_id)
    if company_id != claim.holder_id or claim.assignor_id is None:
        return _not_the_assignee(claim, company_id)
    if claim.state != Claim.State.RECORDED:
        return _wrong_state(claim)
    if _divided_by_holder(claim):
        sentence = "分割した債権の譲渡記録は、取り消せません。相手先に相談してください。"
        return Problem("record_number", "divided", sentence)
    assignor = claim.assignor.name if claim.assignor else ""
    what = f"{_day(claim.held_since)}の譲渡記録（{assignor}から{claim.holder_name}へ）"
    return Cancellable(what, windows.recorded_cancel_until(claim.held_since, claim.due_on), number)


def _divided_by_holder(claim: Claim) -> bool:
    """Whether a part that the holder divided off since he holds it is still a claim of its own."""
    alive = claim.children.exclude(state__in=(Claim.State.RESERVED, Claim.State.CANCELLED))
    divisions = Order.objects.filter(
        kind=Assignment.kind,
        company_id=claim.holder_id,
        effective_on__gte=claim.held_since,
        record_number__in=alive.values("record_number"),
        claim_number=claim.record_number,
    )
    return divisions.exists()


def _not_the_assignee(claim: Claim, company_id: int) -> Problem:
    """One answer to whoever held the claim before, whatever became of it since: that he may not know."""
    if claim.holdings.filter(company_id=company_id, role__in=LEFT).exists():
        sentence = "記録された後は、譲渡人からは取り消せません。譲受人に取消を依頼してください。"
        return Problem("record_number", "assignor", sentence)
    return Problem("record_number", "not_there", NOT_CANCELLABLE)


def _reserved_assignment(waiting: Order, claim: Claim, company_id: int) -> Cancellable | Problem:
    asked = waiting.instruction
    if company_id not in (asked["assignor"]["company_id"], asked["assignee"]["company_id"]):
        return _not_the_assignee(claim, company_id)
    on = date.fromisoformat(asked["record_on"])
    part = f"{asked['amount_yen']:,}円" if asked["amount_yen"] else "全額"
    what = f"{_day(on)}の譲渡の予約（{asked['assignor']['name']}から{asked['assignee']['name']}へ、{part}）"
    return Cancellable(what, windows.reserved_cancel_until(on))


def _wrong_state(claim: Claim) -> Problem:
    sentence = f"この債権は「{claim.get_state_display()}」のため、取り消せません。"
    return Problem("record_number", "state", sentence)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
