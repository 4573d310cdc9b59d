"""The page's script in a real Chromium, under a strict CSP, its files opened by real importers."""

import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, Page, expect

from certs.browser.build import axe_script
from tests.certs.browser.importers import Opened, import_into_nss
from tests.certs.browser.service import GENERIC, Answer, Call, Service

LOGIN_ID = "d-keiri01"
PASSWORD = "shokai2026"
CODE = "K7QD-M2XW-9RTF-4HBN"
PASSPHRASE = 'Kaki no "ha" 8'
REFUSAL = "ログインID、パスワード、取得コードのいずれかが違います。"


def fill_request(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/fetch")
    page.get_by_label("ログインID（お客様ID）").fill(LOGIN_ID)
    page.get_by_label("ログインパスワード").fill(PASSWORD)
    page.get_by_label("取得コード").fill(CODE)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def fetch(page: Page, service: Service) -> None:
    fill_request(page, service)
    press(page, "取得")
    expect(page.get_by_role("heading", name="保存")).to_be_focused()


def fill_passphrase(page: Page, first: str, again: str | None = None) -> None:
    page.get_by_label("パスフレーズ", exact=True).fill(first)
    page.get_by_label("パスフレーズ（確認）").fill(first if again is None else again)


def download(page: Page, folder: Path, passphrase: str = PASSPHRASE) -> Path:
    fill_passphrase(page, passphrase)
    with page.expect_download() as waiting:
        press(page, "ダウンロード")
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def public_numbers(key: object) -> ec.EllipticCurvePublicNumbers:
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key.public_numbers()


def test_the_request_is_signed_by_a_fresh_p256_key_and_names_the_login_id(
    page: Page, service: Service
) -> None:
    fetch(page, service)
    (call,) = service.calls
    assert {name: call.sent[name] for name in ("login_id", "password", "code")} == {
        "login_id": LOGIN_ID,
        "password": PASSWORD,
        "code": CODE,
    }
    assert set(call.sent) == {"login_id", "password", "code", "csr"}
    assert call.csrf_token is None
    assert call.csr.is_signature_valid
    assert call.csr.subject.rfc4514_string() == f"CN={LOGIN_ID}"
    assert isinstance(call.csr.signature_hash_algorithm, hashes.SHA256)
    assert isinstance(public_numbers(call.csr.public_key()).curve, ec.SECP256R1)
    assert list(call.csr.extensions) == []


def test_the_file_opens_in_openssl_with_the_key_the_certificate_and_its_issuer(
    page: Page, service: Service, tmp_path: Path
) -> None:
    issued: list[str] = []

    def remember(call: Call) -> Answer:
        answer = service.authority.answer(call.csr)
        issued.append(json.loads(answer.body)["certificate"])
        return answer

    service.answers.append(remember)
    fetch(page, service)
    expect(page.locator("[data-certificate-expiry]")).to_have_text("2027年11月21日")
    file = download(page, tmp_path)
    assert file.name == f"{LOGIN_ID}.p12"
    expect(page.get_by_role("heading", name="取り込み")).to_be_focused()
    opened = Opened(file, PASSPHRASE)
    requested = public_numbers(service.calls[0].csr.public_key())
    assert public_numbers(opened.key.public_key()) == requested
    assert opened.certificates[0] == x509.load_pem_x509_certificate(issued[0].encode())
    # The self-signed root stays out, or importing would ask to trust it.
    assert opened.subjects == [f"CN={LOGIN_ID}", "CN=Issuing"]
    assert opened.friendly_names == [LOGIN_ID, LOGIN_ID]
    fingerprint = opened.certificates[0].fingerprint(hashes.SHA1())
    assert opened.key_ids == [fingerprint.hex(" ").upper()] * 2
    encryption = "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256"
    assert "MAC: sha256, Iteration 200000\nMAC length: 32, salt length: 8" in opened.text
    assert f"PKCS7 Encrypted data: {encryption}" in opened.text
    assert f"Shrouded Keybag: {encryption}" in opened.text


def test_the_old_format_opens_in_openssl_and_its_cipher_is_loaded_only_then(
    page: Page, service: Service, tmp_path: Path
) -> None:
    fetch(page, service)
    assert "/certificate-old.js" not in service.paths
    page.get_by_label("古い形式で保存する").check()
    download(page, tmp_path)
    opened = Opened(download(page, tmp_path), PASSPHRASE, "-legacy")
    assert service.paths.count("/certificate-old.js") == 1
    assert public_numbers(opened.key.public_key()) == public_numbers(service.calls[0].csr.public_key())
    assert opened.subjects == [f"CN={LOGIN_ID}", "CN=Issuing"]
    assert opened.friendly_names == [LOGIN_ID, LOGIN_ID]
    encryption = "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048"
    assert "MAC: sha1, Iteration 2048\nMAC length: 20, salt length: 8" in opened.text
    assert f"PKCS7 Encrypted data: {encryption}" in opened.text
    assert f"Shrouded Keybag: {encryption}" in opened.text


@pytest.mark.parametrize("old", [False, True])
def test_nss_imports_the_file_with_its_key_under_the_login_id(
    page: Page, service: Service, tmp_path: Path, old: bool
) -> None:
    fetch(page, service)
    page.get_by_label("古い形式で保存する").set_checked(old)
    (key,) = import_into_nss(download(page, tmp_path), PASSPHRASE, tmp_path)
    assert (key.split()[2], key.split()[-1]) == ("ec", LOGIN_ID)


def test_a_failed_load_of_the_old_cipher_is_told_and_the_next_try_loads_it(
    page: Page, service: Service, tmp_path: Path
) -> None:
    fetch(page, service)
    page.get_by_label("古い形式で保存する").check()
    page.route("**/certificate-old.js", lambda route: route.abort())
    fill_passphrase(page, PASSPHRASE)
    press(page, "ダウンロード")
    expect(page.get_by_role("alert")).to_contain_text("古い形式の準備を読み込めませんでした。")
    page.unroute("**/certificate-old.js")
    opened = Opened(download(page, tmp_path), PASSPHRASE, "-legacy")
    assert opened.subjects[0] == f"CN={LOGIN_ID}"


def test_a_second_download_takes_another_passphrase_and_asks_the_server_nothing(
    page: Page, service: Service, tmp_path: Path
) -> None:
    fetch(page, service)
    first = Opened(download(page, tmp_path), PASSPHRASE)
    second = Opened(download(page, tmp_path, "another-one-9"), "another-one-9")
    assert second.key.private_numbers() == first.key.private_numbers()
    assert second.certificates == first.certificates
    assert len(service.calls) == 1


def test_a_refusal_is_shown_and_focused_and_only_the_password_is_gone(page: Page, service: Service) -> None:
    service.answers.append(Answer(403, json.dumps({"error": "refused", "message": REFUSAL})))
    fill_request(page, service)
    press(page, "取得")
    summary = page.locator("[data-certificate-errors]")
    expect(summary).to_be_focused()
    expect(summary).to_have_role("alert")
    expect(summary.get_by_role("heading")).to_have_text("電子証明書を取得できませんでした")
    expect(summary.locator("p")).to_have_text(REFUSAL)
    expect(page.get_by_label("ログインID（お客様ID）")).to_have_value(LOGIN_ID)
    expect(page.get_by_label("取得コード")).to_have_value(CODE)
    expect(page.get_by_label("ログインパスワード")).to_have_value("")
    expect(page.locator("[data-certificate-step=save]")).to_be_hidden()
    expect(page.locator("[data-certificate-busy]")).to_be_hidden()


def test_a_refusal_of_single_fields_is_shown_at_them(page: Page, service: Service) -> None:
    fields = {"login_id": "先頭の「d-」から入力してください。", "csr": "x", "nobody": "y"}
    body = {"error": "bad_request", "message": REFUSAL, "fields": fields}
    service.answers.append(Answer(400, json.dumps(body)))
    fill_request(page, service)
    press(page, "取得")
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_text([fields["login_id"]])
    expect(page.locator("#login_id_error")).to_have_text(fields["login_id"])
    expect(page.get_by_label("ログインID（お客様ID）")).to_have_attribute(
        "aria-describedby", "login_id_error"
    )
    expect(page.get_by_label("取得コード")).not_to_have_attribute("aria-invalid", "true")


def test_the_file_is_named_as_the_server_writes_the_login_id(
    page: Page, service: Service, tmp_path: Path
) -> None:
    fill_request(page, service)
    page.get_by_label("ログインID（お客様ID）").fill(f" {LOGIN_ID.upper()} ")
    press(page, "取得")
    file = download(page, tmp_path)
    assert service.calls[0].sent["login_id"] == LOGIN_ID.upper()
    assert file.name == f"{LOGIN_ID}.p12"
    assert Opened(file, PASSPHRASE).friendly_names == [LOGIN_ID, LOGIN_ID]


def test_a_password_that_is_shown_as_text_is_cleared_too(page: Page, service: Service) -> None:
    service.answers.append(Answer(403, json.dumps({"error": "refused", "message": REFUSAL})))
    fill_request(page, service)
    page.evaluate("document.getElementById('password').type = 'text'")
    press(page, "取得")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("ログインパスワード")).to_have_value("")


def test_a_message_is_text_and_never_markup(page: Page, service: Service) -> None:
    service.answers.append(Answer(400, json.dumps({"error": "x", "message": "<img src=x> & 名前"})))
    fill_request(page, service)
    press(page, "取得")
    expect(page.get_by_role("alert").locator("p")).to_have_text("<img src=x> & 名前")


UNREADABLE = (
    Answer(0),
    Answer(502, "<html>Bad Gateway</html>"),
    Answer(500, json.dumps({"error": "x", "message": "内部"})),
    Answer(413, "<html>too large</html>"),
    Answer(400, json.dumps({"error": "x"})),
    Answer(200, json.dumps({"certificate": "x", "chain": "y"})),
    Answer(201, json.dumps({"certificate": "x"})),
)


def test_without_a_readable_answer_the_same_request_is_sent_again(page: Page, service: Service) -> None:
    service.answers.extend(UNREADABLE)
    fill_request(page, service)
    for _ in UNREADABLE:
        press(page, "取得")
        expect(page.get_by_role("alert").locator("p")).to_have_text(GENERIC)
        expect(page.get_by_label("取得コード")).to_have_value(CODE)
        expect(page.get_by_label("ログインパスワード")).to_have_value("")
        page.get_by_label("ログインパスワード").fill(PASSWORD)
    press(page, "取得")
    expect(page.get_by_role("heading", name="保存")).to_be_focused()
    assert [call.sent for call in service.calls] == [service.calls[0].sent] * (len(UNREADABLE) + 1)


def test_another_login_id_gets_a_key_of_its_own(page: Page, service: Service) -> None:
    service.answers.append(Answer(403, json.dumps({"error": "refused", "message": REFUSAL})))
    fill_request(page, service)
    press(page, "取得")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("ログインID（お客様ID）").fill("d-keiri02")
    page.get_by_label("ログインパスワード").fill(PASSWORD)
    press(page, "取得")
    expect(page.get_by_role("heading", name="保存")).to_be_focused()
    first, second = service.calls
    assert second.csr.subject.rfc4514_string() == "CN=d-keiri02"
    assert public_numbers(second.csr.public_key()) != public_numbers(first.csr.public_key())


def test_a_certificate_for_another_key_is_not_offered(page: Page, service: Service) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()

    def wrong(call: Call) -> Answer:
        return service.authority.answer(call.csr, other)

    service.answers.append(wrong)
    fill_request(page, service)
    press(page, "取得")
    expect(page.get_by_role("alert")).to_contain_text("このページで作った鍵と合いませんでした。")
    expect(page.locator("[data-certificate-step=save]")).to_be_hidden()


def test_empty_fields_are_linked_from_the_summary_and_nothing_is_sent(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/fetch")
    page.get_by_label("取得コード").fill(CODE)
    press(page, "取得")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text(
        ["ログインID（お客様ID）を入力してください。", "ログインパスワードを入力してください。"]
    )
    password = page.get_by_label("ログインパスワード")
    expect(password).to_have_attribute("aria-invalid", "true")
    expect(password).to_have_attribute("aria-describedby", "password_error password-hint")
    expect(page.locator(".field.wrong > .error + .affixed")).to_have_count(1)
    expect(page.locator("#password_error")).to_have_text("ログインパスワードを入力してください。")
    expect(page.get_by_label("取得コード")).not_to_have_attribute("aria-invalid", "true")
    summary.get_by_role("link", name="ログインパスワード").click()
    expect(password).to_be_focused()
    assert page.url == f"{service.url}/fetch"
    assert service.calls == []

    page.get_by_label("ログインID（お客様ID）").fill(LOGIN_ID)
    password.fill(PASSWORD)
    press(page, "取得")
    expect(page.get_by_role("heading", name="保存")).to_be_focused()
    assert password.get_attribute("aria-describedby") == "password-hint"
    assert password.get_attribute("aria-invalid") is None
    assert page.locator(".error, .wrong").count() == 0


LENGTH = "パスフレーズは8文字以上32文字以内で入力してください。"
CHARACTERS = "パスフレーズは半角の英字、数字、記号で入力してください。"
DIFFERS = "パスフレーズと確認用の入力が違います。同じものを2回入力してください。"
UNFIT = (
    ("", "", "パスフレーズ", "パスフレーズを入力してください。"),
    ("seven-7", "seven-7", "パスフレーズ", LENGTH),
    ("x" * 33, "x" * 33, "パスフレーズ", LENGTH),
    ("合言葉は八文字以上", "合言葉は八文字以上", "パスフレーズ", CHARACTERS),
    (PASSPHRASE, PASSPHRASE + "x", "パスフレーズ（確認）", DIFFERS),
)


def test_an_unfit_passphrase_is_refused_at_its_field(page: Page, service: Service, tmp_path: Path) -> None:
    fetch(page, service)
    summary = page.locator("[data-certificate-save-errors]")
    for first, again, field, message in UNFIT:
        fill_passphrase(page, first, again)
        press(page, "ダウンロード")
        expect(summary.get_by_role("link").first).to_have_text(message)
        expect(summary).to_be_focused()
        expect(page.get_by_label(field, exact=True)).to_have_attribute("aria-invalid", "true")
        expect(page.locator("[data-certificate-step=done]")).to_be_hidden()
    download(page, tmp_path)
    expect(summary).to_be_hidden()


def test_renewal_sends_only_the_request_and_the_csrf_token(
    page: Page, service: Service, tmp_path: Path
) -> None:
    page.goto(f"{service.url}/renew")
    press(page, "取得")
    expect(page.get_by_role("heading", name="保存")).to_be_focused()
    (call,) = service.calls
    assert set(call.sent) == {"csr"}
    assert call.csrf_token == "t0ken"
    assert call.csr.subject.rfc4514_string() == "CN=d-keiri01"
    assert download(page, tmp_path).name == "d-keiri01.p12"


def test_two_presses_send_one_request(page: Page, service: Service) -> None:
    fill_request(page, service)
    page.get_by_role("button", name="取得", exact=True).dblclick()
    expect(page.get_by_role("heading", name="保存")).to_be_focused()
    assert len(service.calls) == 1


def test_leaving_is_warned_of_until_the_file_is_saved(page: Page, service: Service, tmp_path: Path) -> None:
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    fetch(page, service)
    page.close(run_before_unload=True)
    page.wait_for_timeout(100)
    assert asked == ["beforeunload"]
    download(page, tmp_path)
    page.goto(f"{service.url}/fetch")
    assert asked == ["beforeunload"]


def test_no_secret_is_left_in_the_page_or_the_browser(page: Page, service: Service, tmp_path: Path) -> None:
    fetch(page, service)
    download(page, tmp_path)
    left = page.evaluate(
        """async () => JSON.stringify({
            page: document.documentElement.outerHTML, address: location.href,
            local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie,
            history: history.state, databases: await indexedDB.databases(), caches: await caches.keys(),
        })"""
    )
    kept = json.loads(left)
    for secret in (PASSWORD, CODE, PASSPHRASE, json.dumps(PASSPHRASE), "PRIVATE KEY", "blob:"):
        assert secret not in left
    assert "blob:" not in kept.pop("page")
    assert kept == {
        "address": f"{service.url}/fetch",
        "local": {},
        "session": {},
        "cookies": "",
        "history": None,
        "databases": [],
        "caches": [],
    }
    assert page.locator("[data-certificate-step=request] input[type=password]").input_value() == ""
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.get_by_label("パスフレーズ", exact=True).input_value() == ""


def test_without_the_script_the_page_keeps_the_way_by_command_line(
    browser: Browser, service: Service
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service.url}/fetch")
    expect(page.get_by_text("コマンドで取得する方法")).to_be_visible()
    expect(page.locator("[data-needs-script]")).to_be_hidden()
    context.close()


def test_with_the_script_the_way_by_command_line_is_hidden(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/fetch")
    expect(page.locator("[data-no-script]")).to_be_hidden()
    expect(page.locator("[data-needs-script]")).to_be_visible()


def test_axe_finds_nothing_in_the_steps_and_errors_that_the_script_makes(
    page: Page, service: Service, bundles: Path, tmp_path: Path
) -> None:
    axe = axe_script(bundles).read_text()

    def violations() -> list[str]:
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(({ violations }) => violations.map(({ id }) => id))")
        assert isinstance(found, list)
        return found

    page.goto(f"{service.url}/fetch")
    press(page, "取得")
    expect(page.get_by_role("alert")).to_be_focused()
    assert violations() == []
    fetch(page, service)
    press(page, "ダウンロード")
    expect(page.get_by_role("alert")).to_be_focused()
    assert violations() == []
    download(page, tmp_path)
    assert violations() == []
