"""What the workers do for the trail. Messages carry an id; each effect may be asked for twice."""

from celery import shared_task
from django.utils import timezone

from erec.trail import outbox, sealing

SWEEP_SECONDS_MAX = 8  # less than beat's ten, so that sweeps do not pile up behind a slow mail server


@shared_task
def deliver(outbox_id: int) -> None:
    """Send one mail, right after the commit that asked for it."""
    outbox.deliver(outbox_id, at=timezone.now())


@shared_task
def sweep_outbox() -> None:
    """Send what is due and was not sent: the broker was down, a worker died, the way out failed."""
    outbox.sweep(at=timezone.now(), seconds_max=SWEEP_SECONDS_MAX)


@shared_task
def write_heads() -> None:
    """Write the chains' heads that moved, signed, to the files outside the database."""
    sealing.write(at=timezone.now())
