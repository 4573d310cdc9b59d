"""The embedded Settlement: demo balances that move once, and never below zero."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from erec.claims.instructions import Account, Party
from erec.claims.models import AccountBalance, AccountMovement
from erec.claims.settlement import EmbeddedSettlement, NotCovered, Paid, set_balance
from tests import cast
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db


def pay(key: str, payer: Party, payee: Party, amount_yen: int) -> Paid | NotCovered:
    return EmbeddedSettlement().transfer(key, payer, payee, amount_yen, at=cast.AT)


def balance(party: Party) -> int:
    return AccountBalance.objects.get(account=str(party.account)).balance_yen


def give(party: Party, balance_yen: int) -> None:
    set_balance(str(party.account), party.company_id, balance_yen, at=cast.AT)


def test_money_goes_from_one_balance_to_the_other() -> None:
    payer, payee = c.party(), c.party()
    give(payer, 1000)
    give(payee, 50)
    assert pay("one", payer, payee, 1000) == Paid()
    assert (balance(payer), balance(payee)) == (0, 1050)


def test_the_first_use_opens_a_balance_with_the_institution_s_amount() -> None:
    payer, payee = c.party(), c.party()
    assert pay("one", payer, payee, 1) == Paid()
    assert (balance(payer), balance(payee)) == (49_999_999_999, 50_000_000_001)
    assert AccountMovement.objects.count() == 4


def test_too_little_moves_nothing() -> None:
    payer, payee = c.party(), c.party()
    give(payer, 999)
    give(payee, 0)
    assert pay("one", payer, payee, 1000) == NotCovered()
    assert (balance(payer), balance(payee)) == (999, 0)


def test_a_key_that_was_paid_is_paid_again_and_moves_nothing() -> None:
    payer, payee = c.party(), c.party()
    give(payer, 1500)
    give(payee, 0)
    assert [pay("one", payer, payee, 1000) for _ in range(2)] == [Paid(), Paid()]
    assert (balance(payer), balance(payee)) == (500, 1000)


def test_a_company_that_pays_itself_has_what_it_had() -> None:
    payer = c.party()
    give(payer, 1000)
    assert pay("one", payer, payer, 1000) == Paid()
    assert balance(payer) == 1000


@pytest.mark.django_db(transaction=True)
def test_two_who_pay_each_other_at_once_both_pay() -> None:
    one, other = c.party(), c.party()
    give(one, 1000)
    give(other, 1000)
    ends: list[Paid | NotCovered] = []

    def pay_from(payer: Party, payee: Party) -> None:
        try:
            for n in range(5):
                with transaction.atomic():
                    ends.append(pay(f"{payer.user_number}-{n}", payer, payee, 100))
        finally:
            connection.close()

    threads = [threading.Thread(target=pay_from, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == [Paid()] * 10
    assert (balance(one), balance(other)) == (1000, 1000)


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("demo_balance", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_command_shows_and_sets_a_balance() -> None:
    account = str(c.party().account)
    assert said(account) == f"{account} の残高は 50,000,000,000 円です。"
    assert said(account, "--set", "1200") == f"{account} の残高は 1,200 円です。"
    assert said(account) == f"{account} の残高は 1,200 円です。"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["9999-101-2"], "口座「9999-101-2」は 9999-101-2-0000001 の形で指定してください。"),
        (["9999-101-2-0000000"], "口座 9999-101-2-0000000 はありません。番号を確かめてください。"),
    ],
)
def test_the_command_refuses_what_is_no_account(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as refusal:
        said(*arguments)
    assert str(refusal.value) == sentence
    assert AccountBalance.objects.count() == 0


def test_the_command_refuses_a_negative_balance() -> None:
    account: Account = c.party().account
    with pytest.raises(CommandError, match="残高は0円以上にしてください。"):
        said(str(account), "--set=-1")
    assert AccountBalance.objects.count() == 0
