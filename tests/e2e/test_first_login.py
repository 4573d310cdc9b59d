"""A newcomer follows the manual from the welcome page to the second logout, by the labels it prints."""

from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from tests.certs.browser.importers import import_into_nss
from tests.e2e.conftest import Visit
from tests.e2e.people import Person, pem_of_p12
from tests.e2e.service import Newcomer, Service
from tests.e2e.visitor import button, field, fill, gone, link, picture

PASSPHRASE = "Sakura-no-ki 7"
OWN_PASSWORD = "harumachi2027"
DEEP_LINKS = ("services", "password", "history/logins", "certificates", "portal", "densai", "densai/leave")


def fetch_in_the_page(page: Page, newcomer: Newcomer, folder: Path) -> Path:
    """電子証明書取得 up to the saved file."""
    picture(page, "01-welcome")
    link(page, "電子証明書取得").click()
    expect(page).to_have_title("電子証明書取得｜電子記録債権サービス")
    picture(page, "02-fetch")
    button(page, "取得").click()
    expect(page.get_by_role("alert")).to_be_focused()
    picture(page, "03-fetch-errors")
    fill(
        page,
        **{
            "ログインID（お客様ID）": newcomer.login_id,
            "ログインパスワード": newcomer.password,
            "取得コード": newcomer.code,
        },
    )
    button(page, "取得").click()
    expect(page.get_by_role("heading", name="2. ファイルに保存する")).to_be_focused()
    picture(page, "04-save")
    fill(page, **{"パスフレーズ": PASSPHRASE, "パスフレーズ（確認）": PASSPHRASE})
    with page.expect_download() as waiting:
        button(page, "ダウンロード").click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    expect(page.get_by_role("heading", name="3. 端末に取り込む")).to_be_focused()
    picture(page, "05-done")
    return file


def log_in(page: Page, login_id: str, password: str) -> None:
    """電子証明書ログイン from the welcome page; the ID is shown, not typed."""
    link(page, "電子証明書ログイン").click()
    expect(page.get_by_role("main")).to_contain_text(login_id)
    expect(page.get_by_role("textbox")).to_have_count(1)
    picture(page, "06-login")
    field(page, "ログインパスワード").fill(password)
    button(page, "ログイン").click()


def change_password(page: Page, old: str, new: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("ログインパスワード変更")
    picture(page, "07-first-password")
    fields = {
        "現ログインパスワード": old,
        "新ログインパスワード": "abc",
        "新ログインパスワード（確認）": "abd",
    }
    fill(page, **fields)
    button(page, "変更").click()
    expect(page.get_by_role("alert")).to_be_focused()
    picture(page, "08-first-password-errors")
    fill(page, **{**fields, "新ログインパスワード": new, "新ログインパスワード（確認）": new})
    button(page, "変更").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("サービス一覧")
    expect(page.get_by_role("status")).to_contain_text("ログインパスワードを変更しました")
    picture(page, "09-password-changed")


def use_and_leave_the_service(page: Page) -> None:
    """The service in its own tab, left by ［ログアウト］［OK］［タブを閉じる］."""
    with page.expect_popup() as opened:
        button(page, "電子記録債権サービス").click()
    service_tab = opened.value
    expect(service_tab).to_have_title("承認パスワード設定｜電子記録債権サービス")
    picture(service_tab, "11-densai-approval-password")
    service_tab.get_by_role("banner").get_by_text("ログアウト", exact=True).click()
    picture(service_tab, "12-densai-leave")
    button(service_tab, "OK").click()
    expect(service_tab.get_by_role("heading", level=1)).to_have_text("電子記録債権サービスを終了しました")
    picture(service_tab, "13-densai-left")
    with suppress(Error):  # the tab may be gone before the press is over
        button(service_tab, "タブを閉じる").click()
    assert gone(service_tab)


def log_out(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("サービス一覧")
    button(page, "ログアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログアウトしました")
    picture(page, "14-logged-out")
    button(page, "閉じる").click()


def closed_or_told_how(page: Page) -> bool:
    """A script may not close a tab that a person opened: then the page must say what to do."""
    if gone(page):
        return True
    expect(page.get_by_role("status")).to_have_text(
        "このタブは、ブラウザの×印で閉じてください。ログアウトは済んでいます。"
    )
    return True


@pytest.fixture(scope="module")
def newcomer(service: Service) -> Newcomer:
    return service.demo_master(0)


def test_a_newcomer_gets_from_the_welcome_page_to_the_second_logout(
    visit: Visit, service: Service, newcomer: Newcomer, tmp_path: Path
) -> None:
    file = fetch_in_the_page(visit().entry(), newcomer, tmp_path)
    assert file.name == f"{newcomer.login_id}.p12"
    (key,) = import_into_nss(file, PASSPHRASE, tmp_path)
    assert newcomer.login_id in key

    browser = visit(pem_of_p12(file, PASSPHRASE))
    page = browser.entry()
    log_in(page, newcomer.login_id, newcomer.password)
    for path in DEEP_LINKS:
        browser.cert(path)
        assert page.url == f"{service.cert_url}password/first", path
    change_password(page, newcomer.password, OWN_PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("サービス一覧")
    picture(page, "10-services")
    use_and_leave_the_service(page)
    log_out(page)
    assert closed_or_told_how(page)

    again = visit(pem_of_p12(file, PASSPHRASE))
    page = again.cert("login")
    field(page, "ログインパスワード").fill(newcomer.password)
    button(page, "ログイン").click()
    expect(page.get_by_role("alert")).to_contain_text("ログインパスワードが違います。あと5回")
    picture(page, "15-login-wrong-password")
    field(page, "ログインパスワード").fill(OWN_PASSWORD)
    button(page, "ログイン").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("サービス一覧")
    for name, path in (
        ("16-portal", "portal"),
        ("17-certificates", "certificates"),
        ("18-login-history", "history/logins"),
        ("19-password", "password"),
        ("20-renewal-not-open", "certificates/renew"),
        ("21-not-found", "nowhere"),
    ):
        again.cert(path)
        picture(page, name)
    for name, path in (
        ("22-environment", "environment/"),
        ("23-guide-import", "guide/import/"),
        ("24-guide-command-line", "guide/command-line/"),
    ):
        again.entry(path)
        picture(page, name)


def test_the_fetch_and_the_first_use_are_told_to_the_person_and_the_company(
    service: Service, newcomer: Newcomer
) -> None:
    name = newcomer.login_id.removeprefix("d-")
    for told in ("電子証明書が取得されました", "新しい電子証明書が初めて使われました"):
        for address in (f"{name}@{name}.example", f"contact@{name}.example"):
            (mail,) = service.mails(f"To: {address}\n", told)
            assert newcomer.login_id in mail
            assert "http" not in mail


def test_one_press_ends_the_service_and_the_portal_at_once(visit: Visit, master: Person) -> None:
    page = visit(master.pem).cert("login")
    field(page, "ログインパスワード").fill(master.password)
    button(page, "ログイン").click()
    with page.expect_popup() as opened:
        button(page, "電子記録債権サービス").click()
    link(opened.value, "ログアウト").click()
    button(opened.value, "すべてログアウト").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("ログアウトしました")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("電子証明書ログイン")
