"""保証, 変更 and 支払等 from entry to the other company's consent and the book, and each refusal."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from erec.claims.models import Claim, Order, Recourse
from erec.members.catalogue import Tick
from erec.workflow import day, runs
from erec.workflow.actions import deciding, entering
from erec.workflow.errors import CheckFailed, NotThere, RightMissing
from erec.workflow.models import ClaimInUse, Demand, Request
from erec.workflow.types.of_claim import NO_ACCOUNT, ONE
from tests import cast
from tests.erec.workflow.cast_workflow import (
    Trader,
    accrual,
    accrued,
    answer,
    approved,
    assignment,
    by,
    change,
    guarantee,
    payment,
    person,
    submitted,
    trader,
    typed,
    withdrawal,
)
from tests.erec.workflow.test_consents import opened, standing, told
from tests.erec.workflow.test_entering import problems_of, refused

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 24)  # the business day after cast.AT's
LAST_DAY = date(2026, 11, 27)  # the 5th business day, cast.AT's included


@pytest.fixture
def debtor() -> Trader:
    return trader()


@pytest.fixture
def creditor() -> Trader:
    return trader()


@pytest.fixture
def guarantor() -> Trader:
    return trader()


@pytest.fixture
def number(debtor: Trader, creditor: Trader) -> str:
    """Of a claim of 1,000,000 yen, due on 2027-01-29."""
    return accrued(debtor, creditor)


def asked(own: Trader, type_code: str, content: dict[str, Any]) -> Demand:
    request = approved(own, type_code, content)
    assert request.state == "awaiting_consent"
    return Demand.objects.get(line__request=request)


def refusal(own: Trader, type_code: str, content: dict[str, Any]) -> list[str]:
    """The sentences, and nothing has changed."""
    error = refused(CheckFailed, lambda: submitted(own, type_code, content))
    return [problem.sentence for problem in problems_of(error)]


def not_approved(own: Trader, request: Request) -> list[str]:
    """The sentences of 承認時エラー情報; the request waits on."""
    with pytest.raises(CheckFailed):
        deciding.approve(request.request_no, request.version, **by(own.checker))
    request.refresh_from_db()
    assert request.state == "awaiting_approval"
    return [error["sentence"] for error in request.approval_error]


def claim(number: str) -> Claim:
    return Claim.objects.get(record_number=number)


# What happens when all four persons have done their part


def test_a_guarantee_is_recorded_when_the_guarantor_has_consented(
    creditor: Trader, guarantor: Trader, number: str
) -> None:
    demand = asked(creditor, "guarantee", guarantee(guarantor, number))
    assert (demand.company, demand.business, demand.amount_yen) == (guarantor.company, "other", 1_000_000)
    assert demand.answer_until.date() == LAST_DAY
    assert not Order.objects.filter(kind="guarantee").exists()
    assert told(guarantor) == ["consent_asked"]
    assert approved(guarantor, "answer_other", answer(demand)).state == "done"
    assert standing(demand) == ("accepted", "recorded", "recorded")
    assert [row.company for row in claim(number).guarantors.all()] == [guarantor.company]
    assert demand.line.record_number == number
    assert Order.objects.get(kind="guarantee").company == creditor.company
    assert not ClaimInUse.objects.exists()


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "due_on": ({"due_on": "2027-02-27"}, {"due_on": date(2027, 3, 1), "settle_on": date(2027, 3, 1)}),
    "amount": ({"amount_yen": 1_200_000}, {"amount_yen": 1_200_000, "original_amount_yen": 1_200_000}),
    "restricted": ({"restricted": True}, {"restricted": True}),
    "delete": ({"delete": True}, {"state": "cancelled"}),
}


@pytest.mark.parametrize(
    ("what", "by_debtor"), [*((what, False) for what in CHANGES), ("due_on", True), ("delete", True)]
)
def test_a_change_is_recorded_when_the_other_has_consented(
    debtor: Trader, creditor: Trader, number: str, what: str, by_debtor: bool
) -> None:
    wanted, found = CHANGES[what]
    own, other = (debtor, creditor) if by_debtor else (creditor, debtor)
    demand = asked(own, "change", change(number, **wanted))
    assert demand.company == other.company
    assert (claim(number).amount_yen, claim(number).due_on) == (1_000_000, date(2027, 1, 29))
    approved(other, "answer_other", answer(demand))
    assert standing(demand) == ("accepted", "recorded", "recorded")
    assert {name: getattr(claim(number), name) for name in found} == found


def test_a_payment_by_the_payee_needs_no_consent_and_may_be_a_part(creditor: Trader, number: str) -> None:
    assert approved(creditor, "payment_by_payee", payment(number, 400_000)).state == "recorded"
    assert (claim(number).paid_yen, claim(number).state) == (400_000, "recorded")
    assert not Demand.objects.exists()
    assert approved(creditor, "payment_by_payee", payment(number, 600_000, cause="免除")).state == "recorded"
    assert (claim(number).paid_yen, claim(number).state) == (1_000_000, "settled")


def test_a_payment_by_the_payer_waits_for_the_payee(debtor: Trader, creditor: Trader, number: str) -> None:
    demand = asked(debtor, "payment_by_payer", payment(number, 1_000_000))
    assert (demand.company, claim(number).paid_yen) == (creditor.company, 0)
    assert demand.answer_until.date() == LAST_DAY
    approved(creditor, "answer_other", answer(demand))
    assert (claim(number).paid_yen, claim(number).state) == (1_000_000, "settled")


def guaranteed(creditor: Trader, guarantor: Trader, number: str) -> None:
    demand = asked(creditor, "guarantee", guarantee(guarantor, number))
    approved(guarantor, "answer_other", answer(demand))


def test_a_guarantor_pays_and_is_paid_back_by_the_debtor(
    debtor: Trader, creditor: Trader, guarantor: Trader, number: str
) -> None:
    guaranteed(creditor, guarantor, number)
    demand = asked(guarantor, "payment_by_payer", payment(number, 300_000))
    approved(creditor, "answer_other", answer(demand))
    recourse = Recourse.objects.get()
    assert (recourse.company, recourse.amount_yen, recourse.paid_yen) == (guarantor.company, 300_000, 0)
    back = payment(number, 100_000, other=guarantor.company.user_number)
    approved(guarantor, "answer_other", answer(asked(debtor, "payment_by_payer", back)))
    assert approved(guarantor, "payment_by_payee", payment(number, 200_000)).state == "recorded"
    recourse.refresh_from_db()
    assert (recourse.paid_yen, claim(number).paid_yen) == (300_000, 300_000)
    assert refusal(guarantor, "payment_by_payee", payment(number, 1)) == [
        "この債権には、支払等を記録できる残りの金額がありません。"
    ]


# The other company says no, says nothing, or is asked no longer

Asking = Callable[[Trader, Trader, str], tuple[Trader, Trader, str, dict[str, Any]]]


def _by_guarantee(debtor: Trader, creditor: Trader, number: str) -> Any:
    other = trader()
    return creditor, other, "guarantee", guarantee(other, number)


def _by_change(debtor: Trader, creditor: Trader, number: str) -> Any:
    return debtor, creditor, "change", change(number, delete=True)


def _by_payment(debtor: Trader, creditor: Trader, number: str) -> Any:
    return debtor, creditor, "payment_by_payer", payment(number, 1_000_000)


KINDS: dict[str, Asking] = {"guarantee": _by_guarantee, "change": _by_change, "payment": _by_payment}


@pytest.mark.parametrize("kind", KINDS)
def test_a_denial_leaves_the_claim_as_it_was(
    debtor: Trader, creditor: Trader, number: str, kind: str
) -> None:
    own, other, type_code, content = KINDS[kind](debtor, creditor, number)
    demand = asked(own, type_code, content)
    before = Claim.objects.values().get()
    approved(other, "answer_other", answer(demand, accept=False))
    assert standing(demand) == ("denied", "denied", "denied")
    assert Claim.objects.values().get() == before
    assert told(own)[-1] == "denied"
    assert asked(own, type_code, content).state == "open"  # he may ask again


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_answers_lapses(debtor: Trader, creditor: Trader, number: str, kind: str) -> None:
    own, other, type_code, content = KINDS[kind](debtor, creditor, number)
    demand = asked(own, type_code, content)
    assert runs.lapse_demands(demand.answer_until, cast.AT) == 1
    assert standing(demand) == ("lapsed", "lapsed", "lapsed")
    assert not ClaimInUse.objects.exists()
    refused(CheckFailed, lambda: submitted(other, "answer_other", answer(demand)))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_asked_no_longer_cannot_be_answered(
    debtor: Trader, creditor: Trader, number: str, kind: str
) -> None:
    own, other, type_code, content = KINDS[kind](debtor, creditor, number)
    demand = asked(own, type_code, content)
    approved(own, "withdrawal_other", withdrawal(demand.line))
    assert standing(demand) == ("withdrawn", "cancelled", "cancelled")
    assert told(other)[-1] == "cancelled"
    assert refusal(other, "answer_other", answer(demand)) == [
        "この承諾依頼は、すでに「取消」になっています。"
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_late_consent_is_recorded_on_the_first_day_still_open(
    debtor: Trader, creditor: Trader, number: str, kind: str
) -> None:
    own, other, type_code, content = KINDS[kind](debtor, creditor, number)
    demand = asked(own, type_code, content)
    opened(TUESDAY)
    approved(other, "answer_other", answer(demand))
    assert standing(demand) == ("accepted", "recorded", "recorded")
    assert claim(number).events.latest("position").recorded_on == TUESDAY


# Who may see, answer and take back


@pytest.mark.parametrize("business", ["accrual", "other"])
def test_the_rights_of_one_business_reach_no_demand_of_the_other(
    debtor: Trader, creditor: Trader, number: str, business: str
) -> None:
    demands = {
        "other": asked(creditor, "change", change(number, delete=True)),
        "accrual": asked(creditor, "accrual_by_obligee", accrual(creditor, debtor)),
    }
    types = {"other": ("answer_other", "withdrawal_other"), "accrual": ("answer", "withdrawal")}
    foreign = "accrual" if business == "other" else "other"
    maker, checker = (person(debtor.company, (business, tick)) for tick in (Tick.MAKER, Tick.CHECKER))
    reply = submitted(debtor, types[foreign][0], answer(demands[foreign]))
    refused(NotThere, lambda: entering.delete("20991231000001", 1, **by(maker)))
    # By the type of the demand: no right. By the type of the own business: no such demand.
    entry = typed(types[foreign][0], answer(demands[foreign]))
    refused(RightMissing, lambda: entering.submit(entry, **by(maker)))
    entry = typed(types[business][0], answer(demands[foreign]))
    error = refused(CheckFailed, lambda: entering.submit(entry, **by(maker)))
    assert [problem.sentence for problem in problems_of(error)] == ["この承諾依頼はありません。"]
    refused(RightMissing, lambda: deciding.approve(reply.request_no, 1, **by(checker)))
    refused(RightMissing, lambda: deciding.send_back(reply.request_no, 1, **by(checker)))
    refused(RightMissing, lambda: entering.pull_back(reply.request_no, 1, **by(maker)))
    back = person(creditor.company, (business, Tick.MAKER))
    entry = typed(types[business][1], withdrawal(demands[foreign].line))
    refused(CheckFailed, lambda: entering.submit(entry, **by(back)))
    assert {demand.state for demand in Demand.objects.all()} == {"open"}


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_but_the_asked_company_finds_the_demand(
    debtor: Trader, creditor: Trader, number: str, kind: str
) -> None:
    own, _, type_code, content = KINDS[kind](debtor, creditor, number)
    demand = asked(own, type_code, content)
    for other in (own, trader()):
        assert refusal(other, "answer_other", answer(demand)) == ["この承諾依頼はありません。"]
    assert refusal(trader(), "withdrawal_other", withdrawal(demand.line)) != []


# What may not be asked

NOT_GUARANTEED = "この記録番号の債権は、保証を依頼できる債権の中にありません。記録番号を確かめてください。"
NOT_CHANGED = "この記録番号の債権は、変更を請求できる債権の中にありません。記録番号を確かめてください。"
NOT_PAID = "この記録番号の債権は、支払等を記録できる債権の中にありません。記録番号を確かめてください。"


def test_whoever_has_no_such_part_in_a_claim_finds_it_not(debtor: Trader, number: str) -> None:
    stranger = trader()
    for missing in (number, "T9999999900000000001"):
        assert refusal(stranger, "guarantee", guarantee(debtor, missing)) == [NOT_GUARANTEED]
        assert refusal(stranger, "change", change(missing, delete=True)) == [NOT_CHANGED]
        for code in ("payment_by_payer", "payment_by_payee"):
            assert refusal(stranger, code, payment(missing, 1)) == [NOT_PAID]
    assert refusal(debtor, "guarantee", guarantee(stranger, number)) == [NOT_GUARANTEED]
    assert refusal(debtor, "payment_by_payee", payment(number, 1)) == [NOT_PAID]


def test_a_creditor_does_not_say_that_he_paid(creditor: Trader, number: str) -> None:
    assert refusal(creditor, "payment_by_payer", payment(number, 1)) == [NOT_PAID]


def test_a_former_creditor_asks_nothing_any_more(creditor: Trader, number: str) -> None:
    approved(creditor, "assignment", assignment(trader(), (number, None), with_guarantee=False))
    assert refusal(creditor, "guarantee", guarantee(trader(), number)) == [NOT_GUARANTEED]
    assert refusal(creditor, "change", change(number, delete=True)) == [NOT_CHANGED]
    assert refusal(creditor, "payment_by_payee", payment(number, 1)) == [NOT_PAID]


def test_nobody_guarantees_his_own_debt_his_own_claim_or_twice(
    debtor: Trader, creditor: Trader, guarantor: Trader, number: str
) -> None:
    assert refusal(creditor, "guarantee", guarantee(debtor, number)) == [
        "この債権の債務者は、保証人にできません。ほかの取引先を選んでください。"
    ]
    assert refusal(creditor, "guarantee", guarantee(creditor, number)) == ["相手先に、自社は指定できません。"]
    guaranteed(creditor, guarantor, number)
    assert refusal(creditor, "guarantee", guarantee(guarantor, number)) == [
        "この企業は、すでにこの債権の保証人です。ほかの取引先を選んでください。"
    ]


def test_a_guarantee_does_not_go_in_a_circle(creditor: Trader, guarantor: Trader, number: str) -> None:
    """Creditor and guarantor of the same claim: a new guarantor would come back to him."""
    approved(creditor, "assignment", assignment(guarantor, (number, None)))
    approved(guarantor, "assignment", assignment(creditor, (number, None), with_guarantee=False))
    (sentence,) = refusal(creditor, "guarantee", guarantee(trader(), number))
    assert sentence.startswith("この債権では、自社も保証人です。")


def test_after_anything_else_a_change_is_for_paper(
    debtor: Trader, creditor: Trader, guarantor: Trader, number: str
) -> None:
    paid, moved = accrued(debtor, creditor), accrued(debtor, creditor)
    guaranteed(creditor, guarantor, number)
    approved(creditor, "payment_by_payee", payment(paid, 1))
    approved(creditor, "assignment", assignment(guarantor, (moved, None)))
    for which in (number, paid, moved):
        (sentence,) = refusal(debtor, "change", change(which, restricted=True))
        assert "画面からは変更できません。" in sentence


def test_a_change_of_nothing_is_none(creditor: Trader, number: str) -> None:
    same = change(number, due_on="2027-01-29", amount_yen=1_000_000, restricted=False)
    for content in (change(number), same):
        assert refusal(creditor, "change", content) == [
            "変更する内容がありません。支払期日、債権金額、譲渡制限のどれかを今と違う値にしてください。"
        ]


@pytest.mark.parametrize(
    ("asked_yen", "more", "sentence"),
    [
        (1_000_001, {}, "金額は1円以上、残りの1,000,000円以下で入力してください。"),
        (0, {}, "金額は1円以上、残りの1,000,000円以下で入力してください。"),
        (None, {}, "支払等の金額を入力してください。"),
        (1, {"other": "T99999999"}, "この会社は、この債権で選べる相手ではありません。選び直してください。"),
        (
            1,
            {"paid_on": "2026-11-21"},
            "支払等の日は、2026年11月20日から2026年11月20日までの日付を入力してください。",
        ),
    ],
)
def test_what_no_payment_can_be(
    debtor: Trader, creditor: Trader, number: str, asked_yen: Any, more: dict[str, Any], sentence: str
) -> None:
    for own, code in ((debtor, "payment_by_payer"), (creditor, "payment_by_payee")):
        assert refusal(own, code, payment(number, asked_yen, **more)) == [sentence]


def test_one_claim_a_request(creditor: Trader, guarantor: Trader, number: str) -> None:
    for content in (guarantee(guarantor, number), change(number, delete=True), payment(number, 1)):
        code = (
            "guarantee" if "guarantor" in content else "change" if "delete" in content else "payment_by_payee"
        )
        for times in (0, 2):
            assert refusal(creditor, code, {**content, "lines": content["lines"] * times}) == [ONE]


def test_who_may_not_use_the_claim_s_account_asks_nothing(creditor: Trader, number: str) -> None:
    maker = person(creditor.company, ("other", Tick.MAKER))
    maker.account_rights.all().delete()
    entry = typed("change", change(number, delete=True))
    error = refused(CheckFailed, lambda: entering.submit(entry, **by(maker)))
    assert [problem.sentence for problem in problems_of(error)] == [NO_ACCOUNT]


# What was seen is what is approved and consented to


def test_a_payment_that_was_recorded_meanwhile_refuses_what_was_seen_before_it(
    debtor: Trader, creditor: Trader, number: str
) -> None:
    asks = asked(debtor, "payment_by_payer", payment(number, 600_000))
    approved(creditor, "payment_by_payee", payment(number, 500_000))
    assert refusal(creditor, "answer_other", answer(asks)) == [
        "この債権の残りの金額が、登録したときの1,000,000円から500,000円に変わりました。"
        "金額を確かめて、登録し直してください。"
    ]
    assert claim(number).paid_yen == 500_000
    assert approved(creditor, "answer_other", answer(asks, accept=False)).state == "done"


def test_a_payment_recorded_on_both_sides_at_once_is_recorded_once(
    debtor: Trader, creditor: Trader, number: str
) -> None:
    """Two companies, and two people of the creditor's: one consents, one says himself that it was paid."""
    asks = asked(debtor, "payment_by_payer", payment(number, 1_000_000))
    own = submitted(creditor, "payment_by_payee", payment(number, 1_000_000))
    in_use = f"この債権は、ほかの請求（請求番号{own.request_no}）で手続き中です。"
    assert refusal(creditor, "answer_other", answer(asks))[0].startswith(in_use)
    deciding.approve(own.request_no, 1, **by(creditor.checker))
    assert claim(number).paid_yen == 1_000_000
    assert "「決済済」" in refusal(creditor, "answer_other", answer(asks))[0]
    assert claim(number).events.filter(kind="payment").count() == 1
    assert standing(asks) == ("open", "awaiting_consent", "awaiting_consent")


def test_after_a_consent_that_waits_nothing_else_is_asked_of_the_claim(
    debtor: Trader, creditor: Trader, number: str
) -> None:
    consent = submitted(
        creditor, "answer_other", answer(asked(debtor, "payment_by_payer", payment(number, 1_000_000)))
    )
    (sentence,) = refusal(creditor, "payment_by_payee", payment(number, 1_000_000))
    assert consent.request_no in sentence
    assert deciding.approve(consent.request_no, 1, **by(creditor.checker)).state == "done"
    assert claim(number).paid_yen == 1_000_000


def test_a_change_is_of_the_claim_that_was_seen(debtor: Trader, creditor: Trader, number: str) -> None:
    of_debtor = submitted(debtor, "change", change(number, amount_yen=900_000))
    approved(creditor, "payment_by_payee", payment(number, 1))
    (sentence,) = not_approved(debtor, of_debtor)
    assert "画面からは変更できません。" in sentence


def test_a_claim_that_left_takes_nothing_that_was_asked_before(
    debtor: Trader, creditor: Trader, guarantor: Trader, number: str
) -> None:
    """Between two companies the book decides: the debtor's demand does not hinder the creditor's 譲渡."""
    demand = asked(debtor, "change", change(number, delete=True))
    approved(creditor, "assignment", assignment(guarantor, (number, None)))
    assert refusal(creditor, "answer_other", answer(demand)) != []
    assert claim(number).holder == guarantor.company


def test_one_open_request_a_claim(creditor: Trader, guarantor: Trader, number: str) -> None:
    asks = asked(creditor, "guarantee", guarantee(guarantor, number))
    request_no = asks.line.request.request_no
    for code, content in (
        ("payment_by_payee", payment(number, 1)),
        ("assignment", assignment(trader(), (number, None))),
    ):
        assert refusal(creditor, code, content) == [
            f"この債権は、ほかの請求（請求番号{request_no}）で手続き中です。"
            "その請求が終わってから、登録してください。"
        ]


def test_what_is_not_approved_in_its_window_lapses(creditor: Trader, guarantor: Trader) -> None:
    number = accrued(guarantor, creditor, due_on=date(2026, 12, 4))
    request = submitted(creditor, "change", change(number, restricted=True))
    assert request.deadline_at is not None
    assert request.deadline_at.date() == date(2026, 11, 25)  # the 7th business day before
    day.run_through(date(2026, 11, 25), cast.AT, cast.ORIGIN)
    request.refresh_from_db()
    assert request.state == "lapsed"


def test_what_has_no_near_window_waits_as_long_as_what_is_mended(
    creditor: Trader, guarantor: Trader, number: str
) -> None:
    request = submitted(creditor, "guarantee", guarantee(guarantor, number))
    assert request.deadline_at is not None
    assert request.deadline_at.date() == date(2027, 1, 28)  # the business day before 支払期日
    later = accrued(guarantor, creditor, due_on=date(2027, 9, 30))
    request = submitted(creditor, "payment_by_payee", payment(later, 1))
    assert request.deadline_at is not None
    assert request.deadline_at.date() == date(2026, 11, 20) + timedelta(days=70)
    refused_twice = partial(refusal, creditor, "payment_by_payee", payment(later, 1))
    assert "手続き中です" in refused_twice()[0]


def test_a_payment_to_whoever_held_it_is_none_to_whoever_holds_it_now(
    debtor: Trader, creditor: Trader, guarantor: Trader, number: str
) -> None:
    waiting = submitted(debtor, "payment_by_payer", payment(number, 1_000_000))
    approved(creditor, "assignment", assignment(guarantor, (number, None), with_guarantee=False))
    assert not_approved(debtor, waiting) == [
        "この会社は、この債権で選べる相手ではありません。選び直してください。"
    ]
    assert not Demand.objects.exists()
