"""取引先から選ぶ and 債権を選ぶ: beside a form that is kept meanwhile; what is chosen becomes its lines."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import SettlementAccount
from erec.audience import Audience, for_
from erec.claims.instructions import Assignment
from erec.claims.models import Claim, Holding, Order, Recourse
from erec.fields import NameField
from erec.lists import keyset
from erec.members.gate import densai
from erec.partners import access as partner_access
from erec.partners.suggestions import suggest
from erec.workflow.actions import keeping
from erec.workflow.errors import WorkflowError
from erec.workflow.forms import FORMS, starting
from erec.workflow.forms.base import EntryForm, Setting, Texts
from erec.workflow.forms.fields import half_width
from erec.workflow.forms.partners import as_text
from erec.workflow.models import ClaimInUse, WorkingCopy
from erec.workflow.types.base import as_account
from erec.workflow.views.common import copy_of, maker_missing, not_done, setting_of, tab_of

SUGGESTED_MAX = 50
BY_DUE = keyset.Order("due", "支払期日の順", ("due_on", "id"))
# The windows for 取消 of what is recorded end after 5 business days; a longer holiday is never that long.
_LOOK_BACK = timedelta(days=20)
_UNPAID = Q(state__in=[Claim.State.RECORDED, Claim.State.DEFAULTED])


class SearchForm(forms.Form):
    """A few words; each is one more condition, so thousands of them would hold the database for minutes."""

    words = NameField(label="さがす文字", longest=60, required=False)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def partners(request: Any, token: str) -> HttpResponse:
    """The company's partners and whom it named before; groups with their amounts."""
    copy, form_class, refusal = _kept(request, token)
    if refusal:
        return refusal
    setting = setting_of(request)
    texts = Texts.from_json(copy.content)
    if request.method == "POST":
        group = request.POST.get("group", "")
        found = (
            starting.group_texts(group, setting)
            if group
            else starting.chosen_partners(request.POST.getlist("choose"))
        )
        starting.add_partners(form_class, texts, found)
        return _back(request, copy, form_class, texts)
    form = SearchForm(request.GET)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    context = {
        "token": token,
        "form": form,
        "many": "user_number" in form_class.Line.base_fields,
        "type": form_class.request_type(),
        "tab": tab_of(form_class.code),
        "found": [(as_text(one.key), one) for one in suggest(setting.company.pk, words, most=SUGGESTED_MAX)],
        "groups": partner_access.groups_of(setting.company.pk),
    }
    return render(request, "workflow/choose_partners.html", context, status=422 if form.errors else 200)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def claims(request: Any, token: str) -> HttpResponse:
    """The claims that a request of this type could be about; whether each may, the check says."""
    copy, form_class, refusal = _kept(request, token)
    if refusal:
        return refusal
    if "record_number" not in form_class.Line.base_fields:
        raise Http404
    setting = setting_of(request)
    texts = Texts.from_json(copy.content)
    candidates = CANDIDATES[form_class.code](setting)
    if request.method == "POST":
        there = {line.get("record_number") for line in texts.lines}
        ticked = [number for number in request.POST.getlist("choose") if number.isalnum()]
        chosen = candidates.filter(record_number__in=ticked).order_by("due_on", "id")
        numbers = chosen.values_list("record_number", flat=True)
        new = [{"record_number": n} for n in dict.fromkeys(numbers) if n not in there]
        if form_class.lines_max() == 1 and new:
            texts.lines = []
            texts.shared.update(dict.fromkeys(form_class.of_the_claim, ""))
        starting.add_lines(form_class, texts, new)
        return _back(request, copy, form_class, texts)
    form = SearchForm(request.GET)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    page = keyset.page(_sought(candidates, words), order=BY_DUE, after=request.GET.get("after", ""))
    busy = ClaimInUse.objects.filter(
        company=setting.company, record_number__in=[row.record_number for row in page.rows]
    )
    context = {
        "token": token,
        "form": form,
        "words": words,
        "many": form_class.lines_max() > 1,
        "type": form_class.request_type(),
        "tab": tab_of(form_class.code),
        "page": page,
        "chosen": {line.get("record_number") for line in texts.lines},
        "busy": {used.record_number for used in busy},
    }
    return render(request, "workflow/choose_claims.html", context, status=422 if form.errors else 200)


def _kept(request: Any, token: str) -> tuple[WorkingCopy, type[EntryForm], HttpResponse | None]:
    """Raises Http404 for a page that was not kept, or is another person's."""
    copy = copy_of(request, token)
    if copy is None:
        raise Http404
    return copy, FORMS[copy.type], maker_missing(request, copy.type)


def _back(request: Any, copy: WorkingCopy, form_class: type[EntryForm], texts: Texts) -> HttpResponse:
    try:
        keeping.keep(
            copy.token,
            form_class.code,
            texts.to_json(),
            request_no=copy.request.request_no if copy.request else "",
            version=copy.version,
            acting_user=request.user,
            at=request.at,
        )
    except WorkflowError as why:
        return not_done(request, why)
    return HttpResponseRedirect(f"{reverse('request-entry', args=[copy.token])}#lines")


def _sought(rows: QuerySet[Holding], words: str) -> QuerySet[Holding]:
    for word in words.split():
        plain = half_width(word)
        rows = rows.filter(
            Q(record_number__contains=plain.upper())
            | Q(counterpart_name__icontains=word)
            | Q(counterpart_name__icontains=plain)
        )
    return rows


def _assignable(setting: Setting) -> QuerySet[Holding]:
    """Held on an account that the person may use (domain facts §1.3), not due yet, not restricted."""
    return _held(setting).filter(
        role=Holding.Role.HOLDER,
        state__in=[Claim.State.RECORDED, Claim.State.RESERVED],
        due_on__gt=setting.today.date,
        account__in=_account_texts(setting.accounts),
        claim__restricted=False,
    )


def _financeable(setting: Setting) -> QuerySet[Holding]:
    """As for 譲渡; and those with 譲渡制限, which may go to a financial institution (domain facts §4.1)."""
    return _on_own_accounts(setting).filter(
        role=Holding.Role.HOLDER,
        state__in=[Claim.State.RECORDED, Claim.State.RESERVED],
        due_on__gt=setting.today.date,
        claim__paid_yen=0,
    )


def _accruals(setting: Setting) -> QuerySet[Holding]:
    """Reserved ones of both sides, and recorded ones whose creditor may still take them back."""
    recent = Q(state=Claim.State.RECORDED, accrued_on__gte=setting.today.date - _LOOK_BACK)
    reserved = Q(state=Claim.State.RESERVED)
    holder, obligor = Q(role=Holding.Role.HOLDER), Q(role=Holding.Role.OBLIGOR)
    return _held(setting).filter(holder & (recent | reserved) | obligor & reserved, claim__parent=None)


def _assignments(setting: Setting) -> QuerySet[Holding]:
    """Reserved ones of both sides, and recorded ones whose assignee may still take them back."""
    waiting = Order.objects.filter(state=Order.State.RESERVED, kind=Assignment.kind)
    recent = Q(
        role=Holding.Role.HOLDER,
        state=Claim.State.RECORDED,
        claim__assignor__isnull=False,
        claim__held_since__gte=setting.today.date - _LOOK_BACK,
    )
    reserved = Q(role=Holding.Role.HOLDER, record_number__in=waiting.values("claim_number"))
    return _held(setting).filter(recent | reserved | Q(role=Holding.Role.INCOMING))


def _guaranteeable(setting: Setting) -> QuerySet[Holding]:
    """Recorded ones that the company holds, and that are not due yet."""
    return _on_own_accounts(setting).filter(
        role=Holding.Role.HOLDER, state=Claim.State.RECORDED, due_on__gt=setting.today.date
    )


def _changeable(setting: Setting) -> QuerySet[Holding]:
    """Those of both sides to which nothing happened since their 発生記録."""
    return _on_own_accounts(setting).filter(
        role__in=[Holding.Role.HOLDER, Holding.Role.OBLIGOR],
        state=Claim.State.RECORDED,
        due_on__gt=setting.today.date,
        claim__position=1,
        claim__parent=None,
    )


def _paid(setting: Setting) -> QuerySet[Holding]:
    """What the company owes, or answers for; of a settled one where a guarantor is not paid back yet."""
    owing = [Holding.Role.OBLIGOR, Holding.Role.GUARANTOR]
    not_paid_back = Recourse.objects.filter(amount_yen__gt=F("paid_yen")).exclude(company=setting.company)
    return (
        _on_own_accounts(setting)
        .filter(role__in=owing)
        .filter(_UNPAID | Q(state=Claim.State.SETTLED, claim__in=not_paid_back.values("claim")))
    )


def _received(setting: Setting) -> QuerySet[Holding]:
    """What the company holds, or paid as guarantor and did not get back yet."""
    not_paid_back = Recourse.objects.filter(amount_yen__gt=F("paid_yen"), company=setting.company)
    recourse = Q(role=Holding.Role.GUARANTOR, claim__in=not_paid_back.values("claim"))
    return _on_own_accounts(setting).filter(Q(role=Holding.Role.HOLDER) & _UNPAID | recourse)


def _on_own_accounts(setting: Setting) -> QuerySet[Holding]:
    """Where 口座権限 counts: on the own side of the claim (domain facts §1.3)."""
    return _held(setting).filter(account__in=_account_texts(setting.accounts))


def _held(setting: Setting) -> QuerySet[Holding]:
    return Holding.objects.filter(company=setting.company).select_related("claim")


def _account_texts(accounts: list[SettlementAccount] | Any) -> list[str]:
    return [str(as_account(account)) for account in accounts]


CANDIDATES = {
    "assignment": _assignable,
    "cancel_accrual": _accruals,
    "cancel_assignment": _assignments,
    "guarantee": _guaranteeable,
    "change": _changeable,
    "payment_by_payer": _paid,
    "payment_by_payee": _received,
    "discount": _financeable,
    "collateral": _financeable,
}
