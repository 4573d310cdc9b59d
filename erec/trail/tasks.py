"""What the workers do for the trail. Messages carry an id; each effect may be asked for twice."""

from celery import shared_task
from django.utils import timezone

from erec.trail import outbox

SWEEP_ROWS_MAX = 200


@shared_task  # type: ignore[untyped-decorator]
def deliver(outbox_id: int) -> None:
    """Send one mail, right after the commit that asked for it."""
    outbox.deliver(outbox_id, at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_outbox() -> None:
    """Send what is due and was not sent: the broker was down, a worker died, the way out failed."""
    outbox.sweep(at=timezone.now(), rows_max=SWEEP_ROWS_MAX)
