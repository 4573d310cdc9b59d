"""The only ways to a company's partners and groups, and to the person who works on them."""

from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.errors import NotAllowed
from accounts.models import SettlementAccount, User
from erec.members import access as members
from erec.members.catalogue import PARTNERS, Grant, Tick
from erec.partners.folding import words
from erec.partners.models import Designation, GroupMember, Partner, PartnerGroup, PartnerUpload

RIGHT: Grant = (PARTNERS, Tick.USE)


def partners_of(company_id: int) -> QuerySet[Partner]:
    return Partner.objects.filter(company_id=company_id, deleted_at__isnull=True)


def sought(text: str) -> Q:
    """Rows whose names or numbers hold every word of `text`, however it is written."""
    wanted = Q()
    for word in words(text):
        wanted &= Q(sought__contains=word)
    return wanted


def with_standing(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Each with `is_usable`: number and account are still a contract here that is not stopped."""
    contracts = SettlementAccount.objects.filter(
        company__user_number=OuterRef("user_number"),
        company__stopped_at__isnull=True,
        company__is_institution=False,
        **{name: OuterRef(name) for name in ("bank_code", "branch_code", "kind", "number")},
    )
    marked: QuerySet[Any] = rows.annotate(is_usable=Exists(contracts))
    return marked


def partner_for(user: User, pk: int) -> Partner:
    """Raises Partner.DoesNotExist, also for another company's and a deleted one."""
    return partners_of(user.company_id).get(pk=pk)


def was_deleted(user: User, pk: int) -> bool:
    """Told to the company's own people only."""
    return Partner.objects.filter(company_id=user.company_id, pk=pk, deleted_at__isnull=False).exists()


def designations_of(company_id: int) -> QuerySet[Designation]:
    """指定許可先: registered ones alone; who was taken out is no row any more."""
    return Designation.objects.filter(company_id=company_id)


def groups_with(partner: Partner) -> QuerySet[PartnerGroup]:
    return groups_of(partner.company_id).filter(members__partner=partner)


def groups_of(company_id: int) -> QuerySet[PartnerGroup]:
    return PartnerGroup.objects.filter(company_id=company_id).order_by("name")


def group_for(user: User, pk: int) -> PartnerGroup:
    """Raises PartnerGroup.DoesNotExist, also for another company's."""
    return groups_of(user.company_id).get(pk=pk)


def members_of(group: PartnerGroup) -> QuerySet[GroupMember]:
    rows = group.members.select_related("partner")
    return rows.order_by("partner__sort_name", "partner_id")


def upload_of(user: User) -> PartnerUpload | None:
    return PartnerUpload.objects.filter(user=user).first()


def working(acting_user: User) -> User:
    """The person as he is now, held still, and the company's book to himself, until the transaction ends.

    Whoever takes the right away, or stops him or the company, waits or was first. Raises NotAllowed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM accounts_company WHERE id = %s FOR SHARE", [acting_user.company_id])
        cursor.execute("SELECT FROM accounts_user WHERE id = %s FOR SHARE", [acting_user.pk])
        cursor.execute("SELECT FROM members_member WHERE user_id = %s FOR SHARE", [acting_user.pk])
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"partners {acting_user.company_id}"]
        )
    user = User.objects.select_related("company").get(pk=acting_user.pk)
    member = members.own(user)
    if member is None or member.status != User.Status.ACTIVE or not user.is_active:
        raise NotAllowed
    if RIGHT not in members.grants_of(member):
        raise NotAllowed
    return user
