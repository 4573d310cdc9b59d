"""How many notices wait, for the frame of every page of the service."""

from functools import cache
from typing import Any

from django.http import HttpRequest

from erec.notices import access


def unread(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `unread_notices`, asked of the database only where a template prints it."""

    @cache
    def count() -> int:
        member = getattr(request, "member", None)
        return access.unread_count(member, request.grants, request.at) if member else 0  # type: ignore[attr-defined]

    return {"unread_notices": count}
