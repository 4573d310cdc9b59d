"""A whole file or none: what the command and the job do."""

import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from erec.exports.ledger.checking import Trouble, troubles
from erec.exports.ledger.copying import Unprintable, file_of
from erec.exports.ledger.selection import Selection
from erec.formats import pca

Progress = Callable[[int], None]


class Troubled(Exception):
    """Cells that cannot be written. There is no file."""

    def __init__(self, found: Sequence[Trouble]) -> None:
        super().__init__("\n".join(map(str, found)))
        self.found = found


def write(
    asked: Selection,
    file: IO[bytes],
    *,
    reason: str,
    at: datetime,
    profile: pca.Profile = pca.QUOTED,
    header: bool = False,
    progress: Progress = lambda rows: None,
) -> int:
    """The file of the selection into an empty, seekable one; how many rows.

    Written first and looked at only if that fails: a second time when all that was missing were new names
    that fit as they are. Raises Troubled; what stands in `file` then is to be thrown away.
    """
    for _ in range(2):
        file.seek(0)
        file.truncate()
        rows = 0
        try:
            for piece, more in file_of(asked, reason=reason, profile=profile, header=header):
                file.write(piece)
                rows += more
                progress(rows)
        except Unprintable:
            if found := troubles(asked, profile, at=at):
                raise Troubled(found) from None
        else:
            return rows
    raise Unprintable("a cell that no check knows")


def write_to(path: Path, fill: Callable[[IO[bytes]], int]) -> int:
    """The file at `path`, there only when it is whole. Raises OSError, and what `fill` raises."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as file:
            rows = fill(file)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return rows
