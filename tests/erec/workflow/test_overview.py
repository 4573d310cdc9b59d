"""会社の状況: the company's money, the person's own businesses' requests, and nothing of others."""

import re
from typing import Any

import pytest

from erec.claims.models import Sanction
from erec.members.catalogue import Grant, Tick
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.claims.cast_screens import SEES
from tests.erec.workflow.cast_pages import person_of
from tests.erec.workflow.cast_workflow import Trader, accrual, approved, submitted, trader

pytestmark = pytest.mark.django_db
ADDRESS = "/densai/overview"
MAKES: Grant = ("accrual", Tick.MAKER)


@pytest.fixture
def own() -> Trader:
    return trader()


def shown(person: cast.Person) -> Any:
    answer = person.client.get(ADDRESS)
    assert answer.status_code == 200
    return answer


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_what_is_out_what_is_due_and_with_whom(own: Trader) -> None:
    party, other = c.party(own.company), c.party()
    c.claim(other, party, 9_999_999_999)
    c.claim(other, party, 2_000_000, due_on=c.SOON)
    c.claim(party, other, 500_000, record_on=c.LATER)
    answer = shown(person_of(own, SEES))
    out = answer.context["out"]
    assert [(part.label, part.yen) for part in out] == [("受け取る", 10_001_999_999), ("支払う", 500_000)]
    assert [(row.label, row.count, row.yen, row.share) for row in out[0].rows] == [
        ("記録済", 2, 10_001_999_999, 100)
    ]
    assert [(row.label, row.count, row.yen, row.share) for row in out[1].rows] == [("予約中", 1, 500_000, 1)]
    due = [[(row.label, row.count, row.yen) for row in part.rows] for part in answer.context["due"]]
    assert due == [
        [("7日以内", 0, 0), ("30日以内", 1, 2_000_000)],
        [("7日以内", 0, 0), ("30日以内", 0, 0)],
    ]
    assert [[one.name for one, _ in rows] for _, rows in answer.context["with_whom"]] == [[other.name]] * 2
    assert "受け取る10,001,999,999円、支払う500,000円が残っています" in words(answer)


def test_what_is_guaranteed_stands_apart(own: Trader) -> None:
    party, debtor, third = c.party(own.company), c.party(), c.party()
    number = c.claim(debtor, party, 700_000).record_number
    c.assign(number, party, third)
    out = shown(person_of(own, SEES)).context["out"]
    assert [(part.label, part.yen) for part in out] == [
        ("受け取る", 0),
        ("支払う", 0),
        ("保証している", 700_000),
    ]


def test_what_waits_is_that_of_the_person_s_businesses(own: Trader) -> None:
    creditor = trader()
    submitted(own, "accrual_by_obligor", accrual(own, creditor))
    approved(creditor, "accrual_by_obligee", accrual(creditor, own))
    maker = shown(person_of(own, SEES, MAKES))
    assert [(row.label, row.count) for row in maker.context["waiting"]] == [("承認待ち", 1)]
    assert maker.context["waiting"][0].deadline_at is not None
    assert [(name, count) for name, count, _, _ in maker.context["demands"]] == [("債権発生請求", 1)]
    looker = shown(person_of(own, SEES))
    assert (looker.context["waiting"], looker.context["demands"]) == ([], [])
    assert "終わっていない請求はありません" in words(looker)


def test_another_company_s_figures_are_not_there(own: Trader) -> None:
    c.claim(c.party(), c.party(), 700_000)
    other = trader()
    submitted(other, "accrual_by_obligor", accrual(other, own))
    answer = shown(person_of(own, SEES, MAKES))
    assert sum(part.yen for part in answer.context["out"]) == 0
    assert (answer.context["waiting"], answer.context["demands"]) == ([], [])
    assert [rows for _, rows in answer.context["with_whom"]] == [[], []]


def test_without_the_right_to_look_at_claims_there_is_no_page(own: Trader) -> None:
    answer = person_of(own, MAKES).client.get(ADDRESS)
    assert answer.status_code == 403
    assert "債権情報照会（開示）の利用権限" in answer.content.decode()


def test_a_sanction_is_told_to_the_company_itself(own: Trader) -> None:
    person = person_of(own, SEES)
    assert "取引停止処分" not in words(shown(person))
    Sanction.objects.create(
        company=own.company,
        starts_on=c.TODAY,
        ends_on=c.DUE,
        reason="6か月以内に2回の支払不能",
        recorded_at=cast.AT,
    )
    assert "取引停止処分の期間中です。" in words(shown(person))


def test_top_leads_there_and_to_both_schedules(own: Trader) -> None:
    page = person_of(own, SEES).client.get("/densai").content.decode()
    for address in (ADDRESS, "/densai/schedule?side=in", "/densai/schedule?side=out"):
        assert f'href="{address}"' in page
    assert ADDRESS not in person_of(own, MAKES).client.get("/densai").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_claims(
    own: Trader, django_assert_max_num_queries: Any
) -> None:
    party, other = c.party(own.company), c.party()
    person = person_of(own, SEES)
    for n in range(8):
        c.claim(other, party, 1_000 + n)
    with django_assert_max_num_queries(35):
        shown(person)
