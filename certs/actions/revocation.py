"""失効: one certificate, or all that a person has."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import second
from accounts.access import locked_for
from accounts.models import User, UserSession
from accounts.origin import Origin, tell
from accounts.policy import Act
from accounts.sessions import End, end
from certs import access, mails
from certs.errors import NothingToDo
from certs.models import ClientCertificate, Issue, RevocationReason
from erec.trail.events import Event


@transaction.atomic
def revoke(
    certificate: ClientCertificate,
    reason: RevocationReason,
    *,
    acting_user: User | None,
    at: datetime,
    origin: Origin,
    approved_in: str = "",
) -> None:
    """The certificate opens no door from the next request on; its session ends.

    Raises NotAllowed, NothingToDo (it is revoked already), NeedsSecond (another master's).
    """
    locked_for(acting_user, Act.REVOKE, certificate.user)
    certificate = access.locked(certificate.pk)
    if certificate.revoked_at is not None:
        raise NothingToDo
    second.check(second.Kind.REVOKE, acting_user, certificate.user, approved_in)
    _revoke(certificate, reason, at)
    if UserSession.objects.filter(
        user=certificate.user, certificate_id=certificate.pk, ended_at=None
    ).exists():
        end([certificate.user_id], End.STOPPED, at)
    tell(
        Event.CERTIFICATE_REVOKED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=certificate.user.company_id,
        target=certificate.user.login_id,
        serial=certificate.serial,
        reason=reason,
        **second.told(approved_in),
    )


@dataclass(frozen=True)
class Ended:
    """What went with a person: certificates, unused rights to fetch one, sessions."""

    certificates: int
    rights: int
    sessions: int


def revoke_all(user: User, reason: RevocationReason, at: datetime) -> Ended:
    """Every certificate and every unused right of `user`, and the session, inside the caller's action."""
    rights = Issue.objects.filter(user=user, fetched_at=None, cancelled_at=None).update(cancelled_at=at)
    held = list(
        ClientCertificate.objects.select_for_update(of=("self",))
        .select_related("user__company")
        .filter(user=user)
        .order_by("pk")
    )
    for certificate in held:
        _revoke(certificate, reason, at)
    return Ended(len(held), rights, end([user.pk], End.STOPPED, at))


def _revoke(certificate: ClientCertificate, reason: RevocationReason, at: datetime) -> None:
    certificate.revoked_at, certificate.revocation_reason = at, reason
    certificate.save(update_fields=["revoked_at", "revocation_reason"])
    mails.revoked(certificate, at)
