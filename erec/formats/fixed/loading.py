"""From a TOML file to a `FileLayout`: one file a kind of file, one line an item.

A line has the document's words: `at` (first and last byte, "10-15"), `name`, `key` (ours, English) and
`kind`; `optional` for ※, `choices` as "1:入金、2:出金", `fixed`, `note`. Bytes must follow each other without
a gap, to the record's last one. Of the whole file: `empty_digits`, what fills an empty item of digits ("0"
or " "), and `letters`, what a text may consist of, as a class of a regular expression.
"""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

from erec.formats.fixed.model import Field, FileLayout, Kind, RecordLayout


class Filling(NamedTuple):
    """What holds for all cells of a file."""

    empty_digits: str
    letters: re.Pattern[str]


_KEYS = {"at", "name", "key", "kind", "optional", "choices", "fixed", "note"}


def load(package: str, name: str) -> FileLayout:
    """The layout in `package`/layouts/`name`.toml."""
    text = files(package).joinpath("layouts").joinpath(f"{name}.toml").read_text("utf-8")
    data = tomllib.loads(text)
    length = data["length"]
    filling = Filling(data["empty_digits"], re.compile(f"[{data['letters']}]*"))
    records = {key: _record(each, length, filling, name) for key, each in data["records"].items()}
    return FileLayout(data["title"], data["version"], length, data["source"], records)


def _record(data: Mapping[str, Any], length: int, filling: Filling, file: str) -> RecordLayout:
    items = enumerate(data["fields"], 1)
    fields = tuple(_field(item, position, filling, file) for position, item in items)
    end = 0
    for field in fields:
        if field.first != end + 1 or field.last < field.first:
            raise ValueError(f"{file}: {field.name} begins at {field.first}, after {end}")
        end = field.last
    if end != length:
        raise ValueError(f"{file}: {data['name']} ends at {end}, not {length}")
    return RecordLayout(data["mark"], data["name"], length, data.get("ours", False), fields)


def _field(item: Mapping[str, Any], position: int, filling: Filling, file: str) -> Field:
    if unknown := set(item) - _KEYS:
        raise ValueError(f"{file}, item {position}: unknown {sorted(unknown)}")
    kind = Kind(item["kind"])
    first, _, last = item["at"].partition("-")
    choices = dict(part.split(":", 1) for part in item.get("choices", "").split("、") if part)
    return Field(
        position=position,
        key=item["key"],
        name=item["name"],
        first=int(first),
        last=int(last or first),
        kind=kind,
        optional=item.get("optional", False),
        choices=choices,
        fixed=item.get("fixed", ""),
        letters=filling.letters,
        blank=" " if kind is Kind.TEXT else filling.empty_digits,
        note=item.get("note", ""),
    )
