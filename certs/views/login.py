"""電子証明書ログイン, サービス一覧 and ログアウト at the cert door."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.leaving import end_session
from accounts.errors import InitialPasswordSpent, Locked, NotUsable, WrongPassword
from accounts.models import UserSession
from accounts.sessions import SessionStore
from accounts.views import CHANGED
from certs import policy
from certs.actions.login import log_in
from certs.forms import LoginForm
from certs.middleware import returnable
from erec.audience import Audience, for_

LOCKED = (
    "ログインパスワードを続けて間違えたため、ロックされています。正しいパスワードでもログインできません。"
    "マスターユーザにロックの解除を依頼してください。マスターユーザご自身の場合は、お取引店の窓口へご連絡ください。"
)
SPENT = (
    "この初回ログインパスワードは、すでに1回使われています。"
    "マスターユーザ（ご自身がマスターユーザのときはお取引店の窓口）に、パスワードの初期化を依頼してください。"
)


@for_(Audience.CERTIFICATE)
@require_safe
def home(request: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse("services" if request.session_row else "login"))


@for_(Audience.CERTIFICATE)
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: Any) -> HttpResponse:
    """The ID stands in the certificate; the password is typed."""
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key = log_in(
                request.certificate,
                password=form.cleaned_data["password"],
                at=request.at,
                origin=request.origin,
            )
        except WrongPassword as wrong:
            form.add_error(
                "password", f"ログインパスワードが違います。あと{wrong.left}回間違えるとロックされます。"
            )
        except Locked:
            form.add_error(None, LOCKED)
        except InitialPasswordSpent:
            form.add_error(None, SPENT)
        except NotUsable:
            return HttpResponseRedirect(reverse("login"))  # the next look at the certificate says why
        else:
            return _entered(request, key)
    elif request.session_row is not None:
        return HttpResponseRedirect(reverse("services"))
    reason = request.session_end or request.GET.get("ended", "")
    labels = dict(UserSession.End.choices)
    context = {
        "form": form,
        "login_id": request.certificate.user.login_id,
        "certificate": request.certificate,
        "ended": labels.get(reason, ""),
        "next": returnable(request.GET.get("next", "")),
    }
    return render(request, "certs/login.html", context, status=200 if not form.errors else 422)


def _entered(request: Any, key: str) -> HttpResponse:
    request.session = SessionStore(session_key=key)
    request.session.modified = True
    rotate_token(request)
    wanted = returnable(request.POST.get("next", ""))
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return HttpResponseRedirect(wanted if safe else reverse("services"))


@for_(Audience.USER)
@require_safe
def services(request: Any) -> HttpResponse:
    """サービス一覧: what this person may open, and what of the certificate needs attention."""
    state = policy.state_of(request.certificate, request.at)
    renewed = hasattr(request.certificate, "renewed_by")
    context = {
        "renewable": state == policy.State.RENEWABLE and not renewed,
        "renewed": renewed,
        "certificate": request.certificate,
        "password_changed": request.session.pop(CHANGED, False),
        "new_certificates": request.session.get("new_certificates", 0),
        "waits": not request.certificate.may_approve(request.at),
    }
    return render(request, "certs/services.html", context)


@for_(Audience.LOGGED_IN)
@require_POST
def logout(request: Any) -> HttpResponse:
    """Ends the whole session, the service in the other tab included."""
    end_session(request.session_row, UserSession.End.LOGOUT, at=request.at, origin=request.origin)
    request.session.flush()
    request.user = AnonymousUser()
    return HttpResponseRedirect(reverse("logged-out"))


@for_(Audience.ANYBODY)
@require_safe
def logged_out(request: Any) -> HttpResponse:
    return render(request, "certs/logged_out.html")
