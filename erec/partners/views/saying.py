"""One sentence on the next page, after a redirect: what was done."""

from typing import Any

KEPT = "partners_said"


def say(request: Any, sentence: str) -> None:
    request.session[KEPT] = sentence


def said(request: Any) -> str:
    """Once."""
    return str(request.session.pop(KEPT, ""))
