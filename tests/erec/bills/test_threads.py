"""Several at once on one bill, each in a thread with a connection of its own."""

from typing import Any

import pytest

from accounts.models import User
from erec.bills.actions import bills
from erec.bills.actions.switching import begin
from erec.bills.errors import AlreadyThere, Changed
from erec.bills.models import Bill, BillSwitch
from erec.members.catalogue import PARTNERS, Tick
from erec.trail.models import Entry
from erec.workflow.models import WorkingCopy
from tests import cast
from tests.erec.bills.cast_bills import HERE, MAKER, USE, Accountant, entry
from tests.erec.members.cast_members import enter, give, member_of, second_master
from tests.erec.partners.cast_partners import Keeper, another
from tests.erec.workflow.cast_threads import together

pytestmark = pytest.mark.django_db(transaction=True)


def tried(act: Any) -> str:
    try:
        act()
    except (AlreadyThere, Changed) as refusal:
        return type(refusal).__name__
    return "done"


def test_of_two_masters_who_switch_one_bill_at_once_one_begins_and_nobody_waits_for_ever() -> None:
    boss = cast.master()
    book = Keeper(boss, give(member_of(boss), USE, MAKER, (PARTNERS, Tick.USE)))
    assert boss.log_in().status_code == 302
    enter(boss, book.member)
    other = second_master(boss.user.company)
    give(member_of(other), USE, MAKER)
    partner = book.adds(another(), registered_name="青葉製作所")
    bill = Accountant(boss, book.member).adds()

    def begins(user: User) -> Any:
        return lambda: tried(
            lambda: begin(bill.pk, partner.pk, version=1, standing="手形", acting_user=user, **HERE)
        )

    assert sorted(together(begins(boss.user), begins(other.user))) == ["Changed", "done"]
    assert (BillSwitch.objects.count(), WorkingCopy.objects.count()) == (1, 1)
    assert Entry.objects.filter(event="bill.switch_begun").count() == 1


def test_the_same_bill_entered_at_once_is_one_bill() -> None:
    accountant = Accountant.at_work()

    def add() -> str:
        return tried(lambda: bills.add(entry(), acting_user=accountant.user, **HERE))

    assert sorted(together(add, add, add)) == ["AlreadyThere", "AlreadyThere", "done"]
    assert Bill.objects.count() == 1


def test_of_two_changes_from_the_same_page_one_is_made() -> None:
    accountant = Accountant.at_work()
    bill = accountant.adds()

    def changes(yen: int) -> Any:
        acting = {"acting_user": accountant.user, **HERE}
        return lambda: tried(lambda: bills.change(bill.pk, entry(amount_yen=yen), version=1, **acting))

    assert sorted(together(changes(1), changes(2))) == ["Changed", "done"]
    bill.refresh_from_db()
    assert (bill.version, bill.amount_yen in (1, 2)) == (2, True)
