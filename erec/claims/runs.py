"""What the book does by itself on a day. A claim a transaction: killed anywhere, a run goes on where it was.

The caller holds no rows and no transaction. Whatever is done again finds that it was done.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from erec.claims import book, defaults, settlement, telling
from erec.claims.default_models import Halt
from erec.claims.desk import Desk
from erec.claims.grounds import GROUNDS, NO_COVER, Unpaid
from erec.claims.models import Claim, Order, RecordEvent, SettlementResult
from erec.claims.one_by_one import one_by_one
from erec.claims.projection import Book
from erec.claims.settlement import NotCovered
from erec.formats import bank_calendar
from erec.notices.actions import tell_many
from erec.parameters import table
from erec.parameters.business_day import cut_off_on

Outcome = SettlementResult.Outcome


def take_effect(on: date, at: datetime) -> int:
    """Reservations whose day has come, in the order of their days and of their placing; how many."""
    waiting = Order.objects.filter(state=Order.State.RESERVED, effective_on__lte=on)
    due = waiting.order_by("effective_on", "pk")
    return one_by_one(due, lambda order: book.take_effect(order, at=at))


def settle(on: date, at: datetime) -> int:
    """口座間送金決済 of what is due, and 支払等記録 of what was paid before; how many claims.

    Claims of one day are debited in the order of their numbers (inferred: the order is the bank's choice,
    domain facts §4.8). What is not covered is 支払不能, and is not tried again; the institutions hear of it
    some days later.
    """
    settled = one_by_one(_numbers_due(on), lambda number: _settle(number, on, at))
    recorded = one_by_one(_paid_unrecorded(on), lambda pk: _record_payment(pk, on, at))
    defaults.announce(on, at)
    return settled + recorded


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
    unpaid = _unpaid(row, claim, key, owed_yen, at)
    _write_result(desk, row, owed_yen, unpaid, on)
    if unpaid is None:
        desk.tellings += telling.paid(key, claim, owed_yen)
    else:
        desk.tellings += telling.defaulted(key, claim, unpaid.words)
        defaults.put_down(row, unpaid, at=at)
    desk.flush()
    return True


def _unpaid(row: Claim, claim: Book, key: str, owed_yen: int, at: datetime) -> Unpaid | None:
    """Move the money, unless something is stated against it; None: it was paid."""
    if halts := defaults.halts_of(row):
        return Unpaid(GROUNDS[halts[0].ground], halts[0].objection)
    paid = settlement.configured().transfer(key, claim.obligor, claim.holder, owed_yen, at=at)
    return Unpaid(NO_COVER) if isinstance(paid, NotCovered) else None


def _write_result(desk: Desk, row: Claim, owed_yen: int, unpaid: Unpaid | None, on: date) -> None:
    outcome = Outcome.PAID if unpaid is None else Outcome.DEFAULTED
    SettlementResult.objects.create(
        claim=row,
        obligor_id=row.obligor_id,
        due_on=row.settle_on,
        outcome=outcome,
        amount_yen=owed_yen,
        reason=unpaid.words if unpaid else "",
        settled_on=on,
        recorded_at=desk.at,
    )
    desk.put_outcome(row.record_number, outcome)


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
    """By obligor: account, number of claims, yen. One company's accounts in their order.

    What is halted is not debited.
    """
    due = Claim.objects.filter(state=Claim.State.RECORDED, settle_on=settle_on)
    halted = Halt.objects.filter(ended_at=None)
    due = due.exclude(Exists(halted.filter(claim=OuterRef("pk"))))
    due = due.exclude(Exists(halted.filter(claim=None, company=OuterRef("obligor"))))
    sums: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    owed = due.values_list("obligor_id", "obligor_account", F("amount_yen") - F("paid_yen"))
    for company_id, account, owed_yen in owed:
        count, yen = sums[company_id].get(account, (0, 0))
        sums[company_id][account] = (count + 1, yen + owed_yen)
    return {
        company_id: [(account, count, yen) for account, (count, yen) in sorted(accounts.items())]
        for company_id, accounts in sums.items()
    }
