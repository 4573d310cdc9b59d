"""承諾, 否認, 取消 and 期限切れ of what another company asks: one rule a test, and each refusal."""

from datetime import date, datetime, timedelta
from functools import partial

import pytest

from erec.claims.models import Claim, Order, Sanction
from erec.notices.models import Notice
from erec.parameters import business_day
from erec.trail.models import Entry, Outbox
from erec.workflow import day, runs
from erec.workflow.actions import deciding, entering
from erec.workflow.errors import CheckFailed, MovedOn, NotThere, RightMissing, TooLate
from erec.workflow.models import Demand, Request
from erec.workflow.types.withdrawal import NOT_WAITING
from tests import cast
from tests.erec.workflow.cast_workflow import (
    Trader,
    accrual,
    accrued,
    answer,
    approved,
    assignment,
    by,
    cancellation,
    change,
    submitted,
    trader,
    typed,
    withdrawal,
)
from tests.erec.workflow.test_entering import problems_of, refused

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 24)  # the business day after cast.AT's
LAST_DAY = date(2026, 11, 27)  # the 5th business day, cast.AT's included


def asked(creditor: Trader, debtor: Trader) -> Demand:
    """What the debtor has to answer by 15:00 on LAST_DAY."""
    return approved(creditor, "accrual_by_obligee", accrual(creditor, debtor)).lines.get().demand  # type: ignore[return-value]


def told(of: Trader) -> list[str]:
    """What the company was told, in turn."""
    return list(Notice.objects.filter(company=of.company).order_by("pk").values_list("what", flat=True))


def entered_in_trail(of: Trader) -> list[str]:
    """The requests' events on the company's chain, in turn."""
    entries = Entry.objects.filter(chain=of.company.pk, event__startswith="request.")
    return list(entries.order_by("position").values_list("event", flat=True))


def standing(demand: Demand) -> tuple[str, str, str]:
    """Of the demand, of the line that waits for it, and of that line's request."""
    demand.refresh_from_db()
    line = demand.line
    line.refresh_from_db()
    return demand.state, line.state, Request.objects.get(pk=line.request_id).state


def moved_to(last: date) -> None:
    """The business date, up to the end of that day."""
    day.run_through(last, cast.AT, cast.ORIGIN)


def opened(on: date) -> None:
    """The business date, on the morning of that day."""
    moved_to(on - timedelta(days=1))
    day.catch_up(datetime.combine(on, cast.AT.time(), cast.AT.tzinfo))


def test_a_demand_is_the_other_companys_and_says_until_when() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    assert (demand.company, demand.asked_by, demand.amount_yen) == (
        debtor.company,
        creditor.company,
        1_000_000,
    )
    assert demand.answer_until == business_day.cut_off_on(LAST_DAY)
    assert demand.demand_no == "20261120000001"
    assert standing(demand) == ("open", "awaiting_consent", "awaiting_consent")
    assert Request.objects.get().deadline_at == demand.answer_until
    assert told(debtor) == ["consent_asked"]
    assert told(creditor) == ["approval_asked", "approved"]
    mails = Outbox.objects.filter(key__contains=":consent_asked:").values_list("to", flat=True)
    assert sorted(mails) == sorted([debtor.maker.mail, debtor.checker.mail])
    assert not Order.objects.exists()
    assert not Claim.objects.exists()


def test_consent_takes_all_four_persons_and_then_the_claim_is_there() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    reply = submitted(debtor, "answer", answer(demand))
    assert standing(demand) == ("open", "awaiting_consent", "awaiting_consent")
    assert not Claim.objects.exists()
    done = deciding.approve(reply.request_no, 1, **by(debtor.checker))
    assert done.state == "done"
    assert standing(demand) == ("accepted", "recorded", "recorded")
    claim = Claim.objects.get()
    assert (claim.obligor, claim.holder, claim.amount_yen) == (debtor.company, creditor.company, 1_000_000)
    assert (claim.state, claim.accrued_on) == ("recorded", date(2026, 11, 20))
    assert (done.lines.get().record_number, demand.line.record_number) == (claim.record_number,) * 2
    assert Order.objects.get().company == creditor.company
    assert told(creditor)[2:] == ["consent_given", "claim_received", "recorded"]
    assert told(debtor) == ["consent_asked", "approval_asked", "approved"]
    assert entered_in_trail(creditor) == ["request.submitted", "request.approved"]
    assert entered_in_trail(debtor) == ["request.submitted", "request.approved"]


def test_denial_ends_the_line_and_the_creditor_is_told() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    assert approved(debtor, "answer", answer(demand, accept=False)).state == "done"
    assert standing(demand) == ("denied", "denied", "denied")
    assert not Claim.objects.exists()
    assert told(creditor)[2:] == ["denied"]
    assert entered_in_trail(debtor) == ["request.submitted", "request.approved"]


@pytest.mark.parametrize("accept", [True, False])
def test_an_answer_is_given_once(accept: bool) -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    approved(debtor, "answer", answer(demand, accept=accept))
    for again in (True, False):
        error = refused(CheckFailed, lambda: submitted(debtor, "answer", answer(demand, accept=again)))  # noqa: B023
        assert isinstance(error, CheckFailed)
        state = "承諾" if accept else "否認"
        assert [p.sentence for p in error.problems] == [f"この承諾依頼は、すでに「{state}」になっています。"]


def test_nobody_but_the_asked_company_finds_the_demand() -> None:
    creditor, debtor, stranger = trader(), trader(), trader()
    demand = asked(creditor, debtor)
    for other in (creditor, stranger):
        error = refused(CheckFailed, lambda: submitted(other, "answer", answer(demand)))  # noqa: B023
        assert isinstance(error, CheckFailed)
        assert [p.sentence for p in error.problems] == ["この承諾依頼はありません。"]
    assert standing(demand) == ("open", "awaiting_consent", "awaiting_consent")


def test_an_answer_is_made_by_a_maker_and_approved_by_a_checker() -> None:
    creditor, debtor, stranger = trader(), trader(), trader()
    demand = asked(creditor, debtor)
    refused(RightMissing, lambda: entering.submit(typed("answer", answer(demand)), **by(debtor.checker)))
    reply = submitted(debtor, "answer", answer(demand))
    refused(RightMissing, lambda: deciding.approve(reply.request_no, 1, **by(debtor.maker)))
    refused(NotThere, lambda: deciding.approve(reply.request_no, 1, **by(stranger.checker)))


@pytest.mark.parametrize("word", ["", "yes", None])
def test_an_answer_is_one_of_two(word: str | None) -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    content = {"lines": [{"demand_no": demand.demand_no, "answer": word}]}
    error = refused(CheckFailed, lambda: submitted(debtor, "answer", content))
    assert isinstance(error, CheckFailed)
    assert [p.field for p in error.problems] == ["answer"]


def test_at_the_end_of_the_period_it_is_too_late_to_enter_and_to_approve() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    reply = submitted(debtor, "answer", answer(demand))
    late = demand.answer_until
    refused(TooLate, lambda: deciding.approve(reply.request_no, 1, **by(debtor.checker, late)))
    entering.delete(reply.request_no, 1, **by(debtor.maker, late))
    refused(CheckFailed, lambda: submitted(debtor, "answer", answer(demand, accept=False), late))
    assert standing(demand) == ("open", "awaiting_consent", "awaiting_consent")


def test_one_second_before_the_end_of_the_period_it_is_in_time() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    opened(LAST_DAY)
    at = demand.answer_until - timedelta(seconds=1)
    assert approved(debtor, "answer", answer(demand), at).state == "done"
    assert standing(demand) == ("accepted", "recorded", "recorded")
    assert Claim.objects.get().accrued_on == LAST_DAY


def test_consent_after_the_asked_day_is_recorded_on_the_first_open_day() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    opened(TUESDAY)
    approved(debtor, "answer", answer(demand))
    assert Claim.objects.get().accrued_on == TUESDAY


def test_consent_before_the_asked_day_is_a_reservation_that_takes_effect_on_it() -> None:
    creditor, debtor = trader(), trader()
    content = accrual(creditor, debtor, record_on=TUESDAY)
    demand = approved(creditor, "accrual_by_obligee", content).lines.get().demand
    assert demand is not None
    approved(debtor, "answer", answer(demand))
    assert standing(demand) == ("accepted", "reserved", "reserved")
    opened(TUESDAY)
    assert standing(demand) == ("accepted", "recorded", "recorded")
    assert Claim.objects.get().accrued_on == TUESDAY


def test_what_the_debtor_consented_to_nobody_cancels() -> None:
    creditor, debtor = trader(), trader()
    approved(debtor, "answer", answer(asked(creditor, debtor)))
    number = Claim.objects.get().record_number
    for who in (creditor, debtor):
        error = refused(CheckFailed, partial(submitted, who, "cancel_accrual", cancellation(number)))
        assert [problem.sentence for problem in problems_of(error)] == [
            "債務者が承諾した債権者請求は、取り消せません。相手先に相談してください。"
        ]


def test_a_debtor_under_sanction_may_deny_but_not_consent() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    today = date(2026, 11, 20)
    Sanction.objects.create(
        company=debtor.company,
        starts_on=today,
        ends_on=today + timedelta(days=700),
        reason="試験",
        recorded_at=cast.AT,
    )
    refused(CheckFailed, lambda: submitted(debtor, "answer", answer(demand)))
    approved(debtor, "answer", answer(demand, accept=False))
    assert standing(demand) == ("denied", "denied", "denied")


def test_a_request_of_several_lines_shows_what_is_open_and_then_what_went_well() -> None:
    creditor, first, second = trader(), trader(), trader()
    request = approved(creditor, "accrual_by_obligee", accrual(creditor, first, second))
    one, two = (line.demand for line in request.lines.order_by("number"))
    assert one is not None
    assert two is not None
    assert (one.company, two.company) == (first.company, second.company)
    approved(first, "answer", answer(one))
    assert standing(one) == ("accepted", "recorded", "awaiting_consent")
    approved(second, "answer", answer(two, accept=False))
    assert standing(two) == ("denied", "denied", "recorded")
    assert Claim.objects.count() == 1
    assert told(creditor)[2:] == ["consent_given", "claim_received", "recorded"]


def test_the_creditor_withdraws_what_is_not_answered_and_the_debtor_is_told() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    assert approved(creditor, "withdrawal", withdrawal(demand.line)).state == "done"
    assert standing(demand) == ("withdrawn", "cancelled", "cancelled")
    assert told(debtor) == ["consent_asked", "cancelled"]
    assert "cancelled" in told(creditor)
    error = refused(CheckFailed, lambda: submitted(debtor, "answer", answer(demand)))
    assert isinstance(error, CheckFailed)
    assert "「取消」" in error.problems[0].sentence
    refused(CheckFailed, lambda: submitted(creditor, "withdrawal", withdrawal(demand.line)))
    assert not Claim.objects.exists()


@pytest.mark.parametrize("accept", [True, False])
def test_what_is_answered_is_not_withdrawn(accept: bool) -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    waiting = submitted(creditor, "withdrawal", withdrawal(demand.line))
    approved(debtor, "answer", answer(demand, accept=accept))
    with pytest.raises(CheckFailed):
        deciding.approve(waiting.request_no, 1, **by(creditor.checker))
    refused(CheckFailed, lambda: submitted(creditor, "withdrawal", withdrawal(demand.line)))
    assert standing(demand)[0] == ("accepted" if accept else "denied")


def test_only_who_asked_withdraws() -> None:
    creditor, debtor, stranger = trader(), trader(), trader()
    demand = asked(creditor, debtor)
    for other in (debtor, stranger):
        error = refused(CheckFailed, partial(submitted, other, "withdrawal", withdrawal(demand.line)))
        assert [problem.sentence for problem in problems_of(error)] == [NOT_WAITING]
    assert standing(demand)[0] == "open"


def test_an_answer_to_what_was_withdrawn_meanwhile_fails_and_then_lapses() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    reply = submitted(debtor, "answer", answer(demand))
    approved(creditor, "withdrawal", withdrawal(demand.line))
    with pytest.raises(CheckFailed):
        deciding.approve(reply.request_no, 1, **by(debtor.checker))
    reply.refresh_from_db()
    assert (reply.state, len(reply.approval_error)) == ("awaiting_approval", 1)
    assert runs.lapse_requests(cast.AT, cast.AT, cast.ORIGIN) == 1
    reply.refresh_from_db()
    assert (reply.state, reply.deadline_at) == ("lapsed", None)


def test_without_an_answer_the_demand_lapses_and_both_are_told_once() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    moved_to(LAST_DAY - timedelta(days=1))
    assert standing(demand) == ("open", "awaiting_consent", "awaiting_consent")
    moved_to(LAST_DAY)
    assert standing(demand) == ("lapsed", "lapsed", "lapsed")
    assert told(debtor) == ["consent_asked", "answer_lapsed"]
    assert told(creditor)[2:] == ["answer_lapsed"]
    assert runs.lapse_demands(demand.answer_until, cast.AT) == 0
    assert told(debtor) == ["consent_asked", "answer_lapsed"]
    refused(CheckFailed, lambda: submitted(debtor, "answer", answer(demand)))
    refused(CheckFailed, lambda: submitted(creditor, "withdrawal", withdrawal(demand.line)))


def test_an_unapproved_answer_lapses_with_its_demand() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    reply = submitted(debtor, "answer", answer(demand))
    moved_to(LAST_DAY)
    reply.refresh_from_db()
    assert reply.state == "lapsed"
    refused(MovedOn, lambda: deciding.approve(reply.request_no, 1, **by(debtor.checker)))


def test_after_a_deleted_answer_another_may_be_entered() -> None:
    creditor, debtor = trader(), trader()
    demand = asked(creditor, debtor)
    first = submitted(debtor, "answer", answer(demand))
    refused(MovedOn, lambda: submitted(debtor, "answer", answer(demand, accept=False)))
    entering.delete(first.request_no, 1, **by(debtor.maker))
    approved(debtor, "answer", answer(demand, accept=False))
    assert standing(demand) == ("denied", "denied", "denied")


def test_a_claim_that_is_offered_elsewhere_is_not_changed_by_a_consent_meanwhile() -> None:
    debtor, holder, third = trader(), trader(), trader()
    number = accrued(debtor, holder)
    asked = approved(debtor, "change", change(number, due_on="2027-02-26")).lines.get().demand
    assert asked is not None
    waiting = submitted(holder, "assignment", assignment(third, (number, None)))
    with pytest.raises(CheckFailed) as refused:
        submitted(holder, "answer_other", answer(asked))
    assert waiting.request_no in refused.value.problems[0].sentence
    assert not Request.objects.filter(type="answer_other").exists()
    submitted(holder, "answer_other", answer(asked, accept=False))
    assert Request.objects.get(type="answer_other").state == "awaiting_approval"
