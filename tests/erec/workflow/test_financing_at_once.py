"""The institution, the company and the clock at the same moment: one wins, and the money moves once."""

from datetime import timedelta
from typing import Any

import pytest

from erec.claims import runs as claims
from erec.claims.models import AccountMovement, Order
from erec.financing import money
from erec.workflow import runs
from erec.workflow.actions import deciding
from erec.workflow.models import Request
from tests import cast
from tests.erec.workflow.cast_financing import (
    WISHED,
    accepted,
    asked_for_discount,
    asked_for_loan,
    balance,
    declined,
    moved_to,
    standing,
)
from tests.erec.workflow.cast_threads import everything_is_whole, names, together
from tests.erec.workflow.cast_workflow import by, submitted, withdrawal

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_answers_one_counts() -> None:
    _, application = asked_for_discount()
    came = together(
        lambda: accepted(application, 990_000),
        lambda: accepted(application, 980_000),
        lambda: declined(application),
    )
    assert sorted(names(came)) == ["AnsweredOtherwise", "AnsweredOtherwise", "done"]
    said_no = names(came)[2] == "done"
    assert standing(application)[0] == ("declined" if said_no else "accepted")
    assert Order.objects.filter(kind="assignment").count() == (0 if said_no else 1)
    everything_is_whole()


def test_of_answer_withdrawal_and_lapse_one_comes_first() -> None:
    own, application = asked_for_discount()
    request = Request.objects.get(company=own.company, request_no=application.request_no)
    taken_back = submitted(own, "withdrawal_financing", withdrawal(request.lines.get()))
    came: list[Any] = together(
        lambda: accepted(application, 990_000),
        lambda: deciding.approve(taken_back.request_no, 1, **by(own.checker)),
        lambda: runs.lapse_demands(application.answer_until, cast.AT),
    )
    done = [n for n, name in enumerate(names(came)) if name == "done"]
    assert len(done) == 1
    assert standing(application)[0] == ("accepted", "withdrawn", "lapsed")[done[0]]
    everything_is_whole()


def test_two_runs_pay_the_proceeds_once_and_the_loan_is_repaid_once() -> None:
    _, application = asked_for_loan()
    accepted(application, 800_000)
    moved_to(WISHED - timedelta(days=1))
    claims.take_effect(WISHED, cast.AT)
    runs.collect(cast.AT)
    assert standing(application) == ("assigned", ["assigned"])
    together(*(lambda: money.pay_out(WISHED, cast.AT) for _ in range(3)))
    key = f"financing:{application.application_no}:proceeds:in"
    assert AccountMovement.objects.get(key=key).amount_yen == 800_000
    came = together(
        *(lambda: money.repay(application.application_no, at=cast.AT, origin=cast.ORIGIN) for _ in range(2))
    )
    assert sorted(done.amount_yen for done in came) == [0, 800_000]
    assert standing(application) == ("repaid", ["returned"])
    everything_is_whole()


def test_two_applications_are_each_paid_their_own_proceeds() -> None:
    asked = [asked_for_discount()[1], asked_for_discount()[1]]
    before = [balance(application.account) for application in asked]
    for application, yen in zip(asked, (990_000, 980_000), strict=True):
        accepted(application, yen)
    moved_to(WISHED)
    assert [standing(application)[0] for application in asked] == ["executed", "executed"]
    paid = [balance(application.account) - was for application, was in zip(asked, before, strict=True)]
    assert paid == [990_000, 980_000]
