"""取引履歴照会: every record of the company's claims, by day."""

from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.claims import reading, trades
from erec.claims.forms import TradeSearchForm
from erec.claims.models import RecordEvent
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.catalogue import Tick
from erec.members.gate import densai

RIGHT, INQUIRY = ("trade_history", Tick.USE), ("inquiry", Tick.USE)
NEWEST = Order("newest", "新しい順", ("recorded_on", "id"), descending=True)


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def records(request: Any) -> HttpResponseBase:
    company_id = request.user.company_id
    form = TradeSearchForm(request.GET)
    return _listing(company_id).answer(
        request,
        "claims/trades.html",
        form=form,
        found=form.applied_to(trades.records_of(company_id)),
        context={"may_see_claims": INQUIRY in request.grants},
        shown_as=lambda rows: [
            (
                event,
                reading.name_of(event),
                reading.counterpart(event, company_id),
                request_no(event, company_id),
            )
            for event in rows
        ],
    )


def request_no(event: RecordEvent, company_id: int) -> str:
    """Of the company's own request: another company's number is nobody's business."""
    return event.order.request_no if event.order and event.order.company_id == company_id else ""


def _listing(company_id: int) -> Listing[RecordEvent]:
    """Whom a record concerns depends on who looks."""
    return Listing(
        name="取引履歴",
        orders=(NEWEST,),
        columns=(
            Column("電子記録年月日", lambda e: e.recorded_on, Kind.DATE, width=16),
            Column("記録の種類", reading.name_of, width=18),
            Column("記録番号", lambda e: e.claim.record_number, width=24),
            Column("相手方", lambda e: reading.counterpart(e, company_id), width=40),
            Column("金額（円）", lambda e: e.amount_yen, Kind.YEN),  # type: ignore[attr-defined]
            Column("支払期日", lambda e: e.claim.due_on, Kind.DATE),
            Column("請求番号", lambda e: request_no(e, company_id)),
            Column("記録日時", lambda e: e.recorded_at, Kind.MOMENT),
        ),
    )
