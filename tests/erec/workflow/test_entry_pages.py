"""The maker's pages, from the menu to 仮登録: nothing typed is lost, nothing wrong gets through."""

import time

import pytest

from erec.members.models import AccountRight
from erec.partners.models import GroupMember, Partner, PartnerGroup
from erec.workflow.actions import entering
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
    values,
)
from tests.erec.workflow.cast_workflow import (
    CHECKS,
    Trader,
    accrual,
    accrued,
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


UNDERSTOOD_AMOUNTS = ("1,234,567", "１，２３４，５６７", "1234567円", "￥１２３４５６７ 円")


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


UNDERSTOOD_DATES = ("2027-01-29", "2027/1/29", "20270129", "令和９年１月29日", "R9.1.29")


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
