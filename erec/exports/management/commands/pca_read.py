"""pca_read: a PCA file to JSON, with everything that is wrong with it. 1 when something is."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from erec.exports.management.answers import write_answer
from erec.exports.management.pca import (
    JsonRow,
    add_table_options,
    as_json,
    hidden_of,
    problem_as_json,
    profile_of,
    report_of,
    table_of,
)
from erec.formats.pca import Layout, Problem, Table, read
from erec.formats.pca.reports import read_report, tables_of


class Command(BaseCommand):
    help = "PCA会計の汎用データのファイルを検査して、JSONにする"
    needs_database = False
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own name and type)

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_table_options(parser)
        parser.add_argument("--no-initial-values", action="store_true", help="空の項目に初期値を補わない")
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        report = report_of(options)
        table = table_of(options) if report is None else tables_of(report)[1]
        hidden = hidden_of(options, table)
        path = Path(options["file"])
        try:
            source = path.open("rb")
        except OSError as error:
            raise CommandError(f"{path}を読めません（{error.strerror}）。") from None
        with source:
            if report is None:
                found = _of_table(table, source, options, hidden)
            else:
                found = _of_report(report, source, options, hidden)
            if not write_answer(self.stdout, map(_answer, found)):
                sys.exit(1)


def _of_table(
    table: Table, source: BinaryIO, options: Mapping[str, Any], hidden: frozenset[str] | None
) -> Iterator[JsonRow | Problem]:
    initial = not options["no_initial_values"]
    for each in read(table, source, profile=profile_of(options), initial_values=initial, hidden=hidden):
        yield each if isinstance(each, Problem) else as_json(table, each.row)


def _of_report(
    layout: Layout, source: BinaryIO, options: Mapping[str, Any], hidden: frozenset[str] | None
) -> Iterator[JsonRow | Problem]:
    """Each row with the name of its table."""
    for each in read_report(layout, source, profile=profile_of(options), hidden=hidden):
        if isinstance(each, Problem):
            yield each
        else:
            table, record = each
            yield {"table": table.name or "", **as_json(table, record.row)}


def _answer(found: JsonRow | Problem) -> tuple[bool, object]:
    return (False, problem_as_json(found)) if isinstance(found, Problem) else (True, found)
