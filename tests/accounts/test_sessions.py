"""One session per user: how it begins, what ends it, and what the one before is told."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from accounts import sessions
from accounts.models import UserSession
from accounts.sessions import End
from tests import cast

MINUTE = dt.timedelta(minutes=1)


def begin(person: cast.Person, key: str, at: dt.datetime = cast.AT) -> None:
    with transaction.atomic():
        sessions.begin(
            user_id=person.user.pk,
            key=key,
            data={"a": key},
            certificate_id=person.certificate.pk,
            address="192.0.2.7",
            at=at,
        )


@pytest.mark.django_db
def test_a_session_ends_by_idleness_by_age_and_with_another_certificate() -> None:
    session = UserSession(certificate_id=7, started_at=cast.AT, last_seen_at=cast.AT)

    def reason(minutes: float, *, seen: float = 0, certificate_id: int | None = 7) -> End | None:
        session.last_seen_at = cast.AT + seen * MINUTE
        return sessions.reason_to_end(session, certificate_id=certificate_id, at=cast.AT + minutes * MINUTE)

    assert reason(14.99) is None
    assert reason(15) is End.IDLE
    assert reason(29, seen=15) is None
    assert reason(599, seen=590) is None
    assert reason(600, seen=599) is End.ABSOLUTE
    assert reason(1, certificate_id=8) is End.CERTIFICATE
    assert reason(1, certificate_id=None) is End.CERTIFICATE


@pytest.mark.django_db
def test_the_newest_session_wins_and_the_two_last_keys_know_why_they_ended() -> None:
    person = cast.master()
    for key in ("eins-eins", "zwei-zwei", "drei-drei"):
        begin(person, key)
    assert UserSession.objects.filter(user=person.user).count() == 1
    assert sessions.SessionStore("drei-drei").get("a") == "drei-drei"
    assert sessions.SessionStore("zwei-zwei").get("a") is None
    assert sessions.end_of_key("zwei-zwei") == "replaced"
    assert sessions.end_of_key("eins-eins") == ""
    sessions.end([person.user.pk], End.STOPPED, cast.AT)
    assert sessions.end_of_key("drei-drei") == "stopped"
    begin(person, "vier-vier")
    assert sessions.end_of_key("drei-drei") == "stopped"


@pytest.mark.django_db
def test_the_database_keeps_no_key_and_nothing_of_an_ended_session() -> None:
    person = cast.master()
    begin(person, "himitsu-no-kagi")
    row = UserSession.objects.filter(user=person.user).values().get()
    assert "himitsu-no-kagi" not in str({k: v for k, v in row.items() if k != "data"})
    sessions.end([person.user.pk], End.LOGOUT, cast.AT)
    assert UserSession.objects.get(user=person.user).data == ""


@pytest.mark.django_db
def test_a_new_key_keeps_the_session_and_the_old_key_is_worth_nothing() -> None:
    person = cast.master()
    begin(person, "vorher-vorher")
    store = sessions.SessionStore("vorher-vorher")
    store.cycle_key()
    assert store.session_key not in (None, "vorher-vorher")
    assert sessions.SessionStore(store.session_key).get("a") == "vorher-vorher"
    assert sessions.SessionStore("vorher-vorher").get("a") is None


@pytest.mark.django_db
def test_a_request_cannot_bring_an_ended_session_back() -> None:
    person = cast.master()
    begin(person, "offen-offen")
    store = sessions.SessionStore("offen-offen")
    store["b"] = "spaeter"
    sessions.end([person.user.pk], End.STOPPED, cast.AT)
    store.save()
    row = UserSession.objects.get(user=person.user)
    assert (row.ended_because, row.data) == ("stopped", "")


@pytest.mark.django_db(transaction=True)
def test_of_two_logins_at_once_exactly_one_session_stays() -> None:
    person = cast.master()
    together = threading.Barrier(6)

    def enter(key: str) -> None:
        together.wait()
        try:
            begin(person, key)
        finally:
            connection.close()

    keys = [f"schluessel{i}" for i in range(6)]
    threads = [threading.Thread(target=enter, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alive = [key for key in keys if sessions.SessionStore(key).get("a") == key]
    assert len(alive) == 1
    assert UserSession.objects.filter(user=person.user).count() == 1
