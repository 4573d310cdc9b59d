"""Ten thousand random tamperings of a trail, by one who may rewrite every table but not the files outside."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from erec.trail.chain import BEGINNING, COLUMNS, VERSION, Head, Link, digest
from erec.trail.heads import HeadsBroken
from erec.trail.verification import BATCH, Verdict, verify

TAMPERINGS = 10_000
CHAINS = (-3, 7, 12)
LENGTH = 9
BEGUN = datetime(2026, 4, 1, tzinfo=UTC)


class MemoryTrail:
    """The tables, in lists."""

    def __init__(self, links: dict[int, list[Link]], heads: dict[int, Head]) -> None:
        self.all_links, self.heads = links, heads

    def chains(self) -> list[tuple[int, Head | None]]:
        numbers = sorted({n for n, links in self.all_links.items() if links} | set(self.heads))
        return [(number, self.heads.get(number)) for number in numbers]

    def links(self, chain: int) -> list[Link]:
        return sorted(self.all_links.get(chain, []), key=lambda link: link.position)

    def hashes(self, places: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        wanted = set(places)
        rows = (link for links in self.all_links.values() for link in links)
        return {(r.chain, r.position): r.hash for r in rows if (r.chain, r.position) in wanted}


def relinked(links: list[Link], begin: int) -> list[Link]:
    """The links from index `begin` on with positions and hashes made anew, as a forger would."""
    done = links[:begin]
    for link in links[begin:]:
        previous = done[-1].hash if done else BEGINNING
        fresh = replace(link, position=len(done) + 1, previous_hash=previous)
        done.append(replace(fresh, hash=digest(fresh)))
    return done


def a_link(chain: int, number: int) -> Link:
    return Link(
        version=VERSION,
        chain=chain,
        position=number,
        previous_hash=BEGINNING,
        event=("login.accepted", "login.refused", "session.logged_out")[number % 3],
        recorded_at=BEGUN + timedelta(minutes=number),
        company_id=chain if chain > 0 else None,
        user_id=100 + number,
        login_id=f"d-user{number:02}",
        user_name=f"利用者{number}",
        address=f"192.0.2.{number}",
        door="cert",
        target=f"対象{number}",
        detail={"reason": f"理由{number}", "n": number},
    )


WHOLE = {chain: relinked([a_link(chain, n) for n in range(1, LENGTH + 1)], 0) for chain in CHAINS}
HEADS = {chain: Head(chain, LENGTH, links[-1].hash) for chain, links in WHOLE.items()}
OUTSIDE = [Head(c, p, WHOLE[c][p - 1].hash) for p in (2, 5, LENGTH) for c in CHAINS]


def moved_head(trail: MemoryTrail, chain: int) -> None:
    links = trail.all_links[chain]
    trail.heads[chain] = Head(chain, len(links), links[-1].hash if links else BEGINNING)


def other_value(value: Any, dice: random.Random) -> Any:
    """A value of the same type that is not the same."""
    if isinstance(value, bytes):
        index = dice.randrange(len(value))
        return value[:index] + bytes([value[index] ^ (1 << dice.randrange(8))]) + value[index + 1 :]
    if isinstance(value, datetime):
        return value + dice.choice([-1, 1]) * timedelta(microseconds=dice.randrange(1, 10**12))
    if isinstance(value, dict):
        return dice.choice([{}, {**value, "x": None}, {**value, "n": str(value["n"])}])
    if isinstance(value, str):
        return value + dice.choice(["x", " ", "\u200b", "髙"]) if dice.random() < 0.5 else value[:-1]
    return dice.choice([n for n in (None, 0, value + 1, -value) if n != value]) if value else 1


def edit(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    index = dice.randrange(LENGTH)
    link = trail.all_links[chain][index]
    name = dice.choice([n for n in COLUMNS if n not in ("chain", "position")])
    trail.all_links[chain][index] = replace(link, **{name: other_value(getattr(link, name), dice)})
    return index + 1


def edit_with_new_hash(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    index = dice.randrange(LENGTH - 1)
    link = replace(trail.all_links[chain][index], target="別の対象")
    trail.all_links[chain][index] = replace(link, hash=digest(link))
    return index + 2  # this one is whole; the next no longer fits


def delete_one(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    index = dice.randrange(LENGTH)
    del trail.all_links[chain][index]
    return index + 1


def delete_several(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    gone = dice.sample(range(LENGTH), dice.randrange(2, LENGTH))
    trail.all_links[chain] = [link for i, link in enumerate(trail.all_links[chain]) if i not in gone]
    return min(gone) + 1


def delete_and_close_the_gap(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    index = dice.randrange(LENGTH - 1)
    links = trail.all_links[chain]
    trail.all_links[chain] = [
        replace(k, position=i + 1) for i, k in enumerate(links[:index] + links[index + 1 :])
    ]
    return index + 1


def swap(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    first, second = sorted(dice.sample(range(LENGTH), 2))
    links = trail.all_links[chain]
    one, other = links[first], links[second]
    links[first] = replace(other, position=one.position)
    links[second] = replace(one, position=other.position)
    return first + 1


def swap_contents_with_own_hashes(trail: MemoryTrail, chain: int, dice: random.Random) -> int | None:
    first, second = sorted(dice.sample(range(LENGTH), 2))
    links = trail.all_links[chain]
    one, other = links[first], links[second]
    for index, place, content in ((first, one, other), (second, other, one)):
        moved = replace(content, position=place.position, previous_hash=place.previous_hash)
        links[index] = replace(moved, hash=digest(moved))
    return first + 2


def swap_between_chains(trail: MemoryTrail, chain: int, dice: random.Random) -> None:
    other = dice.choice([c for c in CHAINS if c != chain])
    index = dice.randrange(LENGTH)
    mine, theirs = trail.all_links[chain][index], trail.all_links[other][index]
    trail.all_links[chain][index] = replace(theirs, chain=chain, company_id=mine.company_id)
    trail.all_links[other][index] = replace(mine, chain=other, company_id=theirs.company_id)


def insert(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    index = dice.randrange(LENGTH)
    links = trail.all_links[chain]
    forged = replace(links[index], target="挿し込み")
    forged = replace(forged, hash=digest(forged))
    later = [replace(link, position=link.position + 1) for link in links[index:]]
    trail.all_links[chain] = [*links[:index], forged, *later]
    return index + 2


def insert_behind_the_head(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    trail.all_links[chain] = relinked([*trail.all_links[chain], a_link(chain, LENGTH + 1)], LENGTH)
    return LENGTH + 1


def insert_a_chain_without_head(trail: MemoryTrail, chain: int, dice: random.Random) -> None:
    trail.all_links[99] = relinked([a_link(99, 1)], 0)


def cut_the_tail(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    kept = dice.randrange(LENGTH)
    del trail.all_links[chain][kept:]
    return kept + 1


def cut_the_tail_and_move_the_head(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    kept = dice.randrange(LENGTH)
    del trail.all_links[chain][kept:]
    moved_head(trail, chain)
    return next(h.position for h in OUTSIDE if h.chain == chain and h.position > kept)


def remove_the_whole_chain(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    del trail.all_links[chain], trail.heads[chain]
    return 2  # the first head outside


def rewrite_history(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    index = dice.randrange(LENGTH)
    links = list(trail.all_links[chain])
    links[index] = replace(links[index], user_name="別人", target="別の対象")
    trail.all_links[chain] = relinked(links, index)
    moved_head(trail, chain)
    return next(h.position for h in OUTSIDE if h.chain == chain and h.position > index)


def rewrite_with_a_link_fewer(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    index = dice.randrange(LENGTH)
    links = trail.all_links[chain]
    trail.all_links[chain] = relinked(links[:index] + links[index + 1 :], index)
    moved_head(trail, chain)
    return next(h.position for h in OUTSIDE if h.chain == chain and h.position > index)


def rewrite_with_a_link_more(trail: MemoryTrail, chain: int, dice: random.Random) -> int:
    index = dice.randrange(LENGTH)
    links = trail.all_links[chain]
    trail.all_links[chain] = relinked([*links[:index], a_link(chain, 50), *links[index:]], index)
    moved_head(trail, chain)
    return next(h.position for h in OUTSIDE if h.chain == chain and h.position > index)


def move_the_head(trail: MemoryTrail, chain: int, dice: random.Random) -> None:
    head = trail.heads[chain]
    name = dice.choice(["position", "hash"])
    value: Any = (
        dice.choice([0, LENGTH - 1, LENGTH + 1]) if name == "position" else other_value(head.hash, dice)
    )
    trail.heads[chain] = replace(head, **{name: value})


def remove_the_head(trail: MemoryTrail, chain: int, dice: random.Random) -> None:
    del trail.heads[chain]


KINDS: tuple[Callable[[MemoryTrail, int, random.Random], int | None], ...] = (
    edit,
    edit_with_new_hash,
    delete_one,
    delete_several,
    delete_and_close_the_gap,
    swap,
    swap_contents_with_own_hashes,
    swap_between_chains,
    insert,
    insert_behind_the_head,
    insert_a_chain_without_head,
    cut_the_tail,
    cut_the_tail_and_move_the_head,
    remove_the_whole_chain,
    rewrite_history,
    rewrite_with_a_link_fewer,
    rewrite_with_a_link_more,
    move_the_head,
    remove_the_head,
)


def fresh() -> MemoryTrail:
    return MemoryTrail({chain: list(links) for chain, links in WHOLE.items()}, dict(HEADS))


def test_a_trail_nobody_touched_holds() -> None:
    assert verify(fresh(), OUTSIDE) == Verdict(None, chains=3, entries=27, lines=9)


def test_ten_thousand_random_tamperings_are_all_found_where_they_begin() -> None:
    dice = random.Random(20260401)
    missed: Counter[str] = Counter()
    misplaced: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for _ in range(TAMPERINGS):
        tamper, chain, trail = dice.choice(KINDS), dice.choice(CHAINS), fresh()
        position = tamper(trail, chain, dice)
        tried[tamper.__name__] += 1
        broken = verify(trail, OUTSIDE).broken
        missed[tamper.__name__] += broken is None
        if broken and position and (broken.chain, broken.position) != (chain, position):
            misplaced[tamper.__name__] += 1
    assert +missed == Counter()
    assert +misplaced == Counter()
    assert tried.total() == TAMPERINGS
    assert set(tried) == {kind.__name__ for kind in KINDS}


def test_without_the_heads_outside_a_rewritten_history_is_whole_in_itself() -> None:
    trail = fresh()
    rewrite_history(trail, 7, random.Random(1))
    assert verify(trail, []).broken is None
    broken = verify(trail, OUTSIDE).broken
    assert broken is not None
    assert broken.chain == 7
    assert "書き換えられた疑い" in broken.what


def test_one_company_is_checked_against_its_own_outside_heads_only() -> None:
    trail = fresh()
    cut_the_tail_and_move_the_head(trail, 12, random.Random(1))
    mine = MemoryTrail({7: trail.all_links[7]}, {7: trail.heads[7]})
    assert verify(mine, OUTSIDE, only=7) == Verdict(None, chains=1, entries=9, lines=9)


def test_files_outside_that_are_broken_are_told_with_their_line() -> None:
    def outside() -> object:
        yield from OUTSIDE
        raise HeadsBroken(10, "この行の署名が合いません。")

    broken = verify(fresh(), outside()).broken  # type: ignore[arg-type]
    assert broken is not None
    assert (broken.chain, broken.position, broken.what) == (0, 10, "この行の署名が合いません。")


@pytest.mark.parametrize("lines", [BATCH, BATCH + 1])
def test_more_lines_outside_than_one_batch_are_all_compared(lines: int) -> None:
    repeated = [OUTSIDE[0]] * (lines - 1)
    assert verify(fresh(), [*repeated, OUTSIDE[1]]).lines == lines
    assert verify(fresh(), [*repeated, replace(OUTSIDE[1], hash=BEGINNING)]).broken is not None
