"""At the entry door a known ID answers like an unknown one: the same text, by the same steps.

Time is not measured here (a shared machine has too much noise for that) but counted: the SQL statements, and
the hashes, which take a thousand times longer than anything else.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.companies import stop_company
from accounts.hashers import Argon2idHasher
from accounts.models import User
from certs.actions.issuing import issue
from certs.actions.people import suspend_user
from certs.models import RevocationReason
from certs.views.fetch import REFUSED
from tests import cast

WRONG_CODE = "2345-6789-ABCD-EFGH"
CSR = cast.csr_for(cast.new_key())


@dataclass(frozen=True)
class Observed:
    """All that somebody outside could see or measure of one answer."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    cookies: str
    statements: tuple[str, ...]
    hashes: int


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each time that Argon2 ran."""
    ran: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(Argon2idHasher, name)

        def counted(self: Any, *args: Any, real: Any = real, name: str = name) -> Any:
            ran.append(name)
            return real(self, *args)

        monkeypatch.setattr(Argon2idHasher, name, counted)
    return ran


@pytest.fixture
def one_shard(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger's event goes to a chain by lot, whose first event costs two more statements: no lot here."""
    monkeypatch.setattr("erec.trail.audit.secrets.randbelow", lambda count: 0)
    ask("d-warmup01", "x", WRONG_CODE)


def ask(login_id: str, password: str, code: str) -> Any:
    typed = {"login_id": login_id, "password": password, "code": code, "csr": CSR}
    return cast.entry().post_json("/api/certificates", typed)


def observe(hashes: list[str], login_id: str, password: str, code: str) -> Observed:
    hashes.clear()
    with CaptureQueriesContext(connection) as queries:
        response = ask(login_id, password, code)
    shapes = tuple(re.sub(r"'[^']*'|\b\d+\b|s[0-9]+_x[0-9]+", "?", q["sql"]) for q in queries)
    return Observed(
        response.status_code,
        response.content,
        tuple(sorted(response.headers.items())),
        response.cookies.output(),
        shapes,
        len(hashes),
    )


def nothing_open() -> str:
    return cast.master().user.login_id


def ready_to_fetch() -> str:
    _, (starter,) = cast.company()
    return str(starter.user.login_id)


def additional() -> str:
    person = cast.master()
    issue(person.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    return person.user.login_id


def locked() -> str:
    person = cast.master()
    for _ in range(6):
        person.log_in("chigau1234")
    assert User.objects.get(pk=person.user.pk).is_locked
    return person.user.login_id


def suspended() -> str:
    person = cast.master()
    suspend_user(person.user, RevocationReason.CESSATION, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    return person.user.login_id


def stopped_company() -> str:
    person = cast.master()
    stop_company(person.user.company, because="解約", at=cast.AT, origin=cast.ORIGIN)
    return person.user.login_id


KNOWN: tuple[Callable[[], str], ...] = (
    nothing_open,
    ready_to_fetch,
    additional,
    locked,
    suspended,
    stopped_company,
)


@pytest.mark.parametrize("password", [cast.PASSWORD, "chigau1234"])
@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.__name__)
def test_a_known_id_cannot_be_told_from_an_unknown_one(
    known: Any, password: str, one_shard: None, hashes: list[str]
) -> None:
    login_id = known()
    of_known = observe(hashes, login_id, password, WRONG_CODE)
    of_unknown = observe(hashes, "d-nobody999", password, WRONG_CODE)
    assert of_known == of_unknown
    assert (of_known.status, of_known.hashes) == (403, 0)
    assert len(of_known.statements) == 6  # one look-up; savepoint, head, event, head, release
    assert json.loads(of_known.body) == {"error": "refused", "message": REFUSED}


def test_the_hundredth_try_is_answered_like_the_first(one_shard: None, hashes: list[str]) -> None:
    login_id = ready_to_fetch()
    first = observe(hashes, login_id, cast.PASSWORD, WRONG_CODE)
    for _ in range(98):
        ask(login_id, cast.PASSWORD, WRONG_CODE)
    assert observe(hashes, login_id, cast.PASSWORD, WRONG_CODE) == first


def test_the_right_code_is_what_it_takes_to_have_a_password_hashed(
    one_shard: None, hashes: list[str]
) -> None:
    """And then the text is still the same: which of the three was wrong is told to nobody."""
    _, (starter,) = cast.company()
    wrong_code = observe(hashes, starter.user.login_id, "chigau1234", WRONG_CODE)
    wrong_password = observe(hashes, starter.user.login_id, "chigau1234", starter.code)
    wrong_id = observe(hashes, "d-nobody999", starter.initial_password, starter.code)
    assert wrong_password.hashes == 1
    assert wrong_id.hashes == 0
    for seen in (wrong_password, wrong_id):
        assert (seen.status, seen.body, seen.headers) == (
            wrong_code.status,
            wrong_code.body,
            wrong_code.headers,
        )


@pytest.mark.parametrize("state", ["spent", "window_over", "too_soon"])
def test_a_right_code_that_is_no_longer_good_is_answered_with_the_same_text(
    state: str, one_shard: None, hashes: list[str], clock: cast.Clock
) -> None:
    _, (starter,) = cast.company()
    right = (starter.user.login_id, starter.initial_password, starter.code)
    if state == "spent":
        assert ask(*right).status_code == 201
        clock.forward(hours=1)
    elif state == "window_over":
        clock.forward(days=81)
    else:
        for _ in range(6):
            ask(starter.user.login_id, "chigau1234", starter.code)
    other_key = cast.csr_for(cast.new_key())
    typed = dict(zip(("login_id", "password", "code"), right, strict=True))
    response = cast.entry().post_json("/api/certificates", {**typed, "csr": other_key})
    unknown = ask("d-nobody999", "chigau1234", WRONG_CODE)
    assert (response.status_code, response.content) == (unknown.status_code, unknown.content)
