"""The rows that follow a claim's state: its holdings and its own columns."""

from typing import Any, NamedTuple

from erec.claims.instructions import Party
from erec.claims.models import Claim, Holding
from erec.claims.projection.state import Book

Role = Holding.Role


class Part(NamedTuple):
    """A holding, as the claim's state makes it."""

    role: str
    company_id: int
    account: str
    amount_yen: int
    state: str
    counterpart_number: str
    counterpart_name: str
    left_position: int | None = None


def parts(book: Book, incoming: Party | None = None) -> list[Part]:
    """Who has what part: obligor, holder, each guarantor once, and the holders who left and are nothing else.

    `incoming` is the assignee of a reserved 譲渡 of the whole claim.
    """

    def part(role: Role, party: Party, opposite: Party, **changed: Any) -> Part:
        whole = Part(
            role,
            party.company_id,
            str(party.account),
            book.amount_yen,
            book.state,
            opposite.user_number,
            opposite.name,
        )
        return whole._replace(**changed)

    found = [
        part(Role.OBLIGOR, book.obligor, book.holder),
        part(Role.HOLDER, book.holder, book.obligor),
    ]
    guarantors = {g.company_id: g for g in book.guarantors}
    found += [part(Role.GUARANTOR, guarantor, book.obligor) for guarantor in guarantors.values()]
    present = {p.company_id for p in found}
    if incoming is not None:
        found.append(part(Role.INCOMING, incoming, book.obligor, state=Claim.State.RESERVED))
    found += [
        part(
            Role.FORMER,
            left.party,
            book.obligor,
            amount_yen=left.amount_yen,
            state=Claim.State.RECORDED,
            left_position=left.position,
        )
        for left in book.departures
        if left.party.company_id not in present
    ]
    return found


def columns(book: Book) -> dict[str, Any]:
    """The claim's row, but for its key and its parent's."""
    tenure = book.tenure
    return {
        "state": book.state,
        "amount_yen": book.amount_yen,
        "original_amount_yen": book.original_amount_yen,
        "paid_yen": book.paid_yen,
        "due_on": book.due_on,
        "settle_on": book.settle_on,
        "accrued_on": book.accrued_on,
        "held_since": tenure.since,
        "restricted": book.restricted,
        "obligor_id": book.obligor.company_id,
        "obligor_number": book.obligor.user_number,
        "obligor_name": book.obligor.name,
        "obligor_account": str(book.obligor.account),
        "holder_id": book.holder.company_id,
        "holder_number": book.holder.user_number,
        "holder_name": book.holder.name,
        "holder_account": str(book.holder.account),
        "assignor_id": tenure.assignor.company_id if tenure.assignor else None,
        "fee_bearer": book.fee_bearer.value,
        "reference": book.reference,
        "position": book.position,
    }
