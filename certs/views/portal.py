"""ユーザ管理業務, tab メイン: who is there and where each one's certificate stands."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import access as accounts
from certs import access, policy
from erec.audience import Audience, for_


@for_(Audience.MASTER)
@require_safe
def main(request: Any) -> HttpResponse:
    rows = [
        (user, policy.state_of_person(*access.newest_of(user), request.at))
        for user in accounts.users_of(request.user)
    ]
    return render(request, "certs/portal.html", {"rows": rows})
