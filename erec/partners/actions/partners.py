"""One partner: add, change, delete. Each asks the directory again while it holds the company's book."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.origin import Origin, tell
from erec.partners import access, directory, policy
from erec.partners.directory import Found, Key
from erec.partners.errors import AlreadyThere, Changed, LimitReached, Similar
from erec.partners.folding import fold
from erec.partners.models import Partner, PastUse
from erec.trail.events import Event

CONTENT = (
    *("user_number", "bank_code", "branch_code", "kind", "number", "registered_name", "memo"),
    *("is_small_contractor", "name", "sought", "sort_name", "checked_at", "changed_at"),
)


@dataclass(frozen=True)
class Entry:
    """What a person enters about a partner."""

    key: Key
    registered_name: str = ""  # 登録名: the company's own name for it
    memo: str = ""
    is_small_contractor: bool = False  # 取適法の対象


def look_up(entry: Entry, company_id: int) -> Found:
    """What the directory says of it. Raises NotFound, OwnCompany."""
    return directory.find(entry.key.user_number, **vars(entry.key.account), asking_company_id=company_id)


def same(company_id: int, key: Key, *, but: int = 0) -> Partner | None:
    """The company's partner of this very number and account, other than row `but`."""
    rows = access.partners_of(company_id).exclude(pk=but)
    return rows.filter(user_number=key.user_number, **vars(key.account)).first()


def similar(company_id: int, entry: Entry, found: Found, *, but: int = 0) -> list[Partner]:
    """Partners of the same user number with another account, or of the same name: perhaps a mistake."""
    alike = Q(user_number=found.user_number) | Q(name=found.name)
    alike |= Q(sort_name=fold(entry.registered_name or found.name))
    return list(access.partners_of(company_id).filter(alike).exclude(pk=but).order_by("pk")[:20])


@transaction.atomic
def add(
    entry: Entry, *, seen: Collection[int] = (), acting_user: User, at: datetime, origin: Origin
) -> Partner:
    """A new partner. `seen`: the similar ones that the person was shown and is content with.

    Raises NotAllowed, NotFound, OwnCompany, AlreadyThere, Similar, LimitReached.
    """
    user = access.working(acting_user)
    found = _checked(user.company_id, entry, seen)
    check_room(user.company_id, 1)
    partner = Partner(company_id=user.company_id)
    write(partner, entry, found, at)
    partner.save()
    _tell(Event.PARTNER_ADDED, partner, user, at, origin)
    return partner


@transaction.atomic
def change(
    pk: int,
    entry: Entry,
    *,
    version: int,
    seen: Collection[int] = (),
    acting_user: User,
    at: datetime,
    origin: Origin,
) -> Partner:
    """Other names, or another account; the partner stays the one that its groups hold.

    `version` is that of the page. Raises Partner.DoesNotExist, Changed, and what `add` raises.
    """
    user = access.working(acting_user)
    partner = _unchanged(user, pk, version)
    before = f"{partner.user_number} {partner.account_label} {partner.shown_name}"
    found = _checked(user.company_id, entry, seen, but=pk)
    write(partner, entry, found, at)
    partner.version += 1
    partner.save(update_fields=[*CONTENT, "version"])
    _tell(Event.PARTNER_CHANGED, partner, user, at, origin, before=before)
    return partner


@transaction.atomic
def delete(pk: int, *, version: int, acting_user: User, at: datetime, origin: Origin) -> Partner:
    """Out of the list, the groups and the suggestions. Requests that name the company keep their own words.

    Raises NotAllowed, Partner.DoesNotExist, Changed.
    """
    user = access.working(acting_user)
    partner = _unchanged(user, pk, version)
    groups = partner.memberships.count()
    partner.memberships.all().delete()
    PastUse.objects.filter(
        company_id=user.company_id, user_number=partner.user_number, **vars(partner.account)
    ).delete()
    partner.deleted_at = at
    partner.version += 1
    partner.save(update_fields=["deleted_at", "version"])
    _tell(Event.PARTNER_DELETED, partner, user, at, origin, groups=groups)
    return partner


def write(partner: Partner, entry: Entry, found: Found, at: datetime) -> None:
    """What was entered and what the directory said, with what lists are sorted and searched by."""
    partner.user_number, partner.name = found.user_number, found.name
    for name, value in vars(found.account).items():
        setattr(partner, name, value)
    partner.registered_name, partner.memo = entry.registered_name, entry.memo
    partner.is_small_contractor = entry.is_small_contractor
    partner.checked_at = partner.changed_at = at
    partner.sort_name = fold(partner.shown_name)
    partner.sought = sought_by(found, entry.registered_name)


def sought_by(found: Found, registered_name: str = "") -> str:
    names = (registered_name, found.name, found.user_number, found.account.number)
    return " ".join(fold(name) for name in names)


def check_room(company_id: int, more: int) -> None:
    """Raises LimitReached."""
    if access.partners_of(company_id).count() + more > policy.PARTNERS_MAX:
        raise LimitReached(
            f"登録できる取引先は{policy.PARTNERS_MAX:,}件までです。使わない取引先を削除してください。"
        )


def _checked(company_id: int, entry: Entry, seen: Collection[int], *, but: int = 0) -> Found:
    found = look_up(entry, company_id)
    there = same(company_id, entry.key, but=but)
    if there is not None:
        raise AlreadyThere(there)
    alike = similar(company_id, entry, found, but=but)
    if {partner.pk for partner in alike} - set(seen):
        raise Similar(alike)
    return found


def _unchanged(user: User, pk: int, version: int) -> Partner:
    partner = access.partner_for(user, pk)
    if partner.version != version:
        raise Changed
    return partner


def _tell(
    event: Event, partner: Partner, user: User, at: datetime, origin: Origin, **detail: str | int
) -> None:
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=partner.user_number,
        account=partner.account_label,
        name=partner.shown_name,
        small_contractor=partner.is_small_contractor,
        **detail,
    )
