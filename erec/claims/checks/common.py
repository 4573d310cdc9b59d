"""What the checks share: a problem as a sentence, the rows that instructions are about, days and amounts."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from accounts.models import Company
from erec.claims import defaults, windows
from erec.claims.instructions import Accrual, Assignment, Change, Guarantee, Instruction, Payment
from erec.claims.models import Claim, GuaranteeContract, Guarantor, Order, Recourse, Sanction
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
        promisers = {company_id for i in instructions for company_id in _who_promise(i)}
        orders = Order.objects.filter(state=Order.State.RESERVED, kind=Assignment.kind)
        made = Order.objects.filter(kind=Accrual.kind, instruction__by_obligee=True)
        self._numbers = numbers
        self.claims = {c.record_number: c for c in Claim.objects.filter(record_number__in=numbers)}
        self.reserved_on = {o.claim_number: o for o in orders.filter(claim_number__in=numbers)}
        self.reserved_as = {o.record_number: o for o in orders.filter(record_number__in=numbers)}
        self.by_obligee = set(made.filter(record_number__in=numbers).values_list("record_number", flat=True))
        self.sanctions = (
            list(Sanction.objects.filter(company_id__in=promisers, ends_on__gte=today.date)) if today else []
        )
        self._read_guarantors({i.record_number for i in instructions if isinstance(i, Guarantee | Payment)})
        guarantors = {i.guarantor.company_id for i in instructions if isinstance(i, Guarantee)}
        contracts = GuaranteeContract.objects.filter(company__in=guarantors)
        self.contracts = set(contracts.values_list("company_id", flat=True))

    def _read_guarantors(self, numbers: Collection[str]) -> None:
        """By claim: who answers for it, each at his first place, and what they have against those before."""
        self.guarantors: dict[int, list[int]] = defaultdict(list)
        rows = Guarantor.objects.filter(claim__record_number__in=numbers).order_by("claim", "order")
        for claim_id, company_id in rows.values_list("claim_id", "company_id"):
            if company_id not in self.guarantors[claim_id]:
                self.guarantors[claim_id].append(company_id)
        recourses = Recourse.objects.filter(claim__record_number__in=numbers)
        self.recourses = {(r.claim_id, r.company_id): r for r in recourses}

    @cached_property
    def institutions(self) -> frozenset[int]:
        """Who is a financial institution: a claim with 譲渡制限 goes to it alone (domain facts §4.1)."""
        return frozenset(Company.objects.filter(is_institution=True).values_list("pk", flat=True))

    @cached_property
    def under_objection(self) -> frozenset[str]:
        """The claims that may not be assigned until an 異議申立 is over ([DN34])."""
        return frozenset(defaults.under_objection(self._numbers))

    def sanctioned(self, company_id: int, *days: date) -> bool:
        return any(
            s.company_id == company_id and s.starts_on <= day <= s.ends_on
            for s in self.sanctions
            for day in days
        )


def _who_promise(instruction: Instruction) -> tuple[int, ...]:
    """Who would owe something by it, or more than before: nobody who is under 取引停止処分 may."""
    if isinstance(instruction, Accrual):
        return (instruction.obligor.company_id,)
    if isinstance(instruction, Guarantee):
        return (instruction.guarantor.company_id,)
    if isinstance(instruction, Change):
        return instruction.requester.company_id, instruction.other.company_id
    return ()


def open_to(claim: Claim, company_id: int, recourse: Recourse | None) -> int:
    """What may still be paid to this company: as the holder, or of its 特別求償権. 0: nothing.

    Who has both (a guarantor to whom the claim came back after he paid a part) is paid as the holder first
    (inferred).
    """
    if claim.holder_id == company_id and claim.state in (Claim.State.RECORDED, Claim.State.DEFAULTED):
        return claim.amount_yen - claim.paid_yen
    return recourse.open_yen if recourse else 0


def unreserved(number: str, facts: Facts, act: str) -> Iterator[Problem]:
    """What a reserved 譲渡 will move must be then as its assignee was told."""
    if number in facts.reserved_on or number in facts.reserved_as:
        sentence = f"この債権には譲渡の予約があります。{act}には、先にその予約を取り消してください。"
        yield Problem("record_number", "already_reserved", sentence)


def wrong_state(claim: Claim, act: str) -> Problem:
    sentence = f"この債権は「{claim.get_state_display()}」のため、{act}できません。"
    return Problem("record_number", "state", sentence)


def same_amount(seen_yen: int | None, open_yen: int) -> Iterator[Problem]:
    """Another amount than was seen is never guaranteed nor paid: somebody may have paid meanwhile."""
    if seen_yen not in (None, open_yen):
        sentence = (
            f"この債権の残りの金額が、登録したときの{seen_yen:,}円から{open_yen:,}円に変わりました。"
            "金額を確かめて、登録し直してください。"
        )
        yield Problem("record_number", "amount_changed", sentence)


def recorded_at_once(record_on: date, today: Today) -> Iterator[Problem]:
    """保証, 変更 and 支払等 are no reservations: the first day still open, and no other (inferred)."""
    first = windows.record_dates(today).first
    if record_on != first:
        yield Problem(
            "record_on", "record_on_window", f"電子記録年月日は、{day(first)}です。予約はできません。"
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


def moment(until: datetime) -> str:
    return f"{day(until.date())}{until:%-H時%M分}"
