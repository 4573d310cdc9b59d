"""What the book is told once the other company has consented."""

from dataclasses import replace

from erec.claims.instructions import Accrual, Instruction
from erec.formats import bank_calendar
from erec.parameters.business_day import Today


def consented(instruction: Instruction, today: Today) -> Instruction:
    """Recorded on the day that was asked for; if the consent comes later, on the consent's bank business day.

    (inferred) Worked example: asked for 20 November (Friday), consented on Tuesday the 24th (the 23rd is a
    holiday): recorded on the 24th; consented on the 18th: recorded on the 20th.
    """
    if not isinstance(instruction, Accrual):
        return instruction
    return replace(instruction, record_on=max(instruction.record_on, bank_calendar.on_or_after(today.date)))
