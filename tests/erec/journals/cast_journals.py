"""A company's books: settings as a company would save them, and entries as an accountant reads them."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from accounts.models import User
from erec.claims.instructions import Account, Party
from erec.journals import access
from erec.journals.actions import exporting, making
from erec.journals.actions.exporting import Preview, Wish
from erec.journals.models import AccountOfRole, Entry, EntryLine, Export, JournalSettings
from erec.journals.roles import USUAL, Role
from erec.journals.rules import Method
from erec.members.actions.entering import copy_of
from tests import cast
from tests.erec.claims import cast_claims
from tests.erec.members.cast_members import give

BEGINNING, LAST = date(2026, 1, 1), date(2026, 12, 31)
Read = tuple[str, str, int, str, int, bool]


def keeps_books(company_id: int, method: Method = Method.DIRECT, **more: Any) -> JournalSettings:
    """The company wants journals from the beginning."""
    usual: dict[str, Any] = {
        "calendar": "gregorian",
        "starts_on": BEGINNING,
        "changed_at": cast.AT,
    }
    return JournalSettings.objects.create(company_id=company_id, method=method, **usual | more)


def made(party: Party) -> int:
    return making.make(party.company_id, at=cast.AT)


def book_of(party: Party) -> list[tuple[str, date, list[Read]]]:
    """Every entry: its moment, its day and its lines."""
    made(party)
    rows = Entry.objects.filter(company_id=party.company_id).order_by("on", "id")
    return [(row.moment, row.on, lines(row)) for row in rows]


def lines(entry: Entry) -> list[Read]:
    return [
        (line.debit, line.debit_name, line.debit_yen, line.credit, line.credit_yen, line.is_increase)
        for line in entry.lines.order_by("position")
    ]


def short(party: Party) -> list[tuple[str, list[tuple[str, int, str, int]]]]:
    """Every entry without names and days."""
    return [
        (moment, [(debit, yen, credit, other) for debit, _, yen, credit, other, _ in found])
        for moment, _, found in book_of(party)
    ]


def balances(company_id: int, on: date | None = None) -> dict[str, int]:
    """Debit less credit by role, of everything that happened up to that day; without what is zero."""
    rows = EntryLine.objects.filter(company_id=company_id)
    rows = rows.filter(entry__happened_on__lte=on) if on else rows
    found: dict[str, int] = defaultdict(int)
    for debit, debit_yen, credit, credit_yen in rows.values_list(
        "debit", "debit_yen", "credit", "credit_yen"
    ):
        found[debit] += debit_yen
        found[credit] -= credit_yen
    return {role: yen for role, yen in found.items() if role and yen}


def partner() -> Party:
    """Another company, whose name can be printed in 14 cells however many there are."""
    return replace(cast_claims.party(), name="青葉部品")


CODES = {
    Role.RECEIVABLE: "133",
    Role.PAYABLE: "303",
    Role.DISCOUNTED: "309",
    Role.ENDORSED: "310",
    Role.SALES: "135",
    Role.PURCHASES: "305",
    Role.BANK: "112",
    Role.DISCOUNT_LOSS: "751",
    Role.FEE: "728",
}


def names_accounts(company_id: int, *roles: Role) -> None:
    """The company's codes for these roles, or for all that a test uses."""
    AccountOfRole.objects.bulk_create(
        AccountOfRole(
            company_id=company_id,
            role=role,
            code=CODES[role],
            name=USUAL[role].name,
            tax_code=USUAL[role].tax,
        )
        for role in roles or CODES
    )


@dataclass
class Desk:
    """An accountant of a company that keeps books, and the company as a party of claims."""

    user: User
    party: Party

    @property
    def company_id(self) -> int:
        return self.party.company_id

    @property
    def who(self) -> dict[str, Any]:
        return {"acting_user": User.objects.get(pk=self.user.pk), "at": cast.AT, "origin": cast.ORIGIN}

    def sees(self, **wish: Any) -> Preview:
        made(self.party)
        return exporting.preview(self.company_id, self.wish(**wish), at=cast.AT)

    def wish(self, **wish: Any) -> Wish:
        return Wish(**{"until": LAST, **wish})

    def exports(self, **wish: Any) -> Export:
        return exporting.export(self.wish(**wish), self.sees(**wish).digest, **self.who)


def desk(method: Method = Method.DIRECT, **more: Any) -> Desk:
    """Somebody with the right to 会計データ, not logged in."""
    company, _ = cast.company()
    user = cast.general(company)
    give(copy_of(user, None, cast.AT), access.RIGHT)
    keeps_books(company.pk, method, **more)
    names_accounts(company.pk)
    account = company.settlement_accounts.order_by("pk")[0]
    numbers = Account(account.bank_code, account.branch_code, account.kind, account.number)
    party = Party(company.pk, company.user_number, company.name, numbers)
    return Desk(user, party)


def an_export(user: User) -> Export:
    """One that left, of the user's company; without settings and entries."""
    return Export.objects.create(
        company_id=user.company_id,
        number=1,
        format=Export.Format.X,
        profile="quoted",
        first_on=LAST,
        last_on=LAST,
        entries_count=1,
        lines_count=1,
        total_yen=1,
        content=b"1\r\n",
        sha256="0" * 64,
        made_by=user,
        made_at=cast.AT,
    )
