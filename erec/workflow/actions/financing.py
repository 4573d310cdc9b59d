"""The institution's answer to an application, until its console exists by a command. One transaction, once.

Locks: the demands of the application's lines in the order of their ids, its request, the application itself,
then the book's claims: as everybody who answers, withdraws or lets a demand lapse.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.origin import Origin, tell
from erec.claims import sanctions
from erec.claims.instructions import Instruction, from_json
from erec.financing import access as financing
from erec.financing import actions, institution, policy
from erec.financing.actions import Terms
from erec.financing.errors import AnsweredOtherwise, WrongTerms
from erec.financing.models import Application, ApplicationLine
from erec.parameters import business_day
from erec.parameters.business_day import Today
from erec.trail.events import Event
from erec.workflow import access, effects
from erec.workflow.consenting import consented
from erec.workflow.models import Demand, Line, Request
from erec.workflow.states import LineState

RATE_MAX = Decimal("100")


@dataclass(frozen=True)
class Answer:
    """What the institution says. `lines`: those it accepts; None: all that still wait."""

    proceeds_yen: int
    loan_yen: int | None = None
    rate: Decimal | None = None
    lines: frozenset[int] | None = None


@dataclass(frozen=True)
class _Asked:
    """An application and everything that waits for its answer, locked."""

    application: Application
    request: Request
    waiting: Sequence[tuple[Line, Demand]]  # the lines with their open demands, in turn


@transaction.atomic
def accept(application_no: str, answer: Answer, *, at: datetime, origin: Origin) -> Application:
    """承諾 of all claims or of some: they are reserved in the book for their day; the others end as 否認.

    The same answer again changes nothing. Raises Application.DoesNotExist, AnsweredOtherwise, WrongTerms.
    """
    today = business_day.today(at)
    asked = _locked(application_no)
    if not asked.waiting and _is_accepted_so(asked.application, answer):
        return asked.application
    _check_open(asked, today)
    _check_may_borrow(asked.application, today)
    terms = _terms(asked, answer)
    actions.keep_terms(asked.application, terms, at)
    ordered: list[tuple[Line, Instruction]] = []
    for line, demand in asked.waiting:
        is_accepted = line.number in terms.lines
        _end(line, demand, Demand.State.ACCEPTED if is_accepted else Demand.State.DENIED, at)
        if is_accepted:
            ordered.append((line, consented(from_json(demand.instruction), today)))
    effects.place(asked.request, ordered, at)
    return _told(asked, Event.FINANCING_ACCEPTED, at, origin, amount_yen=terms.proceeds_yen)


@transaction.atomic
def decline(application_no: str, because: str, *, at: datetime, origin: Origin) -> Application:
    """否認 of all that waits; the company reads why. The same answer again changes nothing.

    Raises Application.DoesNotExist, AnsweredOtherwise.
    """
    today = business_day.today(at)
    asked = _locked(application_no)
    application = asked.application
    if application.state == Application.State.DECLINED and application.because == because:
        return application
    _check_open(asked, today)
    actions.keep_refusal(application, because, at)
    for line, demand in asked.waiting:
        line.error = because
        line.save(update_fields=["error"])
        _end(line, demand, Demand.State.DENIED, at)
    return _told(asked, Event.FINANCING_DECLINED, at, origin)


def _locked(application_no: str) -> _Asked:
    found = Application.objects.get(application_no=application_no)
    lines = Line.objects.filter(company_id=found.company_id, request__request_no=found.request_no)
    demand_ids = Demand.objects.filter(line__in=lines).order_by("pk").values_list("pk", flat=True)
    demands = [access.locked_demand(pk) for pk in list(demand_ids)]
    request = (
        Request.objects.select_for_update(of=("self",))
        .select_related("company")
        .get(company_id=found.company_id, request_no=found.request_no)
    )
    application = financing.locked(application_no)
    by_demand = {line.demand_id: line for line in lines}
    waiting = [(by_demand[d.pk], d) for d in demands if d.state == Demand.State.OPEN]
    return _Asked(application, request, sorted(waiting, key=lambda pair: pair[0].number))


def _check_open(asked: _Asked, today: Today) -> None:
    if not asked.waiting:
        state = asked.application.get_state_display()
        raise AnsweredOtherwise(f"この申込は、すでに「{state}」になっています。何も変わっていません。")
    if today.moment >= asked.application.answer_until:
        raise AnsweredOtherwise("この申込の回答期限を過ぎました。何も変わっていません。")


def _check_may_borrow(application: Application, today: Today) -> None:
    """No lending to who came under 取引停止処分 since it applied (domain facts §4.8)."""
    days = (today.date, application.wished_on)
    sanctioned = any(sanctions.is_sanctioned(application.company_id, on) for on in days)
    _require(not sanctioned, "この企業は取引停止処分の期間中のため、承諾できません。")


def _is_accepted_so(application: Application, answer: Answer) -> bool:
    """Whether exactly this was answered before."""
    accepted = list(application.lines.filter(granted_yen__gt=0))
    return (
        bool(accepted)
        and sum(line.proceeds_yen for line in accepted) == answer.proceeds_yen
        and application.rate == answer.rate
        and answer.lines in (None, {line.number for line in accepted})
        and (answer.loan_yen is None or answer.loan_yen == application.granted_yen)
    )


def _terms(asked: _Asked, answer: Answer) -> Terms:
    """What was answered, checked against what was asked. Raises WrongTerms."""
    numbers = {line.number for line, _ in asked.waiting}
    chosen = numbers if answer.lines is None else answer.lines
    _require(bool(chosen) and chosen <= numbers, f"回答できる明細は {_in_words(numbers)} です。")
    _require(answer.rate is None or 0 <= answer.rate <= RATE_MAX, "利率は0から100までの数にしてください。")
    lines = list(asked.application.lines.filter(number__in=chosen).order_by("number"))
    loan_yen = None
    if asked.application.is_collateral:
        loan_yen = answer.proceeds_yen if answer.loan_yen is None else answer.loan_yen
    _require(asked.application.is_collateral or answer.loan_yen is None, "割引に、貸付の金額はありません。")
    wished_yen = asked.application.loan_yen or 0
    _require((loan_yen or 0) <= wished_yen, f"希望借入金額は{wished_yen:,}円です。それより多くは貸せません。")
    _check_amounts(lines, answer.proceeds_yen, loan_yen)
    return Terms(frozenset(chosen), answer.proceeds_yen, loan_yen, answer.rate)


def _check_amounts(lines: Sequence[ApplicationLine], proceeds_yen: int, loan_yen: int | None) -> None:
    amounts = [line.amount_yen for line in lines]
    most = sum(amounts)
    _require(loan_yen is None or 0 < loan_yen <= most, f"貸付の金額は1円から{most:,}円までです。")
    granted = amounts if loan_yen is None else policy.shared(loan_yen, amounts)
    most = sum(granted)
    _require(0 < proceeds_yen <= most, f"入金する金額は1円から{most:,}円までです。")
    shares = policy.shared(proceeds_yen, granted) if min(granted) > 0 else [0]
    _require(min(shares) > 0, "金額が小さすぎて、債権ごとに分けられません。")


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise WrongTerms(f"{sentence}何も変わっていません。")


def _in_words(numbers: Collection[int]) -> str:
    return "、".join(str(number) for number in sorted(numbers)) or "なし"


_TO: dict[Demand.State, LineState] = {
    Demand.State.ACCEPTED: LineState.ORDERED,
    Demand.State.DENIED: LineState.DENIED,
}


def _end(line: Line, demand: Demand, state: Demand.State, at: datetime) -> None:
    demand.state, demand.answered_at = state, at
    demand.save(update_fields=["state", "answered_at"])
    effects.move(line, _TO[state])


def _told(asked: _Asked, event: Event, at: datetime, origin: Origin, **detail: int) -> Application:
    """The request follows its lines, and the application the request; the institution's chain keeps it."""
    effects.settle(asked.request, at)
    application = asked.application
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=None,
        company_id=institution.party().company_id,
        target=application.application_no,
        **detail,
    )
    application.refresh_from_db()
    return application
