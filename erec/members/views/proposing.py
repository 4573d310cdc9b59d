"""What comes of a master's act that waits for another master: its request's page, or why there is none."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts import second
from accounts.second import NotProposed, Proposal


def proposed(request: Any, proposal: Proposal) -> HttpResponse:
    """The master's approval password was checked before."""
    try:
        number = second.propose(proposal, acting_user=request.user, at=request.at, origin=request.origin)
    except NotProposed as refused:
        return render(request, "members/not_proposed.html", {"sentence": refused.sentence}, status=409)
    return HttpResponseRedirect(f"{reverse('request', args=[number])}?done=submitted")
