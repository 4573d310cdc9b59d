"""Whose a job is: the person as he is now, if he may still do what it was started for."""

from accounts.models import User
from erec.jobs.owners import Owner
from erec.members import access
from erec.members.catalogue import Tick


def owner_of(user_id: int, company_id: int, right: tuple[str, str]) -> Owner | None:
    """None for whoever is gone, stopped, of another company, or without the right by now."""
    user = User.objects.select_related("company").filter(pk=user_id, company_id=company_id).first()
    if user is None or not user.is_active:
        return None
    member = access.own(user)
    business, tick = right
    if member is None or member.status != User.Status.ACTIVE:
        return None
    if (business, Tick(tick)) not in access.powers_of(member):
        return None
    return Owner(user.name, user.login_id, user.company.name, user.mail)
