"""債権情報照会: the company's claims as a list, and one claim's page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.claims import access, reading, stages, story
from erec.claims.forms import ClaimSearchForm
from erec.claims.marks import marks_of
from erec.claims.models import Claim, Holding, Recourse
from erec.claims.pictures import timeline, tree
from erec.claims.possible import possible
from erec.claims.story import state_of
from erec.lists.downloads import Column, Kind
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.catalogue import Tick
from erec.members.gate import densai
from erec.parameters import business_day

RIGHT = ("inquiry", Tick.USE)
Role = Holding.Role
State = Claim.State


CLAIMS = Listing[Holding](
    name="債権一覧",
    orders=(
        Order("due", "支払期日の近い順", ("due_on", "id")),
        Order("accrued", "発生日の新しい順", ("accrued_on", "id"), descending=True),
    ),
    columns=(
        Column("記録番号", lambda h: h.record_number, width=24),
        Column("立場", lambda h: h.get_role_display(), width=16),
        Column("状態", state_of, width=12),
        Column("債権金額（円）", lambda h: h.amount_yen, Kind.YEN),
        Column("支払期日", lambda h: h.due_on, Kind.DATE),
        Column("発生日", lambda h: h.accrued_on, Kind.DATE),
        Column("相手方 利用者番号", lambda h: h.counterpart_number, width=18),
        Column("相手方", lambda h: h.counterpart_name, width=40),
        Column("自社の決済口座", lambda h: reading.account_words(h.account), width=40),
    ),
)


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def claims(request: Any) -> HttpResponseBase:
    """What is open, the nearest due date first; everything else by search."""
    form = ClaimSearchForm(request.user.company, request.GET)
    today = business_day.today(request.at).date
    found = form.applied_to(access.holdings_of(request.user.company_id))
    marks = marks_of(request.user.company_id)
    return _listing(marks).answer(
        request,
        "claims/claims.html",
        form=form,
        found=found,
        context={"searched": any(request.GET.get(name) for name in form.fields)},
        shown_as=lambda rows: [
            (h, state_of(h), reading.distance(h.due_on, today), marks.get(h.record_number, "")) for h in rows
        ],
    )


def _listing(marks: Mapping[str, str]) -> Listing[Holding]:
    """What is said beside the book's own words depends on who looks."""
    marked = Column[Holding]("担保", lambda h: marks.get(h.record_number, ""), width=16)
    return replace(CLAIMS, columns=(*CLAIMS.columns, marked))


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def claim(request: Any, record_number: str) -> HttpResponse:
    """One claim as the company may see it, what may still be done, and how it came to be so."""
    company_id = request.user.company_id
    with transaction.atomic():  # one business date for the whole page
        today = business_day.today(request.at)
        parts = access.parts_of(company_id, record_number)
        if not parts:
            raise Http404
        claim = access.claim_for(company_id, record_number)
        offered = possible(claim, company_id, today)
        recourses = list(access.recourses_for(company_id, record_number))
    acts = [
        {
            "act": act,
            "left": reading.time_left(act.until, today.moment) if act.until else "",
            "allowed": (act.business, Tick.MAKER) in request.grants,
        }
        for act in offered
    ]
    not_allowed = [act for act in offered if act.is_open and (act.business, Tick.MAKER) not in request.grants]
    context = {
        "claim": claim,
        "parts": parts,
        "heading": heading(claim, parts[0], recourses),
        "open_yen": claim.amount_yen - claim.paid_yen,
        "recourses": recourses,
        "state": state_of(parts[0]),
        "mark": marks_of(company_id, [record_number]).get(record_number, ""),
        "steps": [] if parts[0].role == Role.FORMER else stages.of_claim(State(claim.state)),
        "due_on": reading.day(claim.due_on),
        "distance": reading.distance(claim.due_on, today.date) if claim.state in OPEN else "",
        "obligor_account": reading.account_words(claim.obligor_account) if claim.obligor_account else "",
        "holder_account": reading.account_words(claim.holder_account) if claim.holder_account else "",
        "guarantors": access.guarantors_for(company_id, record_number),
        "acts": acts,
        "not_allowed": [act.name for act in not_allowed],
        **_story(claim, company_id, today.date),
    }
    return render(request, "claims/claim.html", context)


OPEN = (State.RESERVED, State.RECORDED)

# What the claim is to the company, in one sentence: the page's heading.
HEADINGS: dict[tuple[str, str], str] = {
    (Role.OBLIGOR, State.RESERVED): "{due}に、{holder}に支払う予約です",
    (Role.OBLIGOR, State.RECORDED): "{due}に、{holder}に支払います",
    (Role.OBLIGOR, State.SETTLED): "{holder}に支払いました",
    (Role.OBLIGOR, State.DEFAULTED): "{holder}に支払えませんでした",
    (Role.HOLDER, State.RESERVED): "{due}に、{obligor}から受け取る予約です",
    (Role.HOLDER, State.RECORDED): "{due}に、{obligor}から受け取ります",
    (Role.HOLDER, State.SETTLED): "{obligor}から受け取りました",
    (Role.HOLDER, State.DEFAULTED): "{obligor}から支払われませんでした",
    (Role.GUARANTOR, State.RECORDED): "{obligor}の支払を保証しています",
    (Role.GUARANTOR, State.SETTLED): "{obligor}が支払い、保証は終わりました",
    (Role.GUARANTOR, State.DEFAULTED): "保証している債権が、支払不能になりました",
}


# The same when a guarantor paid: it is over for the holder, but not between the others.
REPAID: dict[str, str] = {
    Role.OBLIGOR: "保証人が支払いました",
    Role.HOLDER: "支払を受けました",
    Role.GUARANTOR: "ほかの保証人が支払いました",
}
REPAID_BY_OWN = "{obligor}の代わりに支払いました"


def heading(claim: Claim, part: Holding, recourses: Sequence[Recourse] = ()) -> str:
    if part.role == Role.FORMER:
        return "この債権は、譲渡しました"
    if part.role == Role.INCOMING:
        return f"{claim.obligor_name}の債権を譲り受ける予約です"
    if part.state == State.CANCELLED:
        return "この債権は、取り消されました"
    words = {"due": reading.day(claim.due_on), "holder": claim.holder_name, "obligor": claim.obligor_name}
    if recourses and part.state == State.SETTLED:
        own = any(one.company_id == part.company_id for one in recourses)
        return (REPAID_BY_OWN if own else REPAID[part.role]).format(**words)
    return HEADINGS[part.role, part.state].format(**words)


def _story(claim: Claim, company_id: int, today: date) -> dict[str, Any]:
    """The pictures with the lists that say the same."""
    history = history_of(claim, company_id)
    moments = story.moments(history, claim, today)
    family = story.family(company_id, claim.record_number)
    shown = family[: story.FAMILY_MAX]
    return {
        "history": history,
        "timeline": timeline.drawn(moments) if moments else None,
        "coming": [one for one in moments if one.tone is story.Tone.COMING],
        "family": [(one, state_of(one.part)) for one in shown],
        "family_is_cut": len(family) > len(shown),
        "tree": tree.drawn(shown) if len(family) > 1 else None,
    }


def history_of(claim: Claim, company_id: int) -> list[reading.Told]:
    """The records that the company may see; who has a part now sees what became of the transfer too."""
    events = access.events_for(company_id, claim.record_number)
    if claim.pk is None:
        return reading.history(events, (), company_id)
    return reading.history(events, claim.settlement_results.all(), company_id, claim.halts.all())
