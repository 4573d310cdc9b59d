"""記録事項の開示: what the record book holds of a claim, as a sheet of paper that says who asked and when.

通常開示 (domain facts §4.8c): of the claims in which the company has a part, and of them what `access` lets
it see. Who assigned a claim stays out ([82F6]); what is left out is said on the sheet, with the reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.claims import access, reading
from erec.claims.models import Claim, Guarantor, Holding, RecordEvent, Recourse
from erec.claims.reading import Facts, Told
from erec.claims.story import state_of
from erec.trail.events import Event

SHEETS_MAX = 50

ASSIGNOR_LEFT_OUT = "通常開示では表示しません"
LEFT_OUT_ASSIGNOR = (
    "譲渡人：譲渡された債権の譲渡人は、通常開示では表示されません（誤りではありません）。"
    "自社が当事者の譲渡記録には、表示されます。"
)
LEFT_OUT_AFTER = "譲渡の後の記録：債権者でなくなった後の内容は、開示の対象ではありません。"
LEFT_OUT_BEFORE = "これまでの記録：譲渡の予約の段階では、開示されません。譲渡の日から表示されます。"
LEFT_OUT_REST = "そのほかの記録事項：特例開示（書面での請求）が必要です。お取引店にご相談ください。"


@dataclass(frozen=True)
class Sheet:
    """One claim's. `recourses`: who paid as guarantor, what, and what is open of it."""

    record_number: str
    facts: Facts
    guarantors: Sequence[Guarantor]
    recourses: Sequence[Recourse]
    history: Sequence[Told]
    left_out: Sequence[str]


@transaction.atomic
def disclose(numbers: Sequence[str], *, acting_user: User, at: datetime, origin: Origin) -> list[Sheet]:
    """The sheets of these claims, each once. Raises Claim.DoesNotExist if the company has no part in one.

    Every sheet is an event of its own: who looks a claim up in 操作履歴 finds each time it was disclosed.
    """
    wanted = list(dict.fromkeys(numbers))
    sheets = [_sheet(acting_user.company_id, number) for number in wanted]
    for number in wanted:
        tell(
            Event.CLAIM_DISCLOSED,
            at=at,
            origin=origin,
            acting_user=acting_user,
            company_id=acting_user.company_id,
            target=number,
        )
    return sheets


def _sheet(company_id: int, number: str) -> Sheet:
    claim = access.claim_for(company_id, number)
    parts = access.parts_of(company_id, number)
    events = list(access.events_for(company_id, number))
    results = claim.settlement_results.all() if claim.pk else ()
    assigned = any(event.kind == RecordEvent.Kind.ASSIGNMENT for event in events)
    return Sheet(
        number,
        tuple(_facts(claim, parts, assigned)),
        list(access.guarantors_for(company_id, number)),
        list(access.recourses_for(company_id, number)),
        reading.history(events, results, company_id),
        tuple(_left_out(parts[0], assigned)),
    )


def _facts(claim: Claim, parts: Sequence[Holding], assigned: bool) -> Iterator[tuple[str, str]]:
    yield "記録番号", claim.record_number
    yield "状態", state_of(parts[0])
    yield "債権金額", reading.yen(claim.amount_yen)
    if claim.original_amount_yen != claim.amount_yen:
        yield "発生時の債権金額", reading.yen(claim.original_amount_yen)
    if claim.pk:
        yield "支払等の金額", reading.yen(claim.paid_yen)
    yield "支払期日", reading.day(claim.due_on)
    yield "発生日", reading.day(claim.accrued_on)
    yield "債務者", _party(claim.obligor_name, claim.obligor_number, claim.obligor_account)
    if claim.holder_name:
        yield "債権者", _party(claim.holder_name, claim.holder_number, claim.holder_account)
    yield "譲渡人", ASSIGNOR_LEFT_OUT if assigned else "なし"
    yield "譲渡制限", "有（金融機関への譲渡だけ）" if claim.restricted else "無"
    yield "手数料", claim.fee_bearer
    if claim.reference:
        yield "依頼人Ref.No.", claim.reference
    yield "請求した企業の立場", "・".join(part.get_role_display() for part in parts)


def _party(name: str, number: str, account: str) -> str:
    words = f"{name}（{number}）"
    return f"{words} {reading.account_words(account)}" if account else words


def _left_out(part: Holding, assigned: bool) -> Iterator[str]:
    if assigned:
        yield LEFT_OUT_ASSIGNOR
    if part.role == Holding.Role.FORMER:
        yield LEFT_OUT_AFTER
    if part.role == Holding.Role.INCOMING:
        yield LEFT_OUT_BEFORE
    yield LEFT_OUT_REST
