"""What is wrong with an instruction to the record book, as sentences. Empty: the book will take it.

The same check runs at 仮登録, at 承認 and where the book writes, each time on the rows as they are
then (domain facts §2.1, §4.1, §4.2). It reads and never writes; who must not race locks the claims first.
When a reservation takes effect on its day nothing is checked again: its dates were right when it was made.

What a company may not know it is not told: a claim of others is a claim that is not there, and a partner's
取引停止処分 is not named.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from erec.claims.checks import accrual, assignment, cancellation
from erec.claims.checks.cancellation import Cancellable
from erec.claims.checks.common import Facts, Problem
from erec.claims.instructions import Accrual, Assignment, Cancellation, Instruction
from erec.parameters.business_day import Today

__all__ = ["Cancellable", "Problem", "cancel_until", "problems", "problems_of", "to_cancel"]

_FOUND: Mapping[str, Callable[[Any, Facts, Today], Iterator[Problem]]] = {
    Accrual.kind: accrual.found,
    Assignment.kind: assignment.found,
    Cancellation.kind: cancellation.found,
}


def problems(instruction: Instruction, today: Today) -> list[Problem]:
    """What is wrong with one instruction today."""
    return problems_of([instruction], today)[0]


def problems_of(instructions: Sequence[Instruction], today: Today) -> list[list[Problem]]:
    """The same for many, each on its own; the rows they are about are read together."""
    facts = Facts(instructions, today)
    return [list(_FOUND[instruction.kind](instruction, facts, today)) for instruction in instructions]


def cancel_until(asked: Cancellation) -> datetime:
    """From when it is too late. Raises LookupError if there is nothing that this company could cancel."""
    return to_cancel(asked).until


def to_cancel(asked: Cancellation) -> Cancellable:
    """The record that it is about now. Raises LookupError, see cancel_until."""
    record = cancellation.record_to_cancel(asked, Facts([asked]))
    if isinstance(record, Problem):
        raise LookupError(record.sentence)
    return record
