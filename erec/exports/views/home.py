"""会計データ: what leaves for the accounting software, and what is kept for it."""

from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.members.catalogue import Tick
from erec.members.gate import densai

RIGHT = ("accounting", Tick.USE)


class Subject(NamedTuple):
    url: str
    name: str
    purpose: str


SUBJECTS: tuple[Subject, ...] = ()


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def accounting(request: Any) -> HttpResponse:
    return render(request, "exports/home.html", {"subjects": SUBJECTS})
