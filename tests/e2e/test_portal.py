"""ユーザ管理業務 in a browser: the manual's steps by their labels, with the keyboard, at a phone's width."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import visitor as seen
from tests.e2e.conftest import Visit
from tests.e2e.people import Person, settled
from tests.e2e.service import Service
from tests.e2e.visitor import DESK, PHONE, button, field, fill, link

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MAIL = "hanako@example.com"


@pytest.fixture
def boss(service: Service, tmp_path: Path) -> Person:
    return settled(service, tmp_path)


def picture(page: Page, name: str) -> None:
    """At a desk, in every look; on the phone only that nothing scrolls sideways."""
    if page.viewport_size == {"width": PHONE[0], "height": PHONE[1]}:
        assert (name, page.evaluate(TOO_WIDE)) == (name, 0)
    else:
        seen.picture(page, name)


def log_in(page: Page, password: str) -> None:
    field(page, "ログインパスワード").fill(password)
    button(page, "ログイン").click()


def new_user(page: Page, user_id: str) -> None:
    """サービス一覧 → ユーザ管理業務 → ユーザ管理 → ID新規作成 → 登録 → 確定 → メイン."""
    link(page, "ユーザ管理業務").click()
    picture(page, "50-portal")
    link(page, "ユーザ管理").click()
    link(page, "ID新規作成").click()
    fill(
        page,
        **{
            "ユーザID": user_id,
            "ユーザ名": "山田 花子",
            "メールアドレス": MAIL,
            "メールアドレス（確認）": MAIL,
            "初回ログインパスワード": "hajimete12",
            "初回ログインパスワード（確認）": "hajimete12",
        },
    )
    picture(page, "51-new-user")
    button(page, "登録").click()
    picture(page, "52-new-user-confirm")
    button(page, "確定").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("山田 花子さんを登録しました")
    picture(page, "53-new-user-made")
    link(page, "メイン").click()


def certificate(page: Page, user_id: str) -> str:
    """電子証明書管理 (tab) → 電子証明書管理 → 次へ → 変更 → 確定; the code."""
    link(page, "電子証明書管理").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("電子証明書の管理")
    picture(page, "54-certificates")
    link(page, "電子証明書管理").click()  # the tab one stands on is no link
    page.get_by_role("radio", name=f"山田 花子（d-{user_id}）").check()
    picture(page, "55-certificate-list")
    button(page, "次へ").click()
    picture(page, "56-certificate-change")
    button(page, "変更").click()
    picture(page, "57-certificate-confirm")
    button(page, "確定").click()
    code = page.locator("#activation-code").inner_text()
    picture(page, "58-activation-code")
    return code


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_user_and_his_certificate_by_the_manual(
    visit: Visit, boss: Person, service: Service, size: tuple[int, int]
) -> None:
    user_id = "hanako01" if size == DESK else "hanako02"
    visitor = visit(boss.pem)
    page = visitor.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    visitor.cert("login")
    log_in(page, boss.password)
    new_user(page, user_id)
    code = certificate(page, user_id)
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", code)
    expect(button(page, "コピー")).to_be_visible()
    page.reload()
    expect(page.locator("#activation-code")).to_have_count(0)
    link(page, "渡すものと渡し方").click()
    picture(page, "59-hand-over")
    page.goto(f"{service.cert_url}portal/users/d-{user_id}")
    picture(page, "60-user")
    link(page, "利用停止").click()
    picture(page, "61-user-stop")
    page.get_by_role("radio", name="異動・退職").check()
    button(page, "利用停止").click()
    expect(page.get_by_role("status")).to_contain_text("取り消した取得の権利: 1件")
    picture(page, "62-user-stopped")


def test_the_same_with_the_keyboard_alone(visit: Visit, boss: Person, service: Service) -> None:
    page = visit(boss.pem).cert("login")
    _to(page, "ログインパスワード")
    page.keyboard.type(boss.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("サービス一覧")
    for name, path in (("ユーザ管理業務", "portal"), ("ユーザ管理", "portal/users")):
        _to(page, name)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{service.cert_url}{path}")
    _to(page, "ID新規作成")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ID新規作成")
    for label, text in (
        ("ユーザID", "hanako03"),
        ("ユーザ名", "山田 花子"),
        ("メールアドレス", MAIL),
        ("メールアドレス（確認）", MAIL),
        ("初回ログインパスワード", "hajimete12"),
        ("初回ログインパスワード（確認）", "hajimete12"),
    ):
        _to(page, label)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("この内容で登録しますか")
    _to(page, "確定")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("山田 花子さんを登録しました")


FOCUSED = """() => { const e = document.activeElement;
  return e.labels?.length ? e.labels[0].textContent.trim() : e.textContent.trim(); }"""


def _focused(page: Page, name: str) -> bool:
    """Tab until the control of that name has the focus; False if it never has."""
    for _ in range(60):
        if page.evaluate(FOCUSED) == name:
            return True
        page.keyboard.press("Tab")
    return False


def _to(page: Page, name: str) -> None:
    assert _focused(page, name), name
