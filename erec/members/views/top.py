"""トップ and 管理業務: what is there to do, for whom."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.members import access, approval, checklist
from erec.members.gate import densai


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
def administration(request: Any) -> HttpResponse:
    """管理業務: the menu, with what this person may open."""
    return render(request, "members/administration.html", {"standing": approval.standing(request.member)})
