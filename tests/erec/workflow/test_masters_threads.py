"""Masters who act at the same moment: each waits for the other, none in a circle, nothing is done twice."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts import second
from accounts.models import User
from accounts.second import Kind, NeedsSecond, Proposal
from certs.actions import people
from certs.models import RevocationReason
from erec.members.actions import rights
from erec.members.actions.rights import Rights
from erec.trail.models import Entry
from erec.workflow.actions import deciding, second_master
from erec.workflow.models import Request
from tests.erec.workflow.cast_masters import CHECKS, HASH, of_rights, office, proposed, rights_for, user_of
from tests.erec.workflow.cast_threads import everything_is_whole, names, together
from tests.erec.workflow.cast_workflow import by, person

pytestmark = pytest.mark.django_db(transaction=True)


def approval(request: Request, who: dict[str, Any]) -> Callable[[], Request]:
    return lambda: deciding.approve(request.request_no, 1, **who)


def test_two_masters_approve_each_others_acts_at_once() -> None:
    here = office()
    clerks = [person(here.company), person(here.company)]
    first = proposed(here, rights_for(clerks[0]))
    number = second.propose(rights_for(clerks[1]), **by(here.second))
    other = Request.objects.get(company=here.company, request_no=number)
    acts = [approval(first, by(here.second)), approval(other, by(here.first))]
    assert names(together(*acts)) == ["done", "done"]
    assert [c.business_rights.filter(business="accrual").count() for c in clerks] == [1, 1]
    everything_is_whole()


def test_the_same_approval_from_four_windows_is_one() -> None:
    here = office()
    request = proposed(here, of_rights(here))
    came = names(together(*[approval(request, by(here.second))] * 4))
    assert sorted(came) == ["MovedOn", "MovedOn", "MovedOn", "done"]
    assert Entry.objects.filter(event="members.rights_changed").count() == 1
    everything_is_whole()


def test_an_act_at_the_moment_in_which_the_masters_agree_is_done_before_or_waits() -> None:
    here = office(on=False)
    wanted = Rights(CHECKS, frozenset())

    def act() -> str:
        try:
            rights.change_rights(here.clerk, wanted, version=0, initial_hash=HASH, **by(here.first))
        except NeedsSecond:
            return "waits"
        return "done"

    came = together(act, lambda: second_master.switch(on=True, **by(here.second)))
    held = here.clerk.business_rights.filter(business="accrual").exists()
    assert held == (came[0] == "done")
    everything_is_whole()


def test_two_masters_who_stop_each_other_at_once_leave_one() -> None:
    here = office(on=False)
    reason = RevocationReason.KEY_COMPROMISE
    acts = [
        lambda: people.suspend_user(user_of(here.second), reason, **by(here.first)),
        lambda: people.suspend_user(user_of(here.first), reason, **by(here.second)),
    ]
    assert sorted(names(together(*acts))) in (["LastMaster", "done"], ["NotAllowed", "done"])
    masters = User.objects.filter(company=here.company, kind=User.Kind.MASTER, status=User.Status.ACTIVE)
    assert masters.count() == 1


def test_the_second_master_is_stopped_by_the_bank_while_he_approves() -> None:
    here = office()
    request = proposed(here, Proposal(Kind.SWITCH_OFF))
    where = {"acting_user": None, "at": by(here.first)["at"], "origin": by(here.first)["origin"]}
    stop = lambda: people.suspend_user(user_of(here.second), RevocationReason.KEY_COMPROMISE, **where)  # noqa: E731
    came = names(together(approval(request, by(here.second)), stop))
    request.refresh_from_db()
    assert (came[0], request.state) in (("done", "done"), ("RightMissing", "awaiting_approval"))
    assert came[1] == "done"
    everything_is_whole()
