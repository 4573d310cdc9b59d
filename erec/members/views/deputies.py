"""承認の代理: who stands in for whom, and when. Everybody sees it; a master appoints and ends."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import second
from accounts.errors import NotAllowed
from accounts.second import NeedsSecond, Proposal
from erec.audience import Audience, for_
from erec.lists.keyset import ROWS
from erec.members import access
from erec.members.actions import deputies as action
from erec.members.errors import DeputyRefused
from erec.members.forms import ConfirmForm, DeputyForm
from erec.members.gate import densai
from erec.members.views.proposing import proposed
from erec.parameters import business_day

DONE = {
    "appointed": "代理を登録しました。ご本人たちとマスターユーザに、メールでお知らせします。",
    "ended": "代理を終了しました。",
}


@for_(Audience.USER)
@require_safe
@densai()
def deputies(request: Any) -> HttpResponse:
    """In force, to come and, as far as a page goes, over."""
    return _page(request, DONE.get(request.GET.get("done", ""), "") if request.user.is_master else "")


def _page(request: Any, done: str = "", sentence: str = "", status: int = 200) -> HttpResponse:
    today = business_day.today(request.at).date
    in_force = {row.pk for row in access.in_force(request.user.company_id)}
    rows = [
        (
            row,
            _state(row.ended_at is not None or row.until_on < today, row.from_on > today, row.pk in in_force),
        )
        for row in access.deputies_of(request.user.company_id)[:ROWS]
    ]
    context = {"rows": rows, "done": done, "sentence": sentence}
    return render(request, "members/deputies.html", context, status=status)


def _state(is_over: bool, is_to_come: bool, is_in_force: bool) -> str:
    if is_over:
        return "終了"
    if is_to_come:
        return "開始前"
    return "代理中" if is_in_force else "権限なし"


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(master=True)
def new(request: Any) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = DeputyForm(data, members=list(access.members_of(request.user)))
    password = ConfirmForm(data)
    if form.is_valid():
        try:
            action.check(form.wanted(), request.user, business_day.today(request.at).date)
            if password.confirmed(
                request.member, acting_user=request.user, at=request.at, origin=request.origin
            ):
                return _appointed(request, form)
        except DeputyRefused as refused:
            form.add_error(None, refused.sentence)
        except NotAllowed:
            form.add_error(None, action.NOT_USABLE)
    wrong = bool(data is not None and (form.errors or password.errors))
    context = {"form": form, "password": password}
    return render(request, "members/deputy_new.html", context, status=422 if wrong else 200)


def _appointed(request: Any, form: DeputyForm) -> HttpResponse:
    """Raises DeputyRefused, NotAllowed."""
    wanted = form.wanted()
    try:
        action.appoint(wanted, acting_user=request.user, at=request.at, origin=request.origin)
    except NeedsSecond:
        kept = {
            "principal": wanted.principal.login_id,
            "from_on": wanted.from_on.isoformat(),
            "until_on": wanted.until_on.isoformat(),
        }
        return proposed(request, Proposal(second.Kind.DEPUTY, wanted.deputy.login_id, kept))
    return HttpResponseRedirect(f"{reverse('deputies')}?done=appointed")


@for_(Audience.USER)
@require_POST
@densai(master=True)
def end(request: Any, deputy: int) -> HttpResponse:
    try:
        action.end(deputy, acting_user=request.user, at=request.at, origin=request.origin)
    except NotAllowed:
        raise Http404 from None
    except DeputyRefused as refused:
        return _page(request, sentence=refused.sentence, status=409)
    return HttpResponseRedirect(f"{reverse('deputies')}?done=ended")
