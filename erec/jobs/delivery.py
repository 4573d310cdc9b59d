"""For every page that gives out a file: what is small comes at once, what is large becomes a job.

    @for_(Audience.USER)
    @require_POST
    @densai(right=RIGHT)
    def download(request):
        …
        return deliver(request, "ledger", parameters, estimate_rows, title="電子記録債権 2026年11月 発生分")

`parameters` is plain JSON (dates as ISO texts) and all that the kind's run gets beside the company and the
user; the run asks the database itself, by `context.company_id`. `estimate_rows` need not be exact. The form
has no `data-submit-once`: its page stays when a file comes, and a second press finds the same job.
"""

from typing import Any

from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from erec.jobs import access, actions, running
from erec.jobs.errors import TooManyJobs
from erec.jobs.models import Job
from erec.parameters.table import value


def deliver(
    request: Any, kind: str, parameters: dict[str, Any], estimate_rows: int, *, title: str
) -> HttpResponseBase:
    """The file itself, or a redirect to the job's page (also when the small one did not succeed at once).

    Behind POST: a link that somebody else made must not start work. 409 with a page when the person has too
    many under way.
    """
    if request.method != "POST":
        raise ValueError("A file is asked for with POST.")
    here = estimate_rows <= value("job_rows_min")
    who = {"acting_user": request.user, "at": request.at, "origin": request.origin}
    try:
        job, is_new = actions.start(
            kind, parameters=parameters, title=title, total=estimate_rows, here=here, **who
        )
    except TooManyJobs as many:
        return render(request, "jobs/too_many.html", {"sentence": many.sentence}, status=409)
    if here and is_new:
        running.run_here(job)
        job = access.job_for(request.user, job.job_no)
        if job.state == Job.State.DONE and job.has_result:
            return attachment(*actions.fetch(job.job_no, **who))
    return HttpResponseRedirect(reverse("job", args=[job.job_no]))


def attachment(job: Job, file: Any) -> FileResponse:
    """The open result as a download; the response closes it."""
    answer = FileResponse(file, content_type=job.content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, job.file_name) or ""
    return answer
