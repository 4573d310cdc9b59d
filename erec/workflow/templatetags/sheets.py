"""{% for column, cell in row|under:sheet.columns %}: a sheet's cell with the column in which it stands."""

from collections.abc import Sequence

from django import template

from erec.workflow.types.base import Row

register = template.Library()


@register.filter
def under(row: Row, columns: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(columns, row.cells, strict=True))
