"""From the files in layouts/ to `Layout`s. One file per title, in the document's order, one line per item.

Of a layout: together = "pairs" (the first line of each account is of the first table, the others of the
second) or "blank_line" (an empty line parts its tables): see `reports`.

A line holds the document's words (no, name, width, type, required, initial, note) and, where the printed
type is not enough, what the engine needs:

kind     one of `Kind`; without it 文字列 is text, 数字 an integer, 数字(－) a signed one, － unused
choices  "0:管理しない、1:全科目", as the document writes them (同上: those of the item before);
         the kind is then choice (or flags: any sum)
range    "0.00～100.00"; the kind is then decimal, or integer where it has no point
fixed    the only text
wide     the single printed width holds full-width text too
cells    [half, full] or [digits], where the printed width is a misprint or a note
hidden   the conditions that take the column away; empty: the one under which ◎ may be empty
repeat   how often it repeats at most
heads    what the header line may say instead of its name
misprint what is printed and what we do
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, cast

from erec.formats.pca.kinds import Kind
from erec.formats.pca.model import Field, Layout, Required, Table, UnknownLayout

_KEYS = {
    *("no", "name", "width", "type", "required", "initial", "note"),
    *("kind", "choices", "range", "fixed", "wide", "cells", "hidden", "empty", "repeat", "heads"),
    *("line_breaks", "misprint"),
}
_KIND_OF_TYPE = {
    "文字列": Kind.TEXT,
    "数字": Kind.INTEGER,
    "数字(－)": Kind.SIGNED,
    "－": Kind.UNUSED,
    "-": Kind.UNUSED,
}
_INITIAL = re.compile(r"([0-9A-Z.]+)(?:\(.+\))?")
"""21(月次), 0, 0.00, KOKUYO. スペース stands for nothing; マシンデイト (today) is for whoever has a clock."""


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts, in the document's order."""
    folder = files("erec.formats.pca").joinpath("layouts")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    return tuple(_layout(tomllib.loads(folder.joinpath(name).read_text("utf-8")), name) for name in names)


def find(title: str, table: str | None = None, format: str = "X") -> Table:
    """The table of that name (with or without 【】) and format. Raises UnknownLayout."""
    layout = next((each for each in layouts() if each.title == title), None)
    if layout is None:
        raise UnknownLayout(f"「{title}」というレイアウトはありません。pca_layouts で一覧を見られます。")
    of_format = [each for each in layout.tables if each.format == format]
    if not of_format:
        formats = "、".join(dict.fromkeys(each.format for each in layout.tables))
        raise UnknownLayout(f"「{title}」に形式「{format}」はありません。あるのは{formats}です。")
    if table is None and len(of_format) == 1:
        return of_format[0]
    names = "、".join(each.name or "" for each in of_format)
    if table is None:
        raise UnknownLayout(f"「{title}」には表がいくつもあります。次のどれかを選んでください: {names}")
    for each in of_format:
        if each.name is not None and _bare(each.name) == _bare(table):
            return each
    if names:
        raise UnknownLayout(f"「{title}」に表「{table}」はありません。あるのは{names}です。")
    raise UnknownLayout(f"「{title}」の表は1つで、名前はありません。「{table}」は指定しないでください。")


def _bare(name: str) -> str:
    return name.removeprefix("【").removesuffix("】")


def _layout(data: Mapping[str, Any], file: str) -> Layout:
    title, version = data["title"], data.get("version")
    tables = []
    for each in data["table"]:
        format = each.get("format", "X")
        fields = tuple(_fields(each["fields"], file))
        tables.append(
            Table(
                title=title,
                name=each.get("name"),
                format=format,
                version=each.get("version", version) if format == "X" else None,
                version_without=each.get("version_without", {}),
                header_repeats=each.get("header_repeats", False),
                fields=fields,
                notes=tuple(each.get("notes", ())),
            )
        )
    return Layout(title, version, tuple(tables), tuple(data.get("notes", ())), data.get("together", ""))


def _fields(items: list[dict[str, Any]], file: str) -> Iterator[Field]:
    choices = ""
    for position, item in enumerate(items, 1):
        if item.get("choices") == "同上":
            item["choices"] = choices
        choices = item.get("choices", choices)
        yield _field(item, position, file)


def _field(item: Mapping[str, Any], position: int, file: str) -> Field:
    where = f"{file}, item {position}"
    if unknown := set(item) - _KEYS:
        raise ValueError(f"{where}: unknown {sorted(unknown)}")
    half, full, digits = _widths(item, where)
    initial = item.get("initial", "")
    match = _INITIAL.fullmatch(initial)
    low, high = _range(item.get("range"))
    return Field(
        position=position,
        printed=item["no"],
        name=item["name"],
        half=half,
        full=full,
        digits=digits,
        type=item["type"],
        required=cast(Required, item.get("required", "")),
        default=initial,
        initial=match[1] if match else "",
        kind=_kind(item),
        choices=_choices(item.get("choices", "")),
        minimum=low,
        maximum=high,
        fixed=item.get("fixed", ""),
        wide=full is not None or item.get("wide", False),
        hidden=tuple(item.get("hidden", ())),
        empty=item.get("empty", ""),
        repeat=item.get("repeat", 1),
        heads=tuple(item.get("heads", ())),
        line_breaks=item.get("line_breaks", False),
        note=item.get("note", ""),
        misprint=item.get("misprint", ""),
    )


def _kind(item: Mapping[str, Any]) -> Kind:
    if "kind" in item:
        return Kind(item["kind"])
    if "choices" in item:
        return Kind.CHOICE
    if "fixed" in item:
        return Kind.FIXED
    if "." in item.get("range", ""):
        return Kind.DECIMAL
    return _KIND_OF_TYPE[item["type"]]


def _widths(item: Mapping[str, Any], where: str) -> tuple[int | None, int | None, int | None]:
    """(half, full, digits) of "14／7", "256" or "－"; the document writes some slashes half-width."""
    kind = _KIND_OF_TYPE[item["type"]]
    cells = item.get("cells") or [int(part) for part in re.split("[／/]", item["width"]) if part.isdecimal()]
    if kind is Kind.UNUSED:
        return None, None, None
    if kind is Kind.TEXT:
        half, full = (cells[0], cells[1]) if len(cells) == 2 else (cells[0], None)
        return half, full, None
    if len(cells) != 1:
        raise ValueError(f"{where}: a number has one width")
    return None, None, cells[0]


def _choices(text: str) -> dict[str, str]:
    """{"0": "管理しない"} of "0:管理しない、1:全科目"."""
    pairs = (part.split(":", 1) for part in text.split("、") if part)
    return {value: meaning for value, meaning in pairs}


def _range(text: str | None) -> tuple[Decimal | None, Decimal | None]:
    if text is None:
        return None, None
    low, _, high = text.partition("～")
    return Decimal(low), Decimal(high)
