"""電子記録債権サービス: its first page, and leaving it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.leaving import end_session
from accounts.models import UserSession
from erec.audience import Audience, for_
from erec.members import actions


@for_(Audience.USER)
@require_POST
def enter(request: Any) -> HttpResponse:
    """From サービス一覧, into a tab of its own."""
    actions.enter(request.session_row, acting_user=request.user, at=request.at, origin=request.origin)
    return HttpResponseRedirect(reverse("densai-top"))


@for_(Audience.USER)
@require_safe
def top(request: Any) -> HttpResponse:
    """トップ. Somebody who has not entered (an old bookmark) starts at サービス一覧."""
    if request.session_row.densai_entered_at is None:
        return HttpResponseRedirect(reverse("services"))
    accounts = request.user.company.settlement_accounts.all()
    return render(request, "members/top.html", {"accounts": accounts})


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: Any) -> HttpResponse:
    """ログアウト of the service: ［OK］ leaves it, the second button ends the portal session too."""
    if request.method != "POST":
        return render(request, "members/leave.html")
    if request.POST.get("both"):
        end_session(request.session_row, UserSession.End.LOGOUT, at=request.at, origin=request.origin)
        request.session.flush()
        request.user = AnonymousUser()
        return HttpResponseRedirect(reverse("logged-out"))
    actions.leave(request.session_row, acting_user=request.user, at=request.at, origin=request.origin)
    return HttpResponseRedirect(reverse("densai-left"))


@for_(Audience.USER)
@require_safe
def left(request: Any) -> HttpResponse:
    return render(request, "members/left.html")
