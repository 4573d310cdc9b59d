"""`manage.py make_journals`: enter what was recorded since, of one company or of all that keep journals."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Company
from erec.claims.one_by_one import one_by_one
from erec.journals.actions.making import make
from erec.journals.models import JournalSettings


class Command(BaseCommand):
    help = "仕訳を、まだ仕訳にしていない記録から作ります。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", help="利用者番号（なければ、仕訳の設定がある企業すべて）")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = Company.objects.filter(pk__in=JournalSettings.objects.values("company")).order_by("pk")
        if number := options["company"]:
            companies = companies.filter(user_number=number)
            if not companies.exists():
                raise CommandError(f"利用者番号 {number} の企業か、その仕訳の設定がありません。")
        one_by_one(companies, self._make)

    def _make(self, company: Company) -> None:
        made = make(company.pk, at=timezone.now())
        self.stdout.write(f"{company.user_number}: {made}伝票を作りました。")
