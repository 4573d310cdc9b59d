"""People who do two things with one request at the same moment: what comes out is what one after the other
would have come to, whoever was first; the other gets a sentence, and all is told and written once.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from accounts.models import User
from certs.actions.people import suspend_user
from certs.models import RevocationReason
from erec.claims.models import Claim, Order, RecordEvent
from erec.members.actions.rights import Rights, change_rights, rights_of
from erec.members.models import BusinessRight, Member
from erec.notices.models import Notice
from erec.parameters import business_day
from erec.trail.models import Entry, Outbox
from erec.workflow import runs
from erec.workflow.actions import deciding, entering
from erec.workflow.models import Controls, Decision, Request, Version
from tests import cast
from tests.erec.members.cast_members import give
from tests.erec.workflow.cast_threads import Act, everything_is_whole, names, together
from tests.erec.workflow.cast_workflow import (
    CHECKS,
    MAKES,
    TODAY,
    Trader,
    accrual,
    by,
    person,
    submitted,
    trader,
    typed,
)

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 2
UNTIL = business_day.cut_off_on(TODAY)


@dataclass(frozen=True)
class Standing:
    """One request as a person with a pencil would follow it, and what was done to it."""

    state: str = "awaiting_approval"
    version: int = 1
    right: bool = True
    active: bool = True
    told: tuple[str, ...] = ("approval_asked",)
    events: tuple[str, ...] = ("request.submitted",)

    def gone(self, state: str, event: str, *told: str) -> "Standing":
        return replace(self, state=state, events=(*self.events, event), told=(*self.told, *told))


Outcome = tuple[str, Standing]


def leaves(to: str, origins: tuple[str, ...], event: str, *told: str) -> Callable[[Standing], Outcome]:
    """A move of version 1 by the person whose right may be gone."""

    def move(now: Standing) -> Outcome:
        if not (now.right and now.active):
            return "RightMissing", now
        if now.state not in origins:
            return "MovedOn", now
        if now.version != 1:
            return "OutOfDate", now
        return "done", now.gone(to, event, *told)

    return move


OPEN = ("awaiting_approval", "sent_back", "pulled_back")


def edited(now: Standing) -> Outcome:
    came, after = leaves("awaiting_approval", OPEN, "request.submitted", "approval_asked")(now)
    return came, replace(after, version=2) if came == "done" else after


def lapsed(now: Standing) -> Outcome:
    if now.state != "awaiting_approval":
        return "nothing", now
    return "done", now.gone("lapsed", "request.lapsed", "lapsed")


def right_taken(now: Standing) -> Outcome:
    if not now.active:
        return "NotAllowed", now
    return ("done", replace(now, right=False)) if now.right else ("RightsChanged", now)


def user_stopped(now: Standing) -> Outcome:
    return ("done", replace(now, active=False)) if now.active else ("NotUsable", now)


EXPECTED: dict[str, Callable[[Standing], Outcome]] = {
    "approve": leaves("recorded", ("awaiting_approval",), "request.approved", "approved", "recorded"),
    "pull_back": leaves("pulled_back", ("awaiting_approval",), "request.pulled_back"),
    "send_back": leaves("sent_back", ("awaiting_approval",), "request.sent_back", "sent_back"),
    "delete": leaves("deleted", OPEN, "request.deleted"),
    "edit": edited,
    "lapse": lapsed,
    "take_right": right_taken,
    "stop_user": user_stopped,
}


@dataclass
class Room:
    """One person who is maker and checker, his master, and a partner."""

    own: Trader
    partner: Trader
    master: User
    request: Request = field(init=False)

    def begin(self) -> None:
        """A new request, nothing left of the one before, and the person as he was."""
        runs.lapse_requests(UNTIL, cast.AT, cast.ORIGIN)
        User.objects.filter(pk=self.member.user_id).update(status=User.Status.ACTIVE)
        BusinessRight.objects.filter(member=self.member).delete()
        give(self.member, *MAKES, *CHECKS, accounts=False)
        self.member.refresh_from_db()
        self.request = submitted(self.own, "accrual_by_obligor", accrual(self.own, self.partner))

    @property
    def member(self) -> Member:
        return self.own.maker

    def act(self, move: str) -> Act:
        number, who = self.request.request_no, by(self.member)
        entry = typed(
            "accrual_by_obligor",
            accrual(self.own, self.partner, amount_yen=2),
            request_no=number,
            version=1,
        )
        nothing = Rights(frozenset(), rights_of(self.member).accounts)
        version = self.member.rights_version
        acts: dict[str, Act] = {
            "approve": lambda: deciding.approve(number, 1, **who),
            "pull_back": lambda: entering.pull_back(number, 1, **who),
            "send_back": lambda: deciding.send_back(number, 1, **who),
            "delete": lambda: entering.delete(number, 1, **who),
            "edit": lambda: entering.submit(entry, **who),
            "lapse": lambda: runs.lapse_requests(UNTIL, cast.AT, cast.ORIGIN),
            "take_right": lambda: change_rights(
                self.member, nothing, version=version, acting_user=self.master, **where()
            ),
            "stop_user": lambda: suspended(self.member.user, self.master),
        }
        return acts[move]

    def now(self) -> Standing:
        self.request.refresh_from_db()
        about = Notice.objects.filter(company=self.own.company, request_no=self.request.request_no)
        events = Entry.objects.filter(
            chain=self.own.company.pk, target=self.request.request_no, event__startswith="request."
        )
        return Standing(
            self.request.state,
            self.request.version,
            BusinessRight.objects.filter(member=self.member).exists(),
            User.objects.get(pk=self.member.user_id).is_active,
            tuple(about.order_by("pk").values_list("what", flat=True)),
            tuple(events.order_by("position").values_list("event", flat=True)),
        )


def where() -> dict[str, Any]:
    return {"at": cast.AT, "origin": cast.ORIGIN}


def suspended(user: User, master: User) -> Any:
    return suspend_user(user, RevocationReason.AFFILIATION_CHANGED, acting_user=master, **where())


def room() -> Room:
    company, (master,) = cast.company()
    both = person(company, *MAKES, *CHECKS)
    own = Trader(company, both, both, list(company.settlement_accounts.all()))
    return Room(own, trader(), master.user)


def one_after_the_other(*moves: str) -> tuple[tuple[str, ...], Standing]:
    """By the plain model: what each move came to, and what then is."""
    now, came = Standing(), []
    for move in moves:
        outcome, now = EXPECTED[move](now)
        came.append(outcome)
    return tuple(came), now


@pytest.mark.parametrize("first", EXPECTED)
def test_two_moves_of_one_request_come_to_what_one_after_the_other_would(first: str) -> None:
    here = room()
    others = list(EXPECTED)[list(EXPECTED).index(first) :]
    for second, _ in itertools.product(others, range(ROUNDS)):
        here.begin()
        came = names(together(here.act(first), here.act(second)))
        forward, backward = one_after_the_other(first, second), one_after_the_other(second, first)
        allowed = [forward, (backward[0][::-1], backward[1])]
        found = tuple(came), here.now()
        assert found in allowed, (first, second)
        recorded = found[1].state == "recorded"
        orders = Order.objects.filter(request_no=here.request.request_no, company=here.own.company)
        assert RecordEvent.objects.filter(order__in=orders).count() == recorded
        everyone_was_mailed_once(here, first, second)
    everything_is_whole()


def everyone_was_mailed_once(here: Room, *moves: str) -> None:
    """Each notice of the request is one mail to the one person who gets it, as long as he may see it."""
    if {"take_right", "stop_user"} & set(moves):
        return
    told = Notice.objects.filter(company=here.own.company, request_no=here.request.request_no)
    mails = Outbox.objects.filter(to=here.member.mail, key__startswith=f"notice:request:{here.request.pk}:")
    assert sorted(mails.values_list("key", flat=True)) == sorted(
        f"notice:{key}:{here.member.pk}" for key in told.values_list("key", flat=True)
    )


def test_the_same_approval_from_eight_windows_is_one() -> None:
    here = room()
    for _ in range(ROUNDS):
        here.begin()
        before = RecordEvent.objects.count()
        came = names(together(*[here.act("approve")] * 8))
        assert sorted(came) == ["MovedOn"] * 7 + ["done"]
        assert here.now() == one_after_the_other("approve")[1]
        assert RecordEvent.objects.count() == before + 1
        assert Decision.objects.filter(request=here.request).count() == 1
        everyone_was_mailed_once(here)
    everything_is_whole()


def test_of_eight_checkers_two_approve_where_two_are_needed() -> None:
    a, b = trader(), trader()
    Controls.objects.create(company=a.company, approvals=Controls.Approvals.DOUBLE_ANY)
    checkers = [person(a.company, *CHECKS) for _ in range(8)]
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    approve = [lambda c=c: deciding.approve(request.request_no, 1, **by(c)) for c in checkers]
    assert sorted(names(together(*approve))) == ["MovedOn"] * 6 + ["done"] * 2
    assert Decision.objects.filter(request=request, move="承認").count() == 2
    assert Claim.objects.count() == 1
    assert Entry.objects.filter(event="request.approved").count() == 2
    everything_is_whole()


@pytest.mark.parametrize("enter", [entering.submit, entering.save_draft])
def test_the_same_page_sent_six_times_at_once_is_one_entry(enter: Callable[..., Request]) -> None:
    a, b = trader(), trader()
    for _ in range(ROUNDS):
        entry = typed("accrual_by_obligor", accrual(a, b))
        came = together(*[lambda entry=entry: enter(entry, **by(a.maker))] * 6)
        assert {getattr(outcome, "pk", outcome) for outcome in came} == {
            Version.objects.get(token=entry.token).request_id
        }
    assert Request.objects.count() == ROUNDS
    assert Entry.objects.filter(event__startswith="request.").count() == ROUNDS


def test_the_same_page_that_mends_sent_six_times_at_once_mends_once() -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    entry = typed("accrual_by_obligor", accrual(a, b), request_no=request.request_no, version=1)
    came = together(*[lambda: entering.submit(entry, **by(a.maker))] * 6)
    assert [getattr(outcome, "version", outcome) for outcome in came] == [2] * 6
    assert Version.objects.count() == 2
