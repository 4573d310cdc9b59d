"""What the book does by itself on a day. A claim a transaction: killed anywhere, a run goes on where it was.

The caller holds no rows and no transaction. Whatever is done again finds that it was done.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from erec.claims import book, sanctions, settlement, telling
from erec.claims.desk import Desk
from erec.claims.models import Claim, Order, RecordEvent, SettlementResult
from erec.claims.one_by_one import one_by_one
from erec.claims.settlement import NotCovered
from erec.formats import bank_calendar
from erec.notices.actions import tell_many
from erec.parameters import table
from erec.parameters.business_day import cut_off_on

NO_COVER = "決済口座の残高不足"


def take_effect(on: date, at: datetime) -> int:
    """Reservations whose day has come, in the order of their days and of their placing; how many."""
    waiting = Order.objects.filter(state=Order.State.RESERVED, effective_on__lte=on)
    due = waiting.order_by("effective_on", "pk")
    return one_by_one(due, lambda order: book.take_effect(order, at=at))


def settle(on: date, at: datetime) -> int:
    """口座間送金決済 of what is due, and 支払等記録 of what was paid before; how many claims.

    Claims of one day are debited in the order of their numbers (inferred: the order is the bank's choice,
    domain facts §4.8). What is not covered is 支払不能, and is not tried again.
    """
    settled = one_by_one(_numbers_due(on), lambda number: _settle(number, on, at))
    return settled + one_by_one(_paid_unrecorded(on), lambda pk: _record_payment(pk, on, at))


def _numbers_due(on: date) -> Iterable[str]:
    due = Claim.objects.filter(state=Claim.State.RECORDED, settle_on__lte=on)
    return due.order_by("settle_on", "record_number").values_list("record_number", flat=True)


def _settle(number: str, on: date, at: datetime) -> bool:
    desk = Desk([number], at)
    row, claim = desk.rows[number], desk.books[number]
    if row.state != Claim.State.RECORDED:
        return False
    key = f"settle:{number}:{row.settle_on.isoformat()}"
    owed_yen = claim.amount_yen - claim.paid_yen
    paid = settlement.configured().transfer(key, claim.obligor, claim.holder, owed_yen, at=at)
    outcome = SettlementResult.Outcome.PAID
    if isinstance(paid, NotCovered):
        outcome = SettlementResult.Outcome.DEFAULTED
    SettlementResult.objects.create(
        claim=row,
        obligor_id=row.obligor_id,
        due_on=row.settle_on,
        outcome=outcome,
        amount_yen=owed_yen,
        reason=NO_COVER if isinstance(paid, NotCovered) else "",
        settled_on=on,
        recorded_at=at,
    )
    desk.put_outcome(number, outcome)
    if isinstance(paid, NotCovered):
        sanctions.count_default(row.obligor_id, row.settle_on, at)
        desk.tellings += telling.defaulted(key, claim, NO_COVER)
    else:
        desk.tellings += telling.paid(key, claim, owed_yen)
    desk.flush()
    return True


def _paid_unrecorded(on: date) -> Iterable[int]:
    """Results of transfers whose 支払等記録 is due: some business days after (domain facts §4.5)."""
    settled_by = bank_calendar.before(bank_calendar.on_or_before(on), table.value("payment_record_days"))
    paid = SettlementResult.objects.filter(outcome=SettlementResult.Outcome.PAID, events=None)
    due = paid.filter(settled_on__lte=settled_by)
    return due.order_by("claim__record_number").values_list("pk", flat=True)


def _record_payment(pk: int, on: date, at: datetime) -> bool:
    result = SettlementResult.objects.select_related("claim").get(pk=pk)
    number = result.claim.record_number
    desk = Desk([number], at)
    if result.events.exists():
        return False
    facts = {
        "amount_yen": result.amount_yen,
        "cause": "口座間送金決済",
        "paid_on": result.settled_on.isoformat(),
    }
    desk.write(number, RecordEvent.Kind.PAYMENT, on, facts, settlement=result)
    desk.flush()
    return True


def announce_debits(on: date, at: datetime) -> int:
    """Tell each obligor what will be debited, 2 business days before; how many were told of something.

    A day whose run did not come is made up for as long as the debit itself is to come.
    """
    last = bank_calendar.after(on, table.value("notice_debit_days"))
    told = 0
    days = ((last - on).days + 1) if last >= on else 0
    for settle_on in (on + timedelta(days=n) for n in range(days)):
        for company_id, needs in sorted(_needs(settle_on).items()):
            until = f"{timezone.localtime(cut_off_on(settle_on)):%-H時%M分}"
            with transaction.atomic():
                tell_many([telling.debit_coming(company_id, settle_on, needs, until)], at=at)
            told += 1
    return told


def _needs(settle_on: date) -> dict[int, list[tuple[str, int, int]]]:
    """By obligor: account, number of claims, yen. One company's accounts in their order."""
    due = Claim.objects.filter(state=Claim.State.RECORDED, settle_on=settle_on)
    sums: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    owed = due.values_list("obligor_id", "obligor_account", F("amount_yen") - F("paid_yen"))
    for company_id, account, owed_yen in owed:
        count, yen = sums[company_id].get(account, (0, 0))
        sums[company_id][account] = (count + 1, yen + owed_yen)
    return {
        company_id: [(account, count, yen) for account, (count, yen) in sorted(accounts.items())]
        for company_id, accounts in sums.items()
    }
