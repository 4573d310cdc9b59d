"""Reminders before a certificate ends."""

import datetime as dt

import pytest

from accounts.models import User
from certs.actions.fetching import renew
from certs.tasks import remind
from erec.trail.models import Outbox
from tests import cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def subjects(person: cast.Person) -> list[str]:
    rows = Outbox.objects.filter(to=person.user.mail, subject__contains="満了まで").order_by("pk")
    return list(rows.values_list("subject", flat=True))


def test_five_mails_go_out_over_the_last_sixty_days_once_each() -> None:
    person = cast.master()
    end = cast.AT + 365 * DAY
    sent = {}
    for hours in range(24 * 62, 0, -6):
        sent[hours] = remind(end - dt.timedelta(hours=hours))
    days = [subject.split("あと")[1] for subject in subjects(person)]
    assert days == ["60日です", "30日です", "10日です", "3日です", "1日です"]
    assert sum(sent.values()) == 5
    assert [hours for hours, count in sent.items() if count] == [1440, 720, 240, 72, 24]


def test_after_a_standstill_only_the_nearest_one_is_sent() -> None:
    person = cast.master()
    assert remind(cast.AT + 363 * DAY) == 1
    assert remind(cast.AT + 363 * DAY) == 0
    assert [s.split("あと")[1] for s in subjects(person)] == ["3日です"]


@pytest.mark.parametrize("change", ["renewed", "expired", "suspended", "company", "revoked"])
def test_who_needs_no_reminder_gets_none(change: str) -> None:
    person, at = cast.master(), cast.AT + 356 * DAY
    if change == "renewed":
        renew(person.certificate, public_key=cast.new_key().public_key(), at=at, origin=cast.ORIGIN)
    elif change == "expired":
        at = cast.AT + 365 * DAY
    elif change == "suspended":
        User.objects.update(status=User.Status.SUSPENDED)
    elif change == "company":
        type(person.user.company).objects.update(stopped_at=at)
    else:
        type(person.certificate).everyone.update(revoked_at=at, revocation_reason="superseded")
    assert remind(at) == 0
    assert subjects(person) == []
