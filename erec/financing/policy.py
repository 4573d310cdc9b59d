"""Where an application stands, from its claims, and how an amount is shared among them. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import accumulate, pairwise

from erec.financing.models import Application, ApplicationLine
from erec.formats import bank_calendar
from erec.parameters import table
from erec.parameters.business_day import Today, cut_off_on

State = Application.State
LineState = ApplicationLine.State

# An application that was not executed yet is in the first of these in which one of its claims is: what is
# still open, then what went well, then why nothing came of it.
OF_LINES: dict[LineState, State] = {
    LineState.ASKED: State.ASKED,
    LineState.ACCEPTED: State.ACCEPTED,
    LineState.ASSIGNED: State.ASSIGNED,
    LineState.REFUSED: State.FAILED,
    LineState.DECLINED: State.DECLINED,
    LineState.LAPSED: State.LAPSED,
    LineState.WITHDRAWN: State.WITHDRAWN,
}
PAID = frozenset({State.EXECUTED, State.REPAID})
OVER = frozenset({State.REPAID, State.DECLINED, State.LAPSED, State.WITHDRAWN, State.FAILED})


def state_of(lines: Collection[LineState]) -> State:
    """Worked example: {assigned, declined} is 実行待ち; {accepted, assigned} waits for the other claim."""
    return next(state for line, state in OF_LINES.items() if line in lines)


def answer_until(wished_on: date) -> datetime:
    """The institution answers before 15:00 of the business day before the wished day (design).

    For Tuesday 2026-11-24 it is Friday 2026-11-20, 15:00.
    """
    return cut_off_on(bank_calendar.before(wished_on, table.value("financing_answer_days")))


def first_wished_day(today: Today) -> date:
    """The first business day whose answer is not due yet.

    On Friday 2026-11-20 at 10:00 it is Tuesday the 24th (Monday is a holiday); at 15:00 Wednesday.
    """
    wished_on = bank_calendar.after(today.date, 1)
    while answer_until(wished_on) <= today.moment:
        wished_on = bank_calendar.after(wished_on, 1)
    return wished_on


def unhurried_day(today: Today) -> date:
    """申込みは希望日の3営業日前までに, if possible ([SHO6303])."""
    return bank_calendar.after(today.date, table.value("financing_lead_days"))


def shared(total_yen: int, amounts_yen: Sequence[int]) -> list[int]:
    """`total_yen` by the amounts, in whole yen; no share is above its amount if the total is not above all.

    Each is what the sum so far gains: 1,000 by 500, 500, 500 is 333, 333, 334.
    """
    whole, sums = sum(amounts_yen), [0, *accumulate(amounts_yen)]
    cut = [total_yen * so_far // whole for so_far in sums]
    return [after - before for before, after in pairwise(cut)]
