"""管理業務の指定許可管理: from whom the company takes requests, and where a change of it begins."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from erec.audience import Audience, for_
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.catalogue import BY_CODE, Tick
from erec.members.gate import densai, may_open, refused
from erec.partners import access, designated
from erec.partners.forms import SearchForm, whole_numbers
from erec.partners.models import Designation
from erec.workflow.actions import keeping
from erec.workflow.forms import tokens
from erec.workflow.forms.base import Texts
from erec.workflow.forms.designation import DesignationEntry
from erec.workflow.types import TYPES
from erec.workflow.views.menus import menu_of

CODE = DesignationEntry.code
BUSINESS = TYPES[CODE].business

LISTING: Listing[Designation] = Listing(
    name="指定許可",
    orders=(
        Order("name", "名前順", ("sort_name", "id")),
        Order("number", "利用者番号順", ("user_number", "id")),
    ),
    columns=(
        Column("相手先", lambda row: row.name, width=32),
        Column("利用者番号", lambda row: row.user_number, width=12),
        Column("金融機関コード", lambda row: row.bank_code, width=14),
        Column("支店コード", lambda row: row.branch_code, width=10),
        Column("口座種別", lambda row: row.get_kind_display(), width=10),
        Column("口座番号", lambda row: row.number, width=10),
        Column("業務区分", lambda row: designated.words(row.areas), width=60),
        Column("登録日時", lambda row: row.changed_at, Kind.MOMENT),
    ),
)


@for_(Audience.USER)
@require_safe
@densai()
def designations(request: Any) -> HttpResponseBase:
    """Who is registered, and what this person may begin or has begun."""
    if not any(may_open(request, (BUSINESS, tick)) for tick in BY_CODE[BUSINESS].ticks):
        return refused(request, BY_CODE[BUSINESS].name)
    form = SearchForm(request.GET)
    found = access.with_standing(access.designations_of(request.user.company_id))
    if form.is_valid():
        found = found.filter(access.sought(form.cleaned_data["q"]))
    context = {
        **menu_of(request, [TYPES[CODE]]),
        "tab": BY_CODE[BUSINESS].tab,
        "is_used": designated.is_used_by(request.user.company),
    }
    return LISTING.answer(
        request,
        "workflow/designations.html",
        form=form,
        found=found,
        context=context,
        shown_as=lambda rows: [(row, designated.words(row.areas)) for row in rows],
    )


@for_(Audience.USER)
@require_POST
@densai(right=(BUSINESS, Tick.MAKER))
def change(request: Any) -> HttpResponse:
    """A new request about the ticked ones, each with what is registered; kept as if it had been typed."""
    ids = whole_numbers(request.POST.getlist("designation"), most=DesignationEntry.lines_max())
    rows = access.designations_of(request.user.company_id).filter(pk__in=ids).order_by("sort_name", "pk")
    if not rows:
        return HttpResponseRedirect(reverse("request-new", args=[CODE]))
    token = tokens.new(request.member)
    texts = Texts({}, [DesignationEntry.line_of(row) for row in rows])
    keeping.keep(token, CODE, texts.to_json(), acting_user=request.user, at=request.at)
    return HttpResponseRedirect(reverse("request-entry", args=[token]))
