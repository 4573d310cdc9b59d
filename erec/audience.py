"""Who may open which page: every view carries one audience, and a view without one opens to nobody.

The order of the steps is the order of the enum: a certificate, then the password, then the forced
change, then the service. A page asked for too early sends its visitor to the step that is missing.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Audience(Enum):
    """Whom a view is for."""

    ANYBODY = "だれでも"
    CERTIFICATE = "電子証明書を持つ人"
    LOGGED_IN = "ログインした人（初回のパスワード変更の前でも）"
    USER = "パスワードを変更した利用者"
    MASTER = "マスターユーザ"


def for_(audience: Audience) -> Callable[[View], View]:
    """Mark a view: `@for_(Audience.USER)`, above all other decorators."""

    def mark(view: View) -> View:
        view.audience = audience  # type: ignore[attr-defined]
        return view

    return mark
