"""Proves the trail: `manage.py verify_audit [--company 利用者番号]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from erec.trail import heads, sealing
from erec.trail.access import StoredTrail
from erec.trail.chain import Broken
from erec.trail.verification import Verdict, verify


class Command(BaseCommand):
    help = "証跡のハッシュの鎖を確かめます。壊れていれば最初の箇所を示し、終了コード1で終わります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", metavar="USER_NUMBER", help="この利用者番号の企業だけを確かめます。")

    def handle(self, *, company: str | None, **options: Any) -> None:
        only = None if company is None else _company_id(company)
        verdict = _verdict(only)
        if verdict.broken:
            self.stdout.write(f"異常があります。{_place(verdict.broken)}: {verdict.broken.what}")
            raise SystemExit(1)
        self.stdout.write(
            f"異常はありません。鎖{verdict.chains:,}本、記録{verdict.entries:,}件、"
            f"外の控え{verdict.lines:,}行を確かめました。"
        )


def _verdict(only: int | None) -> Verdict:
    """One look at everything: first where the files end, then one snapshot of the database."""
    known = sealing.tail()
    present = heads.files(Path(settings.TRAIL_HEADS))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return verify(StoredTrail(only), heads.read(present, sealing.key_file(), known), only=only)


def _company_id(user_number: str) -> int:
    company = apps.get_model("accounts", "Company")._default_manager.filter(user_number=user_number).first()
    if company is None:
        raise CommandError(f"利用者番号 {user_number} の企業はありません。番号を確かめてください。")
    return int(company.pk)


def _place(broken: Broken) -> str:
    if broken.chain == 0:
        return f"外の控えの{broken.position}行目" if broken.position else "外の控え"
    if broken.chain < 0:
        return f"企業によらない記録の鎖{-broken.chain}（鎖 {broken.chain}）の位置 {broken.position}"
    return f"{_company_name(broken.chain)}の鎖（鎖 {broken.chain}）の位置 {broken.position}"


def _company_name(company_id: int) -> str:
    """The company's user number, as long as the company is there to be asked."""
    if not apps.is_installed("accounts"):
        return f"企業 {company_id}"
    company = apps.get_model("accounts", "Company")._default_manager.filter(pk=company_id).first()
    return f"企業 {company.user_number}" if company else f"企業 {company_id}"
