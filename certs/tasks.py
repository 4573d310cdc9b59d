"""What time brings: reminders before a certificate ends, a fresh responder certificate."""

from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.origin import Origin, tell
from certs import authority, demo, mails, policy
from certs.models import ClientCertificate, Issue
from erec.trail.events import Event

WORKER = Origin(door="worker")


@shared_task
def send_reminders() -> None:
    remind(timezone.now())
    tell_lapsed(timezone.now())


@shared_task
def keep_authority_fresh() -> None:
    authority.renew_responder(timezone.now())


@shared_task
def forget_demo_codes() -> None:
    if settings.CONFIG["EREC_DEMO"]:
        demo.forget_used_codes()


def remind(at: datetime) -> int:
    """A mail per certificate for the nearest of REMINDER_DAYS, once each; how many were due.

    A day that was missed (the service stood still) is not made up for by several mails at once. Renewed
    certificates are left alone. Running twice sends nothing twice.
    """
    # Those that ended long ago (before this service watched them) are not news any more.
    ending = ClientCertificate.objects.filter(
        not_after__gt=at - timedelta(days=7),
        not_after__lte=at + timedelta(days=max(policy.REMINDER_DAYS)),
        renewed_by__isnull=True,
        user__status=User.Status.ACTIVE,
        user__company__stopped_at__isnull=True,
    )
    sent = 0
    for certificate in ending.order_by("pk").iterator():
        days = min(d for d in policy.REMINDER_DAYS if certificate.not_after <= at + timedelta(days=d))
        sent += _remind_once(certificate.pk, days, at)
    return sent


@transaction.atomic
def _remind_once(pk: int, days: int, at: datetime) -> bool:
    rows = ClientCertificate.objects.select_for_update(of=("self",)).select_related("user__company")
    certificate = rows.get(pk=pk)
    if certificate.reminded_days is not None and certificate.reminded_days <= days:
        return False
    certificate.reminded_days = days
    certificate.save(update_fields=["reminded_days"])
    mails.ends(certificate, days, at)
    tell(
        Event.CERTIFICATE_REMINDER_SENT,
        at=at,
        origin=WORKER,
        acting_user=None,
        company_id=certificate.user.company_id,
        target=certificate.user.login_id,
        serial=certificate.serial,
        days=days,
    )
    return True


def tell_lapsed(at: datetime) -> int:
    """A mail for each right to fetch whose window ended unused, once; how many there were."""
    lapsed = Issue.objects.filter(
        fetched_at=None, cancelled_at=None, fetch_until__lt=at, lapse_told_at=None
    ).order_by("pk")
    return sum(_tell_lapsed_once(pk, at) for pk in lapsed.values_list("pk", flat=True))


@transaction.atomic
def _tell_lapsed_once(pk: int, at: datetime) -> bool:
    issue = Issue.objects.select_for_update(of=("self",)).select_related("user__company").get(pk=pk)
    if issue.lapse_told_at is not None or issue.fetched_at is not None or issue.cancelled_at is not None:
        return False
    issue.lapse_told_at = at
    issue.save(update_fields=["lapse_told_at"])
    mails.window_over(issue, at)
    tell(
        Event.CERTIFICATE_WINDOW_OVER,
        at=at,
        origin=WORKER,
        acting_user=None,
        company_id=issue.user.company_id,
        target=issue.user.login_id,
    )
    return True
