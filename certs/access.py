"""The only ways to a certificate's row, and who may manage whose."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from certs.errors import NotYours
from certs.models import ClientCertificate, Issue


def check_may_manage(acting_user: User | None, user: User) -> None:
    """発行・再発行: a master for the general users of the company, the institution (None) for anybody."""
    if acting_user is None:
        return
    same = acting_user.company_id == user.company_id
    if not (same and acting_user.is_active and acting_user.is_master and not user.is_master):
        raise NotYours


def check_may_revoke(acting_user: User | None, user: User) -> None:
    """失効: as above, and everybody his own (a lost PC must not wait)."""
    if acting_user is None or acting_user.pk == user.pk:
        return
    check_may_manage(acting_user, user)


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
