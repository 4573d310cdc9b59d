"""Every table of the document against files written from it by hand, by somebody who had not seen our data.

golden/*.json holds the items as printed (name, 桁数, 型, 必須項目・初期値) and rows, golden/*.txt the bytes
that these rows are, with the version line and the header line where the JSON says so, quoted by the default
profile where it names no other.
"""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from erec.formats.pca import PROFILES, Cell, Field, Profile, Record, Row, Table, find, layouts, read, write

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(path.stem for path in GOLDEN.glob("*.json"))

# Where we leave the printed 桁数, (title, position): what we take and why.
WIDTHS = {
    ("伝票エラーメッセージ", 9): "256／128",  # printed 128／256, the other way round than everywhere
    ("損益分岐点計算書", 5): "12",  # ※4: 12 for an amount, 8 for a ratio
    ("損益分岐点計算書", 7): "12",
    ("科目内訳書", 5): "81／40",  # ※1: two addresses of 40／20 and a blank between them
    ("予算入力", 6): "2",  # printed 1, the values go to 30
    ("予算入力（補助別）", 7): "2",
}


@cache
def golden(stem: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((GOLDEN / f"{stem}.json").read_text("utf-8"))
    return data


def table_of(stem: str) -> Table:
    data = golden(stem)
    return find(data["title"], data["table"], data["format"])


def profile_of(stem: str) -> Profile:
    return PROFILES[golden(stem).get("profile", "quoted")]


def hidden_of(stem: str) -> frozenset[str]:
    """The conditions under which just the positions that the golden hides are missing."""
    table, positions = table_of(stem), set(golden(stem).get("hidden", ()))
    hides = {name: {f.position for f in table.fields if name in f.hidden} for name in table.conditions}
    chosen = frozenset(name for name, its in hides.items() if its and its <= positions)
    assert set().union(*(hides[name] for name in chosen)) == positions
    return chosen


def rows_of(stem: str, *, canonical: bool) -> list[Row]:
    """The golden's rows; `canonical` without the blanks at the ends, as a file gives them back."""

    def cell_of(cells: dict[str, Any], field: Field) -> Cell:
        cell = cells.get(str(field.position), "")
        if isinstance(cell, list):
            return tuple(cell)
        return str(cell).rstrip(" ") if canonical else str(cell)

    return [tuple(cell_of(cells, field) for field in table_of(stem).fields) for cells in golden(stem)["rows"]]


def shown(row: Row) -> dict[str, str | list[str]]:
    """As the command shows it, without its empty cells."""
    cells = ((str(n), cell if isinstance(cell, str) else list(cell)) for n, cell in enumerate(row, 1))
    return {key: cell for key, cell in cells if cell}


def printed_width(field: Field) -> str:
    if field.type in ("－", "-"):
        return field.type
    return f"{field.half}／{field.full}" if field.full else str(field.width)


@pytest.mark.parametrize("stem", FILES)
def test_a_table_has_the_items_that_the_document_prints(stem: str) -> None:
    data = golden(stem)
    ours = [(f.name, printed_width(f), f.type, f.required or f.default) for f in table_of(stem).fields]
    printed = [
        (
            name,
            WIDTHS.get((data["title"], position), width.replace("/", "／")) if type != "-" else width,
            type,
            "" if mark.startswith("※") else mark,  # a note, neither mark nor initial value
        )
        for position, (name, width, type, mark) in enumerate(data["fields"], 1)
    ]
    assert ours == printed


@pytest.mark.parametrize("stem", FILES)
def test_rows_become_the_very_bytes_that_were_written_by_hand(stem: str) -> None:
    data = golden(stem)
    parts = write(
        table_of(stem),
        rows_of(stem, canonical=False),
        profile=profile_of(stem),
        version_line=data["version_line"],
        header=data["header"],
        hidden=hidden_of(stem),
    )
    assert b"".join(parts) == (GOLDEN / f"{stem}.txt").read_bytes()


@pytest.mark.parametrize("stem", FILES)
def test_the_bytes_written_by_hand_are_read_as_their_rows(stem: str) -> None:
    source = io.BytesIO((GOLDEN / f"{stem}.txt").read_bytes())
    found = list(
        read(table_of(stem), source, profile=profile_of(stem), hidden=hidden_of(stem), initial_values=False)
    )
    first = 1 + golden(stem)["version_line"] + golden(stem)["header"]
    assert found == [Record(line, row) for line, row in enumerate(rows_of(stem, canonical=True), first)]


@pytest.mark.parametrize("stem", FILES)
def test_the_commands_write_and_read_the_same_bytes(
    stem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = golden(stem)
    which = ["--layout", data["title"], "--format", data["format"], "--profile", profile_of(stem).name]
    which += ["--table", data["table"]] if data["table"] else []
    which += ["--hide", ",".join(hidden_of(stem))] if hidden_of(stem) else []
    lines = [f"--{name.replace('_', '-')}" for name in ("version_line", "header") if data[name]]
    rows, out = tmp_path / "rows.json", tmp_path / "out.csv"
    rows.write_text(json.dumps(data["rows"], ensure_ascii=False), "utf-8")
    call_command("pca_write", *which, *lines, "--in", str(rows), "--out", str(out))
    assert out.read_bytes() == (GOLDEN / f"{stem}.txt").read_bytes()
    call_command("pca_read", *which, "--no-initial-values", str(out))
    found = json.loads(capsys.readouterr().out)
    assert found["errors"] == []
    told = [{key: cell for key, cell in row.items() if cell} for row in found["rows"]]
    assert told == [shown(row) for row in rows_of(stem, canonical=True)]


def test_every_table_of_every_layout_has_a_golden_file() -> None:
    ours = [(layout.title, table.name, table.format) for layout in layouts() for table in layout.tables]
    theirs = dict.fromkeys((g["title"], g["table"], g["format"]) for g in map(golden, FILES))
    assert list(theirs) == ours
    assert len(ours) == 84


def test_the_document_has_65_titles_and_1152_items() -> None:
    items = {(g["title"], g["table"], g["format"]): len(g["fields"]) for g in map(golden, FILES)}
    assert len({title for title, _, _ in items}) == len(layouts()) == 65
    assert sum(items.values()) == 1152
