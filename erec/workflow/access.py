"""The only ways to requests and demands for somebody, with the locks that a writer takes."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import Company, User
from erec.members import access as members
from erec.members.catalogue import Grant, Tick
from erec.members.models import Member
from erec.workflow.errors import NotThere, RightMissing
from erec.workflow.models import Controls, Demand, Request, WorkingCopy
from erec.workflow.states import MOVES, UNAPPROVED, Move, State


@dataclass(frozen=True)
class Actor:
    """Who acts, as the database has them while the action runs."""

    user: User
    member: Member
    company: Company
    grants: frozenset[Grant]

    def may(self, business: str, tick: Tick) -> bool:
        return (business, tick) in self.grants


def acting(user: User) -> Actor:
    """The person and his rights, held still until the transaction ends: who takes a right away waits.

    A master holds the company's row alone, because what he approves may change its people (types.masters).
    Raises RightMissing for who was stopped or deleted meanwhile, and for a stopped company.
    """
    with connection.cursor() as cursor:
        strength = "NO KEY UPDATE" if user.is_master else "SHARE"
        cursor.execute(f"SELECT FROM accounts_company WHERE id = %s FOR {strength}", [user.company_id])
        cursor.execute("SELECT FROM accounts_user WHERE id = %s FOR SHARE", [user.pk])
        cursor.execute("SELECT FROM members_member WHERE user_id = %s FOR SHARE", [user.pk])
    now = User.objects.select_related("company").get(pk=user.pk)
    member = members.own(now)
    if member is None or not now.is_active or member.status != User.Status.ACTIVE:
        raise RightMissing
    return Actor(now, member, now.company, members.powers_of(member))


def requests_of(company_id: int) -> QuerySet[Request]:
    """What the company's people see: all its requests but other people's drafts."""
    return Request.objects.filter(company_id=company_id).select_related("account")


def visible_to(member: Member, grants: frozenset[Grant]) -> QuerySet[Request]:
    """請求状況一覧: the businesses in which the person has a tick; of drafts only his own."""
    businesses = {code for code, _ in grants}
    rows = requests_of(member.company_id).filter(business__in=businesses)
    return rows.filter(~Q(state=State.DRAFT) | Q(maker=member))


def request_for(member: Member, grants: frozenset[Grant], request_no: str) -> Request:
    """Raises NotThere, also for another company's."""
    found = visible_to(member, grants).filter(request_no=request_no).first()
    if found is None:
        raise NotThere
    return found


def locked_for(actor: Actor, request_no: str, move: Move) -> Request:
    """The request under its lock, for a person who may make that move in its business.

    Raises NotThere and RightMissing.
    """
    found = (
        Request.objects.select_for_update(of=("self",))
        .select_related("account", "demand")
        .filter(company_id=actor.company.pk, request_no=request_no)
        .first()
    )
    if found is None or (found.state == State.DRAFT and found.maker_id != actor.member.pk):
        raise NotThere
    if not actor.may(found.business, MOVES[move].tick):
        raise RightMissing
    return found


def awaiting_approval(member: Member, grants: frozenset[Grant]) -> QuerySet[Request]:
    """承認待ち: what waits for a checker of these businesses, whoever entered it."""
    businesses = {code for code, tick in grants if tick is Tick.CHECKER}
    return requests_of(member.company_id).filter(business__in=businesses, state=State.AWAITING_APPROVAL)


def to_be_mended(member: Member, grants: frozenset[Grant]) -> QuerySet[Request]:
    """差戻し中 and 引戻し済: any 担当者 of the business may fix them (domain facts §2.1)."""
    businesses = {code for code, tick in grants if tick is Tick.MAKER}
    return requests_of(member.company_id).filter(
        business__in=businesses, state__in=[State.SENT_BACK, State.PULLED_BACK]
    )


def drafts_of(member: Member) -> QuerySet[Request]:
    return requests_of(member.company_id).filter(state=State.DRAFT, maker=member)


def demands_for(member: Member, grants: frozenset[Grant]) -> QuerySet[Demand]:
    """承諾依頼 to the company, in the businesses in which the person has a tick."""
    businesses = {code for code, _ in grants}
    return Demand.objects.filter(company_id=member.company_id, business__in=businesses)


def unanswered(member: Member, grants: frozenset[Grant]) -> QuerySet[Demand]:
    """What a 担当者 still has to answer: open, and nobody's answer under way."""
    businesses = {code for code, tick in grants if tick is Tick.MAKER}
    under_way = Request.objects.filter(
        demand__isnull=False, state__in=[State.DRAFT, *UNAPPROVED], company_id=member.company_id
    )
    return (
        demands_for(member, grants)
        .filter(business__in=businesses, state=Demand.State.OPEN)
        .exclude(pk__in=under_way.values("demand"))
    )


def demand_for(member: Member, grants: frozenset[Grant], demand_no: str) -> Demand:
    """Raises NotThere, also for another company's."""
    found = demands_for(member, grants).filter(demand_no=demand_no).first()
    if found is None:
        raise NotThere
    return found


def locked_demand(demand_id: int) -> Demand:
    """Taken before the request whose line waits for it, by everybody, so that none waits in a circle."""
    return Demand.objects.select_for_update(of=("self",)).get(pk=demand_id)


def controls_of(company_id: int) -> Controls:
    """The company's own, or the defaults."""
    return Controls.objects.filter(pk=company_id).first() or Controls(company_id=company_id)


def working_copies(member: Member) -> QuerySet[WorkingCopy]:
    return WorkingCopy.objects.filter(member=member).order_by("-updated_at")
