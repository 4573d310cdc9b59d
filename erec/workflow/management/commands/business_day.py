"""Move the business date and run everything that is due up to its end."""

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.origin import Origin
from erec.workflow import day


class Command(BaseCommand):
    help = "業務日付を1日ずつ進め、その日の終わりまでの処理（予約、回答期限、決済、記録）を行います。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--date", required=True, type=_date, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        origin = Origin(door="command", environment="business_day")
        try:
            days = day.run_through(options["date"], timezone.now(), origin)
        except ValueError as refusal:
            raise CommandError(str(refusal)) from None
        if not days:
            self.stdout.write(f"{options['date']} の処理は済んでいます。")
        for done in days:
            self.stdout.write(f"{done} の処理が終わりました。")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} は日付（YYYY-MM-DD）ではありません。") from None
