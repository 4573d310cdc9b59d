"""What a person does with the own certificates: look at them, renew, stop one that is lost, or himself."""

import contextlib
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import active_masters
from accounts.errors import LastMaster, NotUsable
from certs import access, policy
from certs.actions.fetching import renew
from certs.actions.people import suspend_user
from certs.actions.revocation import revoke
from certs.errors import NothingToDo, NotInWindow
from certs.forms import OwnStopForm
from certs.models import RevocationReason
from certs.pki import csr
from certs.views.fetch import BAD_CSR, BAD_JSON, answer, error, json_object
from erec.audience import Audience, for_

NOT_NOW = (
    "この証明書は、いまは更新できません（更新できる期間の外か、すでに更新済みです）。何も変わっていません。"
)


@for_(Audience.USER)
@require_safe
def certificates(request: Any) -> HttpResponse:
    """電子証明書: everything the person fetched, with its state."""
    rows = [(row, policy.state_of(row, request.at)) for row in access.of_user(request.user)]
    return render(request, "certs/own.html", {"rows": rows})


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
def renewal(request: Any) -> HttpResponse:
    """証明書更新: the page makes a new key and sends {"csr"}; the answer is as at the entry door."""
    if request.method != "POST":
        open_now = policy.state_of(request.certificate, request.at) == policy.State.RENEWABLE
        context = {
            "open_now": open_now and not hasattr(request.certificate, "renewed_by"),
            "renewed": hasattr(request.certificate, "renewed_by"),
            "certificate": request.certificate,
            "renewable_from": policy.renewable_from(request.certificate),
        }
        return render(request, "certs/renewal.html", context)
    typed = json_object(request, ("csr",))
    if typed is None:
        return error("bad_request", BAD_JSON)
    try:
        public_key = csr.read_request(typed["csr"])
    except csr.BadRequest:
        return error("bad_csr", BAD_CSR)
    try:
        made = renew(request.certificate, public_key=public_key, at=request.at, origin=request.origin)
    except NotInWindow:
        return error("not_in_window", NOT_NOW, status=409)
    return answer(made)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: Any, serial: str) -> HttpResponse:
    """失効 of an own certificate (a lost machine), asked once more before it is done."""
    row = access.of_user(request.user).filter(serial=serial).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        state = policy.state_of(row, request.at)
        this = row.pk == request.certificate.pk
        return render(request, "certs/stop.html", {"row": row, "state": state, "this": this})
    with contextlib.suppress(NothingToDo):  # already stopped: the list says so
        revoke(
            row,
            RevocationReason.KEY_COMPROMISE,
            acting_user=request.user,
            at=request.at,
            origin=request.origin,
        )
    return HttpResponseRedirect(reverse("certificates"))


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
def stop_myself(request: Any) -> HttpResponse:
    """自分の利用停止 (a lost machine), for everybody; the last master is warned and must say so."""
    user = request.user
    last = user.is_master and not active_masters(user.company).exclude(pk=user.pk).exists()
    form = OwnStopForm(request.POST if request.method == "POST" else None, is_last=last)
    if form.is_valid():
        with contextlib.suppress(NotUsable):  # by somebody else, a moment ago
            try:
                suspend_user(
                    user,
                    RevocationReason(form.cleaned_data["reason"]),
                    acting_user=user,
                    at=request.at,
                    origin=request.origin,
                    even_the_last=last,
                )
            except LastMaster:  # the other master went meanwhile: ask again, with the warning
                return HttpResponseRedirect(reverse("stop-myself"))
        request.session.flush()
        request.user = AnonymousUser()
        return HttpResponseRedirect(reverse("stopped-myself"))
    context = {"form": form, "last": last, "certificates": access.held_by(user).count()}
    return render(request, "certs/stop_myself.html", context, status=422 if form.errors else 200)


@for_(Audience.ANYBODY)
@require_safe
def stopped_myself(request: Any) -> HttpResponse:
    return render(request, "certs/stopped_myself.html")
