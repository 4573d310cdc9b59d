"""A company repays its loan early: its claims come back to it."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.origin import Origin
from erec.claims import reading
from erec.financing import money
from erec.financing.errors import FinancingError
from erec.financing.models import Application


class Command(BaseCommand):
    help = "譲渡担保の借入の残りを企業の口座から返済し、担保の債権を企業へ返します。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("application_no", metavar="APPLICATION_NO", help="申込番号")
        parser.add_argument("--operator", default="financing_repay", help="職員の名前（証跡に残る）")

    def handle(self, *args: Any, **options: Any) -> None:
        origin = Origin(door="command", environment=options["operator"][:60])
        try:
            done = money.repay(options["application_no"], at=timezone.now(), origin=origin)
        except Application.DoesNotExist as error:
            raise CommandError("その申込番号の申込はありません。") from error
        except FinancingError as error:
            raise CommandError(error.sentence) from error
        self.stdout.write(f"返済した金額: {reading.yen(done.amount_yen)}")
        for number in done.returned:
            self.stdout.write(f"返した債権: {number}")
        for number in done.kept:
            self.stdout.write(f"返せなかった債権（決済金は企業の口座に入ります）: {number}")
