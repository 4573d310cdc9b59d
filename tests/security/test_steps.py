"""Steps in the wrong order, forms sent twice, two tabs, the back button, and the ends of a session."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.actions.users import reset_password
from accounts.models import User, UserSession
from accounts.sessions import hash_of
from certs.views.login import services
from erec.doors import CERT
from erec.trail.models import Entry
from tests import cast

SESSION = "__Host-erec-cert-session"
NEW = "atarashii55"


@pytest.fixture
def beginner(untouched: None) -> cast.Person:
    """Somebody at his first login, with the initial password."""
    _, (starter,) = cast.company()
    return cast.fetched(starter.user, password=starter.initial_password)


def tab(person: cast.Person) -> cast.DoorClient:
    """Another browser of the same person, without cookies."""
    return cast.DoorClient(CERT, pem=person.certificate.pem)


def key_of(client: cast.DoorClient) -> str:
    return str(client.cookies[SESSION].value)


def change(client: Any, current: str, new: str = NEW, path: str = "/password", **more: str) -> Any:
    return client.post(path, {"current": current, "new": new, "again": new, **more})


def ended(user: User) -> str:
    return UserSession.objects.get(user=user).ended_because


def test_a_deep_link_before_the_login_leads_there_afterwards(person: cast.Person) -> None:
    response = person.client.get("/history/logins?of=company&before=7")
    assert response.status_code == 302
    link = urlsplit(response.headers["Location"])
    assert (link.path, parse_qs(link.query)) == ("/login", {"next": ["/history/logins?of=company&before=7"]})
    page = person.client.get(response.headers["Location"]).content.decode()
    assert '<input type="hidden" name="next" value="/history/logins?of=company&amp;before=7">' in page
    response = person.client.post(
        "/login", {"password": person.password, "next": "/history/logins?of=company&before=7"}
    )
    assert response.headers["Location"] == "/history/logins?of=company&before=7"


def test_a_deep_link_before_the_forced_change_leads_to_it(beginner: cast.Person) -> None:
    beginner.client.post("/login", {"password": beginner.password, "next": "/densai"})
    for path in ("/densai", "/services", "/password", "/portal", "/certificates"):
        assert beginner.client.get(path).headers["Location"] == "/password/first"
    assert beginner.client.post("/densai/enter").headers["Location"] == "/password/first"
    assert UserSession.objects.get(user=beginner.user).densai_entered_at is None


def test_the_forced_change_cannot_be_gone_around_by_the_other_change(beginner: cast.Person) -> None:
    beginner.log_in()
    assert change(beginner.client, beginner.password).headers["Location"] == "/password/first"
    assert User.objects.get(pk=beginner.user.pk).password_is_initial


def test_after_the_forced_change_its_page_leads_on(beginner: cast.Person) -> None:
    beginner.log_in()
    response = change(beginner.client, beginner.password, path="/password/first")
    assert response.headers["Location"] == "/services"
    assert beginner.client.get("/password/first").headers["Location"] == "/services"
    assert change(beginner.client, NEW, "mouikkai66", "/password/first").headers["Location"] == "/services"
    assert beginner.client.get("/services").status_code == 200


def test_the_initial_password_is_good_for_one_login(beginner: cast.Person) -> None:
    assert beginner.log_in().status_code == 302
    beginner.client.post("/logout")
    response = beginner.log_in()
    assert response.status_code == 422
    assert "この初回ログインパスワードは、すでに1回使われています。" in response.content.decode()
    assert ended(beginner.user) == "logout"
    assert change(beginner.client, beginner.password, path="/password/first").status_code == 302
    assert User.objects.get(pk=beginner.user.pk).password_is_initial


def test_the_service_is_not_there_before_it_is_entered(person: cast.Person) -> None:
    person.log_in()
    assert person.client.get("/densai").headers["Location"] == "/services"
    person.client.post("/densai/enter")
    assert person.client.get("/densai").headers["Location"] == "/densai/approval-password/first"
    person.client.post("/densai/leave")
    assert person.client.get("/densai").headers["Location"] == "/services"


def test_a_login_form_sent_twice_leaves_one_session(person: cast.Person) -> None:
    person.log_in()
    first = key_of(person.client)
    assert person.log_in().status_code == 302
    assert key_of(person.client) != first
    row = UserSession.objects.get(user=person.user)
    assert (row.key_hash, row.ended_at) == (hash_of(key_of(person.client)), None)
    assert (row.previous_key_hash, row.previous_ended_because) == (hash_of(first), "replaced")
    assert User.objects.get(pk=person.user.pk).login_strikes == 0


def test_a_login_form_that_is_replayed_with_its_token_is_refused(person: cast.Person) -> None:
    client = tab(person)
    client.handler.enforce_csrf_checks = True
    token = {"csrfmiddlewaretoken": client.get("/login").context["csrf_token"], "password": person.password}
    headers = {"Host": "localhost", "Origin": "https://localhost"}
    assert client.post("/login", token, headers=headers).status_code == 302
    first = key_of(client)
    assert client.post("/login", token, headers=headers).status_code == 403  # the token changed at login
    assert UserSession.objects.get(user=person.user).key_hash == hash_of(first)
    assert client.get("/services").status_code == 200


def test_a_password_form_sent_twice_changes_once_and_then_counts_as_wrong(person: cast.Person) -> None:
    person.log_in()
    assert change(person.client, person.password).status_code == 302
    stored = User.objects.get(pk=person.user.pk).password
    again = change(person.client, person.password)
    assert again.status_code == 422
    assert "現ログインパスワードが違います。あと5回間違えるとロックされます。" in again.content.decode()
    user = User.objects.get(pk=person.user.pk)
    assert (user.password, user.login_strikes) == (stored, 1)
    assert Entry.objects.filter(event="login.password_changed").count() == 1


def test_guesses_at_the_password_change_lock_and_stand_in_the_trail(person: cast.Person) -> None:
    """Whoever finds an unlocked screen may not try passwords there unseen."""
    person.log_in()
    for _ in range(6):
        assert change(person.client, "chigau1234").status_code == 422
    user = User.objects.get(pk=person.user.pk)
    assert (user.login_strikes, user.login_locked_at) == (6, cast.AT)
    # The sixth ended the session too: whoever is there stands before the login, and that is locked.
    assert change(person.client, person.password).headers["Location"] == "/login?ended=locked"
    assert person.log_in().status_code == 422
    written = Entry.objects.filter(chain=user.company_id, event__in=["login.refused", "login.locked"])
    assert written.filter(event="login.locked").count() == 1
    assert written.filter(event="login.refused").count() == 6


def test_a_service_that_is_entered_from_two_tabs_is_entered_once(person: cast.Person) -> None:
    person.log_in()
    for _ in range(2):
        assert person.client.post("/densai/enter").headers["Location"] == "/densai"
    assert Entry.objects.filter(event="densai.entered").count() == 1
    for _ in range(2):
        assert person.client.post("/densai/leave").headers["Location"] == "/densai/left"
    assert Entry.objects.filter(event="densai.left").count() == 1


def test_the_back_button_after_the_logout_changes_nothing(person: cast.Person) -> None:
    person.log_in()
    key = key_of(person.client)
    assert person.client.post("/logout").headers["Location"] == "/logged-out"
    assert person.client.cookies[SESSION].value == ""
    person.client.cookies[SESSION] = key  # a browser that kept it
    users, rows = (list(model.objects.values_list()) for model in (User, UserSession))
    posts = {
        "/password": {"current": person.password, "new": NEW, "again": NEW},
        "/densai/enter": {},
        "/densai/leave": {"both": "1"},
        "/session/extend": {},
        f"/certificates/{person.certificate.serial}/stop": {},
        "/logout": {},
    }
    for path, typed in posts.items():
        response = person.client.post(path, typed)
        person.client.cookies[SESSION] = key
        assert (path, response.status_code, response.headers["Location"]) == (
            path,
            302,
            "/login?ended=logout",
        )
    assert (list(User.objects.values_list()), list(UserSession.objects.values_list())) == (users, rows)
    assert "ログアウトしました。" in person.client.get("/login?ended=logout").content.decode()


def test_pages_are_kept_in_no_cache_so_that_back_shows_nothing(person: cast.Person) -> None:
    person.log_in()
    for path in ("/services", "/password", "/history/logins", "/certificates", "/portal", "/login"):
        assert person.client.get(path).headers["Cache-Control"] == "no-store"


def test_one_button_of_the_service_ends_both(person: cast.Person) -> None:
    person.log_in()
    person.client.post("/densai/enter")
    assert person.client.post("/densai/leave", {"both": "1"}).headers["Location"] == "/logged-out"
    assert ended(person.user) == "logout"


AWAY = [
    "//evil.example",
    "///evil.example",
    "////evil.example/",
    "https://evil.example",
    "HTTPS://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x01//evil.example",
    "\u3000//evil.example",
    "evil.example",
    "@evil.example",
    ".evil.example",
    "services",
    "",
    "?x=1",
    "https://localhost:8444@evil.example/",
    "//localhost:8444@evil.example/",
    "//[evil",
]


@pytest.mark.parametrize("wanted", AWAY)
def test_next_leads_nowhere_else(wanted: str, person: cast.Person) -> None:
    response = person.client.post("/login", {"password": person.password, "next": wanted})
    assert (response.status_code, response.headers["Location"]) == (302, "/services")


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/certificates", "/certificates"),
        ("/a\r\nSet-Cookie: x=1", "/a%0D%0ASet-Cookie:%20x=1"),
        ("/history?next=//evil.example", "/history?next=//evil.example"),
        ("/..//evil.example", "/..//evil.example"),
        ("/電子", "/%E9%9B%BB%E5%AD%90"),
    ],
)
def test_next_leads_only_within_this_door(wanted: str, leads_to: str, person: cast.Person) -> None:
    response = person.client.post("/login", {"password": person.password, "next": wanted})
    assert (response.status_code, response.headers["Location"]) == (302, leads_to)


def test_the_reason_in_the_address_chooses_among_our_own_sentences(person: cast.Person) -> None:
    for made_up in ("<b>x</b>", "hacked", "https://evil.example"):
        page = person.client.get("/login", {"ended": made_up}).content.decode()
        assert "もう一度ログインしてください。" not in page
        assert made_up not in page


def test_a_key_that_was_there_before_the_login_is_not_the_session_s(person: cast.Person) -> None:
    planted = "planted0planted1planted2planted3"
    person.client.cookies[SESSION] = planted
    person.log_in()
    assert key_of(person.client) != planted
    other = tab(person)
    other.cookies[SESSION] = planted
    assert other.get("/services").headers["Location"] == "/login?next=%2Fservices"


def test_the_key_changes_with_the_password_and_the_old_one_is_dead(person: cast.Person) -> None:
    person.log_in()
    old = key_of(person.client)
    change(person.client, person.password)
    assert key_of(person.client) != old
    assert person.client.get("/services").status_code == 200
    thief = tab(person)
    thief.cookies[SESSION] = old
    assert urlsplit(thief.get("/services").headers["Location"]).path == "/login"
    assert person.client.get("/services").status_code == 200  # and the owner is not thrown out by him


def test_a_password_that_is_reset_ends_the_session(person: cast.Person) -> None:
    person.log_in()
    reset_password(person.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    assert person.client.get("/services").headers["Location"] == "/login?ended=password&next=%2Fservices"


def test_fifteen_minutes_without_a_click_end_the_session(person: cast.Person, clock: cast.Clock) -> None:
    person.log_in()
    clock.forward(minutes=14, seconds=59)
    assert person.client.get("/services").status_code == 200
    clock.forward(minutes=15)
    response = person.client.get("/services")
    assert response.headers["Location"] == "/login?ended=idle&next=%2Fservices"
    assert (ended(person.user), person.client.cookies[SESSION].value) == ("idle", "")
    page = person.client.get(response.headers["Location"]).content.decode()
    assert "一定時間操作がなかったため、ログアウトしました。もう一度ログインしてください。" in page


def test_ten_hours_end_it_however_busy(person: cast.Person, clock: cast.Clock) -> None:
    person.log_in()
    for _ in range(42):
        clock.forward(minutes=14)
        assert person.client.post("/session/extend").status_code == 200
    clock.forward(minutes=11, seconds=59)
    assert person.client.post("/session/extend").json() == {"expires_in": 1}
    clock.forward(seconds=1)
    assert person.client.get("/services").headers["Location"] == "/login?ended=absolute&next=%2Fservices"
    assert ended(person.user) == "absolute"


def test_a_view_that_polls_does_not_keep_the_session_alive(
    person: cast.Person, clock: cast.Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.log_in()
    monkeypatch.setattr(services, "polls", True, raising=False)
    for _ in range(14):
        clock.forward(minutes=1)
        assert person.client.get("/services").status_code == 200
    assert UserSession.objects.get(user=person.user).last_seen_at == cast.AT
    clock.forward(minutes=1)
    assert person.client.get("/services").headers["Location"] == "/login?ended=idle&next=%2Fservices"


def test_a_program_is_told_in_json_that_the_session_is_over(person: cast.Person) -> None:
    response = person.client.post("/session/extend", headers={"Accept": "application/json"})
    assert response.status_code == 401
    assert response.json() == {"error": "logged_out", "message": "ログインし直してください。"}


def test_the_newest_session_wins_and_the_older_is_told_why(person: cast.Person) -> None:
    person.log_in()
    newer = tab(person)
    assert newer.post("/login", {"password": person.password}).status_code == 302
    response = person.client.get("/services")
    assert response.headers["Location"] == "/login?ended=replaced&next=%2Fservices"
    page = person.client.get(response.headers["Location"]).content.decode()
    assert "別の画面で新しくログインしたため、こちらは終了しました。" in page
    assert newer.get("/services").status_code == 200
    assert UserSession.objects.filter(user=person.user).count() == 1
