"""The settings of a company's journals: one act, one event. What they change is said in `models`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.journals import access
from erec.journals.errors import Changed, Refused
from erec.journals.models import AccountOfRole, Entry, FollowedClaim, JournalSettings
from erec.trail.events import Event

CHANGED = (
    "入力のあいだに、ほかの人が仕訳の設定を変更しました。まだ何も保存していません。"
    "今の設定を確かめて、もう一度入力してください。"
)
NOT_BEGINNING = "すでに仕訳データを出力しているため、仕訳の開始日は変えられません。まだ何も保存していません。"


@dataclass(frozen=True)
class Chosen:
    """What a person set. `version`: of the settings that he saw, 0 for none."""

    version: int
    method: str
    calendar: str
    starts_on: date
    voucher_first: int
    voucher_last: int
    other_partners: Sequence[str]
    accounts: Mapping[str, Mapping[str, str]]  # by role: code, name, sub_code, department_code, tax_code


# What decides which entries are made; before the first export they are simply made anew.
MAKING = ("method", "starts_on", "other_partners")
PLAIN = tuple(f.name for f in fields(Chosen) if f.name not in ("version", "accounts"))


@transaction.atomic
def save(chosen: Chosen, *, acting_user: User, at: datetime, origin: Origin) -> JournalSettings:
    """Keep the settings. Raises NotAllowed, Changed, Refused."""
    user = access.working(acting_user)
    known = access.settings_of(user.company_id)
    if (known.version if known else 0) != chosen.version:
        raise Changed(CHANGED)
    has_exports = access.exports_of(user.company_id).exists()
    if has_exports and known and known.starts_on != chosen.starts_on:
        raise Refused(NOT_BEGINNING)
    changed = [name for name in PLAIN if known is None or getattr(known, name) != getattr(chosen, name)]
    settings = known or JournalSettings(company_id=user.company_id, version=0)
    for name in PLAIN:
        setattr(settings, name, getattr(chosen, name))
    settings.version, settings.changed_at = chosen.version + 1, at
    settings.save()
    if not has_exports and known and set(changed) & set(MAKING):
        _make_anew(user.company_id)
    changed += _save_accounts(user.company_id, chosen.accounts)
    tell(
        Event.JOURNAL_SETTINGS_CHANGED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=user.company.user_number,
        changed="、".join(changed),
        method=chosen.method,
        starts_on=chosen.starts_on.isoformat(),
    )
    return settings


def _make_anew(company_id: int) -> None:
    """Nothing was ever given out: what was made by the old settings goes, and comes again by the new ones."""
    Entry.objects.filter(company_id=company_id).delete()
    FollowedClaim.objects.filter(company_id=company_id).delete()


def _save_accounts(company_id: int, wanted: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The roles whose account is another one now."""
    known = access.accounts_of(company_id)
    same = [
        role
        for role, values in wanted.items()
        if role in known and all(getattr(known[role], name) == value for name, value in values.items())
    ]
    gone = [row.pk for role, row in known.items() if role not in same]
    AccountOfRole.objects.filter(pk__in=gone).delete()
    AccountOfRole.objects.bulk_create(
        AccountOfRole(company_id=company_id, role=role, **values)
        for role, values in wanted.items()
        if role not in same
    )
    return sorted({*wanted, *known} - set(same))
