"""でんさいへ切替: what would be asked of whom, and the way into the entry of the request."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.errors import NotAllowed
from erec.audience import Audience, for_
from erec.bills import access, switching
from erec.bills.actions.switching import begin
from erec.bills.errors import CannotSwitch, Changed
from erec.bills.forms import SwitchForm
from erec.bills.models import Bill
from erec.bills.policy import Kind
from erec.bills.views.bills import acting, bill_of, right_missing, version_sent
from erec.claims import windows
from erec.members.gate import densai
from erec.parameters import business_day
from erec.partners.models import Partner
from erec.workflow.errors import RightMissing
from erec.workflow.types import TYPES
from erec.workflow.views.common import maker_missing


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def switch(request: Any, bill: int) -> HttpResponse:
    row = bill_of(request, bill)
    if row.kind in switching.TYPES:
        refusal = maker_missing(request, switching.TYPES[Kind(row.kind)])
        if refusal:
            return refusal
    found = list(switching.candidates(row))
    form = SwitchForm(found, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, row, found, form, 422 if form.is_bound else 200)
    try:
        begun = begin(
            row.pk,
            int(form.cleaned_data["partner"]),
            version=version_sent(request),
            standing=request.POST.get("standing", ""),
            **acting(request),
        )
    except (NotAllowed, RightMissing):
        return right_missing(request)
    except Bill.DoesNotExist:
        raise Http404 from None
    except (Changed, CannotSwitch) as why:
        form.add_error(None, why.sentence)
        row = bill_of(request, bill)
        return _page(request, row, list(switching.candidates(row)), form, 409)
    return HttpResponseRedirect(reverse("request-entry", args=[begun.token]))


def _page(request: Any, row: Bill, found: list[Partner], form: SwitchForm, status: int) -> HttpResponse:
    why = switching.why_not(row, business_day.today(request.at))
    own = request.user.pk
    typed = access.typed_for(row)
    context = {
        "bill": row,
        "why": why,
        "form": form,
        "found": found,
        "usable": [partner for partner in found if vars(partner)["is_usable"]],
        "type": TYPES[switching.TYPES[Kind(row.kind)]] if row.kind in switching.TYPES else None,
        "effective_due": windows.effective_due(row.due_on),
        "reference": switching.reference_of(row),
        "mine": next((s for s in typed if s.begun_by_id == own), None),
        "others": [s for s in typed if s.begun_by_id != own],
        "debtor": row.debtor if row.kind == Kind.HELD else row.party,
    }
    return render(request, "bills/switch.html", context, status=status)
