"""ユーザ管理業務, tab メイン: who is there, where each one's certificate stands, what to do next."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import access as accounts
from accounts import drafts
from accounts.models import User
from accounts.second import Proposal
from certs import access, policy
from certs.policy import State
from erec.audience import Audience, for_
from erec.parameters import table

# States in which a person cannot log in until a master issues a certificate.
WITHOUT = (State.NOT_ISSUED, State.WINDOW_OVER, State.EXPIRED, State.REVOKED)


def person_or_404(master: User, login_id: str) -> User:
    """Another company's user is not there."""
    try:
        return accounts.colleague(master, login_id)
    except User.DoesNotExist as error:
        raise Http404 from error


SECOND_FLOW = "second"


def ask_second(request: Any, proposal: Proposal) -> HttpResponse:
    """To the page on which a master confirms, with his approval password, what another must approve."""
    content = {"kind": proposal.kind, "login_id": proposal.login_id, "wanted": dict(proposal.wanted)}
    draft = drafts.begin(request.session, SECOND_FLOW, content)
    return HttpResponseRedirect(f"{reverse('masters-ask')}?draft={draft}")


def people(master: User, at: datetime) -> list[tuple[User, State]]:
    """Everybody who is not deleted, with one word about the certificate."""
    users = accounts.users_of(master).select_related("company")
    return [(user, policy.state_of_person(*access.newest_of(user), at)) for user in users]


@for_(Audience.MASTER)
@require_safe
def main(request: Any) -> HttpResponse:
    rows = people(request.user, request.at)
    masters = accounts.active_masters(request.user.company).count()
    context = {
        "tab": "main",
        "on_tab": True,
        "rows": rows,
        "without": [user for user, state in rows if state in WITHOUT and user.is_active],
        "single_master": masters < 2 and table.value("masters_max") > 1,
        "too_few_masters": masters < table.value("masters_min"),
        "masters_min": table.value("masters_min"),
    }
    return render(request, "certs/portal/main.html", context)
