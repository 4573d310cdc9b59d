"""What is wrong with a 支払等記録 of what was paid outside the account transfer (domain facts §4.5).

To the creditor pays the debtor or a guarantor; to a guarantor who paid, the debtor or a guarantor before him
(特別求償権, 電子記録債権法第35条第1項).
"""

from collections.abc import Iterator

from erec.claims import windows
from erec.claims.checks.common import (
    Facts,
    Problem,
    day,
    moment,
    open_to,
    recorded_at_once,
    same_amount,
    unreserved,
    wrong_state,
)
from erec.claims.instructions import Cause, Payment
from erec.claims.models import Claim
from erec.parameters.business_day import Today

NOT_PARTY = "この記録番号の債権は、支払等を記録できる債権の中にありません。記録番号を確かめてください。"
NOT_LIABLE = (
    "支払った企業が、この債権の債務者でも、受け取った企業より前の保証人でもありません。"
    "相手先を確かめてください。"
)
NOTHING_OPEN = "この債権には、支払等を記録できる残りの金額がありません。"
MERGER_ONLY = "支払った企業と受け取った企業が同じときの原因は「混同」だけです。原因を選び直してください。"
NO_MERGER = "「混同」は、債務者が債権者になったときだけ選べます。原因を選び直してください。"
BY_PAYEE = "債務者と債権者が同じ企業のときは、「支払を受けたことによる記録請求」から請求してください。"
MERGER_WHOLE = "混同では、残りの全額（{open_yen:,}円）を入力してください。"
NO_RELEASE = "「免除」は、支払う企業が債務者のときだけ選べます。原因を選び直してください。"


def found(payment: Payment, facts: Facts, today: Today) -> Iterator[Problem]:
    claim = facts.claims.get(payment.record_number)
    if claim is None or not _asks(payment, claim, facts):
        yield Problem("record_number", "not_party", NOT_PARTY)
        return
    recourse = facts.recourses.get((claim.pk, payment.payee.company_id))
    open_yen = open_to(claim, payment.payee.company_id, recourse)
    if claim.holder_id == payment.payee.company_id and recourse is None and not open_yen:
        yield wrong_state(claim, "支払等を記録")
        return
    if not _liable(payment, claim, facts):
        yield Problem("payer", "not_liable", NOT_LIABLE)
        return
    changed = list(same_amount(payment.seen_yen, open_yen))
    yield from changed
    if not changed:
        yield from _amount(payment.amount_yen, open_yen)
    if claim.holder_id == payment.payee.company_id:
        yield from _time(claim, facts, today)
    yield from recorded_at_once(payment.record_on, today)
    if not claim.accrued_on <= payment.paid_on <= today.date:
        sentence = f"支払等の日は、{day(claim.accrued_on)}から{day(today.date)}までの日付を入力してください。"
        yield Problem("paid_on", "paid_on_window", sentence)
    yield from _cause(payment, claim, open_yen)


def _asks(payment: Payment, claim: Claim, facts: Facts) -> bool:
    """Whether the one who asks has that part in the claim. To all others it is not there."""
    payer, payee = payment.payer.company_id, payment.payee.company_id
    if payment.by_payer:
        return payer == claim.obligor_id or payer in facts.guarantors[claim.pk]
    return payee == claim.holder_id or (claim.pk, payee) in facts.recourses


def _liable(payment: Payment, claim: Claim, facts: Facts) -> bool:
    """Whether the payer owes this to the payee."""
    payer, payee = payment.payer.company_id, payment.payee.company_id
    guarantors = facts.guarantors[claim.pk]
    if payee == claim.holder_id and open_to(claim, payee, None):
        return payer == claim.obligor_id or (payer in guarantors and payer != payee)
    if (claim.pk, payee) not in facts.recourses:
        return False
    return payer == claim.obligor_id or payer in guarantors[: guarantors.index(payee)]


def _amount(amount_yen: int, open_yen: int) -> Iterator[Problem]:
    if not open_yen:
        yield Problem("record_number", "nothing_open", NOTHING_OPEN)
    elif not 1 <= amount_yen <= open_yen:
        sentence = f"金額は1円以上、残りの{open_yen:,}円以下で入力してください。"
        yield Problem("amount_yen", "amount_bounds", sentence)


def _time(claim: Claim, facts: Facts, today: Today) -> Iterator[Problem]:
    """Before the account transfer's last days, or after it failed."""
    yield from unreserved(claim.record_number, facts, "支払等を記録する")
    if claim.state == Claim.State.RECORDED and today.moment >= (until := windows.payment_until(claim.due_on)):
        sentence = (
            f"支払期日が近いため、支払等記録の期間は、{moment(until)}に終わりました。"
            "支払期日に口座間送金決済が行われます。"
        )
        yield Problem("record_number", "too_near_due", sentence)


def _cause(payment: Payment, claim: Claim, open_yen: int) -> Iterator[Problem]:
    """混同: the debtor who became creditor asks for it himself (電子記録債権法第22条第1項ただし書).

    免除 frees the debtor; a guarantor who was freed paid nothing that he could claim (第35条; inferred).
    """
    merged = payment.payer.company_id == payment.payee.company_id
    if merged and payment.by_payer:
        yield Problem("payer", "by_payee", BY_PAYEE)
    elif merged and payment.cause != Cause.MERGER:
        yield Problem("cause", "merger_only", MERGER_ONLY)
    elif merged and payment.amount_yen < open_yen:
        yield Problem("amount_yen", "merger_whole", MERGER_WHOLE.format(open_yen=open_yen))
    elif not merged and payment.cause == Cause.MERGER:
        yield Problem("cause", "no_merger", NO_MERGER)
    elif payment.cause == Cause.RELEASE and payment.payer.company_id != claim.obligor_id:
        yield Problem("cause", "no_release", NO_RELEASE)
