"""Every record of a company's claims: for 取引履歴照会.

A company sees a record through its part in the claim, and whoever left up to the record with which he left,
as on the claim's own page (`access.events_for`).
"""

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from erec.claims.access import PRESENT, holdings_of
from erec.claims.models import Holding, RecordEvent

Kind = RecordEvent.Kind


def records_of(company_id: int) -> QuerySet[RecordEvent]:
    """The records that the company may see, with `amount_yen`: what the record was about."""
    parts = holdings_of(company_id).filter(claim=OuterRef("claim"))
    left = Q(role=Holding.Role.FORMER, left_position__gte=OuterRef("position"))
    seen = Exists(parts.filter(Q(role__in=PRESENT) | left))
    return RecordEvent.objects.filter(seen).annotate(amount_yen=_amount()).select_related("claim", "order")


def _amount() -> Case:
    """What the record itself names (a division, a payment), else the claim's amount as it was then."""
    named = Q(kind__in=[Kind.DIVISION, Kind.PAYMENT]) | Q(facts__has_key="child")
    return Case(When(named, then=_named()), default=_then(), output_field=BigIntegerField())


def _named() -> Cast:
    return Cast(KT("facts__amount_yen"), BigIntegerField())


def _before() -> Cast:
    return Cast(KT("facts__before__amount_yen"), BigIntegerField())


def _then() -> Coalesce:
    """The first record's amount as it was changed, less what was divided off, and again what came back."""
    up_to = RecordEvent.objects.filter(claim=OuterRef("claim"), position__lte=OuterRef("position"))
    change = Case(
        When(position=1, then=_named()),
        When(kind=Kind.DIVISION, then=-_named()),
        When(Q(kind=Kind.CANCELLATION, facts__has_key="child"), then=_named()),
        When(Q(kind=Kind.CHANGE, facts__has_key="amount_yen"), then=_named() - _before()),
        default=0,
        output_field=BigIntegerField(),
    )
    summed = up_to.order_by().values("claim").annotate(yen=Cast(Sum(change), BigIntegerField())).values("yen")
    return Coalesce(Subquery(summed), F("claim__original_amount_yen"))
