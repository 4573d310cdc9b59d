"""The only ways for a company to see claims: through its own holdings. Others' claims are not there.

A holder who left sees the claim as it was when he did, and nothing of whoever came after; whom a reserved
譲渡 will make holder sees what it is about (inferred; domain facts §4.8c name obligor, holder, guarantor).
"""

from collections.abc import Collection

from django.db.models import Max, QuerySet

from erec.claims.models import Claim, Guarantor, Holding, RecordEvent, Recourse

Role = Holding.Role
PRESENT: Collection[Role] = (Role.OBLIGOR, Role.HOLDER, Role.GUARANTOR)


def holdings_of(company_id: int) -> QuerySet[Holding]:
    """Every part that the company has or had. Lists read the holding's own columns, never its claim's."""
    return Holding.objects.filter(company_id=company_id)


def parts_of(company_id: int, record_number: str) -> list[Holding]:
    """The company's parts in one claim: several if it is, say, holder and guarantor. Empty: none."""
    order = list(Role)
    found = holdings_of(company_id).filter(record_number=record_number)
    return sorted(found, key=lambda holding: order.index(Role(holding.role)))


def claim_for(company_id: int, record_number: str) -> Claim:
    """The claim as the company may see it. Raises Claim.DoesNotExist for everybody who has no part.

    Of a former or coming holder's only what he may see is filled in; that row has no key and leads nowhere.
    """
    parts = parts_of(company_id, record_number)
    if not parts:
        raise Claim.DoesNotExist
    claim = Claim.objects.select_related("parent").get(pk=parts[0].claim_id)
    if parts[0].role in PRESENT:
        return claim
    return _masked(claim, parts[0])


def _masked(claim: Claim, part: Holding) -> Claim:
    seen = Claim(
        record_number=claim.record_number,
        state=part.state,
        amount_yen=part.amount_yen,
        original_amount_yen=part.amount_yen,
        due_on=claim.due_on,
        settle_on=claim.settle_on,
        accrued_on=claim.accrued_on,
        held_since=claim.accrued_on,
        restricted=claim.restricted,
        obligor_id=claim.obligor_id,
        obligor_number=claim.obligor_number,
        obligor_name=claim.obligor_name,
        fee_bearer=claim.fee_bearer,
        position=part.left_position or 0,
    )
    if part.role == Role.INCOMING:
        seen.holder_id, seen.holder_number = claim.holder_id, claim.holder_number
        seen.holder_name = claim.holder_name
    return seen


def events_for(company_id: int, record_number: str) -> QuerySet[RecordEvent]:
    """The records that the company may see, in turn: all, or until it left."""
    events = RecordEvent.objects.filter(claim__record_number=record_number).order_by("position")
    parts = holdings_of(company_id).filter(record_number=record_number)
    if parts.filter(role__in=PRESENT).exists():
        return events
    left = parts.filter(role=Role.FORMER).aggregate(last=Max("left_position"))["last"]
    return events.filter(position__lte=left or 0)


def guarantors_for(company_id: int, record_number: str) -> QuerySet[Guarantor]:
    """Who answers for the claim, in the order of joining; for those who have a part in it now."""
    present = holdings_of(company_id).filter(record_number=record_number, role__in=PRESENT)
    return Guarantor.objects.filter(claim__in=present.values("claim")).order_by("order")


def recourses_for(company_id: int, record_number: str) -> QuerySet[Recourse]:
    """特別求償権 of guarantors who paid, in the guarantors' order; for those who have a part in it now."""
    present = holdings_of(company_id).filter(record_number=record_number, role__in=PRESENT)
    found = Recourse.objects.filter(claim__in=present.values("claim"))
    return found.select_related("company").order_by("order")
