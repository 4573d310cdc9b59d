"""指定許可: the contract, which the institution keeps, and whom the company registered by its requests."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from accounts.access import lock_company
from accounts.models import Company
from accounts.origin import Origin, tell
from erec.partners import access, designated
from erec.partners.directory import Key
from erec.partners.errors import Changed, LimitReached
from erec.partners.folding import fold
from erec.partners.models import Designation, DesignationContract
from erec.partners.policy import DESIGNATIONS_MAX, Area
from erec.partners.suggestions import key_of
from erec.trail.events import Event

Areas = frozenset[Area]

FULL = f"指定許可先は{DESIGNATIONS_MAX:,}件までです。使わない相手先の許可を取り消してください。"


@dataclass(frozen=True)
class Setting:
    """What shall hold for one counterpart, and what held when people saw it. No area: not registered."""

    key: Key
    name: str
    areas: Areas
    seen: Areas


@transaction.atomic
def set_contract(company: Company, *, used: bool, on: date, at: datetime, origin: Origin) -> bool:
    """指定許可機能の利用開始 or 終了, from now on; False if it is so already, and nothing happened.

    What was registered stays for the next time. What waits for a consent, or is recorded, is not touched.
    """
    company = lock_company(company.pk)
    if designated.is_used_by(company) == used:
        return False
    if used:
        DesignationContract.objects.create(company=company, started_on=on)
    else:
        DesignationContract.objects.filter(company=company, ended_on=None).update(ended_on=on)
    tell(
        Event.DESIGNATION_CONTRACT_CHANGED,
        at=at,
        origin=origin,
        acting_user=None,
        company_id=company.pk,
        target=company.user_number,
        used=used,
    )
    return True


def registered(company_id: int, keys: Collection[Key]) -> dict[Key, Designation]:
    """What holds now for those of these counterparts that are registered."""
    rows = access.designations_of(company_id).filter(user_number__in={key.user_number for key in keys})
    return {key: row for row in rows if (key := key_of(row)) in keys}


def room(company_id: int) -> int:
    """How many more counterparts may be registered."""
    return DESIGNATIONS_MAX - access.designations_of(company_id).count()


def set_designations(company_id: int, wanted: Iterable[Setting], at: datetime) -> None:
    """Exactly this, in the transaction of the act that decided it; the event is that act's.

    Raises Changed if one is not as people saw it, LimitReached.
    """
    with connection.cursor() as cursor:  # not the company's row: who approves holds it for reading
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"designated {company_id}"])
    settings = {setting.key: setting for setting in wanted}
    now = registered(company_id, settings)
    for key, setting in settings.items():
        row = now.get(key)
        if areas_of(row) != setting.seen:
            raise Changed
        if setting.areas:
            _write(row or _new(company_id, key), setting, at)
        elif row is not None:
            row.delete()
    if room(company_id) < 0:
        raise LimitReached(FULL)


def areas_of(row: Designation | None) -> Areas:
    return frozenset(Area(area) for area in row.areas) if row else frozenset()


def _new(company_id: int, key: Key) -> Designation:
    return Designation(company_id=company_id, user_number=key.user_number, **vars(key.account))


def _write(row: Designation, setting: Setting, at: datetime) -> None:
    row.name, row.changed_at, row.sort_name = setting.name, at, fold(setting.name)
    row.areas = [area.value for area in Area if area in setting.areas]
    row.sought = " ".join(map(fold, (setting.name, row.user_number, row.number)))
    row.save()
