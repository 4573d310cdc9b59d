"""What the book is told once the other company has consented."""

from dataclasses import replace

from erec.claims import windows
from erec.claims.instructions import Cancellation, Instruction
from erec.parameters.business_day import Today


def consented(instruction: Instruction, today: Today) -> Instruction:
    """Recorded on the day that was asked for; if the consent comes later, on the first day still open.

    (inferred) Worked example: asked for 20 November (Friday), consented on Saturday the 21st: recorded on
    Tuesday the 24th (the 23rd is a holiday); consented on the 18th: recorded on the 20th.
    """
    if isinstance(instruction, Cancellation):
        return instruction
    return replace(instruction, record_on=max(instruction.record_on, windows.record_dates(today).first))
