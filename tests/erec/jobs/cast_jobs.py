"""People who may use 会計データ, and kinds of jobs that do what a test wants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from erec.jobs import actions, kinds
from erec.jobs.kinds import JobContext, Kind, Result
from erec.jobs.models import Job
from erec.members.catalogue import Tick
from tests import cast
from tests.erec.members.cast_members import colleague, enter, give, member_of

RIGHT = ("accounting", Tick.USE)
LINES = b"1,\x81\x40\r\n2,b\r\n"


@dataclass
class Accountant:
    """Somebody entered, with the right to 会計データ."""

    person: cast.Person

    @property
    def user(self) -> Any:
        return self.person.user

    @property
    def client(self) -> cast.DoorClient:
        return self.person.client

    def starts(self, kind: str = "lines", *, here: bool = False, **parameters: Any) -> Job:
        job, _ = actions.start(
            kind,
            acting_user=self.user,
            parameters=parameters,
            title="2026年11月",
            at=cast.AT,
            origin=cast.ORIGIN,
            here=here,
        )
        return job

    def waits(self) -> Job:
        """A job that nobody takes in the test."""
        with kind(write_lines):
            return self.starts()

    def cancels(self, job: Job) -> Job:
        return actions.cancel(job.job_no, acting_user=self.user, at=cast.AT, origin=cast.ORIGIN)

    def fetches(self, job: Job, at: Any = None) -> bytes:
        _, file = actions.fetch(job.job_no, acting_user=self.user, at=at or cast.AT, origin=cast.ORIGIN)
        with file:
            return file.read()


def accountant() -> Accountant:
    """A master who ticked it for himself."""
    person = cast.master()
    give(member_of(person), RIGHT)
    return Accountant(person)


def entered() -> Accountant:
    """The same, at his pages."""
    who = accountant()
    enter(who.person, who.user.member)
    return who


def beside(who: Accountant) -> Accountant:
    """A colleague with the same right."""
    person, member = colleague(who.person)
    give(member, RIGHT)
    return Accountant(person)


def write_lines(context: JobContext) -> Result:
    with context.open_result("帳票.csv") as file:
        file.write(LINES)
        context.progress(2, 2)
    return Result(note="2件を出力しました。")


@contextmanager
def kind(run: Callable[[JobContext], Result], code: str = "lines") -> Iterator[None]:
    """A kind for the time of one test."""
    kinds._KINDS[code] = Kind(code, "試験の帳票", run)
    try:
        yield
    finally:
        del kinds._KINDS[code]
