"""保証利用限定特約 by the bank's command: once, with its event, and seen by the check."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Company
from erec.claims.instructions import Party
from erec.claims.models import GuaranteeContract
from erec.trail.models import Entry

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("guarantee_contract", *arguments, stdout=out)
    return out.getvalue().splitlines()


def events(company_id: int) -> list[tuple[str, bool]]:
    found = Entry.objects.filter(company_id=company_id, event="guarantee.contract_changed")
    return [(event.target, event.detail["held"]) for event in found.order_by("position")]


def test_the_contract_begins_and_ends_once_each(obligee: Party) -> None:
    number, name = obligee.user_number, obligee.name
    assert said(number) == [f"{number} {name} の保証利用限定特約: なし"]
    (line,) = said(number, "--on")
    since = GuaranteeContract.objects.get(company_id=obligee.company_id).since
    assert line == f"{number} {name} の保証利用限定特約: {since:%Y年%-m月%-d日}から"
    assert said(number, "--on") == ["すでにそのとおりです。何も変わっていません。", line]
    assert said(number, "--off") == [f"{number} {name} の保証利用限定特約: なし"]
    assert said(number, "--off")[0] == "すでにそのとおりです。何も変わっていません。"
    assert events(obligee.company_id) == [(number, True), (number, False)]
    assert not GuaranteeContract.objects.exists()


def test_a_company_that_is_none_is_told() -> None:
    with pytest.raises(CommandError) as refusal:
        said("T99999999", "--on")
    assert str(refusal.value) == "利用者番号 T99999999 の企業は登録されていません。"
    assert not Company.objects.filter(user_number="T99999999").exists()
