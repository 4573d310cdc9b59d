"""出力ジョブ: the list, one job, its progress, its file."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import UserSession
from erec.jobs import files, running
from erec.jobs.models import Job
from erec.members.models import BusinessRight
from erec.trail.models import Entry
from tests import cast
from tests.erec.jobs.cast_jobs import LINES, Accountant, beside, entered, kind, write_lines
from tests.erec.members.cast_members import enter

pytestmark = pytest.mark.django_db
LIST = "/densai/accounting/jobs"


@pytest.fixture
def who() -> Accountant:
    return entered()


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
    return job


def text(response: Any) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_list_shows_ones_own_jobs_alone(who: Accountant) -> None:
    other = beside(who)
    mine, theirs = finished(who.starts()), other.starts()
    page = text(who.client.get(LIST))
    assert mine.job_no in page
    assert theirs.job_no not in page
    assert "試験の帳票" in page


def test_the_list_can_be_narrowed_to_a_state(who: Accountant) -> None:
    done, waiting = finished(who.starts(n=1)), who.starts(n=2)
    page = text(who.client.get(f"{LIST}?state=done"))
    assert (done.job_no in page, waiting.job_no in page) == (True, False)
    assert who.client.get(f"{LIST}?state=nonsense").status_code == 422


def test_a_job_that_waits_shows_how_far_it_is_and_can_be_cancelled(who: Accountant) -> None:
    job = who.starts()
    Job.objects.update(total=200, done=50, state="running", lease_until=timezone.now(), attempt=1)
    response = who.client.get(f"{LIST}/{job.job_no}")
    assert b'max="200" value="50"' in response.content
    assert "50件 ／ 200件" in text(response)
    assert "この画面を閉じても、処理は続きます。" in text(response)
    answer = who.client.post(f"{LIST}/{job.job_no}/cancel")
    assert answer.headers["Location"] == f"{LIST}/{job.job_no}"
    assert "取り消しています" in text(who.client.get(f"{LIST}/{job.job_no}"))


def test_a_file_is_saved_from_the_page_of_its_job(who: Accountant) -> None:
    job = finished(who.starts())
    page = text(who.client.get(f"{LIST}/{job.job_no}"))
    assert "ファイルを保存" in page
    assert "2件を出力しました。" in page
    assert job.sha256 in page
    response: Any = who.client.post(f"{LIST}/{job.job_no}/file")
    assert b"".join(response.streaming_content) == LINES
    assert response.headers["Cache-Control"] == "no-store"
    assert Entry.objects.filter(event="job.fetched", target=job.job_no, door="cert").count() == 1


def test_a_file_whose_time_is_over_is_told_on_the_page(who: Accountant, clock: cast.Clock) -> None:
    job = finished(who.starts())
    Job.objects.update(kept_until=cast.AT)
    response = who.client.post(f"{LIST}/{job.job_no}/file")
    assert response.status_code == 409
    assert "保存期間が過ぎたため、ファイルは削除されました。" in text(response)
    assert "ファイルを保存" not in text(who.client.get(f"{LIST}/{job.job_no}"))


def test_a_failed_job_says_why(who: Accountant) -> None:
    job = who.starts()
    BusinessRight.objects.all().delete()
    finished(job)
    BusinessRight.objects.create(member=who.user.member, business="accounting", tick="利用")
    page = text(who.client.get(f"{LIST}/{job.job_no}"))
    assert running.NOT_ALLOWED in page
    assert "ファイルを保存" not in page


@pytest.mark.parametrize("same_company", [True, False])
def test_somebody_elses_job_is_not_there(who: Accountant, same_company: bool) -> None:
    job = finished(who.starts())
    other = beside(who) if same_company else entered()
    if same_company:
        enter(other.person, other.user.member)
    get, post = other.client.get, other.client.post
    answers = [get(f"{LIST}/{job.job_no}"), get(f"{LIST}/{job.job_no}/state")]
    answers += [post(f"{LIST}/{job.job_no}/cancel"), post(f"{LIST}/{job.job_no}/file")]
    never = [get(f"{LIST}/J20261120-NEVER222"), get(f"{LIST}/J20261120-NEVER222/state")]
    assert {answer.status_code for answer in [*answers, *never]} == {404}
    assert text(answers[0]) == text(never[0])
    assert not Entry.objects.filter(event__in=["job.fetched", "job.cancelled"]).exists()


def test_whoever_lost_the_right_fetches_nothing_any_more(who: Accountant) -> None:
    job = finished(who.starts())
    BusinessRight.objects.all().delete()
    assert who.client.post(f"{LIST}/{job.job_no}/file").status_code == 403
    assert not Entry.objects.filter(event="job.fetched").exists()


def test_the_progress_is_told_to_scripts_and_prolongs_no_session(who: Accountant, clock: cast.Clock) -> None:
    job = who.starts()
    before = UserSession.objects.get(user=who.user).last_seen_at
    clock.forward(minutes=5)
    state = who.client.get(f"{LIST}/{job.job_no}/state", headers={"Accept": "application/json"})
    told = {"state": "queued", "label": "待っています", "open": True, "done": 0, "total": 0, "file": False}
    assert state.json() == told
    assert UserSession.objects.get(user=who.user).last_seen_at == before
    clock.forward(minutes=10)
    assert (
        who.client.get(f"{LIST}/{job.job_no}/state", headers={"Accept": "application/json"}).status_code
        == 401
    )
    assert before + timedelta(minutes=15) == clock.at


def test_looking_at_the_page_oneself_does_prolong_it(who: Accountant, clock: cast.Clock) -> None:
    job = who.starts()
    at = clock.forward(minutes=5)
    assert who.client.get(f"{LIST}/{job.job_no}").status_code == 200
    assert UserSession.objects.get(user=who.user).last_seen_at == at
