"""融資申込 by its pages: which claims may be chosen, what is typed, what is confirmed and withdrawn."""

import pytest

from erec.members.catalogue import Tick
from erec.workflow.actions import deciding
from erec.workflow.models import Request
from tests import cast
from tests.erec.workflow.cast_financing import asked_for_discount, bank, collateral, standing
from tests.erec.workflow.cast_pages import errors, opened, person_of, sent, submitted, values
from tests.erec.workflow.cast_workflow import Trader, accrued, by, trader
from tests.erec.workflow.cast_workflow import submitted as entered
from tests.portal import go

pytestmark = pytest.mark.django_db

MAKER, SEES = ("financing", Tick.MAKER), ("financing_inquiry", Tick.USE)


@pytest.fixture
def own() -> Trader:
    bank()
    return trader()


@pytest.fixture
def maker(own: Trader) -> cast.Person:
    return person_of(own, MAKER, ("assignment", Tick.MAKER))


def asked(own: Trader, *lines: tuple[str, str], **more: str) -> dict[str, str]:
    fields = {"record_on": "2026-11-26", "account": own.account_text, "remarks": "至急です。"}
    for n, (number, amount) in enumerate(lines):
        fields |= {f"l{n}-record_number": number, f"l{n}-amount_yen": amount}
    return {**fields, **more}


def test_a_discount_is_applied_for_from_the_claims_to_the_confirmation(
    own: Trader, maker: cast.Person
) -> None:
    debtor = trader()
    whole, parted = accrued(debtor, own, restricted=True), accrued(debtor, own)
    page = sent(opened(maker, "discount"), asked(own), "claims")
    offered = {found["value"] for found in page.inputs.values() if found.get("name") == "choose"}
    assert offered == {whole, parted}
    response = page.client.post(page.path, {"choose": [whole]})
    page = go(page.client, response.headers["Location"])
    assert "譲渡制限あり" in page.text
    assert "できれば2026年11月26日（木）以降にしてください。" in page.text
    page = sent(page, asked(own, (whole, ""), (parted, "４００，０００円")))
    assert (
        f"{own.company.name}が、一〇信用金庫に、合計1,400,000円（2件）の電子記録債権の割引を申し込みます。"
        in page.text
    )
    assert f"債務者が支払わないときは、{own.company.name}が支払います（保証あり）。" in page.text
    assert submitted(page).status_code == 302
    content = Request.objects.get(type="discount").versions.get().content
    assert [(line["record_number"], line["amount_yen"]) for line in content["lines"]] == [
        (whole, None),
        (parted, 400_000),
    ]
    assert (content["remarks"], content["institution"]) == ("至急です。", "一〇信用金庫")


def test_a_loan_says_what_is_wrong_at_its_fields_and_keeps_what_was_typed(
    own: Trader, maker: cast.Person
) -> None:
    number = accrued(trader(), own)
    typed = asked(own, (number, ""), loan_yen="1,000,001", repay_on="2026-11-26", record_on="2026-11-20")
    page = sent(opened(maker, "collateral"), typed)
    assert errors(page) == {
        "record_on": "希望日は、2026年11月24日（火）以降の銀行営業日を選んでください。",
        "loan_yen": "借入金額は、債権の合計金額（1,000,000円）以下で入力してください。",
    }
    assert (values(page)["loan_yen"], values(page)["l0-record_number"]) == ("1,000,001", number)
    page = sent(page, asked(own, (number, ""), loan_yen="80万", repay_on="2月30日"))
    assert set(errors(page)) == {"loan_yen", "repay_on"}
    page = sent(page, asked(own, (number, ""), loan_yen="８００，０００", repay_on="令和9年2月26日"))
    assert "800,000円の借入（返済期日 2027年2月26日（金））を申し込み" in page.text
    assert submitted(page).status_code == 302


def test_what_was_sent_back_is_mended_with_all_its_fields(own: Trader, maker: cast.Person) -> None:
    number = accrued(trader(), own)
    request = entered(own, "collateral", collateral(own, (number, 300_000), loan_yen=200_000))
    deciding.send_back(request.request_no, 1, comment="金額を直してください", **by(own.checker))
    page = go(maker.client, f"/densai/requests/{request.request_no}/edit")
    shown = values(page)
    assert (shown["l0-record_number"], shown["l0-amount_yen"]) == (number, "300,000")
    assert (shown["loan_yen"], shown["repay_on"], shown["record_on"]) == (
        "200,000",
        "2027-02-26",
        "2026-11-26",
    )
    assert "よろしくお願いします。" in page.html


def test_a_used_application_begins_a_new_one_on_the_first_day_that_can_be(
    own: Trader, maker: cast.Person
) -> None:
    number = accrued(trader(), own)
    request = entered(own, "collateral", collateral(own, (number, None)))
    page = opened(maker, "collateral", f"?from={request.request_no}")
    assert (values(page)["record_on"], values(page)["l0-record_number"]) == ("2026-11-24", number)


def test_the_request_waits_for_the_institution_and_its_claims_can_be_withdrawn() -> None:
    own, application = asked_for_discount()
    maker = person_of(own, MAKER)
    page = go(maker.client, f"/densai/requests/{application.request_no}")
    assert "金融機関の回答" in page.text
    assert "回答待ち" in page.text
    path = f"/densai/requests/{application.request_no}/withdraw/1"
    page = go(maker.client, path)
    assert f"{own.company.name}が、一〇信用金庫への1,000,000円の融資申込を取り消します。" in page.text
    made = maker.client.post(page.path, {**page.hidden, "seen": "on", "comment": ""})
    assert made.status_code == 302
    request = Request.objects.get(type="withdrawal_financing")
    deciding.approve(request.request_no, 1, **by(own.checker))
    assert standing(application) == ("withdrawn", ["withdrawn"])


def test_the_tab_leads_makers_to_the_forms_and_lookers_to_the_list(own: Trader, maker: cast.Person) -> None:
    both = person_of(own, MAKER, SEES)
    links = go(both.client, "/densai/business/financing").links.values()
    assert {"/densai/requests/new/discount", "/densai/requests/new/collateral", "/densai/financing"} <= set(
        links
    )
    assert "/densai/financing" not in go(maker.client, "/densai/business/financing").links.values()
    looker = person_of(own, SEES)
    response = looker.client.get("/densai/business/financing")
    assert (response.status_code, response.headers["Location"]) == (302, "/densai/financing")
    assert looker.client.get("/densai/requests/new/discount").status_code == 403


def test_a_claim_with_a_restriction_is_not_offered_for_assignment(own: Trader, maker: cast.Person) -> None:
    number = accrued(trader(), own, restricted=True)
    fields = {
        **trader().as_partner(),
        "record_on": "2026-11-20",
        "with_guarantee": "1",
        "fee_bearer": "依頼人負担",
    }
    page = sent(opened(maker, "assignment"), fields, "claims")
    assert number not in page.text
