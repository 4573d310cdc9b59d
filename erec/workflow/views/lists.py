"""請求状況一覧, 承認待ち一覧 and 差戻し中一覧."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.catalogue import Tick
from erec.members.gate import densai
from erec.parameters import business_day
from erec.workflow import access, queue
from erec.workflow.forms.searching import RequestSearchForm
from erec.workflow.models import Request
from erec.workflow.states import State
from erec.workflow.types import TYPES
from erec.workflow.types.base import RequestType

COLUMNS: tuple[Column[Request], ...] = (
    Column("請求番号", lambda r: r.request_no),
    Column("種類", lambda r: TYPES[r.type].name, width=28),
    Column("状態", lambda r: r.standing.label, width=12),
    Column("相手先", lambda r: r.partner_name, width=40),
    Column("合計金額（円）", lambda r: r.total_yen, Kind.YEN),
    Column("明細数", lambda r: r.lines_count, width=8),
    Column("電子記録年月日", lambda r: r.record_on, Kind.DATE),
    Column("決済口座", lambda r: r.account.label if r.account else "", width=30),
    Column("担当者", lambda r: r.maker_name),
    Column("作成日時", lambda r: r.created_at, Kind.MOMENT),
    Column("更新日時", lambda r: r.updated_at, Kind.MOMENT),
    Column("期限", lambda r: r.deadline_at, Kind.MOMENT),
)
NEWEST = Order("new", "新しい順", ("id",), descending=True)
# 承認待ち and what is mended have a deadline; as an annotation, because other requests may have none.
NEAREST = Order("deadline", "期限の近い順", ("until", "id"))

REQUESTS: Listing[Request] = Listing("請求状況一覧", (NEWEST,), COLUMNS)
AWAITING: Listing[Request] = Listing("承認待ち一覧", (NEAREST, NEWEST), COLUMNS)
MENDING: Listing[Request] = Listing("差戻し中一覧", (NEAREST, NEWEST), COLUMNS)


BAD = (State.RECORD_ERROR, State.DENIED, State.LAPSED)
GOOD = (State.RECORDED, State.DONE)


class NoConditions(forms.Form):
    """A list that is short enough to be read."""


@for_(Audience.USER)
@require_safe
@densai()
def requests(request: Any) -> HttpResponseBase:
    """請求状況一覧: everything of the businesses in which the person has a tick."""
    form = RequestSearchForm(request.GET)
    found = form.applied_to(access.visible_to(request.member, request.grants))
    context = {**_more(request), "searched": any(request.GET.get(name) for name in form.fields)}
    return REQUESTS.answer(
        request, "workflow/requests.html", form=form, found=found, context=context, shown_as=_named
    )


@for_(Audience.USER)
@require_safe
@densai()
def awaiting(request: Any) -> HttpResponseBase:
    """承認待ち一覧: what this person can approve himself, to be ticked; with ?all=1 the rest too."""
    whole = request.GET.get("all") == "1"
    mine = queue.approvable_by(request.member, request.grants)
    found = access.awaiting_approval(request.member, request.grants) if whole else mine
    is_checker = any(tick is Tick.CHECKER for _, tick in request.grants)
    context = {**_more(request), "whole": whole, "is_checker": is_checker, "count": queue.capped(mine)}
    above = queue.above(request.member)
    return AWAITING.answer(
        request,
        "workflow/awaiting.html",
        form=NoConditions(request.GET),
        found=_until(found),
        context=context,
        shown_as=lambda rows: [(row, TYPES[row.type], above(row)) for row in rows],
    )


@for_(Audience.USER)
@require_safe
@densai()
def mending(request: Any) -> HttpResponseBase:
    """差戻し中一覧, with 引戻し済: any 担当者 may mend them."""
    found = access.to_be_mended(request.member, request.grants)
    is_maker = any(tick is Tick.MAKER for _, tick in request.grants)
    context = {**_more(request), "is_maker": is_maker, "count": queue.capped(found)}
    return MENDING.answer(
        request,
        "workflow/mending.html",
        form=NoConditions(request.GET),
        found=_until(found),
        context=context,
        shown_as=_named,
    )


def _named(rows: Sequence[Request]) -> list[tuple[Request, RequestType]]:
    return [(row, TYPES[row.type]) for row in rows]


def _until(found: QuerySet[Request]) -> QuerySet[Request]:
    return found.filter(deadline_at__isnull=False).annotate(until=F("deadline_at"))


def _more(request: Any) -> dict[str, Any]:
    return {
        "today": business_day.today(request.at),
        "counted_max": queue.COUNTED_MAX,
        "bad": BAD,
        "good": GOOD,
    }
