"""People in the service who look at claims: a person of a company that is party to some."""

from erec.claims import orders
from erec.claims.instructions import Party
from erec.claims.models import Order
from erec.members.catalogue import Grant, Tick
from tests import cast
from tests.erec.claims.cast_claims import accrual, party
from tests.erec.members.cast_members import enter, give, member_of

SEES: Grant = ("inquiry", Tick.USE)
TRADES: Grant = ("trade_history", Tick.USE)
ASSIGNS: Grant = ("assignment", Tick.MAKER)
ACCRUES: Grant = ("accrual", Tick.MAKER)


def looker(*grants: Grant) -> tuple[cast.Person, Party]:
    """A master with these ticks, in the service, and his company as a party."""
    person = cast.master()
    enter(person, give(member_of(person), *(grants or (SEES,))))
    return person, party(person.user.company)


def claims(count: int, obligor: Party, obligee: Party) -> list[Order]:
    """So many claims of one request, in the order of their numbers."""
    asked = [(f"many:{obligor.user_number}:{n}", accrual(obligor, obligee)) for n in range(count)]
    return orders.place_many(asked, company_id=obligor.company_id, request_no="R1", at=cast.AT)
