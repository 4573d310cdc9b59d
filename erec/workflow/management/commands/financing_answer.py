"""The institution answers an application for 割引 or 譲渡担保, as its console will."""

import argparse
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.origin import Origin
from erec.claims import reading
from erec.fields import NameField
from erec.financing.errors import FinancingError
from erec.financing.models import BECAUSE_MAX, Application
from erec.workflow.actions import financing
from erec.workflow.actions.financing import Answer


class Command(BaseCommand):
    help = "融資申込（割引・譲渡担保）に回答します。回答すると、申し込んだ企業に知らせます。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("application_no", metavar="APPLICATION_NO", help="申込番号")
        answer = parser.add_mutually_exclusive_group(required=True)
        answer.add_argument("--accept", action="store_true", help="承諾します。--proceeds が必要です。")
        answer.add_argument("--decline", action="store_true", help="否認します。--because が必要です。")
        parser.add_argument("--proceeds", type=int, metavar="YEN", help="企業の口座に入金する金額")
        parser.add_argument(
            "--loan", type=int, metavar="YEN", help="譲渡担保の貸付の金額（省くと入金と同じ）"
        )
        parser.add_argument("--rate", type=_rate, metavar="PERCENT", help="年の利率（例: 1.25）")
        parser.add_argument("--lines", type=_lines, metavar="1,3", help="承諾する明細（省くとすべて）")
        parser.add_argument("--because", default="", metavar="TEXT", help="否認の理由。企業が読みます。")
        parser.add_argument("--operator", default="financing_answer", help="回答する職員の名前（証跡に残る）")

    def handle(self, *args: Any, **options: Any) -> None:
        origin = Origin(door="command", environment=_text(options["operator"], "職員の名前", 60))
        try:
            application = _accepted(options, origin) if options["accept"] else _declined(options, origin)
        except Application.DoesNotExist as error:
            raise CommandError("その申込番号の申込はありません。") from error
        except FinancingError as error:
            raise CommandError(error.sentence) from error
        self.stdout.write(f"{application.application_no} は「{application.get_state_display()}」です。")
        for line in application.lines.order_by("number"):
            what = (line.record_number, reading.yen(line.amount_yen), line.get_state_display(), line.error)
            self.stdout.write(f"明細{line.number} {' '.join(what)}".strip())


def _accepted(options: dict[str, Any], origin: Origin) -> Application:
    if options["proceeds"] is None:
        raise CommandError("承諾するときは、--proceeds で入金する金額を指定してください。")
    answer = Answer(options["proceeds"], options["loan"], options["rate"], options["lines"])
    return financing.accept(options["application_no"], answer, at=timezone.now(), origin=origin)


def _declined(options: dict[str, Any], origin: Origin) -> Application:
    because = _text(options["because"], "否認の理由（--because）", BECAUSE_MAX)
    return financing.decline(options["application_no"], because, at=timezone.now(), origin=origin)


def _text(text: str, name: str, longest: int) -> str:
    try:
        cleaned: str = NameField(longest=longest).clean(text)
    except forms.ValidationError as error:
        raise CommandError(f"{name}: {' '.join(error.messages)}") from error
    return cleaned


def _rate(text: str) -> Decimal:
    try:
        rate = Decimal(text)
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or rate != round(rate, 3):
        raise argparse.ArgumentTypeError(
            f"{text} は利率ではありません。1.25 のように、小数点以下3桁までです。"
        )
    return rate


def _lines(text: str) -> frozenset[int]:
    if not all(part.isascii() and part.isdecimal() for part in text.split(",")):
        raise argparse.ArgumentTypeError(f"{text} は明細の番号ではありません。1,3 のように指定してください。")
    return frozenset(int(part) for part in text.split(","))
