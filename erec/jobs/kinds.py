"""What can be a job: a name and a function. The apps above register theirs; this layer knows none of them.

    # erec/exports/apps.py, in ready(): web and workers both import it
    register(Kind("ledger", "電子記録債権期日管理帳票", run=export))

    def export(context: JobContext) -> Result:
        with context.open_result("電子記録債権.csv", "text/csv; charset=Shift_JIS") as file:
            for done, piece in enumerate(pieces, 1):
                file.write(piece)
                context.progress(done, total)          # free: memory only; raises to end a cancelled run
        return Result(finish=mark)                     # mark(at): what changes rows, in the last transaction

A run may be repeated from its beginning (its worker died), so it changes no row by itself: what it changes it
does in `finish`, in the one transaction that makes the job 完了.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Protocol

Finish = Callable[[datetime], None]
CSV = "text/csv"


@dataclass(frozen=True)
class Result:
    """What a run leaves beside its file. `finish` may raise JobFailed: then nothing has happened."""

    note: str = ""
    finish: Finish | None = None


class JobContext(Protocol):
    """What a run is given."""

    @property
    def parameters(self) -> dict[str, Any]: ...

    @property
    def company_id(self) -> int: ...

    @property
    def user_id(self) -> int: ...

    @property
    def at(self) -> datetime:
        """When the job was asked for: the same in every attempt."""

    @property
    def job_no(self) -> str: ...

    def progress(self, done: int, total: int = 0) -> None:
        """So many of so many (0: as were estimated). Cheap. Raises Stopped when it is to end."""

    def cancelled(self) -> bool:
        """For a run that wants to clean up before it calls `progress` or returns."""

    def open_result(self, name: str, content_type: str = CSV) -> AbstractContextManager[IO[bytes]]:
        """The one file of this job, empty, seekable. `name` is what the person's browser will call it."""


@dataclass(frozen=True)
class Kind:
    """`right` is what the owner needs to start it, still when it ends, and to fetch its result."""

    code: str
    name: str
    run: Callable[[JobContext], Result]
    right: tuple[str, str] = ("accounting", "利用")


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Once a process. Raises ValueError for a code that another kind has."""
    if _KINDS.setdefault(kind.code, kind) != kind:
        raise ValueError(f"There is a kind of jobs {kind.code!r} already.")
    return kind


def kind_of(code: str) -> Kind:
    """Raises KeyError for one that nobody registered."""
    return _KINDS[code]


def name_of(code: str) -> str:
    """For lists: a job whose kind an older version knew keeps its row."""
    return _KINDS[code].name if code in _KINDS else code
