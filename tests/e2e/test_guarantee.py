"""A guarantee through all persons, and then the guarantor pays: each reads what his company is bound to."""

import re

import pytest

from tests.e2e.service import Service
from tests.e2e.test_trade import approve_first, confirm_and_enter, partner, record_day
from tests.e2e.trade import Desk, Firm, Opened, firm, look
from tests.e2e.visitor import PHONE

# A reserved claim of 1,000,000 yen between two companies.
_CLAIM = """
from datetime import date, timedelta
from django.utils import timezone
from accounts.models import Company
from erec.claims import orders, windows
from erec.claims.instructions import Accrual
from erec.workflow.types.base import party

at = timezone.now()
debtor, creditor = (
    party(company, company.settlement_accounts.get())
    for company in (Company.objects.get(user_number=number) for number in ("{debtor}", "{creditor}"))
)
on = date.fromisoformat("{on}")
due = windows.earliest_due(on, by_obligee=True) + timedelta(days=60)
accrual = Accrual(debtor, creditor, 1_000_000, due, on)
order = orders.place("guarantee", accrual, company_id=debtor.company_id, request_no="E2E", at=at)
assert order.error == "", order.error
print(order.record_number)
"""


@pytest.fixture(scope="module")
def firms(service: Service, tmp_path_factory: pytest.TempPathFactory) -> tuple[Firm, Firm, Firm]:
    folder = tmp_path_factory.mktemp("guarantee")
    return (
        firm(service, "DATE12345", "伊達製作所株式会社", "9999-101-2-5560001", folder),
        firm(service, "EBARA1234", "荏原資材株式会社", "9999-102-2-5560002", folder),
        firm(service, "FUJY56789", "藤保証株式会社", "9999-103-2-5560003", folder),
    )


def open_claim(one: Desk, number: str) -> Desk:
    one.press("債権情報照会", "債権")
    return one.press(number, "")


def open_first(one: Desk) -> Desk:
    """What stands first in the queue of トップ."""
    one.page.get_by_role("main").get_by_role("link", name=re.compile(r"^\d{14}$")).first.click()
    return one


def test_a_guarantee_goes_through_all_persons_and_then_the_guarantor_pays(
    service: Service, firms: tuple[Firm, Firm, Firm], desk: Opened
) -> None:
    debtor, creditor, guarantor = firms
    on = record_day(service).isoformat()
    program = _CLAIM.format(debtor=debtor.user_number, creditor=creditor.user_number, on=on)
    number = service.manage("shell", "-v0", "-c", program).split()[-1]
    service.manage("business_day", "--date", on)
    bound = f"{debtor.name}が支払わないときは、{guarantor.name}が1,000,000円を支払います。"

    maker = open_claim(desk(creditor.maker), number)
    maker.press("保証記録を請求する", "保証記録").type(**partner(guarantor))
    look(maker, "guarantee-form")
    confirm_and_enter(maker).sees("1,000,000円", guarantor.name)
    approve_first(desk(creditor.checker, PHONE)).at("承諾待ち")

    asked = open_first(desk(guarantor.maker).sees("保証記録への回答", creditor.name, "1,000,000"))
    asked.at(f"{creditor.name}からの承諾依頼（保証記録）").sees(bound, debtor.name)
    look(asked, "guarantee-demand")
    asked.press("承諾", "「承諾」を仮登録しますか").sees(bound)
    asked.tick("内容を確認しました").press("仮登録の実行", "承認待ち")
    second = open_first(desk(guarantor.checker, PHONE)).at("この内容で承認しますか").sees(bound)
    look(second, "guarantee-approve-360")
    approve_first(second.press("トップ", "さん")).at("完了")

    maker.page.reload()
    maker.at("記録済")
    open_claim(maker, number).sees("保証人", guarantor.name)
    open_claim(asked, number).at(f"{debtor.name}の支払を保証しています")

    asked.press("支払等記録（支払を行った）を請求する", "支払等記録")
    asked.type(**{"支払等の金額（円）": "300,000"})
    look(asked, "guarantee-payment")
    confirm_and_enter(asked).sees("700,000円")
    approve_first(second.press("トップ", "さん")).at("承諾待ち")
    paid = open_first(maker.press("トップ", "さん").sees("支払等記録への回答"))
    paid.at(f"{guarantor.name}からの承諾依頼（支払等記録）").sees("300,000円", "700,000円")
    paid.press("承諾", "「承諾」を仮登録しますか")
    paid.tick("内容を確認しました").press("仮登録の実行", "承認待ち")
    approve_first(desk(creditor.checker, PHONE)).at("完了")
    open_claim(maker, number).sees("300,000円")
    assert "異常はありません" in service.manage("verify_book")
