"""The maker's pages, from the menu to 仮登録: nothing typed is lost, nothing wrong gets through."""

from typing import Any

import pytest

from erec.members.catalogue import Grant
from erec.workflow.models import Request, WorkingCopy
from tests import cast
from tests.erec.members.cast_members import enter, give, member_of
from tests.erec.workflow.cast_workflow import MAKES, Trader, trader
from tests.portal import Page, go

pytestmark = pytest.mark.django_db


def maker_of(of: Trader, *grants: Grant) -> cast.Person:
    """A 担当者 of that company, in the service, with every account."""
    person = cast.fetched(cast.general(of.company))
    enter(person, give(member_of(person), *(grants or MAKES)))
    return person


def line(partner: Trader, n: int = 0, **more: str) -> dict[str, str]:
    texts = {**partner.as_partner(), "amount_yen": "1,000,000", "due_on": "2027-01-29", "reference": "", **more}
    return {f"l{n}-{name}": text for name, text in texts.items()}


def opened(person: cast.Person, type_code: str = "accrual_by_obligor", query: str = "") -> Page:
    page = go(person.client, f"/densai/requests/new/{type_code}{query}")
    assert page.status == 200, page.text
    return page


def shared(own: Trader, **more: str) -> dict[str, str]:
    return {
        "account": own.account_text,
        "record_on": "2026-11-20",
        "restricted": "0",
        "fee_bearer": "依頼人負担",
        **more,
    }


def sent(page: Page, fields: dict[str, str], press: str = "confirm") -> Page:
    return go(page.client, page.action, {**page.hidden, **fields, "go": press})


def confirmed(page: Page, comment: str = "", **more: str) -> Any:
    fields = {**page.hidden, "comment": comment, "seen": "on", "go": "submit", **more}
    return page.client.post(page.action, fields)


def test_a_maker_enters_an_accrual_from_the_form_to_the_request() -> None:
    own, other = trader(), trader()
    person = maker_of(own)
    page = sent(opened(person), {**shared(own), **line(other)})
    assert (page.status, page.path.rpartition("/")[0]) == (200, "/densai/requests/confirm"), page.text
    assert other.company.name in page.text
    response = confirmed(page, "お願いします。")
    request = Request.objects.get()
    assert response.headers["Location"] == f"/densai/requests/{request.request_no}?done=submitted"
    assert (request.state, request.total_yen, request.company) == ("awaiting_approval", 1_000_000, own.company)
    assert request.versions.get().comment == "お願いします。"
    assert WorkingCopy.objects.count() == 0
