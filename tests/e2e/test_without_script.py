"""Without JavaScript: the fetch points to the command line, everything else works."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.people import OWN_PASSWORD, fetch
from tests.e2e.service import Service
from tests.e2e.visitor import button, field, fill, link, picture


def test_the_fetch_page_offers_no_form_and_leads_to_the_command_line(visit: Visit, service: Service) -> None:
    page = visit(java_script_enabled=False).entry("certificate/")
    expect(page.get_by_role("heading", level=2).first).to_have_text(
        "このブラウザでは、ページの中で鍵を作れません"
    )
    expect(page.locator("input:visible, form:visible, button:visible")).to_have_count(0)
    picture(page, "50-fetch-without-script")
    link(page, "コマンドラインでの取得").click()
    expect(page).to_have_url(f"{service.entry_url}guide/command-line/")
    expect(page.locator("pre").first).to_contain_text("openssl genpkey")
    expect(page.locator("button:visible")).to_have_count(0)


def test_login_password_change_service_and_both_logouts_work(
    visit: Visit, service: Service, tmp_path: Path
) -> None:
    newcomer = fetch(service, service.newcomer(), tmp_path)
    page = visit(newcomer.pem, java_script_enabled=False).cert("login")
    expect(page.locator("button:visible")).to_have_text(["ログイン"])
    field(page, "ログインパスワード").fill(newcomer.password)
    button(page, "ログイン").click()
    new = {"新ログインパスワード": OWN_PASSWORD, "新ログインパスワード（確認）": "chigau1234"}
    fill(page, 現ログインパスワード=newcomer.password, **new)
    button(page, "変更").click()
    expect(page.get_by_role("alert")).to_contain_text("1回目の入力と違います。")
    page.get_by_role("alert").get_by_role("link").click()
    expect(field(page, "新ログインパスワード（確認）")).to_be_in_viewport()
    new["新ログインパスワード（確認）"] = OWN_PASSWORD
    fill(page, 現ログインパスワード=newcomer.password, **new)
    button(page, "変更").click()
    with page.expect_popup() as opened:
        button(page, "電子記録債権サービス").click()
    tab = opened.value
    link(tab, "ログアウト").click()
    button(tab, "OK").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("電子記録債権サービスを終了しました")
    link(tab, "サービス一覧へ").click()
    button(tab, "ログアウト").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("ログアウトしました")
