"""What an approval sets in motion, and what comes back from the record book, in the caller's transaction.

Locks: the caller holds its own request; then a demand before the request whose line waits for it, then the
book's claims. A line goes only where `states.LINE_MOVES` lets it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Min

from erec.claims import orders
from erec.claims.instructions import Instruction, from_json, to_json
from erec.claims.models import Order
from erec.parameters.business_day import Today
from erec.workflow import access, messages, numbers
from erec.workflow.consenting import consented
from erec.workflow.errors import MovedOn, TooLate
from erec.workflow.models import ClaimInUse, Demand, Line, Request
from erec.workflow.states import LINE_MOVES, LineState, request_state
from erec.workflow.types import TYPES
from erec.workflow.types.base import Act, Answered, Carried, Effect, Ordered, Withdrawn

ORDER_TO_LINE = {
    Order.State.PLACED: LineState.ORDERED,
    Order.State.RESERVED: LineState.RESERVED,
    Order.State.RECORDED: LineState.RECORDED,
    Order.State.REFUSED: LineState.REFUSED,
    Order.State.CANCELLED: LineState.CANCELLED,
}

GONE = "この承諾依頼は、すでに「{state}」になっています。今の操作は行われませんでした。"


def carry_out(act: Act, effects: Sequence[Effect]) -> None:
    """Everything that was approved, line by line. Raises MovedOn, TooLate if a demand went on."""
    request, today = act.request, act.today
    ordered = [effect for effect in effects if isinstance(effect, Ordered)]
    if ordered:
        _order(request, ordered, today)
    for effect in effects:
        if isinstance(effect, Answered):
            _answer(request, effect, today)
        elif isinstance(effect, Withdrawn):
            _withdraw(request, effect, today)
        elif isinstance(effect, Carried):
            _carry(act, effect)
    settle(request, today.at)


def _carry(act: Act, effect: Carried) -> None:
    effect.do(act)
    if not effect.has_line:
        return
    Line.objects.create(
        request=act.request,
        company=act.request.company,
        number=act.request.lines.count() + 1,
        state=LineState.DONE,
        amount_yen=effect.amount_yen,
        partner_name=effect.partner_name,
    )


def _order(request: Request, ordered: list[Ordered], today: Today) -> None:
    demands = _demands(request, ordered, today)
    lines = [
        Line(
            request=request,
            company=request.company,
            number=number,
            state=LineState.AWAITING_CONSENT if number in demands else LineState.ORDERED,
            amount_yen=order.amount_yen,
            partner_name=order.partner_name,
            record_number=order.record_number,
            demand=demands.get(number),
        )
        for number, order in enumerate(ordered, start=1)
    ]
    Line.objects.bulk_create(lines)
    place(
        request,
        [
            (line, order.instruction)
            for line, order in zip(lines, ordered, strict=True)
            if line.demand_id is None
        ],
        today.at,
    )


def place(request: Request, lines: Sequence[tuple[Line, Instruction]], at: datetime) -> None:
    """Ask the registrar; what it answers at once is taken at once."""
    if not lines:
        return
    placed = orders.place_many(
        [(line.key, instruction) for line, instruction in lines],
        company_id=request.company_id,
        request_no=request.request_no,
        at=at,
    )
    take([(line, order) for (line, _), order in zip(lines, placed, strict=True)])
    orders.mark_collected([order for order in placed if order.state != Order.State.PLACED], at)


def take(answered: Sequence[tuple[Line, Order]]) -> None:
    """The lines as their orders have them now. A move that a line may not make is not made."""
    moved = []
    for line, order in answered:
        state = ORDER_TO_LINE[Order.State(order.state)]
        if state in LINE_MOVES[line.standing]:
            line.state, line.error = state, order.error
            line.record_number = order.record_number or line.record_number
            moved.append(line)
    Line.objects.bulk_update(moved, ["state", "record_number", "error"])


def settle(request: Request, at: datetime) -> None:
    """The request's state and deadline follow its lines; who asked is told when the state changed."""
    typ = TYPES[request.type]
    typ.went_on(request, at)
    standing = request.lines.values_list("state", flat=True).distinct()
    state = request_state({LineState(line) for line in standing})
    deadline_at = _next_deadline(request)
    if (state, deadline_at) == (request.state, request.deadline_at):
        return
    is_news = state != request.state
    request.state, request.updated_at, request.deadline_at = state, at, deadline_at
    request.save(update_fields=["state", "updated_at", "deadline_at"])
    if state not in typ.holds_claims_in:
        ClaimInUse.objects.filter(request=request).delete()
    if is_news:
        messages.went_on(request, list(request.lines.order_by("number")), at)


def _next_deadline(request: Request) -> datetime | None:
    waiting = request.lines.filter(state=LineState.AWAITING_CONSENT)
    until: datetime | None = waiting.aggregate(until=Min("demand__answer_until"))["until"]
    return until


def _demands(request: Request, ordered: list[Ordered], today: Today) -> dict[int, Demand]:
    """承諾依頼 for the lines that need consent, by line number. Companies in their ids' order."""
    asked = {number: order.consent for number, order in enumerate(ordered, start=1) if order.consent}
    counts = Counter(consent.company_id for consent in asked.values())
    pools = {
        company_id: iter(numbers.numbers_for(company_id, counts[company_id], today.date))
        for company_id in sorted(counts)
    }
    made = {
        number: Demand(
            company_id=consent.company_id,
            demand_no=next(pools[consent.company_id]),
            business=consent.business or request.business,
            asked_by=request.company,
            asked_by_name=request.company.name,
            instruction=to_json(ordered[number - 1].instruction),
            amount_yen=ordered[number - 1].amount_yen,
            asked_at=today.at,
            answer_until=consent.until,
        )
        for number, consent in asked.items()
    }
    Demand.objects.bulk_create(made.values())
    messages.consents_asked(list(made.values()), today.at)
    return made


def _answer(request: Request, answered: Answered, today: Today) -> None:
    """The other company's line goes to the book, or ends; this request is 完了 either way."""
    demand = _open_demand(answered.demand_id, today)
    line = end_demand(demand, Demand.State.ACCEPTED if answered.accepted else Demand.State.DENIED, today.at)
    asking = line.request
    if answered.accepted:
        messages.consent_given(asking, demand, today.at)
        move(line, LineState.ORDERED)
        instruction = consented(from_json(demand.instruction), today)
        place(asking, [(line, instruction)], today.at)
    else:
        move(line, LineState.DENIED)
    settle(asking, today.at)
    Line.objects.create(
        request=request,
        company=request.company,
        number=1,
        state=LineState.DONE,
        amount_yen=demand.amount_yen,
        partner_name=demand.asked_by_name,
        record_number=line.record_number,
        error=line.error,
    )


def _withdraw(request: Request, withdrawn: Withdrawn, today: Today) -> None:
    demand = _open_demand(withdrawn.demand_id, today)
    line = end_demand(demand, Demand.State.WITHDRAWN, today.at)
    move(line, LineState.CANCELLED)
    messages.demand_withdrawn(demand, today.at)
    settle(line.request, today.at)
    Line.objects.create(
        request=request,
        company=request.company,
        number=1,
        state=LineState.DONE,
        amount_yen=demand.amount_yen,
        partner_name=line.partner_name,
    )


def lapse(demand_id: int, at: datetime) -> bool:
    """No answer in time: the line ends. False if somebody answered, or it was done before."""
    demand = access.locked_demand(demand_id)
    if demand.state != Demand.State.OPEN:
        return False
    line = end_demand(demand, Demand.State.LAPSED, at)
    move(line, LineState.LAPSED)
    messages.demand_lapsed(demand, at)
    settle(line.request, at)
    return True


def _open_demand(demand_id: int, today: Today) -> Demand:
    demand = access.locked_demand(demand_id)
    if demand.state != Demand.State.OPEN:
        raise MovedOn(GONE.format(state=demand.get_state_display()))
    if today.moment >= demand.answer_until:
        raise TooLate("承諾依頼の回答期限を過ぎました。何も変わっていません。")
    return demand


def end_demand(demand: Demand, state: Demand.State, at: datetime) -> Line:
    """Close the demand; returns the line that waited, with its request under lock."""
    demand.state, demand.answered_at = state, at
    demand.save(update_fields=["state", "answered_at"])
    line = Line.objects.get(demand=demand)
    line.request = (
        Request.objects.select_for_update(of=("self",)).select_related("company").get(pk=line.request_id)
    )
    return line


def move(line: Line, to: LineState) -> None:
    """Raises MovedOn."""
    if to not in LINE_MOVES[line.standing]:
        raise MovedOn(f"この明細は、すでに「{line.standing.label}」になっています。")
    line.state = to
    line.save(update_fields=["state"])
