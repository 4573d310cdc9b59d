"""The only ways to notices for somebody: by the permissions that he has when he looks.

A removed right hides what it showed; a new one shows what is there. A master sees besides what nobody of the
company could see otherwise.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from erec.members.catalogue import BY_CODE, Grant, Tick
from erec.members.models import BusinessRight, Member
from erec.notices import receivers
from erec.notices.models import MailChoice, Notice, NoticeRead
from erec.notices.what import KINDS, What, audience, seen_with
from erec.parameters.table import value

COUNTED_MAX = 100  # a badge says 「99+」; counting further costs more than it tells


def visible_to(member: Member, grants: frozenset[Grant]) -> QuerySet[Notice]:
    """The notices of the member's company that he may see."""
    seen = seen_with(grants, _held_in_company(member)) if member.is_master else seen_with(grants)
    if not seen:
        return Notice.objects.none()
    of_permissions = Q(*(Q(business=b, what__in=whats) for b, whats in seen.items()), _connector=Q.OR)
    return Notice.objects.filter(of_permissions, company_id=member.company_id)


def _held_in_company(member: Member) -> frozenset[Grant]:
    """What anybody holds who can come and look."""
    rights = BusinessRight.objects.filter(
        member__in=receivers.active_members().filter(company_id=member.company_id)
    )
    pairs = rights.values_list("business", "tick").distinct()
    return frozenset((business, Tick(tick)) for business, tick in pairs if business in BY_CODE)


def notice_for(member: Member, grants: frozenset[Grant], code: str) -> Notice:
    """One of those. Raises Notice.DoesNotExist, also for another company's."""
    return visible_to(member, grants).get(code=code)


def is_for_want_of_a_holder(notice: Notice, grants: frozenset[Grant]) -> bool:
    """Whether a master with these grants sees it only because nobody else could."""
    return not audience(What(notice.what), notice.business) & grants


def with_unread(notices: QuerySet[Notice], member: Member, at: datetime) -> QuerySet[Notice]:
    """Each with `unread`, for this member."""
    return notices.annotate(unread=_is_unread(member, at))


def unread_by(member: Member, grants: frozenset[Grant], at: datetime) -> QuerySet[Notice]:
    return visible_to(member, grants).filter(_is_unread(member, at))


def _is_unread(member: Member, at: datetime) -> Combinable:
    """What is older than the institution's days counts as read: a new colleague does not begin with years
    of unread notices, and the count stays cheap.
    """
    opened = NoticeRead.objects.filter(notice=OuterRef("pk"), member=member)
    since = at - timedelta(days=value("notice_unread_days"))
    return Q(created_at__gte=since) & ~Exists(opened)


def unread_count(member: Member, grants: frozenset[Grant], at: datetime) -> int:
    """At most COUNTED_MAX."""
    return unread_by(member, grants, at)[:COUNTED_MAX].count()


def up_to(notices: QuerySet[Notice], newest: Notice) -> QuerySet[Notice]:
    """`newest` and what is older, in the order of the list."""
    at = newest.created_at
    return notices.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lte=newest.pk))


def mail_choices_of(member: Member) -> dict[What, bool]:
    """Every kind, and whether it comes by mail: the member's own choice, else the table's default."""
    chosen = dict(MailChoice.objects.filter(member=member).values_list("what", "wanted"))
    return {what: chosen.get(what, kind.mail) for what, kind in KINDS.items()}


def kinds_for(member: Member, grants: frozenset[Grant]) -> list[What]:
    """What may be told to the member: by his grants, to a master everything."""
    if member.is_master:
        return list(What)
    seen = seen_with(grants)
    return [what for what in What if any(what in whats for whats in seen.values())]
