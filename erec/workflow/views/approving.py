"""承認, one or many, and 差戻し: the checker sees everything, then types the approval password.

The password is checked before the action and never in its transaction. Who may not approve is told so before
a password is asked, and what changed meanwhile before it is counted.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from erec.audience import Audience, for_
from erec.lists.keyset import ROWS
from erec.members.forms import ConfirmForm
from erec.members.gate import densai
from erec.workflow import access, newcomers, offers
from erec.workflow.actions import deciding
from erec.workflow.errors import CheckFailed, NotThere, OutOfDate, Problem, WorkflowError
from erec.workflow.forms.deciding import ApproveForm, SendBackForm, TicksForm
from erec.workflow.models import Request
from erec.workflow.offers import Viewer
from erec.workflow.standing import standing_of
from erec.workflow.states import Move
from erec.workflow.types import TYPES
from erec.workflow.types.base import RequestType, Sheet
from erec.workflow.views import refusals, showing
from erec.workflow.views.request import carried_out, out_of_date

BULK_MAX = ROWS  # what one page of 承認待ち一覧 shows
# Some 3 ms a line: approved well within the minute that the web server waits for an answer.
LINES_AT_ONCE = 5_000
TOO_MANY_LINES = (
    f"まとめて承認できるのは、明細の合計が{LINES_AT_ONCE:,}件までです。まだ何も承認していません。"
    "選ぶ請求を減らしてください。"
)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def approve(request: Any, request_no: str) -> HttpResponse:
    row = showing.found(request, request_no)
    form = ApproveForm(_posted(request), initial={"version": row.version})
    context = {**showing.shown(request, row), "form": form}
    if request.method == "POST" and _approved_before(request, row, request.POST.get("version", "")):
        return HttpResponseRedirect(_done(row))
    refused = offers.refusal(context["standing"], Move.APPROVE, context["viewer"])
    if refused is not None:
        return refusals.page(request, refused, row, Move.APPROVE)
    if form.is_valid():
        version = form.cleaned_data["version"]
        if version != row.version:
            return out_of_date(request, row, version, Move.APPROVE)
        if _confirmed(request, form):
            return _approve(request, row, form, context)
    return render(request, "workflow/approve.html", context, status=422 if form.errors else 200)


def _posted(request: Any) -> Any:
    return request.POST if request.method == "POST" else None


def _confirmed(request: Any, form: ConfirmForm) -> bool:
    return form.confirmed(request.member, acting_user=request.user, at=request.at, origin=request.origin)


def _approve(request: Any, row: Request, form: ApproveForm, context: dict[str, Any]) -> HttpResponse:
    version, comment = form.cleaned_data["version"], form.cleaned_data["comment"]
    try:
        deciding.approve(
            row.request_no,
            version,
            comment=comment,
            acting_user=request.user,
            at=request.at,
            origin=request.origin,
        )
    except CheckFailed as failed:
        return render(request, "workflow/approve.html", {**context, "problems": failed.problems}, status=422)
    except OutOfDate:
        return out_of_date(request, row, version, Move.APPROVE)
    except WorkflowError as refused:
        if _approved_before(request, row, str(version)):
            return HttpResponseRedirect(_done(row))
        return refusals.page(request, refused, row, Move.APPROVE)
    return HttpResponseRedirect(_done(row))


def _done(row: Request) -> str:
    return f"{reverse('request', args=[row.request_no])}?done=approve"


def _approved_before(request: Any, row: Request, version: str) -> bool:
    """By this same person, this same version: a double click, or a page that is sent again."""
    given = row.decisions.filter(member=request.member, move=Move.APPROVE)
    return version.isdecimal() and given.filter(version=int(version[:9])).exists()


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def send_back(request: Any, request_no: str) -> HttpResponse:
    row = showing.found(request, request_no)
    form = SendBackForm(_posted(request), initial={"version": row.version})
    context = {**showing.shown(request, row), "form": form}
    refused = offers.refusal(context["standing"], Move.SEND_BACK, context["viewer"])
    if refused is not None:
        return refusals.page(request, refused, row, Move.SEND_BACK)
    if form.is_valid():
        typed = form.cleaned_data
        return carried_out(
            request, row, Move.SEND_BACK, typed["version"], deciding.send_back, comment=typed["comment"]
        )
    return render(request, "workflow/send_back.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True)
class Outcome:
    """What became of one tick of まとめて承認."""

    request_no: str
    row: Request | None
    approved: bool
    sentence: str
    problems: tuple[Problem, ...] = ()


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def approve_many(request: Any) -> HttpResponse:
    """まとめて承認: each on its own, a result per line. First what they are, then the password."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("requests-awaiting"))
    form = TicksForm(request.POST, most=BULK_MAX)
    if not form.is_valid():
        return render(request, "workflow/nothing_ticked.html", {"form": form}, status=422)
    ticked: list[tuple[str, int]] = form.cleaned_data["item"]
    if _lines(request, ticked) > LINES_AT_ONCE:
        form.add_error("item", TOO_MANY_LINES)
        return render(request, "workflow/nothing_ticked.html", {"form": form}, status=422)
    asked = "approval_password" in request.POST
    password = ConfirmForm(request.POST if asked else None)
    if asked and _confirmed(request, password):
        outcomes = [_approve_one(request, number, version) for number, version in ticked]
        approved = sum(outcome.approved for outcome in outcomes)
        counted = {"outcomes": outcomes, "approved": approved, "refused": len(outcomes) - approved}
        return render(request, "workflow/approved_many.html", counted)
    context = {**_ticked(request, ticked), "form": password}
    return render(request, "workflow/approve_many.html", context, status=422 if password.errors else 200)


def _lines(request: Any, ticked: list[tuple[str, int]]) -> int:
    rows = access.visible_to(request.member, request.grants).filter(request_no__in=dict(ticked))
    return sum(rows.values_list("lines_count", flat=True))


@dataclass(frozen=True)
class Card:
    """One ticked request before the password: what it binds to, or why it cannot be approved."""

    row: Request
    version: int
    type: RequestType
    binding: list[str]
    sheet: Sheet | None
    sentence: str
    warnings: list[str]
    same: str


def _ticked(request: Any, ticked: list[tuple[str, int]]) -> dict[str, Any]:
    """The ticked ones as they are now. What is not there for this person is left out."""
    rows = access.visible_to(request.member, request.grants)
    by_number = {row.request_no: row for row in rows.filter(request_no__in=[number for number, _ in ticked])}
    viewer = showing.viewer_of(request)
    cards = [_card(request, by_number[no], version, viewer) for no, version in ticked if no in by_number]
    ready = [card for card in cards if not card.sentence]
    total_yen = sum(card.row.total_yen for card in ready)
    return {"cards": cards, "today": viewer.today, "ready": ready, "total_yen": total_yen}


def _card(request: Any, row: Request, version: int, viewer: Viewer) -> Card:
    standing = standing_of(row, viewer.today)
    refused, current = offers.refusal(standing, Move.APPROVE, viewer), standing.current
    return Card(
        row,
        version,
        TYPES[row.type],
        showing.binding_of(request, row, current),
        showing.sheet_of(row, current),
        refused.sentence if refused else _moved(row, version),
        newcomers.warnings(standing.newcomers),
        standing.another_at(viewer.member, viewer.origin),
    )


def _moved(row: Request, version: int) -> str:
    return "" if row.version == version else OutOfDate.sentence


def _approve_one(request: Any, number: str, version: int) -> Outcome:
    row = access.visible_to(request.member, request.grants).filter(request_no=number).first()
    if row is None:
        return Outcome(number, None, False, NotThere.sentence)
    if _approved_before(request, row, str(version)):
        return Outcome(number, row, True, "承認しました。")
    viewer = showing.viewer_of(request)
    refused = offers.refusal(standing_of(row, viewer.today), Move.APPROVE, viewer)
    if refused is not None:
        return Outcome(number, row, False, refused.sentence)
    try:
        deciding.approve(number, version, acting_user=request.user, at=request.at, origin=request.origin)
    except CheckFailed as failed:
        return Outcome(number, row, False, "承認時にエラーが見つかりました。", tuple(failed.problems))
    except WorkflowError as refused_now:
        return Outcome(number, row, False, refused_now.sentence)
    row.refresh_from_db()
    return Outcome(number, row, True, "承認しました。")
