"""pca_write: rows in JSON to the bytes of a PCA file. A row that cannot be written leaves no file behind."""

import json
import os
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from erec.exports.management.pca import (
    add_table_options,
    hidden_of,
    profile_of,
    report_of,
    rows_of,
    rows_of_report,
    table_of,
)
from erec.formats.pca import Layout, Row, Table, Unwritable, write
from erec.formats.pca.reports import tables_of, write_report


class Command(BaseCommand):
    help = "JSONの行を、PCA会計の汎用データのファイルにする"
    needs_database = False
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own name and type)

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_table_options(parser)
        parser.add_argument("--version-line", action="store_true", help="バージョンを出力する")
        parser.add_argument("--header", action="store_true", help="項目名を出力する")
        parser.add_argument("--months", help="○○月度の見出し（コンマ区切り。例: 4月度,5月度）")
        parser.add_argument("--in", required=True, dest="source", metavar="ROWS.json")
        parser.add_argument("--out", required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        data = _read_json(Path(options["source"]))
        report = report_of(options)
        pieces = _of_table(data, options) if report is None else _of_report(report, data, options)
        try:
            _write_whole(Path(options["out"]), pieces)
        except Unwritable as refused:
            rest = refused.count - len(refused.problems)
            more = f"\nほかに{rest}件あります。" if rest else ""
            raise CommandError(f"書けない値があります。ファイルは作っていません。\n{refused}{more}") from None


def _of_table(data: object, options: Mapping[str, Any]) -> Iterator[bytes]:
    table = table_of(options)
    rows = rows_of(table, data)
    hidden = hidden_of(options, table)
    months = options["months"].split(",") if options["months"] else None
    if months is not None and len(months) > table.months:
        raise CommandError(f"{table.label}で繰り返す項目は{table.months}個までです。")
    return write(
        table,
        rows,
        profile=profile_of(options),
        version_line=options["version_line"],
        header=options["header"],
        hidden=_hidden_by_rows(table, rows) if hidden is None else hidden,
        months=months,
    )


def _of_report(layout: Layout, data: object, options: Mapping[str, Any]) -> Iterator[bytes]:
    """A file of two tables; it has neither version line nor months."""
    return write_report(
        layout,
        rows_of_report(layout, data),
        profile=profile_of(options),
        header=options["header"],
        hidden=hidden_of(options, tables_of(layout)[1]) or frozenset(),
    )


def _read_json(path: Path) -> object:
    """The document, its numbers as the text that stands there."""
    try:
        return json.loads(path.read_text("utf-8"), parse_int=str, parse_float=str)
    except OSError as error:
        raise CommandError(f"{path}を読めません（{error.strerror}）。") from None
    except ValueError as error:
        raise CommandError(f"{path}はJSON（UTF-8）ではありません: {error}") from None


def _hidden_by_rows(table: Table, rows: list[Row]) -> frozenset[str]:
    """会社口座 is of version 5 when no row says anything about the items that version 6 added."""
    return frozenset(
        condition
        for condition in table.version_without
        if not any(row[f.position - 1] for row in rows for f in table.fields if condition in f.hidden)
    )


def _write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """All of it under its name, or nothing."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise CommandError(f"{path.parent}に書けません（{error.strerror}）。") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
