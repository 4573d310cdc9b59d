"""指定許可機能 of a company, which it applies for on paper: `manage.py designated_permission NUMBER --on`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.access import company_by_number
from accounts.models import Company
from accounts.origin import Origin
from erec.parameters import business_day
from erec.partners import designated
from erec.partners.actions.designations import set_contract


class Command(BaseCommand):
    help = "企業の指定許可機能の契約を表示します。--on で利用開始、--off で利用終了にします。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user_number", metavar="USER_NUMBER", help="利用者番号")
        wanted = parser.add_mutually_exclusive_group()
        wanted.add_argument("--on", action="store_true", help="利用開始")
        wanted.add_argument("--off", action="store_true", help="利用終了")

    def handle(self, *, user_number: str, on: bool, off: bool, **options: Any) -> None:
        try:
            company = company_by_number(user_number)
        except Company.DoesNotExist as error:
            raise CommandError(f"利用者番号 {user_number} の企業は登録されていません。") from error
        if on or off:
            now = timezone.now()
            today = business_day.today(now).date
            origin = Origin(door="command")
            if not set_contract(company, used=on, on=today, at=now, origin=origin):
                self.stdout.write("すでにそのとおりです。何も変わっていません。")
        state = "利用中" if designated.is_used_by(company) else "利用なし"
        self.stdout.write(f"{company.user_number} {company.name} の指定許可機能は「{state}」です。")
