"""From the maker's form to the creditor's money, by what the pages print; the checkers work on a phone."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import expect

from erec.claims import windows
from erec.formats import bank_calendar
from tests.e2e.service import Service
from tests.e2e.trade import APPROVAL, Desk, Firm, Opened, firm, look
from tests.e2e.visitor import PHONE

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture(scope="module")
def firms(service: Service, tmp_path_factory: pytest.TempPathFactory) -> tuple[Firm, Firm, Firm]:
    folder = tmp_path_factory.mktemp("trade")
    return (
        firm(service, "AKAMATSU1", "赤松電機株式会社", "9999-101-2-5550001", folder),
        firm(service, "BANDA1234", "坂田部品株式会社", "9999-102-2-5550002", folder),
        firm(service, "CHYDA5678", "千代田商事株式会社", "9999-103-2-5550003", folder),
    )


def business_date(service: Service) -> date:
    """As the service has it; before it first asked, the day in Tokyo."""
    with psycopg.connect(service.ready()["database_url"]) as connection:
        row = connection.execute("SELECT date FROM parameters_businessday").fetchone()
    return row[0] if row else datetime.now(TOKYO).date()


def partner(other: Firm) -> dict[str, str]:
    bank, branch, _, number = other.account.split("-")
    return {
        "利用者番号": other.user_number,
        "金融機関コード": bank,
        "支店コード": branch,
        "口座番号": number,
    }


def record_day(service: Service) -> date:
    """The next bank business day: a reservation, whatever the hour is at which this runs."""
    return bank_calendar.after(business_date(service), 1)


def confirm_and_enter(maker: Desk, comment: str = "") -> Desk:
    maker.press("内容の確認へ", "この内容で仮登録")
    if comment:
        maker.type(コメント=comment)
    maker.tick("内容を確認しました").press("仮登録の実行", "承認待ち")
    return maker.sees("仮登録しました。")


def approve_first(checker: Desk) -> Desk:
    """What stands first in the queue of トップ, with the approval password."""
    waiting = checker.page.get_by_role("main").get_by_role("link", name=re.compile(r"^\d{14}$"))
    waiting.first.click()
    checker.at("この内容で承認しますか")
    expect(checker.page.locator("html")).to_have_js_property("scrollLeft", 0)
    checker.type(承認パスワード=APPROVAL).press("承認の実行")
    return checker.sees("承認しました。")


def test_from_the_debtors_form_to_the_creditors_money(
    service: Service, firms: tuple[Firm, Firm, Firm], desk: Opened
) -> None:
    debtor, creditor, assignee = firms
    on = record_day(service)
    due = windows.effective_due(windows.earliest_due(bank_calendar.after(on, 2), by_obligee=False))

    maker = desk(debtor.maker).press("債権発生請求", "債権発生請求")
    maker.press("発生記録（債務者請求）", "発生記録（債務者請求）")
    maker.type(**partner(creditor), **{"債権金額（円）": "１,２３４,５６７", "支払期日": due.isoformat()})
    maker.type(**{"電子記録年月日（振出日）": on.isoformat()})
    confirm_and_enter(maker, "部品代です")
    maker.sees("1,234,567円", creditor.name)

    checker = desk(debtor.checker, PHONE).sees("1,234,567", "期限")
    look(checker, "trade-queue-360")
    approve_first(checker).at("予約中")
    look(checker, "trade-approved-360")

    service.manage("business_day", "--date", on.isoformat())
    holder = desk(creditor.maker).press("債権情報照会", "債権")
    holder.sees(debtor.name, "1,234,567", "記録済")
    number = holder.page.get_by_role("link", name=re.compile(r"^AKAMATSU1\d{11}$")).inner_text()
    holder.press(number, "から受け取ります").press("譲渡を請求する", "譲渡記録")
    holder.type(**{"譲渡する金額（円）": "234,567", **partner(assignee)})
    holder.type(**{"電子記録年月日（譲渡日）": record_day(service).isoformat()})
    confirm_and_enter(holder)
    holder.sees("234,567円", assignee.name)
    approve_first(desk(creditor.checker, PHONE)).at("予約中")

    service.manage("business_day", "--date", record_day(service).isoformat())
    receiver = desk(assignee.maker).press("債権情報照会", "債権")
    receiver.sees(debtor.name, "234,567", "記録済")

    service.manage("business_day", "--date", due.isoformat())
    for person, amount in ((receiver, "234,567円"), (holder, "1,000,000円")):
        person.page.get_by_role("link", name=re.compile("^通知情報")).first.click()
        person.at("通知")
        person.page.get_by_role("link", name=re.compile(f"^{amount}が入金されました")).click()
        person.at("入金").sees(debtor.name)
        look(person, f"trade-money-{amount}")
    assert service.mails("口座間送金決済のご依頼", debtor.name)
    assert service.mails("1,000,000円が入金されました", creditor.name)
    maker.press("トップ", "さん")
    maker.page.get_by_role("main").get_by_role("link", name="請求状況一覧へ").click()
    maker.at("請求状況一覧").sees("記録済")
    assert "異常はありません" in service.manage("verify_book")
    assert "異常はありません" in service.manage("verify_audit")


def test_a_creditors_request_goes_through_four_persons(
    service: Service, firms: tuple[Firm, Firm, Firm], desk: Opened
) -> None:
    debtor, _, creditor = firms
    on = record_day(service)
    due = windows.effective_due(windows.earliest_due(bank_calendar.after(on, 10), by_obligee=True))

    maker = desk(creditor.maker).press("債権発生請求", "債権発生請求")
    maker.press("発生記録（債権者請求）", "発生記録（債権者請求）")
    maker.type(**partner(debtor), **{"債権金額（円）": "500000", "支払期日": due.isoformat()})
    maker.type(**{"電子記録年月日（振出日）": on.isoformat()})
    confirm_and_enter(maker)
    approve_first(desk(creditor.checker, PHONE)).at("承諾待ち")

    asked = desk(debtor.maker).sees("承諾依頼", creditor.name, "500,000")
    asked.page.get_by_role("main").get_by_role("link", name=re.compile(r"^\d{14}$")).first.click()
    asked.at(f"{creditor.name}からの承諾依頼").sees("500,000円", "回答期限")
    look(asked, "trade-demand")
    asked.press("承諾", "「承諾」を仮登録しますか")
    asked.tick("内容を確認しました").press("仮登録の実行", "承認待ち")
    approve_first(desk(debtor.checker, PHONE)).at("完了")

    maker.page.reload()
    maker.at("予約中")
    service.manage("business_day", "--date", on.isoformat())
    maker.page.reload()
    maker.at("記録済").sees("CHYDA5678")
    assert "異常はありません" in service.manage("verify_book")


def test_what_is_sent_back_is_mended_and_what_is_typed_survives_the_session(
    service: Service, firms: tuple[Firm, Firm, Firm], desk: Opened, tmp_path: Path
) -> None:
    debtor, creditor, _ = firms
    on = record_day(service)
    due = windows.effective_due(windows.earliest_due(bank_calendar.after(on, 2), by_obligee=False))
    maker = desk(debtor.maker).press("債権発生請求", "債権発生請求")
    maker.press("発生記録（債務者請求）", "発生記録（債務者請求）")
    maker.type(**partner(creditor), **{"債権金額（円）": "0", "支払期日": due.isoformat()})
    maker.type(**{"電子記録年月日（振出日）": on.isoformat()})
    maker.press("内容の確認へ", "発生記録（債務者請求）")
    expect(maker.page.get_by_label("利用者番号", exact=True)).to_have_value(creditor.user_number)
    maker.type(**{"債権金額（円）": "777"}).press("内容の確認へ", "仮登録しますか")
    maker.leave()

    again = desk(debtor.maker).sees("入力の途中")
    again.page.get_by_role("main").get_by_role("link", name="続ける", exact=True).first.click()
    expect(again.page.get_by_label("債権金額（円）", exact=True)).to_have_value("777")
    confirm_and_enter(again)

    checker = desk(debtor.checker, PHONE)
    checker.page.get_by_role("main").get_by_role("link", name=re.compile(r"^\d{14}$")).first.click()
    checker.at("この内容で承認しますか").press("差戻し", "差し戻")
    checker.type(コメント="金額を直してください").press("差戻しの実行")
    checker.sees("差戻し中")

    again.press("トップ", "さん").sees("差戻し中")
    again.page.get_by_role("main").get_by_role("link", name=re.compile(r"^\d{14}$")).first.click()
    again.sees("金額を直してください").press("修正")
    again.type(**{"債権金額（円）": "888"})
    confirm_and_enter(again)
    approve_first(checker.press("トップ", "さん"))
    checker.sees("888円")
