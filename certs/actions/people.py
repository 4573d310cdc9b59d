"""Stopping, resuming and deleting a person: sessions and certificates end in the same transaction."""

from datetime import datetime

from django.db import transaction

from accounts import access, second
from accounts import seen as seen_before
from accounts.errors import LastMaster, NotUsable
from accounts.models import User
from accounts.origin import Origin, tell
from accounts.policy import Act
from accounts.seen import Seen
from certs.actions.revocation import Ended, revoke_all
from certs.models import RevocationReason
from erec.parameters import table
from erec.trail.events import Event


@transaction.atomic
def suspend_user(
    user: User,
    reason: RevocationReason,
    *,
    acting_user: User | None,
    at: datetime,
    origin: Origin,
    even_the_last: bool = False,
    approved_in: str = "",
) -> Ended:
    """利用停止: the person is out from the next click on, before any ユーザ更新.

    It asks for no `seen`: a stop is never refused because somebody else changed the name. The last master
    may stop himself if he knows it (`even_the_last`); only the institution can resume him. Raises
    NotAllowed, NotUsable (already stopped or deleted), LastMaster, NeedsSecond (another master).
    """
    user = access.locked_for(acting_user, Act.SUSPEND, user)
    if user.status != User.Status.ACTIVE:
        raise NotUsable
    if acting_user is not None and not even_the_last:
        _keep_masters(user, at_least=1)
    second.check(second.Kind.SUSPEND, acting_user, user, approved_in)
    user.status = User.Status.SUSPENDED
    user.save(update_fields=["status"])
    ended = revoke_all(user, reason, at)
    _tell(
        Event.USER_SUSPENDED,
        user,
        reason,
        ended,
        acting_user=acting_user,
        at=at,
        origin=origin,
        approved_in=approved_in,
    )
    return ended


@transaction.atomic
def delete_user(
    user: User,
    reason: RevocationReason,
    *,
    acting_user: User | None,
    seen: Seen | None,
    at: datetime,
    origin: Origin,
    approved_in: str = "",
) -> Ended:
    """削除: as a stop, for good. The row stays, so that histories keep the name and the ID stays taken.

    Raises NotAllowed, NotUsable (deleted already), Changed (since `seen`), LastMaster (fewer than
    `masters_min` would be left), NeedsSecond (another master).
    """
    user = access.locked_for(acting_user, Act.DELETE, user)
    if user.status == User.Status.DELETED:
        raise NotUsable
    if acting_user is not None:
        seen_before.check_unchanged(seen, user, seen_before.FOR_DELETION)
        _keep_masters(user, at_least=table.value("masters_min"))
    second.check(second.Kind.DELETE, acting_user, user, approved_in)
    user.status = User.Status.DELETED
    user.save(update_fields=["status"])
    ended = revoke_all(user, reason, at)
    _tell(
        Event.USER_DELETED,
        user,
        reason,
        ended,
        acting_user=acting_user,
        at=at,
        origin=origin,
        approved_in=approved_in,
    )
    return ended


@transaction.atomic
def resume_user(user: User, *, acting_user: User | None, at: datetime, origin: Origin) -> None:
    """利用再開: the person may fetch a new certificate once one is issued. Raises NotAllowed, NotUsable."""
    user = access.locked_for(acting_user, Act.RESUME, user)
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


def _keep_masters(user: User, *, at_least: int) -> None:
    """Raises LastMaster if too few active masters would be left without `user`."""
    if user.is_master and user.status == User.Status.ACTIVE:
        others = access.active_masters(user.company).exclude(pk=user.pk)
        if others.count() < at_least:
            raise LastMaster


def _tell(
    event: Event,
    user: User,
    reason: RevocationReason,
    ended: Ended,
    *,
    acting_user: User | None,
    at: datetime,
    origin: Origin,
    approved_in: str,
) -> None:
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=user.company_id,
        target=user.login_id,
        reason=reason,
        revoked=ended.certificates,
        rights=ended.rights,
        sessions=ended.sessions,
        **second.told(approved_in),
    )
