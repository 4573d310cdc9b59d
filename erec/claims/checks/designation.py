"""指定許可: whether the other company takes requests from who sends this one (domain facts §4.7).

Whoever is refused is told nothing but that: not whether the other company chooses its senders, nor whom.
"""

from collections.abc import Callable, Mapping, Sequence

from accounts.actions.companies import AccountNumber
from erec.claims.checks.common import Problem
from erec.claims.instructions import (
    Accrual,
    Assignment,
    Change,
    Guarantee,
    Instruction,
    Party,
    Payment,
)
from erec.partners import designated
from erec.partners.designated import Sending
from erec.partners.policy import Area

# The same words as for a debtor who is under 取引停止処分: one cause does not tell itself from the other.
UNAVAILABLE = "この{whom}への請求は、今は記録できません。{whom}に確認してください。"


def found(instructions: Sequence[Instruction], *, consented: bool) -> list[Problem | None]:
    """For each instruction the problem, if any. `consented`: the other company has said yes itself."""
    sent = [_sent(instruction, consented) for instruction in instructions]
    refused = designated.refused([one.sending for one in sent if one])
    return [one.problem if one and one.sending in refused else None for one in sent]


class _Sent:
    """Who sends whom what, and the field and the word by which the sender knows the other."""

    def __init__(self, area: Area, sender: Party, to: Party, field: str, whom: str) -> None:
        account = AccountNumber(**vars(sender.account))
        self.sending = Sending(to.company_id, area, sender.user_number, account)
        self.problem = Problem(field, "unavailable", UNAVAILABLE.format(whom=whom))


def _sent(instruction: Instruction, consented: bool) -> _Sent | None:
    needs_consent = not isinstance(instruction, Assignment) and not (
        isinstance(instruction, Accrual) and not instruction.by_obligee
    )
    of_kind = _OF_KIND.get(type(instruction))
    return None if of_kind is None or (consented and needs_consent) else of_kind(instruction)


def _accrual(asked: Accrual) -> _Sent:
    if asked.by_obligee:
        area = Area.ACCRUAL_BY_OBLIGEE
        return _Sent(area, asked.obligee, asked.obligor, "user_number", "債務者")
    return _Sent(Area.ACCRUAL_BY_OBLIGOR, asked.obligor, asked.obligee, "user_number", "債権者")


def _payment(asked: Payment) -> _Sent | None:
    """What the payee says himself needs nobody's consent, and frees the payer."""
    if not asked.by_payer:
        return None
    return _Sent(Area.PAYMENT, asked.payer, asked.payee, "record_number", "相手先")


_OF_KIND: Mapping[type[Instruction], Callable[..., _Sent | None]] = {
    Accrual: _accrual,
    Assignment: lambda asked: _Sent(Area.ASSIGNMENT, asked.assignor, asked.assignee, "assignee", "譲受人"),
    Guarantee: lambda asked: _Sent(Area.GUARANTEE, asked.requester, asked.guarantor, "guarantor", "保証人"),
    Change: lambda asked: _Sent(Area.CHANGE, asked.requester, asked.other, "record_number", "相手先"),
    Payment: _payment,
}
