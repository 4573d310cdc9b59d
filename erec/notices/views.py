"""通知情報: the list, one notice, and which kinds come by mail."""

from contextlib import suppress
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import NotAllowed
from erec.audience import Audience, for_
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.gate import densai
from erec.notices import access, actions
from erec.notices.forms import MailChoicesForm, SearchForm
from erec.notices.models import Notice

NEWEST = Order("new", "新しい順", ("created_at", "id"), descending=True)
NOTICES: Listing[Notice] = Listing(
    name="通知情報",
    orders=(NEWEST,),
    columns=(
        Column("通知日時", lambda n: n.created_at, Kind.MOMENT),
        Column("重要度", lambda n: n.importance, width=8),
        Column("種類", lambda n: n.label, width=24),
        Column("業務", lambda n: n.business_name, width=20),
        Column("件名", lambda n: n.subject, width=60),
        Column("内容", lambda n: " ".join(n.lines), width=60),
        Column("請求番号", lambda n: n.request_no),
        Column("記録番号", lambda n: n.record_number, width=24),
        Column("未読", lambda n: "未読" if n.unread else "", width=8),  # type: ignore[attr-defined]
    ),
)
NOT_USABLE = "ご利用が停止されたため、変更できませんでした。設定は元のままです。"


@for_(Audience.USER)
@require_safe
@densai()
def notices(request: Any) -> HttpResponseBase:
    """通知情報一覧: what this person may see, the newest first."""
    form = SearchForm(access.kinds_for(request.member, request.grants), request.GET)
    found = access.with_unread(access.visible_to(request.member, request.grants), request.member, request.at)
    context = {"newest": found.order_by("-created_at", "-id").first(), "counted_max": access.COUNTED_MAX}
    return NOTICES.answer(
        request, "notices/notices.html", form=form, found=form.applied_to(found), context=context
    )


@for_(Audience.USER)
@require_safe
@densai()
def notice(request: Any, notice: str) -> HttpResponse:
    """One notice, read by being opened, and where to go on from it."""
    shown = _notice(request, notice)
    if request.method == "GET":
        actions.mark_read([shown], member=request.member, at=request.at)
    unread = access.unread_by(request.member, request.grants, request.at).exclude(pk=shown.pk)
    context = {
        "notice": shown,
        "next": unread.order_by("-created_at", "-id").first(),
        "for_want_of_a_holder": access.is_for_want_of_a_holder(shown, request.grants),
    }
    return render(request, "notices/notice.html", context)


def _notice(request: Any, code: str) -> Notice:
    try:
        return access.notice_for(request.member, request.grants, code)
    except Notice.DoesNotExist:
        raise Http404 from None


@for_(Audience.USER)
@require_POST
@densai()
def read_all(request: Any) -> HttpResponse:
    """すべて既読にする, up to the newest notice that the page knew; nothing if that one is hidden now."""
    with suppress(Http404):
        newest = _notice(request, request.POST.get("newest", "").replace("\0", "\ufffd"))
        actions.mark_all_read(up_to=newest, member=request.member, at=request.at)
    return HttpResponseRedirect(reverse("notices"))


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai()
def mail_choices(request: Any) -> HttpResponse:
    """メール通知の設定: one's own, of the kinds that one may be told."""
    kinds = access.kinds_for(request.member, request.grants)
    chosen = access.mail_choices_of(request.member)
    form = MailChoicesForm(
        {what: chosen[what] for what in kinds}, request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_mails(
                request.member, form.wanted(), acting_user=request.user, at=request.at, origin=request.origin
            )
        except NotAllowed:
            form.add_error(None, NOT_USABLE)
        else:
            return HttpResponseRedirect(f"{reverse('mail-choices')}?saved=1")
    context = {"form": form, "saved": "saved" in request.GET}
    return render(request, "notices/mail_choices.html", context, status=422 if form.errors else 200)
