"""Two claims without cover: everybody sees it, the sanction stops the debtor, the holder still assigns."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from erec.claims import windows
from erec.formats import bank_calendar
from tests.e2e.service import Service
from tests.e2e.test_trade import approve_first, confirm_and_enter, partner, record_day
from tests.e2e.trade import Desk, Firm, Opened, firm, look
from tests.e2e.visitor import PHONE

REFUSED = "この債務者への請求は、今は記録できません。債務者に確認してください。"

# Two reserved claims of 1,000,000 yen, due a business day apart, and a debtor without money.
_CLAIMS = """
from datetime import date
from django.utils import timezone
from accounts.models import Company
from erec.claims import orders
from erec.claims.instructions import Accrual
from erec.claims.settlement import set_balance
from erec.workflow.types.base import party

at = timezone.now()
debtor, creditor = (
    party(company, company.settlement_accounts.get())
    for company in (Company.objects.get(user_number=number) for number in ("{debtor}", "{creditor}"))
)
for due in ("{first}", "{second}"):
    accrual = Accrual(debtor, creditor, 1_000_000, date.fromisoformat(due), date.fromisoformat("{on}"))
    order = orders.place("default:" + due, accrual, company_id=debtor.company_id, request_no="E2E", at=at)
    assert order.error == "", order.error
    print(order.record_number)
set_balance(str(debtor.account), debtor.company_id, 0, at=at)
"""


@pytest.fixture(scope="module")
def firms(service: Service, tmp_path_factory: pytest.TempPathFactory) -> tuple[Firm, Firm]:
    folder = tmp_path_factory.mktemp("default")
    return (
        firm(service, "GENBA1234", "現場建設株式会社", "9999-101-2-5570001", folder),
        firm(service, "HASHG5678", "橋口鋼材株式会社", "9999-102-2-5570002", folder),
    )


def claim(one: Desk, number: str, heading: str) -> Desk:
    one.page.goto(f"{one.page.url.partition('/densai')[0]}/densai/claims/{number}")
    return one.at(heading)


def accrual(one: Desk, kind: str, other: Firm, due: str) -> Desk:
    """The form of a new claim, sent to its confirmation."""
    one.press("トップ", "さん").press("債権発生請求", "債権発生請求").press(f"発生記録（{kind}）", "発生記録")
    one.type(**partner(other), **{"債権金額（円）": "1000", "支払期日": due})
    return one.press("内容の確認へ", "発生記録")


def test_two_defaults_are_a_sanction_and_the_holder_assigns_what_was_not_paid(
    service: Service, firms: tuple[Firm, Firm], desk: Opened
) -> None:
    debtor, creditor = firms
    on = record_day(service)
    first = windows.effective_due(windows.earliest_due(on, by_obligee=False))
    second = bank_calendar.after(first, 1)
    program = _CLAIMS.format(
        debtor=debtor.user_number, creditor=creditor.user_number, first=first, second=second, on=on
    )
    numbers = service.manage("shell", "-v0", "-c", program).split()[-2:]
    service.manage("business_day", "--date", first.isoformat())

    payer, holder = desk(debtor.maker), desk(creditor.maker)
    claim(payer, numbers[0], f"{creditor.name}に支払えませんでした").sees("支払不能", "第1号")
    claim(holder, numbers[0], f"{debtor.name}から支払われませんでした").sees("決済口座の残高不足（第1号）")
    holder.sees("支払不能になった債権を譲渡できるのは")
    look(holder, "default-claim-too-soon")
    claim(holder, numbers[1], f"{debtor.name}から受け取ります")

    service.manage("business_day", "--date", second.isoformat())
    starts = bank_calendar.after(second, 3)
    payer.press("トップ", "さん").press("債権情報照会", "債権").sees("取引停止処分が始まります。")
    service.manage("business_day", "--date", starts.isoformat())
    assert service.mails("institution@localhost.localdomain", f"支払不能通知（{numbers[0]}）", debtor.name)
    assert service.mails("institution@localhost.localdomain", "取引停止通知", debtor.user_number)
    assert service.mails("取引停止処分を受けました", debtor.name)
    payer.press("トップ", "さん").press("債権情報照会", "債権").sees("取引停止処分の期間中です。")
    look(payer, "default-banner")

    due = bank_calendar.after(starts, 15).isoformat()
    accrual(payer, "債務者請求", creditor, due).sees(
        "取引停止処分の期間中のため、債務者としての請求はできません。"
    )
    look(payer, "default-refused")
    asked = accrual(holder, "債権者請求", debtor, due).sees(REFUSED)
    expect(asked.page.locator("body")).not_to_contain_text("取引停止")

    demo = service.ready()["demo"]["companies"][0]
    assignee = replace(creditor, user_number=demo["user_number"], account=f"9999-{demo['accounts'][0]}")
    claim(holder, numbers[0], "支払われませんでした").press("譲渡を請求する", "譲渡記録")
    holder.type(**partner(assignee)).press("内容の確認へ", "譲渡記録")
    holder.sees("支払不能になった債権の譲渡には、保証を付けられません。")
    look(holder, "default-form-with-guarantee")
    holder.page.get_by_label("なし", exact=True).check()
    confirm_and_enter(holder).sees("1,000,000円", demo["name"])
    approve_first(desk(creditor.checker, PHONE))
    holder.page.reload()
    # On the day itself, or after its cut-off reserved for the next: whatever the hour is at which this runs.
    expect(holder.page.get_by_role("main")).to_contain_text(re.compile("記録済|予約中"))
    assert "異常はありません" in service.manage("verify_book")
