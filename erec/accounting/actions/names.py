"""印字名: a person decides how names are printed, and the company's names are looked through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.accounting import access, gathering, printing
from erec.accounting.errors import Changed, Unprintable
from erec.accounting.models import PrintedName
from erec.trail.events import Event


@dataclass(frozen=True)
class Decision:
    """`seen`: what stood there when the page was made, empty where nothing did."""

    printed: str
    seen: str = ""


@transaction.atomic
def decide(
    decisions: Mapping[int, Decision], *, acting_user: User, at: datetime, origin: Origin
) -> list[PrintedName]:
    """All of them, or none. By the rows' ids.

    Raises NotAllowed, PrintedName.DoesNotExist (another company's too), Changed, Unprintable.
    """
    user = access.working(acting_user)
    rows = list(access.printed_names_of(user.company_id).select_for_update().filter(pk__in=decisions))
    if len(rows) != len(decisions):
        raise PrintedName.DoesNotExist
    if any(row.printed != decisions[row.pk].seen for row in rows):
        raise Changed
    wrong = {row.pk: " ".join(why) for row in rows if (why := printing.reasons(decisions[row.pk].printed))}
    if wrong:
        raise Unprintable(wrong)
    for row in rows:
        row.printed, row.decided_by, row.at = decisions[row.pk].printed, user, at
    PrintedName.objects.bulk_update(rows, ["printed", "decided_by", "at"])
    tell(
        Event.PRINTED_NAMES_DECIDED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=rows[0].user_number if len(rows) == 1 else "",
        decided=len(rows),
    )
    return rows


@transaction.atomic
def look_through(*, acting_user: User, at: datetime) -> printing.Fitted:
    """Everybody whose name the company's exports may print, known to the table. Raises NotAllowed.

    No event: nothing is decided, a name that fits is only written down as it is.
    """
    user = access.working(acting_user)
    return printing.fit(user.company_id, gathering.names_of(user.company_id), at=at)
