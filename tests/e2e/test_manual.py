"""The seed manual 初期設定編, followed by its labels: a master and a general user, ready to trade.

At a desk with pictures of every step, at a phone's width under axe's eyes, and with the keyboard alone.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.axe import faults_as_it_is
from tests.e2e.conftest import Visit
from tests.e2e.hands import Hands, Keyboard, Mouse
from tests.e2e.manual import Manual
from tests.e2e.service import Service
from tests.e2e.visitor import DESK, PHONE, picture

# The seed's own figures are 80 and 28. Ours has three more fields a person: 取得コード, パスフレーズ twice.
PRESSES_MAX, FIELDS = 80, 34

Tell = Callable[[str], None]


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """A line for people in the test's output."""
    reporter = request.config.pluginmanager.getplugin("terminalreporter")
    return lambda line: reporter.write_line(f"\n{line}") if reporter else None


class Album:
    """Pictures of the steps, in their order."""

    def __init__(self) -> None:
        self._taken = 0

    def __call__(self, page: Page) -> None:
        self._taken += 1
        path = page.url.partition("://")[2].partition("/")[2].partition("?")[0]
        picture(page, f"manual-{self._taken:02}-{path.replace('/', '-') or 'welcome'}")


def without_fault(page: Page) -> None:
    """Every step in the state that a person meets it in; a walk over the URLs sees most of them empty."""
    assert (page.url, faults_as_it_is(page)) == (page.url, [])


@pytest.mark.parametrize(
    ("number", "size", "hands"),
    [
        (1, DESK, lambda: Mouse(Album())),
        (2, PHONE, lambda: Mouse(without_fault)),
        (3, DESK, Keyboard),
    ],
    ids=["mouse", "phone", "keyboard"],
)
def test_from_the_first_login_sheet_to_two_people_ready_to_trade(
    visit: Visit,
    service: Service,
    tmp_path: Path,
    tell: Tell,
    number: int,
    size: tuple[int, int],
    hands: Callable[[], Hands],
) -> None:
    accounts = {f"9999-101-2-246801{number}": f"101 当座 246801{number}"}
    accounts[f"9999-101-1-135790{number}"] = f"101 普通 135790{number}"
    (master,) = service.register(
        f"MANUAL{number:03}", f"手引商事{number}株式会社", [f"d-tebiki{number:02}"], tuple(accounts)
    )
    used = hands()
    manual = Manual(used, lambda pem: visit(pem, size=size), tmp_path, tuple(accounts.values()))
    manual.follow(master, f"yamada{number:02}")
    tell(f"初期設定編: {used.presses} presses, {used.fields} typed fields, {used.ticks} ticks")
    assert used.fields == FIELDS
    assert used.presses <= PRESSES_MAX
