"""取適法: what a payer is warned of, never refused."""

from datetime import date
from typing import Any

import pytest

from erec.formats import bank_calendar
from erec.partners.models import Partner
from erec.workflow.types import TYPES, small_contractors
from erec.workflow.types.small_contractors import latest_due, of_due
from tests import cast
from tests.erec.workflow.cast_workflow import Trader, accrual, approved, submitted, trader

MISSING = "受領日がないため、支払期日が受領日から60日以内かを確かめられません。受領日を入力してください。"


@pytest.mark.parametrize(
    ("received_on", "latest"),
    [
        # The day of receipt is the first: the 60th is 59 days later.
        (date(2026, 11, 20), date(2027, 1, 18)),
        (date(2026, 11, 17), date(2027, 1, 15)),
        (date(2026, 11, 18), date(2027, 1, 15)),  # the 60th is a Saturday: Monday would be the 62nd
        (date(2026, 11, 2), date(2026, 12, 30)),  # the 60th is 31 December
        (date(2027, 1, 1), date(2027, 3, 1)),
    ],
)
def test_the_latest_due_date_is_the_last_business_day_within_sixty_days(
    received_on: date, latest: date
) -> None:
    assert latest_due(received_on) == latest
    after = bank_calendar.after(latest, 1)
    assert of_due({"received_on": received_on.isoformat(), "due_on": latest.isoformat()}) == ""
    assert of_due({"received_on": received_on.isoformat(), "due_on": after.isoformat()}) != ""


def test_a_due_date_on_a_holiday_is_judged_by_the_day_on_which_it_is_paid() -> None:
    # The 60th day is Saturday 16 January; who chooses it pays on Monday the 18th.
    said = of_due({"received_on": "2026-11-18", "due_on": "2027-01-16"})
    assert said == (
        "支払期日が、受領日の2026年11月18日（水）から数えて60日を過ぎます。"
        "遅くとも2027年1月15日（金）にしてください（取適法第3条）。"
    )


@pytest.mark.parametrize("received_on", [None, "", "きのう"])
def test_without_a_day_of_receipt_it_is_asked_for(received_on: str | None) -> None:
    assert of_due({"received_on": received_on, "due_on": "2027-01-29"}) == MISSING


def partner_of(own: Trader, other: Trader, **more: Any) -> Partner:
    line = {name: value for name, value in other.as_partner().items()}
    return Partner.objects.create(
        company=own.company,
        name=other.company.name,
        checked_at=cast.AT,
        changed_at=cast.AT,
        **{"is_small_contractor": True, **line, **more},
    )


def warned(own: Trader, content: dict[str, Any]) -> tuple[str, ...]:
    request = submitted(own, "accrual_by_obligor", content)
    return TYPES[request.type].sheet(request.versions.get().content).warnings


@pytest.mark.django_db
def test_the_confirmation_and_the_checker_are_warned_and_the_claim_is_recorded() -> None:
    own, other = trader(), trader()
    partner_of(own, other)
    content = accrual(own, other, fee_bearer="受取人負担")
    content["lines"][0]["received_on"] = "2026-11-20"
    name = other.company.name
    assert warned(own, content) == (
        f"{name}は、取適法の対象です。手数料を代金から差し引くことは、合意があっても、"
        "減額の禁止（取適法第5条第1項第3号）にあたります。依頼人負担にしてください。",
        f"明細1 {name}（取適法の対象）：支払期日が、受領日の2026年11月20日（金）から数えて60日を過ぎます。"
        "遅くとも2027年1月18日（月）にしてください（取適法第3条）。",
    )
    assert approved(own, "accrual_by_obligor", content).state == "recorded"


@pytest.mark.django_db
def test_who_is_paid_in_time_and_in_full_is_not_warned_of() -> None:
    own, other = trader(), trader()
    partner_of(own, other)
    content = accrual(own, other, due_on=date(2027, 1, 18))
    content["lines"][0]["received_on"] = "2026-11-20"
    assert warned(own, content) == ()


@pytest.mark.django_db
def test_a_missing_day_of_receipt_is_asked_for() -> None:
    own, other = trader(), trader()
    partner_of(own, other)
    assert warned(own, accrual(own, other)) == (f"明細1 {other.company.name}（取適法の対象）：{MISSING}",)


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{"is_small_contractor": False}, {"deleted_at": cast.AT}])
def test_other_partners_and_deleted_ones_are_not_warned_of(more: dict[str, Any]) -> None:
    own, other = trader(), trader()
    partner_of(own, other, **more)
    assert warned(own, accrual(own, other, fee_bearer="受取人負担")) == ()


@pytest.mark.django_db
def test_a_company_is_such_whatever_account_is_paid_to_and_only_for_who_says_so() -> None:
    own, other, third = trader(), trader(), trader()
    second = other.accounts[1]
    partner_of(own, other, branch_code=second.branch_code, kind=second.kind)
    assert small_contractors.among(own.company.pk, [other.company.user_number]) == {other.company.user_number}
    assert small_contractors.among(third.company.pk, [other.company.user_number]) == set()


def test_of_many_lines_the_first_are_named_and_the_rest_counted() -> None:
    line = {"name": "みどり", "is_small_contractor": True, "due_on": "2027-01-29"}
    told = list(small_contractors.warnings([line] * 23, fee_taken_off=False))
    assert (len(told), told[-1]) == (
        21,
        "ほかに3件の明細で、受領日か支払期日を確かめてください（取適法の対象）。",
    )
