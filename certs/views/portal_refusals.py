"""The page of ユーザ管理業務 for an act that was refused: what happened, what stays, what to do next."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts.errors import (
    AccountsError,
    AlreadyThere,
    Changed,
    LastMaster,
    LimitReached,
    NotAllowed,
    NothingToChange,
    NotUsable,
    Stale,
)
from accounts.policy import WHY_NOT_AT_ALL
from certs.errors import CertsError, NothingToDo, TooMany

_SENTENCES: dict[type[Exception], str] = {
    NotAllowed: WHY_NOT_AT_ALL,
    NotUsable: "このユーザは、今はこの操作ができる状態ではありません。先に、ほかの手続きが済んでいます。",
    Stale: "画面を開いたあとに、ほかの手続きで内容が変わりました。",
    LastMaster: "マスターユーザが足りなくなります。先に、別のマスターユーザを登録してください。",
    AlreadyThere: "このユーザIDはすでに使われています。別のユーザIDで登録してください。",
    NothingToChange: "変わるところがありません。",
    NothingToDo: "手続きは、すでに済んでいます。",
    TooMany: "1人が持てる電子証明書の上限に達しています。使わないものを失効してください。",
}


def refused(request: Any, error: AccountsError | CertsError, *, back: str, why: str = "") -> HttpResponse:
    """409, or 403 for what the person may not; `back` is where to look at the present state."""
    context = {
        "why": why or _sentence(error),
        "differences": error.differences if isinstance(error, Changed) else [],
        "back": back,
    }
    status = 403 if isinstance(error, NotAllowed) else 409
    return render(request, "certs/portal/refused.html", context, status=status)


def _sentence(error: AccountsError | CertsError) -> str:
    if isinstance(error, LimitReached):
        return error.sentence
    return next(sentence for kind, sentence in _SENTENCES.items() if isinstance(error, kind))
