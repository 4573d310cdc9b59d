"""債権発生請求, 債権譲渡請求 and the other tabs: what this person may do in each."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.members import access as members
from erec.members.catalogue import CATALOGUE, Tab, Tick
from erec.members.gate import PAGES, densai, refused
from erec.workflow import access
from erec.workflow.forms import FORMS
from erec.workflow.models import WorkingCopy
from erec.workflow.types import TYPES
from erec.workflow.types.base import RequestType
from erec.workflow.views.consents import ANSWER

TABS = {tab.name.lower(): tab for tab in Tab if tab not in PAGES}
# Businesses under 管理業務 have a page of their own.
PAGES_OF = {"designated": "designations"}

# Businesses of a tab in which nothing is requested: their pages' addresses and names.
INQUIRIES = {"financing_inquiry": ("financings", "融資申込照会")}


@for_(Audience.USER)
@require_safe
@densai()
def business(request: Any, name: str) -> HttpResponse:
    """A business's tab. Without any of its rights: which one is missing."""
    if name in PAGES_OF:
        return HttpResponseRedirect(f"{reverse(PAGES_OF[name])}?{request.GET.urlencode()}")
    tab = TABS.get(name)
    if tab is None:
        raise Http404
    of_tab = [b for b in CATALOGUE if b.tab is tab]
    held = [(b, [t for t in b.ticks if (b.code, t) in request.grants]) for b in of_tab]
    held = [(b, ticks) for b, ticks in held if ticks]
    if not held:
        return refused(request, "または".join(b.name for b in of_tab))
    types = [TYPES[code] for code in FORMS if TYPES[code].business in {b.code for b, _ in held}]
    inquiries = [INQUIRIES[b.code] for b, _ in held if b.code in INQUIRIES]
    context = {
        "tab": tab,
        "businesses": held,
        "accounts": members.accounts_of(request.member),
        "inquiries": inquiries,
    }
    if inquiries and not types:
        return HttpResponseRedirect(reverse(inquiries[0][0]))
    if types:
        return render(request, "workflow/menu.html", {**context, **menu_of(request, types)})
    return render(request, "members/business.html", context)


def menu_of(request: Any, types: list[RequestType]) -> dict[str, Any]:
    """What may be begun, and what was begun: only to makers. What waits for an answer."""
    business = types[0].business
    is_maker = (business, Tick.MAKER) in request.grants
    is_checker = (business, Tick.CHECKER) in request.grants
    drafts = access.drafts_of(request.member).filter(business=business).order_by("-pk")
    return {
        "business": business,
        "is_maker": is_maker,
        "is_checker": is_checker,
        "types": [(typ, FORMS[typ.code].purpose) for typ in types] if is_maker else [],
        "drafts": [(draft, TYPES[draft.type]) for draft in drafts] if is_maker else [],
        "copies": _copies(request, types) if is_maker else [],
        "demands": access.unanswered(request.member, request.grants).filter(business=business).count(),
        "awaiting": access.awaiting_approval(request.member, request.grants)
        .filter(business=business)
        .count(),
        "mending": access.to_be_mended(request.member, request.grants).filter(business=business).count(),
        "takes_demands": business in ANSWER,
        "saved": drafts.filter(request_no=request.GET.get("saved", "")[:14]).first(),
    }


def _copies(request: Any, types: list[RequestType]) -> list[tuple[WorkingCopy, RequestType]]:
    copies: QuerySet[WorkingCopy] = access.working_copies(request.member).select_related("request")
    by_code = {typ.code: typ for typ in types}
    return [(copy, by_code[copy.type]) for copy in copies if copy.type in by_code]
