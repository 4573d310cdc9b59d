"""What time brings: reminders before a certificate ends, a fresh responder certificate."""

from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.origin import Origin, tell
from certs import authority, demo, mails, policy
from certs.models import ClientCertificate
from erec.trail.events import Event

WORKER = Origin(door="worker")


@shared_task
def send_reminders() -> None:
    remind(timezone.now())


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
    longest = max(policy.REMINDER_DAYS)
    ending = ClientCertificate.objects.filter(
        not_after__gt=at,
        not_after__lte=at + timedelta(days=longest),
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
    mails.ends_soon(certificate, days, at)
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
