"""台帳のファイル取込: choose a file, look at what it would do, carry all of it out."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.errors import NotAllowed
from erec.accounting import access
from erec.accounting.actions import imports
from erec.accounting.errors import Changed, HasErrors, Unreadable
from erec.accounting.forms import ImportForm, UploadForm
from erec.accounting.importing import Outcome, judged
from erec.accounting.models import Kind, MasterUpload
from erec.accounting.policy import IMPORT_BYTES_MAX
from erec.accounting.views.common import right_missing
from erec.audience import Audience, for_
from erec.members.gate import densai
from erec.partners.views.saying import say

SHOWN_MAX = 200  # rows of a preview: the wrong ones first, then what goes and what changes
CHANGED = (
    "確認の間に登録の内容が変わったため、まだ取り込んでいません。"
    "下の内容を確かめて、もう一度実行してください。"
)
TOO_BIG = "ファイルが大きすぎます。1MB以下に分けて、もう一度読み込んでください。何も登録していません。"
ORDER = {Outcome.WRONG: 0, Outcome.GONE: 1, Outcome.CHANGE: 2, Outcome.ADD: 3, Outcome.SAME: 4}


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def upload(request: Any) -> HttpResponse:
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
    else:
        asked = request.GET.get("kind", "")
        form = UploadForm(initial={"kind": asked if asked in Kind.values else None})
    if form.is_valid():
        try:
            _keep(request, form)
        except Unreadable as refusal:
            form.add_error("file", refusal.sentence)
        except NotAllowed:
            return right_missing(request)
        else:
            return HttpResponseRedirect(reverse("accounting-import-preview"))
    return render(request, "accounting/import.html", {"form": form}, status=422 if form.errors else 200)


def _keep(request: Any, form: UploadForm) -> None:
    chosen = form.cleaned_data
    if chosen["file"].size > IMPORT_BYTES_MAX:
        raise Unreadable(TOO_BIG)
    imports.keep(
        Kind(chosen["kind"]),
        MasterUpload.Mode(chosen["mode"]),
        chosen["profile"],
        chosen["file"].name,
        chosen["file"].read(),
        acting_user=request.user,
        at=request.at,
    )


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def preview(request: Any) -> HttpResponse:
    """What the file would do, row by row; ［取込の実行］ only where nothing is wrong."""
    form = ImportForm(request.POST if request.method == "POST" else None)
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
    counts = "、".join(f"{outcome}{done.count(outcome)}件" for outcome in Outcome if done.count(outcome))
    say(request, f"取り込みました（{counts}）。")
    return HttpResponseRedirect(reverse("accounting-masters"))


def _page(request: Any, form: ImportForm, status: int) -> HttpResponse:
    kept = access.upload_of(request.user)
    if kept is None:
        return HttpResponseRedirect(reverse("accounting-import"))
    found = judged(kept)
    lines = sorted(found.lines, key=lambda line: ORDER[line.outcome])
    context = {
        "form": form,
        "upload": kept,
        "digest": found.digest,
        "lines": lines[:SHOWN_MAX],
        "hidden": max(0, len(lines) - SHOWN_MAX),
        "counts": [(outcome, found.count(outcome)) for outcome in ORDER],
        "wrong": found.count(Outcome.WRONG),
        "nothing": found.count(Outcome.SAME) == len(lines),
    }
    return render(request, "accounting/import_preview.html", context, status=status)
