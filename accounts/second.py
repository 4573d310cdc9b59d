"""What one master may not do alone: another master approves it, where the company has decided so.

Whoever takes over one master's machine and passwords could otherwise make himself any user with any right.
The acts are this side's and the densai side's; the approval is the engine's of requests, which neither may
import: settings.SECOND_MASTER names it. What waits is only entered (仮登録) by the act's own page and done by
the very same function of `actions`, in the transaction of the approval.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.origin import Origin


class Kind(StrEnum):
    """An act of a master on the company's people. The values are stored in requests."""

    REFRESH = "refresh"
    RIGHTS = "rights"
    APPROVAL_RESET = "approval_reset"
    LOGIN_RESET = "login_reset"
    CERTIFY = "certify"
    REVOKE = "revoke"
    SUSPEND = "suspend"
    DELETE = "delete"
    SWITCH_OFF = "switch_off"
    DEPUTY = "deputy"
    CONTROLS = "controls"


# These only take away. From a general user that must not wait (a lost machine, somebody who left); a thief
# who could take the second master away alone would be alone with everything.
WAIT_ON_MASTERS_ONLY = frozenset({Kind.REVOKE, Kind.SUSPEND, Kind.DELETE})


@dataclass(frozen=True)
class Proposal:
    """One act as a master wants it. `wanted`: exactly what he saw and chose, as JSON; a secret as its hash.

    `login_id`: whose; empty where it is about the whole company.
    """

    kind: Kind
    login_id: str = ""
    wanted: Mapping[str, Any] = field(default_factory=dict)


class SecondMaster(Protocol):
    def waits(self, company_id: int) -> bool:
        """Whether the company's masters approve one another's acts."""
        ...

    def propose(self, proposal: Proposal, *, acting_user: User, at: datetime, origin: Origin) -> str:
        """Enter it for another master's approval; the request's number. Raises NotProposed."""
        ...


class NeedsSecond(Exception):
    """Nothing was done: another master must approve it. No AccountsError, so that none takes it for one."""


class NotProposed(Exception):
    """Nothing was entered; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def configured() -> SecondMaster:
    second: SecondMaster = import_string(settings.SECOND_MASTER)()
    return second


def waits(company_id: int) -> bool:
    return configured().waits(company_id)


def propose(proposal: Proposal, *, acting_user: User, at: datetime, origin: Origin) -> str:
    return configured().propose(proposal, acting_user=acting_user, at=at, origin=origin)


def must_wait(kind: Kind, acting_user: User | None, target: User | None) -> bool:
    """Whether this person may not do it alone. What one does to oneself by REVOKE, SUSPEND never waits, nor
    what the institution (None) does.
    """
    if acting_user is None:
        return False
    if kind in WAIT_ON_MASTERS_ONLY and (
        target is None or not target.is_master or target.pk == acting_user.pk
    ):
        return False
    return waits(acting_user.company_id)


def check(kind: Kind, acting_user: User | None, target: User | None, approved_in: str) -> None:
    """The last look of an action before it writes, under the company's lock. Raises NeedsSecond.

    `approved_in`: the request in which another master has approved it; only its approval passes one.
    """
    if not approved_in and must_wait(kind, acting_user, target):
        raise NeedsSecond


def told(approved_in: str) -> dict[str, str]:
    """For the act's audit event: under which request it was approved."""
    return {"approved_in": approved_in} if approved_in else {}
