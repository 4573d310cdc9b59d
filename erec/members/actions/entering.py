"""Entering the densai side in its own tab, and leaving it while the portal session goes on."""

from datetime import datetime

from django.db import transaction

from accounts.models import User, UserSession
from accounts.origin import Origin, tell
from erec.members.errors import NotRefreshed
from erec.members.models import Member
from erec.trail.events import Event


@transaction.atomic
def enter(session: UserSession, *, acting_user: User, at: datetime, origin: Origin) -> bool:
    """Begin 電子記録債権サービス in this session; False if it was begun already.

    Entering refreshes one's own copy (domain facts §1.4): a master's row is made by it; a general user
    must have come through ユーザ更新. Raises NotRefreshed.
    """
    member = Member.objects.select_for_update().filter(user=acting_user).first()
    if member is None and not acting_user.is_master:
        raise NotRefreshed
    copy_of(acting_user, member, at)
    rows = UserSession.objects.filter(pk=session.pk, key_hash=session.key_hash, ended_at=None)
    if not rows.filter(densai_entered_at=None).update(densai_entered_at=at):
        return False
    _record(Event.DENSAI_ENTERED, acting_user, at, origin)
    return True


@transaction.atomic
def leave(session: UserSession, *, acting_user: User, at: datetime, origin: Origin) -> bool:
    """End it; False if it was ended already."""
    rows = UserSession.objects.filter(pk=session.pk, key_hash=session.key_hash, ended_at=None)
    if not rows.exclude(densai_entered_at=None).update(densai_entered_at=None):
        return False
    _record(Event.DENSAI_LEFT, acting_user, at, origin)
    return True


def copy_of(user: User, member: Member | None, at: datetime) -> Member:
    """The member's row as the portal has the user now, in the caller's transaction."""
    member = member or Member(user=user, company_id=user.company_id)
    member.login_id, member.name, member.mail = user.login_id, user.name, user.mail
    member.kind, member.status, member.refreshed_at = user.kind, user.status, at
    member.save()
    return member


def _record(event: Event, user: User, at: datetime, origin: Origin) -> None:
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=user.login_id,
    )
