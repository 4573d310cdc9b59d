"""All businesses of the service, attacked by who has a login: what is approved is what counts, what is asked
tells nothing of others, and nothing that can be sent makes a page fail.
"""

import re
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from accounts.models import SettlementAccount
from erec.claims.models import Claim, Sanction
from erec.claims.possible import possible
from erec.financing.errors import WrongTerms
from erec.members.catalogue import EVERY_GRANT
from erec.parameters import business_day
from erec.partners.models import DesignationContract
from erec.workflow.errors import CheckFailed
from erec.workflow.models import Demand
from tests import cast
from tests.erec.workflow import cast_financing as financing
from tests.erec.workflow.cast_desk import controls, desk, kept
from tests.erec.workflow.cast_pages import opened
from tests.erec.workflow.cast_workflow import (
    TODAY,
    Trader,
    accrued,
    answer,
    approved,
    cancellation,
    change,
    guarantee,
    submitted,
    trader,
)

pytestmark = pytest.mark.django_db


def refusal(own: Trader, code: str, content: dict[str, Any]) -> list[str]:
    """The sentences at 仮登録; nothing has changed."""
    before = kept()
    with pytest.raises(CheckFailed) as refused:
        submitted(own, code, content)
    assert kept() == before
    return [problem.sentence for problem in refused.value.problems]


# A limit is no limit if a small claim can be made a large one.


def test_a_change_that_makes_a_claim_larger_counts_for_the_limits_with_what_it_becomes() -> None:
    debtor, creditor = trader(), trader()
    number = accrued(debtor, creditor, amount_yen=10_000)
    controls(debtor, request_limit_yen=1_000_000)
    assert refusal(debtor, "change", change(number, amount_yen=1_000_001)) == [
        "この請求の金額（1,000,001円）は、1件の限度額（1,000,000円）を超えています。"
        "金額を見直すか、マスターユーザに限度額の変更を依頼してください。"
    ]
    request = submitted(debtor, "change", change(number, amount_yen=1_000_000))
    assert (request.total_yen, request.limited_yen) == (1_000_000, 1_000_000)


def test_so_does_the_consent_of_a_debtor_to_it() -> None:
    debtor, creditor = trader(), trader()
    number = accrued(debtor, creditor, amount_yen=10_000)
    approved(creditor, "change", change(number, amount_yen=900_000_000))
    controls(debtor, request_limit_yen=1_000_000)
    demand = Demand.objects.get()
    assert demand.amount_yen == 900_000_000
    assert refusal(debtor, "answer_other", answer(demand)) == [
        "この請求の金額（900,000,000円）は、1件の限度額（1,000,000円）を超えています。"
        "金額を見直すか、マスターユーザに限度額の変更を依頼してください。"
    ]
    assert Claim.objects.get().amount_yen == 10_000


def test_a_change_that_makes_a_claim_smaller_counts_with_what_it_was() -> None:
    debtor, creditor = trader(), trader()
    number = accrued(debtor, creditor, amount_yen=900_000)
    assert submitted(creditor, "change", change(number, amount_yen=10_000)).limited_yen == 900_000


def test_to_cancel_what_was_recorded_counts_as_it_gives_the_claim_up() -> None:
    creditor = trader()
    number = accrued(trader(), creditor, amount_yen=1_000_001)
    controls(creditor, request_limit_yen=1_000_000)
    assert refusal(creditor, "cancel_accrual", cancellation(number)) == [
        "この請求の金額（1,000,001円）は、1件の限度額（1,000,000円）を超えています。"
        "金額を見直すか、マスターユーザに限度額の変更を依頼してください。"
    ]


# What the company approved is what it owes.


@pytest.mark.parametrize("said", [{}, {"loan_yen": 300_001}])
def test_the_institution_never_lends_more_than_the_company_applied_for(said: dict[str, Any]) -> None:
    _, application = financing.asked_for_loan(loan_yen=300_000)
    before = kept()
    with pytest.raises(WrongTerms) as refused:
        financing.accepted(application, 300_001, **said)
    assert refused.value.sentence == (
        "希望借入金額は300,000円です。それより多くは貸せません。何も変わっていません。"
    )
    assert (kept(), financing.standing(application)) == (before, ("asked", ["asked"]))
    assert financing.accepted(application, 299_000, loan_yen=300_000).granted_yen == 300_000


def test_the_institution_lends_nothing_to_who_came_under_sanction_since_it_applied() -> None:
    own, application = financing.asked_for_loan()
    sanction(own, starts_on=financing.WISHED)
    with pytest.raises(WrongTerms) as refused:
        financing.accepted(application, 800_000)
    assert refused.value.sentence == (
        "この企業は取引停止処分の期間中のため、承諾できません。何も変わっていません。"
    )
    assert financing.standing(application) == ("asked", ["asked"])
    assert financing.declined(application).state == "declined"


def sanction(of: Trader, starts_on: date = TODAY) -> None:
    Sanction.objects.create(
        company=of.company,
        starts_on=starts_on,
        ends_on=date(2028, 11, 19),
        reason="試験",
        recorded_at=cast.AT,
    )


# What another company may not do, and what it chose, is nobody's business.


def test_from_a_guarantor_s_refusal_nobody_reads_whether_it_is_under_sanction() -> None:
    """Nor with an account on which it could not guarantee anyway."""
    creditor, sanctioned, choosy, both = trader(), trader(), trader(), trader()
    number = accrued(trader(), creditor)
    for whom in (sanctioned, both):
        sanction(whom)
    for company in (choosy.company, both.company):
        DesignationContract.objects.create(company=company, started_on=TODAY)
    with override_settings(PARAMETERS={**settings.PARAMETERS, "debtor_current_account_only": 1}):
        answers = [
            refusal(creditor, "guarantee", guarantee(on_savings(whom), number))
            for whom in (sanctioned, choosy, both)
        ]
    assert answers == 3 * [
        [
            "この企業は、選んだ口座では保証人になれません。保証人の決済口座は、"
            "当座預金の口座を選んでください。",
            "この保証人への請求は、今は記録できません。保証人に確認してください。",
        ]
    ]


def test_where_a_guarantor_needs_a_current_account_the_claim_s_page_still_offers_a_guarantee() -> None:
    creditor = trader()
    claim = Claim.objects.get(record_number=accrued(trader(), creditor))
    with override_settings(PARAMETERS={**settings.PARAMETERS, "debtor_current_account_only": 1}):
        offered = possible(claim, creditor.company.pk, business_day.today(cast.AT))
    assert "guarantee" in [act.type_code for act in offered if act.is_open]


def on_savings(of: Trader) -> Trader:
    number = f"{of.company.pk:07}"
    account = SettlementAccount.objects.create(
        company=of.company, bank_code="9999", branch_code="999", kind="1", number=number, added_at=cast.AT
    )
    return Trader(of.company, of.maker, of.checker, [account])


# What nobody types.

END_OF_TIME = "9999-12-31"
NOT_BEFORE_THE_LAST = "電子記録年月日は、2026年11月20日から2026年12月18日までの銀行営業日を選んでください。"


def test_a_date_behind_which_there_is_none_is_refused_as_any_other() -> None:
    financing.bank()
    own = trader()
    number = accrued(trader(), own)
    loan = financing.collateral(own, (number, None))
    assert refusal(own, "change", change(number, due_on=END_OF_TIME)) == [
        "変更後の支払期日は、2026年12月2日から2027年11月20日までの日付を入力してください。"
    ]
    wished = refusal(own, "collateral", {**loan, "record_on": END_OF_TIME})
    assert NOT_BEFORE_THE_LAST in wished
    assert refusal(own, "collateral", {**loan, "repay_on": END_OF_TIME}) == [
        "返済期日は、希望日の翌日から2027年11月26日（金）までの日付を入力してください。"
    ]


@pytest.mark.parametrize("code", ["collateral", "change"])
def test_a_draft_without_amounts_and_with_such_a_date_can_be_looked_at_mended_and_deleted(code: str) -> None:
    own = desk()
    financing.bank()
    number = accrued(trader(), own)
    maker = own.also(*EVERY_GRANT)
    page = opened(maker.person, code, query=f"?claims={number}")
    typed = {**dict.fromkeys(("record_on", "due_on", "repay_on"), END_OF_TIME), "what": "change"}
    answer = maker.post(page.action, {**page.hidden, **typed, "l0-record_number": number, "go": "draft"})
    saved = re.findall(r"saved=(\d+)", answer.headers["Location"])[0]
    path = f"/densai/requests/{saved}"
    assert [maker.get(f"{path}{what}").status_code for what in ("", "/delete")] == [200, 200]
    editing = maker.get(f"{path}/edit")
    shown = maker.get(editing.headers["Location"]) if editing.status_code == 302 else editing
    assert shown.status_code == 200
    assert END_OF_TIME in shown.content.decode()
    assert maker.post(f"{path}/delete", {"version": "1", "sure": "on"}).status_code == 302


@pytest.mark.parametrize("item", ["\0", "T\0", "'--", " "])
def test_a_sheet_of_what_is_no_record_number_is_not_there(item: str) -> None:
    own = desk()
    before = kept()
    assert own.making.post("/densai/claims/disclosure", {"item": item}).status_code == 404
    assert kept() == before
