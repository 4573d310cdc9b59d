"""印字名の確認: what cannot be printed and why, and a decision for each; the list of all; one of them."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotAllowed
from erec.accounting import access, printing
from erec.accounting.actions import names
from erec.accounting.errors import Changed, Unprintable
from erec.accounting.forms import NameSearchForm, NamesForm
from erec.accounting.models import PrintedName
from erec.accounting.policy import CELL, DECISIONS_MAX
from erec.accounting.views.common import CHANGED, right_missing
from erec.audience import Audience, for_
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.gate import densai
from erec.partners.forms import whole_numbers
from erec.partners.views.saying import said, say

LISTING: Listing[PrintedName] = Listing(
    name="印字名",
    orders=(Order("number", "利用者番号順", ("user_number", "name")),),
    columns=(
        Column("利用者番号・金融機関コード", lambda row: row.user_number, width=12),
        Column("名前", lambda row: row.name, width=40),
        Column("印字名", lambda row: row.printed, width=16),
        Column("決めた日時", lambda row: row.at, Kind.MOMENT),
    ),
)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def waiting(request: Any) -> HttpResponse:
    """Names that wait for a person, some at a time; what is left empty waits on."""
    if request.method != "POST":
        return _page(request, _waiting_form(request))
    if request.POST.get("step") == "look":
        return _looked_through(request)
    ids = whole_numbers(request.POST.getlist("row"), most=DECISIONS_MAX)
    rows = list(access.printed_names_of(request.user.company_id).filter(pk__in=ids).order_by("pk"))
    return _decided(request, rows, "accounting-names", lambda form, status: _page(request, form, status))


def _looked_through(request: Any) -> HttpResponse:
    try:
        found = names.look_through(acting_user=request.user, at=request.at)
    except NotAllowed:
        return right_missing(request)
    say(request, f"{len(found.printed) + len(found.waiting)}件の名前を調べました。")
    return HttpResponseRedirect(reverse("accounting-names"))


def _waiting_form(request: Any) -> NamesForm:
    rows = access.printed_names_of(request.user.company_id).filter(printed="").order_by("pk")
    return _form(request, list(rows[:DECISIONS_MAX]))


def _form(request: Any, rows: Sequence[PrintedName], *, required: bool = False) -> NamesForm:
    proposed = printing.proposals(request.user.company_id, [(row.user_number, row.name) for row in rows])
    data = request.POST if request.method == "POST" else None
    return NamesForm(rows, proposed, data, required=required)


def _page(request: Any, form: NamesForm, status: int = 200) -> HttpResponse:
    waits = access.printed_names_of(request.user.company_id).filter(printed="")
    context = {
        "form": form,
        "more": waits.exclude(pk__in=[row.pk for row in form.rows]).exists(),
        "known": access.printed_names_of(request.user.company_id).exists(),
        "cell": CELL,
        "said": said(request),
    }
    return render(request, "accounting/names.html", context, status=status)


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def every(request: Any) -> HttpResponseBase:
    form = NameSearchForm(request.GET)
    found = access.printed_names_of(request.user.company_id)
    if form.is_valid() and (words := form.cleaned_data["q"]):
        found = found.filter(
            Q(name__contains=words) | Q(printed__contains=words) | Q(user_number=words.upper())
        )
    context = {"said": said(request)}
    return LISTING.answer(request, "accounting/all_names.html", form=form, found=found, context=context)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def one(request: Any, printed_name: int) -> HttpResponse:
    rows = list(access.printed_names_of(request.user.company_id).filter(pk=printed_name))
    if not rows:
        raise Http404
    if request.method != "POST":
        return _one(request, _form(request, rows, required=True))
    return _decided(request, rows, "accounting-all-names", lambda form, status: _one(request, form, status))


def _one(request: Any, form: NamesForm, status: int = 200) -> HttpResponse:
    (row,) = form.rows
    context = {"form": form, "row": row, "alike": _alike(row), "cell": CELL}
    return render(request, "accounting/name.html", context, status=status)


def _alike(row: PrintedName) -> list[PrintedName]:
    """Others that are printed just like it: nobody could tell them apart in a ledger."""
    if not row.printed:
        return []
    others = access.printed_names_of(row.company_id).filter(printed=row.printed)
    return list(others.exclude(user_number=row.user_number).order_by("pk")[:5])


def _decided(
    request: Any,
    rows: Sequence[PrintedName],
    back: str,
    again: Callable[[NamesForm, int], HttpResponse],
) -> HttpResponse:
    form = _form(request, rows, required=back == "accounting-all-names")
    if not form.is_valid():
        return again(form, 422)
    decisions = form.decisions()
    try:
        done = (
            names.decide(decisions, acting_user=request.user, at=request.at, origin=request.origin)
            if decisions
            else []
        )
    except NotAllowed:
        return right_missing(request)
    except PrintedName.DoesNotExist:
        raise Http404 from None
    except Changed:
        form.add_error(None, CHANGED)
        return again(form, 409)
    except Unprintable as refusal:
        form.refuse(refusal.sentences)
        return again(form, 422)
    say(
        request,
        f"{len(done)}件の印字名を決めました。" if done else "選んだ印字名はありません。何も変えていません。",
    )
    return HttpResponseRedirect(reverse(back))
