"""The files outside: what was written is read again, and whoever touched them is seen."""

import hashlib
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from erec.trail import heads
from erec.trail.chain import BEGINNING, Head
from erec.trail.heads import HeadsBroken, Tail

APRIL = datetime(2026, 4, 30, 23, 50, tzinfo=UTC)
MAY = datetime(2026, 5, 1, 0, 0, tzinfo=UTC)
THREE = [Head(-1, 1, b"\1" * 32), Head(7, 4, b"\2" * 32), Head(12, 9, b"\3" * 32)]


class Files:
    """A folder of heads and its key."""

    def __init__(self, var: Path) -> None:
        self.folder, self.key_file = var / "heads", var / "secrets" / "trail_heads.pem"
        self.known = Tail()

    def write(self, rows: list[Head], at: datetime = APRIL, known: Tail | None = None) -> list[Tail]:
        key = heads.signing_key(self.key_file, self.folder)
        written = heads.append(self.folder, key, rows, known=known or self.known, at=at)
        self.known = written[-1]
        return written

    def read(self) -> list[Head]:
        return list(heads.read(heads.files(self.folder), self.key_file, self.known))

    @property
    def april(self) -> Path:
        return self.folder / "heads-2026-04.jsonl"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_what_was_written_is_read_again_in_order(files: Files) -> None:
    assert [tail.line for tail in files.write(THREE)] == [1, 2, 3]
    assert [tail.line for tail in files.write(THREE[:1])] == [4]
    assert files.read() == [*THREE, THREE[0]]


def test_a_line_is_signed_and_holds_the_hash_of_the_line_before(files: Files) -> None:
    files.write(THREE)
    first, second = files.april.read_bytes().splitlines()[:2]
    row = json.loads(second)
    assert {name: row[name] for name in ("line", "time", "chain", "position", "hash", "previous")} == {
        "line": 2,
        "time": "2026-04-30T23:50:00+00:00",
        "chain": 7,
        "position": 4,
        "hash": "02" * 32,
        "previous": hashlib.sha256(first).hexdigest(),
    }
    signed = second.rpartition(b',"signature"')[0] + b"}"
    public = serialization.load_pem_public_key((files.folder / "heads.pub.pem").read_bytes())
    public.verify(bytes.fromhex(row["signature"]), b"erec-trail-heads-1\n" + signed)  # type: ignore[union-attr,call-arg]


def test_a_new_month_begins_a_file_that_goes_on_from_the_last(files: Files) -> None:
    files.write(THREE[:2])
    files.write(THREE[2:], at=MAY)
    assert [path.name for path, _ in heads.files(files.folder)] == [
        "heads-2026-04.jsonl",
        "heads-2026-05.jsonl",
    ]
    assert files.read() == THREE


def test_a_clock_that_went_back_writes_on_in_the_newest_file(files: Files) -> None:
    files.write(THREE[:2], at=MAY)
    files.write(THREE[2:], at=APRIL)
    assert not files.april.exists()
    assert files.read() == THREE


def test_key_and_files_are_for_the_owner_alone(files: Files) -> None:
    files.write(THREE)
    assert stat.S_IMODE(files.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(files.key_file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(files.april.stat().st_mode) == 0o600
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700


def test_a_line_torn_by_a_crash_is_dropped_before_the_next(files: Files) -> None:
    files.write(THREE[:2])
    with files.april.open("ab") as file:
        file.write(b'{"line":3,"time":"2026-')
    files.write(THREE[2:])
    assert files.read() == THREE


def test_lines_the_database_never_heard_of_stay_and_are_continued(files: Files) -> None:
    (first, _, _) = files.write(THREE)
    files.write(THREE[1:], known=first)
    assert files.read() == [*THREE, *THREE[1:]]


def test_without_files_there_is_nothing_to_read_and_no_key_is_made(files: Files) -> None:
    assert files.read() == []
    assert not files.key_file.exists()


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Files], None]:
    def tamper(files: Files) -> None:
        files.april.write_bytes(b"\n".join([*change(files.april.read_bytes().splitlines()), b""]))

    return tamper


def _forge(lines: list[bytes]) -> list[bytes]:
    """The second line made anew, with another key, so that everything but the signature fits."""
    row = json.loads(lines[1])
    del row["signature"]
    row["position"] = 3
    signature = Ed25519PrivateKey.generate().sign(b"erec-trail-heads-1\n" + _compact(row))
    return [lines[0], _compact(row | {"signature": signature.hex()}), lines[2]]


def _compact(row: dict[str, object]) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("tamper", "line", "says"),
    [
        (
            _lines(lambda k: [k[0], k[1].replace(b'"position":4', b'"position":3'), k[2]]),
            2,
            "署名が合いません",
        ),
        (_lines(_forge), 2, "署名が合いません"),
        (_lines(lambda k: [k[0], k[2]]), 2, "つながっていません"),
        (_lines(lambda k: [k[1], k[2]]), 1, "つながっていません"),
        (_lines(lambda k: [k[0], k[2], k[1]]), 2, "つながっていません"),
        (_lines(lambda k: [k[0], k[1], k[1], k[2]]), 3, "つながっていません"),
        (_lines(lambda k: [k[0], k[1] + b" ", k[2]]), 2, "読めません"),
        (_lines(lambda k: [k[0], b"", k[1], k[2]]), 2, "読めません"),
        (_lines(lambda k: [k[0], b"[1]", k[2]]), 2, "読めません"),
        (_lines(lambda k: [k[0], b"\xff" * 5000, k[2]]), 2, "読めません"),
        (_lines(lambda k: k[:2]), 3, "末尾が切られた疑い"),
        (_lines(lambda k: []), 1, "末尾が切られた疑い"),
        (lambda files: files.april.unlink(), 1, "末尾が切られた疑い"),
        (lambda files: files.key_file.unlink(), 0, "鍵"),
        (lambda files: files.key_file.write_bytes(b"x"), 0, "鍵"),
    ],
)
def test_a_touched_file_is_told_by_its_first_wrong_line(
    files: Files, tamper: Callable[[Files], None], line: int, says: str
) -> None:
    files.write(THREE)
    tamper(files)
    with pytest.raises(HeadsBroken, match=says) as broken:
        files.read()
    assert broken.value.line == line


def test_a_cut_file_that_was_written_on_still_shows_the_hole(files: Files) -> None:
    files.write(THREE)
    files.april.write_bytes(files.april.read_bytes().splitlines(keepends=True)[0])
    assert [tail.line for tail in files.write(THREE[:1])] == [4]
    with pytest.raises(HeadsBroken) as broken:
        files.read()
    assert broken.value.line == 2


def test_a_last_line_replaced_by_one_signed_with_the_stolen_key_is_not_the_one_the_database_knows(
    files: Files,
) -> None:
    files.write(THREE)
    known = files.known
    _lines(lambda k: k[:2])(files)
    files.known = Tail()
    files.write([Head(12, 8, b"\4" * 32)])
    files.known = known
    with pytest.raises(HeadsBroken, match="データベースの知る行と違います"):
        files.read()


@pytest.mark.parametrize(
    "behind",
    [
        pytest.param(lambda first: Tail(1, bytes(32)), id="behind another line 1"),
        pytest.param(lambda first: Tail(4, first.line_hash), id="with another number"),
    ],
)
def test_a_signed_line_from_elsewhere_does_not_fit_in(
    files: Files, tmp_path: Path, behind: Callable[[Tail], Tail]
) -> None:
    """Signed with the right key, and so whole in itself: as from an older copy of the files."""
    first, _, _ = files.write(THREE)
    elsewhere = Files(tmp_path)
    elsewhere.folder = tmp_path / "elsewhere"
    elsewhere.write(THREE[1:2], known=behind(first))
    _lines(lambda k: [k[0], elsewhere.april.read_bytes().rstrip(), k[2]])(files)
    with pytest.raises(HeadsBroken, match="つながっていません") as broken:
        files.read()
    assert broken.value.line == 2


def test_a_lost_key_is_not_replaced_beside_its_lines(files: Files) -> None:
    files.write(THREE)
    files.key_file.unlink()
    with pytest.raises(HeadsBroken, match="バックアップから"):
        files.write(THREE)
    assert not files.key_file.exists()
    assert len(files.april.read_bytes().splitlines()) == 3


def test_a_key_of_another_kind_is_refused(files: Files) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    files.key_file.parent.mkdir(parents=True)
    files.key_file.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(HeadsBroken, match="Ed25519"):
        files.write(THREE)


def test_the_first_line_stands_behind_zeros(files: Files) -> None:
    files.write(THREE[:1])
    assert json.loads(files.april.read_bytes())["previous"] == BEGINNING.hex()
