"""取引停止処分: who failed to pay twice within six months is no obligor for two years (domain facts §4.8).

What counts is what was announced to the institutions (DefaultNotice). Several defaults on one day count once.
The two years run from 3 business days after the second default's day; whatever comes within them is neither
announced nor counted, and does not make them longer ([DN67] [DN72], 東京手形交換所規則第63条).
"""

from datetime import date, datetime, timedelta

from erec.claims import telling
from erec.claims.default_models import DefaultNotice
from erec.claims.models import Sanction
from erec.formats import bank_calendar
from erec.notices.actions import tell_many
from erec.parameters.record_rules import value_on


def is_sanctioned(company_id: int, on: date) -> bool:
    """Whether the company may be no obligor, no guarantor and no borrower on that day."""
    return Sanction.objects.filter(company_id=company_id, starts_on__lte=on, ends_on__gte=on).exists()


def standing(company_id: int, on: date) -> Sanction | None:
    """The sanction that holds on that day, or that is to come: the company itself is shown it."""
    return Sanction.objects.filter(company_id=company_id, ends_on__gte=on).order_by("starts_on").first()


def covers(company_id: int, defaulted_on: date) -> bool:
    """Whether a default of that day comes after the one that made a sanction, and before its end.

    Further defaults of the very day that made it are announced like the first.
    """
    held = Sanction.objects.filter(company_id=company_id, ends_on__gte=defaulted_on)
    return held.filter(starts_on__lt=starts_after(defaulted_on)).exists()


def starts_after(defaulted_on: date) -> date:
    """When a sanction for a second default of that day begins: 2026-11-20 gives 2026-11-26."""
    return bank_calendar.after(defaulted_on, value_on("sanction_starts_days", defaulted_on))


def lasts_to(starts_on: date) -> date:
    """The day before the same day two years later: 2026-11-26 gives 2028-11-25."""
    months = value_on("sanction_lasts_months", starts_on)
    return bank_calendar.same_day_months_later(starts_on, months) - timedelta(days=1)


def within_months(first: date, second: date) -> bool:
    """Whether two different days lie within six months: 2026-05-20 and 2026-11-20 do, 05-19 does not.

    From a month's last day to a shorter month's last day is six months too (民法第143条第2項): from
    2026-08-31 to 2027-02-28. Which end of the period the rule means is inferred.
    """
    since = bank_calendar.same_day_months_later(second, -value_on("sanction_within_months", second))
    return since <= first < second


def count(notice: DefaultNotice, at: datetime) -> Sanction | None:
    """After a default was put down: the sanction, if it makes a second one. The debtor is told.

    The caller holds the debtor's lock. A default that is counted late (an objection was given up) may be the
    first of a pair whose second came before it. Worked example: defaults on 2026-06-30 and 2026-11-20 give
    2026-11-26 to 2028-11-25.
    """
    counted = DefaultNotice.objects.filter(company_id=notice.company_id)
    days = set(counted.values_list("due_on", flat=True))
    for second in sorted(day for day in days if day >= notice.due_on):
        first = max((day for day in days if day < second), default=second)
        pair = within_months(first, second) and notice.due_on in (first, second)
        if pair and not is_sanctioned(notice.company_id, starts_after(second)):
            return _impose(notice, starts_after(second), at)
    return None


def _impose(notice: DefaultNotice, starts_on: date, at: datetime) -> Sanction:
    months = value_on("sanction_within_months", notice.due_on)
    sanction = Sanction.objects.create(
        company_id=notice.company_id,
        default=notice,
        starts_on=starts_on,
        ends_on=lasts_to(starts_on),
        reason=f"{months}か月以内に2回の支払不能",
        recorded_at=at,
    )
    tell_many([telling.sanctioned(sanction)], at=at)
    return sanction
