"""管理業務 and 利用者情報照会."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.members import access, approval
from erec.members.catalogue import CATALOGUE, PARTNERS, Tick
from erec.members.gate import densai, may_open

MEMBER_INQUIRY = ("member_inquiry", Tick.USE)


@for_(Audience.USER)
@require_safe
@densai()
def administration(request: Any) -> HttpResponse:
    """管理業務: the menu, with what this person may open."""
    context = {
        "standing": approval.standing(request.member),
        "may_see_history": may_open(request, ("operation_history", Tick.USE)),
        "may_see_members": may_open(request, MEMBER_INQUIRY),
        "may_see_partners": may_open(request, (PARTNERS, Tick.USE)),
        "may_see_designations": any(may_open(request, ("designated", tick)) for tick in Tick),
        "may_see_trades": may_open(request, ("trade_history", Tick.USE)),
    }
    return render(request, "members/administration.html", context)


@for_(Audience.USER)
@require_safe
@densai(right=MEMBER_INQUIRY)
def members(request: Any) -> HttpResponse:
    """利用者情報照会: the company as the record book knows it, and its people."""
    people = [(m, access.grants_of(m)) for m in access.members_of(request.user)]
    rows = [
        (m, [(b, [t for t in b.ticks if (b.code, t) in grants]) for b in CATALOGUE]) for m, grants in people
    ]
    held = [(m, [(b, ticks) for b, ticks in businesses if ticks]) for m, businesses in rows]
    context = {
        "company": request.user.company,
        "accounts": request.user.company.settlement_accounts.all(),
        "rows": held,
    }
    return render(request, "members/members.html", context)
