"""The only ways to a company's entries and exports, and to the person who works on them."""

from datetime import date

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from erec.accounting import access as accounting
from erec.journals.models import AccountOfRole, Entry, Export, JournalSettings

RIGHT = accounting.RIGHT


def settings_of(company_id: int) -> JournalSettings | None:
    return JournalSettings.objects.filter(company_id=company_id).first()


def accounts_of(company_id: int) -> dict[str, AccountOfRole]:
    """By role; those that the company has set."""
    return {row.role: row for row in AccountOfRole.objects.filter(company_id=company_id)}


def entries_of(company_id: int) -> QuerySet[Entry]:
    return Entry.objects.filter(company_id=company_id)


def open_entries(company_id: int, until: date | None = None) -> QuerySet[Entry]:
    """What was not given out yet, in the order of the books; up to that 伝票日付, the day included."""
    rows = entries_of(company_id).filter(export__isnull=True)
    rows = rows.filter(on__lte=until) if until else rows
    return rows.order_by("on", "id")


def exports_of(company_id: int) -> QuerySet[Export]:
    """Without the files, which are large."""
    return Export.objects.filter(company_id=company_id).defer("content").select_related("made_by")


def export_for(company_id: int, number: int) -> Export:
    """With its file. Raises Export.DoesNotExist, also for another company's."""
    return Export.objects.select_related("made_by", "cancelled_by").get(company_id=company_id, number=number)


def working(acting_user: User) -> User:
    """The person as he is now, held still, and the company's journals to himself, until the transaction ends.

    Raises NotAllowed.
    """
    user = accounting.working(acting_user)
    alone(user.company_id)
    return user


def alone(company_id: int) -> None:
    """Nobody else makes, gives out or takes back this company's entries until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"journals {company_id}"])
