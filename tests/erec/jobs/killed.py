"""A worker of jobs that works until all are done, or is killed.

A module of its own: the fork server imports it once, and each process that replaces a killed one is forked
from there, with Django ready and no connection open.
"""

import os
import time
from datetime import timedelta

import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erec.settings")
    django.setup()

from erec.jobs import actions, running
from erec.jobs.kinds import JobContext, Result
from erec.jobs.models import Job
from erec.trail import audit
from erec.trail.events import Event
from tests.erec.jobs.cast_jobs import kind

PIECES = 20
PIECE = b"0123456789" * 10_000
OPEN = ("queued", "running")


def slowly(context: JobContext) -> Result:
    """A large file, and one row that is to be there once."""
    with context.open_result("large.csv") as file:
        for n in range(PIECES):
            file.write(PIECE)
            context.progress(n + 1, PIECES)
            time.sleep(0.004)
    target = f"effect of {context.job_no}"

    def finish(at: object) -> None:
        who = audit.Who(context.user_id)
        audit.record(Event.LOGGED_OUT, at=context.at, company_id=context.company_id, who=who, target=target)

    return Result(finish=finish)


def work() -> None:
    """With a short lease and a quick pulse, so that the jobs of the dead are taken soon."""
    actions.LEASE = timedelta(seconds=0.4)
    running.PULSE_SECONDS = 0.05
    running.FAILURES_MAX = 1_000
    with kind(slowly, "slowly"):
        while Job.objects.filter(state__in=OPEN).exists():
            running.work(seconds_max=10)
            time.sleep(0.05)
