"""承諾依頼 by its pages: what is asked, the answer, its being entered once, and 承諾依頼の取消."""

from datetime import date
from typing import Any

import pytest

from erec.members.catalogue import Tick
from erec.parameters import business_day
from erec.workflow.actions import deciding, entering
from erec.workflow.models import Demand, Request
from tests import cast
from tests.erec.workflow.cast_pages import entered, errors, person_of
from tests.erec.workflow.cast_workflow import (
    CHECKS,
    Trader,
    accrual,
    answer,
    approved,
    by,
    trader,
    typed,
)
from tests.portal import Page, go

pytestmark = pytest.mark.django_db


@pytest.fixture
def creditor() -> Trader:
    return trader()


@pytest.fixture
def debtor() -> Trader:
    return trader()


@pytest.fixture
def demand(creditor: Trader, debtor: Trader) -> Demand:
    """What the debtor is asked: 1,000,000 yen, to be answered before 15:00 on 2026-11-27."""
    approved(creditor, "accrual_by_obligee", accrual(creditor, debtor))
    return Demand.objects.get()


@pytest.fixture
def maker(debtor: Trader, demand: Demand) -> cast.Person:
    return person_of(debtor)


def page_of(demand: Demand, step: str = "") -> str:
    return f"/densai/demands/{demand.demand_no}{step}"


def entry(page: Page, **more: str) -> Any:
    """［仮登録の実行］; the bare response."""
    return page.client.post(page.path, {**page.hidden, "comment": "", "seen": "on", **more})


def test_the_open_demands_stand_by_their_deadline_with_the_time_left(
    maker: cast.Person, creditor: Trader, debtor: Trader, demand: Demand
) -> None:
    page = go(maker.client, "/densai/demands")
    assert (
        f"{demand.demand_no} 債権者請求 {creditor.company.name} 1,000,000 11月27日（金）15:00まで あと7日"
        in page.text
    )
    entering.submit(typed("answer", answer(demand)), **by(debtor.maker))
    Demand.objects.update(state=Demand.State.DENIED, answered_at=cast.AT)
    assert demand.demand_no not in go(maker.client, "/densai/demands").text
    assert f"{creditor.company.name} 1,000,000 否認" in go(maker.client, "/densai/demands?over=1").text


def test_the_list_is_there_as_a_file(maker: cast.Person, creditor: Trader, demand: Demand) -> None:
    response: Any = maker.client.get("/densai/demands?file=csv")
    _, row = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert row.split(",")[:5] == [
        demand.demand_no,
        creditor.company.name,
        "債権者請求",
        "1000000",
        "2027/01/29",
    ]


def test_a_demand_says_who_asks_what_until_when_and_what_consent_would_do(
    maker: cast.Person, creditor: Trader, debtor: Trader, demand: Demand
) -> None:
    page = go(maker.client, page_of(demand))
    says = f"{debtor.company.name}が、{creditor.company.name}へ、1,000,000円を、2027年1月29日（金）に"
    assert f"承諾すると：{says}支払うことを承諾します。" in page.text
    assert "11月27日（金）15:00まで" in page.text
    assert {"承諾", "否認"} <= page.links.keys()


@pytest.mark.parametrize(("step", "word"), [("accept", "承諾"), ("deny", "否認")])
def test_a_maker_enters_an_answer_which_waits_for_approval(
    maker: cast.Person, debtor: Trader, demand: Demand, step: str, word: str
) -> None:
    page = go(maker.client, page_of(demand)).follow(word)
    assert f"「{word}」を仮登録しますか" in page.text
    response = entry(page, comment="確認済みです。")
    request = Request.objects.get(type="answer")
    assert response.headers["Location"] == f"/densai/requests/{request.request_no}?done=submitted"
    assert (request.state, request.company, request.demand) == ("awaiting_approval", debtor.company, demand)
    version = request.versions.get()
    assert (version.content["lines"][0]["answer"], version.comment) == (step, "確認済みです。")
    demand.refresh_from_db()
    assert demand.state == Demand.State.OPEN
    again = go(maker.client, page_of(demand))
    assert "回答は仮登録済みで、承認を待っています。" in again.text
    assert "承諾" not in again.links


def test_an_answer_needs_the_tick(maker: cast.Person, demand: Demand) -> None:
    page = go(maker.client, page_of(demand, "/accept"))
    before = entered()
    response = go(maker.client, page.path, {**page.hidden, "comment": "急ぎ"})
    assert (response.status, errors(response)) == (422, {"seen": "チェックを付けてから、進んでください。"})
    assert "急ぎ</textarea>" in response.html
    assert entered() == before


def test_a_double_click_answers_once(maker: cast.Person, demand: Demand) -> None:
    page = go(maker.client, page_of(demand, "/accept"))
    first, second = entry(page), entry(page)
    request = Request.objects.get(type="answer")
    assert first.headers["Location"] == f"/densai/requests/{request.request_no}?done=submitted"
    assert second.headers["Location"] == f"/densai/requests/{request.request_no}"


def test_two_people_cannot_answer_differently(maker: cast.Person, debtor: Trader, demand: Demand) -> None:
    page = go(maker.client, page_of(demand, "/deny"))
    entering.submit(typed("answer", answer(demand)), **by(debtor.maker))
    response = entry(page)
    assert response.status_code == 409
    assert "ほかの人の請求が先に登録されました。" in response.content.decode()
    assert Request.objects.get(type="answer").versions.get().content["lines"][0]["answer"] == "accept"


def test_an_answer_that_was_sent_back_is_chosen_again_in_the_same_request(
    maker: cast.Person, debtor: Trader, demand: Demand
) -> None:
    request = entering.submit(typed("answer", answer(demand)), **by(debtor.maker))
    deciding.send_back(request.request_no, 1, **by(debtor.checker))
    page = go(maker.client, f"/densai/requests/{request.request_no}/edit")
    assert (page.path, "前の回答は「差戻し中」です。" in page.text) == (page_of(demand), True)
    page = page.follow("否認")
    assert f"請求番号 {request.request_no}、差戻し中）を、この内容に入れ替えます。" in page.text
    assert entry(page).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.version) == ("awaiting_approval", 2)
    assert request.versions.get(number=2).content["lines"][0]["answer"] == "deny"


def test_after_the_deadline_nothing_can_be_answered(maker: cast.Person, demand: Demand) -> None:
    page = go(maker.client, page_of(demand, "/accept"))
    business_day.move_to(date(2026, 11, 30), cast.AT)
    response = entry(page)
    assert (response.status_code, "回答期限を過ぎました。" in response.content.decode()) == (409, True)
    late = go(maker.client, page_of(demand))
    assert ("回答はできません。" in late.text, "承諾" in late.links) == (True, False)
    assert not Request.objects.filter(type="answer").exists()


def test_who_is_asked_alone_sees_the_demand(creditor: Trader, debtor: Trader, demand: Demand) -> None:
    for stranger in (person_of(creditor), person_of(trader())):
        assert demand.demand_no not in go(stranger.client, "/densai/demands").text
        for step in ("", "/accept", "/deny"):
            assert stranger.client.get(page_of(demand, step)).status_code == 404
            status = stranger.client.post(page_of(demand, step), {"seen": "on"}).status_code
            assert (step, status) == (step, 404 if step else 405)
    assert not Request.objects.filter(type="answer").exists()


def test_a_checker_sees_the_demand_and_cannot_enter_an_answer(debtor: Trader, demand: Demand) -> None:
    checker = person_of(debtor, *CHECKS)
    page = go(checker.client, page_of(demand))
    assert ("回答の仮登録は担当者が行います。" in page.text, "承諾" in page.links) == (True, False)
    assert checker.client.get(page_of(demand, "/accept")).status_code == 403
    assert checker.client.post(page_of(demand, "/accept"), {"seen": "on"}).status_code == 403
    assert not Request.objects.filter(type="answer").exists()


def test_who_has_nothing_to_do_with_accruals_is_told_which_right_is_missing(debtor: Trader) -> None:
    person = person_of(debtor, ("assignment", Tick.MAKER))
    page = go(person.client, "/densai/demands")
    assert (page.status, "必要な権限: 債権発生請求またはその他請求" in page.text) == (403, True)


@pytest.mark.parametrize("word", ["maybe", "Accept", "0"])
def test_there_are_two_answers(maker: cast.Person, demand: Demand, word: str) -> None:
    assert maker.client.get(page_of(demand, f"/{word}")).status_code == 404


def test_another_person_s_page_is_no_page(maker: cast.Person, debtor: Trader, demand: Demand) -> None:
    page = go(maker.client, page_of(demand, "/accept"))
    colleague = person_of(debtor)
    response = colleague.client.post(page.path, {**page.hidden, "seen": "on"})
    assert (response.status_code, Request.objects.filter(type="answer").exists()) == (404, False)


# 承諾依頼の取消


def withdraw_path(demand: Demand) -> str:
    return f"/densai/requests/{demand.line.request.request_no}/withdraw/1"


def test_who_asked_may_take_it_back_until_it_is_answered(
    creditor: Trader, debtor: Trader, demand: Demand
) -> None:
    maker = person_of(creditor)
    page = go(maker.client, withdraw_path(demand))
    assert f"{debtor.company.name}への1,000,000円の承諾依頼を取り消します。" in page.text
    assert entry(page).status_code == 302
    request = Request.objects.get(type="withdrawal")
    assert (request.state, request.company) == ("awaiting_approval", creditor.company)
    deciding.approve(request.request_no, 1, **by(creditor.checker))
    demand.refresh_from_db()
    assert demand.state == Demand.State.WITHDRAWN
    late = go(maker.client, withdraw_path(demand))
    assert (late.status, "相手先の承諾を待っていません。" in late.text) == (409, True)


def test_a_second_withdrawal_takes_the_place_of_the_first(creditor: Trader, demand: Demand) -> None:
    maker = person_of(creditor)
    entry(go(maker.client, withdraw_path(demand)))
    page = go(maker.client, withdraw_path(demand))
    request = Request.objects.get(type="withdrawal")
    assert f"請求番号 {request.request_no}、承認待ち）を、この内容に入れ替えます。" in page.text
    assert entry(page).status_code == 302
    assert (Request.objects.get(type="withdrawal").version) == 2
    deciding.send_back(request.request_no, 2, **by(creditor.checker))
    mended = go(maker.client, f"/densai/requests/{request.request_no}/edit")
    assert mended.path == withdraw_path(demand)


def test_nobody_else_can_take_it_back(maker: cast.Person, demand: Demand) -> None:
    for person in (maker, person_of(trader())):
        assert person.client.get(withdraw_path(demand)).status_code == 404
        assert person.client.post(withdraw_path(demand), {"seen": "on"}).status_code == 404
    assert not Request.objects.filter(type="withdrawal").exists()


@pytest.mark.parametrize("line", ["2", "0", "99999999999999999999"])
def test_a_line_that_is_not_there_cannot_be_taken_back(creditor: Trader, demand: Demand, line: str) -> None:
    path = f"{withdraw_path(demand)[:-1]}{line}"
    assert person_of(creditor).client.get(path).status_code == 404
