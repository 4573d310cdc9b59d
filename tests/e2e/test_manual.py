"""The seed manual 初期設定編, followed by its labels: a master and a general user, ready to trade.

At a phone's width with the keyboard alone and under axe's eyes; at a desk by the checklists alone.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.e2e.axe import faults_as_it_is
from tests.e2e.conftest import Visit
from tests.e2e.hands import Hands, Keyboard, Mouse
from tests.e2e.manual import Checklists, Manual
from tests.e2e.service import Service
from tests.e2e.visitor import DESK, PHONE

# The seed's own figures are 80 and 28. Ours has three more fields a person: 取得コード, パスフレーズ twice.
PRESSES_MAX, FIELDS = 80, 34

Tell = Callable[[str], None]


class Inspection:
    """axe on every step, once in each state that a person meets: a walk sees most of them empty."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def __call__(self, page: Page) -> None:
        state = (urlsplit(page.url).path, page.locator("h1").inner_text())
        if state not in self._seen:
            self._seen.add(state)
            assert (state, faults_as_it_is(page)) == (state, [])


@pytest.mark.parametrize(
    ("number", "size", "hands", "way"),
    [
        (1, PHONE, lambda: Keyboard(Inspection()), Manual),
        (2, DESK, Mouse, Checklists),
    ],
    ids=["phone and keyboard", "checklists"],
)
def test_from_the_first_login_sheet_to_two_people_ready_to_trade(
    visit: Visit,
    service: Service,
    tmp_path: Path,
    tell: Tell,
    number: int,
    size: tuple[int, int],
    hands: Callable[[], Hands],
    way: type[Manual],
) -> None:
    accounts = {f"9999-101-2-246801{number}": f"101 当座 246801{number}"}
    accounts[f"9999-101-1-135790{number}"] = f"101 普通 135790{number}"
    (master,) = service.register(
        f"MANUAL{number:03}", f"手引商事{number}株式会社", [f"d-tebiki{number:02}"], tuple(accounts)
    )
    used = hands()
    setting_up = way(used, lambda pem: visit(pem, size=size), tmp_path, tuple(accounts.values()))
    setting_up.follow(master, f"yamada{number:02}")
    told = f"{used.presses} presses, {used.fields} typed fields, {used.ticks} ticks"
    tell(f"初期設定編（{way.__name__}, {type(used).__name__}）: {told}")
    assert used.fields == FIELDS
    assert used.presses <= PRESSES_MAX
