"""What a person does with the own certificates: look at them, renew, stop one that is lost."""

import contextlib
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from certs import access, policy
from certs.actions.fetching import renew
from certs.actions.revocation import revoke
from certs.errors import NothingToDo, NotInWindow
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
