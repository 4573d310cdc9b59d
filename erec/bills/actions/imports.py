"""Bills from a file: kept when it was read, and all of it carried out, or nothing."""

import secrets
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.bills import access
from erec.bills.actions.bills import check_room, write
from erec.bills.errors import Changed, HasErrors
from erec.bills.forms import BillEntry
from erec.bills.importing import Line, NumberedLine, Outcome, Preview, judged
from erec.bills.models import Bill, BillUpload
from erec.trail.events import Event

CONTENT = (*(each.name for each in fields(BillEntry)), "changed_at", "version")


@transaction.atomic
def keep(file_name: str, lines: Sequence[NumberedLine], *, acting_user: User, at: datetime) -> BillUpload:
    """The read file waits for its confirmation, instead of the person's one before. Raises NotAllowed."""
    user = access.working(acting_user)
    content = {
        "company_id": user.company_id,
        "token": secrets.token_urlsafe(16),
        "file_name": file_name,
        "lines": list(lines),
        "made_at": at,
    }
    return BillUpload.objects.update_or_create(user=user, defaults=content)[0]


@transaction.atomic
def carry_out(token: str, digest: str, *, acting_user: User, at: datetime, origin: Origin) -> Preview:
    """Add and change what the preview said. `digest`: of the preview that was confirmed.

    Raises NotAllowed, Changed (another file, or it would do something else by now), HasErrors,
    LimitReached.
    """
    user = access.working(acting_user)
    upload = BillUpload.objects.select_for_update().filter(user=user, token=token).first()
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
        Event.BILLS_IMPORTED,
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
    added: list[Bill] = []
    changed: list[Bill] = []
    for line in lines:
        if line.entry is None:
            raise HasErrors
        if line.outcome is Outcome.SAME:
            continue
        bill = line.bill or Bill(company_id=company_id, version=0)
        (changed if line.bill else added).append(bill)
        bill.version += 1
        write(bill, line.entry, at)
    Bill.objects.bulk_create(added, batch_size=500)
    Bill.objects.bulk_update(changed, CONTENT, batch_size=500)
