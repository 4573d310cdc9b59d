"""Making a user, and giving a new initial password."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from accounts import policy
from accounts.errors import AlreadyThere, LimitReached, NotUsable
from accounts.models import Company, User
from accounts.origin import Origin, tell
from accounts.passwords import LOGIN_PASSWORD
from accounts.sessions import End, end
from erec.parameters import table
from erec.trail.events import Event


@dataclass(frozen=True)
class NewUser:
    """What is typed for a new user; the form has checked the shapes."""

    login_id: str
    name: str
    mail: str
    initial_password: str = ""  # empty: one is made


def add_user(company: Company, kind: str, new: NewUser, *, at: datetime) -> tuple[User, str]:
    """The row and its initial password, in the caller's transaction. Raises AlreadyThere, LimitReached."""
    Company.objects.select_for_update().get(pk=company.pk)  # two additions count one after the other
    present = company.users.exclude(status=User.Status.DELETED)
    if present.count() >= table.value("users_max"):
        raise LimitReached(f"1企業のユーザは{table.value('users_max')}名までです。")
    if kind == User.Kind.MASTER and present.filter(kind=kind).count() >= table.value("masters_max"):
        raise LimitReached(f"マスターユーザは{table.value('masters_max')}名までです。")
    initial = new.initial_password or policy.initial_password()
    try:
        with transaction.atomic():
            user = User.objects.create(
                company=company,
                login_id=new.login_id,
                kind=kind,
                name=new.name,
                mail=new.mail,
                password=make_password(initial),
                created_at=at,
            )
    except IntegrityError as error:
        raise AlreadyThere("login_id") from error
    return user, initial


@transaction.atomic
def reset_password(
    user: User, *, acting_user: User | None, at: datetime, origin: Origin, initial_password: str = ""
) -> str:
    """A new initial password, valid for one login; lifts a lock and ends the session. Raises NotUsable."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.status == User.Status.DELETED:
        raise NotUsable
    initial = initial_password or policy.initial_password()
    user.password = make_password(initial)
    user.password_is_initial, user.password_used_at = True, None
    user.save(update_fields=["password", "password_is_initial", "password_used_at"])
    LOGIN_PASSWORD.unlock(user.pk)
    end([user.pk], End.PASSWORD, at)
    tell(
        Event.LOGIN_PASSWORD_RESET,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=user.company_id,
        target=user.login_id,
    )
    return initial


@transaction.atomic
def unlock_user(user: User, *, acting_user: User | None, at: datetime, origin: Origin) -> None:
    """Lift the lock of six wrong entries; the password stays. Raises NotUsable if there is no lock."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_locked:
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
