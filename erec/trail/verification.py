"""Proves a trail: every chain by itself, then against the heads written outside. No database here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from erec.trail.chain import Broken, Head, Link, first_break
from erec.trail.heads import HeadsBroken

BATCH = 500


class Trail(Protocol):
    """Where the stored entries come from."""

    def chains(self) -> Iterable[tuple[int, Head | None]]:
        """Every chain that has entries or a head row, in order, with its head row."""
        ...

    def links(self, chain: int) -> Iterable[Link]:
        """The entries of a chain in the order of positions."""
        ...

    def hashes(self, places: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """The stored hashes of the entries at these chains and positions, if they are there."""
        ...


@dataclass(frozen=True)
class Verdict:
    """What was looked at and what broke first. A break in the files outside has chain 0 and its line."""

    broken: Broken | None
    chains: int = 0
    entries: int = 0
    lines: int = 0


def verify(trail: Trail, outside: Iterable[Head], *, only: int | None = None) -> Verdict:
    """Check the chains (or only one), then each outside head against the entry it was taken from.

    A chain that was rewritten with new hashes, head row included, is whole in itself; and one whose
    tail was cut, head row included, too. The heads outside show both, up to the last one written.
    """
    chains = entries = 0
    for chain, head in trail.chains():
        broken, held = first_break(chain, trail.links(chain), head)
        chains, entries = chains + 1, entries + held
        if broken:
            return Verdict(broken, chains, entries)
    broken, lines = _against_outside(trail, outside, only)
    return Verdict(broken, chains, entries, lines)


def _against_outside(trail: Trail, outside: Iterable[Head], only: int | None) -> tuple[Broken | None, int]:
    rest, lines = iter(outside), 0
    try:
        while batch := list(islice(rest, BATCH)):
            wanted = [head for head in batch if only is None or head.chain == only]
            stored = trail.hashes([(head.chain, head.position) for head in wanted])
            for head in wanted:
                if what := _difference(head, stored.get((head.chain, head.position))):
                    return Broken(head.chain, head.position, what), lines
            lines += len(batch)
    except HeadsBroken as error:
        return Broken(0, error.line, str(error)), lines
    return None, lines


def _difference(outside: Head, stored: bytes | None) -> str:
    if stored is None:
        return "外に控えた先頭にあたる記録がありません（末尾が切られた疑い）。"
    if stored != outside.hash:
        return "外に控えた先頭とハッシュが合いません（ここまでの履歴が書き換えられた疑い）。"
    return ""
