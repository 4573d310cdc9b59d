"""The only ways to rows of the portal side for somebody."""

from django.db.models import QuerySet

from accounts.models import Company, LoginRecord, User

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
