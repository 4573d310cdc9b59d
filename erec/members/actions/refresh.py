"""ユーザ更新: the portal's users, as they are now, come over to the densai side in one act."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from accounts import second
from accounts.access import locked_master
from accounts.errors import Stale
from accounts.models import Company, User
from accounts.origin import Origin, tell
from erec.members.actions.entering import copy_of
from erec.members.errors import NothingToDo
from erec.members.models import ApprovalPassword, Member
from erec.trail.events import Event


class Change(StrEnum):
    """What a refresh does with one user."""

    ADDED = "追加"
    CHANGED = "変更"
    DELETED = "削除"


FIELDS = (("name", "ユーザ名"), ("mail", "メールアドレス"), ("kind", "区分"), ("status", "状態"))


@dataclass(frozen=True)
class Difference:
    """One user whose densai side is not as the portal's; before is None for an added one."""

    change: Change
    user: User
    before: Member | None

    @property
    def fields(self) -> list[tuple[str, str, str]]:
        """(label, before, after) of what differs, as the screen shows it."""
        shown = []
        for name, label in FIELDS:
            after = _shown(self.user, name)
            before = _shown(self.before, name) if self.before else "－"
            if before != after:
                shown.append((label, before, after))
        return shown


def _shown(row: User | Member, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else getattr(row, name))


def differences(company: Company) -> list[Difference]:
    """Everybody who would change, in the order of their registration."""
    members = {m.user_id: m for m in Member.objects.filter(company=company)}
    found = []
    for user in User.objects.filter(company=company).select_related("company").order_by("pk"):
        before = members.get(user.pk)
        if before is None:
            if user.status != User.Status.DELETED:
                found.append(Difference(Change.ADDED, user, None))
        elif any(getattr(before, name) != getattr(user, name) for name, _ in FIELDS):
            deleted = user.status == User.Status.DELETED
            found.append(Difference(Change.DELETED if deleted else Change.CHANGED, user, before))
    return found


def digest(found: list[Difference]) -> str:
    """What the page showed, in one word, so that only this is carried out."""
    text = repr([(d.change, d.user.pk, d.fields) for d in found])
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def refresh(
    *, seen: str, acting_user: User, at: datetime, origin: Origin, approved_in: str = ""
) -> list[Difference]:
    """Carry out exactly what was seen. The master's approval password was checked before.

    A new member has no right at all; a deleted one keeps its name and loses rights and approval
    password. Raises NotAllowed, NothingToDo (another master was first), Stale (not what was seen),
    NeedsSecond.
    """
    acting_user = locked_master(acting_user)
    company = acting_user.company
    found = differences(company)
    if not found:
        raise NothingToDo
    if digest(found) != seen:
        raise Stale
    second.check(second.Kind.REFRESH, acting_user, None, approved_in)
    for difference in found:
        member = copy_of(difference.user, difference.before, at)
        if difference.change is Change.DELETED:
            member.business_rights.all().delete()
            member.account_rights.all().delete()
            ApprovalPassword.objects.filter(member=member).delete()
    tell(
        Event.USERS_REFRESHED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=company.pk,
        target=company.user_number,
        **{change.name.lower(): sum(d.change is change for d in found) for change in Change},
        **second.told(approved_in),
    )
    return found
