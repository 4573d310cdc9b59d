"""電子証明書管理: choose a person, choose what to do, confirm, and see the 取得コード once."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts
from accounts.errors import AccountsError
from accounts.models import User
from accounts.second import Kind, NeedsSecond, Proposal
from certs import access, choices
from certs.actions.issuing import issue, remake_code
from certs.actions.revocation import revoke
from certs.choices import Choice
from certs.errors import CertsError, NothingToDo
from certs.forms import CertificateActForm, PersonForm
from certs.models import RevocationReason
from certs.views.portal import ask_second, people, person_or_404
from certs.views.portal_refusals import refused
from erec.audience import Audience, for_

FLOW = "certificate"


@for_(Audience.MASTER)
@require_safe
def menu(request: Any) -> HttpResponse:
    return render(request, "certs/portal/certificates.html", {"tab": "certificates", "on_tab": True})


@for_(Audience.MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Any) -> HttpResponse:
    """Everybody, one to be chosen."""
    rows = people(request.user, request.at)
    form = PersonForm(
        request.POST if request.method == "POST" else None, login_ids=[user.login_id for user, _ in rows]
    )
    if form.is_valid():
        return HttpResponseRedirect(_page("portal-certificate", form.cleaned_data["user"]))
    context = {"tab": "certificates", "rows": rows, "form": form}
    return render(request, "certs/portal/certificate_list.html", context, status=422 if form.errors else 200)


def _page(name: str, login_id: str, draft: str = "") -> str:
    return reverse(name, args=[login_id]) + (f"?draft={draft}" if draft else "")


@for_(Audience.MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Any, login_id: str) -> HttpResponse:
    """What is there, and what can be done now."""
    user = person_or_404(request.user, login_id)
    possible = choices.choices_for(request.user, user, request.at)
    form = CertificateActForm(
        request.POST if request.method == "POST" else None,
        choices=[(choice.value, choice.words) for choice in possible],
    )
    if possible and form.is_valid():
        content = {
            "login_id": login_id,
            "act": form.cleaned_data["act"],
            "reason": form.cleaned_data.get("reason", ""),
            "standing": access.standing(user),
        }
        draft = drafts.begin(request.session, FLOW, content)
        return HttpResponseRedirect(_page("portal-certificate-confirm", login_id, draft))
    context = {
        "tab": "certificates",
        "person": user,
        "form": form if possible else None,
        "why_none": choices.why_none(request.user, user),
        "right": access.open_issue(user),
        "held": access.held_by(user),
    }
    status = 422 if form.errors and possible else 200
    return render(request, "certs/portal/certificate_change.html", context, status=status)


@for_(Audience.MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Any, login_id: str) -> HttpResponse:
    user = person_or_404(request.user, login_id)
    asked = request.POST if request.method == "POST" else request.GET
    draft = asked.get("draft", "")
    if drafts.result_of(request.session, FLOW, draft):
        return HttpResponseRedirect(_page("portal-certificate-done", login_id, draft))
    content = drafts.content_of(request.session, FLOW, draft)
    if content is None or content["login_id"] != login_id:
        return HttpResponseRedirect(_page("portal-certificate", login_id))
    chosen = _chosen(request, user, content["act"])
    if chosen is None:
        return refused(request, NothingToDo(), back=_page("portal-certificate", login_id))
    if request.method == "POST":
        return _do(request, user, draft, content, chosen)
    context = {
        "tab": "certificates",
        "person": user,
        "chosen": chosen,
        "reason": RevocationReason(content["reason"]).label if _revokes(chosen) else "",
        "draft": draft,
        "kind": Kind.REVOKE if _revokes(chosen) else Kind.CERTIFY,
    }
    return render(request, "certs/portal/certificate_confirm.html", context)


def _chosen(request: Any, user: User, value: str) -> Choice | None:
    """The choice, if it can still be made."""
    possible = choices.choices_for(request.user, user, request.at)
    return next((choice for choice in possible if choice.value == value), None)


def _revokes(choice: Choice) -> bool:
    return choice.value.startswith(choices.REVOKE)


def _do(request: Any, user: User, draft: str, content: drafts.Content, chosen: Choice) -> HttpResponse:
    """Carry it out. The code waits for the next page sealed: the database alone cannot tell it."""
    result = {"login_id": user.login_id, "label": chosen.label, "code": "", "gives": not _revokes(chosen)}
    who = {"acting_user": request.user, "at": request.at, "origin": request.origin}
    try:
        if _revokes(chosen):
            serial = chosen.value.removeprefix(choices.REVOKE)
            row = access.of_user(user).get(serial=serial)
            revoke(row, RevocationReason(content["reason"]), **who)
        else:
            if chosen.value == choices.REMAKE:
                _, code = remake_code(user, standing=content["standing"], **who)
            else:
                reissue = chosen.value == choices.REISSUE
                _, code = issue(user, reissue=reissue, standing=content["standing"], **who)
            result["code"] = drafts.seal(request.session, code)
    except NeedsSecond:
        return ask_second(request, _proposal(user, content, chosen))
    except (AccountsError, CertsError) as error:
        return refused(request, error, back=_page("portal-certificate", user.login_id))
    drafts.finish(request.session, FLOW, draft, result)
    return HttpResponseRedirect(_page("portal-certificate-done", user.login_id, draft))


def _proposal(user: User, content: drafts.Content, chosen: Choice) -> Proposal:
    if _revokes(chosen):
        serial = chosen.value.removeprefix(choices.REVOKE)
        return Proposal(Kind.REVOKE, user.login_id, {"serial": serial, "reason": content["reason"]})
    return Proposal(Kind.CERTIFY, user.login_id, {"act": chosen.value, "standing": content["standing"]})


@for_(Audience.MASTER)
@require_safe
def done(request: Any, login_id: str) -> HttpResponse:
    """The 取得コード, once: looking again shows only that it was shown."""
    user = person_or_404(request.user, login_id)
    draft = request.GET.get("draft", "")
    result = drafts.result_of(request.session, FLOW, draft)
    if result is None or result["login_id"] != login_id:
        return HttpResponseRedirect(_page("portal-certificate", login_id))
    code = ""
    if result["code"] and request.method == "GET":
        code = drafts.unseal(request.session, result["code"])
        drafts.finish(request.session, FLOW, draft, {**result, "code": ""})
    context = {
        "tab": "certificates",
        "person": user,
        "label": result["label"],
        "code": code,
        "right": access.open_issue(user) if result["gives"] else None,
    }
    return render(request, "certs/portal/certificate_done.html", context)
