"""The two doors: which one a request came through, its URLs and its cookies.

nginx sets X-Erec-Door on the private socket and strips what a client sends; a request without it is
refused. Ports do not keep cookies apart (RFC 6265 §8.5), so each door's cookies carry its name.
"""

import ipaddress
import uuid
from collections.abc import Callable
from datetime import datetime
from http.cookies import Morsel, SimpleCookie

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.utils.timezone import now

ENTRY, CERT = "entry", "cert"
URLCONFS = {ENTRY: "erec.urls.entry", CERT: "erec.urls.cert"}

GetResponse = Callable[[HttpRequest], HttpResponse]


class DoorRequest(HttpRequest):
    """A request as every view sees it, after the door."""

    door: str
    at: datetime
    address: str


def door_of(request: HttpRequest) -> str:
    return getattr(request, "door", ENTRY)


def base_url(door: str) -> str:
    """The door's address, ending in a slash."""
    return settings.CERT_URL if door == CERT else settings.ENTRY_URL


def door_url(door: str, viewname: str, *args: object) -> str:
    """The whole address of a page, for links that cross to the other door."""
    return base_url(door).rstrip("/") + reverse(viewname, urlconf=URLCONFS[door], args=args)


class DoorMiddleware:
    """Reads what nginx says of the connection; everything after it may rely on door, at and address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = request.headers.get("X-Erec-Door", "")
        if door not in URLCONFS:
            return HttpResponseBadRequest(
                "この入口からは受け付けていません。", content_type="text/plain; charset=utf-8"
            )
        request.door = door  # type: ignore[attr-defined]
        request.at = now()  # type: ignore[attr-defined]
        request.address = _address(request.headers.get("X-Real-Ip", ""))  # type: ignore[attr-defined]
        request.urlconf = URLCONFS[door]
        request.META["wsgi.url_scheme"] = "https"  # both doors speak TLS only
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request_id=request.headers.get("X-Request-Id", "") or uuid.uuid4().hex, door=door
        )
        _take_in(request, door)
        response = self.get_response(request)
        _hand_out(response, door)
        return response


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""  # the Unix socket itself, as in a test without a proxy


def _cookie(door: str, name: str) -> str:
    return f"__Host-erec-{door}-{name}"


def _take_in(request: HttpRequest, door: str) -> None:
    """Django sees its own two names; only this door's cookies reach them, and a session only at `cert`.

    Where no certificate is asked for, a stolen session key must not even tell whose it is.
    """
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        value = request.COOKIES.get(_cookie(door, name))
        request.COOKIES.pop(name, None)
        if value is not None and (name == settings.CSRF_COOKIE_NAME or door == CERT):
            request.COOKIES[name] = value


def _hand_out(response: HttpResponse, door: str) -> None:
    cookies: SimpleCookie = response.cookies
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        if name not in cookies:
            continue
        old: Morsel[str] = cookies.pop(name)
        new = _cookie(door, name)
        cookies[new] = old.value
        cookies[new].update(old)
        # A browser refuses a __Host- cookie that is not Secure with Path=/, even to delete it.
        cookies[new]["secure"], cookies[new]["path"] = True, "/"
