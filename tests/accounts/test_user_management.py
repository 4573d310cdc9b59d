"""What a master does on a user's portal row: made, changed, reset, unlocked; each refusal changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password

from accounts import access, policy
from accounts.actions.own_mail import change_own_mail
from accounts.actions.users import NewUser, change_user, create_user, reset_password, unlock_user
from accounts.errors import (
    AlreadyThere,
    Changed,
    LimitReached,
    Locked,
    NotAllowed,
    NothingToChange,
    NotUsable,
    Stale,
    WrongPassword,
)
from accounts.models import User, UserSession
from accounts.policy import Act, Whom
from erec.trail.models import Entry, Outbox
from tests import cast
from tests.portal import HERE, Office, again, last_event, rows, seen_now, told

pytestmark = pytest.mark.django_db
NEW = NewUser("d-atarashii1", "新しい 人", "new@example.com", initial_hash="argon2$x")


@pytest.fixture
def office() -> Office:
    return Office.open()


def create(
    office: Office, acting: User | None = None, kind: Any = User.Kind.GENERAL, new: NewUser = NEW
) -> User:
    return create_user(acting_user=acting or office.master, kind=kind, new=new, **HERE)


def test_a_new_user_has_the_given_hash_and_is_told_with_the_masters_and_the_contact(office: Office) -> None:
    encoded = make_password("hajimete12")
    made = create(office, new=NewUser("d-atarashii1", "新しい 人", "new@example.com", initial_hash=encoded))
    user = again(made)
    assert (user.company_id, user.kind, user.status) == (office.company.pk, "general", "active")
    assert (user.name, user.mail) == ("新しい 人", "new@example.com")
    assert check_password("hajimete12", user.password)
    assert (user.password_is_initial, user.password_used_at) == (True, None)
    assert told("ユーザが登録されました") == sorted(
        ["new@example.com", office.master.mail, office.colleague.mail, office.company.contact_mail]
    )
    assert last_event() == ("user.created", office.master.login_id, "d-atarashii1")
    assert "hajimete12" not in str(list(Outbox.objects.values_list("body")))
    assert "hajimete12" not in str(list(Entry.objects.values_list("detail")))


def test_a_master_makes_a_master_up_to_the_institutions_number(office: Office) -> None:
    assert create(office, kind=User.Kind.MASTER).is_master
    before = rows()
    with pytest.raises(LimitReached, match="マスターユーザは3名まで"):
        create(office, kind=User.Kind.MASTER, new=NewUser("d-yoninme1", "四人目", "4@example.com"))
    assert rows() == before


def test_an_id_that_was_ever_given_is_refused(office: Office) -> None:
    User.objects.filter(pk=office.general.pk).update(status=User.Status.DELETED)
    before = rows()
    with pytest.raises(AlreadyThere):
        create(office, new=NewUser(office.general.login_id, "別人", "x@example.com"))
    assert rows() == before


@pytest.mark.parametrize("who", ["general", "stopped", "deleted", "of a stopped company"])
def test_only_an_active_master_makes_users(office: Office, who: str) -> None:
    acting = office.general if who == "general" else office.colleague
    if who in ("stopped", "deleted"):
        User.objects.filter(pk=acting.pk).update(status="suspended" if who == "stopped" else "deleted")
    if who == "of a stopped company":
        type(office.company).objects.filter(pk=office.company.pk).update(stopped_at=cast.AT)
    before = rows()
    with pytest.raises(NotAllowed):
        create(office, acting)  # the object in hand still says that he is active
    assert rows() == before


def change(office: Office, user: User, name: str, mail: str, **other: Any) -> User:
    options = {"acting_user": office.master, "seen": seen_now(user), **HERE, **other}
    return change_user(user, name=name, mail=mail, **options)


def test_a_changed_mail_is_told_to_the_old_address_too(office: Office) -> None:
    old = office.general.mail
    change(office, office.general, "改姓 花子", "kaisei@example.com")
    assert (again(office.general).name, again(office.general).mail) == ("改姓 花子", "kaisei@example.com")
    assert told("メールアドレスが変更されました") == sorted(
        [old, "kaisei@example.com", office.master.mail, office.colleague.mail, office.company.contact_mail]
    )
    entry = Entry.objects.filter(event="user.changed").get()
    assert (entry.login_id, entry.target) == (office.master.login_id, office.general.login_id)
    assert entry.detail == {
        "old_name": office.general.name,
        "new_name": "改姓 花子",
        "old_mail": old,
        "new_mail": "kaisei@example.com",
    }


def test_a_name_alone_is_changed_without_a_mail(office: Office) -> None:
    mails = Outbox.objects.count()
    change(office, office.general, "改姓 花子", office.general.mail)
    assert again(office.general).name == "改姓 花子"
    assert Outbox.objects.count() == mails


def test_a_master_changes_the_own_name_but_not_the_own_mail_there(office: Office) -> None:
    change(office, office.master, "自分で改姓", office.master.mail)
    assert again(office.master).name == "自分で改姓"
    before = rows()
    with pytest.raises(NotAllowed):
        change(office, office.master, "自分で改姓", "thief@example.com")
    assert rows() == before


def test_what_another_master_changed_meanwhile_is_shown_and_stays(office: Office) -> None:
    looked_at = seen_now(office.general)
    change(office, office.general, "先の 変更", "first@example.com", acting_user=office.colleague)
    before = rows()
    with pytest.raises(Changed) as refused:
        change(office, office.general, "後の 変更", office.general.mail, seen=looked_at)
    assert refused.value.differences == [
        ("ユーザ名", office.general.name, "先の 変更"),
        ("メールアドレス", office.general.mail, "first@example.com"),
    ]
    assert rows() == before


@pytest.mark.parametrize("shown", ["nothing", "somebody else"])
def test_a_change_needs_what_was_seen_of_that_very_user(office: Office, shown: str) -> None:
    before = rows()
    with pytest.raises(Changed) as refused:
        change(
            office,
            office.general,
            "改姓",
            office.general.mail,
            seen=None if shown == "nothing" else seen_now(office.other_general),
        )
    assert refused.value.differences == []
    assert rows() == before


def test_no_change_and_a_change_of_a_deleted_user_are_refused(office: Office) -> None:
    before = rows()
    with pytest.raises(NothingToChange):
        change(office, office.general, office.general.name, office.general.mail)
    assert rows() == before
    User.objects.filter(pk=office.general.pk).update(status=User.Status.DELETED)
    before = rows()
    with pytest.raises(NotUsable):
        change(office, office.general, "改姓", office.general.mail)
    assert rows() == before


def reset(office: Office, user: User, acting: User | None = None, **other: Any) -> str:
    options = {"acting_user": acting or office.master, "seen": seen_now(user), **HERE, **other}
    return reset_password(user, initial_password="atarashii12", **options)


def test_a_reset_gives_the_typed_password_ends_the_session_lifts_the_lock_and_is_told(office: Office) -> None:
    person = cast.fetched(office.general)
    person.log_in()
    User.objects.filter(pk=person.user.pk).update(login_strikes=6, login_locked_at=cast.AT)
    assert reset(office, person.user) == "atarashii12"
    user = again(person.user)
    assert check_password("atarashii12", user.password)
    assert (user.password_is_initial, user.is_locked) == (True, False)
    assert UserSession.objects.get(user=user).ended_because == "password"
    assert told("初回ログインパスワードが再設定されました") == sorted(
        [user.mail, office.master.mail, office.colleague.mail, office.company.contact_mail]
    )
    assert last_event() == ("login.password_reset", office.master.login_id, user.login_id)


def test_the_second_of_two_resets_sees_the_first_and_does_not_undo_it(office: Office) -> None:
    looked_at = seen_now(office.general)
    reset(office, office.general, office.colleague)
    before = rows()
    with pytest.raises(Changed) as refused:
        reset(office, office.general, seen=looked_at)
    assert refused.value.differences == [("ログインパスワード", "前のもの", "変更されました")]
    assert rows() == before


def test_a_deleted_user_is_neither_reset_nor_unlocked(office: Office) -> None:
    User.objects.filter(pk=office.general.pk).update(
        status=User.Status.DELETED, login_strikes=6, login_locked_at=cast.AT
    )
    before = rows()
    with pytest.raises(NotUsable):
        reset(office, office.general)
    with pytest.raises(NotUsable):
        unlock_user(office.general, acting_user=office.master, **HERE)
    assert rows() == before


def test_an_unlock_keeps_the_password_and_needs_a_lock(office: Office) -> None:
    before = rows()
    with pytest.raises(NotUsable):
        unlock_user(office.general, acting_user=office.master, **HERE)
    assert rows() == before
    User.objects.filter(pk=office.general.pk).update(login_strikes=6, login_locked_at=cast.AT)
    unlock_user(office.general, acting_user=office.master, **HERE)
    user = again(office.general)
    assert (user.is_locked, user.login_strikes) == (False, 0)
    assert check_password(cast.PASSWORD, user.password)
    assert last_event() == ("login.unlocked", office.master.login_id, user.login_id)


def own_mail(user: User, password: str, mail: str) -> User:
    return change_own_mail(acting_user=user, password=password, mail=mail, **HERE)


@pytest.mark.parametrize("who", ["master", "general"])
def test_everybody_changes_the_own_mail_with_the_password_and_the_old_address_is_told(
    office: Office, who: str
) -> None:
    user: User = getattr(office, who)
    own_mail(user, cast.PASSWORD, "own@example.com")
    assert again(user).mail == "own@example.com"
    addresses = {user.mail, "own@example.com", office.colleague.mail, office.company.contact_mail}
    if who == "general":
        addresses.add(office.master.mail)
    assert told("メールアドレスが変更されました") == sorted(addresses)
    assert last_event() == ("user.changed", user.login_id, user.login_id)


def test_a_wrong_password_changes_no_mail_and_costs_one_of_the_six_strikes(office: Office) -> None:
    person = cast.fetched(office.general)
    assert person.log_in().status_code == 302
    mails = Outbox.objects.count()
    for left in (5, 4, 3, 2, 1):
        with pytest.raises(WrongPassword) as wrong:
            own_mail(office.general, "chigau123", "own@example.com")
        assert wrong.value.left == left
    assert UserSession.objects.get(user=office.general).ended_at is None
    with pytest.raises(Locked):
        own_mail(office.general, "chigau123", "own@example.com")
    with pytest.raises(Locked):
        own_mail(office.general, cast.PASSWORD, "own@example.com")
    assert again(office.general).login_strikes == 6
    assert again(office.general).mail == office.general.mail
    assert Outbox.objects.count() == mails
    assert UserSession.objects.get(user=office.general).ended_because == "locked"
    guesses = (
        Entry.objects.filter(detail__result="mail_change").order_by("pk").values_list("event", flat=True)
    )
    assert list(guesses) == ["login.refused"] * 5 + ["login.locked", "login.refused"]


def test_the_same_mail_is_refused_before_the_password_is_looked_at(office: Office) -> None:
    before = rows()
    with pytest.raises(NothingToChange):
        own_mail(office.general, "chigau123", office.general.mail)
    assert rows() == before


@pytest.mark.parametrize(
    ("meanwhile", "error"),
    [({"password": "argon2$other"}, Stale), ({"status": "suspended"}, NotUsable)],
)
def test_a_reset_or_a_stop_between_check_and_change_wins(
    office: Office, meanwhile: dict[str, str], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Any] = access.lock_company

    def meanwhile_first(company_id: int) -> Any:
        User.objects.filter(pk=office.general.pk).update(**meanwhile)
        return real(company_id)

    monkeypatch.setattr(access, "lock_company", meanwhile_first)
    with pytest.raises(error):
        own_mail(office.general, cast.PASSWORD, "own@example.com")
    assert again(office.general).mail == office.general.mail
    assert told("メールアドレス") == []


def test_the_reasons_that_are_told_are_for_cells_that_are_empty() -> None:
    for (whom, act), sentence in policy.WHY_NOT.items():
        assert act not in policy.MAY.get((User.Kind.MASTER, whom), frozenset()), (whom, act)
        assert sentence.endswith("。")
    assert (User.Kind.MASTER, Whom.STRANGER) not in policy.MAY
    assert all(acts <= frozenset(Act) for acts in policy.MAY.values())


@pytest.mark.parametrize("initial", ["atarashii1", "ATARASHII1"])
def test_an_initial_password_is_not_the_login_id(initial: str) -> None:
    problem = policy.initial_password_problem(initial=initial, login_id="d-atarashii1")
    assert problem == "ログインIDと同じものは使えません。"
    assert policy.initial_password_problem(initial=initial, login_id="d-betsunoid") is None
