"""その他請求 by its pages: the claim is chosen or typed, what is usual is there, errors stand at their field.

And the other company reads exactly what it is asked.
"""

from datetime import date
from typing import Any

import pytest

from erec.members.catalogue import Tick
from erec.members.models import AccountRight
from erec.parameters import business_day
from erec.workflow.actions import deciding, entering
from erec.workflow.models import Demand, Request
from tests import cast
from tests.erec.workflow.cast_pages import entered, errors, opened, person_of, sent, submitted, values
from tests.erec.workflow.cast_workflow import (
    CHECKS,
    Trader,
    accrual,
    accrued,
    approved,
    assignment,
    by,
    change,
    guarantee,
    payment,
    trader,
)
from tests.portal import Page, go

pytestmark = pytest.mark.django_db

OTHER_TYPES = ("change", "guarantee", "payment_by_payer", "payment_by_payee")
AFTER = {"what": "change", "amount_yen": "８００，０００"}


@pytest.fixture
def debtor() -> Trader:
    return trader()


@pytest.fixture
def creditor() -> Trader:
    return trader()


@pytest.fixture
def number(debtor: Trader, creditor: Trader) -> str:
    """Of a claim of 1,000,000 yen, due on 2027-01-29."""
    return accrued(debtor, creditor)


@pytest.fixture
def maker(creditor: Trader, number: str) -> cast.Person:
    return person_of(creditor)


def offered(person: cast.Person, type_code: str) -> set[str]:
    """The numbers that can be chosen."""
    page = sent(opened(person, type_code), {}, "claims")
    return {found["value"] for found in page.inputs.values() if found.get("name") == "choose"}


def chosen(page: Page, number: str) -> Page:
    response: Any = page.client.post(page.path, {"choose": [number]})
    return go(page.client, response.headers["Location"])


def fields(type_code: str, number: str, partner: Trader) -> dict[str, str]:
    """Everything right in the form of that type."""
    of_type: dict[str, dict[str, str]] = {
        "guarantee": partner.as_partner(),
        "change": AFTER,
        "payment_by_payer": {"cause": "弁済", "paid_on": "2026-11-20"},
        "payment_by_payee": {"cause": "弁済", "paid_on": "2026-11-20"},
    }
    return {"l0-record_number": number, **of_type[type_code]}


def test_the_menu_names_the_four_requests_and_the_lists(maker: cast.Person) -> None:
    page = go(maker.client, "/densai/business/other")
    assert {
        "変更記録": "/densai/requests/new/change",
        "保証記録": "/densai/requests/new/guarantee",
        "支払等記録（支払を行ったことによる記録請求）": "/densai/requests/new/payment_by_payer",
        "支払等記録（支払を受けたことによる記録請求）": "/densai/requests/new/payment_by_payee",
        "承諾依頼一覧": "/densai/demands?business=other",
        "差戻し中一覧": "/densai/requests/mending",
        "請求状況一覧": "/densai/requests",
    }.items() <= page.links.items()
    assert "/densai/requests/new/assignment" not in page.links.values()


def test_who_has_no_right_in_it_is_told_which_one_is_missing(creditor: Trader) -> None:
    person = person_of(creditor, ("accrual", Tick.MAKER))
    for path in ("/densai/business/other", *(f"/densai/requests/new/{code}" for code in OTHER_TYPES)):
        page = go(person.client, path)
        assert (page.status, "必要な権限: その他請求" in page.text) == (403, True)


def test_a_guarantee_is_asked_from_the_claim_s_own_page(
    maker: cast.Person, debtor: Trader, number: str
) -> None:
    guarantor = trader()
    page = opened(maker, "guarantee", f"?claims={number}")
    assert (values(page)["l0-record_number"], debtor.company.name in page.text) == (number, True)
    page = sent(page, {"l0-record_number": number, **guarantor.as_partner()})
    assert (
        f"{guarantor.company.name}に、{debtor.company.name}の1,000,000円の支払い"
        "（支払期日 2027年1月29日（金））を保証するよう求めます。" in page.text
    )
    assert f"保証する金額 1,000,000円 記録番号 {number}" in page.text
    assert submitted(page).status_code == 302
    content = Request.objects.get(type="guarantee").versions.get().content
    assert (content["guarantor"]["company_id"], content["lines"][0]["open_yen"]) == (
        guarantor.company.pk,
        1_000_000,
    )


def test_a_payment_begins_with_what_is_open_and_today(
    maker: cast.Person, debtor: Trader, number: str
) -> None:
    page = opened(maker, "payment_by_payee", f"?claims={number}")
    found = values(page)
    assert (found["amount_yen"], found["paid_on"]) == ("1,000,000", "2026-11-20")
    assert f"{debtor.company.name}（{debtor.company.user_number}）" in page.text
    page = sent(page, {"l0-record_number": number, "amount_yen": "４０万", **fields_of_payment()})
    assert list(errors(page)) == ["amount_yen"]
    page = sent(page, {"l0-record_number": number, "amount_yen": "400,000", **fields_of_payment()})
    assert "支払等の金額 400,000円 記録前の未払の金額 1,000,000円 記録後に残る金額 600,000円" in page.text


def fields_of_payment(**more: str) -> dict[str, str]:
    return {"cause": "弁済", "paid_on": "2026-11-20", **more}


def test_an_empty_amount_is_all_that_is_open(maker: cast.Person, number: str) -> None:
    page = sent(opened(maker, "payment_by_payee"), fields("payment_by_payee", number, trader()))
    assert "支払等の金額 1,000,000円" in page.text
    assert "記録後に残る金額 0円" in page.text


def test_another_chosen_claim_brings_its_own_amount(
    maker: cast.Person, debtor: Trader, creditor: Trader, number: str
) -> None:
    small = accrued(debtor, creditor, amount_yen=300)
    page = opened(maker, "payment_by_payee", f"?claims={number}")
    page = sent(
        page, {"l0-record_number": number, "amount_yen": "1,000,000", **fields_of_payment()}, "claims"
    )
    page = chosen(page, small)
    assert (values(page)["l0-record_number"], values(page)["amount_yen"]) == (small, "300")


def test_a_change_shows_what_was_and_what_shall_be(maker: cast.Person, debtor: Trader, number: str) -> None:
    page = opened(maker, "change", f"?claims={number}")
    asked = {"what": "change", "due_on": "2027/2/26", "amount_yen": "1,000,000", "restricted": "1"}
    page = sent(page, {"l0-record_number": number, **asked})
    assert (
        "債権金額 1,000,000円 支払期日の変更 2027年1月29日（金） → 2027年2月26日（金） 譲渡制限の変更 無 → 有"
        in page.text
    )
    assert "債権金額の変更" not in page.text
    assert submitted(page).status_code == 302
    line = Request.objects.get(type="change").versions.get().content["lines"][0]
    assert (line["standing"], line["other_name"]) == (
        "1,000,000円、2027年1月29日、譲渡制限なし",
        debtor.company.name,
    )


WRONG: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("change", {"what": "change"}, {}),  # said above the fields, see below
    (
        "change",
        {"what": "delete", "amount_yen": "1"},
        {"what": "債権を削除するときは、ほかの項目を空にしてください。"},
    ),
    (
        "change",
        {"what": "change", "due_on": "2026-11-24"},
        {"due_on": "変更後の支払期日は、2026年12月2日から2027年11月20日までの日付を入力してください。"},
    ),
    (
        "payment_by_payee",
        fields_of_payment(amount_yen="1,000,001"),
        {"amount_yen": "金額は1円以上、残りの1,000,000円以下で入力してください。"},
    ),
    (
        "payment_by_payee",
        fields_of_payment(paid_on="2026-11-21"),
        {"paid_on": "支払等の日は、2026年11月20日から2026年11月20日までの日付を入力してください。"},
    ),
    (
        "payment_by_payee",
        fields_of_payment(cause="混同"),
        {"cause": "「混同」は、債務者が債権者になったときだけ選べます。原因を選び直してください。"},
    ),
    (
        "payment_by_payee",
        fields_of_payment(other="T99999999", amount_yen="1"),
        {"other": "この会社は、この債権で選べる相手ではありません。選び直してください。"},
    ),
]


@pytest.mark.parametrize(("type_code", "typed", "told"), WRONG)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_entered(
    maker: cast.Person, number: str, type_code: str, typed: dict[str, str], told: dict[str, str]
) -> None:
    before = entered()
    page = sent(opened(maker, type_code), {"l0-record_number": number, **typed})
    if page.status == 200:  # the confirmation asks the book too
        raise AssertionError(page.text)
    assert (page.status, errors(page)) == (422, told)
    if not told:
        assert "変更する内容がありません。" in page.text
    assert entered() == before


def test_nobody_s_claim_and_a_stranger_s_are_one_answer(maker: cast.Person) -> None:
    of_others = accrued(trader(), trader())
    for type_code in OTHER_TYPES:
        said = set()
        for missing in (of_others, "T9999999900000000001"):
            page = sent(opened(maker, type_code), fields(type_code, missing, trader()))
            assert (page.status, list(errors(page))) == (422, ["l0-record_number"])
            said.add(errors(page)["l0-record_number"])
            assert "1,000,000" not in page.text.replace(
                fields(type_code, missing, trader()).get("x", "?"), ""
            )
        assert len(said) == 1


def test_the_debtor_guarantees_nothing(maker: cast.Person, debtor: Trader, number: str) -> None:
    page = sent(opened(maker, "guarantee"), fields("guarantee", number, debtor))
    assert errors(page) == {
        "user_number": "この債権の債務者は、保証人にできません。ほかの取引先を選んでください。"
    }


def test_only_what_can_be_asked_for_is_offered(debtor: Trader, creditor: Trader, number: str) -> None:
    assigned = accrued(debtor, creditor)
    other = trader()
    approved(creditor, "assignment", assignment(other, (assigned, None)))
    of_creditor, of_debtor = person_of(creditor), person_of(debtor)
    assert offered(of_creditor, "guarantee") == {number}
    assert offered(of_debtor, "guarantee") == set()
    assert offered(of_creditor, "change") == offered(of_debtor, "change") == {number}
    assert offered(of_debtor, "payment_by_payer") == {number, assigned}
    assert offered(of_creditor, "payment_by_payer") == {assigned}  # as guarantor
    assert offered(of_creditor, "payment_by_payee") == {number}
    assert offered(person_of(other), "payment_by_payee") == {assigned}


@pytest.mark.parametrize("type_code", OTHER_TYPES)
def test_an_account_that_the_maker_may_not_use_hides_its_claims(
    maker: cast.Person, debtor: Trader, number: str, type_code: str
) -> None:
    who = person_of(debtor) if type_code == "payment_by_payer" else maker
    AccountRight.objects.filter(member__user=who.user).delete()
    assert offered(who, type_code) == set()
    page = sent(opened(who, type_code), fields(type_code, number, trader()))
    assert errors(page) == {
        "l0-record_number": "この債権の口座を使う権限がありません。マスターユーザに確認してください。"
    }


@pytest.mark.parametrize("type_code", OTHER_TYPES)
def test_every_form_is_kept_as_a_draft_entered_sent_back_mended_and_used_again(
    debtor: Trader, creditor: Trader, number: str, type_code: str
) -> None:
    own = debtor if type_code == "payment_by_payer" else creditor
    person, typed = person_of(own), fields(type_code, number, trader())
    saved = sent(opened(person, type_code), typed, "draft")
    assert "一時保存しました" in saved.text
    draft = Request.objects.get(type=type_code)
    page = opened(person, type_code, f"?from={draft.request_no}")
    assert values(page)["l0-record_number"] == number
    page = sent(page, typed)
    assert submitted(page, comment="急ぎ").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.version) == ("awaiting_approval", 2)
    deciding.send_back(draft.request_no, 2, comment="確認", **by(own.checker))
    page = go(person.client, f"/densai/requests/{draft.request_no}/edit")
    assert ("確認" in page.text, values(page)["l0-record_number"]) == (True, number)
    assert submitted(sent(page, typed)).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.version) == ("awaiting_approval", 3)
    entering.delete(draft.request_no, 3, **by(own.maker))
    again = opened(person, type_code, f"?from={draft.request_no}")
    assert values(again)["l0-record_number"] == number
    assert submitted(sent(again, typed)).status_code == 302
    assert Request.objects.filter(type=type_code).count() == 2


def test_a_claim_that_is_asked_about_is_asked_about_once(
    maker: cast.Person, creditor: Trader, number: str
) -> None:
    first = entering.submit
    assert first is entering.submit
    approved(creditor, "guarantee", guarantee(trader(), number))
    page = sent(opened(maker, "change"), fields("change", number, trader()))
    page = go(maker.client, page.path, {**page.hidden, "comment": "", "seen": "on", "go": "submit"})
    assert "ほかの請求（請求番号" in errors(page)["l0-record_number"]


# What the other company reads


def asked_of(content: Any, creditor: Trader, type_code: str) -> Demand:
    approved(creditor, type_code, content)
    return Demand.objects.get()


def test_the_guarantor_reads_whose_debt_to_whom_how_much_and_until_when(
    debtor: Trader, creditor: Trader, number: str
) -> None:
    guarantor = trader()
    demand = asked_of(guarantee(guarantor, number), creditor, "guarantee")
    person = person_of(guarantor)
    assert f"{demand.demand_no} 保証記録 {creditor.company.name} 1,000,000" in (
        go(person.client, "/densai/demands?business=other").text
    )
    page = go(person.client, f"/densai/demands/{demand.demand_no}")
    assert (
        f"承諾すると：{guarantor.company.name}が、{debtor.company.name}の1,000,000円の支払い"
        f"（支払期日 2027年1月29日（金））を、{creditor.company.name}に対して保証することに承諾します。"
        f" {debtor.company.name}が支払わないときは、{guarantor.company.name}が1,000,000円を支払います。"
        in page.text
    )
    assert f"債務者 {debtor.company.name}（{debtor.company.user_number}）" in page.text
    assert "11月27日（金）15:00まで" in page.text
    assert person.client.get(f"/densai/claims/{number}").status_code == 404  # only after his consent
    page = page.follow("承諾")
    assert "保証することに承諾します。" in page.text
    assert page.client.post(page.path, {**page.hidden, "comment": "", "seen": "on"}).status_code == 302
    assert Request.objects.get(type="answer_other").demand == demand


def test_a_guarantor_who_said_no_goes_on_reading_only_what_he_was_asked(
    debtor: Trader, creditor: Trader, number: str
) -> None:
    guarantor = trader()
    demand = asked_of(guarantee(guarantor, number), creditor, "guarantee")
    Demand.objects.update(state=Demand.State.DENIED, answered_at=cast.AT)
    approved_line = demand.line
    approved_line.state = "denied"
    approved_line.save()
    approved_line.request.claims_in_use.all().delete()
    approved(creditor, "assignment", assignment(trader(), (number, 900_000)))
    page = go(person_of(guarantor).client, f"/densai/demands/{demand.demand_no}")
    assert ("1,000,000円" in page.text, "100,000円" in page.text.replace("1,000,000円", "")) == (True, False)


def test_the_payee_reads_what_was_paid_and_what_will_be_left(
    debtor: Trader, creditor: Trader, number: str
) -> None:
    demand = asked_of(payment(number, 400_000, cause="相殺"), debtor, "payment_by_payer")
    page = go(person_of(creditor).client, f"/densai/demands/{demand.demand_no}")
    assert (
        f"{debtor.company.name}から2026年11月20日（金）に400,000円の支払等（相殺）を受けたことを認め"
        in page.text
    )
    assert "記録後に残る金額 600,000円" in page.text


def test_the_debtor_reads_before_and_after_of_a_change(debtor: Trader, creditor: Trader, number: str) -> None:
    demand = asked_of(change(number, due_on="2027-02-26"), creditor, "change")
    page = go(person_of(debtor).client, f"/densai/demands/{demand.demand_no}")
    assert "支払期日の変更 2027年1月29日（金） → 2027年2月26日（金）" in page.text


def test_each_business_has_its_own_demands(debtor: Trader, creditor: Trader, number: str) -> None:
    other = asked_of(change(number, due_on="2027-02-26"), creditor, "change")
    approved(creditor, "accrual_by_obligee", accrual(creditor, debtor))
    owed = Demand.objects.get(business="accrual")
    rights = {"accrual": owed, "other": other}
    for business, seen in rights.items():
        hidden = rights["other" if business == "accrual" else "accrual"]
        for tick in (Tick.MAKER, Tick.CHECKER):
            person = person_of(debtor, (business, tick))
            page = go(person.client, "/densai/demands")
            assert (seen.demand_no in page.text, hidden.demand_no in page.text) == (True, False)
            assert (
                hidden.demand_no not in go(person.client, f"/densai/demands?business={hidden.business}").text
            )
            for step in ("", "/accept", "/deny"):
                assert person.client.get(f"/densai/demands/{hidden.demand_no}{step}").status_code == 404
            top = go(person.client, "/densai").text
            assert hidden.demand_no not in top
    both = go(person_of(debtor).client, "/densai/demands")
    assert {"債権発生請求", "その他請求", "すべての業務"} <= both.links.keys()
    assert (other.demand_no in both.text, owed.demand_no in both.text) == (True, True)


def test_what_is_asked_is_taken_back_by_who_asked(
    maker: cast.Person, debtor: Trader, creditor: Trader, number: str
) -> None:
    demand = asked_of(change(number, due_on="2027-02-26"), creditor, "change")
    path = f"/densai/requests/{demand.line.request.request_no}/withdraw/1"
    stranger = person_of(creditor, ("accrual", Tick.MAKER))
    assert stranger.client.get(path).status_code == 404
    assert person_of(creditor, *CHECKS).client.get(path).status_code == 403
    page = go(maker.client, path)
    assert f"{debtor.company.name}への1,000,000円の承諾依頼を取り消します。" in page.text
    assert page.client.post(path, {**page.hidden, "comment": "", "seen": "on"}).status_code == 302
    request = Request.objects.get(type="withdrawal_other")
    deciding.approve(request.request_no, 1, **by(creditor.checker))
    demand.refresh_from_db()
    assert demand.state == Demand.State.WITHDRAWN


def test_after_its_window_a_claim_s_page_of_change_says_until_when_it_was(
    maker: cast.Person, number: str
) -> None:
    business_day.move_to(date(2027, 1, 21), cast.AT)
    page = sent(opened(maker, "change"), fields("change", number, trader()))
    assert (
        "画面から変更できる期間は、2027年1月20日15時00分に終わりました。" in errors(page)["l0-record_number"]
    )
