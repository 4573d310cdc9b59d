"""A timeline from top to bottom: readable on a phone, however many records there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from erec.claims.pictures import WIDTH, fitted, shortened
from erec.claims.story import Moment

FIRST, LAST = 4, 16  # of a long history the beginning and the end; its table has it all
_STEP, _TOP, _LINE, _TEXT = 52, 18, 108, 126


@dataclass(frozen=True)
class Mark:
    y: int
    day: str
    name: str
    detail: str
    tone: str  # the mark's class; empty for what is left out
    length: int  # of the line down to the next mark

    @property
    def below(self) -> int:
        return self.y + 20


@dataclass(frozen=True)
class Timeline:
    marks: tuple[Mark, ...]
    height: int
    text: str
    width: int = WIDTH
    line: int = _LINE
    words: int = _TEXT


def drawn(moments: Sequence[Moment]) -> Timeline:
    """Equal steps, because a year without records needs no room."""
    shown = shortened(moments, FIRST, LAST)
    last = len(shown) - 1
    marks = tuple(_mark(one, n * _STEP + _TOP, 0 if n == last else _STEP) for n, one in enumerate(shown))
    text = "。".join(f"{one.on:%Y/%m/%d} {one.name}" for one in shown if isinstance(one, Moment))
    return Timeline(marks, len(shown) * _STEP, text)


def _mark(one: Moment | int, y: int, length: int) -> Mark:
    if isinstance(one, int):
        return Mark(y, "", f"ほか{one}件の記録", "", "", length)
    room = WIDTH - _TEXT
    day = f"{one.on.year}/{one.on.month}/{one.on.day}"
    return Mark(y, day, fitted(one.name, room), fitted(one.detail, room), one.tone, length)
