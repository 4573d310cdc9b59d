"""会計ソフトの台帳: what was read of each master, and its rows."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Max
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.accounting import access
from erec.accounting.models import Kind, Master
from erec.accounting.policy import MASTERS
from erec.audience import Audience, for_
from erec.formats import pca
from erec.lists.downloads import Column
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.gate import densai
from erec.partners.views.saying import said


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def index(request: Any) -> HttpResponse:
    rows = [(kind, *_standing(request.user.company_id, kind)) for kind in Kind]
    return render(request, "accounting/masters.html", {"masters": rows, "said": said(request)})


def _standing(company_id: int, kind: Kind) -> tuple[int, Any]:
    """How many rows, and when a file was read last. A master has some thousand rows at most."""
    rows = access.masters_of(company_id, kind)
    return rows.count(), rows.aggregate(last=Max("read_at"))["last"]


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def one(request: Any, master_kind: str) -> HttpResponseBase:
    if master_kind not in Kind.values:
        raise Http404
    master = Kind(master_kind)
    fields = list(MASTERS[master].columns.values())
    items = pca.find(master.label).fields
    heads = [items[position - 1].name for position in MASTERS[master].columns]
    return _listing(master).answer(
        request,
        "accounting/master.html",
        form=forms.Form(request.GET),
        found=access.masters_of(request.user.company_id, master),
        context={"kind": master, "heads": heads},
        shown_as=lambda rows: [list(zip(heads, _shown(row, fields), strict=True)) for row in rows],
    )


def _listing(kind: Kind) -> Listing[Master]:
    """All items of the layout, as the file had them."""
    columns = tuple(_column(item.name, item.position - 1) for item in pca.find(kind.label).fields)
    return Listing(kind.label, (Order("code", "コード順", MASTERS[kind].key),), columns)


def _column(label: str, place: int) -> Column[Master]:
    return Column(label, lambda row: row.cells[place])


def _shown(row: Master, names: Sequence[str]) -> list[str]:
    """Choices by their words."""
    words = [getattr(row, f"get_{name}_display", None) for name in names]
    return [str(word() if word else getattr(row, name)) for name, word in zip(names, words, strict=True)]
