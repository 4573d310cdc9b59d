"""企業情報管理の手数料: everybody sees the tables, a master changes them with his approval password."""

import re
from typing import Any

import pytest

from erec.members.catalogue import Tick
from erec.workflow import fees
from erec.workflow.models import FeeBand, FeeTable
from tests import cast
from tests.erec.members.cast_members import APPROVAL, master
from tests.erec.workflow.cast_pages import errors, line, opened, person_of, sent, shared, values
from tests.erec.workflow.cast_workflow import trader
from tests.erec.workflow.test_fees import BANDS, OTHER, OWN, set_fees
from tests.erec.workflow.test_small_contractors import partner_of
from tests.portal import Page, go

pytestmark = pytest.mark.django_db

PAGE, CHANGE = "/densai/company/fees", "/densai/company/fees/change"
TYPED = {
    "version": "0",
    "own-0-from": "１円",
    "own-0-fee": "110",
    "other-3-from": "30,000",
    "other-3-fee": "440円",
    "other-0-from": "1",
    "other-0-fee": "220",
}


def posted(person: cast.Person, **more: str) -> Page:
    return go(person.client, CHANGE, {**TYPED, **more})


def nothing_changed() -> bool:
    return not FeeBand.objects.exists() and not FeeTable.objects.exists()


def test_a_master_sees_what_will_change_and_confirms_it_with_his_password() -> None:
    boss, member = master()
    page = posted(boss)
    assert "当方負担手数料: なし → 1円以上 110円" in page.text
    assert "先方負担手数料: なし → 1円以上30,000円未満 220円、30,000円以上 440円" in page.text
    assert nothing_changed()
    assert "承認パスワードが違います。" in posted(boss, approval_password="chigaimasu1").text
    assert nothing_changed()
    done = posted(boss, approval_password=APPROVAL)
    assert "手数料を変更しました。次の仮登録から、この内容になります。" in done.text
    assert fees.tables_of(member.company_id) == {OWN: ((1, 110),), OTHER: BANDS}


def test_the_form_holds_what_is_set_and_room_for_more() -> None:
    boss, _ = master()
    posted(boss, approval_password=APPROVAL)
    page = go(boss.client, CHANGE)
    found = values(page)
    assert page.hidden["version"] == "1"
    assert {name: text for name, text in found.items() if text} == {
        "own-0-from": "1",
        "own-0-fee": "110",
        "other-0-from": "1",
        "other-0-fee": "220",
        "other-1-from": "30,000",
        "other-1-fee": "440",
    }
    assert ("other-4-fee" in found, "other-5-fee" in found) == (True, False)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        (
            {"own-0-fee": ""},
            "own-0-fee",
            "「金額」と「手数料」の両方を入力してください。使わない行は、両方を空にしてください。",
        ),
        (
            {"own-0-from": ""},
            "own-0-from",
            "「金額」と「手数料」の両方を入力してください。使わない行は、両方を空にしてください。",
        ),
        ({"other-3-from": "1"}, "other-3-from", "同じ金額の行があります。どちらかを直してください。"),
        ({"own-0-from": "0"}, "own-0-from", "0円は入力できません。1円以上で入力してください。"),
        ({"own-0-fee": "100000"}, "own-0-fee", "0円から99,999円までの金額を、数字で入力してください。"),
        ({"own-0-fee": "-1"}, "own-0-fee", "0円から99,999円までの金額を、数字で入力してください。"),
        ({"own-0-fee": "9" * 5000}, "own-0-fee", "0円から99,999円までの金額を、数字で入力してください。"),
        ({"own-0-fee": "１１０"}, "own-0-fee", ""),
    ],
)
def test_bad_input_stands_at_its_cell(typed: dict[str, str], field: str, sentence: str) -> None:
    boss, _ = master()
    page = posted(boss, **typed)
    assert cell_errors(page) == ({field: sentence} if sentence else {})
    assert page.status == (422 if sentence else 200)
    assert nothing_changed()


def cell_errors(page: Page) -> dict[str, str]:
    """The sentences in the tables' cells, by the field's name."""
    return dict(re.findall(r'<span class="error" id="id_([\w-]+)_error">(.*?)</span>', page.html))


def test_a_page_of_an_older_table_is_refused() -> None:
    boss, _ = master()
    posted(boss, approval_password=APPROVAL)
    page = posted(boss, **{"own-0-fee": "990"}, approval_password=APPROVAL)
    assert page.status == 409
    assert "ほかの人が手数料を変更しました" in page.text
    assert FeeTable.objects.get().version == 1
    assert FeeBand.objects.get(table="own").fee_yen == 110


def test_everybody_sees_the_tables_and_only_a_master_changes_them() -> None:
    own = trader()
    set_fees(own, other_bands=BANDS)
    clerk = person_of(own)
    page = go(clerk.client, PAGE)
    assert "先方負担手数料 1円以上30,000円未満 220円 30,000円以上 440円" in page.text
    assert "変更は、マスターユーザだけができます。" in page.text
    assert clerk.client.get(CHANGE).status_code == 403
    assert clerk.client.post(CHANGE, {**TYPED, "approval_password": APPROVAL}).status_code == 403
    assert FeeBand.objects.count() == 2


def test_another_companys_tables_are_not_shown() -> None:
    set_fees(trader(), other_bands=BANDS)
    assert "440円" not in go(person_of(trader()).client, PAGE).text


def confirmed(own: Any, *others: Any, **more: str) -> Page:
    fields = shared(own, **{name: more.pop(name) for name in ("fee_bearer", "received_on") if name in more})
    for n, other in enumerate(others):
        fields |= line(other, n, **more)
    return sent(opened(person_of(own)), fields)


def test_the_maker_sees_what_was_asked_the_fee_and_what_is_recorded() -> None:
    own, other = trader(), trader()
    set_fees(own, other_bands=BANDS)
    page = confirmed(own, other, fee_bearer="受取人負担")
    assert "1,000,000円 440円 999,560円" in page.text
    assert "受取人負担（合計440円を差し引きます）" in page.text
    assert f"{other.company.name}へ、999,560円を、" in page.text
    back = sent(page, {"comment": ""}, press="back")
    assert values(back)["l0-amount_yen"] == "1,000,000"
    assert "受取人負担では、入力した金額から先方負担手数料を差し引いた金額で、債権が発生します。" in back.text


def test_a_fee_that_eats_the_amount_stands_at_the_amount() -> None:
    own, other = trader(), trader()
    set_fees(own, other_bands=BANDS)
    page = confirmed(own, other, fee_bearer="受取人負担", amount_yen="220")
    assert errors(page) == {
        "l0-amount_yen": "手数料の220円が、請求金額の220円以上です。金額か、手数料の負担を直してください。"
    }


def test_one_day_of_receipt_holds_for_the_lines_that_have_none() -> None:
    own, first, second = trader(), trader(), trader()
    partner_of(own, first)
    partner_of(own, second)
    fields = {**shared(own, received_on="2026/11/20"), **line(first), **line(second, 1)}
    page = sent(opened(person_of(own)), {**fields, "l1-received_on": "2026-12-02"})
    assert "2026年11月20日（金） 2027年1月29日（金）" in page.text
    assert "2026年12月2日（水） 2027年1月29日（金）" in page.text
    assert f"明細1 {first.company.name}（取適法の対象）：支払期日が、受領日" in page.text
    assert f"明細2 {second.company.name}" not in page.text


def test_a_batch_takes_the_day_of_receipt_and_the_fee_as_a_single_request_does() -> None:
    own, other = trader(), trader()
    partner_of(own, other)
    set_fees(own, other_bands=BANDS)
    account = other.account
    heading = "種類\t電子記録年月日\t自社の決済口座\t相手先の利用者番号\t金融機関コード\t支店コード"
    heading += "\t口座種別\t口座番号\t金額\t支払期日\t手数料\t受領日"
    row = f"債務者請求\t2026-11-20\t{own.account_text}\t{other.company.user_number}\t{account.bank_code}"
    row += f"\t{account.branch_code}\t{account.kind}\t{account.number}\t1000000\t2027-01-29\t受取人"
    rows = f"{heading}\n{row}\t2026-11-20\n{row}\t2026-12-02"
    person = person_of(own, ("batch", Tick.MAKER))
    page = sent(opened(person, "batch"), {"file_name": "", "rows": rows})
    name = other.company.name
    assert page.text.count(f"{name}（取適法の対象）：支払期日が、受領日の2026年11月20日（金）から") == 1
    assert "受領日の2026年12月2日" not in page.text
    assert f"{name}は、取適法の対象です。" in page.text
    assert "2件 1,999,120円" in page.text
    back = sent(page, {"comment": ""}, press="back")
    assert "2026-12-02" in back.html


def test_the_form_warns_as_soon_as_it_is_shown_again() -> None:
    own, other = trader(), trader()
    partner_of(own, other)
    fields = {**shared(own, fee_bearer="受取人負担"), **line(other, reference="😀")}
    page = sent(opened(person_of(own)), fields)
    assert page.status == 422
    assert "取適法の対象の取引先があります" in page.text
    assert "依頼人負担にしてください。" in page.text
    assert "受領日を入力してください。" in page.text
