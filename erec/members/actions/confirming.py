"""Asking for the approval password: the wrong entries are counted and recorded."""

from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.db import transaction

from accounts.errors import Locked, WrongPassword
from accounts.models import User
from accounts.origin import Origin, tell
from erec.members import approval
from erec.members.errors import CertificateTooNew, LoginPasswordTyped
from erec.members.models import ApprovalPassword, Member
from erec.trail.events import Event


def confirm(member: Member, password: str, *, acting_user: User, at: datetime, origin: Origin) -> None:
    """Return if `password` is the member's approval password and may be used now.

    Raises WrongPassword, LoginPasswordTyped (a wrong entry too) and Locked, each counted and recorded;
    NoApprovalPassword, ApprovalPasswordExpired; CertificateTooNew, before the password is looked at. Never in
    a transaction.
    """
    if not origin.may_approve(at):
        raise CertificateTooNew
    row = approval.usable(member, at)
    check(row, password, acting_user=acting_user, at=at, origin=origin)


def check(row: ApprovalPassword, password: str, *, acting_user: User, at: datetime, origin: Origin) -> str:
    """The stored hash that `password` fits, however old it is; what is wrong is counted and recorded."""
    try:
        return approval.SECRET.check(row.pk, password, at=at)
    except WrongPassword as wrong:
        _note(Event.APPROVAL_PASSWORD_WRONG, acting_user, at, origin)
        if check_password(password, acting_user.password):
            raise LoginPasswordTyped(wrong.left) from wrong
        raise
    except Locked as locked:
        event = Event.APPROVAL_PASSWORD_LOCKED if locked.just_now else Event.APPROVAL_PASSWORD_WRONG
        _note(event, acting_user, at, origin)
        raise


@transaction.atomic
def _note(event: Event, acting_user: User, at: datetime, origin: Origin) -> None:
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=acting_user.company_id,
        target=acting_user.login_id,
    )
