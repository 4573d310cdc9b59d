"""What the tests of checks share: the clock, parties without rows, and what is wrong in short."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from erec.claims.checks import problems
from erec.claims.instructions import Account, Accrual, Cancellation, Instruction, Party
from erec.parameters.business_day import Today, cut_off_on
from tests.erec.claims.cast_claims import accrual


def clock(text: str) -> Today:
    """The business date and time of day as Tokyo's clock shows them: 2026-11-20T10:00."""
    at = datetime.fromisoformat(text + "+09:00")
    day = timezone.localdate(at)
    return Today(day, at, at < cut_off_on(day))


NOW = clock("2026-11-20T10:00")


def nowhere(company_id: int) -> Party:
    """A party for rules that look at no row of it."""
    return Party(company_id, f"T{company_id:08d}", "試験", Account("9999", "101", "2", "0000001"))


def plain(**changed: Any) -> Accrual:
    return accrual(nowhere(1), nowhere(2), **changed)


def cancelling(number: str, of: str, by: Party) -> Cancellation:
    return Cancellation(number, of, by.company_id)


def codes(instruction: Instruction, today: Today = NOW) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in problems(instruction, today)]


def sentences(instruction: Instruction, today: Today = NOW) -> list[str]:
    return [problem.sentence for problem in problems(instruction, today)]
