"""Stopping a person: sessions and certificates end in the same transaction."""

from datetime import datetime

from django.db import transaction

from accounts.errors import NotUsable
from accounts.models import User
from accounts.origin import Origin, tell
from certs import access
from certs.actions.revocation import revoke_all
from certs.models import RevocationReason
from erec.trail.events import Event


@transaction.atomic
def suspend_user(
    user: User, reason: RevocationReason, *, acting_user: User | None, at: datetime, origin: Origin
) -> int:
    """利用停止: the person is out from the next click on; returns how many certificates were revoked.

    Raises NotYours, NotUsable (already stopped or deleted).
    """
    access.check_may_revoke(acting_user, user)
    user = User.objects.select_for_update(of=("self",)).select_related("company").get(pk=user.pk)
    if user.status != User.Status.ACTIVE:
        raise NotUsable
    user.status = User.Status.SUSPENDED
    user.save(update_fields=["status"])
    revoked = revoke_all(user, reason, at)
    tell(
        Event.USER_SUSPENDED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=user.company_id,
        target=user.login_id,
        reason=reason,
        revoked=revoked,
    )
    return revoked


@transaction.atomic
def resume_user(user: User, *, acting_user: User | None, at: datetime, origin: Origin) -> None:
    """利用再開: the person may fetch a new certificate once one is issued. Raises NotYours, NotUsable."""
    access.check_may_manage(acting_user, user)
    user = User.objects.select_for_update(of=("self",)).select_related("company").get(pk=user.pk)
    if user.status != User.Status.SUSPENDED:
        raise NotUsable
    user.status = User.Status.ACTIVE
    user.save(update_fields=["status"])
    tell(
        Event.USER_RESUMED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=user.company_id,
        target=user.login_id,
    )
