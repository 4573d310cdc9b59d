"""ユーザ管理: the list, one person, and what a master does on that person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts, policy, seen
from accounts.actions.users import change_user, reset_password, unlock_user
from accounts.errors import AccountsError, NotAllowed, NotUsable
from accounts.forms import ChangeUserForm, ResetForm
from accounts.models import User, UserSession
from accounts.policy import Act
from accounts.second import Kind, NeedsSecond, Proposal
from certs import access
from certs import policy as certs_policy
from certs.actions.people import delete_user, resume_user, suspend_user
from certs.actions.revocation import Ended
from certs.forms import StopForm
from certs.models import RevocationReason
from certs.views.portal import ask_second, people, person_or_404
from certs.views.portal_refusals import refused
from erec.audience import Audience, for_

CHANGE_FLOW, OUTCOME = "change_user", "user_outcome"


@dataclass(frozen=True)
class Button:
    """A way from a person's page to an act, shown where the act makes sense."""

    act: Act
    url: str
    label: str
    when: Callable[[User], bool]


BUTTONS = (
    Button(Act.CHANGE, "portal-user-change", "変更", lambda u: True),
    Button(Act.RESET, "portal-user-reset", "初回ログインパスワードの再設定", lambda u: True),
    Button(Act.UNLOCK, "portal-user-unlock", "ロック解除", lambda u: u.is_locked),
    Button(Act.SUSPEND, "portal-user-suspend", "利用停止", lambda u: u.status == User.Status.ACTIVE),
    Button(Act.RESUME, "portal-user-resume", "利用再開", lambda u: u.status == User.Status.SUSPENDED),
    Button(Act.DELETE, "portal-user-delete", "削除", lambda u: True),
)


@for_(Audience.MASTER)
@require_safe
def index(request: Any) -> HttpResponse:
    context = {"tab": "users", "on_tab": True, "rows": people(request.user, request.at)}
    return render(request, "certs/portal/users.html", context)


@for_(Audience.MASTER)
@require_safe
def person(request: Any, login_id: str) -> HttpResponse:
    """One person: the facts, what is still open, what can be done; after an act, what it did."""
    user = person_or_404(request.user, login_id)
    outcome = request.session.get(OUTCOME)
    here = outcome if outcome and outcome["login_id"] == login_id else None
    if here and request.method == "GET":
        del request.session[OUTCOME]
    right = access.open_issue(user)
    context = {
        "tab": "users",
        "person": user,
        "outcome": here,
        "buttons": [] if user.status == User.Status.DELETED else _buttons(request.user, user),
        "certificates": access.held_by(user).count(),
        "right": right,
        "right_state": certs_policy.state_of_issue(right, request.at),
        "session": UserSession.objects.filter(user=user, ended_at=None).exists(),
    }
    return render(request, "certs/portal/user.html", context)


def _buttons(master: User, user: User) -> list[Button]:
    return [button for button in BUTTONS if policy.may(master, button.act, user) and button.when(user)]


def _there(login_id: str) -> str:
    return reverse("portal-user", args=[login_id])


def _done(request: Any, login_id: str, words: str, ended: Ended | None = None) -> HttpResponse:
    """To the person's page, which tells it once."""
    request.session[OUTCOME] = {
        "login_id": login_id,
        "words": words,
        "ended": vars(ended) if ended else None,
    }
    return HttpResponseRedirect(_there(login_id))


def _why_not(request: Any, act: Act, user: User) -> HttpResponse | None:
    """The page of refusal before anything is asked; None if the form may be shown."""
    if not policy.may(request.user, act, user):
        why = policy.why_not(request.user, act, user)
        return refused(request, NotAllowed(), back=_there(user.login_id), why=why)
    if user.status == User.Status.DELETED:
        return refused(request, NotUsable(), back=_there(user.login_id), why="このユーザは削除されています。")
    return None


@for_(Audience.MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Any, login_id: str) -> HttpResponse:
    user = person_or_404(request.user, login_id)
    refusal = _why_not(request, Act.CHANGE, user)
    if refusal is not None:
        return refusal
    own = user.pk == request.user.pk
    shown = {
        "seen": seen.seen_of(user).token(),
        "name": user.name,
        "mail": user.mail,
        "mail_again": user.mail,
    }
    form = ChangeUserForm(request.POST or None, initial=shown, without_mail=own)
    if request.method == "POST" and form.is_valid():
        content = {
            "login_id": login_id,
            "seen": form.cleaned_data["seen"],
            "name": form.cleaned_data["name"],
            "mail": form.cleaned_data.get("mail", user.mail),
        }
        if (content["name"], content["mail"]) != (user.name, user.mail):
            draft = drafts.begin(request.session, CHANGE_FLOW, content)
            return HttpResponseRedirect(
                f"{reverse('portal-user-change-confirm', args=[login_id])}?draft={draft}"
            )
        form.add_error("name", "変わるところがありません。変える欄を入力してください。")
    context = {"tab": "users", "person": user, "form": form, "own": own}
    return render(request, "certs/portal/user_change.html", context, status=422 if form.errors else 200)


@for_(Audience.MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def change_confirm(request: Any, login_id: str) -> HttpResponse:
    user = person_or_404(request.user, login_id)
    asked = request.POST if request.method == "POST" else request.GET
    draft = asked.get("draft", "")
    content = drafts.content_of(request.session, CHANGE_FLOW, draft)
    if content is None or content["login_id"] != login_id:
        return HttpResponseRedirect(_there(login_id))
    if request.method != "POST":
        context = {"tab": "users", "person": user, "content": content, "draft": draft}
        return render(request, "certs/portal/user_change_confirm.html", context)
    try:
        change_user(
            user,
            name=content["name"],
            mail=content["mail"],
            acting_user=request.user,
            seen=seen.read(content["seen"]),
            at=request.at,
            origin=request.origin,
        )
    except AccountsError as error:
        return refused(request, error, back=_there(login_id))
    drafts.finish(request.session, CHANGE_FLOW, draft, {})
    return _done(request, login_id, "ユーザ情報を変更しました。")


@for_(Audience.MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: Any, login_id: str) -> HttpResponse:
    user = person_or_404(request.user, login_id)
    refusal = _why_not(request, Act.RESET, user)
    if refusal is not None:
        return refusal
    form = ResetForm(
        request.POST if request.method == "POST" else None,
        initial={"seen": seen.seen_of(user).token()},
        login_id=login_id,
    )
    if form.is_valid():
        try:
            reset_password(
                user,
                acting_user=request.user,
                at=request.at,
                origin=request.origin,
                initial_password=form.cleaned_data["initial_password"],
                seen=seen.read(form.cleaned_data["seen"]),
            )
        except NeedsSecond:
            typed = form.cleaned_data
            wanted = {"initial_hash": make_password(typed["initial_password"]), "seen": typed["seen"]}
            return ask_second(request, Proposal(Kind.LOGIN_RESET, login_id, wanted))
        except AccountsError as error:
            return refused(request, error, back=_there(login_id))
        return _done(
            request, login_id, "初回ログインパスワードを再設定しました。本人に、手渡しなどで伝えてください。"
        )
    context = {"tab": "users", "person": user, "form": form}
    return render(request, "certs/portal/user_reset.html", context, status=422 if form.errors else 200)


@for_(Audience.MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: Any, login_id: str, act: Act) -> HttpResponse:
    """利用停止 or 削除, with its reason."""
    user = person_or_404(request.user, login_id)
    if act is Act.SUSPEND and user.pk == request.user.pk:
        return HttpResponseRedirect(reverse("stop-myself"))
    refusal = _why_not(request, act, user)
    if refusal is not None:
        return refusal
    form = StopForm(
        request.POST if request.method == "POST" else None, initial={"seen": seen.seen_of(user).token()}
    )
    if form.is_valid():
        try:
            ended = _stop(request, user, act, form)
        except NeedsSecond:
            kind = Kind.SUSPEND if act is Act.SUSPEND else Kind.DELETE
            wanted = {name: form.cleaned_data[name] for name in ("reason", "seen")}
            return ask_second(request, Proposal(kind, login_id, wanted))
        except AccountsError as error:
            return refused(request, error, back=_there(login_id))
        words = "利用を停止しました。" if act is Act.SUSPEND else "ユーザを削除しました。"
        return _done(request, login_id, words, ended)
    kind = Kind.DELETE if act is Act.DELETE else Kind.SUSPEND
    context = {"tab": "users", "person": user, "form": form, "deleting": act is Act.DELETE, "kind": kind}
    return render(request, "certs/portal/user_stop.html", context, status=422 if form.errors else 200)


def _stop(request: Any, user: User, act: Act, form: StopForm) -> Ended:
    reason = RevocationReason(form.cleaned_data["reason"])
    if act is Act.SUSPEND:
        return suspend_user(user, reason, acting_user=request.user, at=request.at, origin=request.origin)
    return delete_user(
        user,
        reason,
        acting_user=request.user,
        seen=seen.read(form.cleaned_data["seen"]),
        at=request.at,
        origin=request.origin,
    )


@for_(Audience.MASTER)
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: Any, login_id: str, act: Act) -> HttpResponse:
    """利用再開 or ロック解除: asked once more, nothing typed."""
    user = person_or_404(request.user, login_id)
    refusal = _why_not(request, act, user)
    if refusal is not None:
        return refusal
    if request.method != "POST":
        context = {"tab": "users", "person": user, "unlocking": act is Act.UNLOCK}
        return render(request, "certs/portal/user_restore.html", context)
    action = unlock_user if act is Act.UNLOCK else resume_user
    try:
        action(user, acting_user=request.user, at=request.at, origin=request.origin)
    except AccountsError as error:
        return refused(request, error, back=_there(login_id))
    if act is Act.UNLOCK:
        return _done(request, login_id, "ロックを解除しました。パスワードは変わっていません。")
    return _done(request, login_id, "利用を再開しました。ログインには、新しい電子証明書の発行が必要です。")
