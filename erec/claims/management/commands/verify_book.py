"""Proves the record book: `manage.py verify_book [--company 利用者番号]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from accounts.models import Company
from erec.claims.models import Claim
from erec.claims.verify import differences


class Command(BaseCommand):
    help = "記録から債権を組み立て直し、表と比べます。違いがあれば示し、終了コード1で終わります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--company", metavar="USER_NUMBER", help="この利用者番号の企業の債権だけを確かめます。"
        )

    def handle(self, *, company: str | None, **options: Any) -> None:
        company_id = None if company is None else _company_id(company)
        found = 0
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            claims = Claim.objects.count()
            for sentence in differences(company_id):
                self.stdout.write(sentence)
                found += 1
        if found:
            self.stdout.write(f"異常が{found:,}件あります。")
            raise SystemExit(1)
        self.stdout.write(f"異常はありません。記録原簿の債権は{claims:,}件です。")


def _company_id(user_number: str) -> int:
    company = Company.objects.filter(user_number=user_number).first()
    if company is None:
        raise CommandError(f"利用者番号 {user_number} の企業はありません。番号を確かめてください。")
    return company.pk
