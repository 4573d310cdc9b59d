"""Geometry of the pictures: plain data in, places and sizes out. No database, no HTML; the templates draw.

All pictures are 340 units wide and are never shown much smaller or larger, so that their text stays readable
from a phone to paper. What a picture shows stands beside it as a table.
"""

import unicodedata
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

WIDTH = 340
HALF = 7.6  # units of a half-width character at the pictures' 14 px; a full-width one is 14


def fitted(text: str, units: float) -> str:
    """The text, cut with an ellipsis where it would be wider than that."""
    if _width(text) <= units:
        return text
    kept = ""
    for character in text:
        if _width(kept + character) + 2 * HALF > units:
            break
        kept += character
    return f"{kept}…"


def _width(text: str) -> float:
    wide = sum(unicodedata.east_asian_width(character) in "FWA" for character in text)
    return 14 * wide + HALF * (len(text) - wide)


def shortened(items: Sequence[Item], first: int, last: int) -> list[Item | int]:
    """All of them, or the first and the last ones with the number of the others between."""
    left_out = len(items) - first - last
    if left_out <= 1:
        return list(items)
    return [*items[:first], left_out, *items[-last:]]
