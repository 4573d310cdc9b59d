"""The institution itself as a party of claims: to whom 割引 and 譲渡担保 assign, and who pays the proceeds.

It is a company without users (`Company.is_institution`, one row), so nobody enters for it and no partner
search finds it; a claim with 譲渡制限 may go to it alone (domain facts §4.1).
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import Company, SettlementAccount
from accounts.origin import Origin, tell
from erec.claims.instructions import Account, Party
from erec.trail.events import Event

ORIGIN = Origin(door="command", environment="金融機関の準備")


@transaction.atomic
def prepare(at: datetime) -> Company:
    """The institution's company, as the settings name it, with its account; made once.

    A changed name counts for new records; an account that was used stays beside a new one.
    """
    company, is_new = Company.objects.get_or_create(
        is_institution=True,
        defaults={
            "user_number": settings.INSTITUTION_NUMBER,
            "name": settings.INSTITUTION,
            "contact_mail": settings.INSTITUTION_MAIL,
            "registered_at": at,
        },
    )
    if (company.name, company.contact_mail) != (settings.INSTITUTION, settings.INSTITUTION_MAIL):
        company.name, company.contact_mail = settings.INSTITUTION, settings.INSTITUTION_MAIL
        company.save(update_fields=["name", "contact_mail"])
    account = Account.parse(settings.INSTITUTION_ACCOUNT)
    SettlementAccount.objects.get_or_create(**vars(account), defaults={"company": company, "added_at": at})
    if is_new:
        tell(
            Event.COMPANY_REGISTERED,
            at=at,
            origin=ORIGIN,
            acting_user=None,
            company_id=company.pk,
            target=company.user_number,
            accounts=1,
            masters="",
        )
    return company


def party() -> Party:
    """Raises Company.DoesNotExist while the institution was not prepared."""
    company = Company.objects.get(is_institution=True)
    account = Account.parse(settings.INSTITUTION_ACCOUNT)
    return Party(company.pk, company.user_number, company.name, account)
