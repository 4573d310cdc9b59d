"""What stands around every view: the door, the check that a request can be read, the headers of pages."""

import codecs
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from erec.doors import DoorMiddleware
from erec.errors import method_not_allowed, refuse

__all__ = ["DoorMiddleware", "InputMiddleware", "PageHeadersMiddleware"]

GetResponse = Callable[[HttpRequest], HttpResponse]

_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_UNREADABLE = (
    BadRequest,
    SuspiciousOperation,  # too many fields or files
    MultiPartParserError,
    UnreadablePostError,
    ValueError,
)


class InputMiddleware:
    """Answers 400 or 413 for what cannot be read as a form, before a view or the CSRF check trips over it.

    NUL inside a form's value is left to the field, which has a sentence for it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refused = self._refused(request)
        if refused is not None:
            return refuse(request, refused)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            allowed = response.headers.get("Allow", "")
            response = method_not_allowed(request)
            response.headers["Allow"] = allowed
        return response

    def _refused(self, request: HttpRequest) -> HTTPStatus | None:
        if not _is_utf8((request.content_params or {}).get("charset", "utf-8")) or "\0" in request.path:
            return HTTPStatus.BAD_REQUEST
        if request.content_type != "multipart/form-data" and _length(request) > _longest():
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        try:
            names = [*request.GET, *(value for values in request.GET.lists() for value in values[1])]
            if request.method == "POST" and request.content_type in _FORM_TYPES:
                names += request.POST
            if "\0" in "".join(names):
                return HTTPStatus.BAD_REQUEST
        except RequestDataTooBig:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        except _UNREADABLE:
            return HTTPStatus.BAD_REQUEST
        return None


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False


def _longest() -> int:
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


class PageHeadersMiddleware:
    """Headers that hold for every answer of the application, unless the view set its own."""

    HEADERS = (
        # Pages show a company's money: nothing of them stays in a cache. What may (a CRL) says so itself.
        ("Cache-Control", "no-store"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
        ("Origin-Agent-Cluster", "?1"),
        (
            "Permissions-Policy",
            "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(),"
            " geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(),"
            " screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=(), clipboard-write=(self)",
        ),
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.HEADERS:
            response.headers.setdefault(name, value)
        return response
