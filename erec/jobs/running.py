"""A worker's side: take a job, run it, and end it, whatever happens on the way.

While a run is under way a thread of its own, on a connection of its own, writes its progress and renews its
lease once a second, and hears of a cancellation; the run's own connection may be busy with a COPY.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from errno import EDQUOT, ENOSPC
from time import monotonic
from typing import IO, Any

from django.db import Error, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from erec.jobs import actions, files
from erec.jobs.errors import JobFailed, Stopped
from erec.jobs.kinds import CSV, Result, kind_of
from erec.jobs.models import Job
from erec.jobs.owners import Owner, owner_of

PULSE_SECONDS = 1.0
FAILURES_MAX = 3
RETRY_AFTER = timedelta(seconds=10)

NO_SPACE = (
    "ファイルを保存する空き容量が足りないため、出力できませんでした。帳簿は何も変わっていません。"
    "お取引店の窓口へご連絡ください。"
)
NOT_ALLOWED = (
    "この出力に必要な権限がなくなったため、処理をやめました。マスターユーザに権限を確かめてください。"
)
BROKEN = (
    "処理を{times}回試みましたが、終えられませんでした。帳簿は何も変わっていません。"
    "期間などの条件を狭めて、もう一度出力してください。同じことが続くときは、ジョブ番号を添えて"
    "お取引店の窓口へご連絡ください。"
)

# Set when this process was asked to end: its jobs go back to the queue at their next step.
leaving = threading.Event()

_log = logging.getLogger(__name__)


class Context:
    """What a run is given, and what the pulse reads off it. See kinds.JobContext."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.parameters: dict[str, Any] = dict(job.parameters)
        self.company_id, self.user_id = job.company_id, job.user_id
        self.at, self.job_no = job.created_at, job.job_no
        self.done, self.total = 0, job.total
        self.is_cancelled = self.is_lost = self.is_full = False
        self.file: dict[str, Any] = {}

    def progress(self, done: int, total: int = 0) -> None:
        total = total or self.total
        self.done, self.total = done, max(total, done) if total else 0
        if self.is_full:
            raise JobFailed(NO_SPACE)
        if self.is_cancelled or self.is_lost or leaving.is_set():
            raise Stopped

    def cancelled(self) -> bool:
        return self.is_cancelled or self.is_lost

    @contextmanager
    def open_result(self, name: str, content_type: str = CSV) -> Iterator[IO[bytes]]:
        if self.file:
            raise ValueError("A job has one file.")
        if files.is_full():
            raise JobFailed(NO_SPACE)
        job = self._job
        with files.create(job.pk, job.attempt) as file:
            yield file
        size, sha256 = files.keep(job.pk, job.attempt)
        self.file = {
            "file_name": files.download_name(name),
            "content_type": content_type,
            "size_bytes": size,
            "sha256": sha256,
        }


class Pulse:
    """Says once a second that the job's worker lives, and how far it is."""

    def __init__(self, job: Job, context: Context) -> None:
        self._job, self._context = job, context
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go, name=f"pulse of job {job.pk}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _go(self) -> None:
        try:
            while not self._over.wait(PULSE_SECONDS):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        """What is away for a while costs the lease at most: then another attempt is the job's."""
        try:
            beat(self._job, self._context)
        except (Error, OSError) as error:
            _log.warning("job %s: no pulse: %s", self._job.pk, error)
            connection.close()


def beat(job: Job, context: Context) -> None:
    """One sign of life. Sets the context's flags when the job was cancelled or is another worker's."""
    done, total = context.done, context.total
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_job SET done = %s, total = %s, lease_until = %s"
            " WHERE id = %s AND attempt = %s AND state = 'running' RETURNING cancel_asked_at",
            [done, total, timezone.now() + actions.LEASE, job.pk, job.attempt],
        )
        row = cursor.fetchone()
    context.is_lost = row is None
    context.is_cancelled = row is not None and row[0] is not None
    context.is_full = files.is_full()


@transaction.atomic
def take(*, at: datetime) -> Job | None:
    """The next job that is due or whose worker is gone, now this worker's. Others take others.

    Companies that have nothing running come first, so that one company's jobs never keep all others waiting.
    """
    busy = Job.objects.filter(company_id=OuterRef("company_id"), state=Job.State.RUNNING, lease_until__gt=at)
    waiting = Job.objects.filter(
        Q(state=Job.State.QUEUED, due_at__lte=at) | Q(state=Job.State.RUNNING, lease_until__lte=at)
    )
    rows = waiting.annotate(busy=Exists(busy)).order_by("busy", "due_at", "id")
    job = rows.select_for_update(skip_locked=True).first()
    if job is None:
        return None
    if job.state == Job.State.RUNNING:
        job.failures += 1
        job.last_error = "worker died"
    job.state, job.attempt = Job.State.RUNNING, job.attempt + 1
    job.started_at = job.started_at or at
    job.lease_until = at + actions.LEASE
    job.done = 0
    job.save()
    return job


def work(*, seconds_max: float) -> int:
    """Run what is due, one after another, until nothing is or the time is up; how many were run."""
    ran = 0
    end = monotonic() + seconds_max
    while monotonic() < end and not leaving.is_set():
        job = take(at=timezone.now())
        if job is None:
            break
        context = Context(job)
        with Pulse(job, context):
            run(job, context)
        ran += 1
    return ran


def run_here(job: Job) -> None:
    """Inside a request: a small job that `start(…, here=True)` gave to the caller."""
    run(job, Context(job))


def run(job: Job, context: Context) -> None:
    """One attempt, from the beginning to whatever end. Never raises but for a process that dies."""
    kept = False
    try:
        kept = _attempt(job, context)
    except Stopped:
        _stopped(job, context)
    except JobFailed as failure:
        _fail(job, context, failure.sentence)
    except Exception as error:  # any defect of a run, the disk or the database ends as a state of the job
        _went_wrong(job, context, error)
    finally:
        if not kept:
            _clear(job)


def _attempt(job: Job, context: Context) -> bool:
    """True if the job is done by this attempt."""
    if job.cancel_asked_at is not None:  # asked for while a worker died
        context.is_cancelled = True
        raise Stopped
    if job.failures >= FAILURES_MAX:
        raise JobFailed(BROKEN.format(times=job.failures))
    _allowed(job)
    result: Result = kind_of(job.kind).run(context)
    owner = _allowed(job)
    job.done, job.total = context.done, context.total
    if actions.complete(job, result, context.file, owner, at=timezone.now()):
        return True
    beat(job, context)
    raise Stopped


def _clear(job: Job) -> None:
    """Remove the attempt's file, unless the row tells of it: a commit whose answer was lost counts.

    When the database or the disk does not say, tidying will.
    """
    with suppress(Error, OSError):
        if not Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.DONE).exists():
            files.remove(job.pk, job.attempt)


def _allowed(job: Job) -> Owner:
    """Before the run and after it: who lost the right meanwhile gets nothing."""
    owner = owner_of(job)
    if owner is None:
        raise JobFailed(NOT_ALLOWED)
    return owner


def _stopped(job: Job, context: Context) -> None:
    job.done, job.total = context.done, context.total
    if context.is_cancelled:
        actions.stop(job, at=timezone.now())
    elif not context.is_lost:  # this process ends: another one begins anew at once
        actions.give_back(job, at=timezone.now(), delay=timedelta(0))


def _fail(job: Job, context: Context, sentence: str) -> None:
    job.done, job.total = context.done, context.total
    owner = None
    with suppress(KeyError):
        owner = owner_of(job)
    actions.fail(job, sentence, owner, at=timezone.now())


def _went_wrong(job: Job, context: Context, error: Exception) -> None:
    """Once more for what may pass; the same twice, or three of any kind, is for good."""
    _log.exception("job %s: attempt %s failed", job.pk, job.attempt)
    known = _name(error)
    failures = job.failures + 1
    if known == job.last_error or failures >= FAILURES_MAX:
        _fail(job, context, NO_SPACE if _is_full(error) else BROKEN.format(times=failures))
    else:
        actions.give_back(job, at=timezone.now(), delay=RETRY_AFTER, error=known, failed=True)


def _name(error: Exception) -> str:
    """The same error again has the same name: its class and where it was raised, not what it says."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__} {where}"[:200]


def _is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT)
