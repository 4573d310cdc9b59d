"""Stacked bars, one line each: months of 入金 and 支払, cut by account."""

from collections.abc import Sequence
from dataclasses import dataclass

from erec.claims.pictures import WIDTH

SERIES_MAX = 4  # patterns that can be told apart, also without colours; what is more is summed as the last
REST = "そのほかの口座"
_LINE, _BAR, _TEXT = 44, 14, 16


@dataclass(frozen=True)
class Series:
    """One account's share of every bar; `fill` is the number of its pattern."""

    name: str
    fill: int
    values: tuple[int, ...]


@dataclass(frozen=True)
class Piece:
    fill: int
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    label: str
    value: int
    text_y: int
    y: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Bars:
    bars: tuple[Bar, ...]
    series: tuple[Series, ...]
    height: int
    width: int = WIDTH
    bar_height: int = _BAR


def merged(series: Sequence[tuple[str, Sequence[int]]]) -> tuple[Series, ...]:
    """The largest accounts each for itself, the others as one."""
    ordered = sorted(series, key=lambda one: -sum(one[1]))
    found = [Series(name, n, tuple(values)) for n, (name, values) in enumerate(ordered[:SERIES_MAX])]
    rest = [values for _, values in ordered[SERIES_MAX:]]
    if rest:
        summed = tuple(sum(values) for values in zip(*rest, strict=True))
        found.append(Series(REST, SERIES_MAX, summed))
    return tuple(found)


def stacked(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> Bars:
    """A bar a label; the longest takes the whole width."""
    shown = merged(series)
    sums = [sum(one.values[n] for one in shown) for n in range(len(labels))]
    longest = max([*sums, 1])
    bars = tuple(
        Bar(label, sums[n], n * _LINE + _TEXT, n * _LINE + _TEXT + 8, _pieces(shown, n, longest))
        for n, label in enumerate(labels)
    )
    return Bars(bars, shown, len(labels) * _LINE)


def _pieces(series: Sequence[Series], n: int, longest: int) -> tuple[Piece, ...]:
    pieces, before = [], 0
    for one in series:
        if value := one.values[n]:
            start, end = (round(WIDTH * edge / longest, 1) for edge in (before, before + value))
            pieces.append(Piece(one.fill, start, round(max(end - start, 0.5), 1)))
            before += value
    return tuple(pieces)


def share(value: int, longest: int) -> int:
    """Hundredths of the longest bar, for a bar that stands in a table's row: something is never nothing."""
    return max(1, round(100 * value / longest)) if value > 0 else 0
