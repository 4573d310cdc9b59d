"""What the maker's pages share: who may make what, for whom a form is made, what is said of a refusal."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from erec.members import access as members
from erec.members.catalogue import BY_CODE, Tab, Tick
from erec.members.gate import may_open, refused
from erec.parameters import business_day
from erec.workflow import access
from erec.workflow.errors import NotThere, RightMissing, WorkflowError
from erec.workflow.forms import tokens
from erec.workflow.forms.base import Setting
from erec.workflow.models import Request, Version, WorkingCopy
from erec.workflow.types import TYPES
from erec.workflow.types.base import Content, RequestType


def setting_of(request: Any) -> Setting:
    """The person's company and accounts, and the business date, as they are now."""
    return Setting(
        company=request.user.company,
        accounts=list(members.accounts_of(request.member)),
        today=business_day.today(request.at),
    )


def tab_of(type_code: str) -> Tab:
    """Under which tab the type's pages stand."""
    return BY_CODE[TYPES[type_code].business].tab


def summary_of(typ: RequestType, content: Content) -> dict[str, int]:
    """The figures of a content that is no request yet, under the names that a request has for them."""
    summary = typ.summary(content)
    return {"total_yen": summary.total_yen, "lines_count": summary.lines}


def maker_missing(request: Any, type_code: str) -> HttpResponse | None:
    """The refusal for who is no 担当者 of the type's business."""
    business = TYPES[type_code].business
    if may_open(request, (business, Tick.MAKER)):
        return None
    return refused(request, f"{BY_CODE[business].name}の{Tick.MAKER}権限")


def visible_request(request: Any, request_no: str) -> Request:
    try:
        return access.request_for(request.member, request.grants, request_no)
    except NotThere:
        raise Http404 from None


def latest(of: Request) -> Version:
    return of.versions.get(number=of.version)


def check_own(request: Any, token: str) -> None:
    """Another member's page is no page."""
    if not tokens.belongs_to(request.member, token):
        raise Http404


def copy_of(request: Any, token: str) -> WorkingCopy | None:
    """What was kept under the page's own token."""
    check_own(request, token)
    return access.working_copies(request.member).filter(token=token).select_related("request").first()


def entered_as(request: Any, token: str) -> Request | None:
    """The request that this page has become: pressed twice, or come back to."""
    check_own(request, token)
    version = Version.objects.filter(token=token, company=request.member.company_id)
    found = version.select_related("request").first()
    return found.request if found else None


def version_sent(request: Any) -> int:
    """Of the request that is mended, as the page showed it; 0, which no version has, for anything else."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def not_done(request: Any, why: WorkflowError, **context: Any) -> HttpResponse:
    """The page for a move that did not happen."""
    if isinstance(why, NotThere):
        raise Http404
    status = HTTPStatus.FORBIDDEN if isinstance(why, RightMissing) else HTTPStatus.CONFLICT
    return render(request, "workflow/not_done.html", {"why": why, **context}, status=status)
