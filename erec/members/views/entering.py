"""Entering the service, leaving it, and the approval password of the person who does."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.leaving import end_session
from accounts.errors import Locked, Stale, WrongPassword
from accounts.models import UserSession
from erec.audience import Audience, for_
from erec.members import access, approval
from erec.members.actions import entering, passwords
from erec.members.errors import LoginPasswordTyped, NothingToDo, NotRefreshed, PasswordRefused
from erec.members.forms import ChangeApprovalForm, FirstApprovalForm
from erec.members.gate import WANTED, densai, must_set_password

LOCKED = (
    "承認パスワードがロックされています。ほかのマスターユーザに初期化を依頼してください。"
    "マスターユーザが1名のときは、お取引店へご連絡ください。"
)


@for_(Audience.USER)
@require_POST
def enter(request: Any) -> HttpResponse:
    """From サービス一覧, into a tab of its own; to the page that was asked for before, or トップ."""
    try:
        entering.enter(request.session_row, acting_user=request.user, at=request.at, origin=request.origin)
    except NotRefreshed:
        context = {"masters": access.masters_of(request.user)}
        return render(request, "members/not_refreshed.html", context, status=403)
    return HttpResponseRedirect(request.session.pop(WANTED, "") or reverse("densai-top"))


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
    entering.leave(request.session_row, acting_user=request.user, at=request.at, origin=request.origin)
    return HttpResponseRedirect(reverse("densai-left"))


@for_(Audience.USER)
@require_safe
def left(request: Any) -> HttpResponse:
    return render(request, "members/left.html")


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(setting_up=True)
def first(request: Any) -> HttpResponse:
    """The first entry: a master sets it, a checker replaces the initial one."""
    if not must_set_password(request):
        return HttpResponseRedirect(reverse("densai-top"))
    return _password(request)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def change(request: Any) -> HttpResponse:
    """承認パスワード変更 at any time."""
    return _password(request)


def _password(request: Any) -> HttpResponse:
    standing = approval.standing(request.member)
    if not standing.exists and not request.user.is_master:
        return HttpResponseRedirect(reverse("densai-top"))
    form = (ChangeApprovalForm if standing.exists else FirstApprovalForm)(
        request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid() and _stored(request, form):
        return HttpResponseRedirect(reverse("approval-done"))
    context = {"form": form, "standing": standing}
    return render(request, "members/approval_password.html", context, status=422 if form.errors else 200)


def _stored(request: Any, form: Any) -> bool:
    who = {"acting_user": request.user, "at": request.at, "origin": request.origin}
    typed = form.cleaned_data
    try:
        if "current" in typed:
            passwords.change(request.member, current=typed["current"], new=typed["new"], **who)
        else:
            passwords.set_first(request.member, new=typed["new"], **who)
    except PasswordRefused as refused:
        form.add_error("new", refused.sentence)
    except LoginPasswordTyped as wrong:
        form.add_error(
            "current",
            "ログインパスワードではなく、現在の承認パスワードを入力してください。"
            f"あと{wrong.left}回間違えるとロックされます。",
        )
    except WrongPassword as wrong:
        form.add_error(
            "current", f"現在の承認パスワードが違います。あと{wrong.left}回間違えるとロックされます。"
        )
    except Locked:
        form.add_error(None, LOCKED)
    except (Stale, NothingToDo):
        form.add_error(None, "ほかの手続きで承認パスワードが変わりました。画面を開き直してください。")
    return not form.errors


@for_(Audience.USER)
@require_safe
@densai()
def done(request: Any) -> HttpResponse:
    return render(request, "members/approval_done.html", {"standing": approval.standing(request.member)})
