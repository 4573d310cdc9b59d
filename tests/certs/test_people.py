"""Who may what on whom, cell by cell; stopping, deleting, resuming; two masters at once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection

from accounts.actions.users import NewUser, change_user, create_user, reset_password, unlock_user
from accounts.errors import AccountsError, AlreadyThere, Changed, LastMaster, NotAllowed, NotUsable, Stale
from accounts.models import User, UserSession
from accounts.policy import Act
from certs import access
from certs.actions.issuing import issue, remake_code
from certs.actions.people import delete_user, resume_user, suspend_user
from certs.actions.revocation import Ended, revoke
from certs.models import ClientCertificate, Issue, RevocationReason
from erec.trail.models import Entry
from tests import cast
from tests.portal import HERE, Office, again, last_event, rows, seen_now, told

LEFT = RevocationReason.AFFILIATION_CHANGED

# Domain facts §1.4 and §3.1, by hand: master on himself, another master, a general user, a stranger; general
# user on himself, a master, another general user, a stranger. ○ may, × may not.
CELLS = {
    #                    master on                       general on
    #                    self  other  general  stranger  self  master  other  stranger
    Act.CHANGE: "        ○     ○      ○        ×         ×     ×       ×      ×",
    Act.SUSPEND: "       ○     ○      ○        ×         ○     ×       ×      ×",
    Act.RESUME: "        ×     ○      ○        ×         ×     ×       ×      ×",
    Act.UNLOCK: "        ×     ○      ○        ×         ×     ×       ×      ×",
    Act.RESET: "         ×     ○      ○        ×         ×     ×       ×      ×",
    Act.DELETE: "        ×     ○      ○        ×         ×     ×       ×      ×",
    Act.CERTIFY_FIRST: " ×     ○      ○        ×         ×     ×       ×      ×",
    Act.CERTIFY_AGAIN: " ×     ×      ○        ×         ×     ×       ×      ×",
    Act.REVOKE: "        ○     ○      ○        ×         ○     ×       ×      ×",
}
COLUMNS = (
    ("master", "master"),
    ("master", "colleague"),
    ("master", "general"),
    ("master", "stranger"),
    ("general", "general"),
    ("general", "master"),
    ("general", "other_general"),
    ("general", "stranger"),
)


def do(act: Act, acting: User, user: User) -> None:
    """That act, on a user who is made ready for it (locked for an unlock, and so on)."""
    who: dict[str, Any] = {"acting_user": acting, **HERE}
    actions: dict[Act, Callable[[], Any]] = {
        Act.CHANGE: lambda: change_user(user, name="変更後", mail=user.mail, seen=seen_now(user), **who),
        Act.SUSPEND: lambda: suspend_user(user, LEFT, **who),
        Act.RESUME: lambda: resume_user(user, **who),
        Act.UNLOCK: lambda: unlock_user(user, **who),
        Act.RESET: lambda: reset_password(user, initial_password="atarashii1", seen=seen_now(user), **who),
        Act.DELETE: lambda: delete_user(user, LEFT, seen=seen_now(user), **who),
        Act.CERTIFY_FIRST: lambda: issue(user, **who),
        Act.CERTIFY_AGAIN: lambda: issue(user, reissue=True, **who),
        Act.REVOKE: lambda: revoke(ClientCertificate.everyone.get(user=user), LEFT, **who),
    }
    actions[act]()


def make_ready(act: Act, user: User) -> None:
    if act in (Act.CERTIFY_AGAIN, Act.REVOKE):
        cast.fetched(user)
    if act is Act.UNLOCK:
        User.objects.filter(pk=user.pk).update(login_strikes=6, login_locked_at=cast.AT)
    if act is Act.RESUME:
        User.objects.filter(pk=user.pk).update(status=User.Status.SUSPENDED)


@pytest.mark.django_db
@pytest.mark.parametrize("column", range(len(COLUMNS)), ids=[f"{a} on {b}" for a, b in COLUMNS])
@pytest.mark.parametrize("act", list(Act), ids=lambda act: act.name)
def test_who_may_what_on_whom(act: Act, column: int) -> None:
    office = Office.open()
    who, whom = COLUMNS[column]
    acting: User = getattr(office, who)
    target: User = cast.company()[1][0].user if whom == "stranger" else getattr(office, whom)
    make_ready(act, target)
    before = rows()
    if CELLS[act].split()[column] == "○":
        do(act, acting, target)
        assert rows() != before
        assert last_event()[1:] == (acting.login_id, target.login_id)
    else:
        with pytest.raises(NotAllowed):
            do(act, acting, target)
        assert rows() == before


@pytest.mark.django_db
@pytest.mark.parametrize("act", list(Act), ids=lambda act: act.name)
@pytest.mark.parametrize("state", ["suspended", "deleted"])
def test_a_master_who_was_stopped_a_moment_ago_may_nothing(act: Act, state: str) -> None:
    office = Office.open()
    make_ready(act, office.general)
    User.objects.filter(pk=office.master.pk).update(status=state)
    before = rows()
    with pytest.raises(NotAllowed):
        do(act, office.master, office.general)
    assert rows() == before


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "word"), [("stop", "user.suspended"), ("delete", "user.deleted")])
def test_a_stop_and_a_deletion_end_everything_in_the_same_act(kind: str, word: str) -> None:
    office = Office.open()
    person = cast.fetched(office.general)
    cast.fetched(person.user)
    issue(person.user, acting_user=office.master, **HERE)
    person.log_in()
    if kind == "stop":
        ended = suspend_user(person.user, LEFT, acting_user=office.master, **HERE)
    else:
        seen = seen_now(person.user)
        ended = delete_user(person.user, LEFT, acting_user=office.master, seen=seen, **HERE)
    assert ended == Ended(certificates=2, rights=1, sessions=1)
    assert not ClientCertificate.objects.filter(user=person.user).exists()
    assert access.open_issue(person.user) is None
    assert UserSession.objects.get(user=person.user).ended_because == "stopped"
    entry = Entry.objects.filter(event=word).get()
    assert entry.detail == {"reason": "affiliationChanged", "revoked": 2, "rights": 1, "sessions": 1}
    assert person.client.get("/services").status_code == 403
    assert person.user.mail in told("電子証明書が失効しました")
    assert office.company.contact_mail in told("電子証明書が失効しました")


@pytest.mark.django_db
def test_a_deleted_users_row_stays_and_nothing_more_is_done_on_it() -> None:
    office = Office.open()
    user = office.general
    delete_user(user, LEFT, acting_user=office.master, seen=seen_now(user), **HERE)
    assert (again(user).status, again(user).name) == ("deleted", user.name)
    before = rows()
    acts: tuple[Callable[[], Any], ...] = (
        lambda: delete_user(user, LEFT, acting_user=office.master, seen=seen_now(user), **HERE),
        lambda: suspend_user(user, LEFT, acting_user=office.master, **HERE),
        lambda: resume_user(user, acting_user=office.master, **HERE),
        lambda: issue(user, acting_user=office.master, **HERE),
        lambda: remake_code(user, acting_user=office.master, **HERE),
    )
    for act in acts:
        with pytest.raises(NotUsable):
            act()
    assert rows() == before


@pytest.mark.django_db
def test_who_was_renamed_since_the_page_was_opened_is_not_deleted_but_stopped() -> None:
    office = Office.open()
    looked_at = seen_now(office.general)
    User.objects.filter(pk=office.general.pk).update(name="改姓 した人")
    before = rows()
    with pytest.raises(Changed):
        delete_user(office.general, LEFT, acting_user=office.master, seen=looked_at, **HERE)
    assert rows() == before
    suspend_user(office.general, LEFT, acting_user=office.master, **HERE)
    assert again(office.general).status == "suspended"


@pytest.mark.django_db
def test_the_last_master_stops_himself_only_knowingly() -> None:
    _, (starter,) = cast.company()
    user = starter.user
    before = rows()
    with pytest.raises(LastMaster):
        suspend_user(user, LEFT, acting_user=user, **HERE)
    assert rows() == before
    suspend_user(user, LEFT, acting_user=user, even_the_last=True, **HERE)
    assert again(user).status == "suspended"


@pytest.mark.django_db
def test_where_two_masters_are_demanded_the_second_is_stopped_but_not_deleted(settings: Any) -> None:
    settings.PARAMETERS = {**settings.PARAMETERS, "masters_min": 2}
    office = Office.open()
    seen = seen_now(office.colleague)
    before = rows()
    with pytest.raises(LastMaster):
        delete_user(office.colleague, LEFT, acting_user=office.master, seen=seen, **HERE)
    assert rows() == before
    suspend_user(office.colleague, LEFT, acting_user=office.master, **HERE)
    delete_user(office.colleague, LEFT, acting_user=office.master, seen=seen_now(office.colleague), **HERE)
    assert again(office.colleague).status == "deleted"


@pytest.mark.django_db
def test_an_issue_and_a_remade_code_are_told_and_a_changed_standing_stops_them() -> None:
    office = Office.open()
    nothing_yet = access.standing(office.general)
    right, _ = issue(office.general, acting_user=office.master, standing=nothing_yet, **HERE)
    addresses = sorted(
        [office.general.mail, office.master.mail, office.colleague.mail, office.company.contact_mail]
    )
    assert set(addresses) <= set(told("電子証明書を取得できるようになりました"))
    standing = access.standing(office.general)
    remake_code(office.general, acting_user=office.colleague, standing=standing, **HERE)
    assert told("取得コードが作り直されました") == addresses
    before = rows()
    with pytest.raises(Stale):
        remake_code(office.general, acting_user=office.master, standing=standing, **HERE)
    with pytest.raises(Stale):
        issue(office.general, acting_user=office.master, standing=nothing_yet, **HERE)
    assert rows() == before
    assert Issue.objects.get(user=office.general, cancelled_at=None).pk == right.pk


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Each in a thread of its own, let go together; what came of each, by the name of the refusal."""
    outcomes = [""] * len(acts)
    together = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], Any]) -> None:
        together.wait()
        try:
            act()
            outcomes[number] = "done"
        except AccountsError as refused:
            outcomes[number] = type(refused).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["delete", "stop"])
def test_of_two_masters_who_end_each_other_at_once_one_stays(verb: str) -> None:
    office = Office.open()
    pairs = ((office.master, office.colleague), (office.colleague, office.master))
    seen = {user.pk: seen_now(user) for user, _ in pairs}

    def end(acting: User, user: User) -> Callable[[], Any]:
        if verb == "stop":
            return lambda: suspend_user(user, LEFT, acting_user=acting, **HERE)
        return lambda: delete_user(user, LEFT, acting_user=acting, seen=seen[user.pk], **HERE)

    assert sorted(at_once(*(end(*pair) for pair in pairs))) == ["NotAllowed", "done"]
    assert User.objects.filter(company=office.company, kind="master", status="active").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_masters_who_change_one_user_at_once_the_second_is_told() -> None:
    office = Office.open()
    seen = seen_now(office.general)

    def change(acting: User, name: str) -> Callable[[], Any]:
        return lambda: change_user(
            office.general, name=name, mail=office.general.mail, acting_user=acting, seen=seen, **HERE
        )

    outcomes = at_once(change(office.master, "一人目"), change(office.colleague, "二人目"))
    assert sorted(outcomes) == ["Changed", "done"]
    assert again(office.general).name == ("一人目" if outcomes[0] == "done" else "二人目")
    assert Entry.objects.filter(event="user.changed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_deletion_against_a_reset_leaves_the_user_deleted() -> None:
    office = Office.open()
    user, seen = office.general, seen_now(office.general)
    outcomes = at_once(
        lambda: delete_user(user, LEFT, acting_user=office.master, seen=seen, **HERE),
        lambda: reset_password(
            user, initial_password="atarashii1", acting_user=office.colleague, seen=seen, **HERE
        ),
    )
    assert outcomes in (["done", "done"], ["done", "NotUsable"])
    assert again(user).status == "deleted"
    assert check_password("atarashii1", again(user).password) == (outcomes[1] == "done")


@pytest.mark.django_db(transaction=True)
def test_one_id_is_given_once_and_one_right_is_opened_once_by_two_masters_at_once() -> None:
    office = Office.open()

    def create(acting: User) -> Callable[[], Any]:
        new = NewUser("d-onajiid1", "同じ", "same@example.com")
        return lambda: create_user(acting_user=acting, kind=User.Kind.GENERAL, new=new, **HERE)

    both = (office.master, office.colleague)
    assert sorted(at_once(*map(create, both))) == [AlreadyThere.__name__, "done"]
    assert User.objects.filter(login_id="d-onajiid1").count() == 1
    standing = access.standing(office.general)

    def certify(acting: User) -> Callable[[], Any]:
        return lambda: issue(office.general, acting_user=acting, standing=standing, **HERE)

    assert sorted(at_once(*map(certify, both))) == ["Stale", "done"]
    assert Issue.objects.filter(user=office.general).count() == 1
