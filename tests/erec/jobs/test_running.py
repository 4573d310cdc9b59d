"""One attempt of a job, in this process: what it leaves when it ends well, badly, or is told to stop."""

import errno
import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from erec.jobs import actions, files, running
from erec.jobs.errors import JobFailed
from erec.jobs.kinds import JobContext, Result
from erec.jobs.models import Job
from erec.members.models import BusinessRight
from erec.trail.models import Entry, Outbox
from tests import cast
from tests.erec.jobs.cast_jobs import LINES, Accountant, accountant, kind, write_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def who() -> Accountant:
    return accountant()


@pytest.fixture(autouse=True)
def lines() -> Iterator[None]:
    """A kind that writes two lines, and a folder that begins empty."""
    shutil.rmtree(files.folder())
    with kind(write_lines):
        yield


def ran(job: Job) -> Job:
    """The job after the next attempt."""
    taken = running.take(at=timezone.now())
    assert taken is not None
    assert taken.pk == job.pk
    running.run(taken, running.Context(taken))
    job.refresh_from_db()
    return job


def events(company_id: int) -> list[str]:
    rows = Entry.objects.filter(company_id=company_id, event__startswith="job.")
    return list(rows.order_by("position").values_list("event", flat=True))


def left_behind() -> list[str]:
    return sorted(path.name for path in files.folder().iterdir())


def test_a_job_that_succeeds_has_a_file_a_mail_and_its_events(who: Accountant) -> None:
    job = ran(who.starts(month="2026-11"))
    assert (job.state, job.attempt, job.done, job.total) == ("done", 1, 2, 2)
    assert (job.file_name, job.content_type, job.size_bytes) == ("帳票.csv", "text/csv", len(LINES))
    assert job.kept_until is not None
    assert job.finished_at is not None
    assert job.kept_until - job.finished_at == timedelta(days=7)
    assert who.fetches(job) == LINES
    assert events(who.user.company_id) == ["job.started", "job.done", "job.fetched"]
    (mail,) = Outbox.objects.filter(key__startswith="job:")
    assert mail.to == who.user.mail
    assert mail.subject.endswith("試験の帳票の処理が終わりました")
    assert job.job_no in mail.body
    assert "http" not in mail.body
    done = Entry.objects.get(event="job.done")
    assert (done.user_id, done.door, done.target) == (who.user.pk, "worker", job.job_no)
    assert done.detail["sha256"] == job.sha256


def test_the_file_is_closed_to_others_and_has_a_name_that_nobody_chose(who: Accountant) -> None:
    job = ran(who.starts())
    path = files.path_of(job.pk, job.attempt)
    assert path.name == f"{job.pk}-1"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_failure_that_is_known_is_told_at_once_and_leaves_nothing(who: Accountant) -> None:
    def refuses(context: JobContext) -> Result:
        with context.open_result("a.csv") as file:
            file.write(LINES)
        raise JobFailed("対象の月は締められています。")

    with kind(refuses, "refuses"):
        job = ran(who.starts("refuses"))
    assert (job.state, job.error, job.file_name) == ("failed", "対象の月は締められています。", "")
    assert left_behind() == []
    assert events(who.user.company_id) == ["job.started", "job.failed"]
    assert "対象の月は締められています。" in Outbox.objects.get(key__startswith="job:").body


def test_the_same_error_twice_is_a_failure(who: Accountant) -> None:
    def breaks(context: JobContext) -> Result:
        raise ZeroDivisionError(f"another text each time: {timezone.now()}")

    with kind(breaks, "breaks"):
        job = ran(who.starts("breaks"))
        assert (job.state, job.failures, job.error) == ("queued", 1, "")
        assert job.due_at > timezone.now()
        assert not Outbox.objects.filter(key__startswith="job:").exists()
        Job.objects.update(due_at=timezone.now())
        job = ran(job)
    assert job.state == "failed"
    assert job.error.startswith("処理を2回試みましたが、終えられませんでした。")
    assert "ZeroDivisionError" not in job.error
    assert events(who.user.company_id) == ["job.started", "job.failed"]


def test_an_error_that_passes_is_tried_again(who: Accountant) -> None:
    tries = []

    def stumbles(context: JobContext) -> Result:
        tries.append(context.job_no)
        if len(tries) == 1:
            raise ConnectionError
        return write_lines(context)

    with kind(stumbles, "stumbles"):
        job = ran(who.starts("stumbles"))
        Job.objects.update(due_at=timezone.now())
        job = ran(job)
    assert (job.state, job.attempt, len(tries)) == ("done", 2, 2)
    assert left_behind() == [f"{job.pk}-2"]


def test_three_different_errors_are_a_failure(who: Accountant) -> None:
    errors = iter([KeyError, IndexError, ValueError])

    def breaks(context: JobContext) -> Result:
        raise next(errors)

    with kind(breaks, "breaks"):
        job = who.starts("breaks")
        for state in ("queued", "queued", "failed"):
            Job.objects.update(due_at=timezone.now())
            assert ran(job).state == state


def test_a_full_disk_is_told_as_such(who: Accountant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "is_full", lambda: True)
    job = ran(who.starts())
    assert (job.state, job.error) == ("failed", running.NO_SPACE)
    assert left_behind() == []


def test_a_disk_that_fills_while_writing_is_told_as_such(who: Accountant) -> None:
    def fills(context: JobContext) -> Result:
        with context.open_result("a.csv") as file:
            file.write(LINES)
            raise OSError(errno.ENOSPC, "No space left on device")

    with kind(fills, "fills"):
        job = ran(who.starts("fills"))
        assert (job.state, left_behind()) == ("queued", [])
        Job.objects.update(due_at=timezone.now())
        job = ran(job)
    assert (job.state, job.error) == ("failed", running.NO_SPACE)
    assert left_behind() == []


def test_a_folder_that_cannot_be_written_ends_as_a_failure(who: Accountant) -> None:
    files.folder().rmdir()
    folder = settings.VAR / "jobs"
    folder.write_bytes(b"not a folder")
    try:
        job = ran(who.starts())
        assert (job.state, job.last_error.partition(" ")[0]) == ("queued", "FileExistsError")
        Job.objects.update(due_at=timezone.now())
        assert ran(job).state == "failed"
    finally:
        folder.unlink()
    assert job.error.startswith("処理を2回試みましたが")


def test_a_kind_that_this_worker_does_not_know_yet_is_tried_once_more(who: Accountant) -> None:
    with kind(write_lines, "newer"):
        job = who.starts("newer")
    assert ran(job).state == "queued"
    with kind(write_lines, "newer"):
        Job.objects.update(due_at=timezone.now())
        assert ran(job).state == "done"


def test_a_kind_that_nobody_knows_any_more_ends_as_a_failure(who: Accountant) -> None:
    with kind(write_lines, "older"):
        job = who.starts("older")
    for state in ("queued", "failed"):
        Job.objects.update(due_at=timezone.now())
        assert ran(job).state == state


def test_whoever_lost_the_right_before_it_ran_gets_no_file_and_no_mail(who: Accountant) -> None:
    job = who.starts()
    BusinessRight.objects.filter(member__user=who.user).delete()
    job = ran(job)
    assert (job.state, job.error) == ("failed", running.NOT_ALLOWED)
    assert not Outbox.objects.filter(key__startswith="job:").exists()


def test_whoever_loses_the_right_while_it_runs_gets_nothing_and_nothing_is_changed(who: Accountant) -> None:
    changed: list[object] = []

    def loses(context: JobContext) -> Result:
        BusinessRight.objects.filter(member__user=who.user).delete()
        write_lines(context)
        return Result(finish=changed.append)

    with kind(loses, "loses"):
        job = ran(who.starts("loses"))
    assert (job.state, job.error, changed, left_behind()) == ("failed", running.NOT_ALLOWED, [], [])


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_a_user_who_is_stopped_while_it_runs_gets_nothing(who: Accountant, status: str) -> None:
    job = who.starts()
    type(who.user).objects.filter(pk=who.user.pk).update(status=status)
    assert ran(job).error == running.NOT_ALLOWED
    assert not Outbox.objects.filter(key__startswith="job:").exists()


def test_what_a_job_changes_is_changed_with_its_completion_or_not_at_all(who: Accountant) -> None:
    def marks(at: object) -> None:
        Job.objects.filter(pk=job.pk).update(note="marked")
        raise JobFailed("同じ仕訳が、いま別の出力で出力されました。")

    def run(context: JobContext) -> Result:
        write_lines(context)
        return Result(finish=marks)

    with kind(run, "marks"):
        job = who.starts("marks")
        ran(job)
    assert (job.state, job.note, job.error) == ("failed", "", "同じ仕訳が、いま別の出力で出力されました。")
    assert left_behind() == []


def test_a_cancelled_run_ends_at_its_next_step_and_changes_nothing(who: Accountant) -> None:
    changed: list[object] = []

    def run(context: JobContext) -> Result:
        who.cancels(job)
        assert isinstance(context, running.Context)
        running.beat(Job.objects.get(pk=job.pk), context)  # what the pulse does every second
        assert context.cancelled()
        write_lines(context)
        return Result(finish=changed.append)

    with kind(run, "cancels"):
        job = who.starts("cancels")
        ran(job)
    assert (job.state, job.file_name, changed, left_behind()) == ("cancelled", "", [], [])
    assert events(who.user.company_id) == ["job.started", "job.cancelled"]
    assert not Outbox.objects.filter(key__startswith="job:").exists()


def test_a_cancellation_that_the_run_did_not_hear_still_comes_before_the_completion(who: Accountant) -> None:
    changed: list[object] = []

    def deaf(context: JobContext) -> Result:
        who.cancels(job)
        write_lines(context)
        return Result(finish=changed.append)

    with kind(deaf, "deaf"):
        job = who.starts("deaf")
        ran(job)
    assert (job.state, changed, left_behind()) == ("cancelled", [], [])


def test_a_run_whose_job_was_taken_by_another_worker_leaves_everything_to_it(who: Accountant) -> None:
    changed: list[object] = []

    def slow(context: JobContext) -> Result:
        if len(changed) == 0:
            changed.append("first")
            Job.objects.update(lease_until=timezone.now())
            other = running.take(at=timezone.now())
            assert other is not None
            running.run(other, running.Context(other))
        write_lines(context)
        return Result(finish=lambda at: changed.append("marked"))

    with kind(slow, "slow"):
        job = ran(who.starts("slow"))
    assert (job.state, job.attempt, job.failures) == ("done", 2, 1)
    assert changed == ["first", "marked"]
    assert left_behind() == [f"{job.pk}-2"]
    assert events(who.user.company_id) == ["job.started", "job.done"]


def test_a_worker_that_is_told_to_leave_gives_its_job_back_at_once(
    who: Accountant, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = who.starts()
    running.leaving.set()
    try:
        ran(job)
    finally:
        running.leaving.clear()
    assert (job.state, job.failures, left_behind()) == ("queued", 0, [])
    assert ran(job).state == "done"


def test_a_job_whose_workers_die_again_and_again_is_a_failure(who: Accountant) -> None:
    job = who.starts()
    for _ in range(3):
        taken = running.take(at=timezone.now())
        assert taken is not None
        Job.objects.update(lease_until=timezone.now())
    ran(job)
    assert (job.state, job.attempt) == ("failed", 4)
    assert job.error.startswith("処理を3回試みましたが")


def test_a_job_that_somebody_runs_is_not_taken(who: Accountant) -> None:
    who.starts()
    assert running.take(at=timezone.now()) is not None
    assert running.take(at=timezone.now()) is None


def test_a_company_that_has_one_running_waits_for_those_that_have_none(who: Accountant) -> None:
    other = accountant()
    first, second = who.starts(n=1), who.starts(n=2)
    third = other.starts(n=3)
    order = [running.take(at=timezone.now()) for _ in range(3)]
    assert [job.pk for job in order if job] == [first.pk, third.pk, second.pk]


def test_progress_is_of_the_estimate_until_it_is_passed(who: Accountant) -> None:
    job = who.starts()
    Job.objects.update(total=10)
    job.refresh_from_db()
    context = running.Context(job)
    seen = []
    for done in (0, 7, 12):
        context.progress(done)
        seen.append((context.done, context.total))
    context.progress(13, 20)
    assert [*seen, (context.done, context.total)] == [(0, 10), (7, 10), (12, 12), (13, 20)]


def test_two_files_of_one_job_are_refused(who: Accountant) -> None:
    def two(context: JobContext) -> Result:
        write_lines(context)
        return write_lines(context)

    with kind(two, "two"):
        assert ran(who.starts("two")).state == "queued"
    assert left_behind() == []


def test_a_commit_whose_answer_was_lost_keeps_its_file(
    who: Accountant, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = actions.complete

    def complete(*args: object, **kwargs: object) -> bool:
        real(*args, **kwargs)  # type: ignore[arg-type]
        raise ConnectionError

    monkeypatch.setattr(actions, "complete", complete)
    job = ran(who.starts())
    assert (job.state, left_behind()) == ("done", [f"{job.pk}-1"])
    assert who.fetches(job) == LINES


def test_the_context_tells_what_was_asked_by_whom_and_when(who: Accountant) -> None:
    seen = []

    def looks(context: JobContext) -> Result:
        seen.append((context.parameters, context.company_id, context.user_id, context.at))
        return Result()

    with kind(looks, "looks"):
        job = ran(who.starts("looks", month="2026-11"))
    assert seen == [({"month": "2026-11"}, who.user.company_id, who.user.pk, cast.AT)]
    assert (job.state, job.file_name) == ("done", "")
