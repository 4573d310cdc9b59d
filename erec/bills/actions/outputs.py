"""手形期日管理帳票 leaves the service: who took which bills, and how many yen."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.bills.policy import Kind
from erec.trail.events import Event


@transaction.atomic
def took(
    kind: Kind,
    paper: str,
    *,
    range_words: str,
    rows: int,
    total_yen: int,
    acting_user: User,
    at: datetime,
    origin: Origin,
) -> None:
    """Told when the file is whole. `paper`: for which hands (pca, pdf, excel)."""
    tell(
        Event.BILL_REPORT_SAVED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=acting_user.company_id,
        target=kind.label,
        paper=paper,
        due_on=range_words,
        rows=rows,
        total_yen=total_yen,
    )
