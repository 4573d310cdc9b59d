"""What people do with jobs: start, cancel, fetch; and how one ends. Each is one transaction and one event."""

import hashlib
import json
import logging
import secrets
from datetime import datetime, timedelta
from typing import IO, Any

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone

from erec.jobs import access, files, mails
from erec.jobs.errors import Gone, TooManyJobs
from erec.jobs.kinds import Result, kind_of
from erec.jobs.models import Job
from erec.jobs.owners import Origin, Owner, Person
from erec.parameters.table import value
from erec.trail import audit
from erec.trail.events import Event
from erec.trail.outbox import TRY_ONCE

# How long a worker that says nothing counts as alive; it says something every second.
LEASE = timedelta(seconds=30)
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_NUMBER_LETTERS = 8
_OPEN = (Job.State.QUEUED, Job.State.RUNNING)

_log = logging.getLogger(__name__)


@transaction.atomic
def start(
    kind: str,
    *,
    acting_user: Person,
    parameters: dict[str, Any],
    title: str,
    at: datetime,
    origin: Origin,
    total: int = 0,
    here: bool = False,
) -> tuple[Job, bool]:
    """The job, and whether it is new: the same question still under way is that job again.

    `total`: about how many rows there will be, for its progress, if that is known. `here`: the caller runs it
    himself at once (`running.run_here`), and no mail tells of it. Raises TooManyJobs.
    """
    kind_of(kind)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"jobs {acting_user.pk}"])
    mine = access.jobs_of(acting_user).filter(state__in=_OPEN)
    fingerprint = _fingerprint(parameters)
    same = mine.filter(kind=kind, fingerprint=fingerprint).first()
    if same is not None:
        return same, False
    most = value("jobs_per_user_max")
    if mine.count() >= most:
        raise TooManyJobs(
            f"同時に受け付けられる出力は、1人{most}件までです。この出力は受け付けていません。"
            "［出力ジョブ］で、終わるのを待つか、要らないものを取り消してから、もう一度出力してください。"
        )
    job = Job.objects.create(
        job_no=_number(at),
        company_id=acting_user.company_id,
        user_id=acting_user.pk,
        login_id=acting_user.login_id,
        user_name=acting_user.name,
        kind=kind,
        title=title[:200],
        parameters=parameters,
        fingerprint=fingerprint,
        mail_when_done=not here,
        total=total,
        created_at=at,
        due_at=at,
        **(_taken(at) if here else {}),
    )
    if not here:
        transaction.on_commit(_announce)
    _tell(Event.JOB_STARTED, job, acting_user, at, origin)
    return job, True


@transaction.atomic
def cancel(job_no: str, *, acting_user: Person, at: datetime, origin: Origin) -> Job:
    """What waits ends at once; what runs ends at its next step. What has ended stays as it ended.

    Raises Job.DoesNotExist.
    """
    job = access.locked_for(acting_user, job_no)
    if not job.is_open or job.cancel_asked_at is not None:
        return job
    job.cancel_asked_at = at
    if job.state == Job.State.QUEUED:
        job.state, job.finished_at = Job.State.CANCELLED, at
    job.save(update_fields=["cancel_asked_at", "state", "finished_at"])
    _tell(Event.JOB_CANCELLED, job, acting_user, at, origin)
    return job


def fetch(job_no: str, *, acting_user: Person, at: datetime, origin: Origin) -> tuple[Job, IO[bytes]]:
    """The result, open: what removes it from here on does not hurt. Raises Job.DoesNotExist, Gone."""
    job = access.job_for(acting_user, job_no)
    if job.state != Job.State.DONE or not job.file_name:
        raise Gone("このジョブには、まだファイルがありません。処理が終わってから、もう一度お試しください。")
    gone = Gone(
        "保存期間が過ぎたため、ファイルは削除されました。必要なときは、同じ条件でもう一度出力してください。"
    )
    if job.kept_until is None or at >= job.kept_until or not job.has_result:
        raise gone
    try:
        file = files.path_of(job.pk, job.attempt).open("rb")
    except OSError as error:
        _log.exception("job %s: its result cannot be opened", job.pk)
        raise gone from error
    try:
        with transaction.atomic():
            _tell(Event.JOB_FETCHED, job, acting_user, at, origin)
    except BaseException:
        file.close()
        raise
    return job, file


@transaction.atomic
def complete(job: Job, result: Result, file: dict[str, Any], owner: Owner, *, at: datetime) -> bool:
    """完了, with what the run changes, if the attempt is still the job's own. False if it is not.

    Raises what `result.finish` raises; then nothing has happened.
    """
    row = _still_running(job)
    if row is None or row.cancel_asked_at is not None:
        return False
    if result.finish is not None:
        result.finish(at)
    row.state, row.finished_at, row.lease_until = Job.State.DONE, at, None
    row.note = result.note[:500]
    row.done = row.total = job.done
    if file:
        row.kept_until = at + timedelta(days=value("job_keep_days"))
        for name, found in file.items():
            setattr(row, name, found)
    row.save()
    if row.mail_when_done:
        mails.done(row, owner, at)
    _tell_by_worker(Event.JOB_DONE, row, at, sha256=row.sha256, size=row.size_bytes)
    return True


@transaction.atomic
def fail(job: Job, sentence: str, owner: Owner | None, *, at: datetime) -> None:
    """失敗, for good, with a sentence for people. Nothing if the attempt is not the job's own any more."""
    row = _still_running(job)
    if row is None:
        return
    row.state, row.finished_at, row.lease_until = Job.State.FAILED, at, None
    row.error = sentence[:500]
    row.done, row.total = job.done, job.total
    row.save()
    if owner is not None and row.mail_when_done:
        mails.failed(row, owner, at)
    _tell_by_worker(Event.JOB_FAILED, row, at, reason=row.error)


@transaction.atomic
def give_back(job: Job, *, at: datetime, delay: timedelta, error: str = "", failed: bool = False) -> None:
    """To the queue again: it was stopped by the worker's own end, or by an error that may pass."""
    row = _still_running(job)
    if row is None:
        return
    row.state, row.lease_until, row.due_at = Job.State.QUEUED, None, at + delay
    row.last_error = error[:200] or row.last_error
    row.failures += failed
    row.save(update_fields=["state", "lease_until", "due_at", "last_error", "failures"])


@transaction.atomic
def stop(job: Job, *, at: datetime) -> None:
    """取消, which its owner asked for while it ran; the asking was the event."""
    row = _still_running(job)
    if row is None:
        return
    row.state, row.finished_at, row.lease_until = Job.State.CANCELLED, at, None
    row.done, row.total = job.done, job.total
    row.save()


def _still_running(job: Job) -> Job | None:
    """The row, locked, if this attempt still has it."""
    rows = Job.objects.select_for_update().filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING)
    return rows.first()


def _taken(at: datetime) -> dict[str, Any]:
    return {
        "state": Job.State.RUNNING,
        "attempt": 1,
        "started_at": at,
        "lease_until": timezone.now() + LEASE,
    }


def _fingerprint(parameters: dict[str, Any]) -> str:
    text = json.dumps(parameters, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _number(at: datetime) -> str:
    """J, the day, and letters by lot: the number says nothing of how many there are."""
    lot = "".join(secrets.choice(_LETTERS) for _ in range(_NUMBER_LETTERS))
    return f"J{timezone.localtime(at):%Y%m%d}-{lot}"


def _announce() -> None:
    """Tell a worker at once. If the broker is down the sweeper finds the row."""
    from erec.jobs import tasks  # the tasks import this module

    try:
        with current_app.connection_for_write(transport_options=TRY_ONCE) as broker:
            tasks.work.apply_async(connection=broker, retry=False)
    except Exception as error:  # whatever the broker's client raises, the row is committed
        _log.warning("no broker, the job is left to the sweeper: %s", error)


def _tell(event: Event, job: Job, user: Person, at: datetime, origin: Origin) -> None:
    who = audit.Who(user.pk, user.login_id, user.name, origin.address, origin.door)
    audit.record(event, at=at, company_id=job.company_id, who=who, target=job.job_no, **_detail(job))


def _tell_by_worker(event: Event, job: Job, at: datetime, **more: str | int) -> None:
    who = audit.Who(job.user_id, job.login_id, job.user_name, door="worker")
    audit.record(event, at=at, company_id=job.company_id, who=who, target=job.job_no, **_detail(job), **more)


def _detail(job: Job) -> dict[str, str]:
    return {"kind": job.kind, "title": job.title}
