"""A master's act that waits for the second master, from the setting to the new person's certificate."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.people import fetch
from tests.e2e.service import Newcomer, Service
from tests.e2e.trade import APPROVAL, Desk, firm
from tests.e2e.visitor import DESK, PHONE, picture

FIRST_PASSWORD = "hajimete12"
MAIL = "jiro@example.com"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def masters(browser: Browser, service: Service, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """Both masters of one company: one at a desk, one with a phone."""
    both = firm(service, "EN5EX1234", "円山製作株式会社", "9999-101-2-5550009", tmp_path)
    first, second = Desk(browser, service, both.maker, DESK), Desk(browser, service, both.checker, PHONE)
    yield first, second
    assert [text for desk in (first, second) for text in desk.leave()] == []


def test_a_certificate_waits_for_the_second_master_who_hands_the_code_over(
    masters: tuple[Desk, Desk], service: Service, tmp_path: Path
) -> None:
    first, second = masters
    agree(first)
    portal = first.visitor.page
    new_user(first, portal)
    ask_for_the_certificate(first, portal)
    code = approve(second)
    newcomer = fetch(service, Newcomer("d-jiro01", FIRST_PASSWORD, code), tmp_path)
    assert newcomer.login_id == "d-jiro01"
    told = service.mails("承認のお願い", "電子証明書の発行・再発行：山田 次郎")
    assert told


def agree(first: Desk) -> None:
    """企業情報: the masters approve one another's acts from now on."""
    first.press("管理業務", "管理業務").press("企業情報管理", "企業情報")
    first.press("ほかのマスターユーザの承認を必要にする", "ほかのマスターユーザの承認を必要にしますか")
    picture(first.page, "80-second-master")
    first.type(承認パスワード=APPROVAL).press("設定の実行", "ほかのマスターユーザの承認が必要です")


def new_user(first: Desk, portal: Page) -> None:
    hands = first.hands
    hands.press(portal, "ユーザ管理業務", "")
    hands.press(portal, "ユーザ管理", "")
    hands.press(portal, "ID新規作成", "")
    hands.type(
        portal,
        ユーザID="jiro01",
        ユーザ名="山田 次郎",
        メールアドレス=MAIL,
        **{
            "メールアドレス（確認）": MAIL,
            "初回ログインパスワード": FIRST_PASSWORD,
            "初回ログインパスワード（確認）": FIRST_PASSWORD,
        },
    )
    hands.press(portal, "登録", "")
    hands.press(portal, "確定", "山田 次郎さんを登録しました")


def ask_for_the_certificate(first: Desk, portal: Page) -> None:
    """On the usual pages of 電子証明書管理; nothing is issued yet."""
    hands = first.hands
    hands.press(portal, "メイン", "")
    hands.press(portal, "電子証明書管理", "電子証明書の管理")
    hands.press(portal, "電子証明書管理", "")
    portal.get_by_role("radio", name="山田 次郎（d-jiro01）").check()
    hands.press(portal, "次へ", "")
    hands.press(portal, "変更", "この手続きをしますか")
    expect(portal.get_by_role("main")).to_contain_text("ほかのマスターユーザの承認が必要です")
    hands.press(portal, "確定", "ほかのマスターユーザに承認を依頼します")
    picture(portal, "81-second-master-ask")
    hands.type(portal, 承認パスワード=APPROVAL)
    hands.press(portal, "仮登録の実行", "マスターユーザの操作：承認待ち")
    picture(portal, "82-second-master-waits")


def approve(second: Desk) -> str:
    """From トップ of the other master's phone; the code, which only he sees."""
    page = second.page
    page.reload()
    page.get_by_role("main").get_by_role("link", name=re.compile(r"^\d{14}$")).first.click()
    second.at("この内容で承認しますか").sees("電子証明書の発行・再発行", "山田 次郎（d-jiro01）")
    assert page.evaluate(TOO_WIDE) == 0
    picture(page, "83-second-master-approve")
    second.type(承認パスワード=APPROVAL).press("承認の実行", "マスターユーザの操作：完了")
    second.press("取得コードを表示する", "山田 次郎さんの取得コード").press("取得コードの表示")
    code = page.locator("#activation-code").inner_text()
    assert page.evaluate(TOO_WIDE) == 0
    picture(page, "84-second-master-code")
    return code
