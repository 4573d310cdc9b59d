"""The tree of divisions from top to bottom: 原債権 above, what was divided off below, one line a claim."""

from collections.abc import Sequence
from dataclasses import dataclass

from erec.claims.pictures import WIDTH, fitted, shortened
from erec.claims.story import Relative, state_of

FIRST, LAST = 3, 3  # of many 原債権 above
BELOW_MAX = 30
LEVELS_MAX = 6  # what lies deeper is not moved further to the right
_STEP, _INDENT, _TOP = 50, 18, 18


@dataclass(frozen=True)
class Node:
    x: int
    y: int
    words: int  # where the text begins
    number: str  # empty for what is left out
    text: str
    here: bool
    stem: str  # the path of the line from the claim above, empty for the first

    @property
    def below(self) -> int:
        return self.y + 20


@dataclass(frozen=True)
class Tree:
    nodes: tuple[Node, ...]
    height: int
    text: str
    width: int = WIDTH


def drawn(family: Sequence[Relative]) -> Tree:
    """`family` in the order of a tree, as `story.family` gives it."""
    above = [one for one in family if one.depth < 0]
    rest = [one for one in family if one.depth >= 0]
    left_out = len(rest) - 1 - BELOW_MAX
    shown: list[Relative | int] = [*shortened(above, FIRST, LAST), *rest[: BELOW_MAX + 1]]
    if left_out > 0:
        shown.append(left_out)
    nodes: list[Node] = []
    lasts: dict[int, Node] = {}  # the last node of each level
    head = next(n for n, one in enumerate(shown) if isinstance(one, Relative) and one.depth == 0)
    for n, one in enumerate(shown):
        level = n if n <= head else head + (one.depth if isinstance(one, Relative) else 1)
        node = _node(one, n, min(level, LEVELS_MAX), lasts.get(level - 1))
        lasts[level] = node
        nodes.append(node)
    words = "。".join(
        f"{one.part.record_number} {one.part.amount_yen:,}円" for one in shown if isinstance(one, Relative)
    )
    return Tree(tuple(nodes), len(nodes) * _STEP, words)


def _node(one: Relative | int, n: int, level: int, above: Node | None) -> Node:
    x, y = 10 + level * _INDENT, n * _STEP + _TOP
    stem = f"M{above.x} {above.y + 8}V{y}H{x}" if above and above.x != x else ""
    if above and above.x == x:
        stem = f"M{x} {above.y + 8}V{y}"
    words = x + 16
    if isinstance(one, int):
        return Node(x, y, words, "", f"ほか{one}件", False, stem)
    text = f"{one.part.amount_yen:,}円 {state_of(one.part)}"
    return Node(x, y, words, one.part.record_number, fitted(text, WIDTH - words), one.depth == 0, stem)
