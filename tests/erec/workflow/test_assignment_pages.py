"""譲渡 and 取消 by their pages: which claims may be chosen, whole or in part, and by whom."""

from datetime import date
from typing import Any

import pytest

from erec.members.models import AccountRight
from erec.workflow.actions import entering
from erec.workflow.models import Request, WorkingCopy
from tests import cast
from tests.erec.workflow.cast_pages import errors, opened, person_of, sent, submitted, values
from tests.erec.workflow.cast_workflow import (
    Trader,
    accrual,
    accrued,
    approved,
    assignment,
    by,
    trader,
    typed,
)
from tests.portal import Page, go

pytestmark = pytest.mark.django_db

TOMORROW_S = date(2026, 11, 24)  # the next bank business day: a reservation


@pytest.fixture
def own() -> Trader:
    return trader()


@pytest.fixture
def other() -> Trader:
    return trader()


@pytest.fixture
def maker(own: Trader) -> cast.Person:
    return person_of(own)


def assignee(of: Trader, **more: str) -> dict[str, str]:
    usual = {"record_on": "2026-11-20", "with_guarantee": "1", "fee_bearer": "依頼人負担"}
    return {**of.as_partner(), **usual, **more}


def chosen(page: Page, *numbers: str) -> Page:
    """Tick these on the page of claims; the form, with them in it."""
    response: Any = page.client.post(page.path, {"choose": list(numbers)})
    return go(page.client, response.headers["Location"])


def offered(person: cast.Person, type_code: str) -> set[str]:
    """The numbers that can be ticked."""
    page = sent(opened(person, type_code), {}, "claims")
    return {found["value"] for found in page.inputs.values() if found.get("name") == "choose"}


def test_claims_are_chosen_and_assigned_whole_and_in_part(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    debtor = trader()
    whole, parted = accrued(debtor, own, amount_yen=300_000), accrued(debtor, own, amount_yen=500_000)
    page = sent(opened(maker, "assignment"), assignee(other), "claims")
    assert debtor.company.name in page.text
    page = chosen(page, whole, parted)
    assert (values(page)["l0-record_number"], values(page)["l1-record_number"]) == (whole, parted)
    lines = {"l0-record_number": whole, "l1-record_number": parted, "l1-amount_yen": "２００，０００"}
    page = sent(page, {**assignee(other), **lines})
    assert f"{other.company.name}へ、合計500,000円（2件）の電子記録債権を譲渡します。" in page.text
    assert submitted(page).status_code == 302
    content = Request.objects.get(type="assignment").versions.get().content
    kept = [(line["record_number"], line["amount_yen"]) for line in content["lines"]]
    assert (kept, content["with_guarantee"]) == ([(whole, None), (parted, 200_000)], True)


def test_a_claim_s_own_page_begins_the_form_with_it(maker: cast.Person, own: Trader, other: Trader) -> None:
    number = accrued(trader(), own, amount_yen=300_000)
    page = opened(maker, "assignment", f"?claims={number}")
    assert values(page)["l0-record_number"] == number
    assert "300,000円" in page.text
    page = sent(page, {**assignee(other, with_guarantee="0"), "l0-record_number": number})
    assert ("300,000円の電子記録債権を譲渡します。" in page.text, "保証あり" in page.text) == (True, False)


def test_only_claims_held_on_an_account_of_one_s_own_are_offered(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    held, of_others = accrued(trader(), own), accrued(own, other)
    assert offered(maker, "assignment") == {held}
    AccountRight.objects.filter(member__user=maker.user, account=own.account).delete()
    assert offered(maker, "assignment") == set()
    page = sent(opened(maker, "assignment"), {**assignee(other), "l0-record_number": held})
    assert errors(page) == {
        "l0-record_number": "この債権の口座を使う権限がありません。マスターユーザに確認してください。"
    }
    page = sent(opened(maker, "assignment"), {**assignee(other), "l0-record_number": of_others})
    assert list(errors(page)) == ["l0-record_number"]


def test_a_number_that_was_not_offered_is_not_taken_from_the_page_of_claims(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    of_others = accrued(own, other)
    page = chosen(sent(opened(maker, "assignment"), assignee(other), "claims"), of_others, "x" * 300)
    assert WorkingCopy.objects.get().content["lines"] == []
    assert "まだ債権が選ばれていません。" in page.text


WRONG = {
    "600,000": "譲渡する金額は、債権金額の500,000円より小さくしてください。"
    "全額を譲渡するときは、金額を空にしてください。",
    "0": "0円は入力できません。1円以上で入力してください。",
    "-1": "マイナスの金額は入力できません。1円以上で入力してください。",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_part_of_a_claim_is_refused_at_its_field(
    maker: cast.Person, own: Trader, other: Trader, text: str
) -> None:
    number = accrued(trader(), own, amount_yen=500_000)
    line = {"l0-record_number": number, "l0-amount_yen": text}
    page = sent(opened(maker, "assignment"), {**assignee(other), **line})
    assert (page.status, errors(page)) == (422, {"l0-amount_yen": WRONG[text]})
    assert values(page)["l0-amount_yen"] == text
    assert not Request.objects.filter(type="assignment", company=own.company).exists()


def test_one_s_own_company_is_no_assignee(maker: cast.Person, own: Trader) -> None:
    number = accrued(trader(), own)
    page = sent(opened(maker, "assignment"), {**assignee(own), "l0-record_number": number})
    assert errors(page) == {"user_number": "相手先に、自社は指定できません。"}


def test_nothing_to_assign_is_said_in_the_summary(maker: cast.Person, other: Trader) -> None:
    page = sent(opened(maker, "assignment"), assignee(other))
    assert (page.status, "債権は1件以上200件以内で選んでください。" in page.text) == (422, True)


def test_a_claim_in_another_request_is_refused_when_it_is_entered(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    number = accrued(trader(), own)
    page = sent(opened(maker, "assignment"), {**assignee(other), "l0-record_number": number})
    first = entering.submit(typed("assignment", assignment(other, (number, None))), **by(own.maker))
    response = submitted(page)
    text = response.content.decode()
    assert response.status_code == 422
    assert f"ほかの請求（請求番号{first.request_no}）で手続き中です。" in text
    assert Request.objects.filter(type="assignment").count() == 1
    chooser = go(maker.client, page.action.replace("confirm", "entry") + "/claims")
    assert "手続き中" in chooser.text


def test_two_hundred_claims_are_the_most(maker: cast.Person, other: Trader) -> None:
    fields = assignee(other) | {f"l{n}-record_number": f"T{n:019d}" for n in range(201)}
    page = sent(opened(maker, "assignment"), fields)
    assert (page.status, "明細は200件までです。今は201件あります。" in page.text) == (422, True)


def test_claims_are_sought_by_number_and_counterpart(maker: cast.Person, own: Trader) -> None:
    debtor = trader()
    number, another = accrued(debtor, own), accrued(trader(), own)
    page = sent(opened(maker, "assignment"), {}, "claims")
    for words in (number, number.lower(), debtor.company.name):
        found = go(maker.client, f"{page.path}?words={words}")
        assert (words, number in found.html, another in found.html) == (words, True, False)


def test_a_past_assignment_is_used_again_with_the_claims_that_are_still_held(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    gone, kept = accrued(trader(), own), accrued(trader(), own)
    request = approved(own, "assignment", assignment(other, (gone, None), (kept, 400_000)))
    page = opened(maker, "assignment", f"?from={request.request_no}")
    assert (values(page)["l0-record_number"], values(page)["l0-amount_yen"]) == (kept, "400,000")
    assert values(page)["user_number"] == other.company.user_number
    assert "明細2" not in page.html


def test_a_reserved_accrual_is_chosen_and_cancelled(maker: cast.Person, own: Trader, other: Trader) -> None:
    reserved = approved(own, "accrual_by_obligor", accrual(own, other, record_on=TOMORROW_S))
    number = reserved.lines.get().record_number
    accrued(own, other)  # recorded: not the debtor's to cancel
    assert offered(maker, "cancel_accrual") == {number}
    page = chosen(sent(opened(maker, "cancel_accrual"), {}, "claims"), number)
    page = sent(page, {"l0-record_number": number})
    assert f"（{number}）の発生を取り消します。" in page.text
    assert submitted(page).status_code == 302
    assert Request.objects.get(type="cancel_accrual").state == "awaiting_approval"


def test_what_cannot_be_cancelled_is_refused_at_its_field(
    maker: cast.Person, own: Trader, other: Trader
) -> None:
    number = accrued(own, other)
    page = sent(opened(maker, "cancel_accrual"), {"l0-record_number": number})
    assert errors(page) == {
        "l0-record_number": "記録された後は、債務者からは取り消せません。債権者に取消を依頼してください。"
    }
    page = sent(opened(maker, "cancel_accrual"), {"l0-record_number": accrued(other, trader())})
    assert errors(page) == {
        "l0-record_number": "この記録番号の債権はありません。記録番号を確かめてください。"
    }
    page = sent(opened(maker, "cancel_accrual"), {"l0-record_number": "12"})
    assert errors(page) == {"l0-record_number": "記録番号は、英字と数字の20桁で入力してください。"}


def test_the_assignee_chooses_a_recorded_assignment_to_cancel(own: Trader, other: Trader) -> None:
    number = accrued(trader(), own)
    approved(own, "assignment", assignment(other, (number, None)))
    assert offered(person_of(other), "cancel_assignment") == {number}
    assert offered(person_of(own), "cancel_assignment") == set()


def test_both_sides_may_choose_a_reserved_assignment_to_cancel(own: Trader, other: Trader) -> None:
    number = accrued(trader(), own)
    approved(own, "assignment", assignment(other, (number, None), record_on=TOMORROW_S))
    assert offered(person_of(other), "cancel_assignment") == {number}
    assert offered(person_of(own), "cancel_assignment") == {number}


def test_a_form_without_claims_has_no_page_of_claims(maker: cast.Person, own: Trader) -> None:
    page = opened(maker)
    maker.client.post(page.action, {**page.hidden, "go": "keep"})
    assert maker.client.get(f"{page.action}/claims").status_code == 404
