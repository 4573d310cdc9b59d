"""Telling: whoever holds the permission, by screen and mail, once, with what happened or not at all."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from erec.members.catalogue import Grant, Tick
from erec.members.models import Member
from erec.notices.actions import Telling, tell, tell_many
from erec.notices.models import MailChoice, Notice
from erec.notices.what import What
from erec.trail.models import Outbox
from tests import cast
from tests.erec.members.cast_members import colleague, give, member_of

pytestmark = pytest.mark.django_db

MAKER: Grant = ("accrual", Tick.MAKER)
CHECKER: Grant = ("accrual", Tick.CHECKER)


class Company:
    """A master without any right in business, a maker and a checker."""

    def __init__(self) -> None:
        self.boss = cast.master()
        self.master = member_of(self.boss)
        self.maker = give(colleague(self.boss)[1], MAKER)
        self.checker = give(colleague(self.boss)[1], CHECKER)
        self.pk = self.master.company_id


@pytest.fixture
def company() -> Company:
    return Company()


def say(company: Company, what: What = What.SENT_BACK, *, key: str = "r1:1", **changed: Any) -> None:
    given: dict[str, Any] = {
        "company_id": company.pk,
        "business": "accrual",
        "subject": "請求 2026112000001 が差し戻されました",
        "lines": ["コメント：金額を確かめてください。"],
        "request_no": "2026112000001",
        "at": cast.AT,
    }
    tell(what, key=key, **{**given, **changed})


def mailed() -> list[str]:
    mails = Outbox.objects.filter(key__startswith="notice:").order_by("pk")
    return list(mails.values_list("to", flat=True))


def test_a_notice_says_what_happened_how_important_it_is_and_where_it_leads(company: Company) -> None:
    say(company)
    notice = Notice.objects.get()
    assert (notice.company_id, notice.what, notice.label) == (company.pk, "sent_back", "差戻し")
    assert (notice.importance, notice.business, notice.business_name) == ("中", "accrual", "債権発生請求")
    assert (notice.subject, notice.lines) == (
        "請求 2026112000001 が差し戻されました",
        ["コメント：金額を確かめてください。"],
    )
    assert (notice.request_no, notice.record_number, notice.demand_no) == ("2026112000001", "", "")
    assert notice.created_at == cast.AT


@pytest.mark.parametrize(
    ("what", "receivers"),
    [
        (What.SENT_BACK, ["maker"]),
        (What.APPROVAL_ASKED, ["checker"]),
        (What.CONSENT_ASKED, ["maker", "checker"]),
        (What.MONEY_RECEIVED, ["maker", "checker"]),
        (What.PULLED_BACK, []),  # on the screen only
    ],
)
def test_the_mail_goes_to_whoever_holds_the_tick(company: Company, what: What, receivers: list[str]) -> None:
    say(company, what)
    assert mailed() == [getattr(company, name).mail for name in receivers]


def test_the_same_key_twice_is_one_notice_and_one_mail_each(company: Company) -> None:
    say(company, What.CONSENT_ASKED)
    give(company.master, MAKER)  # who came later is not mailed about what was told before
    say(company, What.CONSENT_ASKED, subject="別の言葉")
    assert Notice.objects.get().subject == "請求 2026112000001 が差し戻されました"
    assert mailed() == [company.maker.mail, company.checker.mail]
