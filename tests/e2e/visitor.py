"""A person's browser: a Chromium context that keeps an ear on the console and takes pictures."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from erec.configuration import PROJECT
from tests.e2e.service import Service

SCREENSHOTS = PROJECT / "var" / "screenshots"
DESK, PHONE = (1280, 900), (360, 780)
SIZES = (DESK, PHONE)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
Look = tuple[tuple[int, int], Literal["light", "dark"]]
# Each width and each scheme once: a colour does not depend on the width, nor the layout on the colours.
JUDGED = tuple(zip(SIZES, SCHEMES, strict=True))
PICTURED = tuple(product(SIZES, SCHEMES))
# The browser reports each answer that is no 200, advises on passwords, and says which tabs it keeps open.
BROWSERS_OWN = ("Failed to load resource:", "[DOM] ", "Scripts may close only")


class Visitor:
    """One context. `said` collects what a console must never say: script errors, CSP violations."""

    def __init__(
        self,
        browser: Browser,
        service: Service,
        certificate: Path | None = None,
        size: tuple[int, int] = DESK,
        **options: Any,
    ) -> None:
        self.service = service
        shown = (
            [
                {
                    "origin": service.cert_url.rstrip("/"),
                    "certPath": str(certificate),
                    "keyPath": str(certificate),
                }
            ]
            if certificate
            else None
        )
        self.context: BrowserContext = browser.new_context(
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            viewport={"width": size[0], "height": size[1]},
            ignore_https_errors=True,
            client_certificates=shown,  # type: ignore[arg-type]
            **options,
        )
        self.context.set_default_timeout(10_000)
        self.said: list[str] = []
        self.context.on("console", lambda message: self._hear(message.text))
        self.context.on("weberror", lambda error: self._hear(str(error.error)))
        self.page = self.context.new_page()

    def _hear(self, text: str) -> None:
        if not text.startswith(BROWSERS_OWN):
            self.said.append(text)

    def entry(self, path: str = "") -> Page:
        self.page.goto(self.service.entry_url + path)
        return self.page

    def cert(self, path: str = "") -> Page:
        self.page.goto(self.service.cert_url + path)
        return self.page

    def close(self) -> None:
        self.context.close()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=name, exact=True)


def field(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


def fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        field(page, name).fill(text)


def in_looks(page: Page, looks: Sequence[Look], act: Callable[[str], None]) -> None:
    """Call `act` with each look's name; then the page is as it was."""
    for (width, height), scheme in looks:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        act(f"{width}-{scheme}")
    # One after the other: colours that fade while the next act looks would be found too weak.
    page.emulate_media(color_scheme="null", reduced_motion="reduce")
    page.emulate_media(reduced_motion="null")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def picture(page: Page, name: str) -> None:
    """PICTURES=1 keeps a screenshot of the page in every look, for people; nothing here judges it."""

    def take(look: str) -> None:
        page.screenshot(path=SCREENSHOTS / f"{name}-{look}.png", full_page=True)

    if os.environ.get("PICTURES") == "1":
        in_looks(page, PICTURED, take)


def gone(page: Page) -> bool:
    """Whether the tab closes, within five seconds."""
    with suppress(Exception):
        page.wait_for_event("close", timeout=5000)
    return page.is_closed()
