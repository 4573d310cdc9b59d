"""債権情報照会: who sees which claims, what a search finds, and what the page of one says."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest

from erec.claims import access, runs
from erec.claims.instructions import Party
from erec.claims.models import AccountBalance, Claim
from erec.claims.views.claims import heading
from tests import cast
from tests.erec.claims.cast_claims import (
    DUE,
    LATER,
    assign,
    cancel,
    claim,
    guarantee,
    party,
    payment,
    recorded,
)
from tests.erec.claims.cast_screens import ACCRUES, ASSIGNS, SEES, claims, looker

pytestmark = pytest.mark.django_db


def listed(person: cast.Person, query: str = "") -> list[str]:
    """The record numbers on the list's first page."""
    page = person.client.get(f"/densai/claims{query}")
    assert page.status_code == 200
    return re.findall(r'href="/densai/claims/(\w{20})"', page.content.decode())


def page_of(person: cast.Person, number: str) -> str:
    answer = person.client.get(f"/densai/claims/{number}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def words(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


def test_the_list_holds_what_is_open_the_nearest_due_date_first(obligor: Party, obligee: Party) -> None:
    person, own = looker()
    late = claim(obligor, own, due_on=date(2027, 3, 31)).record_number
    soon = claim(own, obligee).record_number
    claim(obligor, obligee)
    assert listed(person) == [soon, late]
    assert listed(person, "?sort=accrued") == [soon, late]


def test_the_order_of_accrual_is_the_newest_first(obligor: Party) -> None:
    person, own = looker()
    first, second = (claim(obligor, own).record_number for _ in range(2))
    reserved = claim(obligor, own, record_on=LATER, due_on=date(2027, 3, 31)).record_number
    assert listed(person, "?sort=accrued") == [reserved, second, first]


def test_what_is_over_and_what_was_given_away_is_found_by_asking_for_it(
    obligor: Party, assignee: Party
) -> None:
    person, own = looker()
    given, cancelled, kept = (claim(obligor, own).record_number for _ in range(3))
    assert assign(given, own, assignee, with_guarantee=False).error == ""
    assert cancel(cancelled, "accrual", own).error == ""
    assert listed(person) == [kept]
    assert listed(person, "?role=former") == [given]
    assert listed(person, "?state=cancelled") == [cancelled]
    assert sorted(listed(person, "?state=all")) == [given, cancelled, kept]
    assert listed(person, "?state=recorded") == [kept]
    page = words(person.client.get("/densai/claims?role=former").content.decode())
    assert "譲渡済" in page


def test_search_by_each_condition(obligor: Party, obligee: Party) -> None:
    person, own = looker()
    paid = claim(own, obligee, 2_000_000, due_on=date(2027, 1, 29)).record_number
    got = claim(obligor, own, 3_000_000).record_number
    branch = person.user.company.settlement_accounts.get(branch_code="102")
    account = f"9999-102-1-{branch.number}"
    finds = {
        "role=obligor": [paid],
        "role=holder": [got],
        "role=guarantor": [],
        f"record_number={got.lower()}": [got],
        f"record_number={paid[:9]}": [paid],
        "record_number=Y": [],
        f"counterpart={obligee.user_number.lower()}": [paid],
        f"counterpart={obligor.name[:3]}": [got] if obligor.name[:3] not in obligee.name else [paid, got],
        "counterpart=%25": [],
        "due_from=2027-02-01": [got],
        "due_to=2027-01-29": [paid],
        "due_from=2027-01-29&due_to=2027-01-29": [paid],
        "accrued_from=2026-11-21": [],
        "accrued_to=2026-11-20": [paid, got],
        "amount_from=2,000,001": [got],
        "amount_to=２００万": None,
        "amount_to=2000000": [paid],
        f"account={own.account}": [paid, got],
        f"account={account}": [],
        "account=9999-101-2-9999999": None,
        "state=lost": None,
    }
    for query, expected in finds.items():
        answer = person.client.get(f"/densai/claims?{query}")
        assert (query, answer.status_code) == (query, 422 if expected is None else 200)
        assert (query, [h.record_number for h, *_ in answer.context["rows"]]) == (query, expected or [])


def test_a_file_holds_what_the_search_found(obligor: Party, obligee: Party) -> None:
    person, own = looker()
    held = claim(obligor, own, 3_000_000)
    claim(own, obligee)
    answer = person.client.get("/densai/claims?role=holder&file=csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
    assert rows[1:] == [
        [
            held.record_number,
            "債権者",
            "記録済",
            "3000000",
            "2027/02/26",
            "2026/11/20",
            obligor.user_number,
            obligor.name,
            f"一〇信用金庫 本店 当座 {own.account.number}",
            "",
        ]
    ]
    assert "20261120100000.csv" in answer.headers["Content-Disposition"]


def test_the_next_page_follows_the_search(obligor: Party) -> None:
    person, own = looker()
    numbers = [c.record_number for c in claims(52, obligor, own)]
    first = person.client.get("/densai/claims?role=holder")
    assert [h.record_number for h, *_ in first.context["rows"]] == numbers[:50]
    assert listed(person, first.context["nav"].next) == numbers[50:]


def test_a_company_without_a_part_learns_nothing(obligor: Party, obligee: Party) -> None:
    person, _ = looker()
    number = claim(obligor, obligee).record_number
    for address in (number, number[:-1] + "0", "x", "0" * 40):
        assert person.client.get(f"/densai/claims/{address}").status_code == 404
    assert listed(person, "?state=all") == []


@pytest.mark.parametrize("path", ["/densai/claims", "/densai/claims/x", "/densai/claims?file=csv"])
def test_without_the_right_nothing_is_shown(path: str) -> None:
    person, _ = looker(ACCRUES)
    answer = person.client.get(path)
    assert answer.status_code == 403
    assert "債権情報照会（開示）の利用権限" in answer.content.decode()


def test_the_tab_leads_to_the_list() -> None:
    person, _ = looker()
    page = person.client.get("/densai").content.decode()
    assert '<a href="/densai/claims">債権情報照会</a>' in page
    assert person.client.get("/densai/business/inquiry").status_code == 404


def test_the_obligor_s_page(obligee: Party) -> None:
    person, own = looker()
    page = page_of(person, claim(own, obligee, reference="ABC-1").record_number)
    assert f"<h1>2027年2月26日（金）に、{obligee.name}に支払います</h1>" in page
    assert '1,000,000 <span class="unit">円</span>' in page
    text = words(page)
    assert "98日後" in text
    assert f"一〇信用金庫 本店 当座 {own.account.number}" in text
    assert "ABC-1" in text
    acts = text.partition("この債権にできること")[2]
    assert "支払等記録（支払を行った） 2027年2月22日（月）15:00まで" in acts
    assert "発生記録の取消" not in acts  # a recorded accrual is the creditor's to cancel


def test_the_holder_s_page_says_what_may_be_done_until_when(obligor: Party) -> None:
    person, own = looker(SEES, ASSIGNS)
    number = claim(obligor, own).record_number
    page = page_of(person, number)
    assert f"<h1>2027年2月26日（金）に、{obligor.name}から受け取ります</h1>" in page
    acts = words(page.partition("この債権にできること")[2].partition("これまでの記録")[0])
    assert "譲渡 2027年2月22日（月）15:00まで" in acts
    assert "発生記録の取消 2026年11月27日（金）15:00まで" in acts
    assert "あと7日" in acts
    # The right to ask for all but the first is missing: said, not hidden.
    assert "保証記録、変更記録、支払等記録（支払を受けた）、発生記録の取消を請求するには" in acts
    assert acts.count("担当者の権限が必要です") == 1


def test_who_gave_a_claim_away_sees_it_as_it_was(obligor: Party, assignee: Party) -> None:
    person, own = looker()
    number = claim(obligor, own).record_number
    assign(number, own, assignee, with_guarantee=False)
    third, third_party = looker()
    assign(number, assignee, third_party)
    text = words(page_of(person, number))
    assert "この債権は、譲渡しました" in text
    assert assignee.name in text  # to whom he assigned it is his own record
    assert third_party.name not in text
    assert f"当座 {third_party.account.number}" not in text
    assert f"譲受人 {third_party.name}" not in text
    assert third_party.name in words(page_of(third, number))


def test_who_gave_it_away_with_a_guarantee_answers_for_it_and_sees_it_all(
    obligor: Party, assignee: Party
) -> None:
    person, own = looker()
    number = claim(obligor, own).record_number
    assign(number, own, assignee)
    text = words(page_of(person, number))
    assert f"{obligor.name}の支払を保証しています" in text
    assert f"債権者{assignee.name}" in text.replace(" ", "")
    assert listed(person) == [number]


def test_the_assignor_is_shown_to_the_two_companies_of_the_assignment(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    person, own = looker()
    number = claim(own, obligee).record_number
    assert assign(number, obligee, assignee, with_guarantee=False).error == ""
    history = words(page_of(person, number).partition("これまでの記録")[2])
    assert f"譲受人{assignee.name}" in history
    assert "譲渡人" not in history


def test_a_division_links_only_to_what_the_company_has_a_part_in(obligor: Party, assignee: Party) -> None:
    person, own = looker()
    parent = claim(obligor, own).record_number
    child = assign(parent, own, assignee, 400_000).record_number
    page = page_of(person, parent)
    assert f'<a class="code" href="/densai/claims/{child}">' in page  # as its guarantor
    assert "600,000" in page
    assert "初めの債権金額" in page
    assert f'<a class="code" href="/densai/claims/{parent}">' in page_of(person, child)


def test_the_assignee_of_a_division_is_not_led_to_the_parent(obligor: Party, obligee: Party) -> None:
    person, own = looker()
    parent = claim(obligor, obligee).record_number
    child = assign(parent, obligee, own, 400_000).record_number
    assert f'href="/densai/claims/{parent}"' not in page_of(person, child)
    assert person.client.get(f"/densai/claims/{parent}").status_code == 404


def test_a_coming_holder_sees_what_he_will_get_and_may_take_it_back(obligor: Party, obligee: Party) -> None:
    person, own = looker(SEES, ASSIGNS)
    number = claim(obligor, obligee).record_number
    assert assign(number, obligee, own, record_on=LATER).state == "reserved"
    text = words(page_of(person, number))
    assert f"{obligor.name}の債権を譲り受ける予約です" in text
    assert "まだ記録はありません" in text
    assert "譲渡記録の取消" in text
    assert listed(person) == [number]


def test_a_reserved_assignment_says_why_there_is_no_second_one(obligor: Party, assignee: Party) -> None:
    person, own = looker()
    number = claim(obligor, own).record_number
    assign(number, own, assignee, record_on=LATER)
    assert "この債権には譲渡の予約があります" in words(page_of(person, number))


HEADINGS: dict[str, tuple[str, str]] = {
    "settled": ("{holder}に支払いました", "{obligor}から受け取りました"),
    "defaulted": ("{holder}に支払えませんでした", "{obligor}から支払われませんでした"),
}


@pytest.mark.parametrize("state", HEADINGS)
def test_the_page_after_the_due_date(state: str) -> None:
    debtor, obligor = looker()
    creditor, obligee = looker()
    number = claim(obligor, obligee).record_number
    if state == "defaulted":
        AccountBalance.objects.create(
            company_id=obligor.company_id, account=str(obligor.account), balance_yen=0
        )
    runs.settle(DUE, cast.AT)
    names = {"holder": obligee.name, "obligor": obligor.name}
    for person, expected in zip((debtor, creditor), HEADINGS[state], strict=True):
        page = page_of(person, number)
        assert f"<h1>{expected.format(**names)}</h1>" in page
        assert ("この債権にできること" in page) == (state == "defaulted")
        told = words(page.partition("これまでの記録")[2])
        assert ("口座間送金決済" in told, "支払不能" in told) == (state == "settled", state == "defaulted")


def test_a_cancelled_claim_says_so_to_both(obligee: Party) -> None:
    person, own = looker()
    number = claim(own, obligee).record_number
    cancel(number, "accrual", obligee)
    page = page_of(person, number)
    assert "<h1>この債権は、取り消されました</h1>" in page
    assert "発生記録の取消" in page
    assert Claim.objects.get(record_number=number).state == "cancelled"


HOSTILE = ["<script>alert(1)</script>", "'; DROP TABLE claims_claim; --", "{{ 7 }}"]


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_typed_comes_back_as_text(typed: str) -> None:
    person, _ = looker()
    answer: Any = person.client.get("/densai/claims", {"counterpart": typed})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(
    obligor: Party, django_assert_max_num_queries: Any
) -> None:
    person, own = looker()
    claims(12, obligor, own)
    person.client.get("/densai/claims")
    with django_assert_max_num_queries(20):
        assert len(listed(person)) == 12


def test_what_a_guarantor_paid_is_over_for_the_holder_only(obligor: Party, assignee: Party) -> None:
    """The guarantor sees his 特別求償権, and nobody reads that the debtor had paid."""
    person, own = looker()
    later = party()
    number = claim(obligor, own).record_number
    assign(number, own, assignee)
    recorded(guarantee(number, assignee, later))
    recorded(payment(number, own, assignee, 1_000_000))
    recorded(payment(number, obligor, own, 400_000))
    page = page_of(person, number)
    assert f"<h1>{obligor.name}の代わりに支払いました</h1>" in page
    assert f"{own.name}：1,000,000円を支払い、残り 600,000円" in words(page)
    headings = {
        obligor: "保証人が支払いました",
        assignee: "支払を受けました",
        later: "ほかの保証人が支払いました",
    }
    for company, expected in headings.items():
        (part,) = access.parts_of(company.company_id, number)
        recourses = list(access.recourses_for(company.company_id, number))
        assert heading(access.claim_for(company.company_id, number), part, recourses) == expected
