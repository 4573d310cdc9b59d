"""割引申込 and 譲渡担保申込: entering, the institution's answer, and what each leaves. One rule a test."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Company
from erec.claims.models import Claim, Holding, Order, Sanction
from erec.financing.errors import AnsweredOtherwise, WrongTerms
from erec.financing.models import Application
from erec.notices.models import Notice
from erec.parameters import business_day
from erec.trail.models import Entry, Outbox
from erec.workflow import day
from erec.workflow.actions import deciding
from erec.workflow.errors import CheckFailed
from erec.workflow.models import ClaimInUse, Demand, Request
from erec.workflow.types import financing as types
from erec.workflow.types.assignment import NOT_YOURS, TWICE
from tests import cast
from tests.crash import fingerprint
from tests.erec.workflow.cast_financing import (
    DAY_BEFORE,
    WISHED,
    accepted,
    applied,
    asked_for_discount,
    balance,
    bank,
    collateral,
    declined,
    discount,
    executed,
    moved_to,
    standing,
    steps,
    told,
)
from tests.erec.workflow.cast_workflow import (
    Trader,
    accrued,
    approved,
    assignment,
    by,
    cancellation,
    submitted,
    trader,
    withdrawal,
)
from tests.erec.workflow.test_entering import problems_of, refused

pytestmark = pytest.mark.django_db

APPS = ("notices", "claims", "financing", "workflow", "trail")


def in_use() -> list[str]:
    return sorted(ClaimInUse.objects.values_list("record_number", flat=True))


def line_number(application: Application, number: int = 1) -> str:
    return application.lines.get(number=number).record_number


def test_approval_asks_the_institution_and_takes_the_claims() -> None:
    own, application = asked_for_discount(None, 400_000)
    assert standing(application) == ("asked", ["asked", "asked"])
    assert (application.amount_yen, application.wished_on) == (1_400_000, WISHED)
    assert application.answer_until == business_day.cut_off_on(DAY_BEFORE)
    request = Request.objects.get(company=own.company, request_no=application.request_no)
    assert (request.state, request.deadline_at) == ("awaiting_consent", application.answer_until)
    assert request.partner_name == bank().name
    assert in_use() == sorted(application.lines.values_list("asked_number", flat=True))
    assert list(Demand.objects.values_list("company", flat=True)) == [bank().pk, bank().pk]
    assert not Order.objects.filter(kind="assignment").exists()
    mail = Outbox.objects.get(to="institution@localhost.localdomain")
    assert mail.subject == f"割引の申込を受け付けました（{application.application_no}）"
    assert "1,400,000円（2件）" in mail.body
    assert line_number(application) not in mail.body


def test_a_discount_pays_on_the_day_of_the_assignment_and_the_company_answers_for_the_debtor() -> None:
    own, application = asked_for_discount(None, 400_000)
    before = balance(application.account)
    accepted(application, 1_380_000, rate=Decimal("1.25"))
    assert standing(application) == ("accepted", ["accepted", "accepted"])
    assert Order.objects.filter(kind="assignment", state="reserved", effective_on=WISHED).count() == 2
    moved_to(DAY_BEFORE)
    assert balance(application.account) == before
    moved_to(WISHED)
    assert standing(application) == ("executed", ["assigned", "assigned"])
    assert (application.paid_yen, application.paid_on, application.owed_yen) == (1_380_000, WISHED, 0)
    assert balance(application.account) == before + 1_380_000
    whole, part = (Claim.objects.get(record_number=line_number(application, n)) for n in (1, 2))
    assert (whole.holder, part.holder, part.amount_yen) == (bank(), bank(), 400_000)
    assert part.parent is not None
    assert part.parent.holder == own.company
    assert Holding.objects.filter(claim__in=[whole, part], company=own.company, role="guarantor").count() == 2
    assert list(application.lines.order_by("number").values_list("proceeds_yen", flat=True)) == [
        985_714,
        394_286,
    ]
    assert steps(application) == ["applied", "accepted", "assigned", "executed"]
    assert told(own) == [
        "approval_asked", "approved", "consent_given", "recorded", "recorded", "money_received",
    ]  # fmt: skip
    assert in_use() == []


def test_the_days_run_again_pays_nothing_more() -> None:
    _, application = asked_for_discount()
    executed(application, 990_000)
    after = balance(application.account)
    day.catch_up(datetime.combine(WISHED, cast.AT.time(), cast.AT.tzinfo))
    moved_to(WISHED + timedelta(days=1))
    assert balance(application.account) == after


def test_a_claim_for_institutions_alone_may_be_discounted_and_goes_to_nobody_else() -> None:
    bank()
    debtor, own, other = trader(), trader(), trader()
    number = accrued(debtor, own, restricted=True)
    error = refused(CheckFailed, lambda: submitted(own, "assignment", assignment(other, (number, None))))
    assert [p.sentence for p in problems_of(error)] == [
        "譲渡制限のある債権です。金融機関以外には譲渡できません。"
    ]
    application = applied(own, "discount", discount(own, (number, None)))
    executed(application, 990_000)
    assert Claim.objects.get(record_number=number).holder == bank()


def test_no_other_request_touches_a_claim_that_waits_and_none_that_is_touched_can_be_applied_for() -> None:
    own, application = asked_for_discount()
    number, other = line_number(application), trader()
    for code, content in (
        ("assignment", assignment(other, (number, None))),
        ("collateral", collateral(own, (number, None))),
        ("cancel_accrual", cancellation(number)),
    ):
        error = refused(CheckFailed, lambda: submitted(own, code, content))  # noqa: B023
        assert [p.sentence for p in problems_of(error)] == [
            f"この債権は、ほかの請求（請求番号{application.request_no}）で手続き中です。"
            "その請求が終わってから、登録してください。"
        ]
    accepted(application, 990_000)  # reserved: still nobody else's
    assert in_use() == [number]
    error = refused(CheckFailed, lambda: submitted(own, "cancel_assignment", cancellation(number)))
    assert [p.sentence for p in problems_of(error)] == [
        "金融機関への譲渡の予約は、この画面では取り消せません。取引店に連絡してください。"
    ]
    moving = accrued(other, own)
    approved(own, "assignment", assignment(trader(), (moving, None), record_on=DAY_BEFORE))
    error = refused(CheckFailed, lambda: submitted(own, "discount", discount(own, (moving, None))))
    assert [p.sentence for p in problems_of(error)] == [
        "この債権には譲渡の予約があります。譲渡するには、先にその予約を取り消してください。"
    ]


def test_the_institution_may_accept_some_claims_and_the_others_are_free_at_once() -> None:
    own, application = asked_for_discount(None, None, 300_000)
    accepted(application, 1_290_000, lines=frozenset({1, 3}))
    assert standing(application) == ("accepted", ["accepted", "declined", "accepted"])
    assert in_use() == sorted(
        application.lines.filter(number__in=[1, 3]).values_list("asked_number", flat=True)
    )
    submitted(own, "assignment", assignment(trader(), (line_number(application, 2), None)))
    moved_to(WISHED)
    assert standing(application) == ("executed", ["assigned", "declined", "assigned"])
    assert (application.granted_yen, application.paid_yen) == (1_300_000, 1_290_000)


def test_a_refusal_frees_the_claims_and_says_why() -> None:
    own, application = asked_for_discount(None, None)
    declined(application, "審査の結果、お受けできません。")
    assert standing(application) == ("declined", ["declined", "declined"])
    assert application.because == "審査の結果、お受けできません。"
    assert in_use() == []
    request = Request.objects.get(request_no=application.request_no, company=own.company)
    assert (request.state, set(request.lines.values_list("error", flat=True))) == (
        "denied", {"審査の結果、お受けできません。"},
    )  # fmt: skip
    assert told(own)[2:] == ["denied"]
    assert "審査の結果、お受けできません。" in Notice.objects.get(what="denied").body
    assert not Order.objects.filter(kind="assignment").exists()
    approved(own, "assignment", assignment(trader(), (line_number(application), None)))


def test_without_an_answer_it_lapses_at_the_cut_off_of_the_day_before() -> None:
    _, application = asked_for_discount()
    moved_to(DAY_BEFORE - timedelta(days=1))
    assert standing(application) == ("asked", ["asked"])
    moved_to(DAY_BEFORE)
    assert standing(application) == ("lapsed", ["lapsed"])
    assert in_use() == []
    with pytest.raises(AnsweredOtherwise, match="すでに「期限切れ」"):
        accepted(application, 990_000)


def test_an_answer_after_the_cut_off_is_too_late_also_before_the_run() -> None:
    _, application = asked_for_discount()
    moved_to(DAY_BEFORE - timedelta(days=1))
    late = datetime.combine(DAY_BEFORE, datetime.min.time(), cast.AT.tzinfo) + timedelta(hours=6)  # 15:00
    Application.objects.filter(pk=application.pk).update(state="asked")
    business_day.move_to(DAY_BEFORE, late)
    with pytest.raises(AnsweredOtherwise, match="回答期限を過ぎました"):
        accepted(application, 990_000, at=late)
    assert standing(application) == ("asked", ["asked"])


def test_the_company_may_withdraw_claim_by_claim_until_the_answer() -> None:
    own, application = asked_for_discount(None, None)
    request = Request.objects.get(request_no=application.request_no, company=own.company)
    first, second = request.lines.order_by("number")
    assert approved(own, "withdrawal_financing", withdrawal(first)).state == "done"
    assert standing(application) == ("asked", ["withdrawn", "asked"])
    assert in_use() == [second.record_number]
    accepted(application, 990_000)
    assert standing(application) == ("accepted", ["withdrawn", "accepted"])
    refused(CheckFailed, lambda: submitted(own, "withdrawal_financing", withdrawal(second)))
    refused(CheckFailed, lambda: submitted(own, "withdrawal", withdrawal(second)))


def test_all_withdrawn_is_withdrawn() -> None:
    own, application = asked_for_discount()
    request = Request.objects.get(request_no=application.request_no, company=own.company)
    approved(own, "withdrawal_financing", withdrawal(request.lines.get()))
    assert standing(application) == ("withdrawn", ["withdrawn"])
    assert steps(application) == ["applied", "withdrawn"]


def test_an_answer_is_given_once_and_the_same_one_again_changes_nothing() -> None:
    _, application = asked_for_discount(None, None)
    accepted(application, 1_900_000, rate=Decimal("1.25"), lines=frozenset({1, 2}))
    entries = Entry.objects.count()
    accepted(application, 1_900_000, rate=Decimal("1.250"))
    others: list[Callable[[], object]] = [
        lambda: accepted(application, 1_900_001, rate=Decimal("1.25")),
        lambda: accepted(application, 1_900_000),
        lambda: accepted(application, 1_900_000, rate=Decimal("1.25"), lines=frozenset({1})),
        lambda: declined(application),
    ]
    for other in others:
        with pytest.raises(AnsweredOtherwise, match="すでに「譲渡待ち」"):
            other()
    assert Entry.objects.count() == entries
    assert Order.objects.filter(kind="assignment").count() == 2


def test_a_refusal_again_changes_nothing_and_a_yes_after_it_is_refused() -> None:
    _, application = asked_for_discount()
    declined(application)
    entries = Entry.objects.count()
    declined(application)
    with pytest.raises(AnsweredOtherwise, match="すでに「否認」"):
        declined(application, "別の理由")
    with pytest.raises(AnsweredOtherwise, match="すでに「否認」"):
        accepted(application, 990_000)
    assert Entry.objects.count() == entries


def test_the_answer_stands_once_in_the_institutions_chain() -> None:
    own, application = asked_for_discount()
    before = Entry.objects.filter(chain=own.company.pk).count()
    accepted(application, 990_000)
    entry = Entry.objects.get(event="financing.accepted")
    assert (entry.chain, entry.target) == (bank().pk, application.application_no)
    assert Entry.objects.filter(chain=own.company.pk).count() == before


WRONG_TERMS: list[tuple[int, dict[str, Any], str]] = [
    (0, {}, "入金する金額は1円から1,400,000円までです。"),
    (1_400_001, {}, "入金する金額は1円から1,400,000円までです。"),
    (1_000_001, {"lines": frozenset({1})}, "入金する金額は1円から1,000,000円までです。"),
    (1, {}, "金額が小さすぎて、債権ごとに分けられません。"),
    (1_000, {"lines": frozenset({3})}, "回答できる明細は 1、2 です。"),
    (1_000, {"lines": frozenset()}, "回答できる明細は 1、2 です。"),
    (1_000, {"loan_yen": 1_000}, "割引に、貸付の金額はありません。"),
    (1_000, {"rate": Decimal("100.001")}, "利率は0から100までの数にしてください。"),
    (1_000, {"rate": Decimal(-1)}, "利率は0から100までの数にしてください。"),
]


def test_terms_that_do_not_fit_are_refused() -> None:
    _, application = asked_for_discount(None, 400_000)
    before = fingerprint(*APPS)
    for proceeds_yen, said, sentence in WRONG_TERMS:
        with pytest.raises(WrongTerms) as refusal:
            accepted(application, proceeds_yen, **said)
        assert refusal.value.sentence == f"{sentence}何も変わっていません。"
    assert fingerprint(*APPS) == before


def _content(kind: str, own: Trader, number: str, **changed: Any) -> dict[str, Any]:
    make = discount if kind == "discount" else collateral
    return {**make(own, (number, None)), **changed}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("discount", {"lines": []}, "債権は1件以上200件以内で選んでください。"),
    (
        "discount",
        {"record_on": "2026-11-20"},
        "希望日は、2026年11月24日（火）以降の銀行営業日を選んでください。",
    ),
    (
        "discount",
        {"record_on": "2026-11-28"},  # a Saturday
        "2026年11月28日は休業日です。2026年11月20日から2026年12月18日までの銀行営業日を選んでください。",
    ),
    (
        "discount",
        {"record_on": "2026-12-21"},
        "電子記録年月日は、2026年11月20日から2026年12月18日までの銀行営業日を選んでください。",
    ),
    ("discount", {"account": "9999-101-2-9999999"}, types.NO_ACCOUNT),
    (
        "collateral",
        {"loan_yen": 1_000_001},
        "借入金額は、債権の合計金額（1,000,000円）以下で入力してください。",
    ),
    (
        "collateral",
        {"repay_on": "2026-11-26"},
        "返済期日は、希望日の翌日から2027年11月26日（金）までの日付を入力してください。",
    ),
    (
        "collateral",
        {"repay_on": "2027-11-27"},
        "返済期日は、希望日の翌日から2027年11月26日（金）までの日付を入力してください。",
    ),
]


def test_what_cannot_be_is_refused_with_its_sentence() -> None:
    bank()
    own = trader()
    number = accrued(trader(), own)
    for kind, changed, sentence in REFUSED:
        content = _content(kind, own, number, **changed)
        error = refused(CheckFailed, lambda: submitted(own, kind, content))  # noqa: B023
        assert [p.sentence for p in problems_of(error)] == [sentence]


def test_claims_of_others_and_the_same_claim_twice_are_refused() -> None:
    bank()
    own, other = trader(), trader()
    number, foreign = accrued(other, own), accrued(own, other)
    lines = [{"record_number": n, "amount_yen": None} for n in (number, number, foreign, "T" + "0" * 19)]
    content = {**discount(own), "lines": lines}
    error = refused(CheckFailed, lambda: submitted(own, "discount", content))
    assert [(p.line, p.sentence) for p in problems_of(error)] == [(2, TWICE), (3, NOT_YOURS), (4, NOT_YOURS)]


def test_a_company_under_sanction_may_not_apply() -> None:
    bank()
    debtor, own = trader(), trader()
    number = accrued(debtor, own)
    Sanction.objects.create(
        company=own.company, starts_on=WISHED, ends_on=date(2028, 11, 25), reason="試験", recorded_at=cast.AT
    )
    error = refused(CheckFailed, lambda: submitted(own, "discount", discount(own, (number, None))))
    assert [p.sentence for p in problems_of(error)] == [types.SANCTIONED]
    day_before = discount(own, (number, None), record_on=DAY_BEFORE)
    assert submitted(own, "discount", day_before).state == "awaiting_approval"


def test_what_was_paid_in_part_or_defaulted_cannot_be_applied_for() -> None:
    bank()
    own = trader()
    number = accrued(trader(), own)
    Claim.objects.filter(record_number=number).update(state="defaulted")
    error = refused(CheckFailed, lambda: submitted(own, "discount", discount(own, (number, None))))
    assert types.DEFAULTED in [p.sentence for p in problems_of(error)]


def test_without_an_institution_nothing_can_be_applied_for() -> None:
    own = trader()
    number = accrued(trader(), own)
    error = refused(CheckFailed, lambda: submitted(own, "discount", discount(own, (number, None))))
    assert [p.sentence for p in problems_of(error)] == [types.NOT_READY]


def test_what_became_wrong_meanwhile_is_refused_at_approval_and_asks_nobody() -> None:
    bank()
    debtor, own = trader(), trader()
    number = accrued(debtor, own)
    request = submitted(own, "discount", discount(own, (number, None)))
    Company.objects.filter(is_institution=True).update(is_institution=False)
    with pytest.raises(CheckFailed) as refusal:
        deciding.approve(request.request_no, 1, **by(own.checker))
    assert [p.sentence for p in refusal.value.problems] == [types.NOT_READY]
    assert not Application.objects.exists()
    assert not Demand.objects.exists()


def test_the_institution_is_no_partner_for_anybody() -> None:
    company = bank()
    own = trader()
    account = company.settlement_accounts.get()
    line = {
        "user_number": company.user_number,
        "bank_code": account.bank_code,
        "branch_code": account.branch_code,
        "kind": account.kind,
        "number": account.number,
        "amount_yen": 1_000,
        "due_on": "2027-01-29",
        "reference": "",
    }
    content = {
        "account": own.account_text,
        "record_on": "2026-11-20",
        "fee_bearer": "依頼人負担",
        "restricted": False,
        "lines": [line],
    }
    error = refused(CheckFailed, lambda: submitted(own, "accrual_by_obligor", content))
    assert [p.sentence for p in problems_of(error)] == [
        "利用者番号と口座の組合せが見つかりません。相手先の契約内容と合っているか、確かめてください。"
    ]
