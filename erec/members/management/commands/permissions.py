"""permissions --json: the business catalogue with kind and ticks."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from erec.members.catalogue import CATALOGUE


class Command(BaseCommand):
    help = "業務権限の一覧（種類と、選べる区分）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="JSONで出力する")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [
            {
                "code": b.code,
                "name": b.name,
                "kind": str(b.kind),
                "ticks": [str(tick) for tick in b.ticks],
                "tab": str(b.tab),
                "includes": b.includes,
                "implies": b.implies,
            }
            for b in CATALOGUE
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            self.stdout.write(f"{row['name']}　{row['kind']}　{'・'.join(row['ticks'])}")
