"""Whose names a company's exports may print: the other side of its claims, from whom it has them, its
partners, and the banks of its accounts."""

from collections.abc import Iterator

from accounts.models import SettlementAccount
from erec.accounting.printing import Pair
from erec.claims.access import holdings_of
from erec.claims.models import Holding
from erec.partners import banks
from erec.partners.access import partners_of


def names_of(company_id: int) -> Iterator[Pair]:
    """Each at least once; a name that changed stands here as often as it was recorded."""
    yield from _counterparts(company_id)
    yield from _assignors(company_id)
    yield from partners_of(company_id).values_list("user_number", "name")
    yield from banks_of(company_id)


def banks_of(company_id: int) -> Iterator[Pair]:
    """The banks of the company's 決済口座, each under its four digits."""
    accounts = SettlementAccount.objects.filter(company_id=company_id)
    for code in sorted(set(accounts.values_list("bank_code", flat=True))):
        if name := banks.bank_name(code):
            yield code, name


def _counterparts(company_id: int) -> Iterator[Pair]:
    rows = holdings_of(company_id).values_list("counterpart_number", "counterpart_name")
    yield from rows.order_by().distinct().iterator()


def _assignors(company_id: int) -> Iterator[Pair]:
    held = holdings_of(company_id).filter(role=Holding.Role.HOLDER, claim__assignor__isnull=False)
    pairs = held.values_list("claim__assignor__user_number", "claim__assignor__name")
    yield from pairs.order_by().distinct().iterator()
