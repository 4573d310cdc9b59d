"""A claim becomes money before it is due: maker, checker on a phone, the institution's answer, the money."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.e2e.service import Service
from tests.e2e.test_guarantee import _CLAIM
from tests.e2e.test_trade import approve_first, confirm_and_enter, record_day
from tests.e2e.trade import Desk, Firm, Opened, firm, look
from tests.e2e.visitor import PHONE


@pytest.fixture(scope="module")
def firms(service: Service, tmp_path_factory: pytest.TempPathFactory) -> tuple[Firm, Firm]:
    folder = tmp_path_factory.mktemp("discount")
    return (
        firm(service, "GANKYU123", "岩久建材株式会社", "9999-101-2-5580001", folder),
        firm(service, "HARADA123", "原田塗装株式会社", "9999-102-2-5580002", folder),
    )


def balance(service: Service, account: str) -> int:
    """What the embedded bank has on the account."""
    said = service.manage("demo_balance", account)
    return int(said.split()[-2].replace(",", ""))


def open_application(one: Desk, number: str = "") -> Desk:
    one.press("融資申込", "融資申込").press("融資申込照会", "融資申込")
    pattern = number or r"^F\d{8}-\w{6}$"
    one.page.get_by_role("main").get_by_role("link", name=re.compile(pattern)).first.click()
    return one


def test_a_discount_from_the_form_to_the_money_on_the_account(
    service: Service, firms: tuple[Firm, Firm], desk: Opened
) -> None:
    debtor, creditor = firms
    on = record_day(service).isoformat()
    program = _CLAIM.format(debtor=debtor.user_number, creditor=creditor.user_number, on=on)
    number = service.manage("shell", "-v0", "-c", program.replace('"guarantee"', '"discount"')).split()[-1]
    service.manage("business_day", "--date", on)
    before = balance(service, creditor.account)

    maker = desk(creditor.maker).press("融資申込", "融資申込")
    look(maker, "discount-menu")
    maker.press("割引申込", "割引申込を登録します").press("債権を選ぶ", "債権を選んでください")
    maker.tick(number).press("選んだ債権を入れる", "割引申込を登録します").sees(debtor.name, "1,000,000円")
    maker.type(連絡事項="月末の支払いにあてます。")
    wished_on = maker.page.get_by_label("希望日（譲渡日）").input_value()
    look(maker, "discount-form")
    confirm_and_enter(maker).sees("1,000,000円", "金融機関の回答")

    checker = desk(creditor.checker, PHONE)
    approve_first(checker).at("承諾待ち").sees("回答待ち")
    look(checker, "discount-approved-360")
    assert service.mails("割引の申込を受け付けました", creditor.name)

    open_application(maker).at("割引の申込：金融機関の回答待ち").sees("1,000,000", debtor.name)
    application_no = maker.page.get_by_text(re.compile(r"^F\d{8}-\w{6}$")).first.inner_text()
    answer = ("--accept", "--proceeds", "985000", "--rate", "1.25")
    assert "譲渡待ち" in service.manage("financing_answer", application_no, *answer)
    maker.page.reload()
    maker.at("割引の申込：譲渡待ち").sees("年1.25%", "985,000")
    assert balance(service, creditor.account) == before

    service.manage("business_day", "--date", date.fromisoformat(wished_on).isoformat())
    assert balance(service, creditor.account) == before + 985_000
    maker.page.reload()
    maker.at("割引の申込：実行済").sees("入金額", "985,000円", "譲渡済")
    look(maker, "discount-executed")
    open_application(checker, application_no).at("割引の申込：実行済")
    expect(checker.page.locator("html")).to_have_js_property("scrollLeft", 0)
    look(checker, "discount-executed-360")
    maker.press(number, f"{debtor.name}の支払を保証しています").sees("一〇信用金庫")
    assert service.mails("割引の申込により、985,000円が入金されました", application_no)
    assert "異常はありません" in service.manage("verify_book")
    assert "異常はありません" in service.manage("verify_audit")
