"""What the rows of the field's rules are made of: a rule, and what one asks to try it on both sides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from accounts.models import Company
from erec.claims import runs
from erec.claims.instructions import Party
from erec.claims.settlement import set_balance
from erec.parameters.record_rules import OPENED
from erec.workflow.types.base import Context, RequestType
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.claims.cast_checks import NOW, clock, codes, plain

TODAY, SOON = c.TODAY, c.SOON  # Friday 2026-11-20; Tuesday 2026-12-01


@dataclass(frozen=True)
class Row:
    """One rule: `may` says whether what it is about is allowed; `just` is, `beyond` is not.

    With a code it is a number of `record_rules`, which has the words, the source and the day.
    """

    section: str
    may: Callable[[Any], bool]
    just: Any
    beyond: Any
    code: str = ""
    since: date = OPENED
    words: str = ""
    source: str = ""
    parameters: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.section} {self.words or self.code} {self.since}"


def number(code: str, section: str, may: Callable[[Any], bool], just: Any, beyond: Any, **more: Any) -> Row:
    return Row(section, may, just, beyond, code=code, **more)


def rule(
    section: str, words: str, source: str, may: Callable[[Any], bool], just: Any, beyond: Any, **more: Any
) -> Row:
    return Row(section, may, just, beyond, words=words, source=source, **more)


def at(day: date, time: str = "10:00") -> str:
    return f"{day.isoformat()}T{time}"


def before(until: datetime) -> Callable[[str], bool]:
    return lambda moment: clock(moment).at < until


def accrues(**fixed: Any) -> Callable[[Any], bool]:
    """Whether the accrual has no problem; the one field without a value takes the row's."""
    day = fixed.get("record_on", TODAY)
    (name,) = (name for name, value in fixed.items() if value is None)
    return lambda value: not codes(plain(**{**fixed, name: value}), clock(at(day)))


def claim(**changed: Any) -> tuple[str, Party, Party]:
    obligor, holder = c.party(), c.party()
    return c.claim(obligor, holder, **changed).record_number, obligor, holder


def accepts(make: Callable[[str, Party, Party], Any], moment: str = at(TODAY), **changed: Any) -> bool:
    """Whether an instruction about a new claim (number, obligor, holder) has no problem."""
    number, obligor, holder = claim(**changed)
    return not codes(make(number, obligor, holder), clock(moment))


def lines_fit(kind: type[RequestType]) -> Callable[[int], bool]:
    def fit(lines: int) -> bool:
        own = c.party()
        company = Company.objects.get(pk=own.company_id)
        partner = dict.fromkeys(("user_number", "bank_code", "branch_code", "kind", "number"), "")
        content = {
            "record_on": TODAY.isoformat(),
            "account": str(own.account),
            "fee_bearer": "依頼人負担",
            "restricted": False,
            "with_guarantee": True,
            "assignee": partner,
            "lines": [{**partner, "record_number": "", "amount_yen": 1, "due_on": "", "reference": ""}]
            * lines,
        }
        found = kind().check(content, Context(company, NOW)).problems
        return "lines" not in {problem.field for problem in found}

    return fit


def unpaid() -> tuple[str, Party, Party]:
    """A claim that is 支払不能 since SOON."""
    record_number, obligor, holder = claim(due_on=SOON)
    set_balance(str(obligor.account), obligor.company_id, 0, at=cast.AT)
    runs.settle(SOON, cast.AT)
    return record_number, obligor, holder
