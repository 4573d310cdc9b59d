"""開示: the sheets of one or several claims, to be printed."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from erec.audience import Audience, for_
from erec.claims import disclosure
from erec.claims.models import Claim
from erec.members.catalogue import Tick
from erec.members.gate import densai

RIGHT = ("inquiry", Tick.USE)
NONE_TICKED = "債権が選ばれていません。一覧に戻り、開示する債権にチェックを付けて、もう一度押してください。"
TOO_MANY = (
    "一度に開示できるのは{most}件までです（{count}件選ばれています）。"
    "まだ開示していません。一覧に戻り、チェックを減らして、もう一度押してください。"
)


@for_(Audience.USER)
@require_POST
@densai(right=RIGHT)
def sheets(request: Any) -> HttpResponse:
    """A POST, because each sheet is kept in the trail: to load it again is to ask for it again."""
    numbers = set(request.POST.getlist("item"))
    if not 0 < len(numbers) <= disclosure.SHEETS_MAX:
        why = TOO_MANY.format(most=disclosure.SHEETS_MAX, count=len(numbers)) if numbers else NONE_TICKED
        return render(request, "claims/not_disclosed.html", {"why": why}, status=422)
    if not all(number.isalnum() for number in numbers):  # no 記録番号; the database takes no NUL
        raise Http404
    try:
        found = disclosure.disclose(
            sorted(numbers), acting_user=request.user, at=request.at, origin=request.origin
        )
    except Claim.DoesNotExist:
        raise Http404 from None
    return render(request, "claims/disclosure.html", {"sheets": found, "at": request.at})
