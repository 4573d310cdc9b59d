"""Whether an act waits for the second master, said on its page before anything is typed."""

from typing import Any

from django import template

from accounts.models import User
from accounts.second import Kind, must_wait, waits

register = template.Library()


@register.inclusion_tag("accounts/second_note.html", takes_context=True)
def second_note(context: Any, kind: str, target: User | None = None) -> dict[str, bool]:
    """`target`: whom the act is on, where that matters (accounts.second.WAIT_ON_MASTERS_ONLY)."""
    return {"waits": must_wait(Kind(kind), context["request"].user, target)}


@register.simple_tag(takes_context=True)
def second_waits(context: Any) -> bool:
    """Whether the masters of the person's company approve one another's acts."""
    return waits(context["request"].user.company_id)
