"""The whole service behind its real doors, and browsers that visit it. No test here touches the database."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.certs.browser.conftest import CHROMIUM, FLAGS
from tests.e2e import service as stack
from tests.e2e.people import Person, settled
from tests.e2e.service import Service
from tests.e2e.trade import Desk, Opened
from tests.e2e.visitor import DESK, Visitor

Visit = Callable[..., Visitor]
expect.set_options(timeout=10_000)  # milliseconds; a busy machine is no fault


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """Started once for all tests of this folder."""
    for program in ("openssl", "curl"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} がありません（Debianのパッケージ {program}）")
    running = stack.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Only as long as the module: Playwright's event loop would make Django refuse the database."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} がありません（Debianのパッケージ chromium）")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, service: Service) -> Iterator[Visit]:
    """Opens visitors; at the end none of their consoles may have said anything."""
    opened: list[Visitor] = []

    def open_one(certificate: Path | None = None, **options: Any) -> Visitor:
        opened.append(Visitor(browser, service, certificate, **options))
        return opened[-1]

    yield open_one
    for visitor in opened:
        visitor.close()
    assert [text for visitor in opened for text in visitor.said] == []


@pytest.fixture
def desk(browser: Browser, service: Service) -> Iterator[Opened]:
    """Somebody at work; at the end no console may have said anything."""
    opened: list[Desk] = []

    def open_one(person: object, size: tuple[int, int] = DESK) -> Desk:
        opened.append(Desk(browser, service, person, size))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    assert [text for one in opened for text in one.leave()] == []


@pytest.fixture(scope="module")
def master(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A master past the first login; one a module, because a person has one session."""
    return settled(service, tmp_path_factory.mktemp("master"))
