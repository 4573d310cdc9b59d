"""What the service itself does with requests: takes the book's answers, lets them lapse, reminds.

Each request in a transaction of its own, under the locks of the actions; whatever is repeated happens once.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.origin import Origin, tell
from erec.claims import orders
from erec.claims.one_by_one import one_by_one
from erec.parameters import business_day, table
from erec.trail.events import Event
from erec.workflow import effects, messages
from erec.workflow.actions.entering import leave
from erec.workflow.models import Demand, Request
from erec.workflow.states import UNAPPROVED, State

AT_ONCE = 500  # rows a turn; the next turn takes the rest
MENDING = (State.SENT_BACK, State.PULLED_BACK)


def collect(at: datetime) -> int:
    """What the registrar has answered meanwhile: each request's lines follow. How many requests."""
    # What the institution orders itself (a security that goes back) belongs to no request.
    of_requests = orders.uncollected().filter(company__is_institution=False)
    waiting = of_requests.values_list("company_id", "request_no")[:AT_ONCE]
    return one_by_one(sorted(set(waiting)), lambda found: _collect(*found, at))


def _collect(company_id: int, request_no: str, at: datetime) -> None:
    request = (
        Request.objects.select_for_update(of=("self",))
        .select_related("company")
        .get(company_id=company_id, request_no=request_no)
    )
    answered = {
        order.key: order
        for order in orders.uncollected()
        .filter(company_id=company_id, request_no=request_no)
        .select_for_update(of=("self",))
    }
    effects.take([(line, answered[line.key]) for line in request.lines.all() if line.key in answered])
    orders.mark_collected(list(answered.values()), at)
    effects.settle(request, at)


def lapse_demands(until: datetime, at: datetime) -> int:
    """承諾依頼 whose answer was due by `until` end without one. How many."""
    due = Demand.objects.filter(state=Demand.State.OPEN, answer_until__lte=until)
    return one_by_one(due.order_by("pk").values_list("pk", flat=True), lambda pk: _lapse_demand(pk, at))


def _lapse_demand(demand_id: int, at: datetime) -> bool:
    business_day.today(at)
    return effects.lapse(demand_id, at)


def lapse_requests(until: datetime, at: datetime, origin: Origin) -> int:
    """期限切れ: what could be approved by `until` and was not, answers to what is over, and what was left
    unmended for too long. How many."""
    due = Request.objects.filter(_overdue(until, at)).order_by("pk").values_list("pk", flat=True)
    return one_by_one(due, lambda pk: _lapse_request(pk, until, at, origin))


def _overdue(until: datetime, at: datetime) -> Q:
    forgotten = at - timedelta(days=table.value("unapproved_keep_days"))
    return (
        Q(state=State.AWAITING_APPROVAL, deadline_at__lte=until)
        | Q(state__in=MENDING, updated_at__lt=forgotten)
        | Q(state__in=UNAPPROVED, demand__isnull=False) & ~Q(demand__state=Demand.State.OPEN)
    )


def _lapse_request(pk: int, until: datetime, at: datetime, origin: Origin) -> bool:
    business_day.today(at)
    found = Request.objects.select_for_update(of=("self",)).filter(_overdue(until, at), pk=pk).first()
    if found is None:
        return False
    leave(found, State.LAPSED, at)
    messages.lapsed(found, at)
    tell(
        Event.REQUEST_LAPSED,
        at=at,
        origin=origin,
        acting_user=None,
        company_id=found.company_id,
        target=found.request_no,
        type=found.type,
        version=found.version,
    )
    return True


def remind(at: datetime) -> int:
    """Tell the checkers what they can approve for a short time only. How many requests."""
    moment = business_day.today(at).moment
    soon = moment + timedelta(minutes=table.value("expiring_soon_minutes"))
    waiting = Request.objects.filter(
        state=State.AWAITING_APPROVAL, deadline_at__gt=moment, deadline_at__lte=soon
    )
    return one_by_one(waiting, lambda request: messages.expiring(request, at))
