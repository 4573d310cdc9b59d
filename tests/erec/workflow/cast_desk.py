"""People of trading companies at their browsers."""

from dataclasses import dataclass, field
from typing import Any

from erec.members.catalogue import Grant
from erec.members.models import Member
from erec.trail.models import Entry, Outbox
from erec.workflow.models import Controls, Decision, FinalChecker, Line, Request, Version
from tests import cast
from tests.erec.members import cast_members
from tests.erec.workflow.cast_workflow import CHECKS, MAKES, Trader
from tests.portal import Page, go


@dataclass
class Someone:
    """A person in the service, and the row by which the actions know him."""

    person: cast.Person
    member: Member

    def come_again(self) -> None:
        """After the session has ended."""
        cast_members.enter(self.person, self.member)

    def page(self, path: str, sent: dict[str, Any] | None = None) -> Page:
        return go(self.person.client, path, sent)

    def get(self, path: str) -> Any:
        return self.person.client.get(path)

    def post(self, path: str, sent: dict[str, Any]) -> Any:
        return self.person.client.post(path, sent)


@dataclass
class Desk(Trader):
    """A trader whose maker and checker sit at browsers, with their master."""

    boss: Someone = field(kw_only=True)
    making: Someone = field(kw_only=True)
    checking: Someone = field(kw_only=True)

    def also(self, *grants: Grant) -> Someone:
        """One more colleague with these ticks."""
        return someone(self.boss.person, *grants)


def someone(of: cast.Person, *grants: Grant) -> Someone:
    person, member = cast_members.colleague(of)
    cast_members.give(member, *grants)
    return Someone(person, cast_members.enter(person, member))


def desk() -> Desk:
    boss = Someone(*cast_members.master())
    making, checking = someone(boss.person, *MAKES), someone(boss.person, *CHECKS)
    company = boss.person.user.company
    return Desk(
        company,
        making.member,
        checking.member,
        list(company.settlement_accounts.all()),
        boss=boss,
        making=making,
        checking=checking,
    )


def kept() -> dict[str, list[Any]]:
    """Everything that a refused act leaves as it was."""
    return {
        "requests": list(Request.objects.order_by("pk").values_list()),
        "versions": list(Version.objects.order_by("pk").values_list("request", "number")),
        "decisions": list(Decision.objects.order_by("pk").values_list("request", "move", "member")),
        "lines": list(Line.objects.order_by("pk").values_list()),
        "controls": list(Controls.objects.order_by("pk").values_list()),
        "finals": list(FinalChecker.objects.order_by("pk").values_list("member", flat=True)),
        "mails": list(Outbox.objects.order_by("pk").values_list("key", flat=True)),
        "events": sorted(e for e in Entry.objects.values_list("event", flat=True) if e != "right.denied"),
    }


def controls(of: Trader, **settings: Any) -> Controls:
    row, _ = Controls.objects.update_or_create(company=of.company, defaults=settings)
    return row
