"""取引先の補助科目コード: what is registered and proposed, the range, and one partner's."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.errors import NotAllowed
from erec.accounting import access, codes
from erec.accounting.actions import codes as acts
from erec.accounting.codes import Origin, Proposal
from erec.accounting.errors import Changed, CodeTaken, RangeFull
from erec.accounting.forms import PartnerCodeForm, RangeForm, SeenForm
from erec.accounting.models import CodeRange, Kind, LedgerAccount
from erec.accounting.policy import CODES_SHOWN_MAX
from erec.accounting.views.common import CHANGED, right_missing
from erec.audience import Audience, for_
from erec.members.gate import densai
from erec.partners.models import Partner
from erec.partners.views.saying import said, say

FULL = "補助科目コードの範囲に、空いている番号がありません。範囲を広げてから登録してください。"
TAKEN = "このコードは、ほかの取引先に登録されています。"


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def index(request: Any) -> HttpResponse:
    """All partners with their codes; ［提案どおり登録］ takes the proposed ones."""
    form = SeenForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, 422 if form.is_bound else 200)
    try:
        done = acts.register(
            form.cleaned_data["digest"], acting_user=request.user, at=request.at, origin=request.origin
        )
    except NotAllowed:
        return right_missing(request)
    except RangeFull:
        form.add_error(None, FULL)
        return _page(request, form, 422)
    except Changed:
        form.add_error(None, CHANGED)
        return _page(request, form, 409)
    say(request, f"{len(done)}件の補助科目コードを登録しました。")
    return HttpResponseRedirect(reverse("accounting-codes"))


def _page(request: Any, form: SeenForm, status: int) -> HttpResponse:
    found = codes.proposals(request.user.company_id)
    new = [one for one in found if one.origin is not Origin.REGISTERED]
    shown = new + [one for one in found if one.origin is Origin.REGISTERED]
    context = {
        "form": form,
        "rows": shown[:CODES_SHOWN_MAX],
        "hidden": max(0, len(shown) - CODES_SHOWN_MAX),
        "new": len(new),
        "digest": acts.digest_of(new),
        "range": codes.range_of(request.user.company_id),
        "said": said(request),
    }
    return render(request, "accounting/codes.html", context, status=status)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def span(request: Any) -> HttpResponse:
    """The range of the codes, and the 勘定科目 of the partners."""
    company_id = request.user.company_id
    accounts = access.masters_of(company_id, Kind.LEDGER_ACCOUNTS)
    known = {row.code for row in accounts if isinstance(row, LedgerAccount)}
    form = RangeForm(
        known, request.POST if request.method == "POST" else None, initial=_as_set(codes.range_of(company_id))
    )
    if form.is_valid():
        typed = form.cleaned_data
        try:
            acts.set_range(
                int(typed["first"]),
                int(typed["last"]),
                len(typed["first"]),
                [code for code in typed["account_codes"].split(",") if code],
                acting_user=request.user,
                at=request.at,
                origin=request.origin,
            )
        except NotAllowed:
            return right_missing(request)
        say(request, "補助科目コードの範囲と勘定科目を保存しました。")
        return HttpResponseRedirect(reverse("accounting-codes"))
    return render(request, "accounting/range.html", {"form": form}, status=422 if form.errors else 200)


def _as_set(row: CodeRange) -> dict[str, str]:
    first, last = row.ends
    return {"first": first, "last": last, "account_codes": ", ".join(row.account_codes)}


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def one(request: Any, party: str) -> HttpResponse:
    row = _of(request, party)
    form = PartnerCodeForm(
        request.POST if request.method == "POST" else None, initial={"code": row.code, "kana": row.kana}
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            acts.change(
                row.user_number,
                form.cleaned_data["code"],
                form.cleaned_data["kana"],
                acting_user=request.user,
                at=request.at,
                origin=request.origin,
            )
        except NotAllowed:
            return right_missing(request)
        except Partner.DoesNotExist:
            raise Http404 from None
        except CodeTaken:
            form.add_error("code", TAKEN)
        else:
            say(request, f"{row.name}の補助科目コードを登録しました。")
            return HttpResponseRedirect(reverse("accounting-codes"))
    return render(request, "accounting/code.html", {"form": form, "row": row}, status=status)


def _of(request: Any, user_number: str) -> Proposal:
    found = (row for row in codes.proposals(request.user.company_id) if row.user_number == user_number)
    row = next(found, None)
    if row is None:
        raise Http404
    return row
