"""What the three commands about PCA files share: their options, and rows as JSON objects.

A row is an object keyed by the item's position, "1", "2", …; a value is the text of the cell, exactly; an
item that repeats by month has a list of them. Where a file holds lines of two tables (総勘定元帳等), each
object also has the name of its table, as "table".
"""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError

from erec.formats.pca import (
    PROFILES,
    Cell,
    Field,
    Layout,
    Problem,
    Profile,
    Row,
    Table,
    UnknownLayout,
    find,
    layouts,
)
from erec.formats.pca.reports import tables_of

JsonRow = dict[str, str | list[str]]


def add_table_options(parser: ArgumentParser) -> None:
    parser.add_argument("--layout", required=True, metavar="TITLE", help="レイアウトの名前（例: 仕訳データ）")
    parser.add_argument("--table", metavar="NAME", help="表の名前（【】は省ける）。表が1つなら要らない")
    parser.add_argument("--format", default="X", metavar="F", help="X、PCA会計８形式 または PCA会計2000形式")
    parser.add_argument("--profile", default="quoted", choices=PROFILES, help="区切りと引用符の形式")
    parser.add_argument(
        "--hide", metavar="CONDITIONS", help="列を出さない条件（コンマ区切り。例: department）"
    )
    parser.add_argument("--layout-version", metavar="N", help="会社口座のバージョン（5 または 6）")


def table_of(options: Mapping[str, Any]) -> Table:
    try:
        return find(options["layout"], options["table"], options["format"])
    except UnknownLayout as unknown:
        raise CommandError(str(unknown)) from None


def report_of(options: Mapping[str, Any]) -> Layout | None:
    """The layout whose file holds lines of both its tables, when no table was chosen."""
    if options["table"] is not None:
        return None
    return next((each for each in layouts() if each.title == options["layout"] and each.together), None)


def profile_of(options: Mapping[str, Any]) -> Profile:
    return PROFILES[options["profile"]]


def hidden_of(options: Mapping[str, Any], table: Table) -> frozenset[str] | None:
    """The conditions that were asked for; None where nothing was said. CommandError for unknown ones."""
    hidden = frozenset(options["hide"].split(",")) if options["hide"] else None
    version = options["layout_version"]
    if version is not None:
        hidden = (hidden or frozenset()) | _hidden_in(table, version)
    if hidden is not None:
        try:
            table.shape(hidden)
        except ValueError as unknown:
            every = "、".join(sorted(table.conditions)) or "ありません"
            raise CommandError(f"{unknown} 指定できる条件: {every}") from None
    return hidden


def _hidden_in(table: Table, version: str) -> frozenset[str]:
    if version == table.version:
        return frozenset()
    for condition, without in table.version_without.items():
        if version == without:
            return frozenset({condition})
    raise CommandError(f"{table.label}に、バージョン{version}はありません。")


def as_json(table: Table, row: Row) -> JsonRow:
    return {
        str(field.position): cell if isinstance(cell, str) else list(cell)
        for field, cell in zip(table.fields, row, strict=True)
    }


def problem_as_json(problem: Problem) -> dict[str, int | str | None]:
    return {
        "line": problem.line,
        "column": problem.column,
        "item": problem.item,
        "message": problem.message if not problem.item else f"{problem.item}: {problem.message}",
    }


def rows_of(table: Table, data: object) -> list[Row]:
    """The rows of a JSON document whose numbers were read as text. CommandError names every misfit."""
    if not isinstance(data, list):
        raise CommandError("行の一覧（JSONの配列）を渡してください。")
    problems: list[str] = []
    months = max((_months(table, row) for row in data), default=1)
    rows = [_row(table, row, number, months, problems) for number, row in enumerate(data, 1)]
    if problems:
        raise CommandError("\n".join(problems))
    return rows


def rows_of_report(layout: Layout, data: object) -> list[tuple[Table, Row]]:
    """The same for a file of two tables, each row with its table."""
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise CommandError("行の一覧（オブジェクトの配列）を渡してください。")
    tables = {table.name: table for table in tables_of(layout)}
    if any(row.get("table") not in tables for row in data):
        raise CommandError(f"各行に、表の名前「table」が要ります。{'か'.join(map(str, tables))}です。")
    named = [(tables[row["table"]], {key: row[key] for key in row if key != "table"}) for row in data]
    problems: list[str] = []
    rows = [(table, _row(table, row, number, 1, problems)) for number, (table, row) in enumerate(named, 1)]
    if problems:
        raise CommandError("\n".join(problems))
    return rows


def _months(table: Table, row: object) -> int:
    if not isinstance(row, dict):
        return 1
    lists = (row.get(str(field.position)) for field in table.fields if field.repeat > 1)
    return max((len(value) for value in lists if isinstance(value, list)), default=1)


def _row(table: Table, row: object, number: int, months: int, problems: list[str]) -> Row:
    if not isinstance(row, dict):
        problems.append(f'{number}行目: 「"1"」「"2"」…を名前とするオブジェクトにしてください。')
        return ()
    known = {str(field.position) for field in table.fields}
    problems += [f"{number}行目: 「{key}」という列はありません。" for key in row if key not in known]
    return tuple(
        _cell(field, row.get(str(field.position)), number, months, problems) for field in table.fields
    )


def _cell(field: Field, value: object, number: int, months: int, problems: list[str]) -> Cell:
    if field.repeat > 1:
        if value is None:
            return ("",) * months
        values = value if isinstance(value, list) else [value]
        if all(isinstance(each, str) for each in values):
            return tuple(values)
    elif value is None or isinstance(value, str):
        return value or ""
    problems.append(f"{number}行目 {field.position}列目「{field.name}」: 値は文字列か数にしてください。")
    return ""
