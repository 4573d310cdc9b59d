"""口座間送金決済: who moves the money. The embedded one moves demo balances, a bank's own its accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from erec.claims.instructions import Party
from erec.claims.models import AccountBalance, AccountMovement
from erec.parameters import table


@dataclass(frozen=True)
class Paid:
    """The money is on the payee's account."""


@dataclass(frozen=True)
class NotCovered:
    """Nothing moved: the payer's account does not hold enough."""


class Settlement(Protocol):
    def transfer(
        self, key: str, payer: Party, payee: Party, amount_yen: int, *, at: datetime
    ) -> Paid | NotCovered:
        """Move the money once: a key that was paid is answered Paid again and moves nothing."""
        ...


def configured() -> Settlement:
    settlement: Settlement = import_string(settings.SETTLEMENT)()
    return settlement


class EmbeddedSettlement:
    @transaction.atomic
    def transfer(
        self, key: str, payer: Party, payee: Party, amount_yen: int, *, at: datetime
    ) -> Paid | NotCovered:
        accounts = {str(party.account): party.company_id for party in (payer, payee)}
        balances = locked_balances(accounts, at=at)
        source, target = balances[str(payer.account)], balances[str(payee.account)]
        if AccountMovement.objects.filter(key=f"{key}:out").exists():
            return Paid()
        if source.balance_yen < amount_yen:
            return NotCovered()
        move(source, -amount_yen, key=f"{key}:out", at=at)
        move(target, amount_yen, key=f"{key}:in", at=at)
        return Paid()


def locked_balances(accounts: Mapping[str, int], *, at: datetime) -> dict[str, AccountBalance]:
    """The balances of these accounts (with their companies), locked in the order of their ids.

    One that was not used before is made.
    """
    known = set(AccountBalance.objects.filter(account__in=accounts).values_list("account", flat=True))
    for account in sorted(accounts.keys() - known):
        _open(account, accounts[account], at)
    rows = AccountBalance.objects.select_for_update(of=("self",)).filter(account__in=accounts)
    return {row.account: row for row in rows.order_by("pk")}


@transaction.atomic
def set_balance(account: str, company_id: int, balance_yen: int | None, *, at: datetime) -> int:
    """Make the demo balance this (None: leave it); returns what it is."""
    balance = locked_balances({account: company_id}, at=at)[account]
    if balance_yen is None or balance_yen == balance.balance_yen:
        return balance.balance_yen
    move(balance, balance_yen - balance.balance_yen, key=f"set:{account}:{uuid4()}", at=at)
    return balance_yen


def move(balance: AccountBalance, amount_yen: int, *, key: str, at: datetime) -> None:
    """One movement and the balance with it. The caller holds the balance's lock."""
    AccountMovement.objects.create(balance=balance, key=key, amount_yen=amount_yen, at=at)
    AccountBalance.objects.filter(pk=balance.pk).update(balance_yen=F("balance_yen") + amount_yen)


def _open(account: str, company_id: int, at: datetime) -> None:
    """A new balance with its first movement; whoever comes second finds the first one's."""
    first_yen = table.value("demo_balance_yen")
    made = AccountBalance(account=account, company_id=company_id, balance_yen=0)
    AccountBalance.objects.bulk_create([made], ignore_conflicts=True)
    balance = AccountBalance.objects.select_for_update(of=("self",)).get(account=account)
    if not balance.movements.exists():
        move(balance, first_yen, key=f"open:{account}", at=at)
