"""The only ways to rows of the portal side for somebody."""

from django.db.models import QuerySet

from accounts import policy
from accounts.errors import LimitReached, NotAllowed
from accounts.models import Company, LoginRecord, User
from accounts.policy import Act
from erec.parameters import table

HISTORY_ROWS = 50


def login_history(user: User, *, whole_company: bool, before: int | None) -> QuerySet[LoginRecord]:
    """The newest tries first: one's own, or for a master the company's; older than row `before`."""
    rows = LoginRecord.objects.select_related("user")
    if whole_company and user.is_master:
        rows = rows.filter(company_id=user.company_id)
    else:
        rows = rows.filter(user=user)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return rows.order_by("-pk")


def users_of(master: User) -> QuerySet[User]:
    """Everybody of the master's company who is not deleted."""
    return (
        User.objects.filter(company_id=master.company_id).exclude(status=User.Status.DELETED).order_by("pk")
    )


def company_by_number(user_number: str) -> Company:
    """Raises Company.DoesNotExist."""
    return Company.objects.get(user_number=user_number)


def user_by_login_id(login_id: str) -> User:
    """Raises User.DoesNotExist."""
    return User.objects.select_related("company").get(login_id=login_id)


def colleague(master: User, login_id: str) -> User:
    """A user of the master's own company, deleted or not. Raises User.DoesNotExist."""
    return User.objects.select_related("company").get(company_id=master.company_id, login_id=login_id)


def active_masters(company: Company) -> QuerySet[User]:
    return company.users.filter(kind=User.Kind.MASTER, status=User.Status.ACTIVE).order_by("pk")


def lock_company(company_id: int) -> Company:
    """Whoever changes a company's users waits here for the others, in the caller's transaction.

    NO KEY: rows that only refer to the company (a login's, say) do not wait.
    """
    return Company.objects.select_for_update(no_key=True).get(pk=company_id)


def locked_master(acting_user: User) -> User:
    """The acting user's row as it is now, under the company's lock. Raises NotAllowed."""
    lock_company(acting_user.company_id)
    acting = User.objects.select_related("company").get(pk=acting_user.pk)
    if not (acting.is_active and acting.is_master):
        raise NotAllowed
    return acting


def locked_for(acting_user: User | None, act: Act, user: User) -> User:
    """The user's row under lock, for that act by that person, both as they are now; None: the institution.

    A master who was stopped or deleted a moment ago may nothing any more. Raises NotAllowed.
    """
    lock_company(user.company_id)
    found = User.objects.select_for_update(of=("self",)).select_related("company").get(pk=user.pk)
    check_may(acting_user, act, found)
    return found


def check_may(acting_user: User | None, act: Act, user: User) -> None:
    """Raises NotAllowed. The acting user is read again; the institution (None) may everything."""
    if acting_user is None:
        return
    acting = User.objects.select_related("company").get(pk=acting_user.pk)
    if not policy.may(acting, act, user):
        raise NotAllowed


def check_room(company: Company, kind: str) -> None:
    """Raises LimitReached if the company has as many users, or masters, as the institution allows."""
    present = company.users.exclude(status=User.Status.DELETED)
    if present.count() >= table.value("users_max"):
        raise LimitReached(f"1企業のユーザは{table.value('users_max')}名までです。")
    if kind == User.Kind.MASTER and present.filter(kind=kind).count() >= table.value("masters_max"):
        raise LimitReached(f"マスターユーザは{table.value('masters_max')}名までです。")


def is_taken(login_id: str) -> bool:
    """Also by a deleted user, of whatever company: an ID is given once for ever."""
    return User.objects.filter(login_id=login_id).exists()
