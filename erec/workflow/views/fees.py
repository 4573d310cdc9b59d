"""企業情報管理の手数料: the tables of 当方負担 and 先方負担. Everybody sees them; a master changes them."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotAllowed, Stale
from erec.audience import Audience, for_
from erec.members.forms import ConfirmForm
from erec.members.gate import densai
from erec.workflow import fees
from erec.workflow.actions import fees as action
from erec.workflow.actions.fees import FeesRefused
from erec.workflow.forms.fees import FeesForm

CHANGED = (
    "この画面を開いたあとに、ほかの人が手数料を変更しました。下の内容を確かめて、もう一度入力してください。"
)
NOT_USABLE = "ご利用が停止されたため、変更できませんでした。手数料は元のままです。"


@for_(Audience.USER)
@require_safe
@densai()
def company_fees(request: Any) -> HttpResponse:
    context = {
        "tables": shown(request.user.company_id),
        "done": request.GET.get("done") == "1" and request.user.is_master,
    }
    return render(request, "workflow/company_fees.html", context)


def shown(company_id: int) -> list[tuple[str, list[str]]]:
    """Each table's name with its bands in words; parts/fees.html shows it."""
    return [(str(table.label), fees.words(bands)) for table, bands in fees.tables_of(company_id).items()]


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(master=True)
def change(request: Any) -> HttpResponse:
    """Fill in, then see what it means and confirm. 「入力し直す」 comes back with what was typed."""
    form = _form(request, request.POST if request.method == "POST" else None)
    if request.method != "POST" or "again" in request.POST or not form.is_valid():
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "workflow/company_fees_change.html", {"form": form}, status=status)
    return _confirm(request, form)


def _form(request: Any, data: Any) -> FeesForm:
    company_id = request.user.company_id
    return FeesForm(data, now=fees.tables_of(company_id), version=fees.version_of(company_id))


def _confirm(request: Any, form: FeesForm) -> HttpResponse:
    asked = "approval_password" in request.POST
    password = ConfirmForm(request.POST if asked else None)
    wanted, version = form.wanted(), form.cleaned_data["version"]
    acting = {"acting_user": request.user, "at": request.at, "origin": request.origin}
    try:
        action.check(wanted, version, request.user)
        if asked and password.confirmed(request.member, **acting):
            action.change_fees(wanted, version=version, **acting)
            return HttpResponseRedirect(f"{reverse('company-fees')}?done=1")
    except Stale:
        return _again(request, _form(request, None), CHANGED, 409)
    except NotAllowed:
        return _again(request, form, NOT_USABLE, 403)
    except FeesRefused as refused:
        return _again(request, form, refused.sentence, 422)
    changes = fees.changes(fees.tables_of(request.user.company_id), wanted)
    context = {"form": form, "password": password, "changes": changes}
    status = 422 if password.errors else 200
    return render(request, "workflow/company_fees_confirm.html", context, status=status)


def _again(request: Any, form: FeesForm, sentence: str, status: int) -> HttpResponse:
    context = {"form": form, "sentence": sentence}
    return render(request, "workflow/company_fees_change.html", context, status=status)
