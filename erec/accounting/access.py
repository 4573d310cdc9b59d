"""The only ways to a company's masters and printed names, and to the person who works on them."""

from django.db import connection
from django.db.models import QuerySet

from accounts.errors import NotAllowed
from accounts.models import User
from erec.accounting.models import Kind, Master, MasterUpload, PartnerCode, PrintedName
from erec.accounting.policy import MASTERS
from erec.members import access as members
from erec.members.catalogue import Grant, Tick

RIGHT: Grant = ("accounting", Tick.USE)


def masters_of(company_id: int, kind: Kind) -> QuerySet[Master]:
    """The rows of one master, as the file ordered them: by code."""
    model, key = MASTERS[kind].model, MASTERS[kind].key
    rows: QuerySet[Master] = model._default_manager.filter(company_id=company_id)
    return rows.order_by(*key)


def printed_names_of(company_id: int) -> QuerySet[PrintedName]:
    return PrintedName.objects.filter(company_id=company_id)


def partner_codes_of(company_id: int) -> dict[str, str]:
    """補助科目コード by 利用者番号."""
    rows = PartnerCode.objects.filter(company_id=company_id)
    return dict(rows.values_list("user_number", "code"))


def upload_of(user: User) -> MasterUpload | None:
    return MasterUpload.objects.filter(user=user).first()


def working(acting_user: User) -> User:
    """The person as he is now, held still, and the company's masters to himself, until the transaction ends.

    Whoever takes the right away, or stops him or the company, waits or was first. Raises NotAllowed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM accounts_company WHERE id = %s FOR SHARE", [acting_user.company_id])
        cursor.execute("SELECT FROM accounts_user WHERE id = %s FOR SHARE", [acting_user.pk])
        cursor.execute("SELECT FROM members_member WHERE user_id = %s FOR SHARE", [acting_user.pk])
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"accounting {acting_user.company_id}"]
        )
    user = User.objects.select_related("company").get(pk=acting_user.pk)
    member = members.own(user)
    if member is None or member.status != User.Status.ACTIVE or not user.is_active:
        raise NotAllowed
    if RIGHT not in members.grants_of(member):
        raise NotAllowed
    return user
