"""Registering a company so that its masters can begin: the portal's rows and their rights to fetch."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actions.companies import AccountNumber, register_company
from accounts.actions.users import NewUser
from accounts.models import Company, User
from accounts.origin import Origin
from certs.actions.issuing import first_issue
from certs.models import Issue


@dataclass(frozen=True)
class Starter:
    """A new master with the two secrets, which exist nowhere else in the clear."""

    user: User
    initial_password: str
    issue: Issue
    code: str


@transaction.atomic
def register(
    *,
    user_number: str,
    name: str,
    contact_mail: str,
    accounts: list[AccountNumber],
    masters: list[NewUser],
    at: datetime,
    origin: Origin,
) -> tuple[Company, list[Starter]]:
    """All of it or nothing. Raises what `register_company` raises."""
    starters: list[Starter] = []

    def begin(user: User, initial_password: str) -> None:
        issue, code = first_issue(user, at=at)
        starters.append(Starter(user, initial_password, issue, code))

    company = register_company(
        user_number=user_number,
        name=name,
        contact_mail=contact_mail,
        accounts=accounts,
        masters=masters,
        for_each_master=begin,
        at=at,
        origin=origin,
    )
    return company, starters
