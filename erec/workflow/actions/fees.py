"""手数料の変更: a company's fee tables, set by a master (domain facts §2.2)."""

from datetime import datetime

from django.db import transaction

from accounts.access import locked_master
from accounts.errors import Stale
from accounts.models import User
from accounts.origin import Origin, tell
from erec.trail.events import Event
from erec.workflow import fees, mails
from erec.workflow.errors import WorkflowError
from erec.workflow.fees import Tables
from erec.workflow.models import FeeBand, FeeTable

NOTHING = "変更したところがありません。手数料は元のままです。"


class FeesRefused(WorkflowError):
    """Tables that cannot be kept; nothing was changed."""


@transaction.atomic
def change_fees(wanted: Tables, *, version: int, acting_user: User, at: datetime, origin: Origin) -> None:
    """Set exactly these tables. The master's approval password was checked before.

    They count from the next entry on; what was entered with another fee cannot be approved and is entered
    anew. Raises NotAllowed (no usable master), Stale (somebody changed them meanwhile), FeesRefused.
    """
    master = locked_master(acting_user)
    check(wanted, version, master)
    company_id, before = master.company_id, fees.tables_of(master.company_id)
    FeeTable.objects.update_or_create(company_id=company_id, defaults={"version": version + 1})
    FeeBand.objects.filter(company_id=company_id).delete()
    FeeBand.objects.bulk_create(
        FeeBand(company_id=company_id, table=table, from_yen=start, fee_yen=fee)
        for table, bands in wanted.items()
        for start, fee in bands
    )
    mails.fees_changed(master, version + 1, fees.changes(before, wanted), at)
    tell(
        Event.FEES_CHANGED,
        at=at,
        origin=origin,
        acting_user=master,
        company_id=company_id,
        target=master.company.user_number,
        **{table.value: "、".join(fees.words(bands)) for table, bands in wanted.items()},
    )


def check(wanted: Tables, version: int, master: User) -> None:
    """Raises Stale, FeesRefused."""
    if fees.version_of(master.company_id) != version:
        raise Stale
    if wanted == fees.tables_of(master.company_id):
        raise FeesRefused(NOTHING)
