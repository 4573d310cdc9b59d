"""A company's books: settings as a company would save them, and entries as an accountant reads them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from erec.claims.instructions import Party
from erec.journals.actions import making
from erec.journals.models import Entry, EntryLine, JournalSettings
from erec.journals.roles import Role
from erec.journals.rules import Method
from tests import cast

BEGINNING = date(2026, 1, 1)
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


def sum_of(found: dict[str, int], roles: Sequence[Role]) -> int:
    return sum(found.get(role, 0) for role in roles)
