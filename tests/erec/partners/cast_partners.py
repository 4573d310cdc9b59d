"""Companies that trade with each other, and the person who keeps one's address book."""

from dataclasses import dataclass
from typing import Any

from accounts.actions.companies import AccountNumber
from accounts.models import Company, User
from erec.members.catalogue import PARTNERS, Tick
from erec.members.models import Member
from erec.partners.actions import partners
from erec.partners.actions.groups import save_group
from erec.partners.actions.partners import Entry
from erec.partners.directory import Key
from erec.partners.models import Partner, PartnerGroup
from tests import cast
from tests.erec.members.cast_members import colleague, enter, give

USE = (PARTNERS, Tick.USE)
HERE: dict[str, Any] = {"at": cast.AT, "origin": cast.ORIGIN}


def key_of(company: Company, index: int = 0) -> Key:
    """The company's number with its first (or another) settlement account."""
    row = company.settlement_accounts.all()[index]
    return Key(company.user_number, AccountNumber(row.bank_code, row.branch_code, row.kind, row.number))


def another() -> Company:
    return cast.company()[0]


@dataclass
class Keeper:
    """A general user with 取引先管理, in the service."""

    person: cast.Person
    member: Member

    @classmethod
    def at_work(cls, boss: cast.Person | None = None) -> "Keeper":
        person, member = colleague(boss or cast.master(), approval=None)
        give(member, USE, accounts=False)
        return cls(person, enter(person, member))

    @property
    def user(self) -> User:
        return self.person.user

    @property
    def company_id(self) -> int:
        return self.person.user.company_id

    @property
    def client(self) -> cast.DoorClient:
        return self.person.client

    def adds(self, company: Company, *, index: int = 0, **more: Any) -> Partner:
        """A partner of that company's account; similar ones are all right."""
        names = {name: more.pop(name) for name in ("registered_name", "memo") if name in more}
        more = {"seen": set(Partner.objects.values_list("pk", flat=True)), **more}
        return partners.add(Entry(key_of(company, index), **names), acting_user=self.user, **HERE, **more)

    def groups(self, name: str, *partners: Partner, amounts: dict[int, int] | None = None) -> PartnerGroup:
        """A new group of these partners; `amounts` by partner."""
        members = {partner.pk: (amounts or {}).get(partner.pk) for partner in partners}
        return save_group(None, name, members, acting_user=self.user, **HERE)
