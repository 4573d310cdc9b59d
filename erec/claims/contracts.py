"""保証利用限定特約: who may be guarantor although the institution takes it for no obligor (facts §4.4)."""

from datetime import date, datetime

from django.db import transaction

from accounts.access import lock_company
from accounts.models import Company
from accounts.origin import Origin, tell
from erec.claims.models import GuaranteeContract
from erec.trail.events import Event


@transaction.atomic
def set_guarantee_contract(company: Company, *, held: bool, on: date, at: datetime, origin: Origin) -> bool:
    """From now on; False if it is so already, and nothing happened. What is guaranteed stays guaranteed."""
    company = lock_company(company.pk)
    contract = GuaranteeContract.objects.filter(company=company)
    if contract.exists() == held:
        return False
    if held:
        GuaranteeContract.objects.create(company=company, since=on)
    else:
        contract.delete()
    tell(
        Event.GUARANTEE_CONTRACT_CHANGED,
        at=at,
        origin=origin,
        acting_user=None,
        company_id=company.pk,
        target=company.user_number,
        held=held,
    )
    return True
