"""axe finds nothing on any screen, at a desk's and a phone's width, light and dark; none scrolls sideways.

The screens are those of the URL resolver: a new URL without a row in WALK fails. States that no GET shows
(errors, refusals, steps inside a page) are the functions below the walk.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver
from playwright.sync_api import Browser, Page, expect

from erec.doors import URLCONFS
from tests.e2e.axe import faults
from tests.e2e.conftest import Visit
from tests.e2e.people import OWN_PASSWORD, Person, fetch, settled
from tests.e2e.service import Service
from tests.e2e.visitor import Visitor, button, field, fill, picture

OTHER = "d-tester15"  # another user of the walker's company
NO_SCREEN = ""  # a file or JSON, for programs

# Door and name of each URL → the path that a logged-in master opens. What takes only POST shows a page too.
WALK = {
    "entry welcome": "/",
    "entry fetch": "/certificate/",
    "entry fetch-api": NO_SCREEN,
    "entry environment": "/environment/",
    "entry guide-import": "/guide/import/",
    "entry guide-command-line": "/guide/command-line/",
    "entry ca-pem": NO_SCREEN,
    "entry ca-der": NO_SCREEN,
    "entry crl": NO_SCREEN,
    "entry ocsp": "/pki/ocsp",
    "entry ocsp-get": NO_SCREEN,
    "entry healthz": NO_SCREEN,
    "entry readyz": NO_SCREEN,
    "cert home": "/",
    "cert login": "/login",
    "cert logout": "/logout",
    "cert logged-out": "/logged-out",
    "cert services": "/services",
    "cert session-extend": "/session/extend",
    "cert first-password": "/password/first",
    "cert password": "/password",
    "cert password-changed": "/password/changed",
    "cert login-history": "/history/logins?of=company",
    "cert certificates": "/certificates",
    "cert renewal": "/certificates/renew",
    "cert certificate-stop": "/certificates/{serial}/stop",
    "cert mail": "/mail",
    "cert mail-changed": "/mail/changed",
    "cert stop-myself": "/stop-myself",
    "cert stopped-myself": "/stopped-myself",
    "cert portal": "/portal",
    "cert portal-users": "/portal/users",
    "cert portal-user-new": "/portal/users/new",
    "cert portal-user-confirm": "/portal/users/new/confirm",
    "cert portal-user-made": "/portal/users/new/done",
    "cert portal-user": f"/portal/users/{OTHER}",
    "cert portal-user-hand-over": f"/portal/users/{OTHER}/hand-over",
    "cert portal-user-change": f"/portal/users/{OTHER}/change",
    "cert portal-user-change-confirm": f"/portal/users/{OTHER}/change/confirm",
    "cert portal-user-reset": f"/portal/users/{OTHER}/reset",
    "cert portal-user-suspend": f"/portal/users/{OTHER}/suspend",
    "cert portal-user-delete": f"/portal/users/{OTHER}/delete",
    "cert portal-user-resume": f"/portal/users/{OTHER}/resume",
    "cert portal-user-unlock": f"/portal/users/{OTHER}/unlock",
    "cert portal-certificates": "/portal/certificates",
    "cert portal-certificate-list": "/portal/certificates/users",
    "cert portal-certificate": f"/portal/certificates/{OTHER}",
    "cert portal-certificate-confirm": f"/portal/certificates/{OTHER}/confirm",
    "cert portal-certificate-done": f"/portal/certificates/{OTHER}/done",
    "cert densai-enter": "/densai/enter",
    "cert densai-top": "/densai",
    "cert densai-leave": "/densai/leave",
    "cert densai-left": "/densai/left",
}
# Screens of both doors that have no URL of their own, and pages that nginx serves when nothing else can.
MORE = {
    "entry not found": "/nowhere",
    "cert not found": "/certificates/{serial}0/stop",
    "entry too large": "/static/erec/errors/413.html",
    "entry too many": "/static/erec/errors/429.html",
    "entry not now": "/static/erec/errors/503.html",
}
SCREENS = {name: path for name, path in (WALK | MORE).items() if path is not NO_SCREEN}


@pytest.fixture(scope="module")
def walker(browser: Browser, service: Service, master: Person) -> Iterator[Visitor]:
    """A master who has logged in and entered 電子記録債権サービス."""
    visitor = Visitor(browser, service, master.pem)
    log_in(visitor.cert("login"), master.password)
    with visitor.page.expect_popup() as opened:
        button(visitor.page, "電子記録債権サービス").click()
    opened.value.close()
    yield visitor
    visitor.close()


def log_in(page: Page, password: str) -> None:
    field(page, "ログインパスワード").fill(password)
    button(page, "ログイン").click()


def names(urlconf: str) -> Iterator[str]:
    """The names of a door's URLs."""
    for pattern in get_resolver(urlconf).url_patterns:
        assert isinstance(pattern, URLPattern), "walk through includes too"
        yield str(pattern.name)


def test_every_url_of_both_doors_is_walked() -> None:
    assert sorted(WALK) == sorted(f"{door} {name}" for door in URLCONFS for name in names(URLCONFS[door]))


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_of_the_walk_has_no_fault(walker: Visitor, master: Person, name: str) -> None:
    walker.said.clear()
    door, path = name.split()[0], SCREENS[name].format(serial=master.serial)
    base = walker.service.entry_url if door == "entry" else walker.service.cert_url
    walker.page.goto(base.rstrip("/") + path)
    expect(walker.page.get_by_role("heading", level=1)).to_have_count(1)
    assert faults(walker.page) == []
    assert walker.said == []


def test_the_steps_of_the_fetch_have_no_fault(visit: Visit, service: Service, tmp_path: Path) -> None:
    page, newcomer = visit().entry("certificate/"), service.newcomer()
    button(page, "取得").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert faults(page) == []
    words = {"ログインID（お客様ID）": newcomer.login_id, "取得コード": newcomer.code}
    fill(page, **words, ログインパスワード="machigai123")
    button(page, "取得").click()
    expect(page.get_by_role("alert")).to_contain_text("証明書は発行されていません。")
    picture(page, "30-fetch-refused")
    assert faults(page) == []
    fill(page, **words, ログインパスワード=newcomer.password)
    button(page, "取得").click()
    expect(page.get_by_role("heading", name="2. ファイルに保存する")).to_be_focused()
    page.get_by_text("取り込めないときは").click()
    fill(page, **{"パスフレーズ": "short", "パスフレーズ（確認）": "short"})
    button(page, "ダウンロード").click()
    expect(page.get_by_role("alert")).to_be_focused()
    picture(page, "31-save-errors")
    assert faults(page) == []
    fill(page, **{"パスフレーズ": "long enough 1", "パスフレーズ（確認）": "long enough 1"})
    with page.expect_download() as waiting:
        button(page, "ダウンロード").click()
    waiting.value.save_as(tmp_path / "saved.p12")
    expect(page.get_by_role("heading", name="3. 端末に取り込む")).to_be_focused()
    assert faults(page) == []


def test_the_login_and_its_errors_have_no_fault(visit: Visit, service: Service, tmp_path: Path) -> None:
    newcomer = fetch(service, service.newcomer(), tmp_path)
    visitor = visit(newcomer.pem)
    page = visitor.cert("login?ended=idle")
    expect(page.get_by_role("status")).to_contain_text("一定時間操作がなかったため")
    picture(page, "32-login-after-idleness")
    assert faults(page) == []
    button(page, "ログイン").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert faults(page) == []
    log_in(page, newcomer.password)
    expect(page).to_have_url(f"{service.cert_url}password/first")
    assert faults(page) == []
    button(page, "変更").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert faults(page) == []
    button(page, "ログアウト").click()
    expect(page).to_have_url(f"{service.cert_url}logged-out")
    button(page, "閉じる").click()
    expect(page.get_by_role("status")).to_contain_text("×印")
    assert faults(page) == []
    visitor.cert("login")
    log_in(page, newcomer.password)
    expect(page.get_by_role("alert")).to_contain_text("すでに1回使われています")
    picture(page, "33-login-initial-password-spent")
    assert faults(page) == []


def test_an_outdated_form_has_no_fault(visit: Visit) -> None:
    page = visit().entry()
    page.evaluate(
        """() => { const form = document.createElement('form'); form.method = 'post';
        document.body.append(form); form.submit(); }"""
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("画面が古くなっています")
    picture(page, "34-outdated-form")
    assert faults(page) == []


def test_the_page_without_a_certificate_has_no_fault(visit: Visit) -> None:
    page = visit().cert("services")
    expect(page.get_by_role("heading", level=1)).to_have_text("電子証明書が選ばれていません")
    picture(page, "35-no-certificate")
    assert faults(page) == []


@pytest.fixture
def person(service: Service, tmp_path: Path) -> Person:
    return settled(service, tmp_path)


def near_its_end(service: Service, person: Person) -> None:
    service.sql(
        "UPDATE certs_clientcertificate SET not_after = now() + interval '9 days' WHERE serial = %s",
        person.serial,
    )


def test_a_renewal_in_its_window_has_no_fault_and_gives_a_second_certificate(
    visit: Visit, service: Service, person: Person, tmp_path: Path
) -> None:
    near_its_end(service, person)
    page = visit(person.pem).cert("login")
    log_in(page, OWN_PASSWORD)
    expect(page.get_by_role("main")).to_contain_text("証明書更新")
    picture(page, "36-services-near-the-end")
    assert faults(page) == []
    page.get_by_role("link", name="証明書更新", exact=True).click()
    picture(page, "37-renewal")
    assert faults(page) == []
    button(page, "取得").click()
    expect(page.get_by_role("heading", name="2. ファイルに保存する")).to_be_focused()
    fill(page, **{"パスフレーズ": "long enough 1", "パスフレーズ（確認）": "long enough 1"})
    with page.expect_download() as waiting:
        button(page, "ダウンロード").click()
    waiting.value.save_as(tmp_path / "renewed.p12")
    page.goto(f"{service.cert_url}certificates")
    states = page.locator("tbody").get_by_role("row").locator(".tag")
    expect(states).to_have_text(["有効", "更新済み"])
    picture(page, "38-two-certificates")
    assert faults(page) == []


def test_stopping_the_own_certificate_ends_in_its_refusal_page(visit: Visit, person: Person) -> None:
    page = visit(person.pem).cert("login")
    log_in(page, OWN_PASSWORD)
    page.goto(page.url.replace("/services", f"/certificates/{person.serial}/stop"))
    picture(page, "39-stop")
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("電子証明書は失効しています")
    picture(page, "40-revoked")
    assert faults(page) == []
