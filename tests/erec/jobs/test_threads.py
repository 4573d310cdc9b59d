"""Several at once on the same jobs, each in a thread with a connection of its own."""

import shutil
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from erec.jobs import files, running
from erec.jobs.errors import TooManyJobs
from erec.jobs.kinds import JobContext, Result
from erec.jobs.models import Job
from erec.trail.models import Entry
from tests.erec.jobs.cast_jobs import Accountant, accountant, kind, write_lines
from tests.erec.workflow.cast_threads import together

pytestmark = pytest.mark.django_db(transaction=True)
WAIT_SECONDS = 30


@pytest.fixture
def who() -> Accountant:
    return accountant()


@pytest.fixture(autouse=True)
def lines() -> Iterator[None]:
    shutil.rmtree(files.folder())
    with kind(write_lines):
        yield


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PULSE_SECONDS", 0.02)


def test_of_two_workers_one_gets_the_job(who: Accountant) -> None:
    who.starts()
    taken = together(*(lambda: running.take(at=timezone.now()) for _ in range(3)))
    assert sorted(job is None for job in taken) == [False, True, True]
    assert Job.objects.get().attempt == 1


def test_workers_at_once_run_each_job_once(who: Accountant) -> None:
    other = accountant()
    jobs = [w.starts(n=n) for n in range(3) for w in (who, other)]
    ran = together(*(lambda: running.work(seconds_max=WAIT_SECONDS) for _ in range(3)))
    assert sum(ran) == len(jobs)
    assert set(Job.objects.values_list("state", "attempt", "failures")) == {("done", 1, 0)}
    assert Entry.objects.filter(event="job.done").count() == len(jobs)


def test_the_same_question_asked_at_once_is_one_job(who: Accountant) -> None:
    jobs = together(*(lambda: who.starts(month="2026-11") for _ in range(4)))
    assert len({job.pk for job in jobs}) == Job.objects.count() == 1
    assert Entry.objects.filter(event="job.started").count() == 1


def test_nobody_gets_more_by_asking_at_once(who: Accountant) -> None:
    def start(n: int) -> bool:
        try:
            who.starts(n=n)
        except TooManyJobs:
            return False
        return True

    came = together(*(partial(start, n) for n in range(5)))
    assert (sorted(came), Job.objects.count()) == ([False, False, True, True, True], 3)


def test_cancelling_and_completing_at_once_is_one_of_both(who: Accountant) -> None:
    for n in range(5):
        job = who.starts(n=n)
        together(lambda: running.work(seconds_max=WAIT_SECONDS), partial(who.cancels, job))
        job.refresh_from_db()
        has_file = files.path_of(job.pk, job.attempt).exists()
        done = Entry.objects.filter(target=job.job_no, event="job.done").count()
        assert (job.state, has_file, done) in [("done", True, 1), ("cancelled", False, 0)]


def until(seen: object, job: Job, name: str) -> None:
    """Wait until that field of the row is that."""
    end = time.monotonic() + WAIT_SECONDS
    while getattr(job, name) != seen:
        assert time.monotonic() < end
        time.sleep(0.01)
        job.refresh_from_db()


def test_its_progress_is_seen_while_it_runs_and_a_cancellation_is_heard(who: Accountant) -> None:
    def endless(context: JobContext) -> Result:
        with context.open_result("a.csv") as file:
            while True:
                file.write(b"x")
                context.progress(7, 9)
                time.sleep(0.005)

    def work() -> None:
        try:
            running.work(seconds_max=WAIT_SECONDS)
        finally:
            connection.close()

    with kind(endless, "endless"):
        job = who.starts("endless")
        thread = threading.Thread(target=work)
        thread.start()
        until(7, job, "done")
        assert (job.state, job.total) == ("running", 9)
        who.cancels(job)
        until("cancelled", job, "state")
        thread.join(WAIT_SECONDS)
    assert not thread.is_alive()
    assert list(files.folder().iterdir()) == []


def test_the_pulse_renews_the_lease_while_the_run_says_nothing(
    who: Accountant, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def silent(context: JobContext) -> Result:
        first = Job.objects.get().lease_until
        until_renewed = time.monotonic() + WAIT_SECONDS
        while Job.objects.get().lease_until == first:
            assert time.monotonic() < until_renewed
            time.sleep(0.01)
        seen.append(first)
        return Result()

    with kind(silent, "silent"):
        who.starts("silent")
        assert running.work(seconds_max=WAIT_SECONDS) == 1
    assert (Job.objects.get().state, len(seen)) == ("done", 1)


def test_a_disk_that_fills_up_stops_the_run(who: Accountant, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(context: JobContext) -> Result:
        with context.open_result("a.csv") as file:
            monkeypatch.setattr(files, "is_full", lambda: True)
            while True:
                file.write(b"x")
                context.progress(1)
                time.sleep(0.005)

    with kind(endless, "endless"):
        job = who.starts("endless")
        assert running.work(seconds_max=WAIT_SECONDS) == 1
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", running.NO_SPACE)
    assert list(files.folder().iterdir()) == []


def test_a_copy_that_is_cancelled_in_the_middle_ends_as_cancelled(who: Accountant) -> None:
    """The run's connection is busy until the very moment; what ends the job needs it."""

    def copies(context: JobContext) -> Result:
        with context.open_result("a.csv") as file, connection.cursor() as cursor:
            statement = "COPY (SELECT generate_series(1, 100000000)) TO STDOUT (FORMAT csv)"
            with cursor.copy(statement) as copy:
                for n, chunk in enumerate(copy, start=1):
                    file.write(chunk)
                    context.progress(n)
        return Result()

    def work() -> None:
        try:
            running.work(seconds_max=WAIT_SECONDS)
        finally:
            connection.close()

    with kind(copies, "copies"):
        job = who.starts("copies")
        thread = threading.Thread(target=work)
        thread.start()
        until("running", job, "state")
        who.cancels(job)
        until("cancelled", job, "state")
        thread.join(WAIT_SECONDS)
    assert not thread.is_alive()
    assert list(files.folder().iterdir()) == []
