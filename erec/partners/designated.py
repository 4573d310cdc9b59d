"""指定許可: a company that applied for it takes requests only from whom it registered (domain facts §4.7).

Who may send is told by 利用者番号 and 決済口座, for each 業務区分 (policy.AREAS). What waits for its own
consent, or is recorded, stays when a registration goes: it was allowed when it was sent (inferred).
"""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.actions.companies import AccountNumber
from accounts.models import Company
from erec.partners.models import Designation, DesignationContract
from erec.partners.policy import AREAS, Area


@dataclass(frozen=True)
class Sending:
    """Somebody sends a company a request: to whom, of which 業務区分, and from which number and account."""

    company_id: int
    area: Area
    user_number: str
    account: AccountNumber


def refused(asked: Collection[Sending]) -> set[Sending]:
    """Those of `asked` that their company does not take, in three queries at most.

    A company without the contract takes all. The institution is never refused: what it gives back was the
    company's own, and is registered as nobody's (inferred).
    """
    choosy = set(open_contracts({one.company_id for one in asked}))
    if not choosy:
        return set()
    numbers = {one.user_number for one in asked}
    rows = Designation.objects.filter(company_id__in=choosy, user_number__in=numbers)
    allowed = {
        Sending(row.company_id, Area(area), row.user_number, row.account)
        for row in rows
        for area in row.areas
    }
    exempt = Company.objects.filter(is_institution=True).values_list("user_number", flat=True)
    sent = {one for one in asked if one.company_id in choosy and one.user_number not in set(exempt)}
    return sent - allowed


def open_contracts(company_ids: Collection[int]) -> list[int]:
    """Which of these companies use 指定許可 now."""
    rows = DesignationContract.objects.filter(company_id__in=company_ids, ended_on__isnull=True)
    return list(rows.values_list("company_id", flat=True))


def is_used_by(company: Company) -> bool:
    return bool(open_contracts({company.pk}))


def words(areas: Collection[str]) -> str:
    """「発生記録（債務者請求）、譲渡記録」 in the table's order; 「なし」 for none."""
    return "、".join(label for area, label in AREAS.items() if area in areas) or "なし"
