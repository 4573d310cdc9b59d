"""Writes the heads that have moved to the files outside, and remembers up to where it did."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery

from erec.trail import heads
from erec.trail.chain import Head
from erec.trail.models import ChainHead, SealedHead

ONE_WRITER = 0x74726169  # any fixed number; PostgreSQL's advisory locks are named by numbers


def key_file() -> Path:
    return Path(settings.VAR) / "secrets" / "trail_heads.pem"


def tail() -> heads.Tail:
    """The last line of the files, as the database knows it."""
    last = SealedHead.objects.order_by("-line").first()
    return heads.Tail(last.line, bytes(last.line_hash)) if last else heads.Tail()


def write(*, at: datetime) -> int:
    """Write every head that moved since the last time; how many. Nothing moved: nothing is written.

    One writer at a time, in all processes. The lines are on the disk before the database remembers
    them; a crash in between writes them once more, which is no harm.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        moved = [Head(h.chain, h.position, bytes(h.hash)) for h in _moved()]
        if not moved:
            return 0
        folder = Path(settings.TRAIL_HEADS)
        key = heads.signing_key(key_file(), folder)
        written = heads.append(folder, key, moved, known=tail(), at=at)
        SealedHead.objects.bulk_create(
            [
                SealedHead(chain=h.chain, position=h.position, line=t.line, line_hash=t.line_hash)
                for h, t in zip(moved, written, strict=True)
            ],
            update_conflicts=True,
            update_fields=["position", "line", "line_hash"],
            unique_fields=["chain"],
        )
    return len(moved)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_WRITER])
        return bool(cursor.fetchone()[0])


def _moved() -> list[ChainHead]:
    sealed = SealedHead.objects.filter(chain=OuterRef("chain")).values("position")
    heads_with_seal = ChainHead.objects.alias(sealed=Subquery(sealed)).filter(position__gt=0)
    return list(heads_with_seal.filter(Q(sealed=None) | Q(position__gt=F("sealed"))).order_by("chain"))
