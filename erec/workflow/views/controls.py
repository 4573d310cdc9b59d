"""企業情報管理: how the company approves. Everybody sees it; a master changes it."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotAllowed, Stale
from accounts.second import Kind, NeedsSecond, Proposal
from erec.audience import Audience, for_
from erec.members import access as members
from erec.members.forms import ConfirmForm
from erec.members.gate import densai
from erec.members.views.proposing import proposed
from erec.partners import designated
from erec.workflow import access, limits, people, queue
from erec.workflow.actions import controls as action
from erec.workflow.actions.controls import ControlsRefused, Wanted
from erec.workflow.forms.controls import ControlsForm
from erec.workflow.limits import Counting
from erec.workflow.states import State
from erec.workflow.types import TYPES
from erec.workflow.views import fees

CHANGED = "この画面を開いたあとに、企業情報が変わりました。下の内容を確かめて、もう一度選んでください。"
NOT_USABLE = "ご利用が停止されたため、変更できませんでした。企業情報は元のままです。"


@for_(Audience.USER)
@require_safe
@densai()
def company(request: Any) -> HttpResponse:
    """The settings in words, and where they leave somebody without an approver."""
    company_id = request.user.company_id
    now = action.controls_now(company_id)
    words = action.words(now, company_id)
    context = {
        "company": request.user.company,
        "sections": [(s, [(label, words[label]) for label in s.labels]) for s in action.SECTIONS],
        "counting": _counting(),
        "approved_today_yen": limits.approved_today_yen(company_id),
        "deputies": members.in_force(company_id),
        "fees": fees.shown(company_id),
        "accounts": request.user.company.settlement_accounts.all(),
        "designated": designated.is_used_by(request.user.company),
        "stuck": people.makers_without_approver(company_id, access.controls_of(company_id), now.finals),
        "done": request.GET.get("done") == "1" and request.user.is_master,
    }
    return render(request, "workflow/company.html", context)


def _counting() -> list[tuple[str, Counting]]:
    """What counts for the limits, and what does not, with the reason."""
    return [(typ.name, limits.counting_of(code)) for code, typ in TYPES.items()]


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(master=True)
def change(request: Any) -> HttpResponse:
    """Choose, then see what it means and confirm. 「修正する」 comes back with what was chosen."""
    form = _form(request, request.POST if request.method == "POST" else None)
    if request.method != "POST" or "again" in request.POST or not form.is_valid():
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "workflow/company_change.html", {"form": form}, status=status)
    return _confirm(request, form)


def _form(request: Any, data: Any) -> ControlsForm:
    company_id = request.user.company_id
    return ControlsForm(
        data,
        checkers=people.checkers_of_any(company_id),
        now=action.controls_now(company_id),
        version=access.controls_of(company_id).version,
    )


def _confirm(request: Any, form: ControlsForm) -> HttpResponse:
    asked = "approval_password" in request.POST
    password = ConfirmForm(request.POST if asked else None)
    wanted, version = form.wanted(), form.cleaned_data["version"]
    try:
        action.check(wanted, version, request.user)
        if asked and password.confirmed(
            request.member, acting_user=request.user, at=request.at, origin=request.origin
        ):
            action.change_controls(
                wanted, version=version, acting_user=request.user, at=request.at, origin=request.origin
            )
            return HttpResponseRedirect(f"{reverse('company')}?done=1")
    except NeedsSecond:
        kept = {**action.to_json(wanted), "version": version}
        return proposed(request, Proposal(Kind.CONTROLS, wanted=kept))
    except Stale:
        return _again(request, _form(request, None), CHANGED, 409)
    except NotAllowed:
        return _again(request, form, NOT_USABLE, 403)
    except ControlsRefused as refused:
        return _again(request, form, refused.sentence, 422)
    context = {"form": form, "password": password, **_consequences(request, wanted)}
    return render(request, "workflow/company_confirm.html", context, status=422 if password.errors else 200)


def _again(request: Any, form: ControlsForm, sentence: str, status: int) -> HttpResponse:
    context = {"form": form, "sentence": sentence}
    return render(request, "workflow/company_change.html", context, status=status)


def _consequences(request: Any, wanted: Wanted) -> dict[str, Any]:
    """What will be different, for whom nobody could approve any more, and how much waits."""
    company_id = request.user.company_id
    waiting = access.requests_of(company_id).filter(state=State.AWAITING_APPROVAL)
    most = [yen for yen in (wanted.request_limit_yen, wanted.daily_limit_yen) if yen is not None]
    return {
        "changes": action.changes(action.controls_now(company_id), wanted, company_id),
        "stuck": people.makers_without_approver(company_id, wanted.as_controls(company_id), wanted.finals),
        "waiting": queue.capped(waiting),
        "above": queue.capped(waiting.filter(limited_yen__gt=min(most))) if most else 0,
        "counted_max": queue.COUNTED_MAX,
    }
