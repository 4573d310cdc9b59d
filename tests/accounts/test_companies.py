"""Registering, stopping and resuming a company; the limits of its users."""

import pytest
from django.db import IntegrityError, transaction

from accounts.actions.companies import change_contact, resume_company, stop_company
from accounts.actions.users import NewUser, add_user, reset_password, unlock_user
from accounts.errors import AlreadyThere, LimitReached, NotUsable
from accounts.models import Company, SettlementAccount, User, UserSession
from erec.trail.models import Entry
from tests import cast

pytestmark = pytest.mark.django_db


def test_a_company_has_at_most_three_masters() -> None:
    with pytest.raises(LimitReached):
        cast.company(masters=4)
    assert (Company.objects.count(), User.objects.count(), Entry.objects.count()) == (0, 0, 0)
    company, starters = cast.company(masters=3)
    assert len(starters) == 3
    with pytest.raises(LimitReached):
        add_user(company, User.Kind.MASTER, NewUser("d-fourth01", "四人目", "x@example.com"), at=cast.AT)


def test_a_company_has_at_most_as_many_users_as_the_institution_allows(settings: object) -> None:
    settings.PARAMETERS["users_max"] = 2  # type: ignore[attr-defined]
    try:
        company, _ = cast.company()
        gone = cast.general(company)
        with pytest.raises(LimitReached):
            cast.general(company)
        User.objects.filter(pk=gone.pk).update(status=User.Status.DELETED)
        cast.general(company)  # a deleted user's place is free again
        assert company.users.count() == 3
    finally:
        settings.PARAMETERS["users_max"] = 20  # type: ignore[attr-defined]


def test_a_login_id_is_taken_for_ever() -> None:
    company, (starter,) = cast.company()
    User.objects.filter(pk=starter.user.pk).update(status=User.Status.DELETED)
    with pytest.raises(AlreadyThere):
        add_user(
            company, User.Kind.GENERAL, NewUser(starter.user.login_id, "別人", "x@example.com"), at=cast.AT
        )


BAD_ROWS = [
    ("UPDATE accounts_company SET user_number = 'ABCDEFGHI'", "company_user_number_shape"),
    ("UPDATE accounts_company SET user_number = 'abc123456'", "company_user_number_shape"),
    ("UPDATE accounts_user SET login_id = 'd-ABC12'", "user_login_id_shape"),
    ("UPDATE accounts_user SET login_id = 'x-abcdef'", "user_login_id_shape"),
    ("UPDATE accounts_user SET kind = 'boss'", "user_kind_known"),
    ("UPDATE accounts_user SET status = 'gone'", "user_status_known"),
    ("UPDATE accounts_settlementaccount SET kind = '3'", "settlement_account_shape"),
    ("UPDATE accounts_settlementaccount SET number = '123456'", "settlement_account_shape"),
]


@pytest.mark.parametrize(("statement", "constraint"), BAD_ROWS)
def test_the_database_itself_refuses_a_wrong_shape(statement: str, constraint: str) -> None:
    from django.db import connection

    cast.company()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_account_belongs_to_one_company() -> None:
    company, _ = cast.company()
    other, _ = cast.company()
    mine = company.settlement_accounts.values("bank_code", "branch_code", "kind", "number")[0]
    with pytest.raises(IntegrityError, match="settlement_account_once"), transaction.atomic():
        SettlementAccount.objects.create(company=other, added_at=cast.AT, **mine)


def test_stopping_a_company_ends_its_sessions_and_nobody_elses() -> None:
    person, outsider = cast.master(), cast.master()
    person.log_in()
    outsider.log_in()
    assert stop_company(person.user.company, because="契約終了", at=cast.AT, origin=cast.ORIGIN) == 1
    assert UserSession.objects.get(user=person.user).ended_because == "stopped"
    assert UserSession.objects.get(user=outsider.user).ended_because == ""
    with pytest.raises(NotUsable):
        stop_company(person.user.company, because="もう一度", at=cast.AT, origin=cast.ORIGIN)
    resume_company(person.user.company, at=cast.AT, origin=cast.ORIGIN)
    with pytest.raises(NotUsable):
        resume_company(person.user.company, at=cast.AT, origin=cast.ORIGIN)
    events = Entry.objects.filter(company_id=person.user.company_id, event__startswith="company.")
    assert list(events.order_by("position").values_list("event", flat=True)) == [
        "company.registered",
        "company.stopped",
        "company.resumed",
    ]


def test_the_contact_is_changed_by_the_institution() -> None:
    company, _ = cast.company()
    change_contact(company, contact_mail="new@example.com", at=cast.AT, origin=cast.ORIGIN)
    assert Company.objects.get(pk=company.pk).contact_mail == "new@example.com"


def test_a_reset_gives_a_new_initial_password_lifts_the_lock_and_ends_the_session() -> None:
    person = cast.master()
    person.log_in()
    User.objects.filter(pk=person.user.pk).update(login_strikes=6, login_locked_at=cast.AT)
    initial = reset_password(person.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    user = User.objects.get(pk=person.user.pk)
    assert (user.password_is_initial, user.login_strikes, user.login_locked_at) == (True, 0, None)
    assert UserSession.objects.get(user=user).ended_because == "password"
    assert person.log_in().status_code == 422
    assert person.log_in(initial).status_code == 302


def test_what_is_not_locked_cannot_be_unlocked() -> None:
    person = cast.master()
    with pytest.raises(NotUsable):
        unlock_user(person.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
