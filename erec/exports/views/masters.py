"""台帳の出力: which masters, what would stand in each, what is missing or wrong, and the file."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from erec.audience import Audience, for_
from erec.exports.masters import comparing
from erec.exports.masters.forms import CompareForm, FileForm
from erec.exports.masters.outputs import BY_CODE, OUTPUTS, Asked, Output
from erec.exports.masters.rows import Row, paying_accounts
from erec.exports.views.home import RIGHT
from erec.formats import pca
from erec.members.gate import densai

SHOWN_MAX = 200  # rows and bad cells on the page
CSV = "text/csv; charset=Shift_JIS"


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def index(request: Any) -> HttpResponse:
    return render(request, "exports/masters.html", {"outputs": OUTPUTS})


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def one(request: Any, master: str) -> HttpResponseBase:
    """The preview; with `?file=1` the file, where nothing is missing or wrong."""
    output = BY_CODE.get(master)
    if output is None:
        raise Http404
    company = request.user.company
    form = FileForm(paying_accounts(company) if master == "payees" else None, request.GET)
    made = output.made(company, Asked(request.at, form.paid_from))
    problems = output.problems(made.rows)
    ready = form.is_valid() and bool(made.rows) and not made.missing and not problems
    asked = request.GET.get("file") == "1"
    if asked and ready:
        return _file(output, made.rows, form)
    context = {
        "output": output,
        "form": form,
        "made": made,
        "problems": problems[:SHOWN_MAX],
        "wrong": len(problems),
        "ready": ready,
        "asks": "paid_from" in form.fields,
        "table": _shown(output, made.rows[:SHOWN_MAX]),
        "count": len(made.rows),
        "hidden": max(0, len(made.rows) - SHOWN_MAX),
    }
    refused = bool(form.errors) or asked
    return render(request, "exports/master.html", context, status=422 if refused else 200)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=RIGHT)
def compare(request: Any) -> HttpResponse:
    """What was given out beside what the accounting software has. Nothing is kept of the file."""
    posted = request.method == "POST"
    form = CompareForm(request.POST, request.FILES) if posted else CompareForm()
    found = None
    if form.is_valid():
        typed = form.cleaned_data
        found = comparing.compare(
            request.user.company_id, typed["file"], format=typed["format"], profile=typed["profile"]
        )
    context = {"form": form, "found": found, "shown": SHOWN_MAX}
    refused = bool(form.errors) or bool(found and found.problems)
    return render(request, "exports/compare.html", context, status=422 if refused else 200)


def _file(output: Output, rows: list[Row], form: FileForm) -> StreamingHttpResponse:
    chosen = form.cleaned_data
    profile = pca.PROFILES[chosen["profile"] or pca.QUOTED.name]
    pieces = output.file(rows, profile, version_line=chosen["version"], header=chosen["header"])
    answer = StreamingHttpResponse(pieces, content_type=CSV)
    suffix = ".txt" if profile is pca.TAB else ".csv"
    answer.headers["Content-Disposition"] = content_disposition_header(True, output.title + suffix) or ""
    return answer


def _shown(output: Output, rows: list[Row]) -> dict[str, Any]:
    """The items that any of the rows fills with more than its 初期値, and the rows' cells in them."""
    items = [
        item
        for item in output.table.fields
        if any(row[item.position - 1] not in ("", item.initial) for row in rows)
    ]
    cells = [[(item.name, row[item.position - 1]) for item in items] for row in rows]
    return {"heads": [item.name for item in items], "rows": cells}
