"""Limits in yen: per request, business date and checker; a refusal changes nothing and says who can help."""

from collections.abc import Callable
from typing import Any

import pytest

from erec.claims.models import Claim
from erec.members.models import Member
from erec.workflow import limits
from erec.workflow.actions import deciding
from erec.workflow.errors import CheckFailed, OverLimit
from erec.workflow.models import CheckerLimit, DayTotal, Demand, KnownPartner, Request
from erec.workflow.queue import approvable_by
from erec.workflow.types import TYPES
from tests.erec.workflow import cast_workflow as w
from tests.erec.workflow.cast_desk import Desk, controls, desk, kept
from tests.erec.workflow.cast_pages import at_confirmation
from tests.erec.workflow.cast_threads import everything_is_whole, names, together
from tests.erec.workflow.cast_workflow import Trader, by, person, submitted, trader

TYPE = "accrual_by_obligor"


def entered(a: Trader, amount_yen: int = 1_000_000, partner: Trader | None = None) -> Request:
    return submitted(a, TYPE, w.accrual(a, partner or trader(), amount_yen=amount_yen))


def approve(request: Request, member: Member) -> Request:
    return deciding.approve(request.request_no, request.version, **by(member))


def over(act: Callable[[], Any]) -> str:
    before = kept(), list(DayTotal.objects.values_list()), KnownPartner.objects.count(), Claim.objects.count()
    with pytest.raises(OverLimit) as refused:
        act()
    after = kept(), list(DayTotal.objects.values_list()), KnownPartner.objects.count(), Claim.objects.count()
    assert after == before
    return refused.value.sentence


def waits_for(member: Member) -> list[str]:
    rows = approvable_by(member, frozenset(w.CHECKS))
    return list(rows.order_by("pk").values_list("request_no", flat=True))


def test_every_business_type_says_whether_it_counts() -> None:
    assert set(limits.COUNTED) == set(TYPES)
    assert all(
        counting.because.endswith(("ため", "数える", "数えない）")) for counting in limits.COUNTED.values()
    )


@pytest.mark.django_db
def test_above_the_limit_of_a_request_it_is_not_entered_and_up_to_it_it_is() -> None:
    a, b = trader(), trader()
    controls(a, request_limit_yen=1_000_000)
    before = kept()
    with pytest.raises(CheckFailed) as failed:
        entered(a, 1_000_001, b)
    assert [problem.sentence for problem in failed.value.problems] == [
        "この請求の金額（1,000,001円）は、1件の限度額（1,000,000円）を超えています。"
        "金額を見直すか、マスターユーザに限度額の変更を依頼してください。"
    ]
    assert kept() == before
    assert approve(entered(a, 1_000_000, b), a.checker).state == "recorded"


@pytest.mark.django_db
def test_the_sum_of_all_lines_counts_and_what_others_shall_pay_does_not() -> None:
    a, b, c = trader(), trader(), trader()
    controls(a, request_limit_yen=1_500_000)
    with pytest.raises(CheckFailed):
        submitted(a, TYPE, w.accrual(a, b, c))
    asked = submitted(a, "accrual_by_obligee", w.accrual(a, b, c))
    assert (asked.total_yen, asked.limited_yen) == (2_000_000, 0)
    assert approve(asked, a.checker).state == "awaiting_consent"
    assert not DayTotal.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("accept", "counted"), [(True, 1_000_000), (False, 0)])
def test_an_answer_counts_if_it_consents(accept: bool, counted: int) -> None:
    a, b = trader(), trader()
    w.approved(a, "accrual_by_obligee", w.accrual(a, b))
    assert submitted(b, "answer", w.answer(Demand.objects.get(), accept)).limited_yen == counted


@pytest.mark.django_db
def test_of_a_batch_each_line_counts_as_its_own_type_does() -> None:
    a, b = trader(), trader()
    content = w.batch(
        (TYPE, w.accrual(a, b, amount_yen=3)), ("accrual_by_obligee", w.accrual(a, b, amount_yen=50))
    )
    request = submitted(a, "batch", content)
    assert (request.total_yen, request.limited_yen) == (53, 3)


@pytest.mark.django_db
def test_a_limit_lowered_while_a_request_waits_keeps_it_there_until_it_is_raised() -> None:
    a = trader()
    request = entered(a)
    controls(a, request_limit_yen=999_999)
    assert over(lambda: approve(request, a.checker)).startswith(
        "この請求の金額（1,000,000円）は、1件の限度額（999,999円）を超えています。"
    )
    assert waits_for(a.checker) == []
    assert deciding.send_back(request.request_no, 1, **by(a.checker)).state == "sent_back"
    controls(a, request_limit_yen=None)
    assert approve(entered(a), a.checker).state == "recorded"


@pytest.mark.django_db
def test_above_a_checkers_own_limit_another_checker_is_named() -> None:
    a = trader()
    big = person(a.company, *w.CHECKS)
    CheckerLimit.objects.create(company=a.company, member=a.checker, limit_yen=999_999)
    request = entered(a)
    assert over(lambda: approve(request, a.checker)) == (
        "この請求の金額（1,000,000円）は、あなたの承認の限度額（999,999円）を超えています。"
        f"何も変わっていません。{big.name}さんに依頼するか、マスターユーザに限度額の変更を依頼してください。"
    )
    assert (waits_for(a.checker), waits_for(big)) == ([], [request.request_no])
    assert approve(request, big).state == "recorded"


@pytest.mark.django_db
def test_of_two_approvals_each_must_be_within_its_checkers_limit() -> None:
    a = trader()
    small = person(a.company, *w.CHECKS)
    controls(a, approvals="double_any")
    CheckerLimit.objects.create(company=a.company, member=small, limit_yen=1)
    request = entered(a)
    assert approve(request, a.checker).state == "awaiting_approval"
    assert over(lambda: approve(request, small)).endswith("マスターユーザに限度額の変更を依頼してください。")
    assert not DayTotal.objects.exists()  # it counts when it is approved to the end


@pytest.mark.django_db
def test_what_is_approved_on_a_day_adds_up_and_the_next_day_begins_anew() -> None:
    a = trader()
    controls(a, daily_limit_yen=2_500_000)
    first, second, third = entered(a), entered(a), entered(a)
    approve(first, a.checker)
    approve(second, a.checker)
    assert DayTotal.objects.get().approved_yen == 2_000_000
    assert over(lambda: approve(third, a.checker)) == (
        "この請求（1,000,000円）を承認すると、今日の承認の合計が、1日の限度額（2,500,000円）を超えます。"
        "今日は、すでに2,000,000円が承認されています。何も変わっていません。"
        "次の日に承認するか、マスターユーザに限度額の変更を依頼してください。"
    )
    assert waits_for(a.checker) == []
    small = entered(a, 500_000)
    assert waits_for(a.checker) == [small.request_no]
    assert approve(small, a.checker).state == "recorded"
    assert limits.approved_today_yen(a.company.pk) == 2_500_000


@pytest.mark.django_db
def test_above_the_days_limit_alone_no_other_day_is_promised() -> None:
    a = trader()
    request = entered(a)
    controls(a, daily_limit_yen=999_999)
    assert over(lambda: approve(request, a.checker)).endswith(
        "何も変わっていません。マスターユーザに、限度額の変更を依頼してください。"
    )


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_do_not_pass_the_days_limit_together() -> None:
    a, b = trader(), trader()
    controls(a, daily_limit_yen=1_500_000)
    others = [person(a.company, *w.CHECKS) for _ in range(4)]
    requests = [entered(a, partner=b) for _ in others]
    acts = [lambda r=r, m=m: approve(r, m) for r, m in zip(requests, others, strict=True)]
    assert sorted(names(together(*acts))) == ["OverLimit"] * 3 + ["done"]
    assert (DayTotal.objects.get().approved_yen, Claim.objects.count()) == (1_000_000, 1)
    everything_is_whole()


@pytest.fixture
def own() -> Desk:
    return desk()


@pytest.mark.django_db
def test_the_checker_reads_on_the_page_why_and_who_can_help(own: Desk) -> None:
    request = entered(own)
    big = own.also(*w.CHECKS)
    CheckerLimit.objects.create(company=own.company, member=own.checker, limit_yen=10)
    page = own.checking.page(f"/densai/requests/{request.request_no}")
    assert "あなたの承認の限度額（10円）を超えています。" in page.text
    assert f"{big.member.name}さんに依頼するか" in page.text
    assert "承認へ進む" not in page.links
    before = kept()
    refused = own.checking.page(f"/densai/requests/{request.request_no}/approve", {"version": "1"})
    assert refused.status == 403
    assert kept() == before
    assert "限度額を超えています" in own.checking.page("/densai/requests/awaiting?all=1").text


@pytest.mark.django_db
def test_the_maker_reads_it_in_the_form(own: Desk) -> None:
    controls(own, request_limit_yen=10)
    confirm = at_confirmation(own.making.person, own, trader())
    assert "仮登録の実行" not in confirm.buttons
    assert "1件の限度額（10円）を超えています。" in confirm.text
