"""What nobody should type, into every field of ユーザ管理業務 and of the service's forms, by kind of field.

Each gets a sentence at its field; nothing is saved, no strike is counted, and no secret is sent back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django import forms

from accounts.forms import ChangeUserForm, NewUserForm, OwnMailForm, ResetForm
from erec.fields import LoginIdField, MailField, NameField, SecretField
from erec.members.actions.refresh import differences, digest
from erec.members.forms import ChangeApprovalForm, ConfirmForm, FirstApprovalForm, InitialApprovalForm
from erec.members.models import AccountRight, ApprovalPassword, BusinessRight, Member
from erec.trail.models import Entry, Outbox
from tests import cast
from tests.erec.members.cast_members import APPROVAL, colleague, enter, member_of
from tests.portal import go
from tests.security import conftest
from tests.security.test_bad_input import BAD_SECRETS, EMPTY, echoes, error_at
from tests.security.test_bad_requests import HEAD_MAX, header_bytes

HOSTILE = {
    "nothing": "",
    "NUL": "a\x00bcdef",
    "escape": "abc\x1b[31mdef",
    "line end inside": "abc\ndef",
    "right to left": "abc\u202edef",
    "nothing to see": "abc\u200bdef",
    "emoji": "abc😀def",
    "outside of Windows-31J": "abc\U00020bb7def",
    "ten thousand": "a" * 10_000,
}
# Where a kind of field takes what another one does not, the list differs.
BAD: dict[type[forms.Field], dict[str, str]] = {
    NameField: {**HOSTILE, "41 characters": "名" * 41, "only spaces": " \u3000 "},
    MailField: {
        **HOSTILE,
        "full width": "ｔａｒｏ＠example.com",
        "no mail address": "taro.example.com",
        "two lines": "taro@example.com\nbcc: x@example.com",
        "129 characters": "a" * 117 + "@example.com",
        "a space inside": "ta ro@example.com",
    },
    LoginIdField: {
        **HOSTILE,
        "full width": "ｔａｒｏ１２",
        "five characters": "taro1",
        "13 characters": "taro123456789",
        "a sign": "taro-12",
        "a path": "../../ab",
    },
    SecretField: {kind: typed for kind, (typed, _) in BAD_SECRETS.items()},
}


@dataclass
class Place:
    """A form where it stands, and what the right entries would be."""

    form: type[forms.Form]
    path: str
    right: dict[str, str]
    hidden: dict[str, str] = field(default_factory=dict)
    by_beginner: bool = False


INITIAL = {"initial_password": "hajime123"}
NEW = {"new": "atarashii55", "again": "atarashii55"}
MAIL = {"mail": "new@example.com", "mail_again": "new@example.com"}
USERS, PORTAL = "/densai/users/{login_id}", "/portal/users/{login_id}"

PLACES = (
    Place(
        NewUserForm,
        "/portal/users/new",
        {"login_id": "shinjin01", "name": "新人", **MAIL, **INITIAL, "initial_again": "hajime123"},
    ),
    Place(ChangeUserForm, f"{PORTAL}/change", {"name": "改名", **MAIL}),
    Place(ResetForm, f"{PORTAL}/reset", {**INITIAL, "initial_again": "hajime123"}),
    Place(OwnMailForm, "/mail", {**MAIL, "current": cast.PASSWORD}),
    Place(ChangeApprovalForm, "/densai/approval-password", {"current": APPROVAL, **NEW}),
    Place(FirstApprovalForm, "/densai/approval-password/first", NEW, by_beginner=True),
    Place(InitialApprovalForm, f"{USERS}/rights/initial", {**INITIAL, "again": "hajime123"}),
    Place(InitialApprovalForm, "/densai/users/{other}/approval-reset", {**INITIAL, "again": "hajime123"}),
    Place(ConfirmForm, "/densai/users/{other}/rights/confirm", {"approval_password": APPROVAL}),
    Place(ConfirmForm, "/densai/refresh/confirm", {"approval_password": APPROVAL}, {"seen": "{seen}"}),
)


class Company:
    """A master in the service, one who has not set the approval password, and two general users."""

    def __init__(self) -> None:
        self.boss, self.beginner = cast.master(), cast.master()
        enter(self.boss, member_of(self.boss))
        enter(self.beginner, member_of(self.beginner, approval=None))
        self.login_id = colleague(self.boss, approval=None)[1].login_id
        self.other = colleague(self.boss)[1].login_id
        cast.general(self.boss.user.company)  # waits for ユーザ更新
        self.values = {
            "login_id": self.login_id,
            "other": self.other,
            "seen": digest(differences(self.boss.user.company)),
        }


@pytest.fixture(scope="module")
def made(shared_rows: None) -> Company:
    return Company()


@pytest.fixture
def company(made: Company, untouched: None) -> Company:
    return made


def saved() -> list[Any]:
    """All that a form could change; a refused one leaves it alone."""
    of_members = (Member, BusinessRight, AccountRight, ApprovalPassword, Outbox, Entry)
    return [*conftest.rows(), *(list(model.objects.order_by("pk").values_list()) for model in of_members)]


def made_ready(company: Company, place: Place) -> tuple[cast.DoorClient, str, dict[str, str]]:
    """The browser, the path and the hidden fields; the pages before this one have been gone through."""
    client = (company.beginner if place.by_beginner else company.boss).client
    path = place.path.format(**company.values)
    hidden = {name: text.format(**company.values) for name, text in place.hidden.items()}
    if "/rights/" in path:
        ticks = {"right": "accrual:承認者", "version": "0"}
        page = go(client, path.rpartition("/")[0], ticks)
        assert page.path == path
        hidden |= page.hidden
    return client, path, hidden


def kinds(place: Place) -> Iterator[tuple[str, str, str]]:
    """(field, kind of bad text, the text) of every field of the form."""
    for name in place.right:
        kind = next(k for k in BAD if isinstance(place.form.base_fields[name], k))
        for label, typed in BAD[kind].items():
            yield name, label, typed


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.path)
def test_a_bad_entry_gets_its_sentence_at_its_field_and_changes_nothing(
    place: Place, company: Company
) -> None:
    client, path, hidden = made_ready(company, place)
    secrets = [n for n in place.right if isinstance(place.form.base_fields[n], SecretField)]
    before = saved()
    for name, label, typed in kinds(place):
        case = (name, label)
        response = client.post(path, {**hidden, **place.right, name: typed})
        page = response.content.decode()
        sentence = error_at(page, name)
        assert (*case, response.status_code) == (*case, 422)
        if name in secrets:
            assert (*case, sentence) == (*case, BAD_SECRETS[label][1])
            assert (*case, echoes(page, typed)) == (*case, False)
        elif label == "nothing":
            assert (*case, sentence) == (*case, EMPTY)
        else:
            assert (*case, "。" in sentence) == (*case, True)
        for secret in secrets:
            assert (*case, echoes(page, place.right[secret])) == (*case, False)
    assert saved() == before


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.path)
def test_the_right_entries_are_taken(place: Place, company: Company) -> None:
    """Otherwise the test before would hold for a form that refuses everything."""
    client, path, hidden = made_ready(company, place)
    more = {"approval_password": APPROVAL} if path.endswith("approval-reset") else {}
    hidden |= go(client, path).hidden if path.endswith(("/change", "/reset")) else {}
    assert client.post(path, {**hidden, **place.right, **more}).status_code == 302


BAD_RIGHTS: tuple[dict[str, Any], ...] = (
    {"right": "accrual:利用"},
    {"right": "nothing:担当者"},
    {"right": ["accrual:担当者", "\x1b"]},
    {"right": "accrual"},
    {"right": "accrual:担当者:承認者"},
    {"right": "accrual:😀"},
    {"right": ["accrual:担当者", ""]},
    {"account": "0"},
    {"account": "-1"},
    {"account": "１"},
    {"account": "9" * 40},
    {"account": "1 OR 1=1"},
    {"version": ""},
    {"version": "x"},
    {"version": "-1"},
    {"version": "9" * 40},
    {"version": "1.5"},
)


@pytest.mark.parametrize("bad", BAD_RIGHTS, ids=str)
def test_ticks_that_nobody_was_offered_are_refused(bad: dict[str, Any], company: Company) -> None:
    path = f"/densai/users/{company.login_id}/rights"
    before = saved()
    response = company.boss.client.post(path, {"right": "inquiry:利用", "version": "0", **bad})
    assert response.status_code == 422
    assert "権限はまだ変わっていません" in response.content.decode()
    assert saved() == before
    assert go(company.boss.client, f"{path}/confirm").path == path  # nothing waits to be confirmed


SEARCHES = (
    {"since": "1"},
    {"since": "2026-13-45"},
    {"since": "２０２６年"},
    {"until": "9999-12-31"},
    {"until": "10000-01-01"},
    {"since": "0001-01-01"},
    {"event": "no.such"},
    {"words": "a" * 41},
    {"words": "😀"},
    {"words": "\u202e"},
    {"words": "電" * 1000},
)


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: ascii(search)[:60])
def test_a_search_that_makes_no_sense_finds_nothing(search: dict[str, str], company: Company) -> None:
    """Above all not everything: a file that is sent on must not hold more than was asked for."""
    for file in ({}, {"file": "csv"}, {"file": "excel"}):
        page = company.boss.client.get("/densai/history", {**search, **file})
        assert page.status_code == 422
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert company.boss.user.name not in page.content.decode().partition("<tbody>")[2]
        assert header_bytes(page) < HEAD_MAX


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "１２", "9" * 19, "9" * 5000, "None", ""])
def test_a_place_in_the_history_that_is_none_is_no_failure(after: str, company: Company) -> None:
    assert company.boss.client.get("/densai/history", {"after": after}).status_code == 200


@pytest.mark.parametrize("name", ["x", "top", "administration", "ACCRUAL", "a" * 5000, "-", "accrual_"])
def test_a_business_that_is_none_is_not_found(name: str, company: Company) -> None:
    assert company.boss.client.get(f"/densai/business/{name}").status_code == 404


@pytest.mark.parametrize("login_id", ["x", "d-nobody99", "D-GEN000001", "a" * 5000, "-", "_"])
def test_a_user_who_is_none_is_not_found(login_id: str, company: Company) -> None:
    for path in (USERS + "/rights", USERS + "/approval-reset", PORTAL, PORTAL + "/delete"):
        address = path.format(login_id=login_id)
        assert (path, company.boss.client.get(address).status_code) == (path, 404)
