"""The reads of the trail: for the history screens and for the verifier."""

from collections.abc import Iterator, Mapping, Sequence

from django.db import DataError, connection
from django.db.models import QuerySet

from erec.trail.chain import COLUMNS, Head, Link, Unreadable
from erec.trail.models import Entry

READ_AHEAD = 1000

_BEFORE_ALL = -(2**63)  # whoever may insert a position of zero or less is to be seen too

_CHAINS = """
    SELECT coalesce(h.chain, e.chain), h.position, h.hash
    FROM trail_chain_head h
    FULL JOIN (SELECT DISTINCT chain FROM trail_entry) e ON e.chain = h.chain
    WHERE %(only)s::bigint IS NULL OR coalesce(h.chain, e.chain) = %(only)s
    ORDER BY 1
"""
_HASHES = """
    SELECT e.chain, e.position, e.hash
    FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (chain, position)
    JOIN trail_entry e ON e.chain = wanted.chain AND e.position = wanted.position
"""


def events_of_company(company_id: int) -> QuerySet[Entry]:
    """What happened at one company, the newest first."""
    return Entry.objects.filter(chain=company_id).order_by("-position")


def events_of_user(user_id: int) -> QuerySet[Entry]:
    """What one user did, the newest first. A user without a company has events on several shards, so
    the moment sorts before the position."""
    return Entry.objects.filter(user_id=user_id).order_by("-recorded_at", "-chain", "-position")


class StoredTrail:
    """The trail in the database, read through server-side cursors. Use inside one transaction."""

    def __init__(self, only: int | None = None) -> None:
        self._only = only

    def chains(self) -> Iterator[tuple[int, Head | None]]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(_CHAINS, {"only": self._only})
            for chain, position, stored in cursor:
                yield chain, None if position is None else Head(chain, position, stored)

    def links(self, chain: int) -> Iterator[Link]:
        """A batch that cannot be read is read again row by row, so that the break has its position."""
        rows = Entry.objects.filter(chain=chain).order_by("position").values_list(*COLUMNS)
        after = _BEFORE_ALL
        for rows_at_once in (READ_AHEAD, 1):
            try:
                for row in rows.filter(position__gt=after).iterator(chunk_size=rows_at_once):
                    link = Link(*row)
                    after = link.position
                    yield link
            except (DataError, ValueError, OverflowError):
                continue
            return
        raise Unreadable

    def hashes(self, places: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        with connection.cursor() as cursor:
            cursor.execute(_HASHES, [[c for c, _ in places], [p for _, p in places]])
            return {(chain, position): stored for chain, position, stored in cursor.fetchall()}
