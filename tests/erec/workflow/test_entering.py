"""一時保存, 仮登録, 引戻し, 削除: who may, from where, and what is left after a refusal."""

from typing import Any

import pytest

from accounts.models import SettlementAccount, User
from erec.members.catalogue import Tick
from erec.members.models import AccountRight, BusinessRight
from erec.notices.models import Notice
from erec.trail.models import Entry, Outbox
from erec.workflow.actions import deciding, entering
from erec.workflow.errors import (
    CheckFailed,
    MovedOn,
    NotThere,
    OutOfDate,
    Problem,
    RightMissing,
    TooManyDrafts,
)
from erec.workflow.models import ClaimInUse, Decision, Request, Version
from tests import cast
from tests.crash import fingerprint
from tests.erec.workflow.cast_workflow import (
    CHECKS,
    MAKES,
    accrual,
    accrued,
    answer,
    approved,
    assignment,
    by,
    person,
    submitted,
    trader,
    typed,
)

pytestmark = pytest.mark.django_db

APPS = ("partners", "notices", "claims", "workflow", "trail")


def refused(error: type[Exception], act: Any) -> Exception:
    """`act` raises `error`, and nothing at all has changed."""
    before = fingerprint(*APPS)
    with pytest.raises(error) as refusal:
        act()
    assert fingerprint(*APPS) == before
    return refusal.value


def test_an_entry_waits_for_approval_and_the_checker_is_told_once() -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b, b, amount_yen=700_000))
    assert (request.state, request.version, request.maker_name) == ("awaiting_approval", 1, a.maker.name)
    assert (request.total_yen, request.lines_count, request.partner_name) == (1_400_000, 2, b.company.name)
    assert request.account == a.account
    assert str(request.deadline_at) == "2026-11-20 15:00:00+09:00"
    assert request.request_no == "20261120000001"
    assert Notice.objects.get().what == "approval_asked"
    assert Outbox.objects.filter(key__startswith="notice:").get().to == a.checker.mail
    entry = Entry.objects.get(event="request.submitted")
    assert (entry.target, entry.company_id) == (request.request_no, a.company.pk)


def test_the_same_page_sent_twice_is_one_entry() -> None:
    a, b = trader(), trader()
    entry = typed("accrual_by_obligor", accrual(a, b))
    first = entering.submit(entry, **by(a.maker))
    second = entering.submit(entry, **by(a.maker))
    assert (first.pk, Request.objects.count(), Version.objects.count()) == (second.pk, 1, 1)


def test_numbers_count_for_each_company_by_itself() -> None:
    a, b = trader(), trader()
    numbers = [submitted(a, "accrual_by_obligor", accrual(a, b)).request_no for _ in range(2)]
    assert numbers == ["20261120000001", "20261120000002"]
    assert submitted(b, "accrual_by_obligor", accrual(b, a)).request_no == "20261120000001"


def test_who_is_no_maker_enters_nothing() -> None:
    a, b = trader(), trader()
    refused(
        RightMissing,
        lambda: entering.submit(typed("accrual_by_obligor", accrual(a, b)), **by(a.checker)),
    )


def test_a_right_that_was_taken_away_counts_at_once() -> None:
    a, b = trader(), trader()
    BusinessRight.objects.filter(member=a.maker).delete()
    refused(RightMissing, lambda: submitted(a, "accrual_by_obligor", accrual(a, b)))
    assert not Request.objects.exists()


@pytest.mark.parametrize("how", ["user suspended", "company stopped", "member deleted"])
def test_who_was_stopped_enters_nothing(how: str) -> None:
    a, b = trader(), trader()
    if how == "user suspended":
        User.objects.filter(pk=a.maker.user_id).update(status=User.Status.SUSPENDED)
    elif how == "company stopped":
        a.company.stopped_at = cast.AT
        a.company.save()
    else:
        a.maker.status = User.Status.DELETED
        a.maker.save()
    refused(RightMissing, lambda: submitted(a, "accrual_by_obligor", accrual(a, b)))
    assert not Request.objects.exists()


def problems_of(error: Exception) -> list[Problem]:
    assert isinstance(error, CheckFailed)
    return error.problems


def test_an_account_without_the_right_is_not_chosen() -> None:
    a, b = trader(), trader()
    AccountRight.objects.filter(member=a.maker, account=a.account).delete()
    error = refused(CheckFailed, lambda: submitted(a, "accrual_by_obligor", accrual(a, b)))
    assert [(p.line, p.field) for p in problems_of(error)] == [(0, "account")]


def test_another_companys_account_is_not_chosen() -> None:
    a, b = trader(), trader()
    content = accrual(a, b, account=b.account_text)
    error = refused(CheckFailed, lambda: submitted(a, "accrual_by_obligor", content))
    assert [(p.line, p.field) for p in problems_of(error)] == [(0, "account")]


def test_the_own_company_is_no_partner() -> None:
    a = trader()
    error = refused(CheckFailed, lambda: submitted(a, "accrual_by_obligor", accrual(a, a)))
    assert problems_of(error) == [Problem(1, "user_number", "相手先に、自社は指定できません。")]


def test_a_partner_without_a_contract_a_wrong_account_and_a_stopped_one_sound_alike() -> None:
    a, b, c = trader(), trader(), trader()
    stopped = trader()
    stopped.company.stopped_at = cast.AT
    stopped.company.save()
    content = accrual(a, b, b, stopped)
    content["lines"][0]["user_number"] = "ZZZ999999".replace("Z", "Y")
    content["lines"][1].update(number=c.account.number)
    error = refused(CheckFailed, lambda: submitted(a, "accrual_by_obligor", content))
    assert len({p.sentence for p in problems_of(error)}) == 1
    assert [p.line for p in problems_of(error)] == [1, 2, 3]


@pytest.mark.parametrize("count", [0, 501])
def test_an_accrual_has_1_to_500_lines(count: int) -> None:
    a, b = trader(), trader()
    content = accrual(a, b)
    content["lines"] *= count
    error = refused(CheckFailed, lambda: submitted(a, "accrual_by_obligor", content))
    assert [p.field for p in problems_of(error)] == ["lines"]


def test_500_lines_are_one_request_and_500_claims() -> None:
    a, b = trader(), trader()
    request = approved(a, "accrual_by_obligor", accrual(a, *[b] * 500))
    assert (request.state, request.total_yen) == ("recorded", 500_000_000)
    assert len(set(request.lines.values_list("record_number", flat=True))) == 500


def test_a_problem_of_all_lines_is_told_once() -> None:
    a, b = trader(), trader()
    content = accrual(a, b, b, b, record_on=cast.AT.date().replace(day=21))
    error = refused(CheckFailed, lambda: submitted(a, "accrual_by_obligor", content))
    assert [(p.line, p.field) for p in problems_of(error)] == [(0, "record_on")]


def test_a_draft_is_kept_as_typed_for_its_maker_alone() -> None:
    a, b = trader(), trader()
    other = person(a.company, *MAKES)
    draft = entering.save_draft(typed("accrual_by_obligor", accrual(a, b, amount_yen=0)), **by(a.maker))
    assert (draft.state, draft.deadline_at) == ("draft", None)
    assert not Notice.objects.exists()
    refused(NotThere, lambda: entering.delete(draft.request_no, 1, **by(other)))
    mended = typed("accrual_by_obligor", accrual(a, b), request_no=draft.request_no, version=1)
    refused(NotThere, lambda: entering.submit(mended, **by(other)))
    assert entering.submit(mended, **by(a.maker)).state == "awaiting_approval"


def test_the_eleventh_draft_is_refused_but_a_draft_may_be_saved_again() -> None:
    a, b = trader(), trader()
    drafts = [
        entering.save_draft(typed("accrual_by_obligor", accrual(a, b)), **by(a.maker)) for _ in range(10)
    ]
    entry = typed("accrual_by_obligor", accrual(a, b))
    error = refused(TooManyDrafts, lambda: entering.save_draft(entry, **by(a.maker)))
    assert "1人10件まで" in str(error)
    again = typed("accrual_by_obligor", accrual(a, b), request_no=drafts[0].request_no, version=1)
    assert entering.save_draft(again, **by(a.maker)).version == 2
    entering.delete(drafts[1].request_no, 1, **by(a.maker))
    assert entering.save_draft(entry, **by(a.maker)).state == "draft"


def test_any_maker_may_pull_back_and_mend_and_becomes_the_maker() -> None:
    a, b = trader(), trader()
    other = person(a.company, *MAKES)
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    pulled = entering.pull_back(request.request_no, 1, **by(other))
    assert pulled.state == "pulled_back"
    entry = typed("accrual_by_obligor", accrual(a, b, amount_yen=5), request_no=request.request_no, version=1)
    mended = entering.submit(entry, **by(other))
    assert (mended.version, mended.maker, mended.total_yen) == (2, other, 5)
    assert [v.content["lines"][0]["amount_yen"] for v in mended.versions.order_by("number")] == [
        1_000_000,
        5,
    ]
    assert Decision.objects.get().move == "引戻し"


def test_a_stale_page_mends_and_pulls_back_nothing() -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    number = request.request_no
    entry = typed("accrual_by_obligor", accrual(a, b), request_no=number, version=1)
    entering.submit(entry, **by(a.maker))
    stale = typed("accrual_by_obligor", accrual(a, b, amount_yen=9), request_no=number, version=1)
    refused(OutOfDate, lambda: entering.submit(stale, **by(a.maker)))
    refused(OutOfDate, lambda: entering.pull_back(number, 1, **by(a.maker)))
    refused(OutOfDate, lambda: entering.delete(number, 1, **by(a.maker)))
    now = Request.objects.get()
    assert (now.version, now.state, now.total_yen) == (2, "awaiting_approval", 1_000_000)


def test_what_is_approved_is_neither_pulled_back_nor_mended_nor_deleted() -> None:
    a, b = trader(), trader()
    request = approved(a, "accrual_by_obligor", accrual(a, b))
    number = request.request_no
    entry = typed("accrual_by_obligor", accrual(a, b), request_no=number, version=1)
    error = refused(MovedOn, lambda: entering.submit(entry, **by(a.maker)))
    assert "記録済" in str(error)
    refused(MovedOn, lambda: entering.pull_back(number, 1, **by(a.maker)))
    refused(MovedOn, lambda: entering.delete(number, 1, **by(a.maker)))


def test_another_companys_request_is_not_there() -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    refused(NotThere, lambda: entering.pull_back(request.request_no, 1, **by(b.maker)))
    refused(NotThere, lambda: deciding.send_back(request.request_no, 1, **by(b.checker)))


def test_a_checker_neither_pulls_back_nor_deletes() -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    refused(RightMissing, lambda: entering.pull_back(request.request_no, 1, **by(a.checker)))
    refused(RightMissing, lambda: entering.delete(request.request_no, 1, **by(a.checker)))


def test_one_claim_is_in_one_open_request() -> None:
    a, b, c = trader(), trader(), trader()
    number = accrued(a, b)
    first = submitted(b, "assignment", assignment(c, (number, 100)))
    error = refused(CheckFailed, lambda: submitted(b, "assignment", assignment(c, (number, 200))))
    assert first.request_no in problems_of(error)[0].sentence
    entering.delete(first.request_no, 1, **by(b.maker))
    assert not ClaimInUse.objects.exists()
    assert submitted(b, "assignment", assignment(c, (number, 200))).state == "awaiting_approval"


def test_a_claim_of_others_is_not_assignable_and_not_told() -> None:
    a, b, c = trader(), trader(), trader()
    number = accrued(a, b)
    taken = refused(CheckFailed, lambda: submitted(c, "assignment", assignment(a, (number, None))))
    nothing = refused(
        CheckFailed, lambda: submitted(c, "assignment", assignment(a, ("A" * 9 + "0" * 11, None)))
    )
    assert problems_of(taken) == problems_of(nothing)


def test_a_claim_on_an_account_without_the_right_is_not_assignable() -> None:
    a, b, c = trader(), trader(), trader()
    number = accrued(a, b)
    AccountRight.objects.filter(member=b.maker).delete()
    other = SettlementAccount.objects.filter(company=b.company).exclude(pk=b.account.pk).get()
    AccountRight.objects.create(member=b.maker, account=other)
    error = refused(CheckFailed, lambda: submitted(b, "assignment", assignment(c, (number, None))))
    assert problems_of(error)[0].sentence.startswith("この債権の口座を使う権限がありません。")


def test_one_demand_is_answered_by_one_open_answer() -> None:
    a, b = trader(), trader()
    demanding = approved(b, "accrual_by_obligee", accrual(b, a))
    demand = demanding.lines.get().demand
    assert demand is not None
    submitted(a, "answer", answer(demand))
    refused(MovedOn, lambda: submitted(a, "answer", answer(demand, accept=False)))


def test_every_other_tick_together_does_not_make_a_maker() -> None:
    a, b = trader(), trader()
    outsider = person(a.company, ("inquiry", Tick.USE), *CHECKS)
    refused(
        RightMissing,
        lambda: entering.submit(typed("accrual_by_obligor", accrual(a, b)), **by(outsider)),
    )
    assert not Request.objects.exists()
