"""出力ジョブ: what a person asked for that takes its time, how far each is, and its file.

Everybody sees his own alone: a colleague's, another company's and one that never was are the same 404.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from erec.audience import Audience, for_
from erec.exports.forms import JobSearchForm
from erec.exports.views.home import RIGHT
from erec.jobs import access, actions
from erec.jobs.delivery import attachment
from erec.jobs.errors import Gone
from erec.jobs.kinds import name_of
from erec.jobs.models import Job
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.gate import densai

View = TypeVar("View", bound=Callable[..., Any])

JOBS = Listing[Job](
    name="出力ジョブ一覧",
    orders=(Order("newest", "新しい順", ("id",), descending=True),),
    columns=(
        Column("ジョブ番号", lambda job: job.job_no, width=20),
        Column("種類", lambda job: name_of(job.kind), width=30),
        Column("内容", lambda job: job.title, width=50),
        Column("状態", lambda job: job.get_state_display(), width=14),
        Column("受付日時", lambda job: job.created_at, Kind.MOMENT),
        Column("終了日時", lambda job: job.finished_at, Kind.MOMENT),
        Column("件数", lambda job: job.done if job.state == Job.State.DONE else None, Kind.YEN, width=12),
        Column("ファイル名", lambda job: job.file_name, width=40),
        Column("ファイルの保存期限", lambda job: job.kept_until, Kind.MOMENT),
        Column("SHA-256", lambda job: job.sha256, width=66),
    ),
)


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def jobs(request: Any) -> HttpResponseBase:
    form = JobSearchForm(request.GET)
    return JOBS.answer(
        request,
        "exports/jobs.html",
        form=form,
        found=form.applied_to(access.jobs_of(request.user)),
        context={"searched": bool(request.GET.get("state")), "at": request.at},
        shown_as=lambda rows: [(job, name_of(job.kind)) for job in rows],
    )


@for_(Audience.USER)
@never_cache
@require_safe
@densai(right=RIGHT)
def job(request: Any, job_no: str) -> HttpResponse:
    return _page(request, _own(request, job_no))


def polls(view: View) -> View:
    """A page that asks by itself: looking must not prolong the session (certs/middleware.py)."""
    view.polls = True  # type: ignore[attr-defined]
    return view


@polls
@for_(Audience.USER)
@never_cache
@require_safe
@densai(right=RIGHT)
def state(request: Any, job_no: str) -> JsonResponse:
    """How far it is, for the script of the job's page."""
    found = _own(request, job_no)
    return JsonResponse(
        {
            "state": found.state,
            "label": found.get_state_display(),
            "open": found.is_open,
            "done": found.done,
            "total": found.total,
            "file": _can_fetch(found, request.at),
        }
    )


@for_(Audience.USER)
@require_POST
@densai(right=RIGHT)
def cancel(request: Any, job_no: str) -> HttpResponse:
    try:
        actions.cancel(job_no, acting_user=request.user, at=request.at, origin=request.origin)
    except Job.DoesNotExist:
        raise Http404 from None
    return HttpResponseRedirect(reverse("job", args=[job_no]))


@for_(Audience.USER)
@require_POST
@densai(right=RIGHT)
def file(request: Any, job_no: str) -> HttpResponseBase:
    """A POST, because each fetching is kept in the trail."""
    try:
        found, content = actions.fetch(job_no, acting_user=request.user, at=request.at, origin=request.origin)
    except Job.DoesNotExist:
        raise Http404 from None
    except Gone as gone:
        return _page(request, _own(request, job_no), refusal=gone.sentence)
    return attachment(found, content)


def _own(request: Any, job_no: str) -> Job:
    try:
        return access.job_for(request.user, job_no)
    except Job.DoesNotExist:
        raise Http404 from None


def _can_fetch(job: Job, at: Any) -> bool:
    return job.has_result and job.kept_until is not None and at < job.kept_until


def _page(request: Any, job: Job, *, refusal: str = "") -> HttpResponse:
    context = {
        "job": job,
        "kind": name_of(job.kind),
        "can_fetch": _can_fetch(job, request.at) and not refusal,
        "refusal": refusal,
    }
    return render(request, "exports/job.html", context, status=409 if refusal else 200)
