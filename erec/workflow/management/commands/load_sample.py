"""Load plausible data in any amount, fast."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from erec.parameters import business_day
from erec.stack.roles import as_owner
from erec.workflow import sample


class Command(BaseCommand):
    help = "見本のデータ（企業、債権、請求）を、指定した件数だけ加えます。デモの環境だけで使えます。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--companies", type=_count, default=0, metavar="N")
        parser.add_argument("--claims", type=_count, default=0, metavar="N")
        parser.add_argument("--requests", type=_count, default=0, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CONFIG["EREC_DEMO"]:
            raise CommandError("EREC_DEMO=0 の環境（本番）には、見本のデータを入れられません。")
        wanted = {name: options[name] for name in ("companies", "claims", "requests")}
        today = business_day.today(timezone.now()).date
        try:
            with as_owner():
                sample.load(**wanted, today=today)
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
        except sample.TooFew as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            "加えました: 企業{companies}社、債権{claims}件、請求{requests}件。".format(**wanted)
        )


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 10_000_000:
        raise argparse.ArgumentTypeError("0から10,000,000までの件数にしてください。")
    return int(text)
