"""取引先の登録 and 変更: form, search of a bank, confirmation, and back, at one address.

What was typed travels in the page from step to step, so that a refusal, the way back or another tab loses
nothing. Every step asks the directory again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.errors import NotAllowed
from erec.audience import Audience, for_
from erec.members.gate import densai
from erec.partners import access, banks, choosing
from erec.partners.actions import partners
from erec.partners.actions.partners import Entry
from erec.partners.errors import AlreadyThere, Changed, LimitReached, NotFound, OwnCompany, Similar
from erec.partners.forms import CheckedForm, PartnerForm, as_typed, whole_numbers
from erec.partners.models import Partner
from erec.partners.views.partners import right_missing
from erec.partners.views.saying import say

NOT_FOUND = (
    "この利用者番号と口座の組合せを確認できません。取引先から伝えられた内容と合っているか、確かめてください。"
)
UNKNOWN_BANK = "この金融機関コードは一覧にありません。名前で探すこともできます。"
OWN_COMPANY = "自社は取引先に登録できません。"
ALREADY_THERE = "同じ利用者番号・口座の取引先が、もう登録されています。"
CHANGED = (
    "この画面を開いたあとに、ほかの人がこの取引先を変更しました。"
    "下の「今の登録」を確かめて、よければもう一度進んでください。"
)
GONE = "この取引先は、ほかの人が削除しました。新しい取引先として登録するときは、このまま進んでください。"
SIMILAR_NOW = "確認の間に、似た取引先が登録されました。下の内容を確かめてください。"
SEEN_MAX = 100


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def new(request: Any) -> HttpResponse:
    return _Adding(request).answer()


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def change(request: Any, partner: int) -> HttpResponse:
    try:
        return _Changing(request, access.partner_for(request.user, partner)).answer()
    except Partner.DoesNotExist:
        if request.method == "POST" and access.was_deleted(request.user, partner):
            return _Adding(request).after_deletion()
        raise Http404 from None


class _Adding:
    """The steps of a new partner; of an old one, see below."""

    row: Partner | None = None
    done = "登録しました。"

    def __init__(self, request: Any) -> None:
        self.request = request

    def save(self, entry: Entry, seen: Sequence[int]) -> Partner:
        return partners.add(entry, seen=seen, **self.acting)

    @property
    def acting(self) -> dict[str, Any]:
        return {"acting_user": self.request.user, "at": self.request.at, "origin": self.request.origin}

    def initial(self) -> dict[str, str]:
        return {}

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.page(self.initial())
        step, typed = self.request.POST.get("step", ""), self.request.POST.dict()
        if choosing.is_choice(step):
            return self.page(*choosing.choose(step, typed))
        if step == "mend":
            return self.page(typed)
        form = PartnerForm(self.request.POST)
        if not form.is_valid():
            return self.refused(form)
        return self.saved(form) if step == "save" else self.confirmation(form)

    def after_deletion(self) -> HttpResponse:
        """What was typed about a partner that is gone can become a new one."""
        if choosing.is_choice(self.request.POST.get("step", "")):
            return self.answer()
        form = PartnerForm(self.request.POST)
        form.full_clean()
        form.add_error(None, GONE)
        return self.refused(form, status=409)

    def page(self, values: Mapping[str, str], chosen: choosing.Choosing | None = None) -> HttpResponse:
        return self._form_page(PartnerForm(initial=dict(values)), chosen or choosing.shown(values))

    def refused(self, form: PartnerForm, *, status: int = 422, **more: Any) -> HttpResponse:
        return self._form_page(form, choosing.shown(self.request.POST.dict()), status, **more)

    def _form_page(
        self, form: PartnerForm, chosen: choosing.Choosing, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {
            "form": form,
            "chosen": chosen,
            "partner": self.row,
            "version": self.version,
            "summary_title": f"まだ{self.done.removesuffix('しました。')}していません。",
            **more,
        }
        return render(self.request, "partners/edit.html", context, status=status)

    def confirmation(
        self, form: PartnerForm, checked: CheckedForm | None = None, *, status: int = 200, note: str = ""
    ) -> HttpResponse:
        """What the directory says of it, and the partners that look alike. Or why it cannot be."""
        entry, company_id = form.entry(), self.request.user.company_id
        but = self.row.pk if self.row else 0
        try:
            found = partners.look_up(entry, company_id)
        except (NotFound, OwnCompany) as refusal:
            return self.not_possible(form, refusal)
        there = partners.same(company_id, entry.key, but=but)
        if there is not None:
            return self.not_possible(form, AlreadyThere(there))
        context = {
            "form": form,
            "checked": checked or CheckedForm(),
            "found": found,
            "bank_name": banks.bank_name(entry.key.account.bank_code),
            "branch_name": banks.branch_name(entry.key.account.bank_code, entry.key.account.branch_code),
            "kind": dict(form.fields["kind"].choices)[entry.key.account.kind],  # type: ignore[attr-defined]
            "similar": partners.similar(company_id, entry, found, but=but),
            "partner": self.row,
            "version": self.version,
            "note": note,
        }
        return render(self.request, "partners/confirm.html", context, status=status)

    def saved(self, form: PartnerForm) -> HttpResponse:
        checked = CheckedForm(self.request.POST)
        if not checked.is_valid():
            return self.confirmation(form, checked, status=422)
        seen = whole_numbers(self.request.POST.getlist("seen"), most=SEEN_MAX)
        try:
            partner = self.save(form.entry(), seen)
        except NotAllowed:
            return right_missing(self.request)
        except Similar:
            return self.confirmation(form, status=409, note=SIMILAR_NOW)
        except Changed:
            form.add_error(None, CHANGED)
            return self.refused(form, status=409, **self.as_it_is_now())
        except (NotFound, OwnCompany, AlreadyThere, LimitReached) as refusal:
            return self.not_possible(form, refusal)
        say(self.request, f"{partner.shown_name}を{self.done}")
        return HttpResponseRedirect(reverse("partners-one", args=[partner.pk]))

    def not_possible(
        self, form: PartnerForm, refusal: NotFound | OwnCompany | AlreadyThere | LimitReached
    ) -> HttpResponse:
        if isinstance(refusal, NotFound):
            if not banks.bank_name(form.cleaned_data["bank_code"]):
                form.add_error("bank_code", UNKNOWN_BANK)
            form.add_error("user_number", NOT_FOUND)
        elif isinstance(refusal, OwnCompany):
            form.add_error("user_number", OWN_COMPANY)
        elif isinstance(refusal, AlreadyThere):
            form.add_error(None, ALREADY_THERE)
            return self.refused(form, there=refusal.partner)
        else:
            form.add_error(None, refusal.sentence)
        return self.refused(form)

    @property
    def version(self) -> int:
        """Of the row that the first page showed; 0, which no row has, for what no page of ours sent."""
        return next(iter(whole_numbers([self.request.POST.get("version", "")], most=1)), 0)

    def as_it_is_now(self) -> dict[str, Any]:
        return {}


class _Changing(_Adding):
    """The steps of a change: the version of the row that the first page showed goes along."""

    done = "変更しました。"

    def __init__(self, request: Any, row: Partner) -> None:
        super().__init__(request)
        self.row: Partner = row

    def save(self, entry: Entry, seen: Sequence[int]) -> Partner:
        return partners.change(self.row.pk, entry, version=self.version, seen=seen, **self.acting)

    def initial(self) -> dict[str, str]:
        return as_typed(self.row)

    @property
    def version(self) -> int:
        return super().version if self.request.method == "POST" else self.row.version

    def as_it_is_now(self) -> dict[str, Any]:
        """For the next try, which is then made knowingly."""
        now = access.partner_for(self.request.user, self.row.pk)
        return {"now": now, "version": now.version}
