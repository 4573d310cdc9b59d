"""Who of a company gets a notice: whoever holds the permission now, or its masters if nobody does."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from accounts.models import User
from erec.members import access as members
from erec.members.catalogue import BY_CODE, OF_MASTERS, Grant, Tick
from erec.members.models import Deputy, Member
from erec.notices.what import KINDS, What, audience


@dataclass(frozen=True)
class Receiver:
    """A member who may log in, and what he decided about mails."""

    member_id: int
    company_id: int
    company_name: str
    login_id: str
    name: str
    mail: str
    is_master: bool
    grants: frozenset[Grant]
    choices: frozenset[tuple[str, bool]]  # kind and whether wanted, of those asked for

    def wants(self, what: What) -> bool:
        return dict(self.choices).get(what, KINDS[what].mail)


def active_members() -> QuerySet[Member]:
    """Who can come and look: usable on both sides, of a company that is not stopped."""
    return Member.objects.filter(
        status=User.Status.ACTIVE, user__status=User.Status.ACTIVE, company__stopped_at=None
    )


def of_companies(
    company_ids: Collection[int], businesses: Collection[str], whats: Collection[What]
) -> dict[int, list[Receiver]]:
    """Masters, and whoever holds a tick of these businesses or stands in for who does, by company.

    Two queries, however many.
    """
    deputies = list(members.in_force(*company_ids))
    rows = (
        active_members()
        .filter(company_id__in=company_ids)
        .annotate(
            held=FilteredRelation(
                "business_rights", condition=Q(business_rights__business__in=list(businesses))
            ),
            chosen=FilteredRelation("mail_choices", condition=Q(mail_choices__what__in=list(whats))),
        )
        .filter(
            Q(kind=User.Kind.MASTER) | Q(held__isnull=False) | Q(pk__in=[row.deputy_id for row in deputies])
        )
        .order_by("pk")
        .values(
            "pk",
            "company_id",
            "company__name",
            "login_id",
            "name",
            "mail",
            "kind",
            "held__business",
            "held__tick",
            "chosen__what",
            "chosen__wanted",
        )
    )
    by_member: dict[int, list[Any]] = {}
    for row in rows:
        by_member.setdefault(row["pk"], []).append(row)
    found: dict[int, list[Receiver]] = {}
    for same in by_member.values():
        receiver = _receiver(same)
        found.setdefault(receiver.company_id, []).append(receiver)
    return {company_id: _with_lent(people, deputies) for company_id, people in found.items()}


def _with_lent(people: list[Receiver], deputies: list[Deputy]) -> list[Receiver]:
    """Who approves in another's place hears of what is to be approved."""
    held = {person.member_id: person.grants for person in people}
    lent: dict[int, set[Grant]] = {}
    for row in deputies:
        of_principal = held.get(row.principal_id, frozenset())
        lent.setdefault(row.deputy_id, set()).update(g for g in of_principal if g[1] is Tick.CHECKER)
    return [replace(p, grants=p.grants | lent.get(p.member_id, set())) for p in people]


def _receiver(rows: list[Any]) -> Receiver:
    """One member out of the joined rows: each tick comes with each choice."""
    first = rows[0]
    is_master = first["kind"] == User.Kind.MASTER
    held = frozenset(
        (row["held__business"], Tick(row["held__tick"])) for row in rows if row["held__business"] in BY_CODE
    )
    return Receiver(
        member_id=first["pk"],
        company_id=first["company_id"],
        company_name=first["company__name"],
        login_id=first["login_id"],
        name=first["name"],
        mail=first["mail"],
        is_master=is_master,
        grants=held | OF_MASTERS if is_master else held,
        choices=frozenset(
            (row["chosen__what"], row["chosen__wanted"]) for row in rows if row["chosen__what"]
        ),
    )


def of_notice(what: What, business: str, people: list[Receiver]) -> tuple[list[Receiver], bool]:
    """Those of one company's `people` who get it, and whether they are its masters for want of a holder.

    A permission that nobody holds must not swallow a notice: with the banks' services it does, and the
    answer's deadline passes unseen (domain facts §1.2, §6 pain 4).
    """
    wanted = audience(what, business)
    holders = [person for person in people if person.grants & wanted]
    if holders:
        return holders, False
    return [person for person in people if person.is_master], True
