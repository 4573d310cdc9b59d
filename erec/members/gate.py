"""Every page of the service stands behind this: entered, known, and with the approval password set."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.origin import tell
from certs.middleware import returnable
from erec.members import access, approval
from erec.members.catalogue import BY_CODE, Grant, Tab, Tick, has_checker, tabs_for
from erec.trail.events import Event

View = Callable[..., HttpResponseBase]


def densai(
    *, master: bool = False, right: Grant | None = None, setting_up: bool = False
) -> Callable[[View], View]:
    """Sets request.member, grants and tabs; refuses who lacks the right, naming it and who can give it.

    `right`: the tick that the page needs (a master needs none of MASTERS_OWN). `setting_up`: the page
    on which the approval password is set. Rights come from the database at every click.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            member = access.own(request.user)
            if request.session_row.densai_entered_at is None or member is None:
                _remember(request)
                return HttpResponseRedirect(reverse("services"))
            request.member, request.grants = member, access.powers_of(member)
            request.tabs = [(tab, _address(tab)) for tab in tabs_for(request.grants)]
            if must_set_password(request) and not setting_up:
                return HttpResponseRedirect(reverse("approval-first"))
            if master and not request.user.is_master:
                return refused(request, "マスターユーザであること")
            if right is not None and not may_open(request, right):
                return refused(request, f"{BY_CODE[right[0]].name}の{right[1]}権限")
            return view(request, *args, **kwargs)

        return guarded

    return guard


# In the session: the page that was asked for before the service was entered; entering leads there.
WANTED = "wanted"


def _remember(request: Any) -> None:
    if request.method == "GET":
        request.session[WANTED] = returnable(request.get_full_path())


# What a master may open without a tick: the company's own record is his to watch.
MASTERS_OWN = frozenset({("operation_history", Tick.USE), ("member_inquiry", Tick.USE)})


def may_open(request: Any, right: Grant) -> bool:
    return right in request.grants or (request.user.is_master and right in MASTERS_OWN)


# Tabs that lead to a page of their own; the others say what one may do there.
PAGES = {
    Tab.TOP: "densai-top",
    Tab.ADMINISTRATION: "administration",
    Tab.INQUIRY: "claims",
    Tab.ACCOUNTING: "accounting",
}


def _address(tab: Tab) -> str:
    return reverse(PAGES[tab]) if tab in PAGES else reverse("business", args=[tab.name.lower()])


def must_set_password(request: Any) -> bool:
    """A master without one, and a checker whose one is initial, set it before anything else."""
    standing = approval.standing(request.member)
    if request.member.is_master:
        return not standing.exists or standing.is_initial
    return has_checker(request.grants) and standing.is_initial


def refused(request: Any, missing: str) -> HttpResponse:
    """Why not, and who can help (403); the trail keeps it."""
    with transaction.atomic():
        tell(
            Event.RIGHT_DENIED,
            at=request.at,
            origin=request.origin,
            acting_user=request.user,
            company_id=request.user.company_id,
            target=request.resolver_match.url_name,
        )
    context = {"missing": missing, "masters": access.masters_of(request.user)}
    return render(request, "members/refused.html", context, status=403)
