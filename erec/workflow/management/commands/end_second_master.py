"""The bank's help for a company whose other masters are gone for good: nobody's approval is waited for."""

from argparse import ArgumentParser
from typing import Any

from django import forms
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.access import company_by_number
from accounts.models import Company
from accounts.origin import Origin
from erec.fields import NameField
from erec.workflow.actions.second_master import SwitchRefused, end_by_institution


class Command(BaseCommand):
    help = "企業の「マスターユーザの操作の承認」を取りやめる（ほかのマスターユーザが使えなくなったとき）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user_number", metavar="USER_NUMBER", help="利用者番号")
        parser.add_argument("--operator", required=True, help="手続きをする職員の名前（証跡に残る）")

    def handle(self, *, user_number: str, operator: str, **options: Any) -> None:
        try:
            company, clerk = company_by_number(user_number), NameField().clean(operator)
            origin = Origin(door="command", environment=clerk)
            end_by_institution(company, at=timezone.now(), origin=origin)
        except Company.DoesNotExist as error:
            raise CommandError(f"利用者番号 {user_number} の企業は登録されていません。") from error
        except forms.ValidationError as error:
            raise CommandError(f"職員の名前: {' '.join(error.messages)}") from error
        except SwitchRefused as error:
            raise CommandError("この企業は、マスターユーザの操作の承認を設定していません。") from error
        self.stdout.write(
            f"{company.user_number} {company.name} の「マスターユーザの操作の承認」を取りやめました。"
        )
