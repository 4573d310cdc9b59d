"""What a page gives out: small at once, large as a job."""

import shutil
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from erec.jobs import files
from erec.jobs.delivery import deliver
from erec.jobs.errors import JobFailed
from erec.jobs.kinds import JobContext, Result
from erec.jobs.models import Job
from erec.trail.models import Entry, Outbox
from tests import cast
from tests.erec.jobs.cast_jobs import LINES, Accountant, accountant, kind, write_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def who() -> Accountant:
    return accountant()


@pytest.fixture(autouse=True)
def lines(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "erec.urls.cert"
    shutil.rmtree(files.folder())
    with kind(write_lines):
        yield


def asked(who: Accountant, rows: int, code: str = "lines", method: str = "POST") -> Any:
    request = SimpleNamespace(method=method, user=who.user, at=cast.AT, origin=cast.ORIGIN)
    return deliver(request, code, {"month": "2026-11"}, rows, title="2026年11月")


def content(response: Any) -> bytes:
    with response.file_to_stream:
        return b"".join(response.streaming_content)


def test_a_small_one_comes_at_once_without_a_mail(who: Accountant) -> None:
    response = asked(who, 20_000)
    assert (response.status_code, content(response)) == (200, LINES)
    assert response.headers["Content-Type"] == "text/csv"
    assert response.headers["Content-Length"] == str(len(LINES))
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%B8%B3")
    assert not Outbox.objects.filter(key__startswith="job:").exists()
    events = Entry.objects.filter(event__startswith="job.").order_by("position").values_list("event", "door")
    assert list(events) == [("job.started", "cert"), ("job.done", "worker"), ("job.fetched", "cert")]


def test_a_small_one_can_be_fetched_again(who: Accountant) -> None:
    content(asked(who, 1))
    assert who.fetches(Job.objects.get()) == LINES


def test_a_large_one_waits_for_a_worker(who: Accountant) -> None:
    response = asked(who, 20_001)
    job = Job.objects.get()
    assert (response.status_code, response.url) == (302, f"/densai/accounting/jobs/{job.job_no}")
    assert (job.state, job.mail_when_done, job.total) == ("queued", True, 20_001)


def test_the_same_again_while_it_is_under_way_leads_to_the_first(who: Accountant) -> None:
    first, second = asked(who, 20_001), asked(who, 1)
    assert first.url == second.url
    assert Job.objects.count() == 1


def test_a_small_one_that_cannot_be_made_says_why_on_its_page(who: Accountant) -> None:
    def refuses(context: JobContext) -> Result:
        raise JobFailed("対象の月は締められています。")

    with kind(refuses, "refuses"):
        response = asked(who, 1, "refuses")
    job = Job.objects.get()
    assert (response.status_code, response.url) == (302, f"/densai/accounting/jobs/{job.job_no}")
    assert (job.state, job.error) == ("failed", "対象の月は締められています。")


def test_a_small_one_that_broke_is_left_to_a_worker(who: Accountant) -> None:
    def breaks(context: JobContext) -> Result:
        raise ZeroDivisionError

    with kind(breaks, "breaks"):
        assert asked(who, 1, "breaks").status_code == 302
    assert Job.objects.get().state == "queued"


def test_a_link_starts_nothing(who: Accountant) -> None:
    with pytest.raises(ValueError, match="POST"):
        asked(who, 1, method="GET")
    assert not Job.objects.exists()
