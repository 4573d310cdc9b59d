"""Entering the densai side in its own tab, and leaving it while the portal session goes on."""

from datetime import datetime

from django.db import transaction

from accounts.models import User, UserSession
from accounts.origin import Origin, tell
from erec.trail.events import Event


@transaction.atomic
def enter(session: UserSession, *, acting_user: User, at: datetime, origin: Origin) -> bool:
    """Begin 電子記録債権サービス in this session; False if it was begun already."""
    return _set_entered(session, at, Event.DENSAI_ENTERED, acting_user=acting_user, at=at, origin=origin)


@transaction.atomic
def leave(session: UserSession, *, acting_user: User, at: datetime, origin: Origin) -> bool:
    """End it; False if it was ended already."""
    return _set_entered(session, None, Event.DENSAI_LEFT, acting_user=acting_user, at=at, origin=origin)


def _set_entered(
    session: UserSession,
    entered_at: datetime | None,
    event: Event,
    *,
    acting_user: User,
    at: datetime,
    origin: Origin,
) -> bool:
    rows = UserSession.objects.filter(
        pk=session.pk,
        key_hash=session.key_hash,
        ended_at=None,
        densai_entered_at__isnull=entered_at is not None,
    )
    if not rows.update(densai_entered_at=entered_at):
        return False
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=acting_user.company_id,
        target=acting_user.login_id,
    )
    return True
