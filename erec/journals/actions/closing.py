"""月の締め: what was given out of a month stays, and nothing more is entered in it."""

import calendar
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.journals import access
from erec.journals.actions.making import make
from erec.journals.errors import Refused
from erec.journals.models import JournalSettings
from erec.parameters import business_day
from erec.trail.events import Event

NO_SETTINGS = "仕訳の設定がまだないため、月を締められません。"
NOT_OVER = "まだ終わっていない月は締められません。何も変わっていません。"
CLOSED_ALREADY = "その月は、すでに締められています。何も変わっていません。"
OPEN_ENTRIES = (
    "まだ出力していない仕訳が{count:,}伝票あるため、締められません。先に［仕訳データの出力］で出力してください。"
    "何も変わっていません。"
)
NOTHING_CLOSED = "締めた月はありません。何も変わっていません。"


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


@transaction.atomic
def close(month: date, *, acting_user: User, at: datetime, origin: Origin) -> JournalSettings:
    """Close every month up to this one, if all of it has been given out. Raises NotAllowed, Refused."""
    today = business_day.today(at).date
    user = access.working(acting_user)
    until = month_end(month)
    settings = access.settings_of(user.company_id)
    if settings is None:
        raise Refused(NO_SETTINGS)
    if until >= today:
        raise Refused(NOT_OVER)
    if settings.closed_until and until <= settings.closed_until:
        raise Refused(CLOSED_ALREADY)
    make(user.company_id, at=at)
    if count := access.open_entries(user.company_id, until).count():
        raise Refused(OPEN_ENTRIES.format(count=count))
    return _put(settings, until, Event.JOURNAL_MONTH_CLOSED, until, user, at, origin)


@transaction.atomic
def reopen(*, acting_user: User, at: datetime, origin: Origin) -> JournalSettings:
    """Open the last closed month again. Raises NotAllowed, Refused."""
    user = access.working(acting_user)
    settings = access.settings_of(user.company_id)
    if settings is None or settings.closed_until is None:
        raise Refused(NOTHING_CLOSED)
    last = settings.closed_until
    before = last.replace(day=1) - timedelta(days=1)
    is_first = before < settings.starts_on
    until = None if is_first else before
    return _put(settings, until, Event.JOURNAL_MONTH_REOPENED, last, user, at, origin)


def _put(
    settings: JournalSettings,
    until: date | None,
    event: Event,
    month: date,
    user: User,
    at: datetime,
    origin: Origin,
) -> JournalSettings:
    settings.closed_until = until
    settings.changed_at = at
    settings.save(update_fields=["closed_until", "changed_at"])
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=f"{month:%Y-%m}",
    )
    return settings
