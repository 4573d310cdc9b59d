"""The demo balance of a settlement account: `manage.py demo_balance 9999-101-2-0000001 [--set YEN]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import SettlementAccount
from erec.claims import settlement
from erec.claims.instructions import Account


class Command(BaseCommand):
    help = "決済口座のデモ残高を表示します。--set で変えられます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "account", metavar="ACCOUNT", help="金融機関-支店-種別-番号（9999-101-2-0000001 の形）"
        )
        parser.add_argument("--set", metavar="YEN", type=int, dest="balance_yen", help="この残高にします。")

    def handle(self, *, account: str, balance_yen: int | None, **options: Any) -> None:
        company_id = _company_of(account)
        if balance_yen is not None and balance_yen < 0:
            raise CommandError("残高は0円以上にしてください。")
        now = timezone.now()
        held = settlement.set_balance(account, company_id, balance_yen, at=now)
        self.stdout.write(f"{account} の残高は {held:,} 円です。")


def _company_of(account: str) -> int:
    try:
        number = Account.parse(account)
    except TypeError as error:
        raise CommandError(f"口座「{account}」は 9999-101-2-0000001 の形で指定してください。") from error
    found = SettlementAccount.objects.filter(**vars(number)).first()
    if found is None:
        raise CommandError(f"口座 {account} はありません。番号を確かめてください。")
    return found.company_id
