"""What the book does by itself: it pays, says who could not, and is never caught half-way."""

import itertools
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from erec.claims import runs, verify
from erec.claims.instructions import Party
from erec.claims.models import AccountBalance, Claim, RecordEvent, SettlementResult
from erec.claims.settlement import set_balance
from erec.notices.models import Notice
from tests import cast
from tests.crash import Died, dies_at, fingerprint
from tests.erec.claims import cast_claims as c

BEFORE = date(2026, 11, 30)
TOLD = date(2026, 11, 27)  # 2 business days before c.SOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def obligor() -> Party:
    return c.party()


@pytest.fixture
def obligee() -> Party:
    return c.party()


def give(party: Party, balance_yen: int) -> None:
    set_balance(str(party.account), party.company_id, balance_yen, at=cast.AT)


def balance(party: Party) -> int:
    return AccountBalance.objects.get(account=str(party.account)).balance_yen


def due(obligor: Party, obligee: Party, amount_yen: int = 1000) -> Claim:
    return c.claim(obligor, obligee, amount_yen, due_on=c.SOON)


def told(*whats: str) -> list[tuple[int, str, str]]:
    rows = Notice.objects.filter(what__in=whats).order_by("company_id", "pk")
    return list(rows.values_list("company_id", "what", "subject"))


def test_nothing_is_paid_before_its_day(obligor: Party, obligee: Party) -> None:
    due(obligor, obligee)
    assert runs.settle(BEFORE, cast.AT) == 0
    assert (Claim.objects.get().state, SettlementResult.objects.count()) == ("recorded", 0)


def test_on_its_day_the_money_moves_and_both_are_told(obligor: Party, obligee: Party) -> None:
    give(obligor, 1000)
    give(obligee, 0)
    claim = due(obligor, obligee)
    assert runs.settle(c.SOON, cast.AT) == 1
    assert (balance(obligor), balance(obligee)) == (0, 1000)
    claim.refresh_from_db()
    assert (claim.state, claim.paid_yen) == ("settled", 0)
    result = SettlementResult.objects.get()
    assert (result.outcome, result.amount_yen, result.due_on, result.settled_on, result.reason) == (
        "paid",
        1000,
        c.SOON,
        c.SOON,
        "",
    )
    assert told("money_received", "money_paid") == [
        (obligor.company_id, "money_paid", f"1,000円を支払いました（{obligee.name}）"),
        (obligee.company_id, "money_received", f"1,000円が入金されました（{obligor.name}）"),
    ]


def test_the_payment_is_recorded_three_business_days_later(obligor: Party, obligee: Party) -> None:
    claim = due(obligor, obligee)
    runs.settle(c.SOON, cast.AT)
    assert runs.settle(date(2026, 12, 3), cast.AT) == 0
    assert runs.settle(c.PAYMENT_RECORDED, cast.AT) == 1
    event = RecordEvent.objects.get(claim=claim, kind="payment")
    assert (event.recorded_on, event.order, event.settlement) == (
        c.PAYMENT_RECORDED,
        None,
        SettlementResult.objects.get(),
    )
    assert event.facts == {"amount_yen": 1000, "cause": "口座間送金決済", "paid_on": "2026-12-01"}
    claim.refresh_from_db()
    assert (claim.state, claim.paid_yen, claim.position) == ("settled", 1000, 2)


def test_an_institution_may_record_the_payment_on_the_day_itself(
    obligor: Party, obligee: Party, settings: Any
) -> None:
    settings.PARAMETERS = {**settings.PARAMETERS, "payment_record_days": 0}
    claim = due(obligor, obligee)
    assert runs.settle(c.SOON, cast.AT) == 2
    claim.refresh_from_db()
    assert (claim.state, claim.paid_yen) == ("settled", 1000)


def test_a_day_whose_run_did_not_come_is_made_up_for(obligor: Party, obligee: Party) -> None:
    claim = due(obligor, obligee)
    assert runs.settle(date(2026, 12, 8), cast.AT) == 1
    result = SettlementResult.objects.get()
    assert (result.due_on, result.settled_on) == (c.SOON, date(2026, 12, 8))
    claim.refresh_from_db()
    assert claim.state == "settled"


def test_without_cover_it_is_a_default_and_everybody_with_a_part_is_told(
    obligor: Party, obligee: Party
) -> None:
    assignee = c.party()
    claim = due(obligor, obligee)
    c.assign(claim.record_number, obligee, assignee)
    give(obligor, 999)
    give(assignee, 0)
    assert runs.settle(c.SOON, cast.AT) == 1
    claim.refresh_from_db()
    assert (claim.state, claim.paid_yen, claim.position) == ("defaulted", 0, 3)
    assert (balance(obligor), balance(assignee)) == (999, 0)
    result = SettlementResult.objects.get()
    assert (result.outcome, result.reason, result.obligor_id) == (
        "defaulted",
        "決済口座の残高不足（第1号）",
        obligor.company_id,
    )
    assert not RecordEvent.objects.filter(kind="payment").exists()
    assert told("defaulted") == [
        (party.company_id, "defaulted", "支払不能になりました") for party in (obligor, obligee, assignee)
    ]
    assert runs.settle(c.PAYMENT_RECORDED, cast.AT) == 0


def test_claims_of_one_day_are_debited_in_the_order_of_their_numbers(obligor: Party, obligee: Party) -> None:
    give(obligor, 1500)
    for amount_yen in (1000, 700, 400):
        due(obligor, obligee, amount_yen)
    runs.settle(c.SOON, cast.AT)
    states = Claim.objects.order_by("record_number").values_list("amount_yen", "state")
    assert list(states) == [(1000, "settled"), (700, "defaulted"), (400, "settled")]
    assert balance(obligor) == 100


def test_parts_of_one_claim_are_debited_one_by_one(obligor: Party, obligee: Party) -> None:
    parent = due(obligor, obligee)
    c.assign(parent.record_number, obligee, c.party(), 400)
    give(obligor, 600)
    assert runs.settle(c.SOON, cast.AT) == 2
    assert sorted(Claim.objects.values_list("amount_yen", "state")) == [(400, "defaulted"), (600, "settled")]


def test_a_run_that_is_run_again_does_nothing(obligor: Party, obligee: Party) -> None:
    due(obligor, obligee)
    runs.settle(c.SOON, cast.AT)
    runs.settle(c.PAYMENT_RECORDED, cast.AT)
    before = fingerprint("claims", "notices", "trail")
    assert runs.settle(c.PAYMENT_RECORDED, cast.AT) == 0
    assert runs.settle(date(2026, 12, 25), cast.AT) == 0
    assert fingerprint("claims", "notices", "trail") == before


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_pay_once(obligor: Party, obligee: Party) -> None:
    give(obligor, 10_000)
    give(obligee, 0)
    for _ in range(5):
        due(obligor, obligee)
    done: list[int] = []

    def settle() -> None:
        try:
            done.append(runs.settle(c.SOON, cast.AT))
        finally:
            connection.close()

    threads = [threading.Thread(target=settle) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(done), balance(obligor), balance(obligee)) == (5, 5000, 5000)
    assert SettlementResult.objects.count() == 5


@pytest.mark.parametrize("outcome", ["paid", "defaulted"])
def test_killed_at_any_statement_a_settlement_is_whole_or_not_at_all(
    outcome: str, obligor: Party, obligee: Party
) -> None:
    give(obligor, 1000 if outcome == "paid" else 999)
    give(obligee, 0)
    due(obligor, obligee)
    deaths = dies_everywhere(lambda: runs.settle(c.SOON, cast.AT))
    assert deaths > 10
    assert SettlementResult.objects.get().outcome == outcome
    assert balance(obligor) + balance(obligee) == (1000 if outcome == "paid" else 999)
    assert list(verify.differences()) == []


def test_killed_at_any_statement_a_reservation_takes_effect_wholly_or_not_at_all(
    obligor: Party, obligee: Party
) -> None:
    claim = c.claim(obligor, obligee, 1000, record_on=c.LATER)
    c.assign(claim.record_number, obligee, c.party(), 400, record_on=c.LATER)
    assert dies_everywhere(lambda: runs.take_effect(c.LATER, cast.AT)) > 20
    assert sorted(Claim.objects.values_list("amount_yen", "state")) == [(400, "recorded"), (600, "recorded")]
    assert list(verify.differences()) == []


def test_killed_at_any_statement_a_payment_is_recorded_wholly_or_not_at_all(
    obligor: Party, obligee: Party
) -> None:
    due(obligor, obligee)
    runs.settle(c.SOON, cast.AT)
    assert dies_everywhere(lambda: runs.settle(c.PAYMENT_RECORDED, cast.AT)) > 5
    assert RecordEvent.objects.filter(kind="payment").count() == 1
    assert list(verify.differences()) == []


def dies_everywhere(run: Callable[[], int]) -> int:
    """Kill the run at its first statement, then the next run at its second, and so on until one lives.

    What is committed before a death stays, so each death must leave a book that is whole.
    """
    for n in itertools.count(1):
        try:
            with dies_at(n):
                run()
        except Died:
            assert list(verify.differences()) == [], f"after a death at statement {n}"
            paid = set(SettlementResult.objects.values_list("claim__record_number", flat=True))
            over = Claim.objects.filter(state__in=["settled", "defaulted"])
            assert set(over.values_list("record_number", flat=True)) == paid
        else:
            break
    return n - 1


def test_the_debtor_is_told_two_business_days_before_what_each_account_needs(
    obligor: Party, obligee: Party
) -> None:
    for amount_yen in (1000, 234):
        due(obligor, obligee, amount_yen)
    c.claim(obligor, obligee, 9999)  # due much later
    assert runs.announce_debits(date(2026, 11, 26), cast.AT) == 0
    assert runs.announce_debits(TOLD, cast.AT) == 1
    notice = Notice.objects.get(what="debit_coming")
    assert (notice.company_id, notice.subject) == (
        obligor.company_id,
        "口座間送金決済のご依頼（2026年12月1日、1,234円）",
    )
    assert notice.body.splitlines() == [
        f"{obligor.account}　2件　1,234円",
        "2026年12月1日の15時00分までに残高が足りないと、支払不能になります。",
    ]


def test_the_debtor_is_told_once_and_late_rather_than_never(obligor: Party, obligee: Party) -> None:
    due(obligor, obligee)
    runs.announce_debits(c.SOON, cast.AT)
    runs.announce_debits(c.SOON, cast.AT)
    assert len(told("debit_coming")) == 1
    runs.settle(c.SOON, cast.AT)
    assert runs.announce_debits(c.SOON, cast.AT) == 0
