"""Every URL × role → what it answers, to GET and to POST. A new URL without a row fails, and so does a row
without its URL.

There are no rows for the bank's own staff: no URL and no user of that kind exists before the bank's console
does. A cell is a status, or the path to which a 302 leads.
"""

import copy
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction

from accounts.models import Company, UserSession
from certs.models import ClientCertificate
from erec.accounting.actions.names import look_through
from erec.accounting.models import PrintedName
from erec.doors import CERT, ENTRY
from erec.financing import actions as financing
from erec.financing.actions import Asked, AskedClaim
from erec.financing.models import Application
from erec.members.catalogue import EVERY_GRANT, Tick
from erec.members.models import Deputy
from erec.notices.actions import tell
from erec.notices.models import Notice
from erec.notices.what import What
from erec.parameters import business_day
from erec.workflow.actions import keeping
from erec.workflow.forms import tokens
from erec.workflow.forms.assignment import AssignmentEntry
from erec.workflow.models import Demand
from tests import cast
from tests.erec.bills.cast_bills import Accountant as Keeping
from tests.erec.claims.cast_claims import claim, party
from tests.erec.jobs.cast_jobs import Accountant
from tests.erec.journals.cast_journals import an_export
from tests.erec.members.cast_members import give, member_of
from tests.erec.partners.cast_partners import Keeper
from tests.erec.workflow.cast_workflow import Trader, accrual, approved, assignment, submitted, trader
from tests.security import walk
from tests.security.walk import Url

Cell = int | str

# The columns at the cert door, in this order. After the first three everybody is logged in.
GENERAL_USERS = (
    "general",  # not come through ユーザ更新, so not in the service
    "worker",  # entered, without any right
    "trader",  # entered, with every right
    "new_checker",  # entered, with the initial approval password
)
MASTERS = ("master", "boss", "beginner", "outsider", "stranger")  # see World
STEPS_COUNT = 3
STANDING_FOR_ALL = ("nobody", "certificate", "initial", "trader", "boss")
ROLES = ("nobody", "certificate", "initial", *GENERAL_USERS, *MASTERS)
L, F, S, A = "/login", "/password/first", "/services", "/densai/approval-password/first"
TOP, RIGHTS = "/densai", "/densai/users/{login_id}/rights"
IMPORT = "/densai/partners/import"
MASTERS_FILE = "/densai/accounting/masters/import"
BILLS_FILE = "/densai/accounting/bills/import"
ENTERING, MENU = "/densai/requests/entry/{token}", "/densai/business/assignment"
AWAITING = "/densai/requests/awaiting"
USER, CERTIFICATE = "/portal/users/{login_id}", "/portal/certificates/{login_id}"
STEPS: tuple[Cell, ...] = (403, L, F)  # each step that is missing leads to itself

Cells = tuple[Cell, ...]
Row = tuple[Cells, Cells]


def row(get: Cells, post: Cells | Cell) -> Row:
    """A page that takes no form refuses every POST alike."""
    return (*STEPS, *get), (*STEPS, *(post if isinstance(post, tuple) else (post,) * 9))


def user(get: Cell, post: Cell) -> Row:
    """For everybody who is logged in."""
    return row((get,) * 9, post)


def masters(get: Cell, post: Cell, *, elsewhere: Cell | None = None) -> Row:
    """ユーザ管理業務. `elsewhere`: what another company's masters get where a row is the first company's."""
    there = (get, post) if elsewhere is None else (elsewhere, 405 if post == 405 else elsewhere)
    cells = zip((get, post), there, strict=True)
    gets, posts = ((*(403,) * 4, *(here,) * 3, *(there,) * 2) for here, there in cells)
    return row(gets, posts)


def entered(worker: Cell, trader: Cell, boss: Cell, stranger: Cell, *, setting_up: Cell = A) -> Cells:
    """In the service. Who has not entered goes back; who must set the approval password does that first."""
    return (S, worker, trader, setting_up, S, boss, setting_up, S, stranger)


def service(get: Cell, post: Cell) -> Row:
    """For everybody who entered."""
    return row(entered(get, get, get, get), post if post == 405 else entered(post, post, post, post))


def trader_s(get: Cell, post: Cell, *, else_: Cell = 404) -> Row:
    """What the trader has begun, or his company is asked: nobody else is told that it is there."""
    return row(
        (405,) * 9 if get == 405 else entered(else_, get, else_, else_),
        post if post == 405 else entered(else_, post, else_, else_),
    )


def users_information(get: Cell, post: Cell, *, elsewhere: Cell | None = None) -> Row:
    """ユーザ情報管理, for the masters who entered."""
    return row(
        entered(403, 403, get, elsewhere or get),
        post if post == 405 else entered(403, 403, post, elsewhere or post),
    )


def partners(get: Cell, post: Cell) -> Row:
    return row(entered(403, get, 403, 403), post if post == 405 else entered(403, post, 403, 403))


OPEN_PAGE: Row = ((200,) * 12, (405,) * 12)

AT_CERT: dict[str, Row] = {
    "home": ((403, L, *(S,) * 10), (403, *(405,) * 11)),
    "login": ((403, 200, *(S,) * 10), (403, 422, *(S,) * 10)),
    "logout": ((403, L, *(405,) * 10), (403, L, *("/logged-out",) * 10)),
    "logged-out": OPEN_PAGE,
    "services": user(200, 405),
    "session-extend": ((403, L, *(405,) * 10), (403, L, *(200,) * 10)),
    "first-password": ((403, L, 200, *(S,) * 9), (403, L, 422, *(S,) * 9)),
    "password": user(200, 422),
    "mail": user(200, 422),
    "mail-changed": user(200, 405),
    "login-history": user(200, 405),
    "certificates": user(200, 405),
    "renewal": user(200, 400),
    # The certificate in the path is the master's: everybody else does not even learn that it exists.
    "certificate-stop": row(
        (*(404,) * 4, 200, *(404,) * 4),
        (*(404,) * 4, "/certificates", *(404,) * 4),
    ),
    "stop-myself": user(200, 422),
    "stopped-myself": OPEN_PAGE,
    "portal": masters(200, 405),
    "portal-users": masters(200, 405),
    "portal-user-new": masters(200, 422),
    "portal-user-confirm": masters("/portal/users/new", "/portal/users/new"),
    "portal-user-made": masters("/portal/users", 405),
    # The login ID in the path is the trader's: another company's master learns nothing of it.
    "portal-user": masters(200, 405, elsewhere=404),
    "portal-user-hand-over": masters(200, 405, elsewhere=404),
    "portal-user-change": masters(200, 422, elsewhere=404),
    "portal-user-change-confirm": masters(USER, USER, elsewhere=404),
    "portal-user-reset": masters(200, 422, elsewhere=404),
    "portal-user-suspend": masters(200, 422, elsewhere=404),
    "portal-user-delete": masters(200, 422, elsewhere=404),
    "portal-user-resume": masters(200, 409, elsewhere=404),
    "portal-user-unlock": masters(200, 409, elsewhere=404),
    "portal-certificates": masters(200, 405),
    "portal-certificate-list": masters(200, 422),
    "portal-certificate": masters(200, 422, elsewhere=404),
    "portal-certificate-confirm": masters(CERTIFICATE, CERTIFICATE, elsewhere=404),
    "portal-certificate-done": masters(CERTIFICATE, 405, elsewhere=404),
    "densai-enter": row((405,) * 9, (403, *(TOP,) * 8)),
    "densai-top": service(200, 405),
    "densai-leave": user(200, "/densai/left"),
    "densai-left": user(200, 405),
    "approval-first": row(
        entered(TOP, TOP, TOP, TOP, setting_up=200), entered(TOP, TOP, TOP, TOP, setting_up=422)
    ),
    # Who approves nothing has none to change.
    "approval-change": row(entered(TOP, 200, 200, 200), entered(TOP, 422, 422, 422)),
    "approval-done": service(200, 405),
    "administration": service(200, 405),
    "request-new": trader_s(200, 405, else_=403),
    "request-entry": trader_s(200, 422),
    "request-partners": trader_s(200, ENTERING),
    "request-claims": trader_s(200, ENTERING),
    "request-discard": trader_s(405, MENU),
    "request-confirm": trader_s(422, 422),
    "request-edit": trader_s(200, 405),
    # No line of the request waits for anybody.
    "request-withdraw": trader_s(404, 404),
    # The trader entered the request in the path and may also approve it. Lists show everybody what is his.
    "requests": service(200, 405),
    "requests-awaiting": service(200, 405),
    "requests-mending": service(200, 405),
    "requests-approve": service(AWAITING, 422),
    "request": trader_s(200, 405),
    "request-approve": trader_s(200, 422),
    "request-send-back": trader_s(200, 422),
    "request-pull-back": trader_s(200, 422),
    "request-delete": trader_s(200, 422),
    "company": service(200, 405),
    "company-change": users_information(200, 422),
    "deputies": service(200, 405),
    "deputy-new": users_information(200, 422),
    # The deputy in the path stands in for nobody any more; another company's does not even exist.
    "deputy-end": row((405,) * 9, entered(403, 403, 409, 404)),
    "company-second-master": users_information(200, 422),
    "company-fees": service(200, 405),
    "company-fees-change": users_information(200, 422),
    "designations": trader_s(200, 405, else_=403),
    # Nothing is ticked: an empty form.
    "designations-change": trader_s(405, "/densai/requests/new/designation", else_=403),
    # Nothing was chosen on the portal that waits to be asked, and nobody here approved a certificate.
    "masters-ask": users_information("/densai/requests", "/densai/requests"),
    "masters-code": users_information(404, 404),
    "batch-file": trader_s(200, 422, else_=403),
    "batch-template": trader_s(200, 405, else_=403),
    "demands": trader_s(200, 405, else_=403),
    "demand": trader_s(200, 405),
    "demand-answer": trader_s(200, 422),
    "business": row(entered(403, 200, 403, 403), 405),
    # With its right; the masters always.
    "history": row(entered(403, 200, 200, 200), 405),
    "members": row(entered(403, 200, 200, 200), 405),
    # The claim in the path is the first company's; the trader has the right to look.
    "claims": row(entered(403, 200, 403, 403), 405),
    "claim": row(entered(403, 200, 403, 403), 405),
    "trades": row(entered(403, 200, 403, 403), 405),
    # Nothing is ticked.
    "disclosure": row((405,) * 9, entered(403, 422, 403, 403)),
    "schedule": row(entered(403, 200, 403, 403), 405),
    "overview": row(entered(403, 200, 403, 403), 405),
    # 会計データ, which no master has by himself.
    "accounting": row(entered(403, 200, 403, 403), 405),
    "accounting-layouts": row(entered(403, 200, 403, 403), 405),
    "accounting-layout": row(entered(403, 200, 403, 403), 405),
    "ledger": partners(200, 405),
    "ledger-file": row((405,) * 9, entered(403, 422, 403, 403)),
    # The job in the path is the trader's, and waits.
    "jobs": row(entered(403, 200, 403, 403), 405),
    "job": row(entered(403, 200, 403, 403), 405),
    "job-state": row(entered(403, 200, 403, 403), 405),
    "job-cancel": row((405,) * 9, entered(403, "/densai/accounting/jobs/{job_no}", 403, 403)),
    "job-file": row((405,) * 9, entered(403, 409, 403, 403)),
    # The partner whose name and code stand in the path is the trader's.
    "accounting-masters": partners(200, 405),
    "accounting-import": partners(200, 422),
    "accounting-import-preview": partners(MASTERS_FILE, MASTERS_FILE),
    "accounting-master": partners(200, 405),
    "accounting-names": partners(200, "/densai/accounting/names"),
    "accounting-all-names": partners(200, 405),
    "accounting-name": partners(200, 422),
    "accounting-codes": partners(200, 422),
    "accounting-range": partners(200, 422),
    "accounting-code": partners(200, 422),
    "journals-compare": partners(200, 422),
    "output-masters": partners(200, 405),
    "output-master": partners(200, 405),
    # The bill in the path is the trader's company's.
    "bills": partners(200, 405),
    "bills-new": partners(200, 422),
    "bills-one": partners(200, 405),
    "bills-change": partners(200, 422),
    "bills-delete": partners(200, 422),
    "bills-switch": partners(200, 422),
    "bills-import": partners(200, 422),
    "bills-import-preview": partners(BILLS_FILE, BILLS_FILE),
    "bills-import-template": partners(200, 405),
    "bills-report": partners(200, 405),
    # The export in the path is the trader's.
    "journals": partners(200, 405),
    "journal-settings": partners(200, 422),
    "journal-months": partners(200, 422),
    "journal-export": partners(200, 422),
    "journal-exports": partners(200, 405),
    "journal-export-one": partners(200, 405),
    "journal-export-file": row((405,) * 9, entered(403, 200, 403, 403)),
    "journal-export-cancel": row((405,) * 9, entered(403, 422, 403, 403)),
    # The application in the path is the first company's; the trader has the right to look.
    "financings": row(entered(403, 200, 403, 403), 405),
    "financing": row(entered(403, 200, 403, 403), 405),
    "notices": service(200, 405),
    "notices-read-all": row((405,) * 9, entered(*("/densai/notices",) * 4)),
    # The notice in the path is for the makers of the first company's 債権発生請求: the trader is one.
    "notice": row(entered(404, 200, 404, 404), 405),
    "mail-choices": service(200, "/densai/mail-choices"),
    # 取引先管理, which no master has by himself. The partner and the group in the path are the trader's.
    "partners": partners(200, 405),
    "partners-new": partners(200, 422),
    "partners-one": partners(200, 405),
    "partners-change": partners(200, 422),
    "partners-delete": partners(200, 422),
    "partners-groups": partners(200, 405),
    "partners-group-new": partners(200, 422),
    "partners-group": partners(200, 422),
    "partners-group-delete": partners(200, 422),
    "partners-import": partners(200, 422),
    "partners-import-preview": partners(IMPORT, IMPORT),
    "partners-import-template": partners(200, 405),
    "refresh": users_information(200, 405),
    "refresh-confirm": users_information(200, 422),
    "refresh-done": users_information(200, 405),
    "users-menu": users_information(200, 405),
    "users": users_information(200, 405),
    "rights": users_information(200, 422, elsewhere=404),
    "rights-initial": users_information(RIGHTS, RIGHTS, elsewhere=404),
    "rights-confirm": users_information(RIGHTS, RIGHTS, elsewhere=404),
    "rights-result": users_information(200, 405, elsewhere=404),
    "approval-reset": users_information(200, 422, elsewhere=404),
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

# What a browser sends with a form in which nothing is typed.
SENT = {"csrfmiddlewaretoken": "-"}

# POST without a CSRF token: 403, but for these.
EXEMPT = {
    "fetch-api": 400,  # no cookie takes part, the code is the proof; an empty body is no JSON
    "ocsp": 200,  # answers questions and changes nothing (RFC 6960); an empty body is malformedRequest
}


def notice(company: Company) -> Notice:
    tell(
        What.SENT_BACK,
        key="roles",
        company_id=company.pk,
        business="accrual",
        subject="差戻し",
        lines=[],
        at=cast.AT,
    )
    return Notice.objects.get(key="roles")


def application_of(company: Company) -> Application:
    asked = Asked(
        company_id=company.pk,
        request_no="20261120000099",
        kind=Application.Kind.DISCOUNT,
        wished_on=date(2026, 11, 26),
        account=str(party(company).account),
        claims=[AskedClaim("T0000000000000000000", "債務者", date(2027, 1, 29), 1_000_000)],
    )
    with transaction.atomic():
        return financing.apply(asked, business_day.today(cast.AT))


class World:
    """Two companies and everybody of ROLES: `master` is not in the service, `boss` is,
    `beginner` is and has no approval password yet; `outsider` and `stranger` are another company's masters,
    the second one in the service.
    """

    def __init__(self) -> None:
        company, starters = cast.company(masters=3)
        self.master, self.boss, self.beginner = (cast.fetched(s.user) for s in starters)
        self.general, self.worker, self.trader, self.new_checker = (
            cast.fetched(cast.general(company)) for _ in GENERAL_USERS
        )
        _, others = cast.company(masters=2)
        self.outsider, self.stranger = (cast.fetched(s.user) for s in others)
        _, (starter,) = cast.company()
        self.initial = cast.fetched(starter.user, password=starter.initial_password)
        self.certificate = cast.master()
        for name in ROLES[2:]:
            assert getattr(self, name).log_in().status_code == 302
        self._enter()
        self.values = {
            "serial": self.master.certificate.serial,
            "encoded": "MAA=",
            "login_id": self.trader.user.login_id,
            "name": "accrual",
            "notice": notice(company).code,
            "record_number": claim(party(company), party(self.stranger.user.company)).record_number,
            "application_no": application_of(company).application_no,
            "deputy": str(self._deputy().pk),
            "job_no": Accountant(self.trader).waits().job_no,
            "layout": "26",
            "export_number": str(an_export(self.trader.user).number),
            **self._partners(),
            **self._masters(),
            "bill": str(Keeping(self.trader, self.trader.user.member).adds().pk),
            **self._requests(),
        }

    def _enter(self) -> None:
        give(member_of(self.trader), *EVERY_GRANT)
        give(member_of(self.new_checker, initial=True), ("accrual", Tick.CHECKER))
        member_of(self.worker, approval=None)
        for person in (self.boss, self.stranger):
            member_of(person)
        for name in ("worker", "trader", "new_checker", "boss", "beginner", "stranger"):
            response = getattr(self, name).client.post("/densai/enter")
            assert response.headers["Location"] == TOP

    def _deputy(self) -> Deputy:
        """One that is over."""
        member = self.trader.user.member
        day = cast.AT.date()
        return Deputy.objects.create(
            company=member.company,
            principal=member,
            deputy=self.boss.user.member,
            from_on=day,
            until_on=day,
            made_by_name="",
            made_at=cast.AT,
            ended_at=cast.AT,
        )

    def _partners(self) -> dict[str, str]:
        book = Keeper(self.trader, self.trader.user.member)
        partner = book.adds(self.stranger.user.company)
        return {"partner": str(partner.pk), "group": str(book.groups("毎月", partner).pk)}

    def _masters(self) -> dict[str, str]:
        user = self.trader.user
        look_through(acting_user=user, at=cast.AT)
        partner = self.stranger.user.company.user_number
        name = PrintedName.objects.get(company=user.company, user_number=partner)
        return {
            "master_kind": "sub_accounts",
            "printed_name": str(name.pk),
            "party": partner,
            "master": "users",
        }

    def _requests(self) -> dict[str, str]:
        """What the trader has begun and entered, and what his company is asked."""
        member = self.trader.user.member
        own = Trader(member.company, member, member, list(member.company.settlement_accounts.all()))
        token, texts = tokens.new(member), AssignmentEntry.texts_of(assignment(own))
        keeping.keep(token, "assignment", texts.to_json(), acting_user=self.trader.user, at=cast.AT)
        creditor = trader()
        approved(creditor, "accrual_by_obligee", accrual(creditor, own))
        return {
            "type": "accrual_by_obligor",
            "token": token,
            "request_no": submitted(own, "accrual_by_obligor", accrual(own, creditor)).request_no,
            "line": "1",
            "demand_no": Demand.objects.get(company=own.company).demand_no,
            "answer": "accept",
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
    paths = [(url.door, url.path(**walk.SOMETHING)) for url in everything]
    assert len(set(paths)) == len({(url.door, url.name) for url in everything}) == len(everything)


@pytest.mark.parametrize("url", walk.urls(CERT), ids=str)
def test_each_role_at_the_cert_door(url: Url, world: World) -> None:
    """Where everybody who is logged in gets 405, before anybody is asked who he is, two stand for all."""
    path = url.path(**world.values)
    wanted_gets, wanted_posts = (tuple(_filled(cell, world) for cell in row) for row in AT_CERT[url.name])
    clients = {role: world.client(role) for role in ROLES}
    gets = tuple(answer(client.get(path)) for client in clients.values())
    same = set(wanted_posts[STEPS_COUNT:]) == {405}
    posts = tuple(
        405 if same and role not in STANDING_FOR_ALL else answer(client.post(path, SENT))
        for role, client in clients.items()
    )
    assert (gets, posts) == (wanted_gets, wanted_posts)


@pytest.mark.parametrize("url", walk.urls(ENTRY), ids=str)
def test_everybody_is_a_stranger_at_the_entry_door(url: Url, world: World) -> None:
    """A certificate that is shown there, or a session carried there from the other door, changes nothing."""
    carried = cast.DoorClient(ENTRY, pem=world.master.certificate.pem)
    session = world.master.client.cookies["__Host-erec-cert-session"].value
    for name in ("__Host-erec-entry-session", "__Host-erec-cert-session", "session"):
        carried.cookies[name] = session
    path = url.path(**world.values)
    for client in (cast.entry(), carried):
        assert (answer(client.get(path)), answer(client.post(path, SENT))) == AT_ENTRY[url.name]
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
    turn = walk.all_urls().index(url) % 3  # every method meets a third of the URLs
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")[turn::3]:
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


# What stands in a path and is one company's own. (A claim's number is known to both of its companies.)
OWNED = {
    *("application_no", "bill", "demand_no", "deputy", "export_number", "group", "job_no", "login_id"),
    *("notice", "partner", "party", "printed_name", "request_no", "token"),
}


def test_every_right_in_one_company_opens_nothing_of_another(world: World) -> None:
    """The stranger has all rights that there are, in his own company: what he lacks above is not the wall."""
    give(world.stranger.user.member, *EVERY_GRANT)
    client, seen = world.client("stranger"), {}
    for url in (u for u in walk.urls(CERT) if OWNED & set(u.converters)):
        path = url.path(**world.values)
        seen[url.name] = {answer(client.get(path)), answer(client.post(path, SENT))} - {404, 405}
    assert {name: answers for name, answers in seen.items() if answers} == {}
