"""Which tests run beside which, when pytest-xdist spreads them over several processes.

A unit is what one process runs in one go. A module is a unit, because modules share what they set up; all of
tests/e2e is one, because it shares a running service, and because two browsers at once would make each other
wait. Units are handed out in the order of the collection, so the long ones come first and no process is left
alone with one at the end.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

E2E = "tests/e2e/"
# Those that take longest, the longest first. All others follow as they were collected.
LONG = (E2E, "tests/erec/stack/", "tests/certs/browser/", "tests/security/")


def unit_of(nodeid: str) -> str:
    """The name of the unit that a test belongs to."""
    return E2E if nodeid.startswith(E2E) else nodeid.partition("::")[0]


def long_ones_first(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    return next((place for place, folder in enumerate(LONG) if nodeid.startswith(folder)), len(LONG))


class Spread(LoadScopeScheduling):  # type: ignore[misc]
    """pytest-xdist's own scheduler of groups, with our groups in our order."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
