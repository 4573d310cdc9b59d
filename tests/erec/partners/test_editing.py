"""The forms to register and change a partner: every step, every refusal, and nothing typed is lost."""

import html
import re
from typing import Any

import pytest

from accounts.actions.companies import stop_company
from accounts.models import Company
from erec.members.catalogue import Tick
from erec.members.models import BusinessRight
from erec.partners.actions import partners
from erec.partners.actions.partners import Entry
from erec.partners.models import Partner
from erec.trail.models import Entry as TrailEntry
from erec.trail.models import Outbox
from tests import cast
from tests.erec.members.cast_members import master
from tests.erec.partners.cast_partners import HERE, Keeper, another, key_of

pytestmark = pytest.mark.django_db

NEW = "/densai/partners/new"
TICK = {"checked": "on"}
NOT_FOUND = "この利用者番号と口座の組合せを確認できません。"


def typed(company: Company, index: int = 0, **more: str) -> dict[str, str]:
    key = key_of(company, index)
    return {"user_number": key.user_number, **vars(key.account), "registered_name": "", "memo": "", **more}


def press(client: cast.DoorClient, path: str, step: str, values: dict[str, Any]) -> Any:
    return client.post(path, {**values, "step": step})


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


def values_in(response: Any) -> dict[str, str]:
    """What the page's form would send back."""
    page = response.content.decode()
    found = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = html.unescape(value[1])
    chosen = re.search(r'<option value="(\d)" selected', page)
    return {**found, **({"kind": chosen[1]} if chosen else {})}


def state() -> tuple[Any, ...]:
    rows = Partner.objects.order_by("pk").values_list()
    return list(rows), TrailEntry.objects.exclude(event="right.denied").count(), Outbox.objects.count()


def test_form_confirmation_and_the_new_partner() -> None:
    keeper, company = Keeper.at_work(), another()
    values = typed(company, registered_name="青葉部品", memo="月末締め")
    confirmation = press(keeper.client, NEW, "check", values)
    assert confirmation.status_code == 200
    assert company.name in text_of(confirmation)
    assert "一〇信用金庫" in text_of(confirmation)
    assert Partner.objects.count() == 0
    done = press(keeper.client, NEW, "save", {**values_in(confirmation), **TICK})
    row = Partner.objects.get()
    assert done.headers["Location"] == f"/densai/partners/{row.pk}"
    assert (row.company_id, row.user_number, row.name, row.registered_name, row.memo, row.account) == (
        keeper.company_id,
        company.user_number,
        company.name,
        "青葉部品",
        "月末締め",
        key_of(company).account,
    )
    assert (row.checked_at, row.version, row.deleted_at) == (cast.AT, 1, None)
    event = TrailEntry.objects.get(event="partner.added")
    assert (event.company_id, event.login_id, event.target) == (
        keeper.company_id,
        keeper.user.login_id,
        company.user_number,
    )
    shown = keeper.client.get(done.headers["Location"])
    assert "青葉部品を登録しました。" in text_of(shown)
    assert "登録しました。" not in text_of(keeper.client.get(done.headers["Location"]))


def test_what_papers_print_and_spreadsheets_eat_is_understood() -> None:
    keeper, company = Keeper.at_work(), another()
    key = key_of(company)
    values = {
        "user_number": f" {key.user_number[:3].lower()}-{key.user_number[3:]}　",
        "bank_code": "９９９９",
        "branch_code": "101",
        "kind": key.account.kind,
        "number": str(int(key.account.number)),
    }
    assert company.name in text_of(press(keeper.client, NEW, "check", values))


def test_without_the_tick_nothing_is_saved_and_nothing_lost() -> None:
    keeper, company = Keeper.at_work(), another()
    before = state()
    values = typed(company, registered_name="青葉部品", memo="月末締め")
    again = press(keeper.client, NEW, "save", values)
    assert again.status_code == 422
    assert "チェックを付けてから、進んでください。" in text_of(again)
    assert values.items() <= values_in(again).items()
    assert state() == before


def test_the_way_back_from_the_confirmation_keeps_everything() -> None:
    keeper, company = Keeper.at_work(), another()
    values = typed(company, registered_name="青葉部品", memo="月末締め")
    confirmation = press(keeper.client, NEW, "check", values)
    form = press(keeper.client, NEW, "mend", values_in(confirmation))
    assert form.status_code == 200
    assert values.items() <= values_in(form).items()


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"user_number": ""}, "user_number", "入力してください。"),
        ({"user_number": "ABC"}, "user_number", "9文字で入力してください。今は3文字です。"),
        ({"user_number": "ABCDEFGHI"}, "user_number", "英字（I、O、Zを除く）と数字で"),
        ({"bank_code": "99999"}, "bank_code", "半角の数字4桁で入力してください。"),
        ({"branch_code": "本店"}, "branch_code", "「本」は使えません。"),
        ({"branch_code": "x"}, "branch_code", "半角の数字3桁で入力してください。"),
        ({"kind": ""}, "kind", "選んでください。"),
        ({"kind": "3"}, "kind", "一覧の中から選んでください。"),
        ({"number": "12345678"}, "number", "半角の数字7桁で入力してください。"),
        ({"registered_name": "名" * 61}, "registered_name", "60文字以内で入力してください。今は61文字です。"),
        ({"registered_name": "😀"}, "registered_name", "使えません"),
        ({"memo": "あ\x00い"}, "memo", "目に見えない文字"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_entry_is_told_at_its_field_and_the_rest_stays(
    wrong: dict[str, str], field: str, sentence: str
) -> None:
    keeper, company = Keeper.at_work(), another()
    before = state()
    values = typed(company, registered_name="青葉部品", memo="月末締め")
    page = press(keeper.client, NEW, "check", {**values, **wrong})
    assert page.status_code == 422
    error = re.search(rf'id="id_{field}_error">(.*?)</p>', text_of(page))
    assert error is not None
    assert sentence in error[1]
    rest = {name: value for name, value in values.items() if name not in wrong}
    assert rest.items() <= values_in(page).items()
    assert state() == before


def refusal(keeper: Keeper, values: dict[str, str], step: str) -> str:
    page = press(keeper.client, NEW, step, {**values, **TICK})
    assert page.status_code == 422
    kept = {name: value for name, value in values.items() if value}
    assert kept.items() <= values_in(page).items()
    return text_of(page)


@pytest.mark.parametrize("step", ["check", "save"])
def test_unknown_foreign_stopped_and_own_are_refused_at_both_steps(step: str) -> None:
    keeper, company, stopped = Keeper.at_work(), another(), another()
    stop_company(stopped, because="試験", at=cast.AT, origin=cast.ORIGIN)
    own = keeper.user.company
    before = state()
    unknown = refusal(keeper, typed(company, user_number="T99999999"), step)
    wrong_account = refusal(keeper, typed(company, number="9999999"), step)
    gone = refusal(keeper, typed(stopped), step)
    for page in (unknown, wrong_account, gone):
        assert NOT_FOUND in page
        assert company.name not in page
        assert stopped.name not in page
    assert "自社は取引先に登録できません。" in refusal(keeper, typed(own), step)
    assert "この金融機関コードは一覧にありません。" in refusal(keeper, typed(company, bank_code="9998"), step)
    assert state() == before


def test_the_very_same_partner_is_refused_and_shown() -> None:
    keeper, company = Keeper.at_work(), another()
    there = keeper.adds(company)
    before = state()
    for step in ("check", "save"):
        page = refusal(keeper, typed(company), step)
        assert "同じ利用者番号・口座の取引先が、もう登録されています。" in page
        assert f'href="/densai/partners/{there.pk}"' in page
    assert state() == before


def test_another_account_or_the_same_name_asks_and_is_then_allowed() -> None:
    keeper, company, namesake = Keeper.at_work(), another(), another()
    Company.objects.filter(pk=namesake.pk).update(name=company.name)
    first = keeper.adds(company)
    for values in (typed(company, 1), typed(namesake)):
        asked = press(keeper.client, NEW, "check", values)
        assert asked.status_code == 200
        assert "似た取引先が登録されています" in text_of(asked)
        unasked = press(keeper.client, NEW, "save", {**values, **TICK})  # as if nobody had been asked
        assert unasked.status_code == 409
        assert "似た取引先が登録されています" in text_of(unasked)
        shown = [str(row.pk) for row in Partner.objects.order_by("pk")]
        done = press(keeper.client, NEW, "save", {**values, **TICK, "seen": shown})
        assert done.status_code == 302
    assert Partner.objects.count() == 3
    assert Partner.objects.get(pk=first.pk).version == 1


def test_a_similar_partner_that_came_meanwhile_asks_again() -> None:
    keeper, company = Keeper.at_work(), another()
    confirmation = press(keeper.client, NEW, "check", typed(company, memo="大切"))
    keeper.adds(company, index=1)
    again = press(keeper.client, NEW, "save", {**values_in(confirmation), **TICK})
    assert again.status_code == 409
    assert "確認の間に、似た取引先が登録されました。" in text_of(again)
    assert values_in(again)["memo"] == "大切"
    assert Partner.objects.count() == 1


def test_a_bank_is_found_by_kana_and_chosen_and_nothing_typed_is_lost() -> None:
    keeper, company = Keeper.at_work(), another()
    values = typed(company, memo="大切", bank_code="", branch_code="", bank_words="みずほ")
    found = press(keeper.client, NEW, "banks", values)
    assert found.status_code == 200
    assert 'value="bank:0001"' in text_of(found)
    chosen = press(keeper.client, NEW, "bank:0001", values_in(found))
    assert (values_in(chosen)["bank_code"], values_in(chosen)["memo"]) == ("0001", "大切")
    branches = press(keeper.client, NEW, "branches", {**values_in(chosen), "branch_words": "ﾄｳｷﾖｳ"})
    assert 'value="branch:001"' in text_of(branches)
    ready = press(keeper.client, NEW, "branch:001", values_in(branches))
    assert values_in(ready)["branch_code"] == "001"
    assert "東京営業部" in text_of(ready)
    assert {"user_number": values["user_number"], "memo": "大切"}.items() <= values_in(ready).items()


@pytest.mark.parametrize(
    "step", ["bank:", "bank:x<y", "branch:999999", "branches", "banks", "drop:1", "bank"]
)
def test_a_made_up_step_is_no_failure(step: str) -> None:
    keeper = Keeper.at_work()
    assert press(keeper.client, NEW, step, {"bank_words": "\x00" * 50}).status_code in (200, 422)


def test_a_change_of_account_keeps_the_row_and_counts_its_version() -> None:
    keeper, company = Keeper.at_work(), another()
    row = keeper.adds(company, registered_name="青葉部品")
    path = f"/densai/partners/{row.pk}/change"
    form = keeper.client.get(path)
    assert {"registered_name": "青葉部品", "version": "1"}.items() <= values_in(form).items()
    values = {**typed(company, 1, registered_name="青葉部品", memo="新口座"), "version": "1"}
    confirmation = press(keeper.client, path, "check", values)
    assert "似た取引先" not in text_of(confirmation)  # itself is not similar to itself
    done = press(keeper.client, path, "save", {**values_in(confirmation), **TICK})
    assert done.headers["Location"] == f"/densai/partners/{row.pk}"
    row.refresh_from_db()
    assert (row.account, row.memo, row.version) == (key_of(company, 1).account, "新口座", 2)
    event = TrailEntry.objects.get(event="partner.changed")
    assert ("101" in event.detail["before"], "102" in event.detail["account"]) == (True, True)


def test_a_change_upon_a_colleagues_change_is_shown_and_then_made_knowingly() -> None:
    keeper, company = Keeper.at_work(), another()
    row = keeper.adds(company)
    path = f"/densai/partners/{row.pk}/change"
    colleague = Entry(key_of(company), "同僚の名前")
    partners.change(row.pk, colleague, version=1, acting_user=keeper.user, **HERE)
    values = {**typed(company, registered_name="わたしの名前"), "version": "1"}
    page = press(keeper.client, path, "save", {**values, **TICK})
    assert page.status_code == 409
    assert "今の登録" in text_of(page)
    assert "同僚の名前" in text_of(page)
    assert (values_in(page)["registered_name"], values_in(page)["version"]) == ("わたしの名前", "2")
    row.refresh_from_db()
    assert (row.registered_name, row.version) == ("同僚の名前", 2)
    assert press(keeper.client, path, "save", {**values_in(page), **TICK}).status_code == 302
    row.refresh_from_db()
    assert row.registered_name == "わたしの名前"


def test_what_was_typed_about_a_partner_that_a_colleague_deleted_can_become_a_new_one() -> None:
    keeper, company = Keeper.at_work(), another()
    row = keeper.adds(company)
    partners.delete(row.pk, version=1, acting_user=keeper.user, **HERE)
    path = f"/densai/partners/{row.pk}/change"
    assert keeper.client.get(path).status_code == 404
    page = press(keeper.client, path, "save", {**typed(company, memo="大切"), "version": "1", **TICK})
    assert page.status_code == 409
    assert "ほかの人が削除しました" in text_of(page)
    assert f'action="{NEW}"' in text_of(page)
    assert values_in(page)["memo"] == "大切"
    assert press(keeper.client, NEW, "save", {**values_in(page), **TICK}).status_code == 302


def test_the_deletion_asks_for_the_tick_and_tells_of_the_groups() -> None:
    keeper, company = Keeper.at_work(), another()
    row = keeper.adds(company)
    path = f"/densai/partners/{row.pk}/delete"
    before = state()
    assert keeper.client.post(path, {"version": "1"}).status_code == 422
    assert keeper.client.post(path, {"version": "7", **TICK}).status_code == 409
    assert keeper.client.post(path, {"version": "x", **TICK}).status_code == 422
    assert state() == before
    assert keeper.client.post(path, {"version": "1", **TICK}).headers["Location"] == "/densai/partners"
    row.refresh_from_db()
    assert row.deleted_at == cast.AT
    assert "削除しました。" in text_of(keeper.client.get("/densai/partners"))
    assert keeper.client.post(path, {"version": "1", **TICK}).status_code == 404


def test_a_competitor_with_a_valid_login_finds_nothing() -> None:
    keeper, rival, company = Keeper.at_work(), Keeper.at_work(), another()
    row = keeper.adds(company, registered_name="秘密の仕入先")
    before = state()
    for page in ("", "/change", "/delete"):
        path = f"/densai/partners/{row.pk}{page}"
        assert (path, rival.client.get(path).status_code) == (path, 404)
        if page:
            posted = {**typed(company), "version": "1", "step": "save", **TICK}
            assert (path, rival.client.post(path, posted).status_code) == (path, 404)
    assert "秘密の仕入先" not in text_of(rival.client.get("/densai/partners?q=秘密"))
    # The same company may be in both books: one does not learn that the other has it.
    assert press(rival.client, NEW, "check", typed(company)).status_code == 200
    assert state() == before


def test_without_the_right_every_page_is_refused_and_says_which_right() -> None:
    keeper, company = Keeper.at_work(), another()
    row = keeper.adds(company)
    BusinessRight.objects.filter(member=keeper.member, business="partners", tick=Tick.USE).delete()
    before = state()
    for path in ("/densai/partners", NEW, f"/densai/partners/{row.pk}", "/densai/partners/groups"):
        page = keeper.client.get(path)
        assert (path, page.status_code, "取引先管理の利用権限" in text_of(page)) == (path, 403, True)
    assert press(keeper.client, NEW, "save", {**typed(company, 1), **TICK}).status_code == 403
    assert state() == before


def test_the_menu_leads_whoever_has_the_right() -> None:
    keeper = Keeper.at_work()
    boss, _ = master()
    assert 'href="/densai/partners"' in text_of(keeper.client.get("/densai/administration"))
    assert 'href="/densai/partners"' not in text_of(boss.client.get("/densai/administration"))
