"""What a master or the institution does to a user's portal row. Where certificates end with it: certs."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from accounts import access, mails, policy, second
from accounts import seen as seen_before
from accounts.errors import AlreadyThere, NotAllowed, NothingToChange, NotUsable
from accounts.models import Company, User
from accounts.origin import Origin, tell
from accounts.passwords import LOGIN_PASSWORD
from accounts.policy import Act
from accounts.seen import Seen
from accounts.sessions import End, end
from erec.trail.events import Event


@dataclass(frozen=True)
class NewUser:
    """What is typed for a new user; the form has checked the shapes."""

    login_id: str
    name: str
    mail: str
    initial_password: str = ""  # empty: one is made, unless its hash is given
    initial_hash: str = ""


def add_user(company: Company, kind: str, new: NewUser, *, at: datetime) -> tuple[User, str]:
    """The row and its initial password, in the caller's transaction. Raises AlreadyThere, LimitReached.

    Where only the hash is given, the password is returned empty: nobody here knows it.
    """
    access.lock_company(company.pk)  # two additions count one after the other
    access.check_room(company, kind)
    initial = new.initial_password or ("" if new.initial_hash else policy.initial_password())
    try:
        with transaction.atomic():
            user = User.objects.create(
                company=company,
                login_id=new.login_id,
                kind=kind,
                name=new.name,
                mail=new.mail,
                password=new.initial_hash or make_password(initial),
                created_at=at,
            )
    except IntegrityError as error:
        raise AlreadyThere("login_id") from error
    return user, initial


@transaction.atomic
def create_user(*, acting_user: User, kind: User.Kind, new: NewUser, at: datetime, origin: Origin) -> User:
    """ID新規作成 by a master. Raises NotAllowed, AlreadyThere (login_id), LimitReached."""
    acting = access.locked_master(acting_user)
    user, _ = add_user(acting.company, kind, new, at=at)
    mails.user_created(user, acting, at)
    tell(
        Event.USER_CREATED,
        at=at,
        origin=origin,
        acting_user=acting,
        company_id=user.company_id,
        target=user.login_id,
        kind=kind,
        name=user.name,
        mail=user.mail,
    )
    return user


@transaction.atomic
def change_user(
    user: User, *, name: str, mail: str, acting_user: User, seen: Seen | None, at: datetime, origin: Origin
) -> User:
    """Name and mail; the old address is told. One's own mail needs the password: `change_own_mail`.

    Raises NotAllowed, NotUsable (deleted), Changed (by somebody else, since `seen`), NothingToChange.
    """
    user = access.locked_for(acting_user, Act.CHANGE, user)
    if user.status == User.Status.DELETED:
        raise NotUsable
    seen_before.check_unchanged(seen, user, seen_before.FOR_CHANGE)
    old_name, old_mail = user.name, user.mail
    if (name, mail) == (old_name, old_mail):
        raise NothingToChange
    if mail != old_mail and user.pk == acting_user.pk:
        raise NotAllowed
    user.name, user.mail = name, mail
    user.save(update_fields=["name", "mail"])
    if mail != old_mail:
        mails.mail_changed(user, old_mail, acting_user, at)
    tell(
        Event.USER_CHANGED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=user.company_id,
        target=user.login_id,
        old_name=old_name,
        new_name=name,
        old_mail=old_mail,
        new_mail=mail,
    )
    return user


def reset_password(
    user: User,
    *,
    acting_user: User | None,
    at: datetime,
    origin: Origin,
    initial_password: str = "",
    seen: Seen | None = None,
) -> str:
    """A new initial password, valid for one login; lifts a lock and ends the session.

    A master shows what he had `seen`; the institution (None) does not. Raises NotAllowed, NotUsable,
    Changed, NeedsSecond.
    """
    initial = initial_password or policy.initial_password()
    encoded = make_password(initial)  # outside the transaction: no row is locked while hashing
    store_reset(user, encoded, acting_user=acting_user, seen=seen, at=at, origin=origin)
    return initial


@transaction.atomic
def store_reset(
    user: User,
    encoded: str,
    *,
    acting_user: User | None,
    seen: Seen | None,
    at: datetime,
    origin: Origin,
    approved_in: str = "",
) -> None:
    """The same with the password's hash. Raises the same."""
    user = access.locked_for(acting_user, Act.RESET, user)
    if user.status == User.Status.DELETED:
        raise NotUsable
    if acting_user is not None:
        seen_before.check_unchanged(seen, user, seen_before.FOR_RESET)
    second.check(second.Kind.LOGIN_RESET, acting_user, user, approved_in)
    user.password = encoded
    user.password_is_initial, user.password_used_at = True, None
    user.save(update_fields=["password", "password_is_initial", "password_used_at"])
    LOGIN_PASSWORD.unlock(user.pk)
    end([user.pk], End.PASSWORD, at)
    mails.password_reset(user, acting_user, at)
    tell(
        Event.LOGIN_PASSWORD_RESET,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=user.company_id,
        target=user.login_id,
        **second.told(approved_in),
    )


@transaction.atomic
def unlock_user(user: User, *, acting_user: User | None, at: datetime, origin: Origin) -> None:
    """Lift the lock of six wrong entries; the password stays.

    Raises NotAllowed, NotUsable (no lock, or deleted).
    """
    user = access.locked_for(acting_user, Act.UNLOCK, user)
    if not user.is_locked or user.status == User.Status.DELETED:
        raise NotUsable
    LOGIN_PASSWORD.unlock(user.pk)
    tell(
        Event.LOGIN_UNLOCKED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=user.company_id,
        target=user.login_id,
    )
