"""電子記録債権期日管理帳票: what a table holds, what keeps it from being a file, and its files."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from erec.audience import Audience, for_
from erec.exports.ledger import job
from erec.exports.ledger.checking import Trouble, troubles
from erec.exports.ledger.copying import first_rows, table_of
from erec.exports.ledger.definition import Basis, Name
from erec.exports.ledger.forms import LedgerForm, first_look
from erec.exports.ledger.reasons import reason_of
from erec.exports.ledger.selection import Selection, totals
from erec.exports.sheets.answering import PAPERS
from erec.exports.sheets.model import Format
from erec.exports.views.home import RIGHT
from erec.formats import pca
from erec.jobs.delivery import deliver
from erec.members.gate import densai
from erec.parameters import business_day

AMOUNT = "金額"
SHOWN_MAX = 30
TROUBLES_MAX = 50
NOTES = (("割引高", Name.DISCOUNTED), ("裏書譲渡高", Name.ENDORSED))


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def ledger(request: Any) -> HttpResponse:
    today = business_day.today(request.at).date
    if "table" not in request.GET:
        form = LedgerForm(request.user.company, today, initial=first_look(today))
        return render(request, "exports/ledger.html", {"form": form})
    form = LedgerForm(request.user.company, today, request.GET)
    return _page(request, form)


@for_(Audience.USER)
@require_POST
@densai(right=RIGHT)
def file(request: Any) -> HttpResponseBase:
    """The file that the button names; a POST, because each is kept in the trail and may be a job."""
    today = business_day.today(request.at).date
    form = LedgerForm(request.user.company, today, request.POST)
    wanted = request.POST.get("file", "")
    if not form.is_valid() or wanted not in (job.MACHINE, *Format):
        return _page(request, form, status=422)
    asked, profile = form.selection(), _profile(form)
    if wanted == job.MACHINE and (found := troubles(asked, profile, at=request.at)):
        return _page(request, form, found, status=422)
    parameters = job.parameters_of(asked, wanted, profile.name, header=form.cleaned_data["header"])
    return deliver(request, job.CODE, parameters, totals(asked)[0], title=job.title_of(asked))


def _page(
    request: Any, form: LedgerForm, found: list[Trouble] | None = None, status: int = 200
) -> HttpResponse:
    if not form.is_valid():
        return render(request, "exports/ledger.html", {"form": form}, status=422)
    asked, profile = form.selection(), _profile(form)
    if found is None:
        found = troubles(asked, profile, at=request.at)
    count, total_yen = totals(asked)
    heads = [field.name for field in table_of(asked.name).fields]
    context = {
        "form": form,
        "asked": asked,
        "facts": job.facts_of(asked),
        "count": count,
        "total_yen": total_yen,
        "heads": heads,
        "rows": _shown(asked, heads),
        "hidden": max(0, count - SHOWN_MAX),
        "troubles": found[:TROUBLES_MAX],
        "more_troubles": max(0, len(found) - TROUBLES_MAX),
        "names": any(trouble.number for trouble in found),
        "notes": _notes(asked, form),
        "carried": [(name, value) for name, value in form.data.items() if name in form.fields and value],
        "papers": [(paper.value, PAPERS[paper].label) for paper in Format],
    }
    return render(request, "exports/ledger.html", context, status=status)


def _profile(form: LedgerForm) -> pca.Profile:
    return pca.PROFILES[form.cleaned_data["profile"] or pca.QUOTED.name]


def _shown(asked: Selection, heads: Sequence[str]) -> list[list[tuple[str, str]]]:
    """How the file begins, each cell with its item's name; yen with separators."""
    rows = first_rows(asked, SHOWN_MAX, reason=reason_of(asked.company_id))
    return [
        [(head, f"{int(cell):,}" if head == AMOUNT else cell) for head, cell in zip(heads, row, strict=True)]
        for row in rows
    ]


def _notes(asked: Selection, form: LedgerForm) -> dict[str, Any]:
    """For 注記: what may still fall back on the company, of every 支払期日."""
    on = asked.as_of or form.today
    sums = [
        (label, *totals(Selection(asked.company_id, name, Basis.BALANCE, as_of=on))) for label, name in NOTES
    ]
    return {"on": on, "sums": sums}
