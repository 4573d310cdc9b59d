"""入力の途中, the confirmation, 一時保存, 再利用 and 修正: nothing typed is lost, all is entered once."""

from datetime import date, timedelta

import pytest

from erec.members.models import BusinessRight, Member
from erec.parameters import business_day
from erec.trail.models import Entry
from erec.workflow.actions import deciding, entering, keeping
from erec.workflow.forms import tokens
from erec.workflow.models import Request, WorkingCopy
from tests import cast
from tests.erec.workflow.cast_pages import (
    ACCRUAL,
    at_confirmation,
    entered,
    errors,
    line,
    opened,
    person_of,
    sent,
    shared,
    submitted,
    token_of,
    values,
)
from tests.erec.workflow.cast_workflow import (
    CHECKS,
    Trader,
    accrual,
    approved,
    by,
    trader,
    typed,
)
from tests.portal import go

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Trader:
    return trader()


@pytest.fixture
def other() -> Trader:
    return trader()


@pytest.fixture
def maker(own: Trader) -> cast.Person:
    return person_of(own)


def test_a_session_that_ends_before_the_confirmation_loses_nothing(
    maker: cast.Person, own: Trader, other: Trader, clock: cast.Clock
) -> None:
    at_confirmation(maker, own, other)
    clock.forward(hours=2)
    assert maker.client.get("/densai/business/accrual").headers["Location"].startswith("/login")
    maker.log_in()
    maker.client.post("/densai/enter")
    menu = go(maker.client, "/densai/business/accrual")
    page = menu.follow("発生記録（債務者請求） 11月20日 10:00の続きを入力")
    assert values(page)["l0-amount_yen"] == "1,000,000"
    assert other.company.name in page.text
    assert submitted(sent(page, {**shared(own), **line(other)})).status_code == 302


def test_what_is_typed_is_kept_while_the_person_rests_and_no_session_is_needed_twice(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    page = opened(maker)
    fields = {**page.hidden, **shared(own), **line(other, amount_yen="12ab"), "go": "keep"}
    assert maker.client.post(page.action, fields).status_code == 204
    assert WorkingCopy.objects.get().content["lines"][0]["amount_yen"] == "12ab"
    assert values(go(maker.client, page.action))["l0-amount_yen"] == "12ab"


def test_a_double_click_enters_once(maker: cast.Person, own: Trader, other: Trader) -> None:
    page = at_confirmation(maker, own, other)
    first, second = submitted(page), submitted(page)
    request = Request.objects.get()
    assert first.headers["Location"] == f"/densai/requests/{request.request_no}?done=submitted"
    assert second.headers["Location"] == f"/densai/requests/{request.request_no}"
    assert Entry.objects.filter(event="request.submitted").count() == 1


def test_the_way_back_to_an_entered_page_leads_to_the_request(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    page = at_confirmation(maker, own, other)
    submitted(page)
    request = Request.objects.get()
    for path in (page.action, page.action.replace("confirm", "entry")):
        assert maker.client.get(path).headers["Location"] == f"/densai/requests/{request.request_no}"
    assert maker.client.post(page.action.replace("confirm", "entry"), {"go": "keep"}).status_code == 302
    assert WorkingCopy.objects.count() == 0


def test_without_the_tick_nothing_is_entered_and_the_comment_stays(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    page = at_confirmation(maker, own, other)
    before = entered()
    answer = go(maker.client, page.action, {**page.hidden, "comment": "早めに", "go": "submit"})
    assert (answer.status, errors(answer)) == (422, {"seen": "チェックを付けてから、進んでください。"})
    assert "早めに</textarea>" in answer.html
    assert entered() == before


def test_a_comment_of_251_characters_is_refused_and_stays_on_the_page(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    page = at_confirmation(maker, own, other)
    sent_fields = {**page.hidden, "comment": "あ" * 251, "seen": "on", "go": "submit"}
    answer = go(maker.client, page.action, sent_fields)
    assert errors(answer) == {"comment": "250文字以内で入力してください。今は251文字です。"}
    assert "あ" * 251 in answer.html
    assert Request.objects.count() == 0
    assert submitted(page, comment="あ" * 250).status_code == 302


def test_the_comment_is_there_after_the_way_back(maker: cast.Person, own: Trader, other: Trader) -> None:
    page = at_confirmation(maker, own, other)
    back = go(maker.client, page.action, {**page.hidden, "comment": "至急", "go": "back"})
    page = sent(back, {**shared(own), **line(other)})
    assert "至急</textarea>" in page.html


def test_what_another_tab_changed_after_the_confirmation_is_shown_before_it_is_entered(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    page = at_confirmation(maker, own, other)
    sent(page.follow("入力に戻る"), {**shared(own), **line(other, amount_yen="7")})
    response = submitted(page)
    text = response.content.decode()
    assert (response.status_code, Request.objects.count()) == (409, 0)
    assert "別の画面で入力の内容が変わりました。" in text
    assert "7円を" in text


def test_a_right_taken_away_between_form_and_confirmation_enters_nothing(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    page = at_confirmation(maker, own, other)
    BusinessRight.objects.filter(member__user=maker.user, business="accrual").delete()
    response = submitted(page)
    assert (response.status_code, Request.objects.count()) == (403, 0)
    assert "債権発生請求の担当者権限" in response.content.decode()
    assert WorkingCopy.objects.count() == 1


def test_another_person_s_page_is_no_page(maker: cast.Person, own: Trader, other: Trader) -> None:
    page = at_confirmation(maker, own, other)
    token, entry = token_of(page), page.action.replace("confirm", "entry")
    for stranger in (person_of(own), person_of(other)):
        for path in (page.action, entry, f"{entry}/partners", f"{entry}/claims"):
            assert (path, stranger.client.get(path).status_code) == (path, 404)
            assert (path, stranger.client.post(path, {"go": "submit"}).status_code) == (path, 404)
        assert stranger.client.post(f"{entry}/discard").status_code == 404
    assert WorkingCopy.objects.get().token == token
    assert Request.objects.count() == 0


@pytest.mark.parametrize("token", ["x", "a" * 38, "-" * 200])
def test_a_made_up_page_is_no_page(maker: cast.Person, token: str) -> None:
    for path in (f"/densai/requests/entry/{token}", f"/densai/requests/confirm/{token}"):
        assert maker.client.get(path).status_code == 404
        assert maker.client.post(path, {"type": ACCRUAL, "go": "draft"}).status_code == 404


def test_a_checker_may_not_begin_anything_and_is_told_whom_to_ask(own: Trader) -> None:
    checker = person_of(own, *CHECKS)
    for type_code in ("accrual_by_obligor", "accrual_by_obligee", "cancel_accrual", "assignment"):
        page = go(checker.client, f"/densai/requests/new/{type_code}")
        assert (page.status, "の担当者権限" in page.text) == (403, True)


@pytest.mark.parametrize("type_code", ["answer", "withdrawal", "nothing"])
def test_what_is_not_begun_with_a_form_has_no_form(maker: cast.Person, type_code: str) -> None:
    assert maker.client.get(f"/densai/requests/new/{type_code}").status_code == 404


def test_a_draft_keeps_everything_as_it_was_typed_and_goes_on_as_the_same_request(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    fields = {**shared(own, record_on="いつか"), **line(other, amount_yen="12ab", due_on="")}
    menu = sent(opened(maker), fields, "draft")
    draft = Request.objects.get()
    assert (draft.state, draft.partner_name) == ("draft", "")
    assert f"一時保存しました（請求番号 {draft.request_no}）。" in menu.text
    page = menu.follow(f"請求番号{draft.request_no}の続きを入力")
    kept = values(page)
    assert (kept["record_on"], kept["l0-amount_yen"], kept["l0-due_on"]) == ("いつか", "12ab", "")
    response = submitted(sent(page, {**shared(own), **line(other)}))
    assert response.headers["Location"] == f"/densai/requests/{draft.request_no}?done=submitted"
    draft.refresh_from_db()
    assert (draft.state, draft.version) == ("awaiting_approval", 2)


def test_an_eleventh_draft_is_refused_and_its_input_stays(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    for _ in range(10):
        draft = typed(ACCRUAL, accrual(own, other))
        entering.save_draft(draft, acting_user=maker.user, at=cast.AT, origin=cast.ORIGIN)
    page = sent(opened(maker), {**shared(own), **line(other, amount_yen="11")}, "draft")
    assert page.status == 409
    assert "一時保存は1人10件までです。今の入力は保存されていません。" in page.text
    assert values(page)["l0-amount_yen"] == "11"
    assert Request.objects.count() == 10


def test_a_draft_is_its_maker_s_alone(maker: cast.Person, own: Trader, other: Trader) -> None:
    sent(opened(maker), {**shared(own), **line(other)}, "draft")
    draft = Request.objects.get()
    for stranger in (person_of(own), person_of(other)):
        path = f"/densai/requests/new/{ACCRUAL}?from={draft.request_no}"
        assert stranger.client.get(path).status_code == 404
        assert stranger.client.get(f"/densai/requests/{draft.request_no}/edit").status_code == 404
        assert draft.request_no not in go(stranger.client, "/densai/business/accrual").text


def test_a_past_request_is_used_again_with_dates_that_can_be(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    first = approved(own, ACCRUAL, accrual(own, other, due_on=date(2026, 12, 10)))
    page = opened(maker, query=f"?from={first.request_no}")
    assert (values(page)["l0-amount_yen"], values(page)["l0-due_on"]) == ("1,000,000", "2026-12-10")
    assert page.hidden["request_no"] == ""
    business_day.move_to(date(2026, 12, 8), cast.AT)
    page = opened(maker, query=f"?from={first.request_no}")
    assert (values(page)["record_on"], values(page)["l0-due_on"]) == ("2026-12-08", "")


def test_another_company_s_request_is_not_used_again(own: Trader, other: Trader) -> None:
    first = approved(own, ACCRUAL, accrual(own, other))
    stranger = person_of(other)
    path = f"/densai/requests/new/{ACCRUAL}?from={first.request_no}"
    assert stranger.client.get(path).status_code == 404
    assert stranger.client.get(f"/densai/requests/{first.request_no}/edit").status_code == 404


def test_what_was_sent_back_is_mended_with_its_reason_on_top(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    request = entering.submit(typed(ACCRUAL, accrual(own, other)), **by(own.maker))
    Request.objects.filter(pk=request.pk).update(
        approval_error=[{"line": 1, "field": "due_on", "sentence": "支払期日が近すぎます。"}]
    )
    deciding.send_back(request.request_no, 1, comment="日付を直して", **by(own.checker))
    page = go(maker.client, f"/densai/requests/{request.request_no}/edit")
    assert "承認時エラー情報 明細1：支払期日が近すぎます。" in page.text
    assert "さんのコメント 日付を直して" in page.text
    assert "一時保存" not in page.buttons
    response = submitted(sent(page, {**shared(own), **line(other, due_on="2027-02-26")}))
    assert response.headers["Location"] == f"/densai/requests/{request.request_no}?done=submitted"
    request.refresh_from_db()
    assert (request.state, request.version, request.approval_error) == ("awaiting_approval", 2, [])
    assert request.maker.user_id == maker.user.pk


def test_a_request_that_changed_meanwhile_is_not_overwritten_and_nothing_typed_is_lost(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    request = entering.submit(typed(ACCRUAL, accrual(own, other)), **by(own.maker))
    page = go(maker.client, f"/densai/requests/{request.request_no}/edit")
    page = sent(page, {**shared(own), **line(other, amount_yen="3")})
    colleague_s = accrual(own, other, amount_yen=2)
    again = typed(ACCRUAL, colleague_s, request_no=request.request_no, version=1)
    entering.submit(again, **by(own.maker))
    response = submitted(page)
    text = response.content.decode()
    assert (response.status_code, "請求の内容が変わりました" in text) == (409, True)
    assert Request.objects.get().total_yen == 2
    page = go(maker.client, page.action.replace("confirm", "entry"), {"go": "rebase"})
    assert submitted(page).status_code == 302
    assert (Request.objects.get().total_yen, Request.objects.get().version) == (3, 3)


def test_what_was_typed_for_a_request_that_was_approved_meanwhile_becomes_a_new_one(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    request = entering.submit(typed(ACCRUAL, accrual(own, other)), **by(own.maker))
    page = go(maker.client, f"/densai/requests/{request.request_no}/edit")
    page = sent(page, {**shared(own), **line(other, amount_yen="3")})
    deciding.approve(request.request_no, 1, **by(own.checker))
    response = submitted(page)
    assert (response.status_code, "「記録済」になっています" in response.content.decode()) == (409, True)
    page = go(maker.client, page.action.replace("confirm", "entry"), {"go": "detach"})
    assert submitted(page).status_code == 302
    assert sorted(Request.objects.values_list("total_yen", flat=True)) == [3, 1_000_000]


def test_an_approved_request_cannot_be_opened_for_mending(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    request = approved(own, ACCRUAL, accrual(own, other))
    page = go(maker.client, f"/densai/requests/{request.request_no}/edit")
    assert (page.status, "この請求は「記録済」のため、修正できません。" in page.text) == (409, True)


def test_what_was_begun_can_be_thrown_away(maker: cast.Person, own: Trader, other: Trader) -> None:
    page = at_confirmation(maker, own, other)
    menu = go(maker.client, f"{page.action.replace('confirm', 'entry')}/discard", {})
    assert (menu.path, WorkingCopy.objects.count()) == ("/densai/business/accrual", 0)


def test_of_more_than_thirty_inputs_the_oldest_go(
    maker: cast.Person, own: Trader, other: Trader, clock: cast.Clock
) -> None:
    member = Member.objects.get(user=maker.user)
    made = [tokens.new(member) for _ in range(31)]
    for n, token in enumerate(made):
        at = cast.AT + timedelta(seconds=n)
        keeping.keep(token, ACCRUAL, {"shared": {}, "lines": []}, acting_user=maker.user, at=at)
    clock.forward(minutes=1)
    page = opened(maker)
    maker.client.post(page.action, {**page.hidden, **shared(own), "go": "keep"})
    kept = set(WorkingCopy.objects.values_list("token", flat=True))
    assert kept == {*made[2:], token_of(page)}
