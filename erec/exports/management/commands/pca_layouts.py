"""pca_layouts [--json]: every layout of PCA's general-purpose data, as the document prints it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from erec.formats.pca import Field, Layout, layouts


class Command(BaseCommand):
    help = "PCA会計の汎用データレイアウトの一覧"
    needs_database = False
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own name and type)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="項目まで、JSONで出力する")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"]:
            self.stdout.write(json.dumps([_layout(each) for each in layouts()], ensure_ascii=False, indent=1))
            return
        for layout in layouts():
            version = f"　(version {layout.version})" if layout.version else ""
            self.stdout.write(f"{layout.title}{version}")
            for table in layout.tables:
                format = "" if table.format == "X" else f" {table.format}"
                self.stdout.write(f"　{table.name or ''}{format}　{len(table.fields)}項目")


def _layout(layout: Layout) -> dict[str, Any]:
    return {
        "title": layout.title,
        "version": layout.version,
        "tables": [
            {
                "name": table.name,
                "format": table.format,
                "fields": [_field(each) for each in table.fields],
                "notes": table.notes,
            }
            for table in layout.tables
        ],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "half": field.half,
        "full": field.full,
        "digits": field.digits,
        "type": field.type,
        "required": field.required,
        "default": field.default,
        "choices": field.choices,
        "hidden": field.hidden,
        "repeat": field.repeat,
        "note": field.note,
        "misprint": field.misprint,
    }
