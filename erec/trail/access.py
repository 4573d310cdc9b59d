"""The reads of the trail: for the history screens and for the verifier."""

from django.db.models import QuerySet

from erec.trail.models import Entry


def events_of_company(company_id: int) -> QuerySet[Entry]:
    """What happened at one company, the newest first."""
    return Entry.objects.filter(chain=company_id).order_by("-position")


def events_of_user(user_id: int) -> QuerySet[Entry]:
    """What one user did, the newest first. A user without a company has events on several shards, so
    the moment sorts before the position."""
    return Entry.objects.filter(user_id=user_id).order_by("-recorded_at", "-chain", "-position")
