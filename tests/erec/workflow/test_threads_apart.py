"""People who act at the same moment on different requests: one claim, one demand, one company, one day."""

import itertools
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from erec.claims.models import Claim, Order, RecordEvent
from erec.members.actions.rights import Rights, change_rights, rights_of
from erec.parameters import business_day
from erec.trail.models import Entry
from erec.workflow import day, runs
from erec.workflow.actions import deciding, entering
from erec.workflow.actions.controls import Wanted, change_controls
from erec.workflow.models import ClaimInUse, Controls, Demand, Request
from tests import cast
from tests.erec.workflow.cast_threads import Act, everything_is_whole, names, together
from tests.erec.workflow.cast_workflow import (
    CHECKS,
    TODAY,
    Trader,
    accrual,
    accrued,
    answer,
    approved,
    assignment,
    by,
    cancellation,
    person,
    submitted,
    trader,
    typed,
    withdrawal,
)

pytestmark = pytest.mark.django_db(transaction=True)

LATER = date(2026, 11, 27)
ROUNDS = 2
DONE = "done"


def approval(of: Trader, request: Request) -> Act:
    return lambda: deciding.approve(request.request_no, request.version, **by(of.checker))


def submission(of: Trader, code: str, content: dict[str, Any]) -> Act:
    entry, who = typed(code, content), by(of.maker)
    return lambda: entering.submit(entry, **who)


def test_of_two_assignments_of_one_claim_one_is_entered() -> None:
    a, b, c, d = trader(), trader(), trader(), trader()
    for _ in range(ROUNDS):
        number = accrued(a, b)
        came = names(
            together(
                submission(b, "assignment", assignment(c, (number, None))),
                submission(b, "assignment", assignment(d, (number, 400_000))),
            )
        )
        assert came.count(DONE) == 1
        assert set(came) <= {DONE, "MovedOn", "CheckFailed"}
        assert ClaimInUse.objects.filter(record_number=number).count() == 1
    assert Request.objects.filter(company=b.company).count() == ROUNDS
    everything_is_whole()


def test_two_who_take_the_same_claims_in_another_order_do_not_wait_in_a_circle() -> None:
    a, b, c = trader(), trader(), trader()
    numbers = [accrued(a, b) for _ in range(8)]
    spare = [accrued(a, b), accrued(a, b)]
    entered = [submitted(b, "assignment", assignment(c, (number, None))) for number in spare]
    for version in range(1, 1 + ROUNDS):
        mends = [
            typed(
                "assignment",
                assignment(c, *[(number, None) for number in order]),
                request_no=request.request_no,
                version=request.version,
            )
            for request, order in zip(entered, (numbers, numbers[::-1]), strict=True)
        ]
        came = together(*[lambda mend=mend: entering.submit(mend, **by(b.maker)) for mend in mends])
        assert sorted(names(came)) in (["CheckFailed", DONE], ["MovedOn", DONE]), version
        entered = [
            entering.submit(
                typed(
                    "assignment",
                    assignment(c, (number, None)),
                    request_no=request.request_no,
                    version=Request.objects.get(pk=request.pk).version,
                ),
                **by(b.maker),
            )
            for request, number in zip(entered, spare, strict=True)
        ]
    everything_is_whole()


def test_the_obligor_cancels_a_reserved_claim_while_its_holder_assigns_it() -> None:
    a, b, c = trader(), trader(), trader()
    for part in (None, 400_000, None):
        number = accrued(a, b, record_on=LATER)
        cancel = submitted(a, "cancel_accrual", cancellation(number))
        assign = submitted(b, "assignment", assignment(c, (number, part), record_on=LATER))
        came = names(together(approval(a, cancel), approval(b, assign)))
        found = {r.state for r in (Request.objects.get(pk=cancel.pk), Request.objects.get(pk=assign.pk))}
        claim = Claim.objects.get(record_number=number)
        if claim.state == "cancelled":
            assert came == [DONE, "CheckFailed"] or found == {"recorded", "record_error"}
        else:
            assert came == ["CheckFailed", DONE] or found == {"record_error", "reserved"}
            assert claim.state == "reserved"
        taken = Order.objects.filter(claim_number=number, kind__in=["assignment", "cancellation"])
        assert taken.filter(state__in=["reserved", "recorded"]).count() == 1
    everything_is_whole()


def test_the_holder_cancels_what_he_got_while_its_giver_divides_the_rest() -> None:
    """Whose amount has changed by then divides nothing: another one than was seen never moves."""
    a, b, c, d = trader(), trader(), trader(), trader()
    for _ in range(ROUNDS):
        number = accrued(a, b)
        child = approved(b, "assignment", assignment(c, (number, 400_000))).lines.get().record_number
        cancel = submitted(c, "cancel_assignment", cancellation(child))
        assign = submitted(b, "assignment", assignment(d, (number, 100_000)))
        came = names(together(approval(c, cancel), approval(b, assign)))
        assign.refresh_from_db()
        assert came[0] == DONE
        assert (came[1], assign.state) in (
            (DONE, "recorded"),
            (DONE, "record_error"),
            ("CheckFailed", "awaiting_approval"),
        )
        divided_yen = 100_000 if assign.state == "recorded" else 0
        whole, back = Claim.objects.get(record_number=number), Claim.objects.get(record_number=child)
        assert (whole.amount_yen, back.state) == (1_000_000 - divided_yen, "cancelled")
        given = Claim.objects.filter(parent=whole, holder=d.company).values_list("amount_yen", flat=True)
        assert sum(given) == divided_yen
    everything_is_whole()


def demanded(creditor: Trader, debtor: Trader) -> Demand:
    request = approved(creditor, "accrual_by_obligee", accrual(creditor, debtor))
    return Demand.objects.get(line__request=request)


WON = {"accept": "accepted", "deny": "denied", "withdraw": "withdrawn", "lapse": "lapsed"}


@pytest.mark.parametrize("answered", ["accept", "deny"])
def test_a_demand_ends_once_whoever_comes_first(answered: str) -> None:
    creditor, debtor = trader(), trader()
    for rivals in [("withdraw", "lapse"), ("withdraw",), ("lapse",)] * 2:
        demand = demanded(creditor, debtor)
        reply = submitted(debtor, "answer", answer(demand, accept=answered == "accept"))
        back = submitted(creditor, "withdrawal", withdrawal(demand.line))
        acts: dict[str, Act] = {
            answered: approval(debtor, reply),
            "withdraw": approval(creditor, back),
            "lapse": lambda until=demand.answer_until: runs.lapse_demands(until, cast.AT),  # type: ignore[misc]
        }
        chosen = [answered, *rivals]
        came = dict(zip(chosen, names(together(*[acts[name] for name in chosen])), strict=True))
        demand.refresh_from_db()
        (winner,) = [name for name, outcome in came.items() if outcome == DONE]
        assert WON[winner] == demand.state
        assert {o for name, o in came.items() if name != winner} <= {"MovedOn", "CheckFailed", "nothing"}
        orders = Order.objects.filter(request_no=demand.line.request.request_no, company=creditor.company)
        assert RecordEvent.objects.filter(order__in=orders).count() == (winner == "accept")
        decided = {"accept": reply, "deny": reply, "withdraw": back}
        for request in (reply, back):
            done = Entry.objects.filter(
                chain=request.company_id, target=request.request_no, event="request.approved"
            )
            assert done.count() == (decided.get(winner) == request)
        runs.lapse_requests(cast.AT, cast.AT, cast.ORIGIN)
    everything_is_whole()


def test_two_companies_that_ask_each_other_at_once_both_get_through() -> None:
    a, b = trader(), trader()
    for _ in range(ROUNDS):
        asked = [
            submitted(x, "accrual_by_obligee", accrual(x, *[y] * 3)) for x, y in ((a, b), (b, a), (a, b))
        ]
        acts = [approval(x, request) for x, request in zip((a, b, a), asked, strict=True)]
        acts += [submission(x, "accrual_by_obligor", accrual(x, y)) for x, y in ((a, b), (b, a))]
        assert names(together(*acts)) == [DONE] * 5
    demands = list(Demand.objects.order_by("pk"))
    assert len(demands) == 9 * ROUNDS
    assert len({(demand.company_id, demand.demand_no) for demand in demands}) == len(demands)
    everything_is_whole()


def test_the_day_that_ends_takes_each_request_or_lets_it_lapse() -> None:
    a, b = trader(), trader()
    for on in (TODAY, date(2026, 11, 24)):
        day.run_through(on - timedelta(days=1), cast.AT, cast.ORIGIN) if on > TODAY else None
        requests = [submitted(a, "accrual_by_obligor", accrual(a, b, record_on=on)) for _ in range(5)]
        came = names(
            together(
                *[approval(a, request) for request in requests],
                lambda on=on: day.run_through(on + timedelta(days=1), cast.AT, cast.ORIGIN),  # type: ignore[misc]
            )
        )
        assert came.pop() == DONE
        for request, outcome in zip(requests, came, strict=True):
            request.refresh_from_db()
            if outcome == DONE:
                assert request.state == "recorded"
                claim = Claim.objects.get(record_number=request.lines.get().record_number)
                assert (claim.accrued_on, claim.events.get().recorded_on) == (on, on)
            else:
                assert outcome in ("TooLate", "MovedOn", "CheckFailed")
                assert request.state == "lapsed"
    everything_is_whole()


def test_answers_are_collected_once_by_however_many_workers() -> None:
    a, b = trader(), trader()
    requests = []
    for _ in range(4):
        requests.append(approved(a, "accrual_by_obligor", accrual(a, b, record_on=LATER)))
        approved(b, "cancel_accrual", cancellation(requests[-1].lines.get().record_number))
    together(*[lambda: runs.collect(cast.AT)] * 4)
    states = Request.objects.filter(pk__in=[r.pk for r in requests]).values_list("state", flat=True)
    assert list(states) == ["cancelled"] * 4
    everything_is_whole()


def test_a_company_that_changes_how_it_approves_finds_no_approval_half_done() -> None:
    a, b = trader(), trader()
    master = a.company.users.get(kind=User.Kind.MASTER)
    second = person(a.company, *CHECKS)
    for version, wanted in enumerate(itertools.islice(itertools.cycle(["double_any", "single"]), 4)):
        request = submitted(a, "accrual_by_obligor", accrual(a, b))
        came = names(
            together(
                approval(a, request),
                lambda v=version, w=wanted: change_controls(  # type: ignore[misc]
                    Wanted(False, Controls.Approvals(w), frozenset()),
                    version=v,
                    acting_user=master,
                    at=cast.AT,
                    origin=cast.ORIGIN,
                ),
            )
        )
        assert came == [DONE, DONE]
        request.refresh_from_db()
        if request.state == "awaiting_approval":
            assert deciding.approve(request.request_no, 1, **by(second)).state == "recorded"
        assert request.decisions.filter(move="承認").count() in (1, 2)
    assert Claim.objects.count() == 4
    everything_is_whole()


def test_everybody_does_everything_at_once_and_nobody_waits_in_a_circle() -> None:
    """Approvals, answers, withdrawals, rights, what the day does: here all orders of locks meet."""
    a, b, c = trader(), trader(), trader()
    for _ in range(2):
        first, second = demanded(a, b), demanded(b, a)
        reserved = accrued(a, b, record_on=LATER)
        held = accrued(c, b)
        acts = [
            approval(b, submitted(b, "answer", answer(first))),
            approval(a, submitted(a, "answer", answer(second, accept=False))),
            approval(a, submitted(a, "withdrawal", withdrawal(first.line))),
            approval(a, submitted(a, "cancel_accrual", cancellation(reserved))),
            approval(b, submitted(b, "assignment", assignment(a, (held, 300_000)))),
            approval(c, submitted(c, "accrual_by_obligor", accrual(c, a, b))),
            lambda: runs.collect(cast.AT),
            lambda: runs.remind(business_day.cut_off_on(TODAY) - timedelta(minutes=5)),
            lambda until=first.answer_until: runs.lapse_demands(until, cast.AT),  # type: ignore[misc]
            _same_rights(b),
            _same_rights(a),
        ]
        together(*acts)
    together(lambda: day.run_through(LATER, cast.AT, cast.ORIGIN), lambda: runs.collect(cast.AT))
    everything_is_whole()
    assert business_day.today(cast.AT).date == LATER


def _same_rights(of: Trader) -> Act:
    """権限変更 that takes and gives the same: it waits for who acts, and who acts waits for it."""
    of.checker.refresh_from_db()
    master, rights = of.company.users.get(kind=User.Kind.MASTER), rights_of(of.checker)
    version = of.checker.rights_version
    wanted = Rights(rights.grants, rights.accounts)
    return lambda: change_rights(
        of.checker,
        wanted,
        version=version,
        initial_hash="x",
        acting_user=master,
        at=cast.AT,
        origin=cast.ORIGIN,
    )
