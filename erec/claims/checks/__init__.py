"""What is wrong with an instruction to the record book, as sentences. Empty: the book will take it.

The same check runs at 仮登録, at 承認 and where the book writes, each time on the rows as they are
then (domain facts §2.1, §4.1–§4.5). It reads and never writes; who must not race locks the claims first.
When a reservation takes effect on its day nothing is checked again: its dates were right when it was made.

What a company may not know it is not told: a claim of others is a claim that is not there, and a partner's
取引停止処分 is not named.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from erec.claims.checks import (
    accrual,
    assignment,
    cancellation,
    change,
    designation,
    guarantee,
    payment,
)
from erec.claims.checks.cancellation import Cancellable
from erec.claims.checks.common import Facts, Problem, open_to
from erec.claims.instructions import (
    Accrual,
    Assignment,
    Cancellation,
    Change,
    Guarantee,
    Instruction,
    Payment,
)
from erec.claims.models import Claim
from erec.parameters.business_day import Today

__all__ = [
    "Cancellable",
    "Problem",
    "cancel_until",
    "open_yen",
    "problems",
    "problems_of",
    "standing",
    "to_cancel",
]

_FOUND: Mapping[str, Callable[[Any, Facts, Today], Iterator[Problem]]] = {
    Accrual.kind: accrual.found,
    Assignment.kind: assignment.found,
    Cancellation.kind: cancellation.found,
    Guarantee.kind: guarantee.found,
    Change.kind: change.found,
    Payment.kind: payment.found,
}


def problems(instruction: Instruction, today: Today, *, consented: bool = False) -> list[Problem]:
    """What is wrong with one instruction today."""
    return problems_of([instruction], today, consented=consented)[0]


def problems_of(
    instructions: Sequence[Instruction], today: Today, *, consented: bool = False
) -> list[list[Problem]]:
    """The same for many, each on its own; the rows they are about are read together.

    `consented`: where the other company is asked, it has said yes; whom it registered (指定許可) no longer
    counts then.
    """
    facts = Facts(instructions, today)
    refused = designation.found(instructions, consented=consented)
    return [
        _once([*_FOUND[instruction.kind](instruction, facts, today), *filter(None, [of_sender])])
        for instruction, of_sender in zip(instructions, refused, strict=True)
    ]


def _once(found: Sequence[Problem]) -> list[Problem]:
    """Each sentence once: said twice it would tell that two causes use the same words."""
    return list({(problem.field, problem.sentence): problem for problem in found}.values())


def cancel_until(asked: Cancellation) -> datetime:
    """From when it is too late. Raises LookupError if there is nothing that this company could cancel."""
    return to_cancel(asked).until


def to_cancel(asked: Cancellation) -> Cancellable:
    """The record that it is about now. Raises LookupError, see cancel_until."""
    record = cancellation.record_to_cancel(asked, Facts([asked]))
    if isinstance(record, Problem):
        raise LookupError(record.sentence)
    return record


def standing(record_number: str, company_id: int) -> str:
    """What a change would change, as it is now: for 変更記録's `seen`.

    Raises LookupError for whoever is neither the debtor nor the creditor.
    """
    claim = Claim.objects.filter(record_number=record_number).first()
    if claim is None or company_id not in (claim.obligor_id, claim.holder_id):
        raise LookupError(change.NOT_PARTY)
    return change.standing_of(claim)


def open_yen(claim: Claim | str, payee_company_id: int) -> int:
    """What is open to that payee, as the creditor or of his 特別求償権, for `seen_yen`. 0 for all others."""
    row = Claim.objects.filter(record_number=claim).first() if isinstance(claim, str) else claim
    if row is None:
        return 0
    return open_to(row, payee_company_id, row.recourses.filter(company=payee_company_id).first())
