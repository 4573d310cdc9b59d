"""The shared look: contrast, forms that say what is wrong, pages without inline code, commands that run."""

import html
import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from django import forms
from django.template import engines
from django.template.loader import get_template
from django.test import Client, RequestFactory, override_settings

from erec import fields

PROJECT = Path(__file__).resolve().parents[2]
STATIC = PROJECT / "erec" / "static"
TEMPLATES = sorted(
    path for app in ("accounts", "certs", "erec") for path in (PROJECT / app).glob("**/templates/**/*.html")
)
GUIDES = ["/environment/", "/guide/import/", "/guide/command-line/"]
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


# What text stands on what, and what else must be told apart (WCAG 2.2: 1.4.3 and 1.4.11).
TEXT_PAIRS = [
    *[(ink, ground) for ink in ("ink", "ink-soft") for ground in ("ground", "paper", "sunk", "act-wash")],
    *[(ink, ground) for ink in ("act", "act-deep") for ground in ("ground", "paper", "act-wash")],
    ("on-act", "act"),
    ("on-act", "act-deep"),
    *[(kind, ground) for kind in ("ok", "warn", "stop") for ground in ("paper", "ground", f"{kind}-wash")],
    *[("ink", f"{kind}-wash") for kind in ("ok", "warn", "stop")],
    ("paper", "ok"),
]
SHAPE_PAIRS = [
    ("edge", "paper"),
    ("edge", "ground"),
    ("edge", "sunk"),
    ("focus-ink", "focus"),
    ("act", "ground"),
]


def tokens(theme: str) -> dict[str, str]:
    light, dark = (STATIC / "erec/tokens.css").read_text().split("@media", 1)
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", dark))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_computed_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("pair", "least"), [*((p, 4.5) for p in TEXT_PAIRS), *((p, 3.0) for p in SHAPE_PAIRS)]
)
def test_colours_can_be_told_apart(pair: tuple[str, str], least: float, theme: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= least


def test_the_other_stylesheets_use_only_tokens_for_colours() -> None:
    for path in (STATIC / "erec").glob("*.css"):
        if path.name != "tokens.css":
            assert not re.search(r"#[0-9a-f]{3,8}\b", path.read_text()), path.name


def test_every_token_that_is_used_exists() -> None:
    named = set(re.findall(r"--([a-z0-9-]+):", (STATIC / "erec/tokens.css").read_text()))
    for path in (STATIC / "erec").glob("*.css"):
        assert set(re.findall(r"var\(--([a-z0-9-]+)\)", path.read_text())) <= named, path.name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(PROJECT)))
def test_a_template_compiles_and_holds_no_inline_code(path: Path) -> None:
    get_template(str(path).split("/templates/")[1])
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)|javascript:", text)


def test_every_static_file_that_a_shared_template_names_is_there() -> None:
    for path in (PROJECT / "erec" / "templates").rglob("*.html"):
        for name in re.findall(r"{% static '([^']+)' %}", path.read_text()):
            assert (STATIC / name).is_file(), f"{path.name}: {name}"


@pytest.mark.parametrize("name", ["413", "429", "503"])
def test_the_front_server_s_pages_stand_alone_but_for_the_stylesheet(name: str) -> None:
    page = (STATIC / f"erec/errors/{name}.html").read_text()
    assert "<script" not in page
    assert "{%" not in page
    for link in re.findall(r'href="/static/([^"]+)"', page):
        assert (STATIC / link).is_file()


class Entry(forms.Form):
    """One field of each kind."""

    user_id = fields.LoginIdField(label="ユーザID", prefixed=True, help_text="半角英数字6〜12文字")
    name = fields.NameField(label="ユーザ名")
    secret = fields.SecretField(label="初回ログインパスワード", kind="initial")
    memo = fields.NameField(label="備考", required=False)
    kind = fields.ChoiceField(
        label="区分", choices=[("m", "マスターユーザ"), ("g", "一般ユーザ")], widget=forms.RadioSelect
    )
    seen = fields.TickField(label="内容を確認しました")


PAGE = """{% extends "erec/page.html" %}{% block title %}ID新規作成{% endblock %}
{% block content %}{% include "erec/form.html" with submit="登録" cancel_url="/back" %}{% endblock %}"""


def rendered(form: forms.Form, request: Any = None) -> str:
    request = request or RequestFactory().get("/")
    return engines["django"].from_string(PAGE).render({"form": form}, request)


WRONG = {"user_id": "ab", "name": "<b>山田</b>😀", "secret": "abc12", "memo": "", "kind": "", "seen": ""}


def test_an_empty_form_has_its_labels_and_no_error() -> None:
    page = rendered(Entry())
    labels = re.findall(r"<label for=\"(\w+)\">([^<]+)</label>", page)
    assert labels[:4] == [
        ("id_user_id", "ユーザID"),
        ("id_name", "ユーザ名"),
        ("id_secret", "初回ログインパスワード"),
        ("id_memo", "備考"),
    ]
    assert "<legend>区分</legend>" in page
    assert "<title>ID新規作成｜電子記録債権サービス</title>" in page
    assert 'role="alert"' not in page
    assert page.count("任意") == 1


def test_a_refused_form_says_so_in_title_summary_and_field() -> None:
    page = rendered(Entry(WRONG))
    assert "<title>エラー：ID新規作成｜電子記録債権サービス</title>" in page
    summary = page[page.index('class="summary"') : page.index("</ul>", page.index('class="summary"'))]
    assert re.findall(r'<a href="#(\w+)">([^：]+)：', summary) == [
        ("id_user_id", "ユーザID"),
        ("id_name", "ユーザ名"),
        ("id_secret", "初回ログインパスワード"),
        ("id_kind_0", "区分"),
        ("id_seen", "内容を確認しました"),
    ]
    for target in re.findall(r'href="#(id_\w+)"', summary):
        assert f'id="{target}"' in page


def test_every_input_names_its_hint_and_its_error() -> None:
    page = rendered(Entry(WRONG))
    described = re.findall(r'aria-describedby="([^"]+)"', page)
    assert described[0] == "id_user_id_helptext id_user_id_error"
    for names in described:
        for name in names.split():
            assert f'id="{name}"' in page
    assert page.count('aria-invalid="true"') == 6  # each of the two radio buttons too


def test_what_was_typed_is_kept_and_escaped_but_never_a_password() -> None:
    page = rendered(Entry(WRONG))
    assert 'value="&lt;b&gt;山田&lt;/b&gt;😀"' in page
    assert "<b>山田</b>" not in page
    assert "abc12" not in page


def test_the_prefix_stands_before_its_input() -> None:
    assert '<span class="affix" aria-hidden="true">d-</span><input' in rendered(Entry())


def test_the_button_that_shows_a_password_is_not_named_like_the_field() -> None:
    page = rendered(Entry())
    button = re.search(r"<button[^>]*data-show-password=\"id_secret\"[^>]*>", page)
    assert button is not None
    assert 'aria-label="文字を表示"' in button.group()
    assert " hidden" in button.group()


def logged_in(seconds_idle: int, hours_ago: int = 1) -> Any:
    request: Any = RequestFactory().get("/services")
    request.at = NOW
    request.user = SimpleNamespace(
        is_authenticated=True,
        name="経理 太郎",
        login_id="d-taro01",
        get_kind_display="マスターユーザ",
        company=SimpleNamespace(name="青葉部品株式会社"),
    )
    request.session_row = SimpleNamespace(
        last_seen_at=NOW - timedelta(seconds=seconds_idle), started_at=NOW - timedelta(hours=hours_ago)
    )
    request.previous_login = "2026-11-19T08:42:00+00:00"
    return request


@override_settings(ROOT_URLCONF="erec.urls.cert")
def test_a_person_who_is_logged_in_is_named_with_the_time_of_the_last_login() -> None:
    page = rendered(Entry(), logged_in(0))
    assert '<span class="tag">マスターユーザ</span>' in page
    assert "経理 太郎（d-taro01）" in page
    assert "前回ログイン 2026/11/19 17:42" in page
    assert page.count("ログアウト</button>") == 2  # the header's, and the one in the closed dialog


@override_settings(ROOT_URLCONF="erec.urls.cert")
@pytest.mark.parametrize(
    ("seconds_idle", "hours_ago", "left"), [(0, 1, 900), (300, 1, 600), (0, 10, 0), (2000, 1, 0)]
)
def test_the_page_knows_when_the_session_ends(seconds_idle: int, hours_ago: int, left: int) -> None:
    page = rendered(Entry(), logged_in(seconds_idle, hours_ago))
    assert f'data-session-expires-in="{left}" data-session-warning="120"' in page
    assert 'data-session-extend-url="/session/extend" data-session-login-url="/login"' in page


def test_without_a_session_there_is_nothing_to_warn_of() -> None:
    page = rendered(Entry())
    assert "data-session-" not in page
    assert "session.js" not in page
    assert "ログアウト" not in page


@pytest.mark.parametrize("url", GUIDES)
def test_the_guides_are_open_to_everybody(url: str, client: Client) -> None:
    response = client.get(url, headers={"X-Erec-Door": "entry"})
    assert response.status_code == 200
    assert "電話でパスワードを聞くことはありません" in response.content.decode()


@pytest.mark.parametrize("url", GUIDES)
def test_the_guides_pictures_carry_their_text_and_the_links_lead_somewhere(url: str, client: Client) -> None:
    page = client.get(url, headers={"X-Erec-Door": "entry"}).content.decode()
    for target in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{target}"' in page
    for picture in re.findall(r'<svg[^>]*role="img"[^>]*>', page):
        names = re.search(r'aria-labelledby="([^"]+)"', picture)
        assert names is not None
        assert all(f'id="{name}"' in page for name in names.group(1).split())


def test_the_commands_of_the_guide_make_a_p12(client: Client, tmp_path: Path) -> None:
    """All commands as printed, but for curl: a stub keeps what is sent and answers like the service."""
    if shutil.which("openssl") is None or shutil.which("bash") is None:
        pytest.skip("needs openssl and bash")
    page = client.get("/guide/command-line/", headers={"X-Erec-Door": "entry"}).content.decode()
    commands = [html.unescape(c) for c in re.findall(r'<pre id="command-\d"[^>]*>(.*?)</pre>', page, re.S)]
    assert len(commands) == 4
    stub = r"""set -e
curl() {
  cat > sent.json
  printf '%b' "$(sed -n 's/.*"csr": "\([^"]*\)".*/\1/p' sent.json)" > received.csr
  openssl x509 -req -in received.csr -CA ca.crt -CAkey ca.key -days 1 -out issued.crt 2> /dev/null
  printf '{"certificate": "%s", "chain": "%s"}' \
    "$(awk '{printf "%s\\n", $0}' issued.crt)" "$(awk '{printf "%s\\n", $0}' ca.crt)" > answer.json
}
"""
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "ca.key",
            "-out",
            "ca.crt",
            "-subj",
            "/CN=Test",
            "-days",
            "1",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    done = subprocess.run(
        ["bash", "-c", stub + "\n".join(commands[:3])],
        input="d-taro01\npass phrase 1\na\"b\\c'd$1\n7KQF-2M9X\n",
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.returncode == 0, done.stderr
    sent = json.loads((tmp_path / "sent.json").read_text())
    assert (sent["login_id"], sent["password"], sent["code"]) == ("d-taro01", "a\"b\\c'd$1", "7KQF-2M9X")
    key, certificate, chain = pkcs12.load_key_and_certificates(
        (tmp_path / "d-taro01.p12").read_bytes(), b"pass phrase 1"
    )
    assert certificate is not None
    assert certificate.subject.rfc4514_string() == "CN=d-taro01"
    assert len(chain) == 1
    assert key is not None
    assert (tmp_path / "erec.key").read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert (tmp_path / "erec.key").stat().st_mode & 0o077 == 0
    assert "pass phrase 1" not in done.stdout + done.stderr
