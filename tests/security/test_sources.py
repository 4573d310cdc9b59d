"""What can be read in the sources themselves: no inline code, no unescaped text, no secret in a log."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms

from erec.audience import Audience
from erec.fields import SecretField
from tests.security import walk
from tests.security.walk import Url, every_form

PROJECT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "certs", "erec")
SOURCES = sorted(path for app in APPS for path in (PROJECT / app).rglob("*.py"))
TEMPLATES = sorted(
    path for app in APPS for path in (PROJECT / app).rglob("*.html") if "static" not in path.parts
)
# Names under which a secret travels through the code.
SECRET_NAMES = {"password", "initial_password", "code", "current", "new", "again", "passphrase", "csr", "key"}
LOGGERS = {"_log", "log", "logger", "logging", "structlog", "contextvars"}
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log", "msg", "bind"}
# Commands print for the person in front of them; what they print of secrets is their own tests' matter.
MAY_PRINT = "management/commands"


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def names_in(node: ast.AST) -> set[str]:
    """Every variable, attribute and key that an expression reads, also inside an f-string."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Attribute):
            found.add(part.attr)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.add(part.value)
    return found


def logged_secrets(path: Path) -> list[tuple[int, str]]:
    """Line and name of each secret that is handed to a logger."""
    found = []
    for call in calls(path):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in LOG_METHODS:
            continue
        if not names_in(call.func.value) & LOGGERS:
            continue
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        read = set().union(*(names_in(node) for node in given)) | {k.arg for k in call.keywords if k.arg}
        found += [(call.lineno, secret) for secret in sorted(read & SECRET_NAMES)]
    return found


def test_there_is_something_to_read() -> None:
    assert len(SOURCES) > 80
    assert len(TEMPLATES) > 30


def test_no_secret_is_logged() -> None:
    assert {name_of(path): found for path in SOURCES if (found := logged_secrets(path))} == {}


@pytest.mark.parametrize(
    "line",
    [
        '_log.info("try of %s", password)',
        '_log.info(f"try with {typed.password!r}")',
        "logging.getLogger(__name__).warning('x', extra={'code': code})",
        "structlog.contextvars.bind(password=text)",
        'logger.debug("%s", form.cleaned_data["current"])',
    ],
)
def test_a_logged_secret_would_be_seen(line: str, tmp_path: Path) -> None:
    source = tmp_path / "made_up.py"
    source.write_text(line)
    assert [number for number, _ in logged_secrets(source)] == [1]


def test_nothing_is_printed_but_by_commands() -> None:
    printed = {
        f"{name_of(path)}:{call.lineno}"
        for path in SOURCES
        if MAY_PRINT not in name_of(path) and not name_of(path).startswith("erec/stack/")
        for call in calls(path)
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    }
    assert printed == set()


FORBIDDEN_CALLS = {
    "mark_safe",
    "SafeString",
    "eval",
    "exec",
    "pickle",
    "raw",
    "extra",
    "RawSQL",
    "format_html_join",
}


def test_no_source_trusts_text_as_html_or_as_code() -> None:
    used = set()
    for path in SOURCES:
        for call in calls(path):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in FORBIDDEN_CALLS:
                used.add(f"{name_of(path)}:{call.lineno} {name}")
    assert used == set()


# What a template may not hold: code or style of its own, text that is not escaped, addresses of elsewhere.
INLINE = {
    "style attribute": r"<[^>]*\sstyle\s*=",
    "style element": r"<style\b",
    "script with a body": r"<script(?![^>]*\ssrc=)[^>]*>",
    "event handler": r"<[^>]*\son[a-z]+\s*=",
    "javascript address": r"(?i)javascript:",
    "unescaped filter": r"\|\s*safe(?:seq)?\b",
    "autoescape off": r"autoescape\s+off",
    "script from elsewhere": r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"']?(?:https?:)?//",
    "form to elsewhere": r"<form[^>]*action=[\"']?(?:https?:)?//",
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_holds(what: str) -> None:
    found = [name_of(path) for path in TEMPLATES if re.search(INLINE[what], path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("style attribute", '<p style="color:red">'),
        ("style element", "<style>p{}</style>"),
        ("script with a body", "<script>alert(1)</script>"),
        ("event handler", '<a onclick="x()">'),
        ("javascript address", '<a href="JavaScript:x()">'),
        ("unescaped filter", "{{ name|safe }}"),
        ("autoescape off", "{% autoescape off %}"),
        ("script from elsewhere", '<script defer src="https://cdn.example/x.js">'),
        ("form to elsewhere", '<form method="post" action="//evil.example/">'),
    ],
)
def test_it_would_be_seen(what: str, text: str) -> None:
    assert re.search(INLINE[what], text)


def test_every_form_that_posts_carries_a_token() -> None:
    without = []
    for path in TEMPLATES:
        for form in re.findall(r"<form\b[^>]*>.*?</form>", path.read_text(encoding="utf-8"), re.DOTALL):
            if 'method="post"' in form and "{% csrf_token %}" not in form:
                without.append(name_of(path))
    assert without == []


@pytest.mark.parametrize("url", walk.all_urls(), ids=str)
def test_every_view_says_whom_it_is_for(url: Url) -> None:
    assert isinstance(getattr(url.view, "audience", None), Audience)


def test_no_template_shows_a_password() -> None:
    """Templates speak of passwords in words; no variable named like one is ever put out."""
    shown = re.compile(r"\{\{[^}]*\b(?:password|passphrase|current|again|secret)\b(?!_)[^}]*\}\}")
    found = [name_of(path) for path in TEMPLATES if shown.search(path.read_text(encoding="utf-8"))]
    assert found == []
    assert shown.search("{{ form.password.value }}")


WITH_SECRETS = [
    form for form in every_form() if any(isinstance(f, SecretField) for f in form.base_fields.values())
]


@pytest.mark.parametrize("form", WITH_SECRETS, ids=lambda form: form.__name__)
def test_a_form_never_gives_a_secret_back(form: type[forms.Form]) -> None:
    typed = dict.fromkeys(form.base_fields, "himitsu<7890>")
    asked = inspect.signature(form).parameters
    more: dict[str, Any] = {"login_id": "d-dareka01"} if "login_id" in asked else {}
    made = form(typed, **more)
    made.is_valid()
    for name, field in form.base_fields.items():
        if isinstance(field, SecretField):
            assert isinstance(field.widget, forms.PasswordInput)
            assert "himitsu" not in str(made[name])
