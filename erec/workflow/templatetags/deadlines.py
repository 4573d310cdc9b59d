"""Deadlines on pages: the moment, and the time that is left."""

from datetime import datetime

from django import template

from erec.parameters.business_day import Today
from erec.workflow.deadlines import TimeLeft, time_left

register = template.Library()


@register.inclusion_tag("workflow/parts/deadline.html")
def deadline(moment: datetime | None, today: Today) -> dict[str, TimeLeft | None]:
    """{% deadline request.deadline_at today %}: the moment, and the time that is left."""
    return {"left": time_left(moment, today) if moment else None}
