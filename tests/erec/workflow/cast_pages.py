"""The maker's pages for tests: people in the service, forms filled in and sent as a browser would."""

import re
from typing import Any

from erec.members.catalogue import Grant
from erec.notices.models import Notice
from erec.trail.models import Outbox
from erec.workflow.models import Request, Version
from tests import cast
from tests.erec.members.cast_members import enter, give, member_of
from tests.erec.workflow.cast_workflow import MAKES, Trader
from tests.portal import Page, go

ACCRUAL = "accrual_by_obligor"


def person_of(of: Trader, *grants: Grant) -> cast.Person:
    """Somebody of that company in the service, a 担当者 if nothing else is said, with every account."""
    person = cast.fetched(cast.general(of.company))
    enter(person, give(member_of(person), *(grants or MAKES)))
    return person


def line(partner: Trader, n: int = 0, /, **more: str) -> dict[str, str]:
    """The fields of one line of a 発生記録請求."""
    texts = {**partner.as_partner(), "amount_yen": "1,000,000", "due_on": "2027-01-29", "reference": ""}
    return {f"l{n}-{name}": text for name, text in {**texts, **more}.items()}


def shared(own: Trader, **more: str) -> dict[str, str]:
    """Its fields that all lines share."""
    usual = {"record_on": "2026-11-20", "restricted": "0", "fee_bearer": "依頼人負担"}
    return {"account": own.account_text, **usual, **more}


def opened(person: cast.Person, type_code: str = ACCRUAL, query: str = "") -> Page:
    page = go(person.client, f"/densai/requests/new/{type_code}{query}")
    assert page.status == 200, page.text
    return page


def sent(page: Page, fields: dict[str, str], press: str = "confirm") -> Page:
    """Press a button of the form, with these fields."""
    return go(page.client, page.action, {**page.hidden, **fields, "go": press})


def submitted(page: Page, **more: str) -> Any:
    """［仮登録の実行］ on the confirmation; the bare response."""
    assert "仮登録の実行" in page.buttons, page.text
    return page.client.post(page.action, {**page.hidden, "comment": "", "seen": "on", "go": "submit", **more})


def at_confirmation(person: cast.Person, own: Trader, *others: Trader, **more: str) -> Page:
    """Everything right, up to the confirmation."""
    fields = shared(own)
    for n, other in enumerate(others):
        fields |= line(other, n, **more)
    return sent(opened(person), fields)


def token_of(page: Page) -> str:
    """Of a form or a confirmation."""
    return page.action.rpartition("/")[2]


def values(page: Page) -> dict[str, str]:
    """What stands in the page's inputs, by name."""
    return {found["name"]: found.get("value", "") for found in page.inputs.values() if "name" in found}


def errors(page: Page) -> dict[str, str]:
    """The sentences at the fields, by the field's name."""
    found = re.findall(r'<p class="error" id="id_([\w-]+)_error">(.*?)</p>', page.html, re.DOTALL)
    return {name: text.replace("<br>", " ") for name, text in found}


def entered() -> dict[str, list[Any]]:
    """Everything that 仮登録 would change."""
    return {
        "requests": list(Request.objects.order_by("pk").values_list("request_no", "state", "version")),
        "versions": list(Version.objects.order_by("pk").values_list("pk")),
        "notices": list(Notice.objects.order_by("pk").values_list("key")),
        "mails": list(Outbox.objects.order_by("pk").values_list("key")),
    }
