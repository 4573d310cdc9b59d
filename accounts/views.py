"""Own login password, own mail address, login history, and the session's extension."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access, sessions
from accounts.actions.own_mail import change_own_mail
from accounts.actions.own_password import change_password
from accounts.errors import Locked, NothingToChange, NotUsable, PasswordRefused, Stale, WrongPassword
from accounts.forms import OwnMailForm, PasswordForm
from erec.audience import Audience, for_

CHANGED = "password_changed"  # in the session, until サービス一覧 has said so


@for_(Audience.LOGGED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def first_password(request: Any) -> HttpResponse:
    """ログインパスワード変更, forced at the first login."""
    if not request.user.password_is_initial:
        return HttpResponseRedirect(reverse("services"))
    return _password(request, "accounts/first_password.html")


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: Any) -> HttpResponse:
    """ログインパスワード変更 at any time."""
    return _password(request, "accounts/password.html")


def _password(request: Any, template: str) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = change_password(
                acting_user=request.user,
                current=form.cleaned_data["current"],
                new=form.cleaned_data["new"],
                at=request.at,
                origin=request.origin,
            )
        except PasswordRefused as refused:
            form.add_error("new", refused.sentence)
        except WrongPassword as wrong:
            form.add_error(
                "current", f"現ログインパスワードが違います。あと{wrong.left}回間違えるとロックされます。"
            )
        except Locked:
            form.add_error(None, "続けて間違えたため、ロックされました。パスワードは変わっていません。")
        except Stale:
            form.add_error(None, "ほかの手続きでパスワードが変わりました。もう一度ログインしてください。")
        else:
            update_session_auth_hash(request, user)
            request.session[CHANGED] = True  # told once, on サービス一覧
            return HttpResponseRedirect(reverse("services"))
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: Any) -> HttpResponse:
    """メールアドレス変更 at any time, with the login password: a screen left open must not be enough."""
    form = OwnMailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_own_mail(
                acting_user=request.user,
                password=form.cleaned_data["current"],
                mail=form.cleaned_data["mail"],
                at=request.at,
                origin=request.origin,
            )
        except NothingToChange:
            form.add_error("mail", "今のメールアドレスと同じです。")
        except WrongPassword as wrong:
            form.add_error(
                "current", f"現ログインパスワードが違います。あと{wrong.left}回間違えるとロックされます。"
            )
        except Locked:
            form.add_error(None, "続けて間違えたため、ロックされました。メールアドレスは変わっていません。")
        except (Stale, NotUsable):
            form.add_error(None, "ほかの手続きで利用状態が変わりました。もう一度ログインしてください。")
        else:
            return HttpResponseRedirect(reverse("mail-changed"))
    return render(request, "accounts/mail.html", {"form": form}, status=422 if form.errors else 200)


@for_(Audience.USER)
@require_safe
def mail_changed(request: Any) -> HttpResponse:
    return render(request, "accounts/mail_changed.html")


@for_(Audience.USER)
@require_safe
def login_history(request: Any) -> HttpResponse:
    """ログイン履歴: one's own; for a master also the company's (?of=company)."""
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= 18):
        raise Http404
    whole_company = request.GET.get("of") == "company" and request.user.is_master
    rows = list(
        access.login_history(
            request.user, whole_company=whole_company, before=int(before) if before else None
        )[: access.HISTORY_ROWS + 1]
    )
    page = rows[: access.HISTORY_ROWS]
    older = page[-1].pk if len(rows) > access.HISTORY_ROWS else None
    return render(
        request,
        "accounts/login_history.html",
        {"rows": page, "older": older, "whole_company": whole_company},
    )


@for_(Audience.LOGGED_IN)
@require_POST
def extend_session(request: Any) -> HttpResponse:
    """The warning's ［続ける］; being here has already set the idle clock back."""
    ends_at, _ = sessions.limits(request.session_row)
    return JsonResponse({"expires_in": int((ends_at - request.at).total_seconds())})
