"""融資申込照会: whose applications are shown, what a search finds, and what one application's page says."""

import re
from datetime import date
from decimal import Decimal

import pytest

from erec.claims import runs as claims
from erec.financing import access, money
from erec.members.catalogue import Tick
from tests import cast
from tests.erec.workflow.cast_financing import (
    SOON,
    accepted,
    asked_for_discount,
    asked_for_loan,
    bank,
    declined,
    executed,
)
from tests.erec.workflow.cast_pages import person_of
from tests.erec.workflow.cast_workflow import Trader, accrued, trader

pytestmark = pytest.mark.django_db

SEES, INQUIRES = ("financing_inquiry", Tick.USE), ("inquiry", Tick.USE)


def looker(of: Trader) -> cast.Person:
    return person_of(of, SEES, INQUIRES)


def listed(person: cast.Person, query: str = "") -> list[str]:
    answer = person.client.get(f"/densai/financing{query}")
    assert answer.status_code == 200
    return re.findall(r'href="/densai/financing/(F[\w-]+)"', answer.content.decode())


def words(person: cast.Person, application_no: str) -> str:
    answer = person.client.get(f"/densai/financing/{application_no}")
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_company_sees_its_own_applications_alone() -> None:
    own, application = asked_for_discount()
    stranger = trader()
    person, other = looker(own), looker(stranger)
    assert listed(person) == [application.application_no]
    assert listed(other) == []
    for path in (f"/densai/financing/{application.application_no}", "/densai/financing/F20261120-NONE00"):
        assert other.client.get(path).status_code == 404
    without = person_of(own, INQUIRES)
    assert without.client.get("/densai/financing").status_code == 403
    assert without.client.get(f"/densai/financing/{application.application_no}").status_code == 403


def test_search_by_each_condition_and_as_a_file() -> None:
    own, application = asked_for_discount(400_000)
    person, number = looker(own), application.application_no
    claim = application.lines.get().asked_number
    for query in (
        "?kind=discount", "?state=asked", f"?record_number={claim[:12]}", "?wished_from=2026-11-26",
        "?wished_to=2026-11-26", "?amount_from=400000", "?amount_to=400000", "?sort=wished",
    ):  # fmt: skip
        assert listed(person, query) == [number], query
    for query in (
        "?kind=collateral", "?state=executed", "?record_number=ZZZ", "?wished_from=2026-11-27",
        "?wished_to=2026-11-25", "?amount_from=400001", "?amount_to=399999",
    ):  # fmt: skip
        assert listed(person, query) == [], query
    for query in (
        "?wished_from=99",
        "?kind=x",
        "?wished_from=2026-11-27&wished_to=2026-11-25",
        "?amount_from=-1",
    ):
        assert person.client.get(f"/densai/financing{query}").status_code == 422
    answer = person.client.get("/densai/financing?file=csv")
    rows = answer.getvalue().decode("utf-8-sig").splitlines()
    assert rows[1].startswith(f"{number},割引,金融機関の回答待ち,2026/11/26,400000,,,")


def test_the_page_tells_terms_claims_money_and_history() -> None:
    own, application = asked_for_discount(None, 400_000)
    person = looker(own)
    page = words(person, application.application_no)
    assert "割引の申込：金融機関の回答待ち" in page
    assert "2026年11月25日（水）15:00" in page
    accepted(application, 990_000, rate=Decimal("1.250"), lines=frozenset({1}))
    page = words(person, application.application_no)
    assert ("年1.25%" in page, "承諾された債権の金額 1,000,000円" in page) == (True, True)
    assert "明細1、利率 年1.25%" in page
    assert ("割引の申込：譲渡待ち" in page, "入金予定額 990,000円" in page) == (True, True)
    assert "割引料 10,000円" in page


def test_a_refusal_is_read_there() -> None:
    own, application = asked_for_discount()
    declined(application, "審査の結果、お受けできません。")
    assert "金融機関からの連絡 審査の結果、お受けできません。" in words(
        looker(own), application.application_no
    )


def test_a_claim_that_secures_a_loan_is_marked_until_it_is_paid() -> None:
    own, application = asked_for_loan()
    number = application.lines.get().record_number
    assert access.marks(own.company.pk, [number]) == {}
    executed(application, 800_000, rate=Decimal(2))
    person = looker(own)
    page = words(person, application.application_no)
    assert ("譲渡担保差入中" in page, "借入残高 800,000円" in page, "残り800,000円" in page) == (True,) * 3
    assert access.marks(own.company.pk, [number, "T0000000000000000000"]) == {number: "譲渡担保差入中"}
    for path in ("/densai/claims", f"/densai/claims/{number}"):
        assert person.client.get(path).content.decode().count("譲渡担保差入中") == 1
    file = person.client.get("/densai/claims?file=csv").getvalue().decode()
    assert file.splitlines()[1].endswith("譲渡担保差入中")
    assert access.marks(trader().company.pk, [number]) == {}
    claims.settle(SOON, cast.AT)
    assert money.take_in(cast.AT) == 1
    page = words(person, application.application_no)
    assert ("譲渡担保差入中" in page, "借入残高 0円" in page, "譲渡担保の申込：完済" in page) == (
        False,
        True,
        True,
    )
    assert "返済 800,000円" in page
    assert "超過額の入金 200,000円" in page
    assert access.marks(own.company.pk, [number]) == {}


def test_the_claims_page_offers_to_apply_while_the_institution_can_answer() -> None:
    own, other = trader(), trader()
    near, far = accrued(other, own, due_on=date(2026, 11, 26)), accrued(other, own)
    person = person_of(own, INQUIRES, ("financing", Tick.MAKER))
    applies = [f"/densai/requests/new/{code}?claims={far}" for code in ("discount", "collateral")]

    def offered(number: str) -> list[str]:
        page = person.client.get(f"/densai/claims/{number}").content.decode()
        return re.findall(r'href="(/densai/requests/new/(?:discount|collateral)[^"]+)"', page)

    assert offered(far) == []  # nobody to apply to
    bank()
    assert (offered(far), offered(near)) == (applies, [])
