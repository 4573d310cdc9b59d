"""承認パスワード: set at first entry, changed by oneself, put back to an initial one by another master."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import second
from accounts.access import locked_master
from accounts.errors import NotAllowed, Stale
from accounts.models import User
from accounts.origin import Origin, tell
from erec.members import access, approval, mails
from erec.members.actions import confirming
from erec.members.errors import NothingToDo, PasswordRefused
from erec.members.models import ApprovalPassword, FormerApprovalPassword, Member
from erec.trail.events import Event


def set_first(member: Member, *, new: str, acting_user: User, at: datetime, origin: Origin) -> None:
    """A master's first one; all others begin with an initial one. Raises PasswordRefused, NothingToDo."""
    if acting_user.pk != member.user_id or not member.is_master:
        raise NotAllowed
    _refuse_unfit(member, new)
    _store(member, make_password(new), checked=None, acting_user=acting_user, at=at, origin=origin)


def change(
    member: Member, *, current: str, new: str, acting_user: User, at: datetime, origin: Origin
) -> None:
    """Change one's own. Raises WrongPassword, Locked (the strike is counted), PasswordRefused, Stale."""
    if acting_user.pk != member.user_id:
        raise NotAllowed
    row = ApprovalPassword.objects.filter(member=member).first()
    if row is None:
        raise NothingToDo
    checked = confirming.check(row, current, acting_user=acting_user, at=at, origin=origin)
    _refuse_unfit(member, new)
    _store(member, make_password(new), checked=checked, acting_user=acting_user, at=at, origin=origin)


def _refuse_unfit(member: Member, new: str) -> None:
    sentence = approval.problem(member, new)
    if sentence:
        raise PasswordRefused(sentence)


@transaction.atomic
def _store(
    member: Member, encoded: str, *, checked: str | None, acting_user: User, at: datetime, origin: Origin
) -> None:
    member = access.locked(member.pk)
    row = ApprovalPassword.objects.filter(member=member).first()
    if checked is None and row is not None:
        raise NothingToDo
    if checked is not None and (row is None or row.hash != checked):
        raise Stale
    _replace(member, row, encoded, is_initial=False, at=at)
    tell(
        Event.APPROVAL_PASSWORD_CHANGED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=member.company_id,
        target=member.login_id,
    )


def _replace(
    member: Member, row: ApprovalPassword | None, encoded: str, *, is_initial: bool, at: datetime
) -> None:
    """The new hash, with the old one kept among the former; strikes and lock are gone."""
    if row is not None:
        FormerApprovalPassword.objects.create(member=member, hash=row.hash, replaced_at=at)
    row = row or ApprovalPassword(member=member)
    row.hash, row.is_initial, row.set_at = encoded, is_initial, at
    row.strikes, row.locked_at = 0, None
    row.save()


def give_initial(member: Member, encoded: str, at: datetime) -> None:
    """An initial approval password, in the caller's action (権限変更 or 初期化)."""
    row = ApprovalPassword.objects.filter(member=member).first()
    _replace(member, row, encoded, is_initial=True, at=at)


@transaction.atomic
def reset(
    member: Member,
    *,
    initial_hash: str,
    acting_user: User,
    at: datetime,
    origin: Origin,
    approved_in: str = "",
) -> None:
    """承認パスワード初期化 by another master, whose own approval password was checked before.

    Raises NotAllowed (one's own, another company's), NothingToDo (there is none), NeedsSecond.
    """
    acting_user = locked_master(acting_user)
    member = access.locked(member.pk)
    access.check_may_manage(acting_user, member)
    if member.user_id == acting_user.pk:
        raise NotAllowed
    if not ApprovalPassword.objects.filter(member=member).exists():
        raise NothingToDo
    second.check(second.Kind.APPROVAL_RESET, acting_user, member.user, approved_in)
    give_initial(member, initial_hash, at)
    mails.approval_reset(member, acting_user, at)
    tell(
        Event.APPROVAL_PASSWORD_RESET,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=member.company_id,
        target=member.login_id,
        **second.told(approved_in),
    )
