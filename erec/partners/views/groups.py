"""取引先グループ: the list, one group with its partners and amounts, and its deletion.

The partners of a group under way travel in the page: nothing is saved before ［保存］, and nothing is lost.
"""

from typing import Any

from django.db.models import Count, Sum
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import NotAllowed
from erec.audience import Audience, for_
from erec.members.gate import densai
from erec.partners import access, policy
from erec.partners.actions import groups
from erec.partners.errors import Changed, LimitReached, NameTaken
from erec.partners.forms import DeleteForm, GroupForm, amount_name, whole_numbers
from erec.partners.models import Partner, PartnerGroup
from erec.partners.views.partners import right_missing
from erec.partners.views.saying import said, say

NAME_TAKEN = "同じ名前のグループがあります。別の名前にしてください。"
CHANGED = (
    "この画面を開いたあとに、ほかの人がこのグループを変更したか、取引先を削除しました。"
    "下の内容を確かめて、よければもう一度保存してください。"
)
CHANGED_BEFORE_DELETION = (
    "この画面を開いたあとに、ほかの人がこのグループを変更しました。下の内容を確かめてください。"
)
OFFERED_MAX = 50


@for_(Audience.USER)
@require_safe
@densai(right=access.RIGHT)
def index(request: Any) -> HttpResponse:
    rows = access.groups_of(request.user.company_id).annotate(
        count=Count("members"), total_yen=Sum("members__amount_yen")
    )
    return render(request, "partners/groups.html", {"groups": rows, "said": said(request)})


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def new(request: Any) -> HttpResponse:
    return _GroupPage(request, None).answer()


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def one(request: Any, group: int) -> HttpResponse:
    return _GroupPage(request, _group(request, group)).answer()


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=access.RIGHT)
def delete(request: Any, group: int) -> HttpResponse:
    row = _group(request, group)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            groups.delete_group(
                row.pk,
                version=form.cleaned_data["version"],
                acting_user=request.user,
                at=request.at,
                origin=request.origin,
            )
        except NotAllowed:
            return right_missing(request)
        except PartnerGroup.DoesNotExist:
            raise Http404 from None
        except Changed:
            form.add_error(None, CHANGED_BEFORE_DELETION)
            status, row = 409, _group(request, group)
        else:
            say(request, f"グループ「{row.name}」を削除しました。")
            return HttpResponseRedirect(reverse("partners-groups"))
    context = {"group": row, "form": form, "members": access.members_of(row)}
    return render(request, "partners/group_delete.html", context, status=status)


def _group(request: Any, pk: int) -> PartnerGroup:
    try:
        return access.group_for(request.user, pk)
    except PartnerGroup.DoesNotExist:
        raise Http404 from None


class _GroupPage:
    """One page: name, partners with amounts, a search for more. ［保存］ alone writes."""

    def __init__(self, request: Any, group: PartnerGroup | None) -> None:
        self.request, self.group = request, group

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.page(self.as_saved())
        step = self.request.POST.get("step", "")
        if step in ("find", "take") or step.startswith("drop:"):
            return self.page(self.after(step), offer=step != "take")
        partners = self.partners(self.request.POST.getlist("member"))
        form = GroupForm(partners, self.request.POST)
        return self.saved(form) if form.is_valid() else self.page(form, status=422)

    def partners(self, ids: list[str]) -> list[Partner]:
        """Own partners that are still there, in the list's order; of others nothing is said."""
        wanted = whole_numbers(ids, most=policy.GROUP_MEMBERS_MAX + OFFERED_MAX)
        return list(access.partners_of(self.request.user.company_id).filter(pk__in=wanted).order_by(*ORDER))

    def as_saved(self) -> GroupForm:
        if self.group is None:
            return GroupForm([], initial={"version": 0})
        members = access.members_of(self.group)
        amounts = {amount_name(m.partner): f"{m.amount_yen:,}" for m in members if m.amount_yen is not None}
        initial = {"name": self.group.name, "version": self.group.version, **amounts}
        return GroupForm([member.partner for member in members], initial=initial)

    def after(self, step: str) -> GroupForm:
        """The page as it was typed, with the ticked partners more, or one less."""
        posted = self.request.POST
        ids = posted.getlist("member")
        if step == "take":
            ids += posted.getlist("candidate")
        gone = step.removeprefix("drop:")
        partners = [partner for partner in self.partners(ids) if str(partner.pk) != gone]
        return GroupForm(partners, initial=posted.dict())

    def saved(self, form: GroupForm) -> HttpResponse:
        request = self.request
        try:
            group = groups.save_group(
                self.group.pk if self.group else None,
                form.cleaned_data["name"],
                form.members(),
                version=form.cleaned_data["version"],
                acting_user=request.user,
                at=request.at,
                origin=request.origin,
            )
        except NotAllowed:
            return right_missing(request)
        except PartnerGroup.DoesNotExist:
            raise Http404 from None
        except NameTaken:
            form.add_error("name", NAME_TAKEN)
        except LimitReached as limit:
            form.add_error(None, limit.sentence)
        except Changed:
            form.add_error(None, CHANGED)
            return self.page(form, status=409, now=True)
        else:
            say(request, f"グループ「{group.name}」を保存しました。")
            return HttpResponseRedirect(reverse("partners-groups"))
        return self.page(form, status=422)

    def page(
        self, form: GroupForm, *, status: int = 200, offer: bool = False, now: bool = False
    ) -> HttpResponse:
        words = self.request.POST.get("words", "")[:40]
        context = {
            "form": form,
            "group": self.group,
            "words": words,
            "offered": self.offered(words, form) if offer else None,
            "version": self.version_now() if now else form["version"].value(),
        }
        return render(self.request, "partners/group.html", context, status=status)

    def offered(self, words: str, form: GroupForm) -> list[Partner]:
        """Partners to add: those that fit and are not in yet."""
        rows = access.partners_of(self.request.user.company_id).filter(access.sought(words))
        there = [partner.pk for partner in form.partners]
        return list(rows.exclude(pk__in=there).order_by(*ORDER)[:OFFERED_MAX])

    def version_now(self) -> int:
        return _group(self.request, self.group.pk).version if self.group else 0


ORDER = ("sort_name", "pk")
