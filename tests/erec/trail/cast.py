"""The trail's cast: one who acts, a stranger, and a trail of two companies."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from erec.trail import audit
from erec.trail.audit import Who
from erec.trail.events import Event

MASTER = Who(user_id=41, login_id="d-master01", name="山田　太郎", address="192.0.2.1", door="cert")
STRANGER = Who(login_id="d-nobody99", address="198.51.100.9", door="entry")
BEGUN = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)


def record_one(company_id: int | None, number: int) -> None:
    with transaction.atomic():
        audit.record(
            Event.LOGIN_ACCEPTED if company_id else Event.LOGIN_REFUSED,
            at=BEGUN + timedelta(minutes=number),
            company_id=company_id,
            who=MASTER if company_id else STRANGER,
            target=f"対象{number}",
            reason="試験",
        )


def record_a_trail() -> None:
    """Companies 7 and 12 with six events each, taking turns, and one of a stranger."""
    for number in range(1, 7):
        record_one(7, number)
        record_one(12, number)
    record_one(None, 7)
