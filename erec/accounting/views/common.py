"""What the pages of 会計ソフトの台帳 share."""

from typing import Any

from django.http import HttpResponse

from erec.accounting.access import RIGHT
from erec.members.catalogue import BY_CODE
from erec.members.gate import refused

CHANGED = "この画面を開いたあとに、ほかの人が変更しました。下の内容を確かめて、もう一度進んでください。"


def right_missing(request: Any) -> HttpResponse:
    """The right was taken away while the person was at work."""
    code, tick = RIGHT
    return refused(request, f"{BY_CODE[code].name}の{tick}権限")
