"""ユーザ更新, from the search (which may stay empty) to the result."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotAllowed, Stale
from accounts.second import Kind, NeedsSecond, Proposal
from erec.audience import Audience, for_
from erec.members.actions import refresh as action
from erec.members.errors import NothingToDo
from erec.members.forms import ConfirmForm
from erec.members.gate import densai
from erec.members.views.proposing import proposed

CHANGED = "この画面を開いたあとに、ユーザ情報が変わりました。下の内容を確かめて、もう一度実行してください。"


@for_(Audience.USER)
@require_safe
@densai(master=True)
def search(request: Any) -> HttpResponse:
    """ユーザ検索条件: only narrows what is looked at; a refresh always takes everybody."""
    return render(request, "members/refresh.html")


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(master=True)
def confirm(request: Any) -> HttpResponse:
    """Before and after of each user, the master's approval password, ［ユーザ更新の実行］."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    found = action.differences(request.user.company)
    if request.method == "POST":
        if request.POST.get("seen") != action.digest(found):
            form.add_error(None, CHANGED)
        elif form.confirmed(request.member, acting_user=request.user, at=request.at, origin=request.origin):
            try:
                action.refresh(
                    seen=request.POST["seen"],
                    acting_user=request.user,
                    at=request.at,
                    origin=request.origin,
                )
            except Stale:
                form.add_error(None, CHANGED)
            except NeedsSecond:
                return proposed(request, Proposal(Kind.REFRESH, wanted={"seen": request.POST["seen"]}))
            except (NothingToDo, NotAllowed):
                return HttpResponseRedirect(reverse("refresh-done"))
            else:
                return HttpResponseRedirect(reverse("refresh-done"))
        found = action.differences(request.user.company)
    words = request.GET.get("q", "").strip()
    shown = [d for d in found if not words or words in d.user.name or words in d.user.login_id]
    context = {
        "form": form,
        "rows": shown,
        "hidden": len(found) - len(shown),
        "seen": action.digest(found),
    }
    return render(request, "members/refresh_confirm.html", context, status=422 if form.errors else 200)


@for_(Audience.USER)
@require_safe
@densai(master=True)
def done(request: Any) -> HttpResponse:
    return render(request, "members/refresh_done.html")
