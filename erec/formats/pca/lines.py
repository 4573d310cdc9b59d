"""The lines of a file, in blocks, in memory that does not grow: not with the file, not with a line."""

from collections.abc import Iterator
from typing import BinaryIO

BLOCK = 1 << 17
LINE_MAX = 1 << 16
"""Bytes. The widest valid line is a tenth of it; what is longer is told and skipped."""


class Lines:
    """Whole lines of a file, with their ends as they are. `number` is the number of the next line,
    `beginning` the first bytes, enough to know another code by."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._held = source.read(BLOCK)
        self._ended = not self._held
        self.number = 1
        self.beginning = self._held

    def first(self) -> bytes:
        """The next line, not yet taken; empty at the end of the file."""
        while b"\n" not in self._held and not self._ended and len(self._held) <= LINE_MAX:
            self._more()
        return self._held[: self._held.find(b"\n") + 1] or self._held

    def take(self, line: bytes) -> None:
        """What `first` gave is done with."""
        self._held = self._held[len(line) :]
        self.number += 1

    def blocks(self) -> Iterator[bytes]:
        """All lines that are left, many at once; whoever gets a block counts its lines into `number`.

        A block without a line end is the file's last line, or the beginning of a line that is too long.
        """
        while True:
            cut = self._held.rfind(b"\n") + 1
            if cut:
                block, self._held = self._held[:cut], self._held[cut:]
                yield block
            elif self._ended or len(self._held) > LINE_MAX:
                if not self._held:
                    return
                block, self._held = self._held, b""
                yield block
                self._skip_line()
            else:
                self._more()

    def _more(self) -> None:
        found = self._source.read(BLOCK)
        self._ended = not found
        self._held += found

    def _skip_line(self) -> None:
        """Lets go of the rest of a line that is too long."""
        while not self._ended:
            self._more()
            cut = self._held.find(b"\n") + 1
            if cut:
                self._held = self._held[cut:]
                return
            self._held = b""
