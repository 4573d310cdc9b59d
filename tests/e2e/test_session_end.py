"""The warning before the idle session ends: going on, letting it end, and what the keyboard meets there.

The browser's clock is turned forward by Playwright, the server's by putting the session's row back.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults
from tests.e2e.conftest import Visit
from tests.e2e.people import Person
from tests.e2e.service import Service
from tests.e2e.visitor import button, field, link, picture

IDLE = 15 * 60
WARNING = 120


@pytest.fixture
def page(visit: Visit, master: Person) -> Page:
    """サービス一覧, with a clock that the test turns."""
    visitor = visit(master.pem)
    visitor.page.clock.install()
    visitor.cert("login")
    field(visitor.page, "ログインパスワード").fill(master.password)
    button(visitor.page, "ログイン").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("サービス一覧")
    return visitor.page


def idle(service: Service, master: Person, seconds: int) -> None:
    """So long ago the server last saw this person."""
    service.sql(
        "UPDATE accounts_usersession SET last_seen_at = now() - %s * interval '1 second' "
        "FROM accounts_user WHERE accounts_user.id = user_id AND login_id = %s",
        seconds,
        master.login_id,
    )


def test_the_warning_comes_in_time_and_going_on_extends_the_session(
    page: Page, service: Service, master: Person
) -> None:
    page.clock.fast_forward((IDLE - WARNING - 20) * 1000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    idle(service, master, IDLE - 60)
    page.clock.fast_forward(60_000)
    dialog = page.get_by_role("dialog", name="まもなくログアウトします")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("1分")
    picture(page, "60-session-warning")
    assert faults(page) == []
    button(page, "続ける").click()
    expect(dialog).to_have_count(0)
    page.clock.fast_forward((IDLE - WARNING - 20) * 1000)
    expect(dialog).to_have_count(0)
    idle(service, master, IDLE - 30)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("サービス一覧")


def test_without_an_answer_the_login_page_says_why(page: Page, service: Service, master: Person) -> None:
    idle(service, master, IDLE + 1)
    page.clock.fast_forward((IDLE + 5) * 1000)
    expect(page).to_have_url(f"{service.cert_url}login?ended=idle&next=%2Fservices")
    expect(page.get_by_role("status")).to_have_text(
        "一定時間操作がなかったため、ログアウトしました。もう一度ログインしてください。"
    )


def test_going_on_too_late_ends_on_the_login_page(page: Page, service: Service, master: Person) -> None:
    page.clock.fast_forward((IDLE - 10) * 1000)
    idle(service, master, IDLE + 1)
    button(page, "続ける").click()
    expect(page.get_by_role("status")).to_contain_text("一定時間操作がなかったため")


def test_the_dialog_keeps_the_focus_and_gives_it_back(page: Page) -> None:
    link(page, "ログイン履歴").focus()
    page.clock.fast_forward((IDLE - 60) * 1000)
    expect(button(page, "続ける")).to_be_focused()
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(link(page, "ログイン履歴")).to_be_focused()


def test_a_newer_login_ends_the_older_and_tells_it_why(page: Page, service: Service, master: Person) -> None:
    master.logged_in(service)
    page.reload()
    expect(page.get_by_role("status")).to_have_text(
        "別の画面で新しくログインしたため、こちらは終了しました。もう一度ログインしてください。"
    )
