"""The whole first login with the keyboard alone: every stop is visible, and nothing needs a mouse."""

from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.keyboard import FOCUS, tab_to
from tests.e2e.people import pem_of_p12
from tests.e2e.service import Service
from tests.e2e.visitor import button, field, gone

PASSPHRASE = "Take-no-ko 33"
OWN_PASSWORD = "natsuyasumi8"


def press(page: Page, name: str, key: str = "Enter") -> None:
    tab_to(page, name)
    page.keyboard.press(key)


def type_into(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def fetch(page: Page, service: Service, folder: Path) -> tuple[Path, str, str]:
    newcomer = service.newcomer()
    press(page, "電子証明書取得")
    heading(page, "電子証明書取得")
    press(page, "取得", "Space")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(field(page, "ログインID（お客様ID）")).to_be_focused()
    page.keyboard.type(newcomer.login_id)
    type_into(page, "ログインパスワード", newcomer.password)
    press(page, "文字を表示", "Space")
    expect(field(page, "ログインパスワード")).to_have_attribute("type", "text")
    type_into(page, "取得コード", newcomer.code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2. ファイルに保存する")).to_be_focused()
    type_into(page, "パスフレーズ", PASSPHRASE)
    type_into(page, "パスフレーズ（確認）", PASSPHRASE)
    press(page, "取り込めないときは", "Space")
    expect(page.get_by_label("古い形式で保存する")).to_be_visible()
    with page.expect_download() as waiting:
        press(page, "ダウンロード", "Space")
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    expect(page.get_by_role("heading", name="3. 端末に取り込む")).to_be_focused()
    tab_to(page, "電子証明書ログイン")
    return file, newcomer.login_id, newcomer.password


def test_the_first_tab_leads_past_the_header(visit: Visit) -> None:
    page = visit().entry()
    page.keyboard.press("Tab")
    focus = page.evaluate(FOCUS)
    assert (focus["name"], focus["marked"], focus["shown"]) == ("本文へ移動", True, True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["name"] == "電子証明書ログイン"


def test_the_first_login_and_both_logouts_need_no_mouse(
    visit: Visit, service: Service, tmp_path: Path
) -> None:
    file, login_id, initial = fetch(visit().entry(), service, tmp_path)
    page = visit(pem_of_p12(file, PASSPHRASE)).entry()
    press(page, "電子証明書ログイン")
    heading(page, "電子証明書ログイン")
    expect(page.get_by_role("main")).to_contain_text(login_id)
    type_into(page, "ログインパスワード", initial)
    page.keyboard.press("Enter")
    heading(page, "ログインパスワード変更")
    type_into(page, "現ログインパスワード", initial)
    type_into(page, "新ログインパスワード", OWN_PASSWORD)
    type_into(page, "新ログインパスワード（確認）", "chigaimasu9")
    press(page, "変更")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(field(page, "新ログインパスワード（確認）")).to_be_focused()
    page.goto(page.url)
    type_into(page, "現ログインパスワード", initial)
    type_into(page, "新ログインパスワード", OWN_PASSWORD)
    type_into(page, "新ログインパスワード（確認）", OWN_PASSWORD)
    press(page, "変更", "Space")
    heading(page, "サービス一覧")
    with page.expect_popup() as opened:
        press(page, "電子記録債権サービス", "Space")
    tab = opened.value
    expect(tab).to_have_title("承認パスワード設定｜電子記録債権サービス")
    tab.bring_to_front()
    press(tab, "ログアウト")
    heading(tab, "電子記録債権サービスを終了しますか")
    press(tab, "OK")
    heading(tab, "電子記録債権サービスを終了しました")
    with suppress(Error):  # the tab may be gone before the press is over
        press(tab, "タブを閉じる", "Space")
    assert gone(tab)
    page.bring_to_front()
    press(page, "ログアウト")
    heading(page, "ログアウトしました")
    press(page, "閉じる")
    expect(page.get_by_role("status")).to_be_visible()
    expect(button(page, "閉じる")).to_be_focused()
