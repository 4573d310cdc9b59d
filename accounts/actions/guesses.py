"""The login password asked again at somebody's open screen: each guess stands in the trail."""

from datetime import datetime

from django.db import transaction

from accounts.errors import Locked, WrongPassword
from accounts.models import User
from accounts.origin import Origin, tell
from accounts.passwords import LOGIN_PASSWORD
from accounts.sessions import End, end
from erec.trail.events import Event


def check_own_password(
    acting_user: User, password: str, *, asked_for: str, at: datetime, origin: Origin
) -> str:
    """The stored hash that `password` fits. Never in a transaction.

    Raises WrongPassword or Locked: the strike stays counted and is recorded with what it was asked for.
    """
    try:
        return LOGIN_PASSWORD.check(acting_user.pk, password, at=at)
    except (WrongPassword, Locked) as refused:
        _note(acting_user, getattr(refused, "just_now", False), asked_for, at=at, origin=origin)
        raise


@transaction.atomic
def _note(acting_user: User, locked: bool, asked_for: str, *, at: datetime, origin: Origin) -> None:
    """The guess that locks ends the session too: whoever guesses sits at the open screen."""
    if locked:
        end([acting_user.pk], End.LOCKED, at)
    tell(
        Event.LOGIN_LOCKED if locked else Event.LOGIN_REFUSED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=acting_user.company_id,
        target=acting_user.login_id,
        result=asked_for,
    )
