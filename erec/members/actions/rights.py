"""権限変更: 業務権限 and 口座権限 of one member, by a master (his own too)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import second
from accounts.access import locked_master
from accounts.errors import NotAllowed
from accounts.models import SettlementAccount, User
from accounts.origin import Origin, tell
from erec.members import access, mails
from erec.members.actions.passwords import give_initial
from erec.members.catalogue import CATALOGUE, EVERY_GRANT, Grant, Tick, has_checker, with_implied
from erec.members.errors import InitialNeeded, RightsChanged, UnknownRight
from erec.members.models import AccountRight, ApprovalPassword, BusinessRight, Member
from erec.trail.events import Event


@dataclass(frozen=True)
class Rights:
    """What a member may do: ticks, and the ids of settlement accounts."""

    grants: frozenset[Grant]
    accounts: frozenset[int]


def rights_of(member: Member) -> Rights:
    accounts = member.account_rights.values_list("account_id", flat=True)
    return Rights(access.grants_of(member), frozenset(accounts))


def needs_initial(member: Member, wanted: Rights) -> bool:
    """初期承認パスワード is asked for a general user who is to approve and has no approval password.

    A master sets his own at the first entry (初期設定編 2), so he never needs an initial one.
    """
    if member.is_master or not has_checker(wanted.grants):
        return False
    return not ApprovalPassword.objects.filter(member=member).exists()


def businesses_left_without_checker(member: Member, wanted: Rights) -> list[str]:
    """Names of the businesses whose last 承認者 this change takes away: asked, then allowed."""
    lost = {code for code, tick in access.grants_of(member) - wanted.grants if tick is Tick.CHECKER}
    others = BusinessRight.objects.filter(
        member__company_id=member.company_id, member__status=User.Status.ACTIVE, tick=Tick.CHECKER
    ).exclude(member=member)
    held = set(others.values_list("business", flat=True))
    return [b.name for b in CATALOGUE if b.code in lost - held]


@transaction.atomic
def change_rights(
    member: Member,
    wanted: Rights,
    *,
    version: int,
    initial_hash: str = "",
    acting_user: User,
    at: datetime,
    origin: Origin,
    approved_in: str = "",
) -> Rights:
    """Set exactly these rights (and what they imply). The master's approval password was checked before.

    `version` is that of the page on which they were ticked. Raises NotAllowed (not his company's, or not
    usable), RightsChanged (another master was first), UnknownRight, InitialNeeded, NeedsSecond.
    """
    acting_user = locked_master(acting_user)
    member = access.locked(member.pk)
    access.check_may_manage(acting_user, member)
    if member.status != User.Status.ACTIVE or member.user.status != User.Status.ACTIVE:
        raise NotAllowed
    if member.rights_version != version:
        raise RightsChanged
    wanted = Rights(with_implied(wanted.grants), wanted.accounts)
    _check_known(member, wanted)
    before = access.grants_of(member)
    asks_initial = needs_initial(member, wanted)
    if asks_initial and not initial_hash:
        raise InitialNeeded
    second.check(second.Kind.RIGHTS, acting_user, member.user, approved_in)
    if asks_initial:
        give_initial(member, initial_hash, at)
    _write(member, wanted)
    if has_checker(wanted.grants - before):
        mails.checker_given(member, acting_user, wanted.grants - before, at)
    tell(
        Event.RIGHTS_CHANGED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=member.company_id,
        target=member.login_id,
        given=_listed(wanted.grants - before),
        taken=_listed(before - wanted.grants),
        accounts=len(wanted.accounts),
        **second.told(approved_in),
    )
    return wanted


def _check_known(member: Member, wanted: Rights) -> None:
    if not wanted.grants <= EVERY_GRANT:
        raise UnknownRight
    own = SettlementAccount.objects.filter(company_id=member.company_id, pk__in=wanted.accounts)
    if own.count() != len(wanted.accounts):
        raise UnknownRight


def _write(member: Member, wanted: Rights) -> None:
    member.business_rights.all().delete()
    BusinessRight.objects.bulk_create(
        BusinessRight(member=member, business=code, tick=tick) for code, tick in sorted(wanted.grants)
    )
    member.account_rights.all().delete()
    AccountRight.objects.bulk_create(
        AccountRight(member=member, account_id=pk) for pk in sorted(wanted.accounts)
    )
    member.rights_version += 1
    member.save(update_fields=["rights_version"])


def _listed(grants: frozenset[Grant]) -> str:
    return ", ".join(f"{code}:{tick}" for code, tick in sorted(grants))
