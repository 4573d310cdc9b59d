"""手形のファイル取込: choose a file, look at what it would do, carry all of it out. And its template."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotAllowed
from erec.audience import Audience, for_
from erec.bills import access, policy
from erec.bills.actions import imports
from erec.bills.errors import Changed, HasErrors, LimitReached
from erec.bills.forms import UploadForm
from erec.bills.importing import LABELS, OPTIONAL, Outcome, judged, lines_of
from erec.bills.policy import Kind
from erec.bills.views.bills import acting, right_missing
from erec.lists.downloads import Column, File, csv_response, excel_response
from erec.members.gate import densai
from erec.partners import sheets
from erec.partners.errors import Unreadable
from erec.partners.forms import ImportForm
from erec.partners.policy import IMPORT_BYTES_MAX
from erec.partners.views.saying import say

SHOWN_MAX = 200  # lines of a preview: the wrong ones first, so that none of these is missed below that number
CHANGED = (
    "確認の間に登録の内容が変わったため、まだ取り込んでいません。"
    "下の内容を確かめて、もう一度実行してください。"
)
ORDER = {Outcome.WRONG: 0, Outcome.CHANGE: 1, Outcome.ADD: 2, Outcome.SAME: 3}
# 満期日 is missing, so that the example itself is never taken in.
EXAMPLE = {
    "kind": Kind.HELD.label,
    "number": "AB123456",
    "voucher_on": "2026/11/20",
    "party": "（例）この行を消して使います",
    "amount_yen": "1000000",
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
            return HttpResponseRedirect(reverse("bills-import-preview"))
    columns = [(label, name in OPTIONAL) for name, label in LABELS.items()]
    context = {"form": form, "columns": columns, "kinds": Kind.labels, "cell": policy.CELL}
    return render(request, "bills/import.html", context, status=422 if form.errors else 200)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def preview(request: Any) -> HttpResponse:
    """What the file would do, line by line; ［取込の実行］ only where nothing is wrong."""
    form = ImportForm(request.POST if request.method == "POST" else None)
    if access.upload_of(request.user) is None:
        return HttpResponseRedirect(reverse("bills-import"))
    if not form.is_valid():
        return _page(request, form, 422 if form.is_bound else 200)
    try:
        done = imports.carry_out(form.cleaned_data["token"], form.cleaned_data["digest"], **acting(request))
    except NotAllowed:
        return right_missing(request)
    except (Changed, HasErrors):
        form.add_error(None, CHANGED)
        return _page(request, form, 409)
    except LimitReached as limit:
        form.add_error(None, limit.sentence)
        return _page(request, form, 422)
    say(request, f"{done.count(Outcome.ADD)}件を登録し、{done.count(Outcome.CHANGE)}件を変更しました。")
    return HttpResponseRedirect(reverse("bills"))


def _page(request: Any, form: ImportForm, status: int) -> HttpResponse:
    kept = access.upload_of(request.user)
    if kept is None:
        return HttpResponseRedirect(reverse("bills-import"))
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
    return render(request, "bills/import_preview.html", context, status=status)


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def template(request: Any) -> HttpResponseBase:
    """雛形: the headings, and one line as an example, which lacks its 満期日."""
    as_excel = request.GET.get("file", "") == File.EXCEL
    rows = iter([[EXAMPLE.get(name, "") for name in LABELS]])
    answer = (excel_response if as_excel else csv_response)(TEMPLATE, rows)
    name = "手形の雛形.xlsx" if as_excel else "手形の雛形.csv"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer
