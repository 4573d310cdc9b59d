"""Every business type, and companies that meet in one claim: at once it is as one after the other."""

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.second import Kind, Proposal
from erec.claims import runs as claims
from erec.claims.models import Claim
from erec.partners.policy import Area
from erec.workflow import runs
from erec.workflow.actions import deciding, entering
from erec.workflow.models import Demand, Request
from erec.workflow.types import TYPES
from tests import cast
from tests.erec.workflow.cast_designation import chooses, designation, takes
from tests.erec.workflow.cast_desk import controls
from tests.erec.workflow.cast_financing import accepted, asked_for_discount, bank, discount
from tests.erec.workflow.cast_masters import of_rights, office, proposed
from tests.erec.workflow.cast_orders import as_one_after_the_other
from tests.erec.workflow.cast_threads import Act, everything_is_whole
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
    submitted,
    trader,
    typed,
    withdrawal,
)
from tests.erec.workflow.test_crashes import PREPARED

pytestmark = pytest.mark.django_db(transaction=True)

LATER_DUE = date(2027, 2, 26)


def approval(of: Trader, request: Request) -> Act:
    return lambda: deciding.approve(request.request_no, request.version, **by(of.checker))


def submission(of: Trader, code: str, content: dict[str, Any]) -> Act:
    entry = typed(code, content)
    return lambda: entering.submit(entry, **by(of.maker))


def pull_back(of: Trader, request: Request, content: dict[str, Any]) -> Act:
    return lambda: entering.pull_back(request.request_no, 1, **by(of.maker))


def mend(of: Trader, request: Request, content: dict[str, Any]) -> Act:
    entry = typed(request.type, content, request_no=request.request_no, version=1)
    return lambda: entering.submit(entry, **by(of.maker))


RIVALS = (pull_back, mend)  # what the maker does while two windows approve


def test_a_request_of_any_type_is_approved_once_or_goes_back_to_its_maker() -> None:
    """The types take turns with what the maker does."""
    assert set(PREPARED) == set(TYPES)
    for (code, prepare), does in zip(PREPARED.items(), itertools.cycle(RIVALS)):
        own, content = prepare(trader(), trader())
        request = submitted(own, code, content)
        acts = [approval(own, request), approval(own, request), does(own, request, content)]
        came = as_one_after_the_other(acts, orders=[(0, 1, 2), (2, 0, 1)])
        assert came.count("done") == 1, code
    everything_is_whole()


def asked_of(other: Trader, own: Trader, code: str, content: dict[str, Any]) -> Demand:
    """What the other has to answer after `own` asked for it."""
    request = approved(own, code, content)
    return Demand.objects.get(company=other.company, line__request=request)


def lapse(demand: Demand) -> Act:
    return lambda: runs.lapse_demands(demand.answer_until, cast.AT)


def settling(number: str) -> Act:
    settle_on = Claim.objects.get(record_number=number).settle_on
    return lambda: claims.settle(settle_on, cast.AT)


def consent(of: Trader, demand: Demand) -> Act:
    return approval(of, submitted(of, "answer_other", answer(demand)))


def taking_back(of: Trader, demand: Demand) -> Act:
    return approval(of, submitted(of, "withdrawal_other", withdrawal(demand.line)))


def payment_asked(a: Trader, b: Trader, number: str) -> Demand:
    return asked_of(b, a, "payment_by_payer", payment(number, 400_000))


def guarantee_asked(b: Trader, number: str) -> tuple[Trader, Demand]:
    c = trader()
    return c, asked_of(c, b, "guarantee", guarantee(c, number))


def paid_and_settled(a: Trader, b: Trader) -> list[Act]:
    demand = payment_asked(a, b, number := accrued(a, b))
    return [consent(b, demand), settling(number)]


def paid_and_taken_back(a: Trader, b: Trader) -> list[Act]:
    demand = payment_asked(a, b, accrued(a, b))
    return [consent(b, demand), taking_back(a, demand), lapse(demand)]


def payer_and_payee(a: Trader, b: Trader) -> list[Act]:
    """What the payee enters himself keeps him from consenting, until it is approved."""
    demand = payment_asked(a, b, number := accrued(a, b))
    own = submitted(b, "payment_by_payee", payment(number, 600_000))
    return [approval(b, own), submission(b, "answer_other", answer(demand))]


def payer_and_payee_entering(a: Trader, b: Trader) -> list[Act]:
    demand = payment_asked(a, b, number := accrued(a, b))
    own = submission(b, "payment_by_payee", payment(number, 600_000))
    return [own, submission(b, "answer_other", answer(demand))]


def two_payees(a: Trader, b: Trader) -> list[Act]:
    """The guarantor who paid a part is paid back while the creditor is paid the rest."""
    number = accrued(a, b)
    c, asked = guarantee_asked(b, number)
    approved(c, "answer_other", answer(asked))
    approved(b, "payment_by_payee", payment(number, 300_000, other=c.company.user_number))
    requests = [
        (who, submitted(who, "payment_by_payee", payment(number, yen))) for who, yen in ((b, 700_000), (c, 1))
    ]
    return [approval(who, request) for who, request in requests]


def changed_and_assigned(a: Trader, b: Trader) -> list[Act]:
    """The holder's 譲渡 was entered before he was asked for another due day."""
    number = accrued(a, b)
    given = submitted(b, "assignment", assignment(trader(), (number, None)))
    demand = asked_of(b, a, "change", change(number, due_on=LATER_DUE.isoformat()))
    return [approval(b, given), submission(b, "answer_other", answer(demand))]


def changed_and_entering(a: Trader, b: Trader) -> list[Act]:
    number = accrued(a, b)
    demand = asked_of(a, b, "change", change(number, amount_yen=900_000))
    return [consent(a, demand), submission(b, "assignment", assignment(trader(), (number, 950_000)))]


def changed_and_settled(a: Trader, b: Trader) -> list[Act]:
    number = accrued(a, b)
    demand = asked_of(b, a, "change", change(number, due_on=LATER_DUE.isoformat()))
    return [consent(b, demand), settling(number)]


def changed_and_offered(a: Trader, b: Trader) -> list[Act]:
    bank()
    demand = asked_of(b, a, "change", change(number := accrued(a, b), amount_yen=900_000))
    own = submission(b, "discount", discount(b, (number, None)))
    return [own, submission(b, "answer_other", answer(demand))]


def both_ask_for_a_change(a: Trader, b: Trader) -> list[Act]:
    number = accrued(a, b)
    asked = [(who, submitted(who, "change", change(number, amount_yen=900_000))) for who in (a, b)]
    return [approval(who, request) for who, request in asked]


def guaranteed_and_assigned(a: Trader, b: Trader) -> list[Act]:
    c, demand = guarantee_asked(b, number := accrued(a, b))
    return [consent(c, demand), submission(b, "assignment", assignment(trader(), (number, 400_000)))]


def guaranteed_and_settled(a: Trader, b: Trader) -> list[Act]:
    c, demand = guarantee_asked(b, number := accrued(a, b))
    return [consent(c, demand), settling(number)]


def guaranteed_and_taken_back(a: Trader, b: Trader) -> list[Act]:
    c, demand = guarantee_asked(b, accrued(a, b))
    return [consent(c, demand), taking_back(b, demand), lapse(demand)]


def offered_and_taken_back(a: Trader, b: Trader) -> list[Act]:
    own, application = asked_for_discount()
    request = Request.objects.get(company=own.company, request_no=application.request_no)
    taken = submitted(own, "withdrawal_financing", withdrawal(request.lines.get()))
    until = application.answer_until
    return [
        lambda: accepted(application, 990_000),
        approval(own, taken),
        lambda: runs.lapse_demands(until, cast.AT),
    ]


def two_of_one_days_limit(a: Trader, b: Trader) -> list[Act]:
    """A debt and a payment that was received count together."""
    controls(a, daily_limit_yen=1_500_000)
    received = submitted(a, "payment_by_payee", payment(accrued(b, a), 1_000_000))
    return [approval(a, submitted(a, "accrual_by_obligor", accrual(a, b))), approval(a, received)]


def rights_and_switching_off(a: Trader, b: Trader) -> list[Act]:
    here = office()
    masters = Trader(here.company, here.first, here.second)
    acts = [proposed(here, of_rights(here)), proposed(here, Proposal(Kind.SWITCH_OFF))]
    return [approval(masters, request) for request in acts]


def a_sender_is_no_longer_taken(a: Trader, b: Trader) -> list[Act]:
    chooses(a.company)
    takes(a, b, Area.CHANGE)
    asking = submitted(b, "change", change(accrued(a, b), amount_yen=900_000))
    closed = submitted(a, "designation", designation((b, [Area.ASSIGNMENT])))
    return [approval(a, closed), approval(b, asking)]


MEETINGS: list[Callable[[Trader, Trader], list[Act]]] = [
    paid_and_settled,
    paid_and_taken_back,
    payer_and_payee,
    payer_and_payee_entering,
    two_payees,
    changed_and_assigned,
    changed_and_entering,
    changed_and_settled,
    changed_and_offered,
    both_ask_for_a_change,
    guaranteed_and_assigned,
    guaranteed_and_settled,
    guaranteed_and_taken_back,
    offered_and_taken_back,
    two_of_one_days_limit,
    rights_and_switching_off,
    a_sender_is_no_longer_taken,
]


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda meeting: meeting.__name__)
def test_who_meet_come_to_what_one_after_the_other_would(
    meeting: Callable[[Trader, Trader], list[Act]],
) -> None:
    came = as_one_after_the_other(meeting(trader(), trader()))
    assert "done" in came
    everything_is_whole()
