"""ユーザ情報管理: 権限変更 of one member, from the list to the result, and 承認パスワード初期化."""

import secrets
from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import second
from accounts.errors import NotAllowed
from accounts.models import User
from accounts.second import NeedsSecond, Proposal
from erec.audience import Audience, for_
from erec.members import access, approval
from erec.members.actions import passwords, rights
from erec.members.actions.rights import Rights
from erec.members.catalogue import CATALOGUE, Kind, Tick, with_implied
from erec.members.errors import InitialNeeded, NothingToDo, RightsChanged, UnknownRight
from erec.members.forms import ConfirmForm, InitialApprovalForm, RightsForm
from erec.members.gate import densai
from erec.members.models import Member
from erec.members.views.proposing import proposed

DRAFT = "rights"  # in the session: what was ticked, until it is confirmed

CHANGED = (
    "この画面を開いたあとに、ほかのマスターユーザが権限を変更しました。"
    "今の内容を確かめて、もう一度選んでください。"
)
ACCOUNT_GONE = "選んだ口座が、ご契約から外れました。選び直してください。何も変わっていません。"
GONE = "このユーザは、停止または削除されました。何も変わっていません。"


def _posted(request: Any) -> Any:
    """What was posted, an empty form too; None for a look."""
    return request.POST if request.method == "POST" else None


def _member(request: Any, login_id: str) -> Member:
    try:
        return access.member_for(request.user, login_id)
    except Member.DoesNotExist:
        raise Http404 from None


@for_(Audience.USER)
@require_safe
@densai(master=True)
def menu(request: Any) -> HttpResponse:
    """企業ユーザ管理メニュー: ［変更］ and ［追加・更新］."""
    return render(request, "members/users_menu.html")


@for_(Audience.USER)
@require_safe
@densai(master=True)
def users(request: Any) -> HttpResponse:
    rows = [(m, len(access.grants_of(m)), approval.standing(m)) for m in access.members_of(request.user)]
    return render(request, "members/users.html", {"rows": rows})


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(master=True)
def change(request: Any, login_id: str) -> HttpResponse:
    """The ticks. ［全て］ buttons fill a column and come back; ［変更内容の確認へ］ goes on."""
    member = _member(request, login_id)
    form = RightsForm(member.company, _posted(request))
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["version"] != member.rights_version:
            form.add_error(None, CHANGED)
            return _page(request, member, rights.rights_of(member), form, status=409)
        wanted, fill = form.rights(), request.POST.get("fill", "")
        if fill:
            return _page(request, member, _filled(member, wanted, fill), form)
        wanted = Rights(with_implied(wanted.grants), wanted.accounts)
        _keep_draft(request, member, wanted)
        needs = rights.needs_initial(member, wanted)
        return HttpResponseRedirect(reverse("rights-initial" if needs else "rights-confirm", args=[login_id]))
    return _page(request, member, rights.rights_of(member), form, status=422 if form.errors else 200)


def _page(request: Any, member: Member, shown: Rights, form: RightsForm, status: int = 200) -> HttpResponse:
    context = {
        "member": member,
        "form": form,
        "groups": _groups(shown),
        "accounts": [(a, a.pk in shown.accounts) for a in form.accounts],
    }
    return render(request, "members/rights.html", context, status=status)


def _groups(shown: Rights) -> list[tuple[str, tuple[Tick, ...], list[Any]]]:
    """The 権限リスト: 承認不要業務 with 利用, then 承認対象業務 with 担当者 and 承認者."""
    direct = [b for b in CATALOGUE if b.kind is Kind.DIRECT]
    approved = [b for b in CATALOGUE if b.kind is not Kind.DIRECT]
    return [
        (
            str(title),
            ticks,
            [(b, [(t, f"{b.code}:{t}", (b.code, t) in shown.grants) for t in ticks]) for b in businesses],
        )
        for title, ticks, businesses in (
            (Kind.DIRECT, (Tick.USE,), direct),
            (Kind.APPROVAL, (Tick.MAKER, Tick.CHECKER), approved),
        )
    ]


def _filled(member: Member, wanted: Rights, fill: str) -> Rights:
    """All of one column more: 「全て 利用」, 「全て 担当者」, 「全て 承認者」, 「全ての口座」."""
    if fill == "account":
        return Rights(wanted.grants, frozenset(a.pk for a in member.company.settlement_accounts.all()))
    more = frozenset((b.code, t) for b in CATALOGUE for t in b.ticks if t == fill)
    return Rights(wanted.grants | more, wanted.accounts)


def _keep_draft(request: Any, member: Member, wanted: Rights) -> None:
    request.session[DRAFT] = {
        "token": secrets.token_urlsafe(12),
        "login_id": member.login_id,
        "version": member.rights_version,
        "grants": sorted([code, str(tick)] for code, tick in wanted.grants),
        "accounts": sorted(wanted.accounts),
        "initial_hash": "",
    }


def _draft(request: Any, member: Member) -> tuple[dict[str, Any], Rights] | None:
    draft = request.session.get(DRAFT)
    if not draft or draft["login_id"] != member.login_id:
        return None
    grants = frozenset((code, Tick(tick)) for code, tick in draft["grants"])
    return draft, Rights(grants, frozenset(draft["accounts"]))


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(master=True)
def initial(request: Any, login_id: str) -> HttpResponse:
    """初期承認パスワード: only when a 承認者 is ticked for somebody who has none."""
    member = _member(request, login_id)
    kept = _draft(request, member)
    if kept is None or not rights.needs_initial(member, kept[1]):
        return HttpResponseRedirect(reverse("rights", args=[login_id]))
    form = InitialApprovalForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        sentence = approval.shape_problem(member, form.cleaned_data["initial_password"])
        if sentence is None:
            # Only the hash waits for the confirmation; the password itself is nowhere.
            request.session[DRAFT] = {
                **kept[0],
                "initial_hash": make_password(form.cleaned_data["initial_password"]),
            }
            return HttpResponseRedirect(reverse("rights-confirm", args=[login_id]))
        form.add_error("initial_password", sentence)
    context = {"member": member, "form": form}
    return render(request, "members/initial.html", context, status=422 if form.errors else 200)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(master=True)
def confirm(request: Any, login_id: str) -> HttpResponse:
    """What will be so, the master's approval password, ［変更の実行］."""
    member = _member(request, login_id)
    kept = _draft(request, member)
    if kept is None:
        return HttpResponseRedirect(reverse("rights", args=[login_id]))
    draft, wanted = kept
    if rights.needs_initial(member, wanted) and not draft["initial_hash"]:
        return HttpResponseRedirect(reverse("rights-initial", args=[login_id]))
    form = ConfirmForm(_posted(request))
    if request.method == "POST":
        if request.POST.get("token") != draft["token"]:
            form.add_error(None, "別のタブで新しく選ばれた内容があります。下の内容を確かめてください。")
        elif form.confirmed(request.member, acting_user=request.user, at=request.at, origin=request.origin):
            return _carried_out(request, member, draft, wanted)
    context = {
        "member": member,
        "form": form,
        "token": draft["token"],
        "groups": _groups(wanted),
        "accounts": [a for a in member.company.settlement_accounts.all() if a.pk in wanted.accounts],
        "without_checker": rights.businesses_left_without_checker(member, wanted),
        "initial": bool(draft["initial_hash"]),
    }
    return render(request, "members/rights_confirm.html", context, status=422 if form.errors else 200)


def _carried_out(request: Any, member: Member, draft: dict[str, Any], wanted: Rights) -> HttpResponse:
    try:
        rights.change_rights(
            member,
            wanted,
            version=draft["version"],
            initial_hash=draft["initial_hash"],
            acting_user=request.user,
            at=request.at,
            origin=request.origin,
        )
    except NeedsSecond:
        del request.session[DRAFT]
        wanted_as_kept = {name: draft[name] for name in ("grants", "accounts", "version", "initial_hash")}
        return proposed(request, Proposal(second.Kind.RIGHTS, member.login_id, wanted_as_kept))
    except RightsChanged:
        sentence = CHANGED
    except UnknownRight:
        sentence = ACCOUNT_GONE
    except (NotAllowed, InitialNeeded):
        sentence = GONE
    else:
        del request.session[DRAFT]
        return HttpResponseRedirect(reverse("rights-result", args=[member.login_id]))
    del request.session[DRAFT]
    member.refresh_from_db()
    form = RightsForm(member.company, {"version": member.rights_version})
    form.add_error(None, sentence)
    return _page(request, member, rights.rights_of(member), form, status=409)


@for_(Audience.USER)
@require_safe
@densai(master=True)
def result(request: Any, login_id: str) -> HttpResponse:
    """○ per business, the accounts, and what comes next."""
    member = _member(request, login_id)
    now = rights.rights_of(member)
    others = access.members_of(request.user).exclude(pk=member.pk).filter(status=User.Status.ACTIVE)
    context = {
        "member": member,
        "groups": _groups(now),
        "accounts": [a for a in member.company.settlement_accounts.all() if a.pk in now.accounts],
        "next": [m for m in others if not access.grants_of(m)],
        "alone": not others.exists(),
    }
    return render(request, "members/rights_result.html", context)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(master=True)
def reset(request: Any, login_id: str) -> HttpResponse:
    """承認パスワード初期化 of another person (locked or forgotten)."""
    member = _member(request, login_id)
    if member.pk == request.member.pk or not approval.standing(member).exists:
        raise Http404
    form = InitialApprovalForm(_posted(request))
    confirming = ConfirmForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        sentence = approval.shape_problem(member, form.cleaned_data["initial_password"])
        if sentence:
            form.add_error("initial_password", sentence)
        elif confirming.confirmed(
            request.member, acting_user=request.user, at=request.at, origin=request.origin
        ):
            initial_hash = make_password(form.cleaned_data["initial_password"])
            try:
                passwords.reset(
                    member,
                    initial_hash=initial_hash,
                    acting_user=request.user,
                    at=request.at,
                    origin=request.origin,
                )
            except NeedsSecond:
                wanted = {"initial_hash": initial_hash}
                return proposed(request, Proposal(second.Kind.APPROVAL_RESET, login_id, wanted))
            except (NotAllowed, NothingToDo):
                raise Http404 from None
            return HttpResponseRedirect(reverse("users"))
    wrong = bool(form.errors or (request.method == "POST" and confirming.errors))
    context = {"member": member, "form": form, "confirming": confirming}
    return render(request, "members/approval_reset.html", context, status=422 if wrong else 200)
