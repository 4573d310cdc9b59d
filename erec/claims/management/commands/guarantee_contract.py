"""保証利用限定特約 of a company, made on paper: `manage.py guarantee_contract USER_NUMBER [--on|--off]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.access import company_by_number
from accounts.models import Company
from accounts.origin import Origin
from erec.claims.contracts import set_guarantee_contract
from erec.claims.models import GuaranteeContract
from erec.parameters import business_day


class Command(BaseCommand):
    help = "企業の保証利用限定特約を表示します。--on で締結、--off で終了にします。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user_number", metavar="USER_NUMBER", help="利用者番号")
        wanted = parser.add_mutually_exclusive_group()
        wanted.add_argument("--on", action="store_true", help="締結")
        wanted.add_argument("--off", action="store_true", help="終了")

    def handle(self, *, user_number: str, on: bool, off: bool, **options: Any) -> None:
        try:
            company = company_by_number(user_number)
        except Company.DoesNotExist as error:
            raise CommandError(f"利用者番号 {user_number} の企業は登録されていません。") from error
        if on or off:
            now = timezone.now()
            today = business_day.today(now).date
            origin = Origin(door="command")
            if not set_guarantee_contract(company, held=on, on=today, at=now, origin=origin):
                self.stdout.write("すでにそのとおりです。何も変わっていません。")
        contract = GuaranteeContract.objects.filter(company=company).first()
        state = f"{contract.since:%Y年%-m月%-d日}から" if contract else "なし"
        self.stdout.write(f"{company.user_number} {company.name} の保証利用限定特約: {state}")
