"""承諾依頼: what the other company asks, 承諾 or 否認 of it, and 承諾依頼の取消 by who asked."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from erec.audience import Audience, for_
from erec.claims.access import holdings_of
from erec.claims.models import Claim, Holding
from erec.claims.stages import Step
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members import access as members
from erec.members.catalogue import BY_CODE, Tick
from erec.members.gate import densai, may_open, refused
from erec.parameters import business_day
from erec.workflow import access, asking, binding, newcomers, own_rules, progress
from erec.workflow.actions import entering
from erec.workflow.actions.entering import Typed
from erec.workflow.errors import CheckFailed, NotThere, WorkflowError
from erec.workflow.forms import tokens
from erec.workflow.forms.confirming import ConfirmEntryForm
from erec.workflow.models import Demand, Line, Request
from erec.workflow.states import UNAPPROVED, State
from erec.workflow.types import TYPES
from erec.workflow.types.answer import ANSWERS, Answer
from erec.workflow.types.base import Content, Context
from erec.workflow.types.withdrawal import Withdrawal
from erec.workflow.views.common import (
    check_own,
    entered_as,
    maker_missing,
    not_done,
    summary_of,
    tab_of,
    version_sent,
    visible_request,
)

COLUMNS: tuple[Column[Demand], ...] = (
    Column("承諾依頼番号", lambda d: d.demand_no),
    Column("請求者", lambda d: d.asked_by_name, width=40),
    Column("種類", asking.what, width=16),
    Column("金額（円）", lambda d: d.amount_yen, Kind.YEN),
    Column("支払期日", asking.due_on, Kind.DATE),
    Column("状態", lambda d: d.get_state_display(), width=12),
    Column("通知日時", lambda d: d.asked_at, Kind.MOMENT),
    Column("回答期限", lambda d: d.answer_until, Kind.MOMENT),
    Column("回答日時", lambda d: d.answered_at, Kind.MOMENT),
)
NEAREST = Order("deadline", "期限の近い順", ("answer_until", "id"))
NEWEST = Order("new", "新しい順", ("id",), descending=True)
OPEN: Listing[Demand] = Listing("承諾依頼一覧", (NEAREST, NEWEST), COLUMNS)
CLOSED: Listing[Demand] = Listing("承諾依頼一覧（回答済み）", (NEWEST,), COLUMNS)

# By the business in which the other company is asked: the types of the answer and of the withdrawal.
ANSWER = {typ.business: code for code, typ in TYPES.items() if isinstance(typ, Answer)}
WITHDRAWAL = {typ.business: code for code, typ in TYPES.items() if isinstance(typ, Withdrawal)}


class WhichForm(forms.Form):
    """Open ones, or those that are over; of one business, or of all."""

    over = forms.BooleanField(label="回答済み・終了", required=False)
    business = forms.ChoiceField(required=False, choices=[(code, code) for code in ("", *ANSWER)])


@for_(Audience.USER)
@require_safe
@densai()
def demands(request: Any) -> HttpResponseBase:
    """承諾依頼一覧: the open ones by their deadline; the others on a page of their own."""
    held = [code for code in ANSWER if any(code == business for business, _ in request.grants)]
    if not held:
        return refused(request, "または".join(BY_CODE[code].name for code in ANSWER))
    form = WhichForm(request.GET)
    valid = form.is_valid()
    over, business = valid and form.cleaned_data["over"], form.cleaned_data.get("business", "")
    found = access.demands_for(request.member, request.grants)
    if business:
        found = found.filter(business=business)
    is_open = {"state": Demand.State.OPEN}
    found = found.exclude(**is_open) if over else found.filter(**is_open)
    context = {
        "over": over,
        "today": business_day.today(request.at),
        "business": business,
        "tab": BY_CODE[business or held[0]].tab,
        "kinds": [(code, BY_CODE[code].name) for code in held] if len(held) > 1 else [],
    }
    return (CLOSED if over else OPEN).answer(
        request,
        "workflow/demands.html",
        form=form,
        found=found,
        context=context,
        shown_as=lambda rows: [(demand, asking.what(demand)) for demand in rows],
    )


@for_(Audience.USER)
@require_safe
@densai()
def demand(request: Any, demand_no: str) -> HttpResponse:
    """What is asked, by whom, until when, and what happens; ［承諾］ and ［否認］ for makers."""
    asked = _demand(request, demand_no)
    under_way = _answer_under_way(asked)
    is_open = asked.state == Demand.State.OPEN
    today = business_day.today(request.at)
    content = asking.line_asked(asked)
    context = {
        "demand": asked,
        "what": asking.what(asked),
        "tab": BY_CODE[asked.business].tab,
        "facts": asking.facts(asked.instruction, content),
        "binding": binding.sentences(
            ANSWER[asked.business], _accepting(asked, content), request.user.company.name
        ),
        "under_way": under_way,
        "steps": _steps(asked),
        "is_open": is_open,
        "late": today.moment >= asked.answer_until,
        "mending": under_way is not None and under_way.state != State.AWAITING_APPROVAL,
        "may_answer": may_open(request, (asked.business, Tick.MAKER)),
        "today": today,
    }
    return render(request, "workflow/demand.html", context)


def _accepting(asked: Demand, content: Content | None) -> Content:
    line = {
        "answer": "accept",
        "partner_name": asked.asked_by_name,
        "amount_yen": asked.amount_yen,
        "instruction": asked.instruction,
        "asked": content,
    }
    return {"lines": [line]}


def _demand(request: Any, demand_no: str) -> Demand:
    try:
        return access.demand_for(request.member, request.grants, demand_no)
    except NotThere:
        raise Http404 from None


def _steps(asked: Demand) -> list[Step]:
    """How far it is with what was asked, up to the money."""
    line = asked.line
    owed = holdings_of(asked.company_id).filter(role=Holding.Role.OBLIGOR)
    states = owed.filter(record_number=line.record_number).values_list("state", flat=True)
    return progress.asked(asking.stages(asked), line.standing, [Claim.State(state) for state in states])


def _answer_under_way(asked: Demand) -> Request | None:
    """The company's own answer that is not approved yet; a second one there cannot be."""
    return asked.answers.filter(company_id=asked.company_id, state__in=UNAPPROVED).first()


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def answer(request: Any, demand_no: str, answer: str) -> HttpResponse:
    """承諾 or 否認, confirmed and entered; an answer that was sent back is entered again."""
    asked = _demand(request, demand_no)
    if answer not in ANSWERS:
        raise Http404
    content = {"lines": [{"demand_no": demand_no, "answer": answer}]}
    back = reverse("demand", args=[demand_no])
    code = ANSWER[asked.business]
    return _one_step(request, code, content, _answer_under_way(asked), word=ANSWERS[answer], back=back)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def withdraw(request: Any, request_no: str, line: int) -> HttpResponse:
    """承諾依頼の取消 of one line of the company's own request, until it was answered."""
    found = visible_request(request, request_no)
    waiting = Line.objects.filter(request=found, number=line).select_related("demand").first()
    if waiting is None or waiting.demand is None:
        raise Http404
    code = WITHDRAWAL[waiting.demand.business]
    content = {"lines": [{"request_no": request_no, "line": line}]}
    back = reverse("request", args=[request_no])
    under_way = _withdrawal_under_way(code, found, line)
    return _one_step(request, code, content, under_way, word="承諾依頼の取消", back=back)


def _withdrawal_under_way(code: str, of: Request, line: int) -> Request | None:
    rows = Request.objects.filter(company_id=of.company_id, type=code, state__in=UNAPPROVED)
    for row in rows.order_by("pk"):
        (asked,) = row.versions.get(number=row.version).content["lines"]
        if (asked["request_no"], asked["line"]) == (of.request_no, line):
            return row
    return None


def _one_step(
    request: Any, type_code: str, content: Content, under_way: Request | None, *, word: str, back: str
) -> HttpResponse:
    """What needs no form: seen, ticked and entered on one page."""
    refusal = maker_missing(request, type_code)
    if refusal:
        return refusal
    token = request.POST.get("token") or tokens.new(request.member)
    check_own(request, token)
    done = entered_as(request, token)
    if done is not None:
        return HttpResponseRedirect(reverse("request", args=[done.request_no]))
    typ = TYPES[type_code]
    accounts = frozenset(members.accounts_of(request.member).values_list("pk", flat=True))
    context = Context(request.user.company, business_day.today(request.at), accounts)
    checked = typ.check(content, context)
    form = ConfirmEntryForm(request.POST if request.method == "POST" else None)
    problems = checked.problems or own_rules.problems(
        request.user.company_id, typ, checked.content, context.today
    )
    if problems:
        why = WorkflowError("".join(problem.sentence for problem in problems))
        return not_done(request, why, back=back)
    page = {
        "type": typ,
        "tab": tab_of(type_code),
        "token": token,
        "form": form,
        "word": word,
        "back": back,
        "under_way": under_way,
        "summary": summary_of(typ, checked.content),
        "sheet": typ.sheet(checked.content),
        "binding": binding.sentences(type_code, checked.content, request.user.company.name),
        "warnings": newcomers.warnings_of(request.user.company_id, type_code, checked.content, context.today),
        "approve_until": typ.approve_until(checked.content),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "workflow/one_step.html", page, status=422 if form.errors else 200)
    mended = under_way is not None and under_way.request_no == request.POST.get("request_no")
    typed = Typed(
        type_code,
        content,
        token,
        form.cleaned_data["comment"],
        request_no=under_way.request_no if under_way and mended else "",
        version=version_sent(request) if mended else None,
    )
    try:
        made = entering.submit(typed, acting_user=request.user, at=request.at, origin=request.origin)
    except CheckFailed as failed:
        return not_done(request, WorkflowError("".join(p.sentence for p in failed.problems)), back=back)
    except WorkflowError as why:
        return not_done(request, why, back=back)
    return HttpResponseRedirect(f"{reverse('request', args=[made.request_no])}?done=submitted")
