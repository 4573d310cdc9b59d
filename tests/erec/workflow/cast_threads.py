"""Several people at once, each in a thread with a connection of its own."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from accounts.errors import AccountsError
from erec.claims.verify import differences
from erec.financing.errors import FinancingError
from erec.members.errors import MembersError
from erec.trail.access import StoredTrail
from erec.trail.verification import verify
from erec.workflow.errors import WorkflowError
from erec.workflow.models import ClaimInUse
from erec.workflow.states import UNAPPROVED
from erec.workflow.types import TYPES

WAIT_SECONDS = 60  # for a machine that does much else; a deadlock shows at once, as the database's error
REFUSALS = (WorkflowError, MembersError, AccountsError, FinancingError)

Act = Callable[[], Any]


@contextmanager
def uneven(lot: random.Random) -> Iterator[None]:
    """Every statement waits a little, by lot: each round the threads meet somewhere else."""

    def wrapper(execute: Any, *arguments: Any) -> Any:
        time.sleep(lot.random() / 1000)
        return execute(*arguments)

    with connection.execute_wrapper(wrapper):
        yield


def together(*acts: Act) -> list[Any]:
    """All at once; of each what it returned, or the refusal that it raised. Anything else is a failure."""
    start = threading.Barrier(len(acts))
    came: list[Any] = [None] * len(acts)

    def run(place: int, act: Act) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
            with uneven(random.Random(place)):
                start.wait(WAIT_SECONDS)
                came[place] = act()
        except BaseException as error:
            came[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * WAIT_SECONDS)
        assert not thread.is_alive()
    for outcome in came:
        if isinstance(outcome, BaseException) and not isinstance(outcome, REFUSALS):
            raise outcome
    refusals = [outcome for outcome in came if isinstance(outcome, WorkflowError)]
    assert all(refusal.sentence.endswith("。") for refusal in refusals)
    return came


def names(came: list[Any]) -> list[str]:
    """「done」, 「nothing」 for a run that had nothing to do, or the refusal's name."""

    def name(outcome: Any) -> str:
        if isinstance(outcome, Exception):
            return type(outcome).__name__
        return "nothing" if outcome == 0 else "done"

    return [name(outcome) for outcome in came]


def everything_is_whole() -> None:
    """The book is as its events make it, every chain holds, and a claim is in use by open requests only."""
    with transaction.atomic():
        assert list(differences()) == []
        assert verify(StoredTrail(None), ()).broken is None
    for used in ClaimInUse.objects.select_related("request"):
        assert used.request.standing in UNAPPROVED | TYPES[used.request.type].holds_claims_in
