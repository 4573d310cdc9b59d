"""入力の途中: what somebody types is kept as he goes, so that a session may end without losing it.

No step of a request yet, so nothing is told to the trail: the entry itself will be.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from erec.members.catalogue import Tick
from erec.workflow import access
from erec.workflow.errors import NotThere, RightMissing
from erec.workflow.models import Version, WorkingCopy
from erec.workflow.types import TYPES

COPIES_MAX = 30  # of one person; beyond that the oldest go (inferred: nobody types at so many things at once)


@transaction.atomic
def keep(
    token: str,
    type_code: str,
    content: dict[str, Any],
    *,
    request_no: str = "",
    version: int | None = None,
    acting_user: User,
    at: datetime,
) -> None:
    """Keep what the page `token` holds now. Nothing, if that page has been entered meanwhile.

    `request_no` and `version`: the request that is being mended, as the page showed it. Raises RightMissing,
    and NotThere for a request that is not the company's.
    """
    actor = access.acting(acting_user)
    if not actor.may(TYPES[type_code].business, Tick.MAKER):
        raise RightMissing
    if Version.objects.filter(token=token).exists():
        return
    mended = access.request_for(actor.member, actor.grants, request_no) if request_no else None
    if mended is not None and mended.type != type_code:
        raise NotThere
    values = {
        "type": type_code,
        "content": content,
        "request": mended,
        "version": version if mended else None,
        "updated_at": at,
    }
    WorkingCopy.objects.update_or_create(
        token=token, member=actor.member, company=actor.company, defaults=values
    )
    kept = access.working_copies(actor.member).values_list("pk", flat=True)[:COPIES_MAX]
    WorkingCopy.objects.filter(member=actor.member).exclude(pk__in=list(kept)).delete()


@transaction.atomic
def keep_comment(token: str, comment: str, *, acting_user: User, at: datetime) -> None:
    """What the maker wants to tell the checker, beside the form that is kept."""
    actor = access.acting(acting_user)
    access.working_copies(actor.member).filter(token=token).update(comment=comment, updated_at=at)


@transaction.atomic
def discard(token: str, *, acting_user: User) -> None:
    """Throw one's own away; nothing if it is not there (any more)."""
    actor = access.acting(acting_user)
    access.working_copies(actor.member).filter(token=token).delete()
