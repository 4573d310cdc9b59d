"""What is wrong with a 保証記録 that stands alone (domain facts §4.4).

The guarantor answers to the creditor. Whoever pays has recourse to the debtor and to the guarantors before
him (電子記録債権法第35条第1項): a guarantee that would come back to who asks for it is none.
"""

from collections.abc import Iterator

from accounts.models import SettlementAccount
from erec.claims import windows
from erec.claims.checks.common import (
    Facts,
    Problem,
    moment,
    open_to,
    recorded_at_once,
    same_amount,
    unreserved,
    wrong_state,
)
from erec.claims.checks.designation import UNAVAILABLE
from erec.claims.instructions import Guarantee
from erec.claims.models import Claim
from erec.parameters import table
from erec.parameters.business_day import Today

NOT_HELD = "この記録番号の債権は、保証を依頼できる債権の中にありません。記録番号を確かめてください。"
CIRCLE = (
    "この債権では、自社も保証人です。新しい保証人が支払うと、その金額は自社に求償されます。"
    "そのため、保証を依頼できません。"
)
NO_CONTRACT = (
    "この企業は、選んだ口座では保証人になれません。保証人の決済口座は、当座預金の口座を選んでください。"
)
SAME = {
    "own_company": "自社は保証人にできません。取引先を選んでください。",
    "obligor": "この債権の債務者は、保証人にできません。ほかの取引先を選んでください。",
    "already_guarantor": "この企業は、すでにこの債権の保証人です。ほかの取引先を選んでください。",
}


def found(guarantee: Guarantee, facts: Facts, today: Today) -> Iterator[Problem]:
    claim = facts.claims.get(guarantee.record_number)
    if claim is None or claim.holder_id != guarantee.requester.company_id:
        yield Problem("record_number", "not_holder", NOT_HELD)
        return
    if claim.state != Claim.State.RECORDED:
        yield wrong_state(claim, "保証を記録")
        return
    yield from same_amount(guarantee.seen_yen, open_to(claim, claim.holder_id, None))
    yield from unreserved(claim.record_number, facts, "保証を依頼する")
    if today.moment >= (until := windows.guarantee_until(claim.due_on)):
        sentence = f"支払期日が近いため、保証を記録できる期間は、{moment(until)}に終わりました。"
        yield Problem("record_number", "too_near_due", sentence)
    yield from recorded_at_once(guarantee.record_on, today)
    yield from _guarantor(guarantee, claim, facts, today)


def _guarantor(guarantee: Guarantee, claim: Claim, facts: Facts, today: Today) -> Iterator[Problem]:
    guarantors = facts.guarantors[claim.pk]
    if claim.holder_id in guarantors:
        yield Problem("guarantor", "circle", CIRCLE)
    code = _same(guarantee.guarantor.company_id, claim, guarantors)
    if code:
        yield Problem("guarantor", code, SAME[code])
        return
    if not _may_guarantee(guarantee, facts):
        yield Problem("guarantor", "no_contract", NO_CONTRACT)
    if facts.sanctioned(guarantee.guarantor.company_id, today.date, guarantee.record_on):
        # 取引停止処分 is not named: others than the guarantor read this too. Last, where 指定許可 stands too.
        yield Problem("guarantor", "unavailable", UNAVAILABLE.format(whom="保証人"))


def _same(guarantor_id: int, claim: Claim, guarantors: list[int]) -> str:
    if guarantor_id == claim.holder_id:
        return "own_company"
    if guarantor_id == claim.obligor_id:
        return "obligor"
    return "already_guarantor" if guarantor_id in guarantors else ""


def _may_guarantee(guarantee: Guarantee, facts: Facts) -> bool:
    """債務者利用, which some institutions tie to 当座預金, or 保証利用限定特約 (北海道銀行Q&A 保証)."""
    return (
        not table.value("debtor_current_account_only")
        or guarantee.guarantor.account.kind == SettlementAccount.Kind.CURRENT
        or guarantee.guarantor.company_id in facts.contracts
    )
