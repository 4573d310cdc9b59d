"""Which browser an act comes from: a long random mark that the browser keeps, and nothing that is measured.

It tells two acts of one browser apart from acts of two, for 「同じ端末」 (企業情報管理). A browser that
throws its cookies away is another one from then on: the mark shows carelessness, it does not stop who wants
to hide.
"""

import hashlib
import re
import secrets

from django.http import HttpRequest, HttpResponse

COOKIE = "__Host-erec-cert-device"
_DAYS = 400  # the longest that browsers keep a cookie
_SHAPE = re.compile(r"[0-9a-f]{32}")


def mark_of(request: HttpRequest) -> str:
    """What the browser sent, or a new one. `keep` hands a new one to the browser."""
    sent = request.COOKIES.get(COOKIE, "")
    return sent if _SHAPE.fullmatch(sent) else secrets.token_hex(16)


def name_of(mark: str) -> str:
    """What is written down of a mark: who reads our rows cannot put it into a browser."""
    return hashlib.sha256(mark.encode()).hexdigest()[:32]


def keep(request: HttpRequest, response: HttpResponse, mark: str) -> None:
    if request.COOKIES.get(COOKIE) != mark:
        response.set_cookie(
            COOKIE, mark, max_age=_DAYS * 24 * 3600, secure=True, httponly=True, samesite="Strict"
        )
