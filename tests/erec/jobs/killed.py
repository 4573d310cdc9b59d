"""A worker whose jobs kill it (SIGKILL), each twice: while it writes, behind that, or as it completes.

A module of its own: the fork server imports it once, and each process that replaces a killed one is forked
from there, with Django ready and no connection open.
"""

import os
import random
import signal
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

DEATHS = 2  # of each job, in its first attempts
PIECES = 4
PIECE = b"0123456789" * 10_000
BEHIND, FINISHING = PIECES, PIECES + 1
OPEN = ("queued", "running")


def deadly(context: JobContext) -> Result:
    """A large file, and one row that is to be there once."""
    attempt = Job.objects.get(job_no=context.job_no).attempt
    end = random.Random(f"{context.parameters['n']} {attempt}").randint(0, FINISHING)

    def dies_at(place: int) -> None:
        if attempt <= DEATHS and place == end:
            os.kill(os.getpid(), signal.SIGKILL)

    with context.open_result("large.csv") as file:
        for n in range(PIECES):
            dies_at(n)
            file.write(PIECE)
            context.progress(n + 1, PIECES)
    dies_at(BEHIND)

    def finish(at: object) -> None:
        who, target = audit.Who(context.user_id), f"effect of {context.job_no}"
        audit.record(Event.LOGGED_OUT, at=context.at, company_id=context.company_id, who=who, target=target)
        dies_at(FINISHING)

    return Result(finish=finish)


def work() -> None:
    """With a short lease, so that the jobs of the dead are taken soon."""
    actions.LEASE = timedelta(seconds=1.5)
    running.PULSE_SECONDS = 0.05
    running.FAILURES_MAX = 10  # on a machine that does much else a living worker may seem dead, too
    with kind(deadly, "deadly"):
        while Job.objects.filter(state__in=OPEN).exists():
            running.work(seconds_max=10)
            time.sleep(0.05)
