"""仕訳の設定: the method, the numbers, and which account stands for what."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.errors import NotAllowed
from erec.accounting.views.common import right_missing
from erec.audience import Audience, for_
from erec.journals import access
from erec.journals.actions import settings as acts
from erec.journals.actions.settings import PLAIN, Chosen
from erec.journals.errors import Refused
from erec.journals.forms import COLUMNS, SettingsForm, initial_of
from erec.members.gate import densai
from erec.parameters import business_day
from erec.partners.views.saying import say


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def settings(request: Any) -> HttpResponse:
    company_id = request.user.company_id
    begins = business_day.today(request.at).date.replace(day=1)
    initial = initial_of(company_id, access.settings_of(company_id), begins)
    form = SettingsForm(request.POST if request.method == "POST" else None, company_id, initial=initial)
    if not form.is_valid():
        return _page(request, form, 422 if form.is_bound else 200)
    try:
        acts.save(_chosen(form), acting_user=request.user, at=request.at, origin=request.origin)
    except NotAllowed:
        return right_missing(request)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, form, 409)
    say(request, "仕訳の設定を保存しました。")
    return HttpResponseRedirect(reverse("journals"))


def _chosen(form: SettingsForm) -> Chosen:
    typed = form.cleaned_data
    plain = {name: typed[name] for name in PLAIN}
    return Chosen(version=typed["version"], accounts=form.accounts(), **plain)


def _page(request: Any, form: SettingsForm, status: int) -> HttpResponse:
    labels = [label for label, _, _ in COLUMNS.values()]
    context = {"form": form, "columns": labels, "known": access.settings_of(request.user.company_id)}
    return render(request, "journals/settings.html", context, status=status)
