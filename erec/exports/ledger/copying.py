"""The file of a table, straight from the database: COPY gives the cells, the layout their order and form.

PostgreSQL writes the lines (CSV in UTF-8), chunks of them become Windows-31J, so that memory stays flat and
Python sees no row. What comes out is what `erec.formats.pca.write` makes of the same rows, byte for byte (a
test proves it); what that would refuse ends in `Unprintable` here, and the caller throws the file away.

One statement is one snapshot: the file is of one moment, whatever is recorded meanwhile.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from erec.exports.ledger.definition import LAYOUT, Name
from erec.exports.ledger.selection import Selection, Statement, Way, lines_of, planned
from erec.formats import pca
from erec.formats.windows31j import Unencodable, encode

ROWS_AT_ONCE = 4000
# In no text that Windows-31J can hold: it stands for a name that nobody has decided how to print.
UNDECIDED = "\uffff"
WAITS = "（印字名が未定）"
_BLANKS = " \u3000"  # as erec.formats.pca takes them off a text's end
_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09, 0x0A})  # tabs and ends of lines are counted

# By the items' names in the layout. `p` and `b`: how party and bank are printed.
CELLS: Mapping[str, str] = {
    "支払期日": "to_char(l.due_on, 'YYYYMMDD')",
    "記録番号": "l.record_number",
    "取引先": "coalesce(p.printed, %(undecided)s)",
    "支払先": "coalesce(p.printed, %(undecided)s)",
    "銀行名": "coalesce(b.printed, %(undecided)s)",
    "譲渡事由": "%(reason)s::text",
    "金額": "l.amount_yen",
    "摘要": "coalesce(l.note, '')",
}
ORDER: Mapping[Name, str] = {
    **dict.fromkeys(Name, "l.due_on, l.record_number, l.event_id"),
    Name.DISCOUNTED: "l.bank_name, l.due_on, l.record_number, l.event_id",
}


class Unprintable(Exception):
    """A cell cannot be written. Nothing that was given out so far is a file."""


def table_of(name: Name) -> pca.Table:
    return pca.find(LAYOUT, name)


def file_of(
    asked: Selection, *, reason: str, profile: pca.Profile = pca.QUOTED, header: bool = False
) -> Iterator[tuple[bytes, int]]:
    """The file in pieces, each with how many rows are in it. Raises Unprintable midway.

    Most often no claim has a history, and the rows alone are the answer: so they are asked first.
    """
    table = table_of(asked.name)
    if header:
        yield b"".join(pca.write(table, [], profile=profile, header=True)), 0
    found = False
    for piece in copied(rows_of(asked, table, reason, Way.ROWS), table, profile):
        found = True
        yield piece
    if not found:
        with planned(asked):
            yield from copied(rows_of(asked, table, reason), table, profile)


def rows_of(asked: Selection, table: pca.Table, reason: str, way: Way = Way.BOTH) -> Statement:
    """The rows as the file has them: one column an item, in the layout's order."""
    lines = lines_of(asked, way)
    cells = ", ".join(f"{tidy(CELLS[field.name], field)} AS c{field.position}" for field in table.fields)
    sql = f"SELECT {cells} FROM ({lines.sql}) l {_printed('p', '')} {_printed('b', 'bank_')}"
    values = {**lines.values, "reason": reason, "undecided": UNDECIDED}
    return Statement(f"{sql} ORDER BY {ORDER[asked.name]}", values)


def copied(
    statement: Statement, table: pca.Table, profile: pca.Profile, *, rows: int = ROWS_AT_ONCE
) -> Iterator[tuple[bytes, int]]:
    """The rows of a SELECT whose columns are c1, c2, … of the table, as the bytes of its file."""
    columns = len(table.fields)
    with connection.cursor() as cursor:
        source = cursor.mogrify(statement.sql, statement.values)
        with cursor.copy(f"COPY ({source}) TO STDOUT ({_form(table, profile)})") as copy:
            piece, count = bytearray(), 0
            for line in copy:
                piece += line
                count += 1
                if count == rows:
                    yield _windows(piece, count, columns, profile), count
                    piece, count = bytearray(), 0
            if count:
                yield _windows(piece, count, columns, profile), count


def _windows(chunk: bytearray, rows: int, columns: int, profile: pca.Profile) -> bytes:
    """Lines of UTF-8 as lines of Windows-31J. Raises Unprintable for what a cell must not hold."""
    clean = len(chunk.translate(None, _CONTROLS)) == len(chunk) and chunk.count(b"\n") == rows
    tabs = rows * (columns - 1) if profile.delimiter == "\t" else 0
    if not clean or chunk.count(b"\t") != tabs or (not profile.quoting and b'"' in chunk):
        raise Unprintable
    try:
        return encode(chunk.decode()).replace(b"\n", b"\r\n")
    except Unencodable as error:
        raise Unprintable from error


def _form(table: pca.Table, profile: pca.Profile) -> str:
    """Strings in quotes, numbers bare, nothing for what is empty (NULL)."""
    strings = ", ".join(f"c{field.position}" for field in table.fields if field.is_string)
    delimiter = "E'\\t'" if profile.delimiter == "\t" else f"'{profile.delimiter}'"
    quoted = f", FORCE_QUOTE ({strings})" if profile.quoting else ""
    return f"FORMAT csv, DELIMITER {delimiter}, ENCODING 'UTF8'{quoted}"


def tidy(cell: str, field: pca.Field) -> str:
    """As `pca.write` has it: a text without blanks at its end, and nothing where there is none."""
    return f"NULLIF(rtrim({cell}, '{_BLANKS}'), '')" if field.is_string else cell


def _printed(alias: str, of: str) -> str:
    return (
        f"LEFT JOIN accounting_printedname {alias} ON {alias}.company_id = %(company)s"
        f" AND {alias}.user_number = l.{of}number AND {alias}.name = l.{of}name AND {alias}.printed <> ''"
    )


def first_rows(asked: Selection, most: int, *, reason: str) -> list[tuple[str, ...]]:
    """How the file begins, cell by cell; a name that waits for a decision says so."""
    statement = rows_of(asked, table_of(asked.name), reason)
    with planned(asked), connection.cursor() as cursor:
        cursor.execute(f"{statement.sql} LIMIT {most:d}", statement.values)
        return [
            tuple(WAITS if cell == UNDECIDED else str(cell or "") for cell in row)
            for row in cursor.fetchall()
        ]


def lines_of_people(asked: Selection) -> Iterator[Any]:
    """For the sheets: due_on, record_number, party, bank, amount_yen, note, with the recorded names."""
    lines = lines_of(asked)
    sql = (
        "SELECT l.due_on, l.record_number, l.name, l.bank_name, l.amount_yen, l.note"
        f" FROM ({lines.sql}) l ORDER BY {ORDER[asked.name]}"
    )
    with planned(asked), connection.chunked_cursor() as cursor:
        cursor.execute(sql, lines.values)
        yield from cursor
