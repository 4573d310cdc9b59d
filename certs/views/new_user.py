"""ID新規作成: form, confirmation, result, and the page that says how to hand over what was made."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access as accounts
from accounts import drafts
from accounts.actions.users import NewUser, create_user
from accounts.errors import AccountsError, LimitReached
from accounts.forms import NewUserForm
from accounts.models import User
from certs import access, policy
from certs.views.portal import person_or_404
from certs.views.portal_refusals import refused
from erec.audience import Audience, for_

FLOW = "new_user"


@for_(Audience.MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: Any) -> HttpResponse:
    """The initial password is hashed here; neither the page nor the session ever holds it."""
    kept = drafts.content_of(request.session, FLOW, request.GET.get("draft", ""))
    initial = {**kept, "mail_again": kept["mail"]} if kept else None
    typed = NewUserForm(request.POST or None, initial=initial)
    if request.method == "POST" and typed.is_valid() and _free(typed, request.user):
        content = {name: typed.cleaned_data[name] for name in ("login_id", "name", "mail")}
        content["kind"] = typed.cleaned_data.get("kind", User.Kind.GENERAL.value)
        content["initial_hash"] = make_password(typed.cleaned_data["initial_password"])
        draft = drafts.begin(request.session, FLOW, content)
        return HttpResponseRedirect(f"{reverse('portal-user-confirm')}?draft={draft}")
    context = {"tab": "users", "form": typed, "lost": "lost" in request.GET, "kept": kept}
    return render(request, "certs/portal/new_user.html", context, status=422 if typed.errors else 200)


def _free(typed: NewUserForm, master: User) -> bool:
    """Said early what the action will hold anyway: the ID is free and the company has room."""
    if accounts.is_taken(typed.cleaned_data["login_id"]):
        typed.add_error("login_id", "このユーザIDはすでに使われています。別のIDにしてください。")
    try:
        accounts.check_room(master.company, typed.cleaned_data.get("kind", User.Kind.GENERAL.value))
    except LimitReached as limit:
        typed.add_error(None, limit.sentence)
    return not typed.errors


@for_(Audience.MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Any) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    draft = asked.get("draft", "")
    if drafts.result_of(request.session, FLOW, draft):
        return HttpResponseRedirect(f"{reverse('portal-user-made')}?draft={draft}")
    content = drafts.content_of(request.session, FLOW, draft)
    if content is None:
        return HttpResponseRedirect(f"{reverse('portal-user-new')}?lost=1")
    if request.method == "POST":
        return _create(request, draft, content)
    context = {"tab": "users", "content": content, "kind": User.Kind(content["kind"]).label, "draft": draft}
    return render(request, "certs/portal/new_user_confirm.html", context)


def _create(request: Any, draft: str, content: drafts.Content) -> HttpResponse:
    new = NewUser(content["login_id"], content["name"], content["mail"], initial_hash=content["initial_hash"])
    try:
        user = create_user(
            acting_user=request.user,
            kind=User.Kind(content["kind"]),
            new=new,
            at=request.at,
            origin=request.origin,
        )
    except AccountsError as error:
        return refused(request, error, back=f"{reverse('portal-user-new')}?draft={draft}")
    drafts.finish(request.session, FLOW, draft, {"login_id": user.login_id})
    return HttpResponseRedirect(f"{reverse('portal-user-made')}?draft={draft}")


@for_(Audience.MASTER)
@require_safe
def made(request: Any) -> HttpResponse:
    result = drafts.result_of(request.session, FLOW, request.GET.get("draft", ""))
    if result is None:
        return HttpResponseRedirect(reverse("portal-users"))
    person = person_or_404(request.user, result["login_id"])
    return render(request, "certs/portal/new_user_made.html", {"tab": "users", "person": person})


@for_(Audience.MASTER)
@require_safe
def hand_over(request: Any, login_id: str) -> HttpResponse:
    """What to tell a new user, by which separate ways; printed, with room to write. Holds no secret."""
    person = person_or_404(request.user, login_id)
    right = access.open_issue(person)
    ready = policy.state_of_issue(right, request.at) is policy.State.READY
    context = {
        "tab": "users",
        "person": person,
        "fetch_until": right.fetch_until if right and ready else None,
    }
    return render(request, "certs/portal/hand_over.html", context)
