"""pca_read: a PCA file to JSON, with everything that is wrong with it. 1 when something is."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from erec.exports.management.answers import write_answer
from erec.exports.management.pca import (
    add_table_options,
    as_json,
    hidden_of,
    problem_as_json,
    profile_of,
    table_of,
)
from erec.formats.pca import Problem, read


class Command(BaseCommand):
    help = "PCA会計の汎用データのファイルを検査して、JSONにする"
    needs_database = False
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own name and type)

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_table_options(parser)
        parser.add_argument("--no-initial-values", action="store_true", help="空の項目に初期値を補わない")
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        table = table_of(options)
        hidden = hidden_of(options, table)
        path = Path(options["file"])
        try:
            source = path.open("rb")
        except OSError as error:
            raise CommandError(f"{path}を読めません（{error.strerror}）。") from None
        with source:
            found = read(
                table,
                source,
                profile=profile_of(options),
                initial_values=not options["no_initial_values"],
                hidden=hidden,
            )
            answer = (
                (False, problem_as_json(each))
                if isinstance(each, Problem)
                else (True, as_json(table, each.row))
                for each in found
            )
            if not write_answer(self.stdout, answer):
                sys.exit(1)
