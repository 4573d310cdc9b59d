"""What is wrong with a 譲渡記録, whole or 分割 (domain facts §4.2; of what was not paid [DN34])."""

from collections.abc import Iterator

from erec.claims import windows
from erec.claims.checks.common import Facts, Problem, amount_within, day, record_on_open
from erec.claims.instructions import Assignment
from erec.claims.models import Claim
from erec.parameters.business_day import Today

NOT_ASSIGNABLE = "この記録番号の債権は、譲渡できる債権の中にありません。記録番号を確かめてください。"


def found(assignment: Assignment, facts: Facts, today: Today) -> Iterator[Problem]:
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
    yield from record_on_open(assignment.record_on, today)
    yield from _assignable(assignment, claim, facts)
    yield from _division(assignment, claim, today)


def _assignable(assignment: Assignment, claim: Claim, facts: Facts) -> Iterator[Problem]:
    if assignment.record_number in facts.reserved_on or assignment.record_number in facts.reserved_as:
        sentence = "この債権には譲渡の予約があります。譲渡するには、先にその予約を取り消してください。"
        yield Problem("record_number", "already_reserved", sentence)
    elif assignment.record_number in facts.under_objection:
        sentence = "債務者の異議申立の手続が終わるまで、この債権は譲渡できません。取引店に確認してください。"
        yield Problem("record_number", "objection", sentence)
    elif claim.paid_yen:
        # [DN34]: 支払等記録がされているでんさいについては、譲渡記録の請求はできません
        sentence = "支払等の記録がある債権のため、譲渡できません。"
        yield Problem("record_number", "paid_in_part", sentence)
    elif claim.state == Claim.State.DEFAULTED:
        yield from _defaulted(assignment, claim)
    elif claim.state not in (Claim.State.RECORDED, Claim.State.RESERVED):
        state = claim.get_state_display()
        yield Problem("record_number", "state", f"この債権は「{state}」のため、譲渡できません。")
    elif assignment.record_on < claim.accrued_on:
        accrual = day(claim.accrued_on)
        sentence = f"この債権は{accrual}に発生する予約です。電子記録年月日はその日以降にしてください。"
        yield Problem("record_on", "before_accrual", sentence)
    elif assignment.record_on > (last := windows.last_assignment_day(claim.due_on)):
        sentence = f"支払期日が近いため、この債権を譲渡できるのは電子記録年月日が{day(last)}までのときです。"
        yield Problem("record_on", "too_near_due", sentence)
    parties = {assignment.assignor.company_id, assignment.assignee.company_id}
    if claim.restricted and not parties & facts.institutions:
        # What an institution gives back, a security, has to find its way home too (inferred).
        sentence = "譲渡制限のある債権です。金融機関以外には譲渡できません。"
        yield Problem("record_number", "restricted", sentence)


def _defaulted(assignment: Assignment, claim: Claim) -> Iterator[Problem]:
    """支払不能でんさい: from the 3rd business day on, and as 保証 comes before the day only, without one."""
    first = windows.defaulted_assignment_from(claim.settle_on)
    if assignment.record_on < first:
        sentence = f"支払不能になった債権を譲渡できるのは、電子記録年月日が{day(first)}以降のときです。"
        yield Problem("record_on", "too_soon_after_due", sentence)
    if assignment.with_guarantee:
        sentence = "支払不能になった債権の譲渡には、保証を付けられません。保証は「なし」を選んでください。"
        yield Problem("with_guarantee", "guarantee_after_due", sentence)


def _division(assignment: Assignment, claim: Claim, today: Today) -> Iterator[Problem]:
    if assignment.amount_yen is None:
        return
    if claim.state == Claim.State.DEFAULTED:
        sentence = "支払不能になった債権は分割できません。全額を譲渡するときは、金額を空にしてください。"
        yield Problem("amount_yen", "never_divided", sentence)
    elif assignment.amount_yen >= claim.amount_yen:
        sentence = (
            f"譲渡する金額は、債権金額の{claim.amount_yen:,}円より小さくしてください。"
            "全額を譲渡するときは、金額を空にしてください。"
        )
        yield Problem("amount_yen", "not_below_balance", sentence)
    else:
        yield from amount_within(assignment.amount_yen, "division_min_yen", today)
