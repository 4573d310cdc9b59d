"""What a company under 取引停止処分 is shown on its own pages: `{% load sanction %}{% sanction_note %}`."""

from typing import Any

from django import template

from erec.claims import sanctions
from erec.parameters import business_day

register = template.Library()


@register.inclusion_tag("claims/parts/sanction.html", takes_context=True)
def sanction_note(context: dict[str, Any]) -> dict[str, Any]:
    """The sanction that holds or is to come, with what it forbids; nothing for everybody else."""
    request = context["request"]
    today = business_day.today(request.at).date
    sanction = sanctions.standing(request.user.company_id, today)
    return {"sanction": sanction, "holds": sanction is not None and sanction.starts_on <= today}
