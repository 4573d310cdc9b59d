"""prepare_demo: the certificate authority and, unless EREC_DEMO=0, the demo companies."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from certs import authority, demo


class Command(BaseCommand):
    help = "認証局を用意し、EREC_DEMO=1 ならデモの企業を登録する（済んでいれば何もしない）"

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        authority.prepare(at)
        if settings.CONFIG["EREC_DEMO"]:
            demo.prepare(at)
            demo.forget_used_codes()
