"""From the form to 仮登録: what is typed is kept at every step, checked, confirmed, and then entered once."""

import hashlib
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from erec.audience import Audience, for_
from erec.formats.text import BadText
from erec.members.gate import densai
from erec.parameters import business_day
from erec.workflow import binding, newcomers, own_rules
from erec.workflow.actions import entering, keeping
from erec.workflow.actions.entering import Typed
from erec.workflow.errors import CheckFailed, OutOfDate, TooManyDrafts, WorkflowError
from erec.workflow.forms import FORMS, pasted, tokens
from erec.workflow.forms.base import EntryForm, Texts
from erec.workflow.forms.confirming import ConfirmEntryForm
from erec.workflow.forms.starting import Start, fresh, mended, reused
from erec.workflow.models import WorkingCopy
from erec.workflow.states import UNAPPROVED, State
from erec.workflow.types import TYPES
from erec.workflow.types.base import Checked, Context
from erec.workflow.views.common import (
    copy_of,
    entered_as,
    latest,
    maker_missing,
    not_done,
    setting_of,
    summary_of,
    tab_of,
    version_sent,
    visible_request,
)

NOT_MENDABLE = (
    "{name}は、修正できません。何も変わっていません。内容を変えるときは、これを削除して、"
    "もう一度その操作の画面から行ってください。"
)
CHANGED = "別の画面で入力の内容が変わりました。まだ仮登録していません。下の内容を確かめてください。"


@for_(Audience.USER)
@require_safe
@densai()
def new(request: Any, type: str) -> HttpResponse:
    """A new request: empty, from a past one or a draft (`from`), or with claims, partners or a group."""
    form_class = _form_class(type)
    refusal = maker_missing(request, type)
    if refusal:
        return refusal
    setting = setting_of(request)
    if "from" in request.GET:
        start = reused(visible_request(request, request.GET["from"]), form_class, setting)
    else:
        start = fresh(request.GET, form_class, setting)
    return _first_page(request, form_class, start)


@for_(Audience.USER)
@require_safe
@densai()
def edit(request: Any, request_no: str) -> HttpResponse:
    """修正 of what is not approved yet, with 承認時エラー情報 and the checker's comment on top."""
    found = visible_request(request, request_no)
    refusal = maker_missing(request, found.type)
    if refusal:
        return refusal
    if found.state == State.DRAFT and found.type in FORMS:
        return HttpResponseRedirect(
            f"{reverse('request-new', args=[found.type])}?{urlencode({'from': request_no})}"
        )
    if found.state not in UNAPPROVED:
        return not_done(
            request, WorkflowError(f"この請求は「{found.standing.label}」のため、修正できません。")
        )
    if not TYPES[found.type].mendable:
        return not_done(request, WorkflowError(NOT_MENDABLE.format(name=TYPES[found.type].name)))
    if found.demand is not None:
        return HttpResponseRedirect(reverse("demand", args=[found.demand.demand_no]))
    if found.type not in FORMS:
        (line,) = latest(found).content["lines"]
        return HttpResponseRedirect(reverse("request-withdraw", args=[line["request_no"], line["line"]]))
    return _first_page(request, FORMS[found.type], mended(found, FORMS[found.type]))


def _form_class(type_code: str) -> type[EntryForm]:
    if type_code not in FORMS:
        raise Http404
    return FORMS[type_code]


def _first_page(request: Any, form_class: type[EntryForm], start: Start) -> HttpResponse:
    form = form_class(start.texts, setting_of(request))
    return _form_page(
        request,
        form,
        token=tokens.new(request.member),
        request_no=start.request_no,
        version=start.version,
    )


def _form_page(request: Any, form: EntryForm, *, status: int = 200, **page: Any) -> HttpResponse:
    """`page`: token, request_no and version, as the form sends them back."""
    found = visible_request(request, page["request_no"]) if page.get("request_no") else None
    context = {
        **page,
        "form": form,
        "type": form.request_type(),
        "tab": tab_of(form.code),
        "mended": found if found is not None and found.state in UNAPPROVED else None,
        "last_decision": found.decisions.order_by("-pk").first() if found is not None else None,
        **form.shown(),
    }
    return render(request, form.template, context, status=422 if form.errors and status == 200 else status)


def _page_of(copy: WorkingCopy) -> dict[str, Any]:
    return {
        "token": copy.token,
        "request_no": copy.request.request_no if copy.request else "",
        "version": copy.version,
    }


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def entry(request: Any, token: str) -> HttpResponse:
    """The form as it was left; each press of a button is kept first."""
    done = entered_as(request, token)
    if done is not None:
        return HttpResponseRedirect(reverse("request", args=[done.request_no]))
    copy = copy_of(request, token)
    type_code = copy.type if copy else request.POST.get("type", "")
    form_class = _form_class(type_code)
    refusal = maker_missing(request, type_code)
    if refusal:
        return refusal
    if copy is not None and request.method != "POST":
        form = form_class(Texts.from_json(copy.content), setting_of(request))
        return _form_page(request, form, **_page_of(copy))
    if copy is not None and request.POST.get("go") in ("rebase", "detach"):
        return _go_on_after_change(request, copy)
    page = _page_of(copy) if copy else _page_sent(request, token)
    try:
        return _pressed(request, form_class, page)
    except WorkflowError as why:
        return not_done(request, why)


def _page_sent(request: Any, token: str) -> dict[str, Any]:
    """Of a page that was not kept yet: which request it mends. Whether it may, the engine asks."""
    request_no = request.POST.get("request_no", "").replace("\0", "\ufffd")
    return {
        "token": token,
        "request_no": request_no,
        "version": version_sent(request) if request_no else None,
    }


def _pressed(request: Any, form_class: type[EntryForm], page: dict[str, Any]) -> HttpResponse:
    """One button of the form. Raises WorkflowError."""
    go = request.POST.get("go", "confirm")
    texts = form_class.read(request.POST)
    here = reverse("request-entry", args=[page["token"]])
    if go in ("partners", "claims"):
        _keep(request, form_class, texts, page)
        return HttpResponseRedirect(reverse(f"request-{go}", args=[page["token"]]))
    if go == "paste":
        return _pasted(request, form_class, texts, page)
    if go == "dues":
        _fill_dues(texts, request.POST.get("all_due_on", ""))
        _keep(request, form_class, texts, page)
        return HttpResponseRedirect(f"{here}#lines")
    if go.startswith(("add-", "remove-")):
        place = _changed_lines(form_class, texts, go)
        _keep(request, form_class, texts, page)
        return HttpResponseRedirect(f"{here}#{place}")
    if go == "keep":
        _keep(request, form_class, texts, page)
        return HttpResponse(status=204)
    setting = setting_of(request)
    form_class.tidy(texts, setting)
    form = form_class(texts, setting, judged=True)
    valid = form.is_valid()
    _keep(request, form_class, form.texts, page)
    if go == "draft":
        return _saved(request, form, page)
    if not valid:
        return _form_page(request, form, **page)
    return HttpResponseRedirect(reverse("request-confirm", args=[page["token"]]))


def _keep(request: Any, form_class: type[EntryForm], texts: Texts, page: dict[str, Any]) -> None:
    keeping.keep(
        page["token"],
        form_class.code,
        texts.to_json(),
        request_no=page["request_no"],
        version=page["version"],
        acting_user=request.user,
        at=request.at,
    )


def _changed_lines(form_class: type[EntryForm], texts: Texts, go: str) -> str:
    """［行を追加］ and ［行を削除］; where the person is then."""
    verb, _, number = go.partition("-")
    n = int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else 0
    if verb == "add":
        first = len(texts.lines) + 1
        room = max(0, form_class.lines_max() - len(texts.lines))
        texts.lines += [form_class.blank() for _ in range(min(n, 10, room))]
        return f"line-{min(first, len(texts.lines))}"
    if 0 < n <= len(texts.lines):
        del texts.lines[n - 1]
    return "lines"


def _fill_dues(texts: Texts, due_on: str) -> None:
    """One 支払期日 for all lines that have none."""
    for line in texts.lines:
        line["due_on"] = line.get("due_on", "").strip() or due_on.replace("\0", "")


def _pasted(request: Any, form_class: type[EntryForm], texts: Texts, page: dict[str, Any]) -> HttpResponse:
    text = request.POST.get("pasted", "").replace("\0", "\ufffd")
    filled = [line for line in texts.lines if not form_class.is_blank(line)]
    try:
        more = pasted.lines_of(text)
        if len(filled) + len(more) > form_class.lines_max():
            raise BadText(
                f"明細は{form_class.lines_max()}件までです。今は{len(filled)}件、貼り付けたのは{len(more)}件です。"
                "何も追加していません。"
            )
    except BadText as why:
        _keep(request, form_class, texts, page)
        form = form_class(texts, setting_of(request))
        return _form_page(request, form, status=422, pasted=text, paste_error=str(why), **page)
    texts.lines = [*filled, *more]
    _keep(request, form_class, texts, page)
    return HttpResponseRedirect(f"{reverse('request-entry', args=[page['token']])}#line-{len(filled) + 1}")


def _saved(request: Any, form: EntryForm, page: dict[str, Any], comment: str = "") -> HttpResponse:
    """一時保存, understood or not."""
    typed = Typed(
        form.code,
        form.draft(),
        page["token"],
        comment,
        request_no=page["request_no"],
        version=page["version"],
    )
    try:
        saved = entering.save_draft(typed, acting_user=request.user, at=request.at, origin=request.origin)
    except TooManyDrafts as why:
        return _form_page(request, form, status=409, refusal=why.sentence, **page)
    except WorkflowError as why:
        return not_done(request, why, **_offers(request, why, page))
    tab = form.request_type().business
    return HttpResponseRedirect(f"{reverse('business', args=[tab])}?{urlencode({'saved': saved.request_no})}")


def _offers(request: Any, why: WorkflowError, page: dict[str, Any]) -> dict[str, Any]:
    """What can be done with what was typed, when its request went on meanwhile."""
    if not page["request_no"]:
        return page
    found = visible_request(request, page["request_no"])
    return {**page, "found": found, "may_rebase": isinstance(why, OutOfDate) and found.state in UNAPPROVED}


def _go_on_after_change(request: Any, copy: WorkingCopy) -> HttpResponse:
    """What was typed, on top of the request as it is now (rebase), or as a request of its own (detach)."""
    now = copy.request if request.POST["go"] == "rebase" else None
    keeping.keep(
        copy.token,
        copy.type,
        copy.content,
        request_no=now.request_no if now else "",
        version=now.version if now else None,
        acting_user=request.user,
        at=request.at,
    )
    return HttpResponseRedirect(reverse("request-confirm", args=[copy.token]))


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def confirm(request: Any, token: str) -> HttpResponse:
    """What will be entered, in the words of the checker's page; then ［仮登録の実行］."""
    done = entered_as(request, token)
    if done is not None:
        return HttpResponseRedirect(reverse("request", args=[done.request_no]))
    copy = copy_of(request, token)
    if copy is None:
        raise Http404
    refusal = maker_missing(request, copy.type)
    if refusal:
        return refusal
    form = FORMS[copy.type](Texts.from_json(copy.content), setting_of(request), judged=True)
    checked = _checked(request, form) if form.is_valid() else None
    if checked is not None and checked.problems:
        form.take(checked.problems)
    if checked is None or checked.problems:
        return _form_page(request, form, **_page_of(copy))
    if request.method != "POST":
        confirming = ConfirmEntryForm(initial={"comment": copy.comment})
        return _confirm_page(request, copy, checked, confirming)
    return _confirmed(request, copy, form, checked)


def _checked(request: Any, form: EntryForm) -> Checked:
    setting = form.setting
    accounts = frozenset(account.pk for account in setting.accounts)
    typ = form.request_type()
    checked = typ.check(form.content(), Context(setting.company, setting.today, accounts))
    if checked.problems:
        return checked
    refused = own_rules.problems(setting.company.pk, typ, checked.content, setting.today)
    return replace(checked, problems=refused)


def _confirm_page(
    request: Any, copy: WorkingCopy, checked: Checked, confirming: ConfirmEntryForm, status: int = 200
) -> HttpResponse:
    typ = TYPES[copy.type]
    context = {
        **_page_of(copy),
        "type": typ,
        "tab": tab_of(copy.type),
        "form": confirming,
        "binding": binding.sentences(copy.type, checked.content, request.user.company.name),
        "summary": summary_of(typ, checked.content),
        "sheet": typ.sheet(checked.content),
        "warnings": newcomers.warnings_of(
            request.user.company_id, copy.type, checked.content, business_day.today(request.at)
        ),
        "approve_until": typ.approve_until(checked.content),
        "digest": _digest(copy),
        "mended": copy.request if copy.request and copy.request.state in UNAPPROVED else None,
    }
    wrong = 422 if confirming.errors else 200
    return render(request, "workflow/confirm.html", context, status=status if status != 200 else wrong)


def _digest(copy: WorkingCopy) -> str:
    """What the confirmation showed: another tab may have changed it since."""
    return hashlib.sha256(json.dumps(copy.content, sort_keys=True).encode()).hexdigest()[:32]


def _confirmed(request: Any, copy: WorkingCopy, form: EntryForm, checked: Checked) -> HttpResponse:
    go = request.POST.get("go", "submit")
    confirming = ConfirmEntryForm(request.POST)
    confirming.is_valid()
    comment = confirming.cleaned_data.get("comment")
    if comment is None:  # too long: it stays on the page, which says so
        return _confirm_page(request, copy, checked, confirming)
    keeping.keep_comment(copy.token, comment, acting_user=request.user, at=request.at)
    if go == "back":
        return HttpResponseRedirect(reverse("request-entry", args=[copy.token]))
    if go == "draft":
        return _saved(request, form, _page_of(copy), comment)
    if request.POST.get("digest") != _digest(copy):
        confirming.add_error(None, CHANGED)
        return _confirm_page(request, copy, checked, confirming, status=409)
    if confirming.errors:
        return _confirm_page(request, copy, checked, confirming)
    return _submitted(request, copy, form, comment)


def _submitted(request: Any, copy: WorkingCopy, form: EntryForm, comment: str) -> HttpResponse:
    page = _page_of(copy)
    typed = Typed(
        copy.type, form.content(), copy.token, comment, request_no=page["request_no"], version=page["version"]
    )
    try:
        made = entering.submit(typed, acting_user=request.user, at=request.at, origin=request.origin)
    except CheckFailed as failed:
        form.take(failed.problems)
        return _form_page(request, form, **page)
    except WorkflowError as why:
        return not_done(request, why, **_offers(request, why, page))
    return HttpResponseRedirect(f"{reverse('request', args=[made.request_no])}?done=submitted")


@for_(Audience.USER)
@require_POST
@densai()
def discard(request: Any, token: str) -> HttpResponse:
    """入力の途中 is no longer wanted."""
    copy = copy_of(request, token)
    if copy is None:
        raise Http404
    keeping.discard(token, acting_user=request.user)
    return HttpResponseRedirect(reverse("business", args=[TYPES[copy.type].business]))
