"""What is wrong with a 取消, and which record it is about (domain facts §4.1, §4.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from erec.claims import windows
from erec.claims.checks.common import Facts, Problem, day
from erec.claims.desk import books_of
from erec.claims.instructions import Assignment, Cancellation
from erec.claims.models import Claim, Holding, Order, RecordEvent
from erec.parameters.business_day import Today

LEFT = (Holding.Role.FORMER, Holding.Role.GUARANTOR)  # who assigned a claim, without 保証 or with it
# 割引 or 譲渡担保 that the institution has agreed to: what it pays out depends on it (inferred).
FINANCED = "金融機関への譲渡の予約は、この画面では取り消せません。取引店に連絡してください。"
Kind = RecordEvent.Kind
# What only all who have a part in it could undo (domain facts §4.3; for a cancellation inferred).
BINDS = Q(kind__in=(Kind.CHANGE, Kind.PAYMENT)) | Q(kind=Kind.GUARANTEE, facts__has_key="requester")
NOT_CANCELLABLE = "この記録番号に、あなたの会社が取り消せる記録はありません。記録番号を確かめてください。"


@dataclass(frozen=True)
class Cancellable:
    """What a cancellation is about: which record in words, until when, and on which number a reserved 譲渡
    must not hang.
    """

    record: str
    until: datetime
    hangs_on: str = ""


def found(cancellation: Cancellation, facts: Facts, today: Today) -> Iterator[Problem]:
    record = record_to_cancel(cancellation, facts)
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


def record_to_cancel(cancellation: Cancellation, facts: Facts) -> Cancellable | Problem:
    claim = facts.claims.get(cancellation.record_number)
    if claim is None:
        return Problem("record_number", "not_there", NOT_CANCELLABLE)
    if cancellation.of == Assignment.kind:
        return _assignment_to_cancel(claim, cancellation.by_company_id, facts)
    return _accrual_to_cancel(claim, cancellation.by_company_id, facts)


def _accrual_to_cancel(claim: Claim, company_id: int, facts: Facts) -> Cancellable | Problem:
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
        what = f"{day(claim.accrued_on)}の発生の予約"
        return Cancellable(what, windows.reserved_cancel_until(claim.accrued_on), number)
    if company_id == claim.obligor_id:
        sentence = "記録された後は、債務者からは取り消せません。債権者に取消を依頼してください。"
        return Problem("record_number", "obligor", sentence)
    if claim.assignor_id is not None or claim.amount_yen != claim.original_amount_yen:
        sentence = "譲渡または分割された債権の発生記録は、取り消せません。相手先に相談してください。"
        return Problem("record_number", "assigned", sentence)
    if _bound(claim):
        sentence = (
            "変更、保証、支払等の記録がある債権の発生記録は、取り消せません。相手先に相談してください。"
        )
        return Problem("record_number", "bound", sentence)
    until = windows.recorded_cancel_until(claim.accrued_on, claim.due_on)
    return Cancellable(f"{day(claim.accrued_on)}の発生記録", until, number)


def _assignment_to_cancel(claim: Claim, company_id: int, facts: Facts) -> Cancellable | Problem:
    """Reserved: by both ([82-4303], 岡崎信金FAQ 582). Recorded: by the assignee alone ([82-4303]).

    A reserved 分割 is named by its child's number or by its parent's. On a reserved 譲渡 nothing further can
    hang: a second one is refused ([82F4]). What waits goes before what is recorded.
    """
    number = claim.record_number
    waiting = facts.reserved_as.get(number) or facts.reserved_on.get(number)
    if waiting is not None:
        return _reserved_assignment(waiting, claim, company_id, facts)
    if company_id != claim.holder_id or claim.assignor_id is None:
        return _not_the_assignee(claim, company_id)
    if claim.state != Claim.State.RECORDED:
        return _wrong_state(claim)
    if _divided_by_holder(claim):
        sentence = "分割した債権の譲渡記録は、取り消せません。相手先に相談してください。"
        return Problem("record_number", "divided", sentence)
    if _bound(claim):
        sentence = (
            "譲渡の後に保証または支払等の記録があるため、譲渡記録は取り消せません。相手先に相談してください。"
        )
        return Problem("record_number", "bound", sentence)
    assignor = claim.assignor.name if claim.assignor else ""
    what = f"{day(claim.held_since)}の譲渡記録（{assignor}から{claim.holder_name}へ）"
    return Cancellable(what, windows.recorded_cancel_until(claim.held_since, claim.due_on), number)


def _bound(claim: Claim) -> bool:
    """Whether 変更, 保証 or 支払等 was recorded in the holder's time; rarely, so the fold is asked last."""
    return claim.events.filter(BINDS).exists() and books_of([claim])[claim.record_number].tenure.bound


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


def _reserved_assignment(
    waiting: Order, claim: Claim, company_id: int, facts: Facts
) -> Cancellable | Problem:
    asked = waiting.instruction
    parties = {asked["assignor"]["company_id"], asked["assignee"]["company_id"]}
    if company_id not in parties:
        return _not_the_assignee(claim, company_id)
    if parties & facts.institutions:
        return Problem("record_number", "financing", FINANCED)
    on = date.fromisoformat(asked["record_on"])
    part = f"{asked['amount_yen']:,}円" if asked["amount_yen"] else "全額"
    what = f"{day(on)}の譲渡の予約（{asked['assignor']['name']}から{asked['assignee']['name']}へ、{part}）"
    return Cancellable(what, windows.reserved_cancel_until(on))


def _wrong_state(claim: Claim) -> Problem:
    sentence = f"この債権は「{claim.get_state_display()}」のため、取り消せません。"
    return Problem("record_number", "state", sentence)
