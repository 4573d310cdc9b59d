"""企業情報の変更: how the company approves, set by a master (domain facts §2.2)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.access import locked_master
from accounts.errors import Stale
from accounts.models import User
from accounts.origin import Origin, tell
from erec.members.models import Member
from erec.trail.events import Event
from erec.workflow import access, mails, people
from erec.workflow.errors import WorkflowError
from erec.workflow.models import Controls, FinalChecker

NEEDS_FINAL = "ダブル承認（順序あり）では、最終承認者を1名以上選んでください。企業情報は元のままです。"
NOT_THERE = "選んだ最終承認者が、承認者ではなくなりました。企業情報は元のままです。選び直してください。"

NOTHING = "変更したところがありません。企業情報は元のままです。"


class ControlsRefused(WorkflowError):
    """A setting that cannot be kept; nothing was changed."""


@dataclass(frozen=True)
class Wanted:
    """What shall hold. `finals`: the ids of the members who are 最終承認者."""

    own_approval_refused: bool
    approvals: Controls.Approvals
    finals: frozenset[int]


def controls_now(company_id: int) -> Wanted:
    controls = access.controls_of(company_id)
    approvals = Controls.Approvals(controls.approvals)
    return Wanted(controls.own_approval_refused, approvals, people.finals_of(company_id))


@transaction.atomic
def change_controls(
    wanted: Wanted, *, version: int, acting_user: User, at: datetime, origin: Origin
) -> Controls:
    """Set exactly this. The master's approval password was checked before.

    Approvals that are under way end first: they hold the company's row. Who may notice is told by mail.
    Raises NotAllowed (no usable master), Stale (somebody changed it meanwhile), ControlsRefused.
    """
    master = locked_master(acting_user)
    members = check(wanted, version, master)
    controls, before = access.controls_of(master.company_id), controls_now(master.company_id)
    controls.own_approval_refused, controls.approvals = wanted.own_approval_refused, wanted.approvals
    controls.version += 1
    controls.save()
    FinalChecker.objects.filter(company_id=master.company_id).exclude(member__in=members).delete()
    FinalChecker.objects.bulk_create(
        [FinalChecker(company_id=master.company_id, member=member) for member in members],
        ignore_conflicts=True,
    )
    mails.controls_changed(master, controls.version, changes(before, wanted, master.company_id), at)
    tell(
        Event.CONTROLS_CHANGED,
        at=at,
        origin=origin,
        acting_user=master,
        company_id=master.company_id,
        target=master.company.user_number,
        own_approval_refused=wanted.own_approval_refused,
        approvals=wanted.approvals.value,
        finals=", ".join(member.login_id for member in members),
    )
    return controls


def check(wanted: Wanted, version: int, master: User) -> list[Member]:
    """The 最終承認者 that were chosen, if this can be kept. Raises Stale, ControlsRefused."""
    if access.controls_of(master.company_id).version != version:
        raise Stale
    if wanted == controls_now(master.company_id):
        raise ControlsRefused(NOTHING)
    members = [m for m in people.checkers_of_any(master.company_id) if m.pk in wanted.finals]
    if len(members) != len(wanted.finals):
        raise ControlsRefused(NOT_THERE)
    if wanted.approvals == Controls.Approvals.DOUBLE_ORDERED and not members:
        raise ControlsRefused(NEEDS_FINAL)
    return members


def words(wanted: Wanted, company_id: int) -> dict[str, str]:
    """The settings as the screens and mails say them, by their labels."""
    names = Member.objects.filter(company_id=company_id, pk__in=wanted.finals).order_by("pk")
    return {
        "同一ユーザによる承認の抑止": "抑止する" if wanted.own_approval_refused else "抑止しない",
        "承認機能区分": wanted.approvals.label,
        "最終承認者": "、".join(names.values_list("name", flat=True)) or "なし",
    }


def changes(before: Wanted, now: Wanted, company_id: int) -> list[str]:
    """「承認機能区分: シングル承認 → ダブル承認（順序なし）」 for each setting that differs."""
    old, new = words(before, company_id), words(now, company_id)
    return [f"{label}: {old[label]} → {new[label]}" for label in old if old[label] != new[label]]
