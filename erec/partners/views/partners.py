"""取引先: the list, one partner, and its deletion."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotAllowed
from erec.audience import Audience, for_
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.catalogue import BY_CODE
from erec.members.gate import densai, refused
from erec.partners import access
from erec.partners.actions import partners
from erec.partners.directory import find_many
from erec.partners.errors import Changed
from erec.partners.forms import DeleteForm, SearchForm
from erec.partners.importing import LABELS, SMALL_CONTRACTOR
from erec.partners.models import Partner
from erec.partners.suggestions import key_of
from erec.partners.views.saying import said, say

CHANGED = "この画面を開いたあとに、ほかの人が変更しました。下の内容を確かめて、もう一度進んでください。"

LISTING: Listing[Partner] = Listing(
    name="取引先",
    orders=(
        Order("name", "名前順", ("sort_name", "id")),
        Order("number", "利用者番号順", ("user_number", "id")),
    ),
    # Under the form's own names, so that the file can be corrected and read in again.
    columns=(
        Column("利用者番号", lambda row: row.user_number, width=12),
        Column("登録名", lambda row: row.registered_name, width=32),
        Column("金融機関コード", lambda row: row.bank_code, width=14),
        Column("支店コード", lambda row: row.branch_code, width=10),
        Column("口座種別", lambda row: row.get_kind_display(), width=10),
        Column("口座番号", lambda row: row.number, width=10),
        Column("メモ", lambda row: row.memo, width=32),
        Column(LABELS["is_small_contractor"], lambda row: SMALL_CONTRACTOR[row.is_small_contractor]),
        Column("取引先名（参考）", lambda row: row.name, width=32),
        Column("金融機関名（参考）", lambda row: row.bank_name),
        Column("支店名（参考）", lambda row: row.branch_name),
        Column("確認日（参考）", lambda row: row.checked_at, Kind.MOMENT),
    ),
)


def right_missing(request: Any) -> HttpResponse:
    """The right was taken away while the person was at work."""
    code, tick = access.RIGHT
    return refused(request, f"{BY_CODE[code].name}の{tick}権限")


def partner_of(request: Any, pk: int) -> Partner:
    try:
        return access.partner_for(request.user, pk)
    except Partner.DoesNotExist:
        raise Http404 from None


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def index(request: Any) -> HttpResponseBase:
    form = SearchForm(request.GET)
    found = access.with_standing(access.partners_of(request.user.company_id))
    if form.is_valid():
        found = found.filter(access.sought(form.cleaned_data["q"]))
    context = {"said": said(request)}
    return LISTING.answer(request, "partners/partners.html", form=form, found=found, context=context)


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def one(request: Any, partner: int) -> HttpResponse:
    row = partner_of(request, partner)
    key = key_of(row)
    context = {
        "partner": row,
        "found": find_many([key]).get(key),
        "groups": access.groups_with(row),
        "said": said(request),
    }
    return render(request, "partners/partner.html", context)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def delete(request: Any, partner: int) -> HttpResponse:
    row = partner_of(request, partner)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            partners.delete(
                row.pk,
                version=form.cleaned_data["version"],
                acting_user=request.user,
                at=request.at,
                origin=request.origin,
            )
        except NotAllowed:
            return right_missing(request)
        except Partner.DoesNotExist:
            raise Http404 from None
        except Changed:
            form.add_error(None, CHANGED)
            status = 409
        else:
            say(request, f"{row.shown_name}を削除しました。")
            return HttpResponseRedirect(reverse("partners"))
    context = {"partner": row, "form": form, "groups": access.groups_with(row)}
    return render(request, "partners/delete.html", context, status=status)
