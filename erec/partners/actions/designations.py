"""指定許可: the contract, which the institution keeps, and whom the company registered by its requests."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.access import lock_company
from accounts.models import Company
from accounts.origin import Origin, tell
from erec.partners import designated
from erec.partners.actions.partners import sought_by
from erec.partners.directory import Found, Key
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

    found: Found
    areas: Areas
    seen: Areas


@transaction.atomic
def set_contract(company: Company, *, used: bool, on: date, at: datetime, origin: Origin) -> bool:
    """指定許可機能の利用開始 or 終了, from now on; False if it is so already, and nothing happened.

    What was registered stays for the next time. Who waits for a consent, or is recorded, is not touched.
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


def registered(company_id: int, keys: Collection[Key]) -> dict[Key, Areas]:
    """What holds now for these counterparts; an empty set for who is not registered."""
    rows = Designation.objects.filter(
        company_id=company_id, user_number__in={key.user_number for key in keys}
    )
    now = {key_of(row): _areas(row) for row in rows}
    return {key: now.get(key, frozenset()) for key in keys}


def room(company_id: int) -> int:
    """How many more counterparts may be registered."""
    return DESIGNATIONS_MAX - Designation.objects.filter(company_id=company_id).count()


def set_designations(company_id: int, wanted: Iterable[Setting], at: datetime) -> None:
    """Exactly this, in the transaction of the act that decided it; the event is that act's.

    Raises Changed if one is not as people saw it, LimitReached.
    """
    lock_company(company_id)
    settings: Mapping[Key, Setting] = {setting.found.key: setting for setting in wanted}
    now = registered(company_id, settings)
    if any(now[key] != setting.seen for key, setting in settings.items()):
        raise Changed
    there = {key_of(row): row for row in _rows(company_id, settings)}
    for key, setting in settings.items():
        row = there.get(key)
        if not setting.areas:
            if row is not None:
                row.delete()
            continue
        row = row or Designation(company_id=company_id, user_number=key.user_number, **vars(key.account))
        _write(row, setting, at)
    if room(company_id) < 0:
        raise LimitReached(FULL)


def _rows(company_id: int, keys: Collection[Key]) -> Iterable[Designation]:
    return Designation.objects.filter(
        company_id=company_id, user_number__in={key.user_number for key in keys}
    )


def _write(row: Designation, setting: Setting, at: datetime) -> None:
    row.name, row.changed_at = setting.found.name, at
    row.areas = [area.value for area in Area if area in setting.areas]
    row.sort_name, row.sought = fold(row.name), sought_by(setting.found)
    row.save()


def _areas(row: Designation) -> Areas:
    return frozenset(Area(area) for area in row.areas)
