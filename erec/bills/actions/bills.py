"""One bill: add, change, delete."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.bills import access, policy
from erec.bills.errors import AlreadyThere, BeingSwitched, Changed, LimitReached
from erec.bills.forms import BillEntry
from erec.bills.models import Bill
from erec.bills.standing import BOUND
from erec.trail.events import Event

KEY = ("kind", "number", "party", "due_on")
# What a request was made from: below one that is under way these stay.
FIXED = (*KEY, "amount_yen", "drawer", "user_number")


@transaction.atomic
def add(entry: BillEntry, *, acting_user: User, at: datetime, origin: Origin) -> Bill:
    """A new bill. Raises NotAllowed, AlreadyThere, LimitReached."""
    user = access.working(acting_user)
    _refuse_twice(user.company_id, entry)
    check_room(user.company_id, 1)
    bill = Bill(company_id=user.company_id)
    write(bill, entry, at)
    bill.save()
    _tell(Event.BILL_ADDED, bill, user, at, origin)
    return bill


@transaction.atomic
def change(
    pk: int, entry: BillEntry, *, version: int, acting_user: User, at: datetime, origin: Origin
) -> Bill:
    """`version` is that of the page. Raises NotAllowed, Bill.DoesNotExist, Changed, AlreadyThere,
    BeingSwitched."""
    user = access.working(acting_user)
    bill = _unchanged(user, pk, version)
    fixed = [getattr(bill, name) for name in FIXED]
    before = f"{bill.get_kind_display()} {bill.due_on} {bill.party} {bill.amount_yen}"
    _refuse_twice(user.company_id, entry, but=pk)
    if bill.now in BOUND and fixed != [getattr(entry, name) for name in FIXED]:
        raise BeingSwitched(BeingSwitched.sentence.format(what="摘要や印字名のほかを変更"))
    write(bill, entry, at)
    bill.version += 1
    bill.save()
    _tell(Event.BILL_CHANGED, bill, user, at, origin, before=before)
    return bill


@transaction.atomic
def delete(pk: int, *, version: int, acting_user: User, at: datetime, origin: Origin) -> Bill:
    """Out of the register; the trail keeps what it was. Raises NotAllowed, Bill.DoesNotExist, Changed,
    BeingSwitched."""
    user = access.working(acting_user)
    bill = _unchanged(user, pk, version)
    if bill.now in BOUND:
        raise BeingSwitched(BeingSwitched.sentence.format(what="削除"))
    bill.delete()
    _tell(Event.BILL_DELETED, bill, user, at, origin)
    return bill


def write(bill: Bill, entry: BillEntry, at: datetime) -> None:
    for name, value in vars(entry).items():
        setattr(bill, name, value)
    bill.changed_at = at


def check_room(company_id: int, more: int) -> None:
    """Raises LimitReached."""
    if Bill.objects.filter(company_id=company_id).count() + more > policy.BILLS_MAX:
        raise LimitReached(
            f"登録できる手形は{policy.BILLS_MAX:,}件までです。まだ登録していません。"
            "決済の済んだ手形を削除してください。"
        )


def _refuse_twice(company_id: int, entry: BillEntry, *, but: int = 0) -> None:
    same = Bill.objects.filter(company_id=company_id, **{name: getattr(entry, name) for name in KEY})
    if same.exclude(pk=but).exists():
        raise AlreadyThere


def _unchanged(user: User, pk: int, version: int) -> Bill:
    bill = access.bill_for(user, pk)
    if bill.version != version:
        raise Changed
    return bill


def _tell(event: Event, bill: Bill, user: User, at: datetime, origin: Origin, **detail: str) -> None:
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=bill.number,
        kind=bill.get_kind_display(),
        due_on=bill.due_on.isoformat(),
        party=bill.party,
        amount_yen=bill.amount_yen,
        **detail,
    )
