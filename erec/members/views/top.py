"""トップ and 管理業務: what is there to do, for whom."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.members import access, approval, checklist
from erec.members.catalogue import CATALOGUE, Tab
from erec.members.gate import densai, refused

TABS = {tab.name.lower(): tab for tab in Tab if tab not in (Tab.TOP, Tab.ADMINISTRATION)}


@for_(Audience.USER)
@require_safe
@densai()
def top(request: Any) -> HttpResponse:
    steps = checklist.steps_for(request.member, request.user, request.at)
    context = {
        "steps": steps,
        "open_steps": [step for step in steps if not step.done],
        "accounts": access.accounts_of(request.member),
    }
    return render(request, "members/top.html", context)


@for_(Audience.USER)
@require_safe
@densai()
def business(request: Any, name: str) -> HttpResponse:
    """A business's tab: what this person may do there. Without any of its rights: which one is missing."""
    tab = TABS.get(name)
    if tab is None:
        raise Http404
    of_tab = [b for b in CATALOGUE if b.tab is tab]
    held = [(b, [t for t in b.ticks if (b.code, t) in request.grants]) for b in of_tab]
    held = [(b, ticks) for b, ticks in held if ticks]
    if not held:
        return refused(request, "または".join(b.name for b in of_tab))
    context = {"tab": tab, "businesses": held, "accounts": access.accounts_of(request.member)}
    return render(request, "members/business.html", context)


@for_(Audience.USER)
@require_safe
@densai()
def administration(request: Any) -> HttpResponse:
    """管理業務: the menu, with what this person may open."""
    return render(request, "members/administration.html", {"standing": approval.standing(request.member)})
