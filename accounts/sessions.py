"""Sessions in one table, one row per user (Django's session engine `accounts.sessions`).

The cookie holds a random key, the row only its SHA-256. There are no sessions before login: rows are
begun by `begin`, inside the action that lets somebody in, and nowhere else.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import get_random_string

from accounts.models import UserSession
from erec.parameters import table

End = UserSession.End


def new_key() -> str:
    """190 bits, as Django's own keys."""
    return get_random_string(32)


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(SessionBase):
    """What Django's SessionMiddleware loads and saves; `row` is the open session, if there is one."""

    row: UserSession | None = None

    def load(self) -> dict[str, Any]:
        self.row = UserSession.objects.filter(key_hash=hash_of(self.session_key or ""), ended_at=None).first()
        return self.decode(self.row.data) if self.row else {}

    def exists(self, session_key: str) -> bool:
        return UserSession.objects.filter(key_hash=hash_of(session_key)).exists()

    def create(self) -> None:
        """Nobody's session is kept nowhere: its key would only be a cookie to steal."""

    def save(self, must_create: bool = False) -> None:
        """A session that ended meanwhile stays ended; what the request wanted to keep goes with it."""
        data = self.encode(dict(self.items()))
        UserSession.objects.filter(key_hash=hash_of(self.session_key or ""), ended_at=None).update(data=data)

    def cycle_key(self) -> None:
        """A new key for the same row, after a change of what the session may do."""
        self.items()  # loads
        key = new_key()
        if self.row is not None:
            self.row.key_hash = hash_of(key)
            self.row.save(update_fields=["key_hash"])
            self._session_key = key
            self.modified = True

    def delete(self, session_key: str | None = None) -> None:
        """Rows stay: they say why a session ended."""

    @classmethod
    def clear_expired(cls) -> None:
        """Nothing to clear: one row per user."""


def limits(session: UserSession) -> tuple[datetime, datetime]:
    """When the session ends if nothing is done, and when at the latest."""
    idle = session.last_seen_at + timedelta(minutes=table.value("session_idle_minutes"))
    absolute = session.started_at + timedelta(minutes=table.value("session_absolute_minutes"))
    return min(idle, absolute), absolute


def reason_to_end(session: UserSession, *, certificate_id: int | None, at: datetime) -> End | None:
    """Why this open session may not go on; None if it may."""
    ends_at, absolute = limits(session)
    if at >= absolute:
        return End.ABSOLUTE
    if at >= ends_at:
        return End.IDLE
    if session.certificate_id != certificate_id:
        return End.CERTIFICATE
    return None


def end_of_key(key: str) -> str:
    """Why the session with this cookie ended; empty if the key was never one of a user's last two."""
    hashed = hash_of(key)
    row = UserSession.objects.filter(key_hash=hashed).first()
    if row is not None:
        return row.ended_because
    row = UserSession.objects.filter(previous_key_hash=hashed).first()
    return row.previous_ended_because if row is not None else ""


def begin(
    *, user_id: int, key: str, data: dict[str, Any], certificate_id: int, address: str, at: datetime
) -> None:
    """The user's one session is now this one; the older is told that it was replaced.

    Inside the caller's transaction. Two logins at once are ordered by the row's lock; the later stays.
    """
    made: dict[str, Any] = {
        "key_hash": hash_of(key),
        "data": SessionStore().encode(data),
        "certificate_id": certificate_id,
        "address": address,
        "started_at": at,
        "last_seen_at": at,
    }
    row, created = UserSession.objects.select_for_update().get_or_create(user_id=user_id, defaults=made)
    if created:
        return
    UserSession.objects.filter(pk=row.pk).update(
        **made,
        previous_key_hash=row.key_hash,
        previous_ended_because=row.ended_because or End.REPLACED,
        densai_entered_at=None,
        ended_at=None,
        ended_because="",
    )


def end(user_ids: list[int], because: End, at: datetime) -> int:
    """End the open sessions of these users, inside the caller's transaction; how many there were."""
    return UserSession.objects.filter(user_id__in=user_ids, ended_at=None).update(
        ended_at=at, ended_because=because, densai_entered_at=None, data=""
    )
