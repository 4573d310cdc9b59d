"""Partners from a file: kept when it was read, and all of it carried out, or nothing."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.partners import access
from erec.partners.actions.partners import CONTENT, check_room, write
from erec.partners.errors import Changed, HasErrors
from erec.partners.importing import Line, NumberedLine, Outcome, Preview, judged
from erec.partners.models import Partner, PartnerUpload
from erec.trail.events import Event


@transaction.atomic
def keep(file_name: str, lines: Sequence[NumberedLine], *, acting_user: User, at: datetime) -> PartnerUpload:
    """The read file waits for its confirmation, instead of the person's one before. Raises NotAllowed."""
    user = access.working(acting_user)
    content = {
        "company_id": user.company_id,
        "token": secrets.token_urlsafe(16),
        "file_name": file_name,
        "lines": list(lines),
        "made_at": at,
    }
    return PartnerUpload.objects.update_or_create(user=user, defaults=content)[0]


@transaction.atomic
def carry_out(token: str, digest: str, *, acting_user: User, at: datetime, origin: Origin) -> Preview:
    """Add and change what the preview said. `digest`: of the preview that was confirmed.

    Raises NotAllowed, Changed (another file, or it would do something else by now), HasErrors,
    LimitReached.
    """
    user = access.working(acting_user)
    upload = PartnerUpload.objects.select_for_update().filter(user=user, token=token).first()
    if upload is None:
        raise Changed
    preview = judged(upload.lines, user.company)
    if preview.count(Outcome.WRONG):
        raise HasErrors
    if preview.digest != digest:
        raise Changed
    check_room(user.company_id, preview.count(Outcome.ADD))
    _write(preview.lines, user.company_id, at)
    upload.delete()
    tell(
        Event.PARTNERS_IMPORTED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=upload.file_name,
        added=preview.count(Outcome.ADD),
        changed=preview.count(Outcome.CHANGE),
        same=preview.count(Outcome.SAME),
    )
    return preview


def _write(lines: Sequence[Line], company_id: int, at: datetime) -> None:
    """New rows for what is added; the contract's name for what is changed, and for what stays its check."""
    added: list[Partner] = []
    changed: list[Partner] = []
    for line in lines:
        if line.entry is None or line.found is None:
            raise HasErrors
        partner = line.partner or Partner(company_id=company_id)
        (changed if line.partner else added).append(partner)
        partner.version += 1 if line.outcome is Outcome.CHANGE else 0
        write(partner, line.entry, line.found, at)
    Partner.objects.bulk_create(added, batch_size=500)
    Partner.objects.bulk_update(changed, [*CONTENT, "version"], batch_size=500)
