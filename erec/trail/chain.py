"""The hash chain: how a link is encoded and what makes a chain whole. Pure, no Django.

A chain is the history of one company (its number is the company's id, above zero) or one of the shared
shards for events of no company (numbers -1 … -SHARDS). Its links have positions 1, 2, 3 … without a gap.

Encoding, version 1. The hash of a link is SHA-256 over `erec-trail-1`, a line feed, and one JSON array
(RFC 8259) in UTF-8 of the columns of `HASHED` in that order, where
  - bytes are lower-case hex, a moment is whole microseconds since 1970-01-01T00:00:00Z,
  - text is written with only `"`, `\\` and U+0000–U+001F escaped, in the shortest form,
  - objects have their keys sorted by code point, and there is no space outside of text.
JSON delimits every field, so no two different links have the same encoding. A change to any of this
is a new VERSION beside the old one: links already written keep theirs.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

VERSION = 1
BEGINNING = bytes(32)  # the "hash" before the first link
SHARDS = 16

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unreadable(Exception):
    """A stored link holds a value that cannot even be read."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the trail as it is stored."""

    version: int
    chain: int
    position: int
    previous_hash: bytes
    event: str
    recorded_at: datetime
    company_id: int | None
    user_id: int | None
    login_id: str
    user_name: str
    address: str
    door: str
    target: str
    detail: Any
    hash: bytes = b""


COLUMNS = tuple(f.name for f in fields(Link))
HASHED = tuple(name for name in COLUMNS if name != "hash")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends, as the database's head row says."""

    chain: int
    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing that is wrong with a chain, in words for people."""

    chain: int
    position: int
    what: str


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return (value - _EPOCH) // timedelta(microseconds=1)
    return value


def digest(link: Link) -> bytes:
    """The hash that `link` ought to have."""
    row = [_plain(getattr(link, name)) for name in HASHED]
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"erec-trail-{link.version}\n{text}".encode("utf-8", "surrogatepass")).digest()


def first_break(chain: int, links: Iterable[Link], head: Head | None) -> tuple[Broken | None, int]:
    """Walk one chain in the order of positions: what is broken first, if anything, and how many held."""
    position, previous = 0, BEGINNING
    for link in _readable(chain, links):
        if isinstance(link, Broken):
            return Broken(chain, position + 1, link.what), position
        what = _fault(link, chain, position + 1, previous, head)
        if what:
            return Broken(chain, min(link.position, position + 1), what), position
        position, previous = link.position, link.hash
    if head is None:
        return Broken(chain, position, "鎖の先頭の行がありません（記録ごと消された疑い）。"), position
    if head.position > position:
        return Broken(chain, position + 1, "ここから先の記録がありません（末尾が切られた疑い）。"), position
    if head.hash != previous:
        return Broken(chain, position, "鎖の先頭の行とハッシュが合いません（書き換えの疑い）。"), position
    return None, position


def _readable(chain: int, links: Iterable[Link]) -> Iterator[Link | Broken]:
    try:
        yield from links
    except Unreadable:
        yield Broken(chain, 0, "ここから先に読めない値があります（書き換えの疑い）。")


def _fault(link: Link, chain: int, expected: int, previous: bytes, head: Head | None) -> str:
    """What is wrong with one link, given what came before it; empty if nothing is."""
    if link.chain != chain or link.position < expected:
        return "この位置の記録が重なっています（挿し込みの疑い）。"
    if link.position > expected:
        return "この位置の記録がありません（削除の疑い）。"
    if link.version != VERSION:
        return f"記録の形式の版 {link.version} は知られていません（書き換えの疑い）。"
    if link.previous_hash != previous:
        return "一つ前の記録とつながっていません（差し替え、入れ替えの疑い）。"
    if link.hash != digest(link):
        return "記録の内容がハッシュと合いません（書き換えの疑い）。"
    if head is not None and link.position > head.position:
        return "鎖の先頭より後ろに記録があります（挿し込みの疑い）。"
    return ""
