r"""One table of 電子記録債権期日管理帳票 as a file for the accounting software.

manage.py export_ledger --company USER_NUMBER --table 電子記録債権 \
    --from 2026-11-01 --to 2026-11-30 [--basis 残高 --as-of 2026-11-20] --out FILE
"""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Company
from erec.exports.ledger import writing
from erec.exports.ledger.definition import Basis, Name
from erec.exports.ledger.reasons import reason_of
from erec.exports.ledger.selection import Selection
from erec.formats import pca
from erec.parameters import business_day


class Command(BaseCommand):
    help = "電子記録債権期日管理帳票の4つの表の1つを、支払期日の範囲で出力します（Windows-31J、CR LF）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", required=True, metavar="USER_NUMBER", help="利用者番号")
        parser.add_argument("--table", required=True, choices=[n.value for n in Name], type=_unbracketed)
        parser.add_argument(
            "--from", required=True, dest="first", metavar="YYYY-MM-DD", help="支払期日の最初"
        )
        parser.add_argument("--to", required=True, dest="last", metavar="YYYY-MM-DD", help="支払期日まで")
        parser.add_argument("--basis", choices=[b.value for b in Basis], default=Basis.ACCRUED.value)
        parser.add_argument(
            "--as-of",
            metavar="YYYY-MM-DD",
            help="この日の終わりの状態。省くと、残高は今日、発生分は今まで",
        )
        parser.add_argument("--profile", choices=list(pca.PROFILES), default=pca.QUOTED.name)
        parser.add_argument("--header", action="store_true", help="1行目に項目名を出力する")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")

    def handle(self, *, out: Path, **options: Any) -> None:
        now = timezone.now()
        asked = _selection(options, today=business_day.today(now).date)
        profile = pca.PROFILES[options["profile"]]
        try:
            rows = writing.write_to(
                out,
                lambda file: writing.write(
                    asked,
                    file,
                    reason=reason_of(asked.company_id),
                    at=now,
                    profile=profile,
                    header=options["header"],
                ),
            )
        except writing.Troubled as troubled:
            raise CommandError(
                f"{troubled}\n書けない項目が{len(troubled.found)}件あるため、出力していません。"
                "取引先の名前は［印字名の確認］で決めてください。"
            ) from None
        except OSError as error:
            raise CommandError(f"{out} に書き込めないため、出力していません: {error.strerror}") from None
        self.stdout.write(f"{rows:,}件を {out} に出力しました。")


def _unbracketed(text: str) -> str:
    return text.removeprefix("【").removesuffix("】")


def _selection(options: dict[str, Any], *, today: date) -> Selection:
    company = Company.objects.filter(user_number=options["company"]).first()
    if company is None:
        raise CommandError("この利用者番号の企業はありません。出力していません。")
    first, last = (_date(options[name]) for name in ("first", "last"))
    if first > last:
        raise CommandError("--from の日付が --to より後です。出力していません。")
    basis = Basis(options["basis"])
    as_of = _date(options["as_of"]) if options["as_of"] else None
    if basis is Basis.BALANCE:
        as_of = as_of or today
    return Selection(company.pk, Name(options["table"]), basis, first, last, as_of)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"「{text}」は日付ではありません。2026-11-30 のように入力してください。出力していません。"
        ) from None
