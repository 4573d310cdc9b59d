"""The common attack on corporate banking, from beginning to end.

「電子証明書の期限が切れました。お手続きのため、画面のとおりに入力してください。」 A master believes the
call and types his login ID and both login passwords, the initial one and his own, into a page that looks
like ours. Below is what the caller then does with them. He is a customer himself, with a certificate of
his own.

What he could not learn by telephone: the 取得コード (a sheet of its own, worth nothing after the fetch) and
the private key (it never left the master's machine). The master's certificate itself is public. Sending it
without its key is stopped by the TLS handshake, in front of the application; the tests of the running
service show that. Here it is shown at the door that asks for none.
"""

import urllib.parse
from typing import Any

import pytest

from accounts.models import LoginRecord, User, UserSession
from certs.actions.issuing import issue
from certs.models import ClientCertificate, Issue
from certs.policy import REFUSALS, Refusal
from certs.views.fetch import REFUSED
from erec.doors import CERT, ENTRY
from erec.trail.models import Entry, Outbox
from tests import cast

CODE = "2345-6789-ABCD-EFGH"  # as good a guess as any


class Call:
    """After the call: the victim, what he said, and the caller's own certificate at the same bank."""

    def __init__(self) -> None:
        _, (starter,) = cast.company()
        self.victim = cast.fetched(starter.user)
        self.login_id: str = starter.user.login_id
        self.passwords = (starter.initial_password, cast.PASSWORD)
        self.caller = cast.master()
        self.caller.password = "kakeru4649"
        cast.with_password(self.caller.user, self.caller.password)
        self.told = set(Outbox.objects.values_list("pk", flat=True))
        self.written = set(Entry.objects.values_list("chain", "position"))
        self.before = self.rows_of_victim()

    def rows_of_victim(self) -> tuple[Any, ...]:
        user = self.victim.user
        return (
            User.objects.filter(pk=user.pk).values_list().get(),
            list(ClientCertificate.everyone.filter(user=user).values_list()),
            list(Issue.objects.filter(user=user).values_list()),
            list(UserSession.objects.filter(user=user).values_list()),
            list(LoginRecord.objects.filter(user=user).values_list()),
        )

    def trail(self) -> list[tuple[str, str]]:
        """What was written down since the call: event and reason."""
        news = [row for row in Entry.objects.all() if (row.chain, row.position) not in self.written]
        return sorted((row.event, row.detail.get("reason", row.detail.get("result", ""))) for row in news)

    def mails(self) -> list[tuple[str, str]]:
        rows = Outbox.objects.exclude(pk__in=self.told)
        return sorted(rows.values_list("to", "subject"))

    def fetch(self, password: str, code: str = CODE) -> Any:
        csr = cast.csr_for(cast.new_key(), self.login_id)
        typed = {"login_id": self.login_id, "password": password, "code": code, "csr": csr}
        return cast.entry().post_json("/api/certificates", typed)


@pytest.fixture
def call(db: None) -> Call:
    return Call()


def title_of(response: Any) -> str:
    page = response.content.decode()
    return str(page.partition("<h1>")[2].partition("</h1>")[0])


def test_the_fetch_gives_him_nothing_and_writes_to_nobody(call: Call) -> None:
    for password in call.passwords:
        for code in (CODE, "", "0" * 16):
            response = call.fetch(password, code)
            assert response.status_code == (403 if code else 400)
            assert "BEGIN" not in response.content.decode()
    assert call.fetch(cast.PASSWORD).json() == {"error": "refused", "message": REFUSED}
    assert call.rows_of_victim() == call.before
    assert call.mails() == []
    assert call.trail() == [("certificate.fetch_refused", "no_such_code")] * 5


def test_a_new_right_to_fetch_that_waits_for_the_victim_does_not_help_him(call: Call) -> None:
    """The machine was replaced: the code lies in an envelope. What he knows is still not enough."""
    issue(call.victim.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN, reissue=True)
    open_right = call.rows_of_victim()
    for _ in range(20):
        assert call.fetch(cast.PASSWORD).status_code == 403
    assert call.rows_of_victim() == open_right


def test_the_code_of_his_own_right_does_not_open_the_victim_s(call: Call) -> None:
    _, code = issue(call.caller.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    for password in (*call.passwords, call.caller.password):
        assert call.fetch(password, code).status_code == 403
    assert call.rows_of_victim() == call.before
    assert Issue.objects.get(user=call.caller.user, fetched_at=None, cancelled_at=None).wrong_passwords == 0


def test_the_page_of_the_fetch_takes_no_form(call: Call) -> None:
    response = cast.entry().post("/certificate/", {"login_id": call.login_id, "password": cast.PASSWORD})
    assert response.status_code == 405
    assert call.rows_of_victim() == call.before


def test_the_cert_door_asks_for_a_certificate_before_it_looks_at_a_password(call: Call) -> None:
    stranger = cast.DoorClient(CERT)
    for path in ("/login", "/password/first", "/password", "/certificates/renew"):
        for password in call.passwords:
            typed = {"login_id": call.login_id, "password": password, "current": password}
            response = stranger.post(path, {**typed, "new": "nottoru999", "again": "nottoru999"})
            assert response.status_code == 403
            assert title_of(response) == REFUSALS[Refusal.NONE].title
            assert not any(morsel.value for n, morsel in response.cookies.items() if "session" in n)
    assert call.rows_of_victim() == call.before
    assert call.mails() == []
    assert call.trail() == [("certificate.refused", "none")] * 8


def test_with_his_own_certificate_the_victim_s_password_counts_against_himself(call: Call) -> None:
    for path in ("/login", f"/login?login_id={call.login_id}&username={call.login_id}"):
        for password in call.passwords:
            response = call.caller.client.post(path, {"login_id": call.login_id, "password": password})
            assert response.status_code == 422
            assert call.caller.user.login_id in response.content.decode()
            assert call.login_id not in response.content.decode()
    assert User.objects.get(pk=call.caller.user.pk).login_strikes == 4
    assert call.rows_of_victim() == call.before
    assert call.trail() == [("login.refused", "wrong")] * 4


def test_logged_in_as_himself_he_reaches_nothing_of_the_victim(call: Call) -> None:
    client, serial = call.caller.client, call.victim.certificate.serial
    assert call.caller.log_in().status_code == 302
    for ask in (client.get, client.post):
        assert ask(f"/certificates/{serial}/stop").status_code == 404
    for path in ("/portal", "/certificates", "/history/logins?of=company", "/services"):
        page = client.get(path, {"login_id": call.login_id, "of": "company"})
        assert page.status_code == 200
        assert call.login_id not in page.content.decode()
        assert serial[:8] not in page.content.decode()
    typed = {"current": cast.PASSWORD, "new": "nottoru999", "again": "nottoru999", "user": call.login_id}
    assert client.post("/password", typed).status_code == 422  # the victim's password is wrong for him
    renewed = client.post_json(
        "/certificates/renew",
        {"csr": cast.csr_for(cast.new_key(), call.login_id), "login_id": call.login_id, "serial": serial},
    )
    assert (renewed.status_code, renewed.json()["error"]) == (409, "not_in_window")
    assert call.rows_of_victim() == call.before


def test_an_old_certificate_from_the_rubbish_no_longer_opens(call: Call, clock: cast.Clock) -> None:
    """Here he even has the key: a laptop that was thrown away. Its certificate ended yesterday."""
    clock.forward(days=366)
    laptop = cast.DoorClient(CERT, pem=call.victim.certificate.pem)
    for path in ("/login", "/certificates/renew"):
        response = laptop.post(path, {"password": cast.PASSWORD})
        assert (response.status_code, title_of(response)) == (403, REFUSALS[Refusal.EXPIRED].title)
    assert call.rows_of_victim()[:4] == call.before[:4]
    assert call.trail() == [("certificate.refused", "expired")] * 2
    assert call.mails() == []


def test_the_public_certificate_is_worth_nothing_where_no_key_is_asked_for(call: Call) -> None:
    pem = call.victim.certificate.pem
    headers = {
        "X-Erec-Client-Cert": urllib.parse.quote(pem, safe=""),
        "X-Erec-Client-Verify": "SUCCESS",
        "X-Ssl-Client-Cert": urllib.parse.quote(pem, safe=""),
    }
    client = cast.DoorClient(ENTRY)
    for path in ("/login", "/services", "/certificates/renew", "/password"):
        assert client.post(path, {"password": cast.PASSWORD}, headers=headers).status_code == 404
    typed = {"login_id": call.login_id, "password": cast.PASSWORD, "code": pem, "csr": pem}
    assert client.post_json("/api/certificates", typed, headers=headers).status_code == 400
    assert call.rows_of_victim() == call.before
    assert call.mails() == []


def test_after_it_all_the_victim_works_on_as_if_nothing_had_been(call: Call) -> None:
    for _ in range(10):
        call.fetch("chigau1234")
        call.fetch(cast.PASSWORD)
    assert call.victim.log_in().status_code == 302
    assert call.victim.client.get("/services").status_code == 200
