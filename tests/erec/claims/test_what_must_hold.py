"""What the database refuses the owner of the tables too, and what the application may not even ask."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from erec.claims import runs
from erec.claims.models import (
    Claim,
    Guarantor,
    Holding,
    Order,
    RecordEvent,
    Recourse,
    SettlementResult,
)
from erec.stack import addresses
from tests import cast
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = (Claim, Guarantor, Holding, Order, RecordEvent, Recourse, SettlementResult)

# What happened is not changed; what it happened to is not removed and does not go back.
CHANGES = [
    "UPDATE claims_recordevent SET facts = '{}'",
    "UPDATE claims_recordevent SET recorded_on = recorded_on - 1",
    "DELETE FROM claims_recordevent",
    "TRUNCATE claims_recordevent CASCADE",
    "UPDATE claims_settlementresult SET outcome = 'paid', reason = ''",
    "DELETE FROM claims_settlementresult",
    "TRUNCATE claims_settlementresult CASCADE",
    "UPDATE claims_accountmovement SET amount_yen = amount_yen + 1",
    "DELETE FROM claims_accountmovement",
    "TRUNCATE claims_accountmovement",
    "TRUNCATE claims_sanction",
    "DELETE FROM claims_claim",
    "TRUNCATE claims_claim CASCADE",
    "DELETE FROM claims_order",
    "TRUNCATE claims_order CASCADE",
    "DELETE FROM claims_accountbalance",
    "UPDATE claims_claim SET state = 'recorded' WHERE state = 'cancelled'",
    "UPDATE claims_claim SET state = 'recorded' WHERE state = 'settled'",
    "UPDATE claims_claim SET obligor_id = holder_id WHERE state = 'recorded'",
    "UPDATE claims_claim SET record_number = overlay(record_number placing '9' from 10)",
    "UPDATE claims_claim SET position = position - 1 WHERE state = 'recorded'",
    "UPDATE claims_order SET instruction = jsonb_set(instruction, '{amount_yen}', '1')",
    "UPDATE claims_order SET company_id = company_id + 1",
    "UPDATE claims_order SET state = 'reserved' WHERE state = 'recorded'",
    "UPDATE claims_claim SET due_on = due_on + 1 WHERE state = 'recorded'",
    "UPDATE claims_claim SET settle_on = settle_on + 1 WHERE state = 'recorded'",
    "UPDATE claims_claim SET restricted = NOT restricted WHERE state = 'recorded'",
    "UPDATE claims_claim SET original_amount_yen = 9, amount_yen = 9 WHERE state = 'settled'",
    "UPDATE claims_claim SET due_on = due_on + 1 WHERE position = 2",  # the change is no licence for more
    "DELETE FROM claims_recourse",
    "TRUNCATE claims_recourse",
    "UPDATE claims_recourse SET amount_yen = amount_yen - 1",
    "UPDATE claims_recourse SET paid_yen = paid_yen - 1",
    "UPDATE claims_recourse SET company_id = company_id + 1",
    'UPDATE claims_recourse SET "order" = 2',
]

# Seen at the end of the transaction, or at once by a constraint.
FALSE_STATES = [
    "UPDATE claims_claim SET amount_yen = amount_yen - 1 WHERE state = 'recorded'",
    "UPDATE claims_claim SET original_amount_yen = original_amount_yen + 1",
    "UPDATE claims_claim SET amount_yen = 0",
    "UPDATE claims_claim SET amount_yen = amount_yen + 1 WHERE parent_id IS NOT NULL",
    "UPDATE claims_claim SET state = 'cancelled' WHERE parent_id IS NOT NULL",
    "UPDATE claims_claim SET holder_id = obligor_id WHERE state = 'recorded'",
    "UPDATE claims_claim SET position = position + 1 WHERE state = 'recorded'",
    "UPDATE claims_claim SET paid_yen = amount_yen WHERE state = 'recorded'",
    "UPDATE claims_claim SET paid_yen = amount_yen + 1",
    "UPDATE claims_claim SET state = 'lost'",
    "DELETE FROM claims_holding WHERE role = 'holder'",
    "UPDATE claims_holding SET role = 'guarantor' WHERE role = 'holder'",
    "UPDATE claims_holding SET role = 'holder' WHERE role = 'obligor'",
    "UPDATE claims_accountbalance SET balance_yen = -1",
    "UPDATE claims_recourse SET paid_yen = amount_yen + 1",
]

# A record comes from an order or from the book's own settlement, next in turn, while the claim is open.
EVENT = (
    "INSERT INTO claims_recordevent"
    " (claim_id, position, kind, recorded_on, recorded_at, order_id, settlement_id, facts)"
    " SELECT id, {position}, '{kind}', now(), now(), {order}, {settlement}, '{{}}'"
    " FROM claims_claim WHERE state = '{state}' ORDER BY id LIMIT 1"
)
# Paid back to a guarantor: only what is open of his recourse, of the claim that a guarantor paid.
REPAYMENT = (
    "INSERT INTO claims_recordevent"
    " (claim_id, position, kind, recorded_on, recorded_at, order_id, facts)"
    " SELECT c.id, c.position + 1, 'payment', now(), now(), (SELECT min(id) FROM claims_order),"
    " jsonb_build_object('to', '{to}', 'amount_yen', {amount},"
    " 'payee', jsonb_build_object('company_id', {payee}))"
    " FROM claims_claim c JOIN claims_recourse r ON r.claim_id = c.id"
)
NOT_ALLOWED = [
    "UPDATE claims_recordevent SET facts = '{}'",
    "DELETE FROM claims_recordevent",
    "UPDATE claims_settlementresult SET reason = 'x'",
    "DELETE FROM claims_sanction",
    "DELETE FROM claims_claim",
    "DELETE FROM claims_order",
    "DELETE FROM claims_accountbalance",
    "UPDATE claims_accountmovement SET amount_yen = 1",
    "TRUNCATE claims_recordevent",
    "DELETE FROM claims_recourse",
    "ALTER TABLE claims_recordevent DISABLE TRIGGER ALL",
]
AN_ORDER = "(SELECT min(id) FROM claims_order)"
EVENTS = {
    "without a cause": EVENT.format(
        position="position + 1", kind="accrual", order="NULL", settlement="NULL", state="recorded"
    ),
    "a payment without a cause": EVENT.format(
        position="position + 1", kind="payment", order="NULL", settlement="NULL", state="recorded"
    ),
    "of an unknown kind": EVENT.format(
        position="position + 1", kind="gift", order=AN_ORDER, settlement="NULL", state="recorded"
    ),
    "twice in one place": EVENT.format(
        position="position", kind="assignment", order=AN_ORDER, settlement="NULL", state="recorded"
    ),
    "with a gap": EVENT.format(
        position="position + 2", kind="assignment", order=AN_ORDER, settlement="NULL", state="recorded"
    ),
    "that the claim does not follow": EVENT.format(
        position="position + 1", kind="assignment", order=AN_ORDER, settlement="NULL", state="recorded"
    ),
    "after cancellation": EVENT.format(
        position="position + 1", kind="assignment", order=AN_ORDER, settlement="NULL", state="cancelled"
    ),
    "after full payment": EVENT.format(
        position="position + 1", kind="assignment", order=AN_ORDER, settlement="NULL", state="settled"
    ),
    "a change after other records": EVENT.format(
        position="position + 1", kind="change", order=AN_ORDER, settlement="NULL", state="recorded"
    ),
    "a repayment above what is open": REPAYMENT.format(to="recourse", amount=8, payee="r.company_id"),
    "a repayment to who did not pay": REPAYMENT.format(to="recourse", amount=1, payee="c.obligor_id"),
    "a payment to the holder of a settled claim": REPAYMENT.format(
        to="holder", amount=1, payee="r.company_id"
    ),
}


def everything() -> list[Any]:
    return [list(table._default_manager.order_by("pk").values_list()) for table in TABLES]


@pytest.fixture
def book() -> list[Any]:
    """A divided claim, a cancelled one, a changed one, one paid by transfer and one by its guarantor."""
    obligor, obligee, assignee = c.party(), c.party(), c.party()
    divided = c.claim(obligor, obligee, 1000)
    c.assign(divided.record_number, obligee, assignee, 400)
    cancelled = c.claim(obligor, obligee)
    assert c.cancel(cancelled.record_number, "accrual", obligee).error == ""
    changed = c.claim(obligor, obligee).record_number
    c.recorded(c.change(changed, obligor, obligee, amount_yen=5))
    guaranteed = c.claim(obligor, obligee, 10, due_on=c.DUE).record_number
    c.assign(guaranteed, obligee, assignee)
    c.recorded(c.payment(guaranteed, obligee, assignee, 10))
    c.recorded(c.payment(guaranteed, obligor, obligee, 3))
    c.claim(obligor, obligee, due_on=c.SOON)
    runs.settle(c.SOON, cast.AT)
    runs.settle(c.PAYMENT_RECORDED, cast.AT)
    assert sorted(Claim.objects.values_list("state", flat=True)) == [
        "cancelled",
        "recorded",
        "recorded",
        "recorded",
        "settled",
        "settled",
    ]
    return everything()


@pytest.fixture
def owner(book: list[Any]) -> Iterator[psycopg.Connection[Any]]:
    keywords = addresses.connection(settings.CONFIG, addresses.OWNER_ROLE)
    with psycopg.connect(**keywords, autocommit=True) as opened:
        yield opened


def test_the_owner_of_the_tables_cannot_change_what_happened(
    owner: psycopg.Connection[Any], book: list[Any], subtests: pytest.Subtests
) -> None:
    for change in CHANGES:
        with subtests.test(change):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation) as refusal:
                owner.execute(change)
            words = "append-only|forward only|answered once|by a record only"
            assert re.search(words, str(refusal.value))
            assert everything() == book


def test_a_state_that_cannot_be_is_not_committed(
    owner: psycopg.Connection[Any], book: list[Any], subtests: pytest.Subtests
) -> None:
    for change in FALSE_STATES:
        with subtests.test(change):
            with pytest.raises(psycopg.errors.IntegrityError):
                owner.execute(change)
            assert everything() == book


def test_a_record_that_cannot_be_is_not_written(
    owner: psycopg.Connection[Any], book: list[Any], subtests: pytest.Subtests
) -> None:
    for name, event in EVENTS.items():
        with subtests.test(name):
            with pytest.raises(psycopg.errors.IntegrityError):
                owner.execute(event)
            assert everything() == book


def test_the_application_has_no_right_to_change_what_happened(
    book: list[Any], subtests: pytest.Subtests
) -> None:
    for change in NOT_ALLOWED:
        refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
        with subtests.test(change):
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)
            assert everything() == book


def test_a_second_holder_is_refused(book: list[Any]) -> None:
    held = Holding.objects.filter(role="holder", state="recorded").order_by("pk")[0]
    other = Holding.objects.exclude(company_id=held.company_id).values_list("company_id", flat=True)[0]
    held.pk, held.company_id = None, other
    with pytest.raises(IntegrityError, match="holding_one_holder"):
        held.save()
    assert everything() == book


def test_a_second_reserved_assignment_on_one_claim_is_refused(book: list[Any]) -> None:
    obligor, obligee, assignee = c.party(), c.party(), c.party()
    number = c.claim(obligor, obligee).record_number
    order = c.assign(number, obligee, assignee, record_on=c.LATER)
    order.pk, order.key = None, "another"
    with pytest.raises(IntegrityError, match="order_one_reservation"):
        order.save()
