"""The institution as a party: made once, from the settings."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Company, SettlementAccount
from erec.claims.instructions import Account
from erec.financing import institution
from erec.trail.models import Entry
from tests import cast

pytestmark = pytest.mark.django_db


def test_it_is_made_once_with_its_account_and_told_once() -> None:
    company = institution.prepare(cast.AT)
    assert institution.prepare(cast.AT) == company
    assert (company.user_number, company.name, company.is_institution) == ("9999SHNK1", "一〇信用金庫", True)
    assert company.users.count() == 0
    party = institution.party()
    assert (party.company_id, party.account) == (company.pk, Account("9999", "100", "9", "0000001"))
    assert Entry.objects.filter(event="company.registered", chain=company.pk).count() == 1


def test_a_changed_name_and_account_count_from_the_next_start_on(settings: Any) -> None:
    company = institution.prepare(cast.AT)
    settings.INSTITUTION, settings.INSTITUTION_ACCOUNT = "一〇信用組合", "9999-100-2-0000002"
    assert institution.prepare(cast.AT) == company
    assert institution.party().name == "一〇信用組合"
    assert str(institution.party().account) == "9999-100-2-0000002"
    assert SettlementAccount.objects.filter(company=company).count() == 2


def test_there_is_one_institution_alone() -> None:
    institution.prepare(cast.AT)
    with pytest.raises(IntegrityError, match="company_one_institution"), transaction.atomic():
        Company.objects.create(
            user_number="A23456789", name="もう1つ", registered_at=cast.AT, is_institution=True
        )


def test_without_it_nobody_is_the_party() -> None:
    with pytest.raises(Company.DoesNotExist):
        institution.party()
