"""取引履歴照会: every record that the company may see, and what it was about."""

import csv
import io
from typing import Any

import pytest

from erec.claims import runs, trades
from erec.claims.instructions import Party
from tests import cast
from tests.erec.claims.cast_claims import (
    DUE,
    LATER,
    TODAY,
    assign,
    cancel,
    change,
    claim,
    payment,
    recorded,
)
from tests.erec.claims.cast_screens import SEES, TRADES, claims, looker

pytestmark = pytest.mark.django_db


def rows(person: cast.Person, query: str = "") -> list[list[str]]:
    """The file's columns 日, 種類, 記録番号, 相手方, 金額, newest first."""
    answer = person.client.get(f"/densai/trades?file=csv{query}")
    assert answer.status_code == 200
    return [r[:5] for r in csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline=""))][1:]


def test_the_records_of_a_claim_for_its_holder(obligor: Party, assignee: Party) -> None:
    person, own = looker(TRADES)
    number = claim(obligor, own).record_number
    child = assign(number, own, assignee, 400_000).record_number
    assign(number, own, assignee)
    day = "2026/11/20"
    assert rows(person) == [
        [day, "保証記録", number, "", "600000"],
        [day, "譲渡記録", number, assignee.name, "600000"],
        [day, "保証記録", child, "", "400000"],
        [day, "譲渡記録", child, assignee.name, "400000"],
        [day, "分割記録", child, "", "400000"],
        [day, "分割記録", number, "", "400000"],
        [day, "発生記録", number, obligor.name, "1000000"],
    ]


def test_a_division_that_is_taken_back_counts_again(obligor: Party, assignee: Party) -> None:
    person, own = looker(TRADES)
    number = claim(obligor, own).record_number
    child = assign(number, own, assignee, 400_000).record_number
    assert cancel(child, "assignment", assignee).error == ""
    assert assign(number, own, assignee, with_guarantee=False).error == ""
    found = [r for r in rows(person) if r[2] == number]
    assert [(r[1], r[4]) for r in found] == [
        ("譲渡記録", "1000000"),
        ("分割記録の取消", "400000"),
        ("分割記録", "400000"),
        ("発生記録", "1000000"),
    ]


def test_a_change_of_the_amount_counts_from_its_record_on(obligor: Party, assignee: Party) -> None:
    person, own = looker(TRADES)
    number = claim(obligor, own).record_number
    recorded(change(number, own, obligor, amount_yen=300))
    assign(number, own, assignee, 100, with_guarantee=False)
    found = [r for r in rows(person) if r[2] == number]
    assert [(r[1], r[3], r[4]) for r in found] == [
        ("分割記録", "", "100"),
        ("変更記録", obligor.name, "300"),
        ("発生記録", obligor.name, "1000000"),
    ]
    recorded(payment(number, obligor, own, 30))
    assert rows(person)[0][1:] == ["支払等記録", number, obligor.name, "30"]


def test_who_left_sees_no_later_record(obligor: Party, assignee: Party) -> None:
    person, own = looker(TRADES)
    number = claim(obligor, own).record_number
    assign(number, own, assignee, with_guarantee=False)
    _, third = looker()
    assign(number, assignee, third, with_guarantee=False)
    runs.settle(DUE, cast.AT)
    assert [r[1] for r in rows(person)] == ["譲渡記録", "発生記録"]


def test_who_is_to_get_a_claim_sees_no_record_of_it(obligor: Party, obligee: Party) -> None:
    person, own = looker(TRADES)
    number = claim(obligor, obligee).record_number
    assert assign(number, obligee, own, record_on=LATER).state == "reserved"
    assert rows(person) == []


def test_nothing_of_others(obligor: Party, obligee: Party) -> None:
    person, own = looker(TRADES)
    claim(obligor, obligee)
    assert rows(person) == []
    assert trades.records_of(own.company_id).count() == 0


def test_search_by_day_kind_and_number(obligor: Party, obligee: Party) -> None:
    person, own = looker(TRADES)
    first, second = claim(obligor, own).record_number, claim(own, obligee).record_number
    assert [r[2] for r in rows(person)] == [second, first]
    assert rows(person, "&since=2026-11-21") == rows(person, "&until=2026-11-19") == []
    assert len(rows(person, f"&since={TODAY}&until={TODAY}")) == 2
    assert rows(person, "&kind=payment") == []
    assert [r[2] for r in rows(person, f"&record_number={second}")] == [second]


def test_a_search_that_makes_no_sense_finds_nothing(obligor: Party) -> None:
    person, own = looker(TRADES)
    claim(obligor, own)
    for query in ("since=x", "kind=x", "record_number=あ", "since=2026-11-21&until=2026-11-20"):
        answer = person.client.get(f"/densai/trades?{query}")
        assert (answer.status_code, answer.context["rows"]) == (422, [])


def test_the_other_company_s_request_number_is_not_shown(obligor: Party) -> None:
    debtor, own = looker(TRADES, SEES)
    creditor, other = looker(TRADES)
    made = claim(own, other)
    number = made.events.get().order.request_no  # type: ignore[union-attr]
    assert number in debtor.client.get("/densai/trades").content.decode()
    assert number not in creditor.client.get("/densai/trades").content.decode()


def test_a_claim_is_a_link_for_who_may_open_it(obligor: Party) -> None:
    both, own = looker(TRADES, SEES)
    only, other = looker(TRADES)
    for person, party, linked in ((both, own, True), (only, other, False)):
        number = claim(obligor, party).record_number
        page = person.client.get("/densai/trades").content.decode()
        assert number in page
        assert (f'href="/densai/claims/{number}"' in page) is linked


def test_the_right_is_its_own() -> None:
    person, _ = looker(SEES)
    answer = person.client.get("/densai/trades")
    assert answer.status_code == 403
    assert "取引履歴照会の利用権限" in answer.content.decode()
    assert "/densai/trades" not in person.client.get("/densai/administration").content.decode()
    trusted, _ = looker(TRADES)
    assert "/densai/trades" in trusted.client.get("/densai/administration").content.decode()


def test_the_pages_joined_are_the_file(obligor: Party) -> None:
    person, own = looker(TRADES)
    claims(51, obligor, own)
    first: Any = person.client.get("/densai/trades")
    second: Any = person.client.get("/densai/trades" + first.context["nav"].next)
    shown = [event.claim.record_number for page in (first, second) for event, *_ in page.context["rows"]]
    assert shown == [r[2] for r in rows(person)]
    assert len(shown) == 51
