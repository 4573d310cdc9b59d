"""The built script, a service that serves it, and a Chromium that visits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from certs.browser.build import build
from tests.certs.browser.service import Service

PROJECT = Path(__file__).resolve().parents[3]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The browser reports each failed request, and has advice for every password field.
BROWSERS_OWN = ("Failed to load resource:", "[DOM] ")


@pytest.fixture(scope="session")
def bundles() -> Path:
    """Kept between runs beside the other state, so that only a change is built again."""
    out = PROJECT / "var" / "browser-test" / "static"
    build(out)
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Only as long as the module: Playwright's event loop would make Django refuse the database."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} がありません（Debianのパッケージ chromium）")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def running_service(bundles: Path) -> Iterator[Service]:
    service = Service(bundles)
    yield service
    service.stop()


@pytest.fixture
def service(running_service: Service) -> Service:
    running_service.reset()
    return running_service


@pytest.fixture
def page(browser: Browser, service: Service) -> Iterator[Page]:
    """A page with nothing said in its console: no CSP violation, no error, no secret."""
    context = browser.new_context(locale="ja-JP", timezone_id="Europe/London")
    context.set_default_timeout(10_000)
    visited = context.new_page()
    said: list[str] = []
    visited.on("console", lambda message: said.append(message.text))
    visited.on("pageerror", lambda error: said.append(str(error)))
    yield visited
    context.close()
    assert [text for text in said if not text.startswith(BROWSERS_OWN)] == []
