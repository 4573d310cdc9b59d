"""マスターユーザの操作の承認: whether a master's acts wait for another's approval (accounts.second)."""

from datetime import datetime

from django.db import transaction

from accounts import second
from accounts.access import lock_company, locked_master
from accounts.models import Company, User
from accounts.origin import Origin, tell
from erec.members import approval
from erec.members.models import Member
from erec.notices.receivers import active_members
from erec.trail.events import Event
from erec.workflow import access, mails
from erec.workflow.errors import WorkflowError
from erec.workflow.models import Controls

NOBODY = (
    "承認できるマスターユーザが、ほかにいません。もう1名のマスターユーザがサービスに入り、"
    "承認パスワードを設定してから、始めてください。企業情報は元のままです。"
)
ALREADY = "すでにその設定です。企業情報は元のままです。"
LABEL = "マスターユーザの操作の承認"
WORDS = {True: "ほかのマスターユーザの承認を待つ", False: "1人で行う"}


class SwitchRefused(WorkflowError):
    """It cannot be set so; nothing was changed."""


def usable_masters(company_id: int) -> list[Member]:
    """Who can approve a master's act now: not stopped, not locked, with an approval password of his own."""
    rows = active_members().filter(company_id=company_id, kind=User.Kind.MASTER).select_related("user")
    return [member for member in rows.order_by("pk") if _can_approve(member)]


def _can_approve(member: Member) -> bool:
    standing = approval.standing(member)
    return standing.exists and not (standing.is_initial or standing.locked or member.user.is_locked)


@transaction.atomic
def switch(*, on: bool, acting_user: User, at: datetime, origin: Origin, approved_in: str = "") -> Controls:
    """Begin or end it. The master's approval password was checked before. To begin needs one master, and
    another who can approve; to end waits for him.

    Raises NotAllowed, SwitchRefused, NeedsSecond.
    """
    master = locked_master(acting_user)
    controls = access.controls_of(master.company_id)
    if controls.second_master == on:
        raise SwitchRefused(ALREADY)
    if on and not [member for member in usable_masters(master.company_id) if member.user_id != master.pk]:
        raise SwitchRefused(NOBODY)
    if not on:
        second.check(second.Kind.SWITCH_OFF, master, None, approved_in)
    _set(controls, on)
    mails.controls_changed(master, controls.version, [f"{LABEL}: {WORDS[not on]} → {WORDS[on]}"], at)
    tell(
        Event.CONTROLS_CHANGED,
        at=at,
        origin=origin,
        acting_user=master,
        company_id=master.company_id,
        target=master.company.user_number,
        second_master=on,
        **second.told(approved_in),
    )
    return controls


@transaction.atomic
def end_by_institution(company: Company, *, at: datetime, origin: Origin) -> Controls:
    """The bank's help where the other masters are gone for good. Raises SwitchRefused (it is off)."""
    company = lock_company(company.pk)
    controls = access.controls_of(company.pk)
    if not controls.second_master:
        raise SwitchRefused(ALREADY)
    _set(controls, False)
    mails.second_master_ended(company, controls.version, at)
    tell(
        Event.CONTROLS_CHANGED,
        at=at,
        origin=origin,
        acting_user=None,
        company_id=company.pk,
        target=company.user_number,
        second_master=False,
    )
    return controls


def _set(controls: Controls, on: bool) -> None:
    controls.second_master = on
    controls.version += 1
    controls.save()
