"""One request: where it stands, what is in it, what happened, and what this person may do now."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from erec.audience import Audience, for_
from erec.members.catalogue import Tick
from erec.members.gate import densai
from erec.workflow import masters, offers, queue
from erec.workflow.actions import entering
from erec.workflow.errors import OutOfDate, WorkflowError
from erec.workflow.forms.deciding import SureForm
from erec.workflow.models import Request, Version
from erec.workflow.states import LineState, Move, State
from erec.workflow.views import refusals, showing

Action = Callable[..., Request]

# What is said at the top right after it was done.
DONE = {
    "submitted": "仮登録しました。",
    "saved": "一時保存しました。",
    "approve": "承認しました。",
    "send-back": "差し戻しました。",
    "pull-back": "引き戻しました。修正するか、削除してください。",
    "delete": "削除しました。",
}
ADDRESS = {
    Move.APPROVE: "approve",
    Move.SEND_BACK: "send-back",
    Move.PULL_BACK: "pull-back",
    Move.DELETE: "delete",
}


@for_(Audience.USER)
@require_safe
@densai()
def detail(request: Any, request_no: str) -> HttpResponse:
    row = showing.found(request, request_no)
    context = showing.shown(request, row)
    viewer, standing = context["viewer"], context["standing"]
    lines = list(row.lines.select_related("demand").order_by("number"))
    waiting = row.state == State.AWAITING_APPROVAL
    context |= {
        "done": _done(request, context["version"], row),
        "steps": showing.steps_of(row, lines),
        "lines": lines,
        "moves": {move.name for move in offers.moves_for(standing, viewer)},
        "may_use_again": offers.may_use_again(row, viewer),
        "may_withdraw": (row.business, Tick.MAKER) in request.grants,
        "awaiting_consent": LineState.AWAITING_CONSENT,
        "sent_back": row.decisions.order_by("pk").last() if row.state == State.SENT_BACK else None,
        "why_not": offers.why_not(standing, viewer),
        "stuck": standing.stuck if waiting else "",
        "history": showing.history_of(row, list(row.versions.order_by("number"))),
        "next": _next(request, row),
        "has_code": masters.code_to_hand_over(row, request.member, request.at) is not None,
    }
    return render(request, "workflow/request.html", context)


def _done(request: Any, version: Version, row: Request) -> str:
    """Only to who did it, as the last thing that was done: an address alone must not claim it."""
    asked, last = request.GET.get("done", ""), row.decisions.order_by("pk").last()
    if last is not None and last.version == version.number:
        is_true = last.member_id == request.member.pk and ADDRESS.get(Move(last.move)) == asked
    else:
        is_true = version.made_by_id == request.member.pk and asked in ("submitted", "saved")
    return DONE[asked] if is_true else ""


def _next(request: Any, row: Request) -> Request | None:
    """Whoever has just approved one goes on to the next."""
    rest = queue.approvable_by(request.member, request.grants).exclude(pk=row.pk)
    return rest.order_by("deadline_at", "pk").first()


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def pull_back(request: Any, request_no: str) -> HttpResponse:
    return _leaving(request, request_no, Move.PULL_BACK, entering.pull_back)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def delete(request: Any, request_no: str) -> HttpResponse:
    return _leaving(request, request_no, Move.DELETE, entering.delete)


def _leaving(request: Any, request_no: str, move: Move, action: Action) -> HttpResponse:
    """引戻し and 削除: the request once more, a tick, and the button."""
    row = showing.found(request, request_no)
    form = SureForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    context = {**showing.shown(request, row), "form": form, "move": move}
    refused = offers.refusal(context["standing"], move, context["viewer"])
    if refused is not None:
        return refusals.page(request, refused, row, move)
    if form.is_valid():
        return carried_out(request, row, move, form.cleaned_data["version"], action)
    return render(request, "workflow/sure.html", context, status=422 if form.errors else 200)


def carried_out(
    request: Any, row: Request, move: Move, version: int, action: Action, **typed: str
) -> HttpResponse:
    """One action on the version that was seen; then the request's own page, or why not."""
    try:
        action(
            row.request_no, version, acting_user=request.user, at=request.at, origin=request.origin, **typed
        )
    except OutOfDate:
        return out_of_date(request, row, version, move)
    except WorkflowError as refused:
        return refusals.page(request, refused, row, move)
    return HttpResponseRedirect(f"{reverse('request', args=[row.request_no])}?done={ADDRESS[move]}")


def out_of_date(request: Any, row: Request, version: int, move: Move) -> HttpResponse:
    """What was seen and what is there now, and the way to look again."""
    row.refresh_from_db()
    seen = row.versions.filter(number=version).first()
    now = row.versions.get(number=row.version)
    changes = showing.changes_between(row, seen, now) if seen else []
    again = reverse(f"request-{ADDRESS[move]}", args=[row.request_no])
    return refusals.out_of_date(request, row, changes, again)
