"""The maker's pages, from the menu to 仮登録: nothing typed is lost, nothing wrong gets through."""

import time
from datetime import date, timedelta

import pytest

from erec.members.models import AccountRight, BusinessRight, Member
from erec.parameters import business_day
from erec.partners.models import GroupMember, Partner, PartnerGroup
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
    accrued,
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


def test_a_maker_enters_an_accrual_from_the_form_to_the_request(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    page = at_confirmation(maker, own, other)
    assert page.path.rpartition("/")[0] == "/densai/requests/confirm"
    assert f"{own.company.name}が、{other.company.name}へ、1,000,000円を、2027年1月29日（金）に" in page.text
    assert "2026年11月20日（金）15:00" in page.text
    response = submitted(page, comment="お願いします。\n急ぎです。")
    request = Request.objects.get()
    assert response.headers["Location"] == f"/densai/requests/{request.request_no}?done=submitted"
    assert (request.state, request.total_yen) == ("awaiting_approval", 1_000_000)
    assert (request.company, request.maker.user_id) == (own.company, maker.user.pk)
    assert request.versions.get().comment == "お願いします。\n急ぎです。"
    assert WorkingCopy.objects.count() == 0
    assert go(maker.client, response.headers["Location"]).status == 200


def test_a_person_with_one_account_need_not_choose_it(maker: cast.Person, own: Trader) -> None:
    AccountRight.objects.filter(member__user=maker.user).exclude(account=own.account).delete()
    page = opened(maker)
    assert f'<option value="{own.account_text}" selected>' in page.html
    assert "選んでください" not in page.html


def test_an_account_that_the_person_may_not_use_is_not_offered_and_not_taken(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    AccountRight.objects.filter(member__user=maker.user, account=own.account).delete()
    page = opened(maker)
    assert own.account_text not in page.html
    page = sent(page, {**shared(own), **line(other)})
    assert (page.status, errors(page)) == (422, {"account": "一覧の中から選んでください。"})


WRONG_AMOUNTS = {
    "": "入力してください。",
    "0": "0円は入力できません。1円以上で入力してください。",
    "０円": "0円は入力できません。1円以上で入力してください。",
    "-5": "マイナスの金額は入力できません。1円以上で入力してください。",
    "▲1,000": "マイナスの金額は入力できません。1円以上で入力してください。",
    "−1000": "マイナスの金額は入力できません。1円以上で入力してください。",
    "10,000,000,000": "金額は9,999,999,999円までです。",
    "9" * 5000: "金額は9,999,999,999円までです。",
    "100万円": "金額は数字で入力してください。「万」は使えません。例：1,234,567",
    "1e6": "金額は数字で入力してください。「e」は使えません。例：1,234,567",
    "1000.5": "1円未満の端数は入力できません。円の単位で入力してください。",
    "12,34": "区切りの「,」の位置を確かめてください。3桁ごとに区切ります。例：1,234,567",
    "円": "金額を数字で入力してください。例：1,234,567",
    "<b>1</b>": "金額は数字で入力してください。「<」は使えません。例：1,234,567".replace("<", "&lt;"),
}


def test_each_wrong_amount_gets_its_own_sentence_at_its_field_and_nothing_is_entered(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    before = entered()
    page = opened(maker)
    for text, sentence in WRONG_AMOUNTS.items():
        answer = sent(page, {**shared(own), **line(other, amount_yen=text)})
        assert (text, answer.status, errors(answer)) == (text, 422, {"l0-amount_yen": sentence})
        assert (text, values(answer)["l0-amount_yen"]) == (text, text)
        assert f'<a href="#id_l0-amount_yen">明細1 債権金額（円）：{sentence}</a>' in answer.html
    assert entered() == before


UNDERSTOOD_AMOUNTS = (
    "1,234,567",
    "１，２３４，５６７",
    "1234567円",
    "¥1,234,567",
    "１２３４５６７ 円",
    "￥1,234,567",
)


def test_an_amount_is_understood_however_it_is_typed_and_shown_back_in_one_way(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    page = opened(maker)
    for text in UNDERSTOOD_AMOUNTS:
        answer = sent(page, {**shared(own), **line(other, amount_yen=text)})
        assert (text, "1,234,567円を" in answer.text) == (text, True)
        assert (text, values(answer.follow("入力に戻る"))["l0-amount_yen"]) == (text, "1,234,567")
    answer = sent(page, {**shared(own), **line(other, amount_yen="１２３４", due_on="x")})
    assert (answer.status, values(answer)["l0-amount_yen"]) == (422, "1,234")


UNDERSTOOD_DATES = (
    "2027-01-29",
    "2027/1/29",
    "20270129",
    "２０２７年１月２９日",
    "令和9年1月29日",
    "R9.1.29",
)


def test_a_date_is_understood_however_it_is_typed(maker: cast.Person, own: Trader, other: Trader) -> None:
    page = opened(maker)
    for text in UNDERSTOOD_DATES:
        answer = sent(page, {**shared(own), **line(other, due_on=text)})
        assert (text, "2027年1月29日（金）に" in answer.text) == (text, True)


WRONG_DATES = {
    "": "入力してください。",
    "2027/2/29": "この日付は暦にありません。年月日を確かめてください。",
    "20271301": "この日付は暦にありません。年月日を確かめてください。",
    "1/29": "日付は「2026/12/1」のように、年・月・日の順に入力してください。",
    "明日": "日付は「2026/12/1」のように、年・月・日の順に入力してください。",
    "2026-11-25": "支払期日は、2026年11月26日から2027年11月20日までの日付を入力してください。",
    "2027-11-21": "支払期日は、2026年11月26日から2027年11月20日までの日付を入力してください。",
    "9999-12-31": "支払期日は、2026年11月26日から2027年11月20日までの日付を入力してください。",
    "0001-01-01": "支払期日は、2026年11月26日から2027年11月20日までの日付を入力してください。",
}


def test_each_wrong_due_date_gets_its_sentence_and_stays_as_it_was_typed(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    page = opened(maker)
    for text, sentence in WRONG_DATES.items():
        answer = sent(page, {**shared(own), **line(other, due_on=text)})
        assert (text, answer.status, errors(answer)) == (text, 422, {"l0-due_on": sentence})
        assert (text, values(answer)["l0-due_on"]) == (text, text)
    assert Request.objects.count() == 0


def test_the_dates_that_may_be_chosen_stand_at_the_field_with_the_holidays_by_name(
    maker: cast.Person,
) -> None:
    page = opened(maker)
    assert "2026年11月20日（金）から2026年12月18日（金）までの銀行営業日。" in page.text
    assert "15:00までに承認が済むときだけ使えます。" in page.text
    assert "休業日：11月23日（月）勤労感謝の日。" in page.text
    record_on = page.inputs["id_record_on"]
    assert (record_on["value"], record_on["min"], record_on["max"]) == (
        "2026-11-20",
        "2026-11-20",
        "2026-12-18",
    )
    assert (
        "11月20日（金）のとき、支払期日は2026年11月26日（木）から2027年11月20日（土）まで選べます。"
        in page.text
    )


def test_a_page_left_open_past_the_cut_off_says_so_and_keeps_what_was_typed(
    maker: cast.Person, own: Trader, other: Trader, clock: cast.Clock
) -> None:
    page = at_confirmation(maker, own, other)
    clock.forward(minutes=10)  # within the session
    clock.at = clock.at.replace(hour=6, minute=0)
    maker.log_in()
    maker.client.post("/densai/enter")
    response = maker.client.post(
        page.action, {**page.hidden, "comment": "", "seen": "on", "go": "submit"}
    ).content.decode()
    assert "当日分の受付は終わりました。" in response
    assert 'value="1,000,000"' in response
    assert Request.objects.count() == 0


def test_every_line_is_judged_and_the_summary_leads_to_each(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    fields = {**shared(own), **line(other), **line(other, 1, amount_yen="x"), **line(other, 2, due_on="")}
    page = sent(opened(maker), fields)
    assert errors(page) == {
        "l1-amount_yen": "金額は数字で入力してください。「x」は使えません。例：1,234,567",
        "l2-due_on": "入力してください。",
    }
    assert page.links["明細3 支払期日：入力してください。"] == "#id_l2-due_on"


def test_a_partner_without_a_contract_and_ones_own_company_are_refused_at_their_lines(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    other_s_number = {"user_number": other.company.user_number}
    fields = {
        **shared(own),
        **line(own),
        **line(own, 1, **other_s_number),
        **line(other, 2, number="9999999"),
    }
    page = sent(opened(maker), fields)
    nobody = "利用者番号と口座の組合せが見つかりません。相手先の契約内容と合っているか、確かめてください。"
    assert errors(page) == {
        "l0-user_number": "相手先に、自社は指定できません。",
        "l1-user_number": nobody,
        "l2-user_number": nobody,
    }
    assert other.company.name not in page.text  # whose account it is not, learns no name


def test_full_width_codes_and_a_short_account_number_are_understood(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    a = other.account
    texts = {
        "user_number": other.company.user_number.lower(),
        "bank_code": "９９９９",
        "branch_code": "１０１",
        "number": str(int(a.number)),
    }
    page = sent(opened(maker), {**shared(own), **line(other, **texts)})
    assert f"{other.company.name}へ、1,000,000円を" in page.text


def test_a_partner_chosen_from_the_list_under_the_field_fills_the_line(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    chosen = f"{other.company.user_number} {other.account_text} {other.company.name}"
    blank = {"bank_code": "", "branch_code": "", "number": ""}
    page = sent(opened(maker), {**shared(own), **line(other, **{**blank, "user_number": chosen})})
    assert f"{other.company.name}へ、1,000,000円を" in page.text


def test_a_number_used_before_with_one_account_will_do(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    accrued(own, other)
    blank = {"bank_code": "", "branch_code": "", "number": ""}
    page = sent(opened(maker), {**shared(own), **line(other, **blank)})
    assert f"{other.company.name}へ、1,000,000円を" in page.text


def test_lines_are_added_removed_and_numbered_without_a_script(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    page = sent(opened(maker), {**shared(own), **line(other)}, "add-1")
    assert page.path.endswith("#line-2")
    page = sent(page, {**shared(own), **line(other), **line(other, 1, amount_yen="2")}, "add-10")
    assert "明細12" in page.html
    page = sent(page, {**shared(own), **line(other), **line(other, 1, amount_yen="2")}, "remove-1")
    assert (values(page)["l0-amount_yen"], "明細2" in page.html) == ("2", False)


def test_lines_in_which_nothing_stands_are_left_out(maker: cast.Person, own: Trader, other: Trader) -> None:
    empty = {"l1-kind": "2", "l1-user_number": "", "l1-amount_yen": "　", "l3-user_number": ""}
    page = sent(opened(maker), {**shared(own), **empty, **line(other, 2)})
    assert "1,000,000円を" in page.text


def test_rows_copied_from_a_spreadsheet_become_lines(maker: cast.Person, own: Trader, other: Trader) -> None:
    a = other.account
    row = f"{other.company.user_number}\t9999\t{a.branch_code}\t当座\t{a.number}\t１,０００\t2027/1/29\tA-1"
    page = sent(opened(maker), {**shared(own), "pasted": f"{row}\n{row}\n\n"}, "paste")
    assert (values(page)["l1-amount_yen"], values(page)["l1-reference"]) == ("１,０００", "A-1")
    page = sent(page, values(page) | shared(own) | {"l0-kind": "2", "l1-kind": "2"})
    assert "合計2,000円（2件）を" in page.text
    assert "明細1と明細2は、相手先・金額・支払期日が同じです。" in page.text


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        ("", "貼り付ける欄が空です。表計算ソフトの行を貼り付けてください。"),
        ("T00000001,9999", "1行目は2列です。"),
        ("a,b,c,d,e,f,g,h,i", "1行目は9列です。"),
        ('"' + "x" * 200_000, "貼り付けた内容を読み取れません。"),
    ],
)
def test_a_paste_of_another_shape_is_refused_and_stays_in_its_box(
    maker: cast.Person, own: Trader, pasted: str, sentence: str
) -> None:
    page = sent(opened(maker), {**shared(own), "l0-user_number": "T1", "pasted": pasted}, "paste")
    assert (page.status, sentence in page.text, values(page)["l0-user_number"]) == (422, True, "T1")
    assert pasted.replace('"', "&quot;") in page.html


def test_one_due_date_fills_the_lines_that_have_none(maker: cast.Person, own: Trader, other: Trader) -> None:
    fields = {**shared(own), **line(other, due_on=""), **line(other, 1, due_on="2027-02-26")}
    page = sent(opened(maker), {**fields, "all_due_on": "2027-01-29"}, "dues")
    assert (values(page)["l0-due_on"], values(page)["l1-due_on"]) == ("2027-01-29", "2027-02-26")


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


def partner(of: Trader, other: Trader, name: str = "") -> Partner:
    return Partner.objects.create(
        company=of.company,
        **other.as_partner(),
        name=other.company.name,
        registered_name=name,
        sought=f"{other.company.name} {other.company.user_number}",
        sort_name=other.company.name,
        checked_at=cast.AT,
        changed_at=cast.AT,
    )


def test_partners_are_chosen_on_a_page_of_their_own_and_the_form_is_kept(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    third = trader()
    partner(own, other)
    partner(own, third)
    page = sent(opened(maker), {**shared(own), **line(other, amount_yen="5")}, "partners")
    assert (other.company.name in page.text, third.company.name in page.text) == (True, True)
    chosen = f"{third.company.user_number} {third.account_text}"
    page = go(maker.client, page.action or page.path, {"choose": chosen})
    assert (values(page)["l0-amount_yen"], values(page)["l1-user_number"]) == ("5", third.company.user_number)
    assert third.company.name in page.text


def test_a_group_fills_lines_with_its_amounts_and_another_company_s_does_not(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    row = partner(own, other)
    group = PartnerGroup.objects.create(company=own.company, name="月末", changed_at=cast.AT)
    GroupMember.objects.create(company=own.company, group=group, partner=row, amount_yen=70_000)
    for query in (f"?group={group.pk}", f"?partners={row.pk}"):
        page = opened(maker, query=query)
        amount = "70,000" if "group" in query else ""
        assert (values(page)["l0-user_number"], values(page)["l0-amount_yen"]) == (
            other.company.user_number,
            amount,
        )
    stranger = person_of(trader())
    assert stranger.client.get(f"/densai/requests/new/{ACCRUAL}?group={group.pk}").status_code == 404
    assert values(opened(stranger, query=f"?partners={row.pk}"))["l0-user_number"] == ""


def test_five_hundred_lines_go_through_in_time_and_501_are_refused(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    fields = shared(own)
    for n in range(500):
        fields |= line(other, n, amount_yen=str(n + 1))
    page = opened(maker)
    began = time.process_time()  # of this process: other tests may run beside
    page = sent(page, fields)
    assert "合計125,250円（500件）を" in page.text
    response = submitted(page)
    assert time.process_time() - began < 10
    assert response.status_code == 302
    assert (Request.objects.get().lines_count, Request.objects.get().total_yen) == (500, 125_250)
    page = sent(opened(maker), {**fields, **line(other, 500)})
    assert (page.status, "明細は500件までです。今は501件あります。減らしてください。" in page.text) == (
        422,
        True,
    )
    assert Request.objects.count() == 1


def test_the_menu_shows_only_what_the_person_may_do(own: Trader, other: Trader) -> None:
    maker, checker = person_of(own), person_of(own, *CHECKS)
    entering.submit(typed(ACCRUAL, accrual(own, other)), **by(own.maker))
    of_maker, of_checker = (go(p.client, "/densai/business/accrual") for p in (maker, checker))
    begun = {"発生記録（債務者請求）", "発生記録（債権者請求）", "発生記録の取消"}
    assert begun <= of_maker.links.keys()
    assert not begun & of_checker.links.keys()
    assert ("承認待ち一覧（1件）" in of_checker.links, "承認待ち一覧" in of_maker.links) == (True, False)
    assert "譲渡記録" in go(maker.client, "/densai/business/assignment").links


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
