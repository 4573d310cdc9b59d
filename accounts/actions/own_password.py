"""The user's own change of the login password."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import policy
from accounts.actions.guesses import check_own_password
from accounts.errors import PasswordRefused, Stale
from accounts.models import User
from accounts.origin import Origin, tell
from erec.trail.events import Event


def change_password(*, acting_user: User, current: str, new: str, at: datetime, origin: Origin) -> User:
    """Change it after checking `current` with its strikes.

    Raises WrongPassword or Locked (the strike stays counted and is recorded), PasswordRefused (nothing
    changed), Stale (a reset came between the check and the change, and stays).
    """
    problem = policy.password_problem(new=new, login_id=acting_user.login_id, current=current)
    if problem:
        raise PasswordRefused(problem)
    checked = check_own_password(acting_user, current, asked_for="password_change", at=at, origin=origin)
    encoded = make_password(new)  # outside the transaction: no row is locked while hashing
    return _store(acting_user, encoded, checked=checked, at=at, origin=origin)


@transaction.atomic
def _store(acting_user: User, encoded: str, *, checked: str, at: datetime, origin: Origin) -> User:
    user = User.objects.select_for_update().get(pk=acting_user.pk)
    if user.password != checked:
        raise Stale
    user.password, user.password_is_initial, user.password_changed_at = encoded, False, at
    user.save(update_fields=["password", "password_is_initial", "password_changed_at"])
    tell(
        Event.LOGIN_PASSWORD_CHANGED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=user.login_id,
    )
    return user
