"""Results on disk: a closed folder, names that no person chose, whole or not there.

A file belongs to one attempt of one job, so two workers on the same job never write the same file. It is
written under a temporary name, brought to the disk and renamed; then the row that tells of it is written.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from unicodedata import category

from django.conf import settings

# `make run` wants as much to start. Below it the database would soon stand still with the disk.
FREE_BYTES_MIN = 300_000_000
NAME_MAX = 150
_OURS = re.compile(r"^(?P<job>[0-9]+)-(?P<attempt>[0-9]+)(\.part)?$")


def folder() -> Path:
    made: Path = settings.VAR / "jobs"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def path_of(job_id: int, attempt: int) -> Path:
    return folder() / f"{job_id}-{attempt}"


def part_of(job_id: int, attempt: int) -> Path:
    return folder() / f"{job_id}-{attempt}.part"


def is_full() -> bool:
    return shutil.disk_usage(folder()).free < FREE_BYTES_MIN


def create(job_id: int, attempt: int) -> IO[bytes]:
    """Empty, for its owner only. What lies there under the name is of a database that was restored since."""
    part_of(job_id, attempt).unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    return os.fdopen(os.open(part_of(job_id, attempt), flags, 0o600), "w+b")


def keep(job_id: int, attempt: int) -> tuple[int, str]:
    """Make the written part the attempt's result, to the disk. Its size in bytes and SHA-256."""
    part, final = part_of(job_id, attempt), path_of(job_id, attempt)
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    part.replace(final)
    descriptor = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)  # the new name too, before a row tells of it
    finally:
        os.close(descriptor)
    return size, digest


def remove(job_id: int, attempt: int) -> None:
    for path in (part_of(job_id, attempt), path_of(job_id, attempt)):
        path.unlink(missing_ok=True)


def found() -> Iterator[tuple[int, int]]:
    """Job and attempt of every file that lies here."""
    for path in sorted(folder().iterdir()):
        if match := _OURS.match(path.name):
            yield int(match["job"]), int(match["attempt"])


def download_name(name: str) -> str:
    """A name for the browser's folder: one line, no separators, not hidden, not too long.

    Worked example: 「../帳票\\n.csv」 gives 「_帳票.csv」.
    """
    plain = "".join("_" if c in '/\\:*?"<>|' else c for c in name if category(c) not in ("Cc", "Cf", "Cs"))
    plain = plain.strip(" .") or "file"
    stem, dot, suffix = plain.rpartition(".")
    if len(plain) <= NAME_MAX or not dot:
        return plain[:NAME_MAX]
    return f"{stem[: NAME_MAX - len(suffix) - 1]}.{suffix}"
