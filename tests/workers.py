"""Which tests run beside which, when pytest-xdist spreads them over several processes.

A unit is what one process runs in one go. A module is a unit, because modules share what they set up.
Those of tests/e2e are one, because they share a running service; only the walk over all screens, which grows
with every screen, may run elsewhere, on a service of its own. Units are handed out in the order of the
collection, so the long ones come first and no process is left alone with one at the end.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

E2E, WALK = "tests/e2e/", "tests/e2e/test_axe.py"
# Those that take longest, the longest first; all others follow as they were collected. The walk comes last
# of them, because two browsers at once make each other wait.
LONG = (E2E, "tests/erec/stack/", "tests/certs/browser/", "tests/security/", WALK)


def unit_of(nodeid: str) -> str:
    """The name of the unit that a test belongs to."""
    module = nodeid.partition("::")[0]
    return E2E if module.startswith(E2E) and module != WALK else module


def long_ones_first(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(unit_of(item.nodeid)))


def _place(unit: str) -> int:
    """The last that fits, so that the walk is not among its neighbours."""
    fitting = [place for place, start in enumerate(LONG) if unit.startswith(start)]
    return fitting[-1] if fitting else len(LONG)


class Spread(LoadScopeScheduling):  # type: ignore[misc]
    """pytest-xdist's own scheduler of groups, with our groups in our order."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
