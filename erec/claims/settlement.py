"""口座間送金決済: who moves the money. The embedded one moves demo balances, a bank's own its accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
        balances = locked_balances([payer, payee], at=at)
        source, target = balances[str(payer.account)], balances[str(payee.account)]
        if AccountMovement.objects.filter(key=f"{key}:out").exists():
            return Paid()
        if source.balance_yen < amount_yen:
            return NotCovered()
        move(source, -amount_yen, key=f"{key}:out", at=at)
        move(target, amount_yen, key=f"{key}:in", at=at)
        return Paid()


def locked_balances(parties: list[Party], *, at: datetime) -> dict[str, AccountBalance]:
    """The balances by account, locked in the order of their ids; one not used before is made."""
    wanted = {str(party.account): party.company_id for party in parties}
    known = set(AccountBalance.objects.filter(account__in=wanted).values_list("account", flat=True))
    for account in sorted(wanted.keys() - known):
        _open(account, wanted[account], at)
    rows = AccountBalance.objects.select_for_update(of=("self",)).filter(account__in=wanted)
    return {row.account: row for row in rows.order_by("pk")}


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
