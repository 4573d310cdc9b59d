"""融資申込照会: the company's applications as a list, and one application's page."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.claims import reading
from erec.claims.access import holdings_of
from erec.financing import access, stages
from erec.financing.forms import ApplicationSearchForm
from erec.financing.models import Application, ApplicationLine
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.catalogue import Tick
from erec.members.gate import densai

RIGHT, INQUIRY = ("financing_inquiry", Tick.USE), ("inquiry", Tick.USE)
TO_PAY = frozenset({"accepted", "assigned"})
STOPPED = frozenset({"declined", "lapsed", "withdrawn", "failed", "refused"})

APPLICATIONS = Listing[Application](
    name="融資申込一覧",
    orders=(
        Order("newest", "新しい順", ("id",), descending=True),
        Order("wished", "希望日の近い順", ("wished_on", "id")),
    ),
    columns=(
        Column("申込番号", lambda a: a.application_no),
        Column("種類", lambda a: a.get_kind_display(), width=10),
        Column("状態", lambda a: a.get_state_display(), width=18),
        Column("希望日", lambda a: a.wished_on, Kind.DATE),
        Column("申込金額（円）", lambda a: a.amount_yen, Kind.YEN),
        Column("希望借入金額（円）", lambda a: a.loan_yen, Kind.YEN),
        Column("返済期日", lambda a: a.repay_on, Kind.DATE),
        Column("利率（年%）", lambda a: rate_of(a), width=12),
        Column("実行額（円）", lambda a: a.paid_yen or None, Kind.YEN),
        Column("実行日", lambda a: a.paid_on, Kind.DATE),
        Column("借入残高（円）", lambda a: a.owed_yen if a.is_collateral else None, Kind.YEN),
        Column("入金口座", lambda a: reading.account_words(a.account), width=40),
        Column("請求番号", lambda a: a.request_no),
        Column("申込日時", lambda a: a.applied_at, Kind.MOMENT),
    ),
)


def rate_of(application: Application) -> str:
    return f"{application.rate.normalize():f}" if application.rate is not None else ""


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def applications(request: Any) -> HttpResponseBase:
    form = ApplicationSearchForm(request.GET)
    return APPLICATIONS.answer(
        request,
        "financing/applications.html",
        form=form,
        found=form.applied_to(access.applications_of(request.user.company_id)),
        context={"searched": any(request.GET.get(name) for name in form.fields), "stopped": STOPPED},
    )


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def application(request: Any, application_no: str) -> HttpResponse:
    """One application: how far it is, its terms, its claims, its money, its history."""
    company_id = request.user.company_id
    try:
        found = access.application_for(company_id, application_no)
    except Application.DoesNotExist:
        raise Http404 from None
    lines = list(found.lines.order_by("number"))
    context = {
        "application": found,
        "steps": stages.steps(found),
        "rate": rate_of(found),
        "account": reading.account_words(found.account),
        "lines": lines,
        "planned_yen": sum(line.proceeds_yen for line in lines if line.state in TO_PAY),
        "fee_yen": 0 if found.is_collateral else sum(_fee_yen(line) for line in lines),
        "seen": _seen(request, lines),
        "may_see_request": any(code == "financing" for code, _ in request.grants),
        "history": found.steps.order_by("pk"),
        "stopped": STOPPED,
        "secured": access.secured(company_id, [line.record_number for line in lines]),
    }
    return render(request, "financing/application.html", context)


def _fee_yen(line: ApplicationLine) -> int:
    """割引料: what a discounted claim brings less than its amount."""
    return line.granted_yen - line.proceeds_yen if line.state in TO_PAY else 0


def _seen(request: Any, lines: list[ApplicationLine]) -> set[str]:
    """Record numbers whose page this person may open."""
    if INQUIRY not in request.grants:
        return set()
    held = holdings_of(request.user.company_id).filter(
        record_number__in=[line.record_number for line in lines]
    )
    return set(held.values_list("record_number", flat=True))
