"""Laws over all 84 tables: what is written is read, the quick reader and the careful one agree,
and whatever bytes come, nothing invalid is taken and nothing raises."""

import csv
import io
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erec.formats.pca import (
    BARE,
    PROFILES,
    QUOTED,
    Problem,
    Profile,
    Record,
    Row,
    Table,
    find,
    read,
    write,
)
from erec.formats.pca.fast import Fast
from erec.formats.windows31j import decode
from tests.erec.formats.pca.examples import LABELS, TABLES, row_of

FEW = settings(max_examples=3)
SEEDS = st.integers(0, 1 << 32)
CLAIMS = find("電子記録債権期日管理帳票", "電子記録債権")
JOURNALS = find("仕訳データ")
VALID = (
    b'20260930,"00ABCDEFGH1234567890","' + "㈱髙﨑商店".encode("cp932") + b'",120000,"a,""b"""\r\n'
    b'20280229,,"ABC",1,\r\n,,,,\r\n'
)


def file_of(table: Table, rows: list[Row], **options: object) -> bytes:
    return b"".join(write(table, rows, **options))  # type: ignore[arg-type]


def found_in(table: Table, data: bytes, profile: Profile = QUOTED) -> list[Record | Problem]:
    return list(read(table, io.BytesIO(data), profile=profile, initial_values=False))


def found_carefully(table: Table, data: bytes, patch: pytest.MonkeyPatch) -> list[Record | Problem]:
    """Without the quick way."""
    with patch.context() as here:
        here.setattr(Fast, "end_of_good", lambda self, block, start: start)
        return found_in(table, data)


@pytest.mark.parametrize("table", TABLES, ids=LABELS)
@given(seed=SEEDS)
@FEW
def test_what_is_written_is_read(table: Table, seed: int) -> None:
    """In any shape of the table, with version line and header or without, in each form of delimiting."""
    chance = Random(seed)
    hidden = frozenset(each for each in sorted(table.conditions) if chance.random() < 0.3)
    months = chance.randint(1, table.months)
    profile = chance.choice(list(PROFILES.values()))
    rows = [row_of(table, chance, hidden, months) for _ in range(3)]
    if profile is BARE:
        rows = [tuple(map(_without, row)) for row in rows]
    header = chance.random() < 0.5
    version = table.version is not None and chance.random() < 0.5
    labels = [f"{month}月度" for month in range(1, months + 1)]
    written = file_of(
        table, rows, profile=profile, header=header, version_line=version, hidden=hidden, months=labels
    )
    found = list(read(table, io.BytesIO(written), profile=profile, hidden=hidden, initial_values=False))
    assert found == [Record(line, row) for line, row in enumerate(rows, 1 + header + version)]


def _without(cell: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(cell, tuple):
        return cell
    return cell.replace(",", ".").replace('"', "'")


@pytest.mark.parametrize("table", TABLES, ids=LABELS)
@given(seed=SEEDS)
@FEW
def test_the_quick_reader_and_the_careful_one_agree(table: Table, seed: int) -> None:
    """On valid lines, and on the same lines with a few bytes changed."""
    chance = Random(seed)
    written = file_of(table, [row_of(table, chance) for _ in range(3)])
    for data in (written, _spoilt(written, chance), _spoilt(written, chance)):
        assert found_in(table, data) == found_carefully(table, data, pytest.MonkeyPatch())


def _spoilt(data: bytes, chance: Random) -> bytes:
    """Some bytes replaced, put in or taken out; often by those that matter."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(out))
        some = chance.choice(
            [b'"', b",", b"\r", b"\n", b"\r\n", b"\x00", b"0", b"-", b" ", b"\x81\x40", b"\x80", b"\xfd"]
        )
        put = chance.choice([some, some, bytes([chance.randrange(256)]), b""])
        out[at : at + chance.choice([0, 1, 1, 2])] = put
        if not out:
            return bytes(put)
    return bytes(out)


@given(data=st.binary(max_size=300) | SEEDS.map(lambda n: _spoilt(VALID, Random(n))))
@settings(max_examples=300)
def test_no_bytes_are_taken_that_should_not_be(data: bytes) -> None:
    """Each record's cells are those that a plain CSV reader finds in its line, and can be written again."""
    for table in (CLAIMS, JOURNALS):
        for each in found_in(table, data):
            if isinstance(each, Problem):
                assert each.line >= 1
                assert each.message
                continue
            line = data.split(b"\n")[each.line - 1] + b"\n"
            cells = next(csv.reader([decode(line)[:-2]], strict=True), [""])
            assert each.row == tuple(cell.rstrip(" \u3000") for cell in cells)
            assert found_in(table, file_of(table, [each.row])) == [Record(1, each.row)]


def test_each_pair_of_bytes_is_read_the_same_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every two bytes beyond ASCII, as 取引先: what the quick pattern lets through is Windows-31J."""
    for first in (*b'\x1f\x20",A', *range(0x7F, 0x100)):
        data = b"".join(b',,"%c%c",,\r\n' % (first, second) for second in range(0x100))
        assert found_in(CLAIMS, data) == found_carefully(CLAIMS, data, monkeypatch)
