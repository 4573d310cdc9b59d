"""口座間送金決済の中止 and 異議申立, as the bank's counter states them until its console exists.

manage.py halt_transfer RECORD_NUMBER --reason 契約不履行 --deposit 1000000 --operator 佐藤
manage.py halt_transfer --debtor USER_NUMBER --reason 破産手続開始などの決定 --operator 佐藤
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Company
from accounts.origin import Origin
from erec.claims import defaults
from erec.claims.default_models import Halt
from erec.claims.grounds import STATED


class Command(BaseCommand):
    help = "債権（または債務者のすべての債権）の口座間送金決済を、事由を示して中止します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_subject(parser)
        parser.add_argument("--reason", required=True, choices=STATED, help="支払不能事由")
        deposit = parser.add_mutually_exclusive_group()
        deposit.add_argument(
            "--deposit", type=int, metavar="YEN", help="異議申立: 預けられた異議申立預託金（未払額と同じ）"
        )
        deposit.add_argument(
            "--remitted", action="store_true", help="異議申立: 預託の免除が認められた（不正作出だけ）"
        )

    def handle(self, *, record_number: str | None, debtor: str | None, **options: Any) -> None:
        ground, now, origin = STATED[options["reason"]], timezone.now(), origin_of(options["operator"])
        try:
            if record_number is not None:
                halt = defaults.halt_claim(
                    record_number,
                    ground,
                    deposit_yen=options["deposit"],
                    remitted=options["remitted"],
                    at=now,
                    origin=origin,
                )
            elif options["deposit"] is not None or options["remitted"]:
                raise CommandError("異議申立は、債権ごとに申し出てください（記録番号）。")
            else:
                halt = defaults.halt_debtor(company_of(debtor or ""), ground, at=now, origin=origin)
        except defaults.CannotHalt as refusal:
            raise CommandError(f"{refusal}何も変わっていません。") from None
        self.stdout.write(f"口座間送金決済を中止しました: {_subject(halt)}、{defaults.words(halt)}")


def add_subject(parser: ArgumentParser) -> None:
    """What it is about, and who does it."""
    subject = parser.add_mutually_exclusive_group(required=True)
    subject.add_argument("record_number", nargs="?", metavar="RECORD_NUMBER", help="債権の記録番号")
    subject.add_argument("--debtor", metavar="USER_NUMBER", help="債務者の利用者番号: そのすべての債権")
    parser.add_argument("--operator", required=True, metavar="名前", help="受け付けた職員（証跡に残る）")


def origin_of(operator: str) -> Origin:
    longest = Halt._meta.get_field("operator").max_length or 0
    if not operator.strip() or len(operator) > longest or not operator.replace("\u3000", "").isprintable():
        raise CommandError(f"職員の名前は、{longest}文字以内で指定してください。")
    return Origin(door="command", environment=operator.strip())


def company_of(user_number: str) -> Company:
    company = Company.objects.filter(user_number=user_number).first()
    if company is None:
        raise CommandError(f"利用者番号 {user_number} の企業はありません。番号を確かめてください。")
    return company


def _subject(halt: Halt) -> str:
    return halt.claim.record_number if halt.claim else f"{halt.company.name}が債務者のすべての債権"
