"""譲渡事由 of 裏書電子記録債権: the other account of the 譲渡's entry (domain facts §3.4, inferred)."""

from erec.journals.models import AccountOfRole
from erec.journals.roles import Role

USUAL = "買掛金"


def reason_of(company_id: int) -> str:
    """What the company pays by 譲渡, as its journals name the account: at most 14 half-width cells."""
    own = AccountOfRole.objects.filter(company_id=company_id, role=Role.PURCHASES)
    return own.values_list("name", flat=True).first() or USUAL
