"""What `load_sample` makes is a book and requests like real ones."""

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Company
from erec.claims.models import Claim, Holding
from erec.claims.verify import differences
from erec.workflow.models import Request, Version
from erec.workflow.types import TYPES


@pytest.fixture
def demo(settings: Any) -> None:
    settings.CONFIG = {**settings.CONFIG, "EREC_DEMO": True}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demo")
def test_the_sample_is_a_book_in_which_nothing_differs(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_sample", companies=30, claims=200, requests=3000)
    assert Company.objects.count() == 30
    assert (Claim.objects.count(), Holding.objects.count()) == (200, 400)
    assert list(differences()) == []
    assert Claim.objects.filter(state="settled").count() == 40
    busy = Request.objects.values_list("company", flat=True).order_by("company").first()
    assert Request.objects.filter(company=busy).count() == 1500
    assert Request.objects.filter(state="awaiting_approval").count() == 3
    content = Version.objects.order_by("pk")[0].content
    sheet = TYPES["accrual_by_obligor"].sheet(content)
    assert len(sheet.rows) == 1
    assert sheet.facts[0] == ("請求の種類", "発生記録（債務者請求）")
    call_command("load_sample", companies=1, claims=5, requests=5)
    assert (Claim.objects.count(), Request.objects.count()) == (205, 3005)
    assert list(differences()) == []
    assert "加えました: 企業1社、債権5件、請求5件。" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demo")
def test_without_two_companies_nothing_is_made() -> None:
    with pytest.raises(CommandError, match="2社以上"):
        call_command("load_sample", companies=1, claims=5)
    assert not Company.objects.exists()


@pytest.mark.django_db
def test_a_real_service_takes_no_sample() -> None:
    with pytest.raises(CommandError, match="EREC_DEMO=0"):
        call_command("load_sample", companies=2)
    assert not Company.objects.exists()


def test_the_days_are_bank_business_days() -> None:
    from erec.formats.bank_calendar import is_business_day
    from erec.workflow.sample import _dates

    dates = _dates(date(2026, 11, 22))
    for name in ("coming", "past"):
        days = dates[name]
        assert isinstance(days, list)
        assert all(is_business_day(day) for day in days)
