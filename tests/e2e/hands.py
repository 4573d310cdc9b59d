"""Two pairs of hands for one script: the mouse, and the keyboard alone. Both count what they do.

Everything is found by the name that a person reads (or hears) on the page.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Error, Locator, Page, expect

from tests.e2e.keyboard import FOCUS, tab_to
from tests.e2e.visitor import field, gone

STOPS_MAX = 80  # the page of the rights has a stop for each tick


class Hands(ABC):
    """`presses`: buttons and links. `fields`: texts typed. `ticks`: checkboxes and choices."""

    def __init__(self, look: Callable[[Page], None] = lambda page: None) -> None:
        self.presses = self.fields = self.ticks = 0
        self._look = look

    def press(self, page: Page, name: str, arrive: str = "", *, row: str = "") -> None:
        """Press the button or link, in the table's row with that text; be on the page with that heading."""
        self.presses += 1
        self._press(page, name, row)
        if arrive:
            self.arrive(page, arrive)

    def close(self, page: Page) -> None:
        """［タブを閉じる］: the page may be gone before the press is over."""
        with suppress(Error):
            self.press(page, "タブを閉じる")
        assert gone(page)

    def arrive(self, page: Page, heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))
        page.wait_for_load_state()  # what is judged has its style sheets
        self._look(page)

    def type(self, page: Page, **texts: str) -> None:
        for name, text in texts.items():
            self.fields += 1
            self._type(page, name, text)

    def tick(self, page: Page, *names: str) -> None:
        for name in names:
            self.ticks += 1
            self._tick(page, name)

    @abstractmethod
    def _press(self, page: Page, name: str, row: str) -> None: ...

    @abstractmethod
    def _type(self, page: Page, name: str, text: str) -> None: ...

    @abstractmethod
    def _tick(self, page: Page, name: str) -> None: ...


class Mouse(Hands):
    def _press(self, page: Page, name: str, row: str) -> None:
        place: Page | Locator = page.get_by_role("row").filter(has_text=row) if row else page
        place.get_by_role("button", name=name, exact=True).or_(
            place.get_by_role("link", name=name, exact=True)
        ).click()

    def _type(self, page: Page, name: str, text: str) -> None:
        field(page, name).fill(text)

    def _tick(self, page: Page, name: str) -> None:
        page.get_by_role("checkbox", name=name, exact=True).or_(
            page.get_by_role("radio", name=name, exact=True)
        ).check()


class Keyboard(Hands):
    """Tab, Space, Enter and the arrow keys. Each stop on the way must be marked and in sight."""

    def _press(self, page: Page, name: str, row: str) -> None:
        _walk(page, name, row=row)
        page.keyboard.press("Space" if page.evaluate(FOCUS)["button"] else "Enter")

    def _type(self, page: Page, name: str, text: str) -> None:
        _walk(page, name)
        page.keyboard.type(text)

    def _tick(self, page: Page, name: str) -> None:
        _walk(page, name, radio=True)
        focus = page.evaluate(FOCUS)
        for _ in range(STOPS_MAX):
            if focus["name"] == name:
                break
            page.keyboard.press("ArrowDown")
            focus = page.evaluate(FOCUS)
        if not focus["checked"]:
            page.keyboard.press("Space")
        assert page.evaluate(FOCUS)["checked"], name


def _walk(page: Page, name: str, *, row: str = "", radio: bool = False) -> None:
    page.bring_to_front()
    tab_to(page, name, row=row, radio=radio, stops_max=STOPS_MAX)
