"""Workers are killed (SIGKILL) in the middle of their jobs: each job ends once, with its whole file.

`KILL_JOBS=300` makes as many jobs as that; by default fewer, for the time.
"""

import hashlib
import multiprocessing
import os
import shutil
import signal
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
from tests.erec.jobs.cast_jobs import accountant, kind

JOBS = int(os.environ.get("KILL_JOBS", "4"))
WORKERS = 2
WAIT_SECONDS = 120 + JOBS


def begin() -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", killed.__name__, "erec.exports.owners"])
    process = context.Process(target=killed.work)
    process.start()
    return process


def until_all_are_done() -> int:
    """How many workers were killed; each is replaced."""
    end = time.monotonic() + WAIT_SECONDS
    kills, working = 0, [begin() for _ in range(WORKERS)]
    while working:
        assert time.monotonic() < end
        time.sleep(0.01)
        for worker in [worker for worker in working if worker.exitcode is not None]:
            working.remove(worker)
            if worker.exitcode:
                assert worker.exitcode == -signal.SIGKILL
                kills += 1
                working.append(begin())
    return kills


@pytest.mark.django_db(transaction=True)
def test_every_job_ends_once_however_often_its_worker_is_killed(tell: Callable[[str], None]) -> None:
    shutil.rmtree(files.folder())
    people = [accountant() for _ in range((JOBS + 2) // 3)]
    with kind(killed.deadly, "deadly"):
        jobs = [people[n // 3].starts("deadly", n=n) for n in range(JOBS)]
    kills = until_all_are_done()
    tell(f"kills: {JOBS} jobs by {WORKERS} workers, {kills} killed in the middle of a job")
    assert JOBS <= kills <= JOBS * killed.DEATHS
    tidy(at=timezone.now())
    whole = hashlib.sha256(killed.PIECE * killed.PIECES).hexdigest()
    for job in Job.objects.order_by("pk"):
        assert (job.state, job.sha256, job.attempt) == ("done", whole, job.failures + 1)
        assert job.failures >= killed.DEATHS
        assert Entry.objects.filter(target=f"effect of {job.job_no}").count() == 1
        assert Entry.objects.filter(event="job.done", target=job.job_no).count() == 1
        assert Outbox.objects.filter(key__startswith=f"job:{job.pk}:").count() == 1
    assert sorted(p.name for p in files.folder().iterdir()) == sorted(
        f"{job.pk}-{job.attempt}" for job in Job.objects.filter(pk__in=[job.pk for job in jobs])
    )
