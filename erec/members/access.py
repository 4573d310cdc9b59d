"""The only ways to members, and what they may do."""

from django.db.models import QuerySet, Subquery

from accounts.errors import NotAllowed
from accounts.models import SettlementAccount, User
from erec.members.catalogue import BY_CODE, OF_MASTERS, Grant, Tick
from erec.members.models import Deputy, Member
from erec.parameters.models import BusinessDay


def own(user: User) -> Member | None:
    return Member.objects.filter(user=user).first()


def locked(pk: int) -> Member:
    return Member.objects.select_for_update(of=("self",)).select_related("user").get(pk=pk)


def members_of(acting_user: User) -> QuerySet[Member]:
    """Everybody of the acting master's company on the densai side who is not deleted."""
    rows = Member.objects.filter(company_id=acting_user.company_id).exclude(status=User.Status.DELETED)
    return rows.select_related("user").order_by("pk")


def member_for(acting_user: User, login_id: str) -> Member:
    """One of those. Raises Member.DoesNotExist, also for another company's."""
    return members_of(acting_user).get(login_id=login_id)


def check_may_manage(acting_user: User, member: Member) -> None:
    """ユーザ情報管理 is the masters', over everybody of their own company (domain facts §1.4)."""
    if not (acting_user.is_master and acting_user.is_active and acting_user.company_id == member.company_id):
        raise NotAllowed


def grants_of(member: Member | None) -> frozenset[Grant]:
    """What the member is ticked for now: from the database, so a change takes effect at the next click."""
    if member is None:
        return frozenset()
    rows = member.business_rights.values_list("business", "tick")
    return frozenset((business, Tick(tick)) for business, tick in rows if business in BY_CODE)


def powers_of(member: Member | None) -> frozenset[Grant]:
    """What the member may do now: in his own place, and as a deputy today."""
    if member is None:
        return frozenset()
    lent = [lent_by(deputy.principal) for deputy in in_force(member.company_id).filter(deputy=member)]
    return own_powers_of(member).union(*lent)


def own_powers_of(member: Member) -> frozenset[Grant]:
    """His ticks, and what a master may without any."""
    return grants_of(member) | OF_MASTERS if member.is_master else grants_of(member)


def lent_by(principal: Member) -> frozenset[Grant]:
    """What a deputy may in his place: to approve, in the businesses in which he may himself now."""
    return frozenset(grant for grant in grants_of(principal) if grant[1] is Tick.CHECKER)


def in_force(*company_ids: int) -> QuerySet[Deputy]:
    """代理 on the business date. With the principal's own rights his deputy's end."""
    today = BusinessDay.objects.values("date")[:1]
    active = User.Status.ACTIVE
    rows = Deputy.objects.filter(
        company_id__in=company_ids, ended_at=None, from_on__lte=Subquery(today), until_on__gte=Subquery(today)
    ).filter(
        principal__status=active,
        principal__user__status=active,
        deputy__status=active,
        deputy__user__status=active,
    )
    return rows.select_related("principal", "deputy").order_by("pk")


def deputies_of(company_id: int) -> QuerySet[Deputy]:
    """All there ever were, the newest first."""
    return Deputy.objects.filter(company_id=company_id).select_related("principal", "deputy").order_by("-pk")


def accounts_of(member: Member) -> QuerySet[SettlementAccount]:
    """口座権限: what the member may choose from."""
    return SettlementAccount.objects.filter(pk__in=member.account_rights.values("account"))


def masters_of(user: User) -> QuerySet[User]:
    """Who can give a missing right."""
    masters = User.objects.filter(
        company_id=user.company_id, kind=User.Kind.MASTER, status=User.Status.ACTIVE
    )
    return masters.order_by("pk")
