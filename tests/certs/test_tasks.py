"""Reminders before a certificate ends."""

import datetime as dt

import pytest

from accounts.models import User
from certs.actions.fetching import renew
from certs.tasks import remind, tell_lapsed
from erec.trail.models import Outbox
from tests import cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def subjects(person: cast.Person) -> list[str]:
    rows = Outbox.objects.filter(to=person.user.mail, subject__contains="満了まで").order_by("pk")
    return list(rows.values_list("subject", flat=True))


def test_five_mails_go_out_over_the_last_sixty_days_once_each_and_one_at_the_end() -> None:
    person = cast.master()
    end = cast.AT + 365 * DAY
    sent = {}
    for hours in range(24 * 62, -24 * 8, -6):
        sent[hours] = remind(end - dt.timedelta(hours=hours))
    days = [subject.split("あと")[1] for subject in subjects(person)]
    assert days == ["60日です", "30日です", "10日です", "3日です", "1日です"]
    assert [hours for hours, count in sent.items() if count] == [1440, 720, 240, 72, 24, 0]
    assert sum(sent.values()) == 6
    assert Outbox.objects.filter(to=person.user.mail, subject__contains="満了しました").count() == 1


def test_after_a_standstill_only_the_nearest_one_is_sent() -> None:
    person = cast.master()
    assert remind(cast.AT + 363 * DAY) == 1
    assert remind(cast.AT + 363 * DAY) == 0
    assert [s.split("あと")[1] for s in subjects(person)] == ["3日です"]


@pytest.mark.parametrize("change", ["renewed", "long expired", "suspended", "company", "revoked"])
def test_who_needs_no_reminder_gets_none(change: str) -> None:
    person, at = cast.master(), cast.AT + 356 * DAY
    if change == "renewed":
        renew(person.certificate, public_key=cast.new_key().public_key(), at=at, origin=cast.ORIGIN)
    elif change == "long expired":
        at = cast.AT + 372 * DAY
    elif change == "suspended":
        User.objects.update(status=User.Status.SUSPENDED)
    elif change == "company":
        type(person.user.company).objects.update(stopped_at=at)
    else:
        type(person.certificate).everyone.update(revoked_at=at, revocation_reason="superseded")
    assert remind(at) == 0
    assert subjects(person) == []


def test_a_window_that_ended_unused_is_told_once() -> None:
    company, (starter,) = cast.company()
    used = cast.master()
    assert tell_lapsed(cast.AT + 80 * DAY) == 0
    assert tell_lapsed(cast.AT + 81 * DAY) == 1
    assert tell_lapsed(cast.AT + 82 * DAY) == 0
    told = Outbox.objects.filter(subject__contains="取得期限が過ぎました").values_list("to", flat=True)
    assert sorted(told) == sorted([starter.user.mail, company.contact_mail])
    assert used.user.mail not in told
