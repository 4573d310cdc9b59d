"""A master from a file: kept when it was chosen, and all of it carried out, or nothing."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.accounting import access
from erec.accounting.errors import Changed, HasErrors
from erec.accounting.importing import Line, Outcome, Preview, columns_of, judged
from erec.accounting.models import Kind, MasterUpload
from erec.accounting.policy import MASTERS
from erec.trail.events import Event

_BATCH = 1000


@transaction.atomic
def keep(
    kind: Kind,
    mode: MasterUpload.Mode,
    profile: str,
    file_name: str,
    content: bytes,
    *,
    acting_user: User,
    at: datetime,
) -> MasterUpload:
    """The chosen file waits for its confirmation, instead of the person's one before.

    Raises NotAllowed, Unreadable (nothing of the file can be used; the one before stays).
    """
    user = access.working(acting_user)
    chosen: dict[str, Any] = {
        "company_id": user.company_id,
        "token": secrets.token_urlsafe(16),
        "kind": kind,
        "mode": mode,
        "profile": profile,
        "file_name": file_name,
        "content": content,
        "made_at": at,
    }
    judged(MasterUpload(user=user, **chosen))
    return MasterUpload.objects.update_or_create(user=user, defaults=chosen)[0]


@transaction.atomic
def carry_out(token: str, digest: str, *, acting_user: User, at: datetime, origin: Origin) -> Preview:
    """What the preview said. `digest`: of the preview that was confirmed.

    Raises NotAllowed, Changed (another file, or it would do something else by now), HasErrors.
    """
    user = access.working(acting_user)
    upload = MasterUpload.objects.select_for_update().filter(user=user, token=token).first()
    if upload is None:
        raise Changed
    preview = judged(upload)
    if preview.count(Outcome.WRONG):
        raise HasErrors
    if preview.digest != digest:
        raise Changed
    kind = Kind(upload.kind)
    _write(kind, preview.lines, user.company_id, at)
    upload.delete()
    tell(
        Event.MASTERS_IMPORTED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=kind.label,
        file=upload.file_name,
        added=preview.count(Outcome.ADD),
        changed=preview.count(Outcome.CHANGE),
        gone=preview.count(Outcome.GONE),
        same=preview.count(Outcome.SAME),
    )
    return preview


def _write(kind: Kind, lines: Sequence[Line], company_id: int, at: datetime) -> None:
    """A changed row keeps its id; `read_at` says when each was last in a file."""
    layout = MASTERS[kind]
    rows = layout.model._default_manager
    rows.filter(pk__in=_of(lines, Outcome.GONE)).delete()
    rows.filter(pk__in=_of(lines, Outcome.SAME)).update(read_at=at)
    new = (
        layout.model(
            company_id=company_id, cells=list(line.cells), read_at=at, **columns_of(kind, line.cells)
        )
        for line in lines
        if line.outcome in (Outcome.ADD, Outcome.CHANGE)
    )
    rows.bulk_create(
        new,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["company", *layout.key],
        update_fields=[
            "cells",
            "read_at",
            *(name for name in layout.columns.values() if name not in layout.key),
        ],
    )


def _of(lines: Sequence[Line], outcome: Outcome) -> list[int]:
    return [line.row.pk for line in lines if line.outcome is outcome and line.row]
