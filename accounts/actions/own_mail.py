"""The user's own change of the mail address."""

from datetime import datetime

from django.db import transaction

from accounts import access, mails
from accounts.actions.guesses import check_own_password
from accounts.errors import NothingToChange, NotUsable, Stale
from accounts.models import User
from accounts.origin import Origin, tell
from erec.trail.events import Event


def change_own_mail(*, acting_user: User, password: str, mail: str, at: datetime, origin: Origin) -> User:
    """Change it after checking the login password with its strikes; the old address is told.

    Raises NothingToChange (the password is not looked at), WrongPassword or Locked (the strike stays
    counted
    and recorded), Stale (the password was reset meanwhile), NotUsable (stopped meanwhile).
    """
    if mail == acting_user.mail:
        raise NothingToChange
    checked = check_own_password(acting_user, password, asked_for="mail_change", at=at, origin=origin)
    return _store(acting_user, mail, checked=checked, at=at, origin=origin)


@transaction.atomic
def _store(acting_user: User, mail: str, *, checked: str, at: datetime, origin: Origin) -> User:
    access.lock_company(acting_user.company_id)
    user = User.objects.select_for_update(of=("self",)).select_related("company").get(pk=acting_user.pk)
    if not user.is_active:
        raise NotUsable
    if user.password != checked:
        raise Stale
    old = user.mail
    user.mail = mail
    user.save(update_fields=["mail"])
    mails.mail_changed(user, old, user, at)
    tell(
        Event.USER_CHANGED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=user.login_id,
        old_mail=old,
        new_mail=mail,
    )
    return user
