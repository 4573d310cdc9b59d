"""What the workers do for requests. Every effect may be asked for twice."""

from celery import shared_task
from django.utils import timezone

from erec.workflow import day, runs


@shared_task
def run_business_day() -> None:
    """Open, close or move the business date when the wall clock says so."""
    day.catch_up(timezone.now())


@shared_task
def collect_answers() -> None:
    """Take what the registrar has answered since."""
    runs.collect(timezone.now())


@shared_task
def remind_checkers() -> None:
    """Tell the checkers what can be approved for a short time only."""
    runs.remind(timezone.now())
