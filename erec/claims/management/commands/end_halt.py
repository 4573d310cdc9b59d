"""The end of a 中止 or of its 異議申立: `manage.py end_halt RECORD_NUMBER --because 解決 --operator 佐藤`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from erec.claims import defaults
from erec.claims.grounds import ENDINGS
from erec.claims.management.commands.halt_transfer import add_subject, company_of, origin_of


class Command(BaseCommand):
    help = (
        "口座間送金決済の中止または異議申立を終えます。支払期日の前なら決済が行われます。"
        "支払不能の後の「取下げ」では、支払不能が金融機関に通知され、回数に数えられます。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_subject(parser)
        parser.add_argument("--because", required=True, choices=ENDINGS, help="終了の理由")

    def handle(self, *, record_number: str | None, debtor: str | None, **options: Any) -> None:
        ending, now, origin = ENDINGS[options["because"]], timezone.now(), origin_of(options["operator"])
        try:
            if record_number is not None:
                defaults.end_claims_halt(record_number, ending, at=now, origin=origin)
            else:
                defaults.end_debtors_halt(company_of(debtor or ""), ending, at=now, origin=origin)
        except defaults.CannotHalt as refusal:
            raise CommandError(f"{refusal}何も変わっていません。") from None
        self.stdout.write(f"中止を終えました（{ending.label}）: {record_number or debtor}")
