"""Processes are killed (SIGKILL) at random while several people approve: what was acknowledged is there once.

`KILL_APPROVALS=2000` makes as many approvals as the acceptance asks for; by default fewer, for the time.
"""

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from erec.claims.models import Claim, Order, RecordEvent
from erec.members.models import Member
from erec.notices.models import Notice
from erec.trail import outbox
from erec.trail.models import Entry, Outbox
from erec.workflow.models import Decision, Request
from tests import cast
from tests.erec.workflow import killed
from tests.erec.workflow.cast_workflow import CHECKS, Trader, accrual, person, submitted, trader
from tests.erec.workflow.killed import Job

APPROVALS = int(os.environ.get("KILL_APPROVALS", "80"))
COMPANIES = 3
WORKERS = 3
# What a process would import at its start and in its first approval.
PRELOADED = [
    "pytest",
    killed.__name__,
    "celery.app.events",
    "celery.app.task",
    "celery.events.dispatcher",
    "erec.claims.embedded",
    "erec.trail.tasks",
    "holidays.countries",
    "kombu.transport.redis",
]
KILL_AFTER = (0, 12)  # so many acknowledgements after its start, by lot, a process is killed
WAIT_SECONDS = 600 + APPROVALS  # only a process that hangs waits so long


class Worker:
    """One place at which processes come and go until all its jobs are done."""

    def __init__(self, jobs: list[Job], paper: Path, lot: random.Random) -> None:
        self.jobs, self.paper, self.lot = jobs, paper, lot
        self.kills = 0
        self.begin()

    def begin(self) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        known = self.acknowledged()
        self.process: BaseProcess = context.Process(
            target=killed.approve, args=([job for job in self.jobs if job.request not in known], self.paper)
        )
        self.process.start()
        self.dies_at = len(known) + self.lot.randint(*KILL_AFTER)

    def acknowledged(self) -> list[int]:
        """The keys of the requests, as far as they were written down."""
        return [int(line) for line in self.paper.read_text().splitlines()] if self.paper.exists() else []

    def look(self) -> bool:
        """Kill it if its time has come, somewhere in its next approval. True when all is done."""
        if self.process.exitcode is not None:
            assert self.process.exitcode == 0
            return True
        if len(self.acknowledged()) >= self.dies_at:
            time.sleep(self.lot.random() / 50)
            self.process.kill()
            self.process.join(WAIT_SECONDS)
            if self.process.exitcode == 0:  # it was done before it could be killed
                return True
            self.kills += 1
            self.begin()
        return False


def until_all_is_done(workers: list[Worker]) -> int:
    """How many processes were killed."""
    end = time.monotonic() + WAIT_SECONDS
    working = workers
    while working:
        assert time.monotonic() < end
        working = [worker for worker in working if not worker.look()]
        time.sleep(0.002)
    return sum(worker.kills for worker in workers)


def entered(traders: list[Trader]) -> list[Request]:
    """Requests of all companies, each to the next one."""
    return [
        submitted(own, "accrual_by_obligor", accrual(own, traders[(place + 1) % len(traders)]))
        for n in range(APPROVALS)
        if (own := traders[place := n % len(traders)])
    ]


@pytest.mark.django_db(transaction=True)
def test_every_acknowledged_approval_is_in_the_book_once(tmp_path: Path, tell: Callable[[str], None]) -> None:
    lot = random.Random(APPROVALS)
    traders = [trader() for _ in range(COMPANIES)]
    checkers = {t.company.pk: [t.checker, person(t.company, *CHECKS)] for t in traders}
    requests = entered(traders)
    begun = time.monotonic()
    workers = [
        Worker(shares(requests, checkers, n, lot), tmp_path / f"{n}", random.Random(n))
        for n in range(WORKERS)
    ]
    kills = until_all_is_done(workers)
    seconds = time.monotonic() - begun
    papers = [request for worker in workers for request in worker.acknowledged()]
    tell(
        f"kills: {APPROVALS} approvals by {WORKERS} processes of {2 * COMPANIES} users in {seconds:.0f} s, "
        f"{kills} killed, {len(papers)} acknowledged"
    )
    assert kills >= APPROVALS // (2 * KILL_AFTER[1])
    assert len(papers) >= APPROVALS - kills
    assert max(Counter(papers).values()) == 1
    the_book_has_each_once(requests)
    call_command("verify_book")
    call_command("verify_audit")
    every_mail_is_sent_once()


def shares(
    requests: list[Request], checkers: dict[int, list[Member]], worker: int, lot: random.Random
) -> list[Job]:
    """What one process does: its own part, and some of the others' too, as one of the company's checkers."""
    mine = [r for n, r in enumerate(requests) if n % WORKERS == worker or lot.random() < 0.1]
    lot.shuffle(mine)
    return [Job(r.pk, r.request_no, lot.choice(checkers[r.company_id]).user_id) for r in mine]


def the_book_has_each_once(requests: list[Request]) -> None:
    count = len(requests)
    assert Request.objects.filter(state="recorded").count() == count
    assert set(Counter(Decision.objects.values_list("request", flat=True)).values()) == {1}
    assert Decision.objects.count() == count
    assert Order.objects.filter(state="recorded").count() == Order.objects.count() == count
    assert set(Counter(RecordEvent.objects.values_list("order", flat=True)).values()) == {1}
    assert Claim.objects.count() == RecordEvent.objects.count() == count
    events = Entry.objects.filter(event="request.approved").values_list("company_id", "target")
    assert sorted(events) == sorted((r.company_id, r.request_no) for r in requests)
    for what in ("approval_asked", "approved", "recorded", "claim_received"):
        assert Notice.objects.filter(what=what).count() == count


def every_mail_is_sent_once() -> None:
    outbox.sweep(at=cast.AT + timedelta(days=1), seconds_max=WAIT_SECONDS)
    rows = set(Outbox.objects.values_list("pk", flat=True))
    assert not Outbox.objects.filter(sent_at=None).exists()
    files = [int(file.name.partition("-")[0]) for file in Path(settings.MAIL_DIRECTORY).glob("*.eml")]
    assert {pk for pk in files if pk in rows} == rows
    assert max(Counter(files).values()) == 1
