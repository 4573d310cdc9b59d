"""What the shared templates need beyond Django's own tags."""

from django import template
from django.forms import BoundField

from erec import doors

register = template.Library()


@register.simple_tag
def door_url(door: str, viewname: str, *args: object) -> str:
    """The whole address of a page of the entry or the cert door."""
    return doors.door_url(door, viewname, *args)


@register.filter
def first_input_id(field: BoundField) -> str:
    """Where an error's link leads: the input itself, or the first of a group."""
    if field.use_fieldset and field.subwidgets:
        return field.subwidgets[0].id_for_label or field.auto_id
    return field.id_for_label or field.auto_id


@register.filter
def yen(amount: int) -> str:
    """12,345,678: the digits only, as columns of yen show them."""
    return f"{amount:,}"
