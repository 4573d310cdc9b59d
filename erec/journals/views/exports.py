"""仕訳データの出力: what would leave, its file, and the history of all that left."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import NotAllowed
from erec.accounting.views.common import right_missing
from erec.audience import Audience, for_
from erec.journals import access
from erec.journals.actions import exporting, making
from erec.journals.actions.exporting import Wish
from erec.journals.errors import Changed, HasProblems, Refused
from erec.journals.forms import CancelForm, SearchExportsForm, SeenForm, WishForm
from erec.journals.models import Export
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.gate import densai
from erec.parameters import business_day
from erec.partners.views.saying import said, say

EXPORTS = Listing[Export](
    name="仕訳データの出力履歴",
    orders=(Order("newest", "新しい順", ("number", "id"), descending=True),),
    columns=(
        Column("出力番号", lambda e: e.number, width=8),
        Column("出力日時", lambda e: e.made_at, Kind.MOMENT),
        Column("出力した人", lambda e: e.made_by.name, width=20),
        Column("形式", lambda e: e.get_format_display(), width=20),
        Column("最初の伝票日付", lambda e: e.first_on, Kind.DATE),
        Column("最後の伝票日付", lambda e: e.last_on, Kind.DATE),
        Column("伝票数", lambda e: e.entries_count, width=8),
        Column("借方合計（円）", lambda e: e.total_yen, Kind.YEN),
        Column("取消日時", lambda e: e.cancelled_at, Kind.MOMENT),
        Column("取消の理由", lambda e: e.cancelled_because, width=30),
        Column("SHA-256", lambda e: e.sha256, width=66),
    ),
)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def export(request: Any) -> HttpResponse:
    """What would leave now (GET), and that it leaves (POST)."""
    posted = request.method == "POST"
    asked = request.POST if posted else request.GET
    form = WishForm(asked if posted or "until" in asked else None, initial=_usual(request))
    seen = SeenForm(request.POST if posted else None)
    if not (posted and form.is_valid() and seen.is_valid()):
        return _page(request, form, 422 if posted or form.errors else 200)
    try:
        made = exporting.export(
            _wish(form),
            seen.cleaned_data["digest"],
            acting_user=request.user,
            at=request.at,
            origin=request.origin,
        )
    except NotAllowed:
        return right_missing(request)
    except (Changed, HasProblems) as refusal:
        return _page(request, form, 409, refusal.sentence)
    say(
        request,
        f"{made.entries_count:,}伝票を出力しました。ファイルを保存して、会計ソフトに取り込んでください。",
    )
    return HttpResponseRedirect(reverse("journal-export-one", args=[made.number]))


def _usual(request: Any) -> dict[str, Any]:
    """Everything up to today, in the form of the last time."""
    last = access.exports_of(request.user.company_id).order_by("-number").first()
    usual = {"until": business_day.today(request.at).date, "format": Export.Format.X, "profile": "quoted"}
    return {**usual, **({"format": last.format, "profile": last.profile} if last else {})}


def _wish(form: WishForm) -> Wish:
    return Wish(**form.cleaned_data)


def _page(request: Any, form: WishForm, status: int, sentence: str = "") -> HttpResponse:
    company_id = request.user.company_id
    making.make(company_id, at=request.at)
    bound = form if form.is_bound else WishForm(form.initial)
    preview = exporting.preview(company_id, _wish(bound), at=request.at) if bound.is_valid() else None
    context = {"form": bound, "preview": preview, "sentence": sentence}
    return render(request, "journals/export.html", context, status=status)


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def exports(request: Any) -> HttpResponseBase:
    form = SearchExportsForm(request.GET)
    found = access.exports_of(request.user.company_id)
    return EXPORTS.answer(request, "journals/exports.html", form=form, found=form.applied_to(found))


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def one(request: Any, export_number: int) -> HttpResponse:
    return _one(request, export_number, CancelForm(), 200)


def _one(request: Any, number: int, form: CancelForm, status: int, sentence: str = "") -> HttpResponse:
    try:
        found = access.export_for(request.user.company_id, number)
    except Export.DoesNotExist:
        raise Http404 from None
    context = {
        "export": found,
        "form": form,
        "take_back_url": reverse("journal-export-cancel", args=[number]),
        "sentence": sentence,
        "said": said(request),
    }
    return render(request, "journals/export_one.html", context, status=status)


@for_(Audience.USER)
@require_POST
@densai(right=access.RIGHT)
def file(request: Any, export_number: int) -> HttpResponse:
    """The very bytes that left, as often as somebody needs them."""
    try:
        found = exporting.fetch(export_number, acting_user=request.user, at=request.at, origin=request.origin)
    except NotAllowed:
        return right_missing(request)
    except Export.DoesNotExist:
        raise Http404 from None
    answer = HttpResponse(bytes(found.content), content_type="text/csv; charset=Shift_JIS")
    answer.headers["Content-Disposition"] = content_disposition_header(True, found.file_name) or ""
    return answer


@for_(Audience.USER)
@require_POST
@densai(right=access.RIGHT)
def cancel(request: Any, export_number: int) -> HttpResponse:
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _one(request, export_number, form, 422)
    try:
        exporting.cancel(
            export_number,
            form.cleaned_data["because"],
            acting_user=request.user,
            at=request.at,
            origin=request.origin,
        )
    except NotAllowed:
        return right_missing(request)
    except Export.DoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        return _one(request, export_number, form, 409, refusal.sentence)
    say(request, "出力を取り消しました。この出力の仕訳は、もう一度出力できます。")
    return HttpResponseRedirect(reverse("journal-export-one", args=[export_number]))
