"""What every page's frame shows: the brand, the door, who is logged in and how long the session lasts."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from erec.doors import door_of
from erec.parameters.table import value


def brand() -> dict[str, Any]:
    """The words that stand on every page, also where there is no request (error pages, mail)."""
    return {
        "brand_service": f"{settings.BRAND}電子記録債権サービス",
        "institution": settings.INSTITUTION,
        "entry_url": settings.ENTRY_URL,
        "cert_url": settings.CERT_URL,
    }


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Reads what the middleware left on the request; asks the database nothing."""
    return {
        **brand(),
        "door": door_of(request),
        "user": getattr(request, "user", None),
        "previous_login": _previous_login(request),
        "session_expires_in": _seconds_left(request),
        "session_warning": value("session_warning_seconds"),
    }


def _previous_login(request: HttpRequest) -> datetime | None:
    """The session keeps it as text, because session data is JSON."""
    text = getattr(request, "previous_login", None)
    return datetime.fromisoformat(text) if text else None


def _seconds_left(request: HttpRequest) -> int | None:
    """Until the session ends by idleness or by its absolute limit, whichever is first; None without one."""
    row = getattr(request, "session_row", None)
    if row is None:
        return None
    now: datetime = getattr(request, "at", None) or timezone.now()
    idle_end = row.last_seen_at + timedelta(minutes=value("session_idle_minutes"))
    absolute_end = row.started_at + timedelta(minutes=value("session_absolute_minutes"))
    return max(0, int((min(idle_end, absolute_end) - now).total_seconds()))
