"""The only ways to a certificate's row. Who may manage whose: accounts.policy.MAY."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from certs.models import ClientCertificate, Issue


def locked(pk: int) -> ClientCertificate:
    rows = ClientCertificate.everyone.select_for_update(of=("self",)).select_related("user__company")
    return rows.get(pk=pk)


def by_fingerprint(fingerprint: str) -> ClientCertificate | None:
    """The row of a presented certificate, usable or not: one indexed look-up a request."""
    return ClientCertificate.everyone.select_related("user__company").filter(fingerprint=fingerprint).first()


def live_certificates(user: User, at: datetime) -> QuerySet[ClientCertificate]:
    """Neither revoked nor expired nor renewed: what counts against the limit."""
    held = ClientCertificate.everyone.filter(user=user, revoked_at__isnull=True)
    return held.filter(not_after__gte=at, renewed_by__isnull=True)


def of_user(user: User) -> QuerySet[ClientCertificate]:
    """Everything the person ever fetched, newest first."""
    return ClientCertificate.everyone.filter(user=user).order_by("-pk")


def open_issue(user: User) -> Issue | None:
    return Issue.objects.filter(user=user, fetched_at=None, cancelled_at=None).first()


def newest_of(user: User) -> tuple[Issue | None, ClientCertificate | None]:
    """The right that is still open, and the newest certificate."""
    return open_issue(user), of_user(user).first()


def held_by(user: User) -> QuerySet[ClientCertificate]:
    """Not revoked, whether expired or not: what a stop or a reissue ends."""
    return of_user(user).filter(revoked_at__isnull=True)


def standing(user: User) -> str:
    """Where the person's certificates stand, as one word that changes with every act on them."""
    right = open_issue(user)
    held = held_by(user).values_list("pk", flat=True)
    return ":".join([right.code_hash[:16] if right else "", *map(str, held)])
