"""Every URL × role → what it answers, to GET and to POST. A new URL without a row fails, and so does a row
without its URL.

There are no rows for the bank's own staff: no URL and no user of that kind exists before the bank's console
does. A cell is a status, or the path to which a 302 leads.
"""

import copy
from typing import Any
from urllib.parse import urlsplit

import pytest

from accounts.models import UserSession
from certs.models import ClientCertificate
from erec.doors import CERT, ENTRY
from tests import cast
from tests.security import walk
from tests.security.walk import Url

Cell = int | str

# The columns at the cert door, in this order.
ROLES = ("nobody", "certificate", "initial", "general", "master", "colleague", "outsider")
L, F, S = "/login", "/password/first", "/services"

# Audience, as rows: each step that is missing leads to itself.
OPEN_PAGE = ((200,) * 7, (405,) * 7)
USER_PAGE = ((403, L, F, 200, 200, 200, 200), (403, L, F, 405, 405, 405, 405))
USER_FORM = ((403, L, F, 200, 200, 200, 200), (403, L, F, 200, 200, 200, 200))


def masters(
    get: Cell, post: Cell, *, outsider: Cell | None = None
) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """For masters; `outsider` is what the other company's gets where a row is the first company's."""
    denied = (403, L, F, 403)
    last = (get, post) if outsider is None else (outsider, 405 if post == 405 else outsider)
    return (*denied, get, get, last[0]), (*denied, post, post, last[1])


AT_CERT: dict[str, tuple[tuple[Cell, ...], tuple[Cell, ...]]] = {
    "home": ((403, L, S, S, S, S, S), (403, 405, 405, 405, 405, 405, 405)),
    # An empty POST types nothing, so nothing is refused; who is in already goes on.
    "login": ((403, 200, S, S, S, S, S), (403, 200, S, S, S, S, S)),
    "logout": ((403, L, 405, 405, 405, 405, 405), (403, L, *("/logged-out",) * 5)),
    "logged-out": OPEN_PAGE,
    "services": USER_PAGE,
    "session-extend": ((403, L, 405, 405, 405, 405, 405), (403, L, 200, 200, 200, 200, 200)),
    "first-password": ((403, L, 200, S, S, S, S), (403, L, 200, S, S, S, S)),
    "password": USER_FORM,
    "password-changed": USER_PAGE,
    "login-history": USER_PAGE,
    "certificates": USER_PAGE,
    "renewal": ((403, L, F, 200, 200, 200, 200), (403, L, F, 400, 400, 400, 400)),
    # The certificate in the path is the master's: everybody else does not even learn that it exists.
    "certificate-stop": (
        (403, L, F, 404, 200, 404, 404),
        (403, L, F, 404, "/certificates", 404, 404),
    ),
    "mail": USER_FORM,
    "mail-changed": USER_PAGE,
    "stop-myself": ((403, L, F, 200, 200, 200, 200), (403, L, F, 422, 422, 422, 422)),
    "stopped-myself": OPEN_PAGE,
    "portal": masters(200, 405),
    "portal-users": masters(200, 405),
    "portal-user-new": masters(200, 200),
    "portal-user-confirm": masters("/portal/users/new", "/portal/users/new"),
    "portal-user-made": masters("/portal/users", 405),
    # The login ID in the path is the general user's: the other company's master learns nothing of it.
    "portal-user": masters(200, 405, outsider=404),
    "portal-user-hand-over": masters(200, 405, outsider=404),
    "portal-user-change": masters(200, 200, outsider=404),
    "portal-user-change-confirm": masters(
        "/portal/users/{login_id}", "/portal/users/{login_id}", outsider=404
    ),
    "portal-user-reset": masters(200, 422, outsider=404),
    "portal-user-suspend": masters(200, 422, outsider=404),
    "portal-user-delete": masters(200, 422, outsider=404),
    "portal-user-resume": masters(200, 409, outsider=404),
    "portal-user-unlock": masters(200, 409, outsider=404),
    "portal-certificates": masters(200, 405),
    "portal-certificate-list": masters(200, 422),
    "portal-certificate": masters(200, 422, outsider=404),
    "portal-certificate-confirm": masters(
        "/portal/certificates/{login_id}", "/portal/certificates/{login_id}", outsider=404
    ),
    "portal-certificate-done": masters("/portal/certificates/{login_id}", 405, outsider=404),
    "densai-enter": ((403, L, F, 405, 405, 405, 405), (403, L, F, *("/densai",) * 4)),
    "densai-top": ((403, L, F, S, S, S, S), (403, L, F, 405, 405, 405, 405)),
    "densai-leave": ((403, L, F, 200, 200, 200, 200), (403, L, F, *("/densai/left",) * 4)),
    "densai-left": USER_PAGE,
}

# At the entry door nobody is anybody: one cell for GET, one for POST, the same for all roles.
AT_ENTRY: dict[str, tuple[Cell, Cell]] = {
    "welcome": (200, 405),
    "fetch": (200, 405),
    "fetch-api": (405, 400),
    "environment": (200, 405),
    "guide-import": (200, 405),
    "guide-command-line": (200, 405),
    "ca-pem": (200, 405),
    "ca-der": (200, 405),
    "crl": (200, 405),
    "ocsp": (405, 200),
    "ocsp-get": (200, 405),
    "healthz": (200, 405),
    "readyz": (200, 405),
}

# POST without a CSRF token: 403, but for these.
EXEMPT = {
    "fetch-api": 400,  # no cookie takes part, the code is the proof; an empty body is no JSON
    "ocsp": 200,  # answers questions and changes nothing (RFC 6960); an empty body is malformedRequest
}


class World:
    """One company with a master, two more people, and a master of another company; five are logged in."""

    def __init__(self) -> None:
        company, (first, second) = cast.company(masters=2)
        self.master = cast.fetched(first.user)
        self.colleague = cast.fetched(second.user)
        self.general = cast.fetched(cast.general(company))
        self.outsider = cast.master()
        _, (starter,) = cast.company()
        self.initial = cast.fetched(starter.user, password=starter.initial_password)
        self.certificate = cast.master()
        for name in ROLES[2:]:
            assert getattr(self, name).log_in().status_code == 302
        self.values = {
            "serial": self.master.certificate.serial,
            "login_id": self.general.user.login_id,
            "encoded": "MAA=",
        }

    def client(self, role: str) -> cast.DoorClient:
        """A browser of its own in that role, so that one test's logout is not the next one's."""
        if role == "nobody":
            return cast.DoorClient(CERT)
        person: cast.Person = getattr(self, role)
        client = cast.DoorClient(CERT, pem=person.certificate.pem)
        client.cookies = copy.deepcopy(person.client.cookies)
        return client


@pytest.fixture(scope="module")
def made(shared_rows: None) -> World:
    return World()


@pytest.fixture
def world(made: World, untouched: None) -> World:
    return made


def answer(response: Any) -> Cell:
    status: int = response.status_code
    path: str = urlsplit(response.headers.get("Location", "")).path
    return path if status == 302 else status


def _filled(cell: Cell, world: World) -> Cell:
    return cell.format(**world.values) if isinstance(cell, str) else cell


def by_name(door: str) -> dict[str, Url]:
    return {url.name: url for url in walk.urls(door)}


def test_the_tables_have_a_row_for_every_url_and_no_other() -> None:
    assert sorted(AT_CERT) == sorted(by_name(CERT))
    assert sorted(AT_ENTRY) == sorted(by_name(ENTRY))


def test_no_name_and_no_path_is_given_twice() -> None:
    everything = walk.all_urls()
    paths = [(url.door, url.path(serial="0", login_id="d-nobody01", encoded="MAA=")) for url in everything]
    assert len(set(paths)) == len({(url.door, url.name) for url in everything}) == len(everything)


@pytest.mark.parametrize("url", walk.urls(CERT), ids=str)
def test_each_role_at_the_cert_door(url: Url, world: World) -> None:
    path = url.path(**world.values)
    clients = [world.client(role) for role in ROLES]
    gets = tuple(answer(client.get(path)) for client in clients)
    posts = tuple(answer(client.post(path)) for client in clients)
    assert (gets, posts) == tuple(tuple(_filled(cell, world) for cell in row) for row in AT_CERT[url.name])


@pytest.mark.parametrize("url", walk.urls(ENTRY), ids=str)
def test_everybody_is_a_stranger_at_the_entry_door(url: Url, world: World) -> None:
    """A certificate that is shown there, or a session carried there from the other door, changes nothing."""
    carried = cast.DoorClient(ENTRY, pem=world.master.certificate.pem)
    session = world.master.client.cookies["__Host-erec-cert-session"].value
    for name in ("__Host-erec-entry-session", "__Host-erec-cert-session", "session"):
        carried.cookies[name] = session
    path = url.path(**world.values)
    for client in (cast.entry(), carried):
        assert (answer(client.get(path)), answer(client.post(path))) == AT_ENTRY[url.name]
    assert world.master.user.login_id not in carried.get(path).content.decode(errors="replace")


# Both doors have a first page.
AT_BOTH = {"home", "welcome"}


@pytest.mark.parametrize("url", [u for u in walk.all_urls() if u.name not in AT_BOTH], ids=str)
def test_each_url_is_unknown_at_the_other_door(url: Url, world: World) -> None:
    path = url.path(**world.values)
    other = world.client("master") if url.door == ENTRY else cast.entry()
    assert (other.get(path).status_code, other.post(path).status_code) == (404, 404)


@pytest.mark.parametrize("url", walk.all_urls(), ids=str)
def test_a_post_without_a_token_changes_nothing(url: Url, world: World) -> None:
    client = world.client("master") if url.door == CERT else cast.entry()
    client.handler.enforce_csrf_checks = True
    response = client.post(url.path(**world.values))
    assert response.status_code == EXEMPT.get(url.name, 403)
    assert ("画面が古くなっています" in response.content.decode(errors="replace")) == (url.name not in EXEMPT)
    assert UserSession.objects.get(user=world.master.user).ended_at is None
    assert ClientCertificate.everyone.get(pk=world.master.certificate.pk).revoked_at is None


@pytest.mark.parametrize("url", walk.all_urls(), ids=str)
def test_no_other_method_does_anything(url: Url, world: World) -> None:
    client = world.client("master") if url.door == CERT else cast.entry()
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
        assert (method, client.generic(method, url.path(**world.values)).status_code) == (method, 405)


def test_the_exempt_urls_are_those_that_say_so() -> None:
    assert {u.name for u in walk.all_urls() if getattr(u.view, "csrf_exempt", False)} == set(EXEMPT)


@pytest.mark.parametrize("door", ["", "Entry", "cert ", "entry,cert", "staff"])
@pytest.mark.parametrize("path", ["/", "/login", "/healthz", "/no-such-page"])
def test_a_request_without_a_door_opens_nothing(door: str, path: str, untouched: None) -> None:
    client = cast.DoorClient(door)
    for ask in (client.get, client.post):
        response = ask(path)
        assert (response.status_code, response.content.decode()) == (
            400,
            "この入口からは受け付けていません。",
        )


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1"])
def test_a_foreign_host_name_is_refused(host: str, untouched: None) -> None:
    assert cast.entry().get("/", HTTP_HOST=host).status_code == 400
