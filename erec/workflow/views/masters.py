"""マスターユーザの操作: confirmed by who wants it, and the 取得コード for the one who approved it."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import drafts, second
from accounts.errors import AccountsError, NotAllowed
from accounts.second import Kind, NeedsSecond, Proposal
from certs.errors import CertsError
from certs.views.portal import SECOND_FLOW
from erec.audience import Audience, for_
from erec.members.forms import ConfirmForm
from erec.members.gate import densai
from erec.members.views.proposing import proposed
from erec.parameters import business_day
from erec.workflow import binding, masters
from erec.workflow.actions import second_master
from erec.workflow.actions.second_master import SwitchRefused
from erec.workflow.types import TYPES
from erec.workflow.types.base import Context
from erec.workflow.types.masters import CODE
from erec.workflow.views import showing

NOT_USABLE = "ご利用が停止されたため、変更できませんでした。企業情報は元のままです。"


def _confirmed(request: Any, form: ConfirmForm) -> bool:
    return form.confirmed(request.member, acting_user=request.user, at=request.at, origin=request.origin)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(master=True)
def ask(request: Any) -> HttpResponse:
    """An act that was chosen on the portal's pages: what another master will be asked, and the password."""
    asked = request.POST if request.method == "POST" else request.GET
    draft = asked.get("draft", "")
    content = drafts.content_of(request.session, SECOND_FLOW, draft)
    if content is None:
        return HttpResponseRedirect(reverse("requests"))
    proposal = Proposal(Kind(content["kind"]), content["login_id"], content["wanted"])
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _confirmed(request, form):
        drafts.finish(request.session, SECOND_FLOW, draft, {})
        return proposed(request, proposal)
    context = {"form": form, "draft": draft, **_shown(request, proposal)}
    return render(request, "workflow/masters_ask.html", context, status=422 if form.errors else 200)


def _shown(request: Any, proposal: Proposal) -> dict[str, Any]:
    """As the other master will see it; or why it cannot be asked any more."""
    company = request.user.company
    checked = TYPES[CODE].check(
        masters.content_of(proposal, request.user), Context(company, business_day.today(request.at))
    )
    if checked.problems:
        return {"problems": checked.problems}
    return {
        "sheet": TYPES[CODE].sheet(checked.content),
        "binding": binding.sentences(CODE, checked.content, company.name),
    }


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(master=True)
def code(request: Any, request_no: str) -> HttpResponse:
    """The 取得コード of what this master approved: a new one each time he asks, shown on this page only."""
    row = showing.found(request, request_no)
    right = masters.code_to_hand_over(row, request.member, request.at)
    if right is None:
        raise Http404
    shown = ""
    if request.method == "POST":
        try:
            shown = masters.show_code(
                row, right, acting_user=request.user, at=request.at, origin=request.origin
            )
        except (AccountsError, CertsError):  # fetched or stopped a moment ago: there is nothing to hand over
            raise Http404 from None
    context = {"row": row, "right": right, "person": right.user, "code": shown}
    return render(request, "workflow/masters_code.html", context)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(master=True)
def switch(request: Any) -> HttpResponse:
    """Whether masters' acts wait: beginning takes one master, ending waits for the second."""
    on = not second.waits(request.user.company_id)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and request.POST.get("on") != str(int(on)):
        form.add_error(None, second_master.ALREADY)
    elif request.method == "POST" and _confirmed(request, form):
        try:
            second_master.switch(on=on, acting_user=request.user, at=request.at, origin=request.origin)
        except NeedsSecond:
            return proposed(request, Proposal(Kind.SWITCH_OFF))
        except SwitchRefused as refused:
            form.add_error(None, refused.sentence)
        except NotAllowed:
            form.add_error(None, NOT_USABLE)
        else:
            return HttpResponseRedirect(f"{reverse('company-second-master')}?done=1")
    context = {
        "form": form,
        "on": on,
        "done": request.GET.get("done") == "1",
        "others": [m for m in second_master.usable_masters(request.user.company_id) if m != request.member],
    }
    return render(request, "workflow/second_master.html", context, status=422 if form.errors else 200)
