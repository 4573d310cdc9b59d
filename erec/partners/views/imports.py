"""取引先のファイル取込: choose a file, look at what it would do, carry all of it out. And its template."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotAllowed
from erec.audience import Audience, for_
from erec.lists.downloads import Column, File, csv_response, excel_response
from erec.members.gate import densai
from erec.partners import access, sheets
from erec.partners.actions import imports
from erec.partners.errors import Changed, HasErrors, LimitReached, Unreadable
from erec.partners.forms import ImportForm, UploadForm
from erec.partners.importing import LABELS, OPTIONAL, Outcome, judged, lines_of
from erec.partners.policy import IMPORT_BYTES_MAX
from erec.partners.views.partners import right_missing
from erec.partners.views.saying import say

SHOWN_MAX = 200  # lines of a preview: the wrong ones first, so that none of these is missed below that number
CHANGED = (
    "確認の間に登録の内容が変わったため、まだ取り込んでいません。"
    "下の内容を確かめて、もう一度実行してください。"
)
ORDER = {Outcome.WRONG: 0, Outcome.CHANGE: 1, Outcome.ADD: 2, Outcome.SAME: 3}
EXAMPLE = {
    "user_number": "A12345678",
    "bank_code": "9999",
    "branch_code": "101",
    "kind": "当座",
    "number": "0123456",
    "is_small_contractor": "対象外",
    "registered_name": "（例）この行を消して使います",
}
TEMPLATE: tuple[Column[Any], ...] = tuple(
    Column(label, lambda row: None, width=16) for label in LABELS.values()
)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def upload(request: Any) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            lines = lines_of(sheets.read(file.read(IMPORT_BYTES_MAX + 1)))
            imports.keep(file.name, lines, acting_user=request.user, at=request.at)
        except Unreadable as refusal:
            form.add_error("file", refusal.sentence)
        except NotAllowed:
            return right_missing(request)
        else:
            return HttpResponseRedirect(reverse("partners-import-preview"))
    context = {"form": form, "labels": LABELS.values(), "optional": [LABELS[name] for name in OPTIONAL]}
    return render(request, "partners/import.html", context, status=422 if form.errors else 200)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def preview(request: Any) -> HttpResponse:
    """What the file would do, line by line; ［取込の実行］ only where nothing is wrong."""
    form = ImportForm(request.POST if request.method == "POST" else None)
    if access.upload_of(request.user) is None:
        return HttpResponseRedirect(reverse("partners-import"))
    if not form.is_valid():
        return _page(request, form, 422 if form.is_bound else 200)
    try:
        done = imports.carry_out(
            form.cleaned_data["token"],
            form.cleaned_data["digest"],
            acting_user=request.user,
            at=request.at,
            origin=request.origin,
        )
    except NotAllowed:
        return right_missing(request)
    except (Changed, HasErrors):
        form.add_error(None, CHANGED)
        return _page(request, form, 409)
    except LimitReached as limit:
        form.add_error(None, limit.sentence)
        return _page(request, form, 422)
    say(request, f"{done.count(Outcome.ADD)}件を登録し、{done.count(Outcome.CHANGE)}件を変更しました。")
    return HttpResponseRedirect(reverse("partners"))


def _page(request: Any, form: ImportForm, status: int) -> HttpResponse:
    kept = access.upload_of(request.user)
    if kept is None:
        return HttpResponseRedirect(reverse("partners-import"))
    found = judged(kept.lines, request.user.company)
    lines = sorted(found.lines, key=lambda line: ORDER[line.outcome])
    context = {
        "form": form,
        "upload": kept,
        "digest": found.digest,
        "lines": lines[:SHOWN_MAX],
        "hidden": max(0, len(lines) - SHOWN_MAX),
        "counts": [(outcome, found.count(outcome)) for outcome in Outcome],
        "wrong": found.count(Outcome.WRONG),
        "nothing": not found.count(Outcome.ADD) + found.count(Outcome.CHANGE),
    }
    return render(request, "partners/import_preview.html", context, status=status)


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def template(request: Any) -> HttpResponseBase:
    """雛形: the headings, and one line as an example, which nobody's number is."""
    as_excel = request.GET.get("file", "") == File.EXCEL
    rows = iter([[EXAMPLE.get(name, "") for name in LABELS]])
    answer = (excel_response if as_excel else csv_response)(TEMPLATE, rows)
    name = "取引先の雛形.xlsx" if as_excel else "取引先の雛形.csv"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer
