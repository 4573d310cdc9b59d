"""One row of bench.json: two ways of doing the same, measured by turns so that a busy moment hits both."""

import statistics
import time
from collections.abc import Callable
from typing import Any

ROUNDS = 5


def compare(
    name: str,
    ours: Callable[[], object],
    reference: Callable[[], object],
    *,
    reference_name: str,
    times: int,
) -> dict[str, Any]:
    """Median microseconds of one call, over some rounds of `times` calls each."""
    assert ours() == reference(), "both sides must do the same"
    took: dict[Callable[[], object], list[float]] = {ours: [], reference: []}
    for _ in range(ROUNDS):
        for side, measured in took.items():
            begun = time.perf_counter()
            for _ in range(times):
                side()
            measured.append((time.perf_counter() - begun) / times * 1e6)
    mine, other = (round(statistics.median(measured), 1) for measured in took.values())
    return {
        "name": name,
        "unit": "µs",
        "ours": mine,
        "reference": other,
        "reference_name": reference_name,
        "ratio": round(mine / other, 2),
    }
