"""Workers are killed (SIGKILL) in the middle of their jobs: each job ends once, with its whole file.

`KILL_JOBS=300` makes as many jobs as that; by default fewer, for the time.
"""

import hashlib
import multiprocessing
import os
import random
import shutil
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess

import pytest
from django.utils import timezone

from erec.jobs import files
from erec.jobs.models import Job
from erec.jobs.tidying import tidy
from erec.trail.models import Entry, Outbox
from tests.erec.jobs import killed
from tests.erec.jobs.cast_jobs import Accountant, accountant, kind

JOBS = int(os.environ.get("KILL_JOBS", "5"))
WORKERS = 2
WAIT_SECONDS = 120 + JOBS


def begin() -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", killed.__name__, "erec.exports.owners"])
    process = context.Process(target=killed.work)
    process.start()
    return process


def until_all_are_done(lot: random.Random) -> int:
    """How many workers were killed, each while all of them had a job; the last ones live."""
    end = time.monotonic() + WAIT_SECONDS
    kills, workers = 0, [begin() for _ in range(WORKERS)]
    while Job.objects.filter(state__in=killed.OPEN).exists():
        assert time.monotonic() < end
        time.sleep(lot.random() / 20)
        if kills < JOBS and Job.objects.filter(state="running", done__gt=0).count() == WORKERS:
            victim = lot.randrange(WORKERS)
            workers[victim].kill()
            workers[victim].join(WAIT_SECONDS)
            workers[victim] = begin()
            kills += 1
    for worker in workers:
        worker.join(WAIT_SECONDS)
        assert worker.exitcode == 0
    return kills


@pytest.mark.django_db(transaction=True)
def test_every_job_ends_once_however_often_its_worker_is_killed(tell: Callable[[str], None]) -> None:
    shutil.rmtree(files.folder())
    people: list[Accountant] = [accountant() for _ in range((JOBS + 2) // 3)]
    with kind(killed.slowly, "slowly"):
        jobs = [people[n // 3].starts("slowly", n=n) for n in range(JOBS)]
    kills = until_all_are_done(random.Random(JOBS))
    died = sum(Job.objects.values_list("failures", flat=True))
    tell(f"kills: {JOBS} jobs by {WORKERS} workers, {kills} killed, {died} of them in the middle of a job")
    assert died >= 1
    tidy(at=timezone.now())
    whole = hashlib.sha256(killed.PIECE * killed.PIECES).hexdigest()
    for job in Job.objects.order_by("pk"):
        assert (job.state, job.sha256, job.done) == ("done", whole, killed.PIECES)
        assert Entry.objects.filter(target=f"effect of {job.job_no}").count() == 1
        assert Entry.objects.filter(event="job.done", target=job.job_no).count() == 1
        assert Outbox.objects.filter(key__startswith=f"job:{job.pk}:").count() == 1
    left = [path.name for path in files.folder().iterdir()]
    assert sorted(left) == sorted(f"{job.pk}-{job.attempt}" for job in Job.objects.all())
    assert Job.objects.count() == len(jobs)
