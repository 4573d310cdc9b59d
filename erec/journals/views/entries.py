"""仕訳: what was made of the records, as a list; and the months that are closed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotAllowed
from erec.accounting.views.common import right_missing
from erec.audience import Audience, for_
from erec.journals import access
from erec.journals.actions import closing, making
from erec.journals.errors import Refused
from erec.journals.forms import MonthForm, SearchForm
from erec.journals.models import Entry, EntryLine
from erec.journals.roles import Role
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.gate import densai
from erec.partners.views.saying import said, say

ENTRIES = Listing[Entry](
    name="仕訳一覧",
    orders=(
        Order("newest", "新しい順", ("on", "id"), descending=True),
        Order("oldest", "古い順", ("on", "id")),
    ),
    columns=(
        Column("伝票日付", lambda e: e.on, Kind.DATE),
        Column("伝票番号", lambda e: e.voucher_number, width=8),
        Column("できごと", lambda e: e.get_moment_display(), width=24),
        Column("できごとの日", lambda e: e.happened_on, Kind.DATE),
        Column("相手先", lambda e: e.partner_name, width=24),
        Column("記録番号", lambda e: e.record_number, width=22),
        Column("支払期日", lambda e: e.due_on, Kind.DATE),
        Column("金額（円）", lambda e: e.total_yen, Kind.YEN),
        Column("摘要", lambda e: e.memo, width=60),
        Column("出力番号", lambda e: e.export.number if e.export else None, width=8),
    ),
)


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def entries(request: Any) -> HttpResponseBase:
    company_id = request.user.company_id
    making.make(company_id, at=request.at)
    form = SearchForm(request.GET)
    found = access.entries_of(company_id).select_related("export").defer("export__content")
    return ENTRIES.answer(
        request,
        "journals/entries.html",
        form=form,
        found=form.applied_to(found),
        context={
            "searched": any(request.GET.get(name) for name in form.fields),
            "settings": access.settings_of(company_id),
            "said": said(request),
        },
        shown_as=with_lines,
    )


def with_lines(rows: Sequence[Entry]) -> list[tuple[Entry, list[tuple[str, int, str, int]]]]:
    """Each entry with its lines in words: debit, yen, credit, yen."""
    found: dict[int, list[tuple[str, int, str, int]]] = defaultdict(list)
    for line in EntryLine.objects.filter(entry__in=rows).order_by("entry", "position"):
        debit, credit = (Role(role).label if role else "" for role in (line.debit, line.credit))
        found[line.entry_id].append((_short(debit), line.debit_yen, _short(credit), line.credit_yen))
    return [(row, found[row.pk]) for row in rows]


def _short(label: str) -> str:
    """Without what a role's label explains in brackets."""
    return label.partition("（")[0]


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def months(request: Any) -> HttpResponse:
    """月の締め: close up to a month, or open the last one again."""
    reopening = request.POST.get("step") == "reopen"
    form = MonthForm(request.POST if request.method == "POST" and not reopening else None)
    try:
        if reopening:
            closing.reopen(acting_user=request.user, at=request.at, origin=request.origin)
            say(request, "最後に締めた月の締めを解除しました。")
            return HttpResponseRedirect(reverse("journal-months"))
        if form.is_valid():
            month = form.cleaned_data["month"]
            closing.close(month, acting_user=request.user, at=request.at, origin=request.origin)
            say(request, f"{month.year}年{month.month}月までを締めました。")
            return HttpResponseRedirect(reverse("journal-months"))
    except NotAllowed:
        return right_missing(request)
    except Refused as refusal:
        return _months(request, form, 409, refusal.sentence)
    return _months(request, form, 422 if form.is_bound else 200)


def _months(request: Any, form: MonthForm, status: int, sentence: str = "") -> HttpResponse:
    settings = access.settings_of(request.user.company_id)
    context = {
        "form": form,
        "sentence": sentence,
        "closed_until": settings.closed_until if settings else None,
        "said": said(request),
    }
    return render(request, "journals/months.html", context, status=status)
