"""取引先グループ: save one with its partners and amounts, delete one."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.partners import access, policy
from erec.partners.errors import Changed, LimitReached, NameTaken
from erec.partners.models import GroupMember, PartnerGroup
from erec.trail.events import Event


@transaction.atomic
def save_group(
    pk: int | None,
    name: str,
    members: Mapping[int, int | None],
    *,
    version: int = 0,
    acting_user: User,
    at: datetime,
    origin: Origin,
) -> PartnerGroup:
    """Make a group (`pk` None), or set an old one's name and all its members.

    `members`: partners' ids, each with its amount in yen or None. Raises NotAllowed,
    PartnerGroup.DoesNotExist, Changed (the group, or one of the partners, is not as the page showed it),
    NameTaken, LimitReached.
    """
    user = access.working(acting_user)
    group = _new(user) if pk is None else _unchanged(user, pk, version)
    _check(user.company_id, group, name, members)
    group.name, group.changed_at = name, at
    group.version += 1
    group.save()
    group.members.all().delete()
    GroupMember.objects.bulk_create(
        GroupMember(company_id=user.company_id, group=group, partner_id=partner, amount_yen=amount)
        for partner, amount in members.items()
    )
    _tell(
        Event.PARTNER_GROUP_SAVED,
        group,
        user,
        at,
        origin,
        members=len(members),
        total_yen=sum(amount or 0 for amount in members.values()),
    )
    return group


@transaction.atomic
def delete_group(pk: int, *, version: int, acting_user: User, at: datetime, origin: Origin) -> None:
    """The group goes, its partners stay. Raises NotAllowed, PartnerGroup.DoesNotExist, Changed."""
    user = access.working(acting_user)
    group = _unchanged(user, pk, version)
    members = group.members.count()
    group.delete()
    _tell(Event.PARTNER_GROUP_DELETED, group, user, at, origin, members=members)


def _new(user: User) -> PartnerGroup:
    if access.groups_of(user.company_id).count() >= policy.GROUPS_MAX:
        raise LimitReached(f"グループは{policy.GROUPS_MAX}件までです。使わないグループを削除してください。")
    return PartnerGroup(company_id=user.company_id, version=0)


def _unchanged(user: User, pk: int, version: int) -> PartnerGroup:
    group = access.group_for(user, pk)
    if group.version != version:
        raise Changed
    return group


def _check(company_id: int, group: PartnerGroup, name: str, members: Mapping[int, int | None]) -> None:
    if access.groups_of(company_id).filter(name=name).exclude(pk=group.pk or 0).exists():
        raise NameTaken
    if len(members) > policy.GROUP_MEMBERS_MAX:
        raise LimitReached(f"1つのグループに入れられる取引先は{policy.GROUP_MEMBERS_MAX}件までです。")
    if access.partners_of(company_id).filter(pk__in=members).count() != len(members):
        raise Changed


def _tell(event: Event, group: PartnerGroup, user: User, at: datetime, origin: Origin, **detail: int) -> None:
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=group.name,
        **detail,
    )
