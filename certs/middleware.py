"""Behind the cert door: which certificate was shown, whose session this is, and may they come here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import urlencode

from accounts import sessions
from accounts.actions.leaving import end_session
from accounts.models import UserSession
from accounts.origin import Origin, tell
from certs import device, refusals
from certs.errors import CertificateRefused
from certs.models import ClientCertificate
from certs.presented import certificate_of
from erec.audience import Audience
from erec.doors import CERT, DoorRequest
from erec.trail.events import Event

RETURN_MAX = 1000  # octets of the address, escaped

GetResponse = Callable[[HttpRequest], HttpResponse]


class CertRequest(DoorRequest):
    """A request behind the cert door, as its views see it."""

    certificate: ClientCertificate | None
    refused: CertificateRefused | None
    session_row: UserSession | None
    session_end: str
    origin: Origin


class CertificateMiddleware:
    """Sets certificate or refusal, and closes the session if it may not go on.

    Status and rights come from the database at every request, so a stop takes effect at the next click.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.origin = Origin(
            door=request.door,
            address=request.address,
            environment=_printable(request.headers.get("User-Agent", "")),
        )
        request.certificate = request.refused = request.session_row = None
        request.session_end = ""
        if request.door == CERT:
            try:
                request.certificate = certificate_of(request, request.at)
            except CertificateRefused as refused:
                request.refused = refused
            _settle_session(request)
        if request.certificate is None:
            return self.get_response(request)
        mark = device.mark_of(request)
        request.origin = _with_certificate(request.origin, request.certificate, mark)
        response = self.get_response(request)
        device.keep(request, response, mark)
        return response


def _with_certificate(origin: Origin, certificate: ClientCertificate, mark: str) -> Origin:
    return replace(
        origin,
        certificate=certificate.serial,
        approves_from=certificate.may_approve_from,
        device=device.name_of(mark),
    )


def _printable(text: str) -> str:
    return "".join(c for c in text[:200] if c.isprintable())


def _settle_session(request: Any) -> None:
    """The open session that goes on, in session_row; or why there is none, in session_end."""
    key = request.session.session_key
    if not key:
        return
    request.session.get("")  # loads
    row = request.session.row
    if row is None:
        request.session_end = sessions.end_of_key(key)
    else:
        certificate_id = request.certificate.pk if request.certificate else None
        reason = sessions.reason_to_end(row, certificate_id=certificate_id, at=request.at)
        if request.user.is_authenticated and request.user.is_locked:
            reason = reason or UserSession.End.LOCKED
        if reason is None and request.user.is_authenticated and request.user.is_verified():
            request.session_row = row
            request.previous_login = request.session.get("previous_login")
            return
        reason = reason or UserSession.End.STOPPED
        end_session(row, reason, at=request.at, origin=request.origin)
        request.session_end = str(reason)
    request.session.flush()
    request.user = AnonymousUser()


class AudienceMiddleware:
    """Holds each view to its audience, before the view runs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        audience = getattr(view, "audience", None)
        if audience is Audience.ANYBODY:
            return None
        if not isinstance(audience, Audience) or request.door != CERT:
            raise PermissionDenied
        if request.certificate is None:
            return refusals.page(request, request.refused)
        if audience is Audience.CERTIFICATE:
            return None
        if request.session_row is None:
            return _to_login(request)
        if audience is not Audience.LOGGED_IN and request.user.password_is_initial:
            return HttpResponseRedirect(reverse("first-password"))
        if audience is Audience.MASTER and not request.user.is_master:
            _denied(request)
        _seen(request, view)
        return None


@transaction.atomic
def _deny(request: Any, name: str) -> None:
    tell(
        Event.RIGHT_DENIED,
        at=request.at,
        origin=request.origin,
        acting_user=request.user,
        company_id=request.user.company_id,
        target=name,
    )


def _denied(request: Any) -> NoReturn:
    """403, told to the person and to the trail."""
    _deny(request, request.resolver_match.url_name)
    raise PermissionDenied("ユーザ管理業務")


def _to_login(request: Any) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": "logged_out", "message": "ログインし直してください。"}, status=401)
    query = {"ended": request.session_end} if request.session_end else {}
    wanted = request.get_full_path() if request.method == "GET" else _form_page(request)
    if wanted:
        query["next"] = returnable(wanted)
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode(query)}" if query else settings.LOGIN_URL)


def _form_page(request: Any) -> str:
    """Our page on which the form stood that was sent too late; its browser names it. Else nothing."""
    page = urlsplit(request.headers.get("Referer", ""))
    ours = urlsplit(settings.CERT_URL)
    return page.path if (page.scheme, page.netloc) == (ours.scheme, ours.netloc) else ""


def returnable(path: str) -> str:
    """A place to come back to after login, or nothing: nginx takes only so long a response head."""
    return path if len(iri_to_uri(path)) <= RETURN_MAX else ""


def _seen(request: Any, view: Any) -> None:
    """Somebody is at the desk: the idle clock starts again. A poll (view.polls) does not count."""
    if getattr(view, "polls", False):
        return
    UserSession.objects.filter(pk=request.session_row.pk, ended_at=None).update(last_seen_at=request.at)
    request.session_row.last_seen_at = request.at
