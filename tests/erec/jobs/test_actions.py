"""Start, cancel and fetch: whose, how many, and what is refused."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from erec.jobs import actions, files, running
from erec.jobs.errors import Gone, TooManyJobs
from erec.jobs.kinds import Kind, Result, register
from erec.jobs.models import Job
from erec.jobs.tidying import tidy
from erec.trail.models import Entry
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.jobs.cast_jobs import LINES, Accountant, accountant, beside, kind, write_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def who() -> Accountant:
    return accountant()


@pytest.fixture(autouse=True)
def lines() -> Iterator[None]:
    shutil.rmtree(files.folder())
    with kind(write_lines):
        yield


def finished(job: Job) -> Job:
    taken = running.take(at=timezone.now())
    assert taken is not None
    running.run_here(taken)
    job.refresh_from_db()
    assert job.state == "done"
    return job


def test_a_job_keeps_who_asked_for_what(who: Accountant) -> None:
    job = who.starts(month="2026-11")
    assert (job.company_id, job.user_id) == (who.user.company_id, who.user.pk)
    assert (job.login_id, job.user_name) == (who.user.login_id, who.user.name)
    assert (job.kind, job.title, job.parameters) == ("lines", "2026年11月", {"month": "2026-11"})
    assert (job.state, job.created_at, job.attempt) == ("queued", cast.AT, 0)
    entry = Entry.objects.get(event="job.started")
    assert (entry.target, entry.address, entry.door) == (job.job_no, "192.0.2.7", "cert")


def test_its_number_says_the_day_and_nothing_of_how_many_there_are(who: Accountant) -> None:
    first, second = who.starts(n=1).job_no, who.starts(n=2).job_no
    assert first[:10] == second[:10] == "J20261120-"
    assert len(first) == len(second) == 18
    assert first != second


def test_the_same_question_still_under_way_is_the_same_job(who: Accountant) -> None:
    first = who.starts(month="2026-11", basis="残高")
    assert who.starts(basis="残高", month="2026-11") == first
    assert who.starts(month="2026-10", basis="残高") != first
    assert beside(who).starts(month="2026-11", basis="残高") != first
    assert Entry.objects.filter(event="job.started").count() == 3


def test_the_same_question_after_the_end_is_a_new_job(who: Accountant) -> None:
    first = finished(who.starts())
    assert who.starts() != first


def test_the_database_itself_refuses_the_same_question_twice(who: Accountant) -> None:
    job = who.starts()
    job.pk, job.job_no = None, "J20261120-OTHER222"
    with pytest.raises(IntegrityError, match="job_open_once"), transaction.atomic():
        job.save(force_insert=True)


def test_nobody_has_more_than_three_under_way(who: Accountant) -> None:
    jobs = [who.starts(n=n) for n in range(3)]
    with pytest.raises(TooManyJobs, match="1人3件まで"):
        who.starts(n=3)
    assert Job.objects.count() == 3
    assert who.starts(n=2) == jobs[2]
    assert beside(who).starts(n=3).state == "queued"
    who.cancels(jobs[0])
    assert who.starts(n=3).state == "queued"


def test_an_unknown_kind_is_no_job(who: Accountant) -> None:
    with pytest.raises(KeyError):
        who.starts("unknown")
    assert not Job.objects.exists()


def test_two_kinds_never_share_a_code() -> None:
    with pytest.raises(ValueError, match="lines"):
        register(Kind("lines", "別の帳票", lambda context: Result()))


def test_a_job_that_waits_is_cancelled_at_once_and_never_runs(who: Accountant) -> None:
    job = who.cancels(who.starts())
    assert (job.state, job.finished_at) == ("cancelled", cast.AT)
    assert running.take(at=timezone.now()) is None
    who.cancels(job)
    assert Entry.objects.filter(event="job.cancelled").count() == 1


def test_what_has_ended_stays_as_it_ended(who: Accountant) -> None:
    job = finished(who.starts())
    assert who.cancels(job).state == "done"
    assert who.fetches(job) == LINES
    assert not Entry.objects.filter(event="job.cancelled").exists()


def test_a_cancelled_job_whose_worker_died_ends_as_cancelled(who: Accountant) -> None:
    job = who.starts()
    running.take(at=timezone.now())
    assert who.cancels(job).state == "running"
    Job.objects.update(lease_until=timezone.now())
    taken = running.take(at=timezone.now())
    assert taken is not None
    running.run_here(taken)
    job.refresh_from_db()
    assert (job.state, job.file_name) == ("cancelled", "")


def test_nobody_else_cancels_or_fetches_it(who: Accountant) -> None:
    job = finished(who.starts())
    for other in (beside(who), accountant()):
        with pytest.raises(Job.DoesNotExist):
            other.fetches(job)
        with pytest.raises(Job.DoesNotExist):
            other.cancels(job)
    assert not Entry.objects.filter(event__in=["job.fetched", "job.cancelled"]).exists()


def test_a_result_is_there_until_its_time_is_over(who: Accountant) -> None:
    job = finished(who.starts())
    assert job.kept_until is not None
    assert who.fetches(job, job.kept_until - timedelta(seconds=1)) == LINES
    with pytest.raises(Gone, match="保存期間が過ぎた"):
        who.fetches(job, job.kept_until)
    assert Entry.objects.filter(event="job.fetched").count() == 1


def test_a_result_that_vanished_is_told_as_such(who: Accountant) -> None:
    job = finished(who.starts())
    files.remove(job.pk, job.attempt)
    with pytest.raises(Gone, match="もう一度出力してください"):
        who.fetches(job)
    assert not Entry.objects.filter(event="job.fetched").exists()


def test_a_result_that_is_removed_while_it_is_fetched_arrives_whole(who: Accountant) -> None:
    job = finished(who.starts())
    _, file = actions.fetch(job.job_no, acting_user=who.user, at=cast.AT, origin=cast.ORIGIN)
    files.remove(job.pk, job.attempt)
    with file:
        assert file.read() == LINES


@pytest.mark.parametrize("state", ["queued", "running"])
def test_what_is_not_done_has_no_file(who: Accountant, state: str) -> None:
    job = who.starts(here=state == "running")
    with pytest.raises(Gone, match="まだファイルがありません"):
        who.fetches(job)


def test_tidying_removes_what_is_past_its_time_and_what_belongs_to_nothing(who: Accountant) -> None:
    old, young = finished(who.starts(n=1)), finished(who.starts(n=2))
    running_one = who.starts(n=3, here=True)
    kept = [files.path_of(young.pk, 1), files.part_of(running_one.pk, 1)]
    lost = [files.part_of(young.pk, 9), files.path_of(running_one.pk, 7), files.path_of(999_999, 1)]
    for path in (kept[1], *lost):
        path.write_bytes(b"x")
    strange = files.folder() / "README"
    strange.write_bytes(b"not ours")
    now = timezone.now()
    Job.objects.filter(pk=old.pk).update(kept_until=now)
    assert (tidy(at=now), tidy(at=now)) == (1, 0)
    assert sorted(files.folder().iterdir()) == sorted([*kept, strange])
    old.refresh_from_db()
    assert (old.removed_at, old.has_result, old.file_name) == (now, False, "帳票.csv")


@pytest.mark.django_db(transaction=True)
def test_a_death_anywhere_in_an_action_leaves_nothing(who: Accountant) -> None:
    assert every_death_leaves_nothing(lambda: who.starts(), "jobs", "trail") >= 3
    job = Job.objects.get()
    assert every_death_leaves_nothing(lambda: who.cancels(job), "jobs", "trail") >= 3
    assert Job.objects.get().state == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_a_death_anywhere_in_the_completion_leaves_the_job_to_the_next_worker(who: Accountant) -> None:
    changed: list[object] = []
    who.starts()
    job = running.take(at=timezone.now())
    assert job is not None
    context = running.Context(job)
    write_lines(context)
    owner = running._allowed(job)
    result = Result(finish=changed.append)
    deaths = every_death_leaves_nothing(
        lambda: actions.complete(job, result, context.file, owner, at=timezone.now()), "jobs", "trail"
    )
    assert deaths >= 4
    assert actions.complete(job, result, context.file, owner, at=timezone.now()) is False
    assert Job.objects.get().state == "done"
    assert Entry.objects.filter(event="job.done").count() == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("電子記録債権.csv", "電子記録債権.csv"),
        ("../../etc/passwd", ".._.._etc_passwd".lstrip(".")),
        ("a\r\nX-Evil: 1.csv", "aX-Evil_ 1.csv"),
        ("con\u202evsc.exe", "convsc.exe"),
        ("...", "file"),
        ("", "file"),
        ("あ" * 200 + ".csv", "あ" * 146 + ".csv"),
    ],
)
def test_a_name_for_the_browser_holds_nothing_that_leads_elsewhere(typed: str, name: str) -> None:
    assert files.download_name(typed) == name
