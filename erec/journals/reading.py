"""What happened to claims, out of the record book's tables and the company's own applications and requests.

No lock: entries follow what is written. What is written meanwhile is found the next time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from accounts.models import Company
from erec.bills.access import claims_from_bills
from erec.claims.instructions import FeeBearer
from erec.claims.models import Claim, Order, RecordEvent, SettlementResult
from erec.financing.models import Application, ApplicationLine
from erec.journals.deriving import RESULT, Begun, Financed, Follower, Happening
from erec.journals.rules import Method
from erec.workflow.models import Request

Kind = RecordEvent.Kind
FINANCED = {
    Application.Kind.DISCOUNT.value: Financed.DISCOUNT,
    Application.Kind.COLLATERAL.value: Financed.COLLATERAL,
}


def institution_id() -> int | None:
    return Company.objects.filter(is_institution=True).values_list("pk", flat=True).first()


class Histories:
    """Claims with their parents, and everything that happened to them, as one company knows it."""

    def __init__(self, company_id: int, claims: Collection[Claim]) -> None:
        self.company_id = company_id
        self.claims = {claim.pk: claim for claim in claims}
        while missing := {c.parent_id for c in self.claims.values() if c.parent_id} - self.claims.keys():
            self.claims |= {claim.pk: claim for claim in Claim.objects.filter(pk__in=missing)}
        self._bank = institution_id()
        self._events = self._read_events()
        self._results = self._read_results()
        placed = [e.order for events in self._events.values() for e in events if e.order is not None]
        own = [order for order in placed if order.company_id == company_id]
        self._financed = _financed(company_id, own)
        self._fees = _fees(company_id, own)
        self._from_bills = claims_from_bills(company_id)

    def read(self, claim: Claim) -> tuple[int, int]:
        """How many records and how many results of the claim are in what was read."""
        return len(self._events[claim.pk]), len(self._results[claim.pk])

    def follower(
        self, claim: Claim, method: Method, others: frozenset[str], is_other: bool | None = None
    ) -> Follower:
        """The claim followed to its end."""
        begun = self._begun(claim)
        follower = Follower(
            self.company_id,
            claim.record_number,
            method,
            others,
            begun=begun,
            is_other=is_other,
            from_bill=claim.record_number in self._from_bills,
            institution_id=self._bank,
        )
        return follower.follow(self._happenings(claim))

    def _begun(self, claim: Claim) -> Begun | None:
        """From the parent, as it was when this claim was divided off."""
        if claim.parent_id is None:
            return None
        parent = self.claims[claim.parent_id]
        before: list[Happening] = []
        for happening in self._happenings(parent):
            if happening.kind == Kind.DIVISION and happening.facts.get("child") == claim.record_number:
                break
            before.append(happening)
        follower = Follower(
            self.company_id,
            parent.record_number,
            Method.DIRECT,
            begun=self._begun(parent),
            is_other=False,
            institution_id=self._bank,
        ).follow(before)
        return Begun(follower.state.origin, follower.payee)

    def _happenings(self, claim: Claim) -> list[Happening]:
        """Records in their order; a result stands before the first record that was made after it."""
        events = self._events[claim.pk]
        found = [
            self._recorded(event, after) for event, after in pairwise([*events, None]) if event is not None
        ]
        for result in reversed(self._results[claim.pk]):
            came = (result.settled_on, result.recorded_at)
            later = (n for n, e in enumerate(events) if (e.recorded_on, e.recorded_at) >= came)
            facts = {"outcome": result.outcome, "amount_yen": result.amount_yen}
            happening = Happening(f"result:{result.pk}", RESULT, result.settled_on, facts)
            found.insert(next(later, len(events)), happening)
        return found

    def _recorded(self, event: RecordEvent, after: RecordEvent | None) -> Happening:
        guaranteed = (
            after is not None
            and after.kind == Kind.GUARANTEE
            and "requester" not in after.facts
            and after.order_id == event.order_id
        )
        financed, proceeds_yen, account = self._financed.get(event.order_id or 0, (Financed.NO, 0, ""))
        return Happening(
            source=f"event:{event.pk}",
            kind=event.kind,
            on=event.recorded_on,
            facts=event.facts,
            guaranteed=guaranteed,
            financed=financed,
            proceeds_yen=proceeds_yen,
            account=account,
            fee_yen=self._fees.get(event.order_id or 0, 0),
        )

    def _read_events(self) -> Mapping[int, Sequence[RecordEvent]]:
        found: dict[int, list[RecordEvent]] = defaultdict(list)
        events = RecordEvent.objects.filter(claim__in=self.claims).select_related("order")
        for event in events.order_by("claim", "position"):
            found[event.claim_id].append(event)
        return found

    def _read_results(self) -> Mapping[int, Sequence[SettlementResult]]:
        found: dict[int, list[SettlementResult]] = defaultdict(list)
        for result in SettlementResult.objects.filter(claim__in=self.claims).order_by("claim", "due_on"):
            found[result.claim_id].append(result)
        return found


def _financed(company_id: int, placed: Iterable[Order]) -> dict[int, tuple[Financed, int, str]]:
    """Of orders that came from an application: its kind, and for 割引 the proceeds and where they go.

    An order's key names the line, so that a claim that is divided off is known before anybody wrote down its
    number.
    """
    numbered = {order.pk: (order.request_no, _line_number(order)) for order in placed}
    applications = Application.objects.filter(
        company_id=company_id, request_no__in={number for number, _ in numbered.values()}
    )
    lines = ApplicationLine.objects.filter(application__in=applications).select_related("application")
    by_line = {(line.application.request_no, line.number): line for line in lines}
    found = {}
    for pk, place in numbered.items():
        if (line := by_line.get(place)) is not None:
            found[pk] = FINANCED[line.application.kind], line.proceeds_yen, line.application.account
    return found


def _fees(company_id: int, placed: Iterable[Order]) -> dict[int, int]:
    """受取人負担: what the company's own request took off what it owed."""
    bearers = {
        order.pk: order
        for order in placed
        if order.instruction.get("fee_bearer") == FeeBearer.RECEIVER and order.kind == "accrual"
    }
    requests = Request.objects.filter(
        company_id=company_id, request_no__in={order.request_no for order in bearers.values()}
    )
    contents = {r.request_no: _lines(r) for r in requests.prefetch_related("versions")}
    found = {}
    for pk, order in bearers.items():
        lines, number = contents.get(order.request_no, []), _line_number(order)
        if 0 < number <= len(lines):
            line = lines[number - 1]
            found[pk] = line.get("line", line).get("fee_yen", 0)
    return found


def _lines(request: Request) -> list[dict[str, Any]]:
    content = next(v.content for v in request.versions.all() if v.number == request.version)
    lines: list[dict[str, Any]] = content.get("lines", [])
    return lines


def _line_number(order: Order) -> int:
    """The line of the request that the order's key names (`workflow.models.Line.key`)."""
    last = order.key.rpartition(":")[2]
    return int(last) if last.isdecimal() else 0
