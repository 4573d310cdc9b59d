"""A file of fixed-length records, cut into them: with CR LF, LF or CR after each, or with nothing.

Memory stays flat whatever comes. A record of another length is told; where the records begin can only be
known from their length, so a file without line ends that holds one all the same is read up to there.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

BLOCK = 1 << 16
_END_OF_FILE = b"\x1a"  # what MS-DOS put behind the last record
_LINE_END = re.compile(b"\r\n|\n|\r")


class Frame(NamedTuple):
    """The bytes of one record, and what is wrong with them as a whole."""

    line: int
    data: bytes
    problem: str


def frames(source: BinaryIO, length: int) -> Iterator[Frame]:
    """The records one by one. A wrong one comes with its problem and whatever bytes it has."""
    head = source.read(BLOCK)
    if _LINE_END.search(head[: length + 2]):
        return _lines(source, head, length)
    return _slices(source, head, length)


def _lines(source: BinaryIO, held: bytes, length: int) -> Iterator[Frame]:
    line = 0
    ended = False
    while not ended:
        more = source.read(BLOCK)
        ended = not more
        held += more
        # A CR at the very end may be half of a CR LF.
        whole = held if ended else held[: max(held.rfind(b"\n"), held.rfind(b"\r", 0, -1)) + 1]
        if not whole and len(held) > BLOCK:
            yield Frame(
                line + 1, held[:length], f"{BLOCK}バイトを過ぎても改行がありません。以降は読んでいません。"
            )
            return
        held = held[len(whole) :]
        if ended:
            whole = whole.rstrip(_END_OF_FILE)
        pieces = _LINE_END.split(whole)
        if not pieces[-1]:
            pieces.pop()
        for piece in pieces:
            line += 1
            yield Frame(line, piece, _length_problem(piece, length))


def _slices(source: BinaryIO, held: bytes, length: int) -> Iterator[Frame]:
    line = 0
    more = held
    while more:
        end = len(held) - len(held) % length
        for at in range(0, end, length):
            line += 1
            data = held[at : at + length]
            if found := _LINE_END.search(data):
                where = found.start() + 1
                message = f"改行のないファイルですが、{where}バイト目に改行があります。以降は読んでいません。"
                yield Frame(line, data, message)
                return
            yield Frame(line, data, "")
        more = source.read(BLOCK)
        held = held[end:] + more
    rest = held.rstrip(_END_OF_FILE + b"\r\n")
    if rest:
        yield Frame(line + 1, rest, _length_problem(rest, length))


def _length_problem(data: bytes, length: int) -> str:
    if len(data) == length:
        return ""
    found = f"1件が{length}バイトのはずですが、{len(data)}バイトです。"
    return found + "途中で切れたり、空白が削られたりしていないか確かめてください。"
