"""取引停止処分: who failed to pay twice within six months is no obligor for two years (domain facts §4.8).

Several defaults on one day count once. The two years run from 3 business days after the second default's
day, and later defaults within them do not make them longer ([DN67] [DN72]).
"""

from datetime import date, datetime, timedelta

from erec.claims.models import Sanction, SettlementResult
from erec.formats import bank_calendar

WITHIN_MONTHS = 6
STARTS_AFTER_DAYS = 3
LASTS_MONTHS = 24
REASON = "6か月以内に2回の支払不能"


def is_sanctioned(company_id: int, on: date) -> bool:
    return Sanction.objects.filter(company_id=company_id, starts_on__lte=on, ends_on__gte=on).exists()


def count_default(company_id: int, defaulted_on: date, at: datetime) -> Sanction | None:
    """After a default was written down: the sanction, if this was the second and none holds already.

    Worked example: defaults on 2026-06-30 and 2026-11-20 give 2026-11-26 to 2028-11-25.
    """
    starts_on = bank_calendar.after(defaulted_on, STARTS_AFTER_DAYS)
    since = bank_calendar.same_day_months_later(defaulted_on, -WITHIN_MONTHS)
    earlier = SettlementResult.objects.filter(
        obligor_id=company_id,
        outcome=SettlementResult.Outcome.DEFAULTED,
        due_on__gte=since,
        due_on__lt=defaulted_on,
    )
    if not earlier.exists() or is_sanctioned(company_id, starts_on):
        return None
    return Sanction.objects.create(
        company_id=company_id,
        starts_on=starts_on,
        ends_on=bank_calendar.same_day_months_later(starts_on, LASTS_MONTHS) - timedelta(days=1),
        reason=REASON,
        recorded_at=at,
    )
