"""What a refusal of the engine looks like: one page for all, with the status that says its kind."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from erec.members import gate
from erec.members.catalogue import BY_CODE
from erec.workflow.difference import Change
from erec.workflow.errors import (
    AlreadyApproved,
    CertificateTooNew,
    CheckFailed,
    MovedOn,
    NotThere,
    NotYourTurn,
    OverLimit,
    OwnEntry,
    RightMissing,
    SameDevice,
    TooEarly,
    TooLate,
    TooManyDrafts,
    TooManyLines,
    WorkflowError,
)
from erec.workflow.models import Request
from erec.workflow.states import MOVES, Move

STATUS: dict[type[WorkflowError], int] = {
    OwnEntry: 403,
    NotYourTurn: 403,
    CertificateTooNew: 403,
    OverLimit: 403,
    SameDevice: 403,
    MovedOn: 409,
    AlreadyApproved: 409,
    TooLate: 409,
    TooEarly: 409,
    CheckFailed: 422,
    TooManyDrafts: 422,
    TooManyLines: 422,
}


def page(request: Any, refused: WorkflowError, row: Request, move: Move) -> HttpResponse:
    """Why `move` of `row` did not happen. A missing right is told to the trail too."""
    if isinstance(refused, NotThere):
        raise Http404
    if isinstance(refused, RightMissing):
        return gate.refused(request, f"{BY_CODE[row.business].name}の{MOVES[move].tick}権限")
    context = {"sentence": refused.sentence, "row": row, "move": move, "here": _tab(row)}
    return render(request, "workflow/refused.html", context, status=STATUS[type(refused)])


def out_of_date(request: Any, row: Request, changes: Sequence[Change], look_url: str) -> HttpResponse:
    """The request changed after the page was opened: what was seen, and what is there now."""
    context = {"row": row, "changes": changes, "look_url": look_url, "here": _tab(row)}
    return render(request, "workflow/out_of_date.html", context, status=409)


def _tab(row: Request) -> str:
    return BY_CODE[row.business].tab.name
