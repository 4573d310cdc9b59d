"""What the workers do for jobs. A message carries nothing: which job is next the table says."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down
from django.utils import timezone

from erec.jobs import running, tidying

# A worker goes back for the next message now and then, so that no message is held for ever.
WORK_SECONDS_MAX = 300


@shared_task
def work() -> None:
    """Run what is due: asked for right after a job was started, and by beat for what was left behind."""
    running.work(seconds_max=WORK_SECONDS_MAX)


@shared_task
def tidy() -> None:
    """Remove results whose time is over, and files that belong to nothing."""
    tidying.tidy(at=timezone.now())


@worker_shutting_down.connect
def _leave(**_: Any) -> None:
    running.leaving.set()
