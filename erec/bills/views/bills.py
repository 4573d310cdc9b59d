"""手形: the list, one bill, its entry, change and deletion."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotAllowed
from erec.audience import Audience, for_
from erec.bills import access
from erec.bills.actions import bills
from erec.bills.errors import AlreadyThere, BeingSwitched, Changed, LimitReached
from erec.bills.forms import BillForm, DeleteForm, SearchForm, as_typed
from erec.bills.importing import LABELS
from erec.bills.models import Bill
from erec.bills.standing import BOUND
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.catalogue import BY_CODE
from erec.members.gate import densai, refused
from erec.partners.forms import whole_numbers
from erec.partners.views.saying import said, say
from erec.workflow.states import FINISHED

LISTING: Listing[Bill] = Listing(
    name="手形",
    orders=(
        Order("due", "満期日の近い順", ("due_on", "id")),
        Order("entry", "登録の新しい順", ("id",), descending=True),
    ),
    # Under the form's own names, so that the file can be corrected and read in again.
    columns=(
        Column(LABELS["kind"], lambda row: row.get_kind_display(), width=12),
        Column(LABELS["number"], lambda row: row.number, width=24),
        Column(LABELS["due_on"], lambda row: row.due_on, Kind.DATE),
        Column(LABELS["voucher_on"], lambda row: row.voucher_on, Kind.DATE),
        Column(LABELS["party"], lambda row: row.party, width=32),
        Column(LABELS["party_printed"], lambda row: row.party_printed, width=16),
        Column(LABELS["drawer"], lambda row: row.drawer, width=32),
        Column(LABELS["user_number"], lambda row: row.user_number, width=12),
        Column(LABELS["bank"], lambda row: row.bank),
        Column(LABELS["bank_printed"], lambda row: row.bank_printed, width=16),
        Column(LABELS["reason"], lambda row: row.reason, width=16),
        Column(LABELS["amount_yen"], lambda row: row.amount_yen, Kind.YEN),
        Column(LABELS["note"], lambda row: row.note, width=40),
        Column("切替（参考）", lambda row: row.now.value, width=14),
    ),
)


def right_missing(request: Any) -> HttpResponse:
    """The right was taken away while the person was at work."""
    code, tick = access.RIGHT
    return refused(request, f"{BY_CODE[code].name}の{tick}権限")


def bill_of(request: Any, pk: int) -> Bill:
    try:
        return access.bill_for(request.user, pk)
    except Bill.DoesNotExist:
        raise Http404 from None


def acting(request: Any) -> dict[str, Any]:
    return {"acting_user": request.user, "at": request.at, "origin": request.origin}


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def index(request: Any) -> HttpResponseBase:
    form = SearchForm(request.GET)
    found = form.applied_to(access.bills_of(request.user.company_id))
    searched = any(request.GET.get(name) for name in form.fields)
    context = {"said": said(request), "searched": searched}
    return LISTING.answer(request, "bills/bills.html", form=form, found=found, context=context)


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def one(request: Any, bill: int) -> HttpResponse:
    row = bill_of(request, bill)
    entered = [version.request for _, version in access.switches_of(row) if version is not None]
    requests = [(made, list(access.recorded_lines(made.pk))) for made in entered]
    recorded = [line for _, lines in requests for line in lines]
    context = {
        "bill": row,
        "requests": requests,
        "twice": sum(made.standing not in FINISHED or bool(lines) for made, lines in requests) > 1,
        "differs": bool(recorded) and row.amount_yen not in {line.amount_yen for line in recorded},
        "may_see_requests": any(code == "accrual" for code, _ in request.grants),
        "bound": row.now in BOUND,
        "said": said(request),
    }
    return render(request, "bills/bill.html", context)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def new(request: Any) -> HttpResponse:
    form = BillForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            bill = bills.add(form.entry(), **acting(request))
        except NotAllowed:
            return right_missing(request)
        except (AlreadyThere, LimitReached) as refusal:
            form.add_error(None, refusal.sentence)
        else:
            say(request, f"手形「{bill.number}」を登録しました。")
            return HttpResponseRedirect(reverse("bills-one", args=[bill.pk]))
    return render(request, "bills/edit.html", {"form": form}, status=status)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def change(request: Any, bill: int) -> HttpResponse:
    row = bill_of(request, bill)
    is_sent = request.method == "POST"
    form = BillForm(request.POST) if is_sent else BillForm(initial=as_typed(row))
    status, version, now = 422 if is_sent else 200, version_sent(request) if is_sent else row.version, None
    if form.is_valid():
        try:
            bills.change(row.pk, form.entry(), version=version, **acting(request))
        except NotAllowed:
            return right_missing(request)
        except Bill.DoesNotExist:
            raise Http404 from None
        except Changed as refusal:
            form.add_error(None, refusal.sentence)
            now = bill_of(request, bill)
            status, version = 409, now.version
        except (AlreadyThere, BeingSwitched) as refusal:
            form.add_error(None, refusal.sentence)
        else:
            say(request, f"手形「{form.cleaned_data['number']}」を変更しました。")
            return HttpResponseRedirect(reverse("bills-one", args=[row.pk]))
    context = {"form": form, "bill": row, "version": version, "now": now}
    return render(request, "bills/edit.html", context, status=status)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def delete(request: Any, bill: int) -> HttpResponse:
    row = bill_of(request, bill)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            bills.delete(row.pk, version=form.cleaned_data["version"], **acting(request))
        except NotAllowed:
            return right_missing(request)
        except Bill.DoesNotExist:
            raise Http404 from None
        except (Changed, BeingSwitched) as refusal:
            form.add_error(None, refusal.sentence)
            status, row = 409, bill_of(request, bill)
        else:
            say(request, f"手形「{row.number}」を削除しました。")
            return HttpResponseRedirect(reverse("bills"))
    return render(request, "bills/delete.html", {"bill": row, "form": form}, status=status)


def version_sent(request: Any) -> int:
    """Of the row that the page showed; 0, which no row has, for what no page of ours sent."""
    return next(iter(whole_numbers([request.POST.get("version", "")], most=1)), 0)
