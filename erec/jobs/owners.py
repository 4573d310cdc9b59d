"""Who a job's owner is now. The layers above know users; `settings.JOB_OWNERS` names their function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from erec.jobs.kinds import kind_of
from erec.jobs.models import Job


class Person(Protocol):
    """A user, as far as this layer looks."""

    pk: int
    company_id: int
    login_id: str
    name: str


class Origin(Protocol):
    """Where an act came from."""

    @property
    def door(self) -> str: ...

    @property
    def address(self) -> str: ...


@dataclass(frozen=True)
class Owner:
    """Somebody who may have this job's result now."""

    name: str
    login_id: str
    company_name: str
    mail: str


# (user, company, right) → the person, or None who may not (any more).
OwnerOf = Callable[[int, int, tuple[str, str]], Owner | None]


def owner_of(job: Job) -> Owner | None:
    """None when the person is gone, stopped, in another company or without the kind's right.

    Raises KeyError for a kind that this process does not know: a newer version's, while it is rolled out.
    """
    find: OwnerOf = import_string(settings.JOB_OWNERS)
    return find(job.user_id, job.company_id, kind_of(job.kind).right)
