"""Is this 利用者番号 with this 決済口座 somebody's contract here? Asked of the contracts alone.

All parties of a record are companies with a contract here. A name is told only to whoever knows the number
and an account of it: both stand on the partner's own papers. Everything else has one answer.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from accounts.actions.companies import AccountNumber
from accounts.models import Company, SettlementAccount
from erec.partners.errors import NotFound, OwnCompany


@dataclass(frozen=True)
class Key:
    """What one has to know of a partner."""

    user_number: str
    account: AccountNumber


@dataclass(frozen=True)
class Found:
    """A company that can be a party, as its contract has it now."""

    company_id: int
    user_number: str
    name: str
    account: AccountNumber

    @property
    def key(self) -> Key:
        return Key(self.user_number, self.account)


def find(
    user_number: str, bank_code: str, branch_code: str, kind: str, number: str, *, asking_company_id: int
) -> Found:
    """Raises NotFound (unknown, not belonging together, or stopped) and OwnCompany."""
    key = Key(user_number, AccountNumber(bank_code, branch_code, kind, number))
    own = Company.objects.filter(pk=asking_company_id, user_number=user_number)
    if own.exists():
        raise OwnCompany
    found = find_many([key]).get(key)
    if found is None:
        raise NotFound
    return found


def find_many(keys: Collection[Key]) -> Mapping[Key, Found]:
    """Those of `keys` that are usable, in one query. The asking company's own accounts are found too."""
    numbers = {key.account.number for key in keys}
    rows = SettlementAccount.objects.filter(
        number__in=numbers,
        company__user_number__in={key.user_number for key in keys},
        company__stopped_at__isnull=True,
        company__is_institution=False,  # a party of 割引 and 譲渡担保 alone
    ).select_related("company")
    asked = set(keys)
    return {found.key: found for found in map(_found, rows) if found.key in asked}


def _found(row: SettlementAccount) -> Found:
    account = AccountNumber(row.bank_code, row.branch_code, row.kind, row.number)
    return Found(row.company_id, row.company.user_number, row.company.name, account)
