"""承認 and 差戻し: one rule a test, and nothing changed by a refusal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from erec.claims.models import Claim, RecordEvent
from erec.members.models import BusinessRight, Member
from erec.notices.models import Notice
from erec.trail.models import Entry
from erec.workflow.actions import deciding, entering
from erec.workflow.errors import (
    AlreadyApproved,
    CheckFailed,
    MovedOn,
    NotThere,
    NotYourTurn,
    OutOfDate,
    OwnEntry,
    RightMissing,
    TooLate,
    WorkflowError,
)
from erec.workflow.models import Controls, Decision, FinalChecker, Request
from tests import cast
from tests.erec.workflow.cast_workflow import (
    CHECKS,
    MAKES,
    Trader,
    accrual,
    accrued,
    approved,
    assignment,
    by,
    cancellation,
    person,
    submitted,
    trader,
    typed,
)
from tests.erec.workflow.test_entering import refused

pytestmark = pytest.mark.django_db


def approve(request: Request, member: Member, **options: Any) -> Request:
    at = options.pop("at", cast.AT)
    return deciding.approve(request.request_no, request.version, **by(member, at), **options)


def waiting(a: Trader | None = None) -> tuple[Trader, Request]:
    a = a or trader()
    return a, submitted(a, "accrual_by_obligor", accrual(a, trader()))


def test_approval_writes_the_book_once_and_tells_both_sides() -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    done = approve(request, a.checker, comment="よし")
    assert done.state == "recorded"
    line = done.lines.get()
    claim = Claim.objects.get(record_number=line.record_number)
    assert (claim.obligor_id, claim.holder_id, claim.amount_yen) == (a.company.pk, b.company.pk, 1_000_000)
    assert RecordEvent.objects.get().kind == "accrual"
    decision = Decision.objects.get()
    assert (decision.move, decision.member, decision.comment, decision.version) == (
        "承認",
        a.checker,
        "よし",
        1,
    )
    told = sorted(Notice.objects.values_list("company__user_number", "what"))
    mine, yours = a.company.user_number, b.company.user_number
    assert told == sorted(
        [
            (mine, "approval_asked"),
            (mine, "approved"),
            (mine, "recorded"),
            (yours, "claim_received"),
        ]
    )
    assert Entry.objects.filter(event="request.approved").count() == 1


def test_a_second_approval_of_the_same_changes_nothing() -> None:
    a, request = waiting()
    approve(request, a.checker)
    error = refused(MovedOn, lambda: approve(request, a.checker))
    assert "「記録済」" in str(error)


@pytest.mark.parametrize("mode", [Controls.Approvals.DOUBLE_ANY, Controls.Approvals.DOUBLE_ORDERED])
def test_one_of_two_approvals_records_nothing(mode: str) -> None:
    a, request = waiting()
    Controls.objects.create(company=a.company, approvals=mode)
    second = person(a.company, *CHECKS)
    FinalChecker.objects.create(company=a.company, member=second)
    assert approve(request, a.checker).state == "awaiting_approval"
    assert not Claim.objects.exists()
    refused(AlreadyApproved, lambda: approve(request, a.checker))
    assert approve(request, second).state == "recorded"
    assert Claim.objects.count() == 1


def test_where_the_order_counts_the_final_checker_comes_last() -> None:
    a, request = waiting()
    Controls.objects.create(company=a.company, approvals=Controls.Approvals.DOUBLE_ORDERED)
    second, third = person(a.company, *CHECKS), person(a.company, *CHECKS)
    FinalChecker.objects.create(company=a.company, member=second)
    refused(NotYourTurn, lambda: approve(request, second))
    approve(request, a.checker)
    refused(NotYourTurn, lambda: approve(request, third))
    assert approve(request, second).state == "recorded"


def test_a_mended_request_needs_both_approvals_anew() -> None:
    a, request = waiting()
    Controls.objects.create(company=a.company, approvals=Controls.Approvals.DOUBLE_ANY)
    second = person(a.company, *CHECKS)
    approve(request, a.checker)
    entry = typed("accrual_by_obligor", accrual(a, trader()), request_no=request.request_no, version=1)
    mended = entering.submit(entry, **by(a.maker))
    assert approve(mended, second).state == "awaiting_approval"
    assert approve(mended, a.checker).state == "recorded"


def test_the_own_entry_may_be_approved_unless_the_company_forbids_it() -> None:
    a = trader()
    both = person(a.company, *MAKES, *CHECKS)
    a.maker = both
    _, request = waiting(a)
    Controls.objects.create(company=a.company, own_approval_refused=True)
    refused(OwnEntry, lambda: approve(request, both))
    Controls.objects.update(own_approval_refused=False)
    assert approve(request, both).state == "recorded"


def test_what_the_checker_saw_is_what_is_approved() -> None:
    a, request = waiting()
    entry = typed(
        "accrual_by_obligor", accrual(a, trader(), amount_yen=9), request_no=request.request_no, version=1
    )
    entering.submit(entry, **by(a.maker))
    refused(OutOfDate, lambda: deciding.approve(request.request_no, 1, **by(a.checker)))
    assert not Claim.objects.exists()


def test_after_the_cut_off_nothing_is_approved_but_it_may_be_sent_back() -> None:
    a, request = waiting()
    late = cast.AT + timedelta(hours=5)  # 15:00
    refused(TooLate, lambda: approve(request, a.checker, at=late))
    assert approve(request, a.checker, at=late - timedelta(seconds=1)).state == "recorded"
    _, other = waiting(a)
    sent = deciding.send_back(other.request_no, 1, comment="日付を直す", **by(a.checker, late))
    assert sent.state == "sent_back"


@pytest.mark.parametrize(
    "act",
    [
        lambda request, member: approve(request, member),
        lambda request, member: deciding.send_back(request.request_no, 1, **by(member)),
    ],
    ids=["approve", "send back"],
)
def test_a_maker_decides_nothing(act: Callable[[Request, Member], object]) -> None:
    a, request = waiting()
    error = refused(RightMissing, lambda: act(request, a.maker))
    assert str(error) == RightMissing.sentence


def test_a_checker_whose_right_was_taken_away_approves_nothing() -> None:
    a, request = waiting()
    BusinessRight.objects.filter(member=a.checker).delete()
    refused(RightMissing, lambda: approve(request, a.checker))


def test_another_companys_checker_finds_nothing() -> None:
    _, request = waiting()
    stranger = trader().checker
    refused(NotThere, lambda: approve(request, stranger))


def test_a_failed_check_is_kept_for_the_maker_and_nothing_is_recorded() -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    b.company.stopped_at = cast.AT
    b.company.save()
    with pytest.raises(CheckFailed) as refusal:
        approve(request, a.checker)
    assert [p.line for p in refusal.value.problems] == [1]
    request.refresh_from_db()
    assert request.state == "awaiting_approval"
    assert [e["line"] for e in request.approval_error] == [1]
    assert not Claim.objects.exists()
    assert Entry.objects.filter(event="request.check_failed").count() == 1
    deciding.send_back(request.request_no, 1, **by(a.checker))
    body = Notice.objects.get(what="sent_back").body
    assert "承認時エラー: 利用者番号と口座の組合せ" in body


def test_the_error_goes_when_the_request_is_entered_again() -> None:
    a, b, c = trader(), trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    b.company.stopped_at = cast.AT
    b.company.save()
    with pytest.raises(CheckFailed):
        approve(request, a.checker)
    entry = typed("accrual_by_obligor", accrual(a, c), request_no=request.request_no, version=1)
    assert entering.submit(entry, **by(a.maker)).approval_error == []


def test_sending_back_tells_the_maker_why() -> None:
    a, request = waiting()
    deciding.send_back(request.request_no, 1, comment="金額が違います", **by(a.checker))
    notice = Notice.objects.get(what="sent_back")
    assert "コメント: 金額が違います" in notice.body
    assert notice.request_no == request.request_no


def test_of_a_partial_assignment_the_rest_stays() -> None:
    a, b, c = trader(), trader(), trader()
    number = accrued(a, b)
    done = approved(b, "assignment", assignment(c, (number, 300_000)))
    child = Claim.objects.get(record_number=done.lines.get().record_number)
    parent = Claim.objects.get(record_number=number)
    assert (child.amount_yen, child.holder_id, child.parent_id) == (300_000, c.company.pk, parent.pk)
    assert (parent.amount_yen, parent.holder_id) == (700_000, b.company.pk)
    assert [g.company_id for g in child.guarantors.all()] == [b.company.pk]


@pytest.mark.parametrize("amount", [1_000_001, 9_999_999_999])
def test_above_the_balance_nothing_is_assigned(amount: int) -> None:
    a, b, c = trader(), trader(), trader()
    number = accrued(a, b)
    refused(CheckFailed, lambda: submitted(b, "assignment", assignment(c, (number, amount))))
    assert Claim.objects.get().holder_id == b.company.pk


def test_the_whole_amount_written_out_is_the_whole_claim() -> None:
    a, b, c = trader(), trader(), trader()
    number = accrued(a, b)
    done = approved(b, "assignment", assignment(c, (number, 1_000_000), with_guarantee=False))
    claim = Claim.objects.get()
    assert (done.lines.get().record_number, claim.holder_id) == (number, c.company.pk)
    assert not claim.guarantors.exists()


def test_a_cancelled_accrual_ends_the_claim_for_both() -> None:
    a, b = trader(), trader()
    number = accrued(a, b)
    done = approved(b, "cancel_accrual", cancellation(number))
    assert done.state == "recorded"
    assert Claim.objects.get().state == "cancelled"
    refused(CheckFailed, lambda: submitted(b, "assignment", assignment(a, (number, None))))


def test_every_refusal_has_a_sentence_for_the_person() -> None:
    raised = [OwnEntry(), AlreadyApproved(), OutOfDate(), RightMissing(), NotThere(), CheckFailed([])]
    assert all(isinstance(error, WorkflowError) and error.sentence.endswith("。") for error in raised)
