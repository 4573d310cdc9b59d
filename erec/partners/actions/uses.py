"""What a request named is remembered, so that the next one can suggest it. Part of the request's own act."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db import connection

from erec.partners.actions.partners import sought_by
from erec.partners.directory import Found

# Rows in one order, so that two requests at once never wait for each other in a circle.
_UPSERT = """
INSERT INTO partners_pastuse AS past
    (company_id, user_number, bank_code, branch_code, kind, number, name, sought, times, last_used_at)
SELECT %s, n.*, %s
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[])
    AS n (user_number, bank_code, branch_code, kind, number, name, sought, times)
ORDER BY user_number, bank_code, branch_code, kind, number
ON CONFLICT (company_id, user_number, bank_code, branch_code, kind, number) DO UPDATE
SET times = past.times + EXCLUDED.times, name = EXCLUDED.name, sought = EXCLUDED.sought,
    last_used_at = GREATEST(past.last_used_at, EXCLUDED.last_used_at)
"""


def note_use(company_id: int, founds: Collection[Found], at: datetime) -> None:
    """Count each of `founds` once a mention, in one statement, in the caller's transaction."""
    if not founds:
        return
    counted = Counter(founds)
    rows = [
        (f.user_number, *vars(f.account).values(), f.name, sought_by(f), times)
        for f, times in counted.items()
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [company_id, at, *columns])
