"""取得 and 更新: who gets a certificate, and that nobody else does."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from certs import policy
from certs.actions.fetching import fetch, renew
from certs.actions.issuing import issue, remake_code
from certs.errors import FetchRefused, NothingToDo, NotInWindow, TooMany
from certs.models import ClientCertificate, Issue
from erec.trail.models import Outbox
from tests import cast

DAY = dt.timedelta(days=1)


@pytest.fixture
def starter(db: None) -> Any:
    return cast.company()[1][0]


def ask(starter: Any, *, key: Any = None, at: dt.datetime = cast.AT, **wrong: str) -> ClientCertificate:
    typed = {"login_id": starter.user.login_id, "password": starter.initial_password, "code": starter.code}
    return fetch(
        **{**typed, **wrong}, public_key=(key or cast.new_key()).public_key(), at=at, origin=cast.ORIGIN
    )


def nothing_happened(starter: Any) -> bool:
    issue = Issue.objects.get(user=starter.user)
    return issue.fetched_at is None and not ClientCertificate.everyone.filter(user=starter.user).exists()


def test_the_right_three_give_a_certificate_for_a_year(starter: Any) -> None:
    made = ask(starter)
    assert (made.not_before, made.not_after) == (cast.AT, cast.AT + 365 * DAY)
    assert made.user == starter.user
    assert made.may_approve_from == cast.AT  # the first one waits for nothing
    assert Issue.objects.get(user=starter.user).fetched_at == cast.AT


def test_the_person_the_masters_and_the_contact_are_told_once_each(db: None) -> None:
    company, (one, two) = cast.company(masters=2)
    ask(one)
    told = Outbox.objects.filter(subject__contains="電子証明書が取得されました").values_list("to", flat=True)
    assert sorted(told) == sorted([one.user.mail, two.user.mail, company.contact_mail])


@pytest.mark.parametrize(
    "wrong",
    [
        {"login_id": "d-nobody01"},
        {"password": "chigau123"},
        {"code": "AAAA-BBBB-CCCC-DDDD"},
        {"code": ""},
        {"password": ""},
    ],
)
def test_one_wrong_of_three_is_refused_and_nothing_changes(starter: Any, wrong: dict[str, str]) -> None:
    before = Outbox.objects.count()
    with pytest.raises(FetchRefused):
        ask(starter, key=None, at=cast.AT, **wrong)
    assert nothing_happened(starter)
    assert Outbox.objects.count() == before
    user = User.objects.get(pk=starter.user.pk)
    assert (user.login_strikes, user.login_locked_at) == (0, None)


def test_the_code_of_another_person_is_refused(starter: Any) -> None:
    _, (other,) = cast.company()
    with pytest.raises(FetchRefused):
        ask(starter, code=other.code)
    assert nothing_happened(starter)
    assert nothing_happened(other)


def test_how_the_code_is_typed_is_no_matter(starter: Any) -> None:
    assert ask(starter, code=starter.code.lower().replace("-", " ")).user == starter.user


def test_the_window_is_eighty_days(starter: Any) -> None:
    with pytest.raises(FetchRefused):
        ask(starter, at=cast.AT + 80 * DAY + dt.timedelta(seconds=1))
    assert nothing_happened(starter)
    assert ask(starter, at=cast.AT + 80 * DAY).user == starter.user


def test_a_second_fetch_with_another_key_is_refused(starter: Any) -> None:
    ask(starter)
    with pytest.raises(FetchRefused):
        ask(starter)
    assert ClientCertificate.everyone.filter(user=starter.user).count() == 1


def test_the_same_request_again_gives_the_same_certificate_for_half_an_hour(starter: Any) -> None:
    key = cast.new_key()
    first = ask(starter, key=key)
    assert ask(starter, key=key, at=cast.AT + dt.timedelta(minutes=30)) == first
    with pytest.raises(FetchRefused):
        ask(starter, key=key, at=cast.AT + dt.timedelta(minutes=30, seconds=1))
    assert ClientCertificate.everyone.filter(user=starter.user).count() == 1


@pytest.mark.parametrize("change", ["user", "company"])
def test_a_stopped_person_or_company_gets_none(starter: Any, change: str) -> None:
    if change == "user":
        User.objects.filter(pk=starter.user.pk).update(status=User.Status.SUSPENDED)
    else:
        type(starter.user.company).objects.filter(pk=starter.user.company_id).update(stopped_at=cast.AT)
    with pytest.raises(FetchRefused):
        ask(starter)
    assert nothing_happened(starter)


def test_wrong_passwords_beside_a_right_code_make_the_next_try_wait_and_lock_nobody(starter: Any) -> None:
    for _ in range(6):
        with pytest.raises(FetchRefused):
            ask(starter, password="chigau123")
    with pytest.raises(FetchRefused):
        ask(starter, at=cast.AT + dt.timedelta(seconds=59))  # the right one, too soon
    assert User.objects.get(pk=starter.user.pk).login_strikes == 0
    assert ask(starter, at=cast.AT + dt.timedelta(minutes=1)).user == starter.user


@pytest.mark.parametrize(
    ("wrong", "minutes"), [(1, 0), (5, 0), (6, 1), (7, 2), (8, 4), (11, 32), (12, 60), (1000, 60)]
)
def test_the_wait_doubles_up_to_an_hour(wrong: int, minutes: int) -> None:
    assert policy.wait_after(wrong) == dt.timedelta(minutes=minutes)


def test_a_remade_code_replaces_the_lost_one_and_keeps_the_window(starter: Any) -> None:
    later = cast.AT + 10 * DAY
    made, code = remake_code(starter.user, acting_user=None, at=later, origin=cast.ORIGIN)
    assert made.fetch_until == cast.AT + 80 * DAY
    with pytest.raises(FetchRefused):
        ask(starter, at=later)
    assert ask(starter, at=later, code=code).user == starter.user
    with pytest.raises(NothingToDo):
        remake_code(starter.user, acting_user=None, at=later, origin=cast.ORIGIN)


def test_an_additional_certificate_waits_a_day_before_it_may_approve(db: None) -> None:
    person = cast.master()
    second = cast.fetched(person.user)
    assert second.certificate.may_approve_from == cast.AT + DAY
    assert not second.certificate.may_approve(cast.AT + DAY - dt.timedelta(seconds=1))
    assert second.certificate.may_approve(cast.AT + DAY)
    assert ClientCertificate.objects.filter(user=person.user).count() == 2


def test_a_reissue_revokes_what_there_was(db: None) -> None:
    person = cast.master()
    made, _ = issue(person.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN, reissue=True)
    assert made.kind == Issue.Kind.REISSUE
    old = ClientCertificate.everyone.get(pk=person.certificate.pk)
    assert (old.revoked_at, old.revocation_reason) == (cast.AT, "superseded")


def test_a_person_holds_three_certificates_at_most(db: None) -> None:
    person = cast.master()
    cast.fetched(person.user)
    cast.fetched(person.user)
    with pytest.raises(TooMany):
        issue(person.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    assert ClientCertificate.objects.filter(user=person.user).count() == 3


def in_days(person: cast.Person, days: float) -> ClientCertificate:
    return renew(
        person.certificate,
        public_key=cast.new_key().public_key(),
        at=cast.AT + days * DAY,
        origin=cast.ORIGIN,
    )


def test_renewal_opens_thirty_days_before_the_end_and_leaves_the_old_one_valid(db: None) -> None:
    person = cast.master()
    with pytest.raises(NotInWindow):
        in_days(person, 334.9)
    made = in_days(person, 335)
    assert made.renewal_of == person.certificate
    assert made.not_after == cast.AT + (335 + 365) * DAY
    assert ClientCertificate.everyone.get(pk=person.certificate.pk).revoked_at is None
    with pytest.raises(NotInWindow):
        in_days(person, 336)  # once


def test_an_expired_certificate_is_not_renewed(db: None) -> None:
    person = cast.master()
    with pytest.raises(NotInWindow):
        in_days(person, 365.1)
    assert ClientCertificate.everyone.filter(user=person.user).count() == 1


def test_the_same_renewal_again_gives_the_same_certificate(db: None) -> None:
    person, key, at = cast.master(), cast.new_key().public_key(), cast.AT + 340 * DAY
    first = renew(person.certificate, public_key=key, at=at, origin=cast.ORIGIN)
    assert renew(person.certificate, public_key=key, at=at, origin=cast.ORIGIN) == first


@pytest.mark.django_db(transaction=True)
def test_of_two_fetches_at_once_one_wins() -> None:
    starter = cast.company()[1][0]
    outcomes: list[str] = []
    together = threading.Barrier(4)

    def try_it() -> None:
        together.wait()
        try:
            ask(starter)
            outcomes.append("fetched")
        except FetchRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["fetched", "refused", "refused", "refused"]
    assert ClientCertificate.everyone.filter(user=starter.user).count() == 1
