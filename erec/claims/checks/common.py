"""What the checks share: a problem as a sentence, the rows that instructions are about, days and amounts."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from erec.claims import windows
from erec.claims.instructions import Accrual, Assignment, Instruction
from erec.claims.models import Claim, Order, Sanction
from erec.formats import bank_calendar
from erec.parameters.business_day import Today
from erec.parameters.record_rules import value_on


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: in which field, by which rule, and what to do about it."""

    field: str
    code: str
    sentence: str


class Facts:
    """The rows that the instructions are about, read once."""

    def __init__(self, instructions: Collection[Instruction], today: Today | None = None) -> None:
        numbers = {i.record_number for i in instructions if not isinstance(i, Accrual)}
        obligors = {i.obligor.company_id for i in instructions if isinstance(i, Accrual)}
        orders = Order.objects.filter(state=Order.State.RESERVED, kind=Assignment.kind)
        made = Order.objects.filter(kind=Accrual.kind, instruction__by_obligee=True)
        self.claims = {c.record_number: c for c in Claim.objects.filter(record_number__in=numbers)}
        self.reserved_on = {o.claim_number: o for o in orders.filter(claim_number__in=numbers)}
        self.reserved_as = {o.record_number: o for o in orders.filter(record_number__in=numbers)}
        self.by_obligee = set(made.filter(record_number__in=numbers).values_list("record_number", flat=True))
        self.sanctions = (
            list(Sanction.objects.filter(company_id__in=obligors, ends_on__gte=today.date)) if today else []
        )

    def sanctioned(self, company_id: int, *days: date) -> bool:
        return any(
            s.company_id == company_id and s.starts_on <= day <= s.ends_on
            for s in self.sanctions
            for day in days
        )


def amount_within(amount_yen: int, minimum_code: str, today: Today) -> Iterator[Problem]:
    minimum, maximum = value_on(minimum_code, today.date), value_on("amount_max_yen", today.date)
    if not minimum <= amount_yen <= maximum:
        sentence = f"金額は{minimum:,}円以上{maximum:,}円以下で入力してください。"
        yield Problem("amount_yen", "amount_bounds", sentence)


def record_on_open(record_on: date, today: Today) -> Iterator[Problem]:
    first, last = windows.record_dates(today)
    choose = f"{day(first)}から{day(last)}までの銀行営業日を選んでください。"
    if record_on == today.date != first and bank_calendar.is_business_day(record_on):
        yield Problem("record_on", "after_cut_off", f"当日分の受付は終わりました。電子記録年月日は、{choose}")
    elif not first <= record_on <= last:
        yield Problem("record_on", "record_on_window", f"電子記録年月日は、{choose}")
    elif not bank_calendar.is_business_day(record_on):
        yield Problem("record_on", "record_on_holiday", f"{day(record_on)}は休業日です。{choose}")


def day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
