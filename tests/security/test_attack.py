"""ID and passwords alone are worth nothing: every URL of both doors, in every state that a user can be in.

The attacker knows the login ID, every login password the victim ever had and the approval password, and has
neither certificate nor 取得コード. All of it is sent under every name that a field might have, each one in
every password field, with forged headers, at both doors. The URLs come from the resolvers and the field names
from the forms, so what is added is attacked too.
"""

import base64
import datetime as dt
import json
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django import forms

from accounts.actions.companies import stop_company
from accounts.actions.users import reset_password
from accounts.models import LoginRecord, User, UserSession
from certs.actions.issuing import issue
from certs.actions.people import suspend_user
from certs.actions.revocation import revoke
from certs.authority import authority
from certs.models import ClientCertificate, Issue, RevocationReason
from erec.doors import CERT, ENTRY
from erec.fields import CodeField, LoginIdField, SecretField
from erec.members.catalogue import EVERY_GRANT, Tick
from erec.members.models import AccountRight, ApprovalPassword, BusinessRight, Member
from erec.trail.models import Outbox
from tests import cast
from tests.erec.members.cast_members import APPROVAL, colleague, enter, give, master, member_of
from tests.security import walk
from tests.security.walk import Url, every_form

DAY = dt.timedelta(days=1)
FORM = "application/x-www-form-urlencoded"
WRONG_CODE = "2345-6789-ABCD-EFGH"
WANTED = "nottoru999"  # the password that the attacker would like the victim to have


@dataclass(frozen=True)
class Victim:
    """Somebody in one of the states, and all the passwords, of both kinds, that were got out of him."""

    user: User
    passwords: tuple[str, ...]
    certificate: ClientCertificate | None = None


def ready_to_fetch(clock: cast.Clock) -> Victim:
    _, (starter,) = cast.company()
    return Victim(starter.user, (starter.initial_password,))


def window_over(clock: cast.Clock) -> Victim:
    victim = ready_to_fetch(clock)
    clock.forward(days=81)
    return victim


def fetched_before_the_first_login(clock: cast.Clock) -> Victim:
    _, (starter,) = cast.company()
    person = cast.fetched(starter.user, password=starter.initial_password)
    return Victim(starter.user, (starter.initial_password,), person.certificate)


def between_login_and_forced_change(clock: cast.Clock) -> Victim:
    _, (starter,) = cast.company()
    person = cast.fetched(starter.user, password=starter.initial_password)
    assert person.log_in().status_code == 302
    return Victim(starter.user, (starter.initial_password,), person.certificate)


def own_password(clock: cast.Clock) -> Victim:
    _, (starter,) = cast.company()
    person = cast.fetched(starter.user)
    return Victim(person.user, (person.password, starter.initial_password), person.certificate)


def general_user(clock: cast.Clock) -> Victim:
    company, _ = cast.company()
    person = cast.fetched(cast.general(company))
    return Victim(person.user, (person.password,), person.certificate)


def logged_in(clock: cast.Clock) -> Victim:
    person = cast.master()
    assert person.log_in().status_code == 302
    return Victim(person.user, (person.password,), person.certificate)


def with_an_approval_password(clock: cast.Clock) -> Victim:
    person = cast.master()
    member_of(person)
    return Victim(person.user, (person.password, APPROVAL), person.certificate)


def in_the_service(clock: cast.Clock) -> Victim:
    person, member = master()
    give(member, *EVERY_GRANT)
    return Victim(person.user, (person.password, APPROVAL), person.certificate)


def setting_the_first_approval_password(clock: cast.Clock) -> Victim:
    person = cast.master()
    enter(person, member_of(person, approval=None))
    return Victim(person.user, (person.password, WANTED), person.certificate)


def checker(clock: cast.Clock) -> Victim:
    boss = cast.master()
    person, member = colleague(boss)
    enter(person, give(member, ("accrual", Tick.CHECKER)))
    return Victim(person.user, (person.password, APPROVAL), person.certificate)


def checker_with_an_initial_one(clock: cast.Clock) -> Victim:
    boss = cast.master()
    person, member = colleague(boss, initial=True)
    enter(person, give(member, ("accrual", Tick.CHECKER)))
    return Victim(person.user, (person.password, APPROVAL), person.certificate)


def with_a_locked_approval_password(clock: cast.Clock) -> Victim:
    victim = in_the_service(clock)
    ApprovalPassword.objects.update(strikes=6, locked_at=cast.AT)
    return victim


def renewable(clock: cast.Clock) -> Victim:
    victim = own_password(clock)
    clock.forward(days=340)
    return victim


def expired(clock: cast.Clock) -> Victim:
    victim = own_password(clock)
    clock.forward(days=366)
    return victim


def revoked(clock: cast.Clock) -> Victim:
    person = cast.master()
    revoke(
        person.certificate, RevocationReason.KEY_COMPROMISE, acting_user=None, at=cast.AT, origin=cast.ORIGIN
    )
    return Victim(person.user, (person.password,), person.certificate)


def reissued(clock: cast.Clock) -> Victim:
    person = cast.master()
    issue(person.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN, reissue=True)
    return Victim(person.user, (person.password,), person.certificate)


def an_additional_one_to_fetch(clock: cast.Clock) -> Victim:
    person = cast.master()
    issue(person.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    return Victim(person.user, (person.password,), person.certificate)


def locked(clock: cast.Clock) -> Victim:
    person = cast.master()
    for _ in range(6):
        person.log_in("chigau1234")
    return Victim(person.user, (person.password,), person.certificate)


def password_reset(clock: cast.Clock) -> Victim:
    person = cast.master()
    initial = reset_password(person.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    return Victim(person.user, (initial, person.password), person.certificate)


def suspended(clock: cast.Clock) -> Victim:
    person = cast.master()
    suspend_user(person.user, RevocationReason.CESSATION, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    return Victim(person.user, (person.password,), person.certificate)


def deleted(clock: cast.Clock) -> Victim:
    person = cast.master()
    User.objects.filter(pk=person.user.pk).update(status=User.Status.DELETED)
    return Victim(person.user, (person.password,), person.certificate)


def of_a_stopped_company(clock: cast.Clock) -> Victim:
    person = cast.master()
    stop_company(person.user.company, because="解約", at=cast.AT, origin=cast.ORIGIN)
    return Victim(person.user, (person.password,), person.certificate)


STATES: tuple[Callable[[cast.Clock], Victim], ...] = (
    ready_to_fetch,
    window_over,
    fetched_before_the_first_login,
    between_login_and_forced_change,
    own_password,
    general_user,
    logged_in,
    with_an_approval_password,
    in_the_service,
    setting_the_first_approval_password,
    checker,
    checker_with_an_initial_one,
    with_a_locked_approval_password,
    renewable,
    expired,
    revoked,
    reissued,
    an_additional_one_to_fetch,
    locked,
    password_reset,
    suspended,
    deleted,
    of_a_stopped_company,
)

# What other proxies, other servers and other frameworks would believe. nginx strips these names or never
# passes them on; the application must not need that.
FORGED = {
    "X-Forwarded-Client-Cert": "Subject=CN",
    "Ssl-Client-Verify": "SUCCESS",
    "X-Ssl-Client-Verify": "SUCCESS",
    "X-Client-Verify": "SUCCESS",
    "X-Ssl-Client-S-Dn": "CN={login_id}",
    "X-Forwarded-User": "{login_id}",
    "X-Remote-User": "{login_id}",
    "Remote-User": "{login_id}",
    "X-User": "{login_id}",
    "X-Forwarded-Host": "localhost:8444",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "127.0.0.1",
    "X-Original-Url": "/services",
    "X-Rewrite-Url": "/services",
    "X-Http-Method-Override": "PUT",
    "Authorization": "Basic {basic}",
}
FORGED_CERTIFICATE = ("X-Ssl-Cert", "Ssl-Client-Cert", "X-Ssl-Client-Cert", "X-Client-Cert")


def forged_headers(victim: Victim, door: str) -> dict[str, str]:
    """All of the above, with the victim's public certificate wherever a certificate could be expected."""
    login_id = victim.user.login_id
    basic = base64.b64encode(f"{login_id}:{victim.passwords[0]}".encode()).decode()
    headers = {name: text.format(login_id=login_id, basic=basic) for name, text in FORGED.items()}
    if victim.certificate is not None:
        escaped = urllib.parse.quote(victim.certificate.pem, safe="")
        headers |= dict.fromkeys(FORGED_CERTIFICATE, escaped)
        der = "".join(line for line in victim.certificate.pem.splitlines() if "-----" not in line)
        headers["Client-Cert"] = f":{der}:"
        if door == ENTRY:  # at the other door this one is nginx's own word, which it never takes from outside
            headers |= {"X-Erec-Client-Cert": escaped, "X-Erec-Client-Verify": "SUCCESS"}
    return headers


def typed(login_id: str, password: str, csr: str) -> dict[str, str]:
    """Right ID and password under every name: those that people guess, and those of all our forms."""
    fields = dict.fromkeys(
        ("login_id", "loginid", "user", "user_id", "userid", "username", "id", "customer_id", "name"),
        login_id,
    )
    fields |= dict.fromkeys(("password", "pass", "login_password", "current", "old_password"), password)
    fields |= dict.fromkeys(("approval_password", "approval", "pin", "second_password"), password)
    fields |= dict.fromkeys(("new", "again", "new_password", "new_password1", "new_password2"), WANTED)
    fields |= dict.fromkeys(("code", "otp", "token", "activation_code"), WRONG_CODE)
    fields |= {"csr": csr, "next": "/services", "both": "1", "confirm": "1", "reset": "1", "unlock": "1"}
    for form in every_form():
        for name, field in form.base_fields.items():
            fields.setdefault(name, _for_field(field, login_id, password))
    return fields


def _for_field(field: forms.Field, login_id: str, password: str) -> str:
    if isinstance(field, LoginIdField):
        return login_id
    if isinstance(field, SecretField):
        return password if field.kind == "current" else WANTED
    return WRONG_CODE if isinstance(field, CodeField) else "1"


def rows() -> dict[str, list[Any]]:
    """All that a successful attack would change."""
    return {
        "users": list(User.objects.order_by("pk").values_list()),
        "sessions": list(UserSession.objects.order_by("pk").values_list()),
        "certificates": list(ClientCertificate.everyone.order_by("pk").values_list()),
        "issues": list(Issue.objects.order_by("pk").values_list()),
        "login history": list(LoginRecord.objects.order_by("pk").values_list()),
        "members": list(Member.objects.order_by("pk").values_list()),
        "business rights": list(BusinessRight.objects.order_by("pk").values_list()),
        "account rights": list(AccountRight.objects.order_by("pk").values_list()),
        "approval passwords": list(ApprovalPassword.objects.order_by("pk").values_list()),
        "mails": list(Outbox.objects.order_by("pk").values_list("key")),
    }


def gained(response: Any) -> list[str]:
    """What the attacker got out of one response; nothing, if all is well."""
    found = []
    body = response.content.decode(errors="replace")
    if ("BEGIN CERTIFICATE" in body or '"certificate"' in body) and body != authority().chain_pem:
        found.append("a certificate")
    if any("session" in name and morsel.value for name, morsel in response.cookies.items()):
        found.append("a session")
    if response.status_code >= 500:
        found.append("a failure")
    return found


def attempts(url: Url, path: str, victim: Victim, typings: list[dict[str, str]]) -> Iterator[Any]:
    """A form for each password; JSON and GET too, which at the cert door are tried with one of them.

    The cert door gets forms as browsers send them: multipart fields take longer to read than to refuse.
    """
    client = cast.DoorClient(url.door)
    headers = forged_headers(victim, url.door)
    for fields in typings:
        if url.door == ENTRY:
            yield client.post(path, fields, headers=headers)
        else:
            yield client.post(path, urllib.parse.urlencode(fields), content_type=FORM, headers=headers)
        if url.door == ENTRY or fields is typings[-1]:
            yield client.get(path, fields, headers=headers)
        if url.door == ENTRY or url.name == "renewal":  # the one there that reads JSON
            body = json.dumps(fields)
            yield client.post(path, body, content_type="application/json", headers=headers)


def tried_in(state: Any) -> list[Url]:
    """Every URL, but of the pages inside the service, which all stand behind the same middleware, each
    third: every one of them is tried in seven states, and in each state a third of them.
    """
    inside = [url for url in walk.urls(CERT) if url.path(**walk.SOMETHING).startswith("/densai")]
    left_out = {str(url) for n, url in enumerate(inside) if (n + STATES.index(state)) % 3}
    return [url for url in walk.all_urls() if str(url) not in left_out]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_id_and_all_passwords_alone_gain_nothing(state: Any, db: None, clock: cast.Clock) -> None:
    victim = state(clock)
    csr = cast.csr_for(cast.new_key(), victim.user.login_id)
    typings = [typed(victim.user.login_id, password, csr) for password in victim.passwords]
    serial = victim.certificate.serial if victim.certificate else "0"
    before = rows()
    for url in tried_in(state):
        path = url.path(**{**walk.SOMETHING, "serial": serial, "login_id": victim.user.login_id})
        for response in attempts(url, path, victim, typings):
            assert (str(url), gained(response)) == (str(url), [])
    assert rows() == before


def test_the_same_eyes_see_a_certificate_that_is_given(db: None) -> None:
    """With the right code the same request is worth something, and the attack test would say so."""
    _, (starter,) = cast.company()
    fields = typed(starter.user.login_id, starter.initial_password, cast.csr_for(cast.new_key()))
    before = rows()
    response = cast.entry().post_json("/api/certificates", {**fields, "code": starter.code})
    assert (response.status_code, gained(response)) == (201, ["a certificate"])
    after = rows()
    changed = {"certificates", "issues", "mails"}
    assert {name for name in before if before[name] != after[name]} == changed


def test_the_same_eyes_see_a_session_that_is_begun(db: None) -> None:
    person = cast.master()
    before = rows()
    response = person.client.post("/login", typed(person.user.login_id, person.password, ""))
    assert (response.status_code, gained(response)) == (302, ["a session"])
    after = rows()
    assert {name for name in before if before[name] != after[name]} == {
        "sessions",
        "certificates",
        "login history",
        "mails",
    }


def test_the_same_eyes_see_an_approval_password_that_is_changed(db: None) -> None:
    """With certificate and session, and in the service: what the attack test would see of rights."""
    person, _ = master()
    before = rows()
    response = person.client.post("/densai/approval-password", typed(person.user.login_id, APPROVAL, ""))
    assert response.headers["Location"] == "/densai/approval-password/done"
    after = rows()
    assert {name for name in before if before[name] != after[name]} >= {"approval passwords"}


def test_the_fields_of_every_form_are_among_what_is_typed() -> None:
    names = {name for form in every_form() for name in form.base_fields}
    assert {"login_id", "password", "code", "current", "new", "again", "approval_password"} <= names
    assert names <= set(typed("d-aaaaaa", "x", ""))


@pytest.mark.parametrize("door", [ENTRY, CERT])
def test_a_made_up_session_key_is_nobody_s(door: str, db: None) -> None:
    person = cast.master()
    assert person.log_in().status_code == 302
    stored = UserSession.objects.get(user=person.user)
    before = rows()
    for key in (
        "a" * 32,
        stored.key_hash,
        str(stored.pk),
        person.user.login_id,
        "x" * 4000,
        "\\0\\0\\0\\0\\0\\0\\0\\0",
    ):
        client = cast.DoorClient(door)
        client.cookies[f"__Host-erec-{door}-session"] = key
        response = client.get("/" if door == ENTRY else "/services")
        assert response.status_code == (200 if door == ENTRY else 403)
        assert person.user.login_id not in response.content.decode()
    assert rows() == before
