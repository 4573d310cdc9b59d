"""The end of a session."""

from datetime import datetime

from django.db import transaction

from accounts import sessions
from accounts.models import User, UserSession
from accounts.origin import Origin, tell
from erec.trail.events import Event


@transaction.atomic
def end_session(session: UserSession, because: UserSession.End, *, at: datetime, origin: Origin) -> bool:
    """End an open session: left by its owner, idle, too old, or shown with another certificate."""
    rows = UserSession.objects.select_for_update().filter(key_hash=session.key_hash, ended_at=None)
    if rows.first() is None:
        return False
    user = User.objects.get(pk=session.user_id)
    sessions.end([user.pk], because, at)
    tell(
        Event.LOGGED_OUT if because == UserSession.End.LOGOUT else Event.SESSION_ENDED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=user.login_id,
        reason=because,
    )
    return True
