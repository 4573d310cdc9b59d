"""電子証明書ログイン: what is recorded, who is told, and what ends."""

import datetime as dt

import pytest

from accounts.errors import InitialPasswordSpent, Locked, NotUsable, WrongPassword
from accounts.models import LoginRecord, User, UserSession
from accounts.sessions import hash_of
from certs.actions.login import log_in
from certs.actions.people import suspend_user
from certs.models import ClientCertificate, RevocationReason
from erec.trail.models import Entry, Outbox
from tests import cast

pytestmark = pytest.mark.django_db


def enter(person: cast.Person, password: str | None = None, at: dt.datetime = cast.AT) -> str:
    return log_in(person.certificate, password=password or person.password, at=at, origin=cast.ORIGIN)


def results(person: cast.Person) -> list[str]:
    return list(LoginRecord.objects.filter(user=person.user).order_by("pk").values_list("result", flat=True))


def events(person: cast.Person) -> list[str]:
    rows = Entry.objects.filter(company_id=person.user.company_id, event__startswith="login.")
    return list(rows.order_by("pk").values_list("event", flat=True))


def test_a_login_begins_a_session_bound_to_its_certificate() -> None:
    person = cast.master()
    key = enter(person)
    session = UserSession.objects.get(user=person.user)
    assert session.key_hash == hash_of(key)
    assert session.certificate_id == person.certificate.pk
    assert (session.started_at, session.last_seen_at, session.ended_at) == (cast.AT, cast.AT, None)
    record = LoginRecord.objects.get(user=person.user)
    assert (record.result, record.address, record.environment) == ("accepted", "192.0.2.7", "試験")
    assert events(person) == ["login.accepted"]


def test_the_first_use_of_a_certificate_is_told_once() -> None:
    person = cast.master()
    enter(person)
    enter(person, at=cast.AT + dt.timedelta(hours=1))
    told = Outbox.objects.filter(subject__contains="初めて使われました").values_list("to", flat=True)
    assert sorted(told) == sorted([person.user.mail, person.user.company.contact_mail])
    assert ClientCertificate.objects.get(pk=person.certificate.pk).first_used_at == cast.AT


def test_wrong_passwords_are_recorded_one_by_one_until_the_lock() -> None:
    person = cast.master()
    for _ in range(5):
        with pytest.raises(WrongPassword):
            enter(person, "chigau123")
    with pytest.raises(Locked):
        enter(person, "chigau123")
    with pytest.raises(Locked):
        enter(person)  # the right one
    assert results(person) == ["wrong"] * 5 + ["locked_now", "locked"]
    assert events(person) == ["login.refused"] * 5 + ["login.locked", "login.refused"]
    assert not UserSession.objects.filter(user=person.user).exists()


def first_time() -> cast.Person:
    _, (starter,) = cast.company()
    person = cast.fetched(starter.user, password=starter.initial_password)
    assert User.objects.get(pk=person.user.pk).password_is_initial
    return person


def test_the_initial_password_is_good_for_one_login() -> None:
    person = first_time()
    enter(person)
    UserSession.objects.filter(user=person.user).update(ended_at=cast.AT, ended_because="logout")
    with pytest.raises(InitialPasswordSpent):
        enter(person)
    assert results(person) == ["accepted", "spent"]


def test_a_crash_before_the_forced_change_may_begin_again_on_the_same_machine() -> None:
    person = first_time()
    enter(person)
    enter(person, at=cast.AT + dt.timedelta(minutes=15))
    with pytest.raises(InitialPasswordSpent):
        enter(person, at=cast.AT + dt.timedelta(minutes=15, seconds=1))


def test_the_initial_password_is_spent_for_another_certificate_at_once() -> None:
    person = first_time()
    other = cast.fetched(person.user, password=person.password)
    enter(person)
    with pytest.raises(InitialPasswordSpent):
        enter(other)


@pytest.mark.parametrize("change", ["suspended", "company", "revoked"])
def test_a_stop_between_the_page_and_the_password_keeps_the_door_shut(change: str) -> None:
    person = cast.master()
    if change == "suspended":
        User.objects.filter(pk=person.user.pk).update(status=User.Status.SUSPENDED)
    elif change == "company":
        type(person.user.company).objects.update(stopped_at=cast.AT)
    else:
        ClientCertificate.everyone.update(revoked_at=cast.AT, revocation_reason="keyCompromise")
    with pytest.raises(NotUsable):
        enter(person)
    assert not UserSession.objects.filter(user=person.user).exists()
    assert results(person) == []


def test_a_stop_ends_the_session_and_every_certificate_in_one_act() -> None:
    person = cast.master()
    second = cast.fetched(person.user)
    enter(person)
    ended = suspend_user(
        person.user, RevocationReason.KEY_COMPROMISE, acting_user=None, at=cast.AT, origin=cast.ORIGIN
    )
    assert (ended.certificates, ended.rights, ended.sessions) == (2, 0, 1)
    assert not ClientCertificate.objects.filter(user=person.user).exists()
    session = UserSession.objects.get(user=person.user)
    assert (session.ended_at, session.ended_because) == (cast.AT, "stopped")
    assert second.client.get("/login").status_code == 403


def test_the_next_login_tells_of_a_certificate_fetched_since() -> None:
    person = cast.master()
    assert person.log_in().status_code == 302
    assert "新しい電子証明書が取得されています" not in person.client.get("/services").content.decode()
    cast.fetched(person.user, at=cast.AT + dt.timedelta(minutes=1))
    assert person.log_in().status_code == 302
    assert "新しい電子証明書が取得されています" in person.client.get("/services").content.decode()


def test_a_lock_takes_effect_at_the_next_click() -> None:
    person = cast.master()
    person.log_in()
    thief = cast.DoorClient("cert", pem=person.certificate.pem)
    for _ in range(6):
        assert thief.post("/login", {"password": "chigau123"}).status_code == 422
    assert person.client.get("/services").headers["Location"] == "/login?ended=locked&next=%2Fservices"
    assert UserSession.objects.get(user=person.user).ended_because == "locked"
