"""手形期日管理帳票: what is in it, and the same for the accounting software, as Excel and as PDF.

A register is small (erec.bills.policy), so each file comes at once.
"""

from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.bills import access
from erec.bills.actions.outputs import took
from erec.bills.models import Bill
from erec.bills.policy import LAYOUT, Kind
from erec.bills.standing import Standing
from erec.exports.sheets import answering, bills
from erec.exports.sheets.forms import BillReportForm
from erec.exports.sheets.model import Format, TooManyRows
from erec.exports.sheets.typeface import TypefaceMissing
from erec.exports.views.home import RIGHT
from erec.formats import pca
from erec.members.gate import densai

SHOWN_MAX = 50  # rows of the preview
PROBLEMS_MAX = 50
CSV = "text/csv; charset=Shift_JIS"
MACHINE = "pca"  # beside Format's papers: the file for the accounting software


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def report(request: Any) -> HttpResponseBase:
    form = BillReportForm(request.GET)
    if not form.is_valid():
        return render(request, "exports/bills.html", {"form": form}, status=422)
    kind = Kind(form.cleaned_data["kind"] or Kind.HELD)
    layout = form.cleaned_data["form"] or bills.FORMATS[0]
    found = _found(form, kind, request.user.company_id)
    table = bills.table_of(kind, layout)
    profile = pca.PROFILES[form.cleaned_data["profile"] or pca.QUOTED.name]
    content, problems = bills.file_of(table, found, profile, header=form.cleaned_data["header"])
    wanted = request.GET.get("file", "")
    if wanted == MACHINE and found and not problems:
        answer = _file(content, f"{LAYOUT}_{kind.label}", profile)
        _tell(request, wanted, kind, found, form)
        return answer
    if wanted in set(Format) and found:
        try:
            paper = _paper(Format(wanted), kind, layout, found, form, request)
            _tell(request, wanted, kind, found, form)
            return paper
        except (TypefaceMissing, TooManyRows) as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "kind": kind,
        "heads": [item.name for item in table.fields],
        "rows": _shown(table, found[:SHOWN_MAX]),
        "count": len(found),
        "total_yen": _total_yen(found),
        "hidden": max(0, len(found) - SHOWN_MAX),
        "problems": problems[:PROBLEMS_MAX],
        "query": _query(request),
        "papers": [(paper.value, answering.PAPERS[paper].label) for paper in Format],
    }
    refused = 503 if form.errors else 422
    return render(request, "exports/bills.html", context, status=refused if wanted else 200)


def _found(form: BillReportForm, kind: Kind, company_id: int) -> QuerySet[Bill]:
    chosen = form.cleaned_data
    rows = access.bills_of(company_id).filter(kind=kind)
    if chosen["first"]:
        rows = rows.filter(due_on__gte=chosen["first"])
    if chosen["last"]:
        rows = rows.filter(due_on__lte=chosen["last"])
    if not chosen["switched"]:
        rows = rows.exclude(Q(standing=Standing.SWITCHED.value))
    return rows.order_by(*bills.order_of(kind))


def _shown(table: pca.Table, found: QuerySet[Bill]) -> list[list[tuple[str, str]]]:
    """The cells of the file, as the software will take them in, each with its item's name."""
    names = [item.name for item in table.fields]
    return [list(zip(names, map(str, row), strict=True)) for row in bills.rows_of(table, found)]


def _file(content: bytes, name: str, profile: pca.Profile) -> HttpResponse:
    answer = HttpResponse(content, content_type=CSV)
    name += ".txt" if profile is pca.TAB else ".csv"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


def _paper(
    paper: Format, kind: Kind, layout: str, found: QuerySet[Bill], form: BillReportForm, request: Any
) -> HttpResponseBase:
    company = request.user.company
    sheet = bills.sheet_of(
        kind,
        layout,
        found,
        company=f"{company.name}（{company.user_number}）",
        facts=_facts(form),
        made_at=request.at,
    )
    return answering.response(sheet, paper, name=f"{LAYOUT}_{kind.label}")


def _facts(form: BillReportForm) -> list[tuple[str, str]]:
    switched = "含む" if form.cleaned_data["switched"] else "除く"
    return [("満期日", _range_words(form)), ("でんさいへ切替済の手形", switched)]


def _range_words(form: BillReportForm) -> str:
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    days = f"{first:%Y/%m/%d}" if first else "", f"{last:%Y/%m/%d}" if last else ""
    return "～".join(days) if any(days) else "すべて"


def _total_yen(found: QuerySet[Bill]) -> int:
    return found.aggregate(total=Sum("amount_yen"))["total"] or 0


def _tell(request: Any, paper: str, kind: Kind, found: QuerySet[Bill], form: BillReportForm) -> None:
    took(
        kind,
        paper,
        range_words=_range_words(form),
        rows=len(found),
        total_yen=_total_yen(found),
        acting_user=request.user,
        at=request.at,
        origin=request.origin,
    )


def _query(request: Any) -> str:
    """The choice as it was, for the addresses of the files."""
    query = request.GET.copy()
    query.pop("file", None)
    return str(query.urlencode())
