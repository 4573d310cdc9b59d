"""The heads outside the database: append-only files of signed lines. No database here.

`TRAIL_HEADS/heads-YYYY-MM.jsonl`, one JSON object a line: its number, the time, a chain, the position
and hash at which that chain's head stood, the SHA-256 of the line before (of all its bytes without the
line feed; across files; zeros before the first) and an Ed25519 signature (RFC 8032), in hex, over
`erec-trail-heads-1`, a line feed and the same object without the signature. So a line cannot be
changed, dropped from the middle, moved or forged; that the end was not cut is known to the database
(SealedHead), as the end of the trail is known to the files.

The signing key lies in `VAR/secrets` with mode 0600 and without a passphrase: the passphrase of an
unattended process would lie beside it. Whoever can read that folder and write both the files and the
database can make a new history; that is why the folder is to be copied to a place that this machine
cannot rewrite. `heads.pub.pem` lies with the files, for checks elsewhere.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from erec.trail.chain import BEGINNING, Head

LINE_BYTES_MAX = 4096


class HeadsBroken(Exception):
    """The files are not what was written; `.line` is the first that is wrong, str() says what."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True, slots=True)
class Tail:
    """The last line: its number and the hash of its bytes."""

    line: int = 0
    line_hash: bytes = BEGINNING


def signing_key(path: Path, folder: Path) -> Ed25519PrivateKey:
    """The key in `path`, made there by whoever asks first, but never beside lines of a lost key."""
    if not path.exists() and not files(folder):
        _keep_new_key(path)
    return _stored_key(path)


def _stored_key(path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise HeadsBroken(0, f"署名の鍵 {path} が読めません。バックアップから戻してください。") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise HeadsBroken(0, f"署名の鍵 {path} は Ed25519 の鍵ではありません。")
    return key


def _keep_new_key(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        os.fsync(file.fileno())
    try:
        os.link(made, path)  # fails if another process was first: then its key is the one
    except FileExistsError:
        pass
    finally:
        made.unlink()


def files(folder: Path) -> list[tuple[Path, int]]:
    """The files in the order of writing, each with the size that it has now."""
    return [(path, path.stat().st_size) for path in sorted(folder.glob("heads-*.jsonl"))]


def append(
    folder: Path, key: Ed25519PrivateKey, heads: Sequence[Head], *, known: Tail, at: datetime
) -> list[Tail]:
    """Write a line for each head and return where each went, after the bytes are on the disk.

    `known` is the last line that the database knows of. If the files end before it they were cut;
    numbering goes on behind it, so that the hole stays to be seen.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    present = files(folder)
    name = f"heads-{at.astimezone(UTC):%Y-%m}.jsonl"
    path = max(present[-1][0], folder / name) if present else folder / name
    if present:
        _drop_torn_line(present[-1][0])
    tail = _last(present[-1][0], known) if present else known
    written = []
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        for head in heads:
            raw = _signed(key, tail, head, at)
            file.write(raw + b"\n")
            tail = Tail(tail.line + 1, hashlib.sha256(raw).digest())
            written.append(tail)
        file.flush()
        os.fsync(file.fileno())
    _publish(folder / "heads.pub.pem", key)
    _sync_folder(folder)
    return written


def _signed(key: Ed25519PrivateKey, tail: Tail, head: Head, at: datetime) -> bytes:
    row: dict[str, Any] = {
        "line": tail.line + 1,
        "time": at.astimezone(UTC).isoformat(timespec="seconds"),
        "chain": head.chain,
        "position": head.position,
        "hash": head.hash.hex(),
        "previous": tail.line_hash.hex(),
    }
    return _canonical(row | {"signature": key.sign(_to_sign(row)).hex()})


def _canonical(row: dict[str, Any]) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode()


def _to_sign(row: dict[str, Any]) -> bytes:
    return b"erec-trail-heads-1\n" + _canonical(row)


def _drop_torn_line(path: Path) -> None:
    """A line without its line feed is what a crash left; the database never learned of it."""
    with path.open("rb+") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - LINE_BYTES_MAX))
        rest = file.read()
        torn = len(rest) - (rest.rfind(b"\n") + 1)
        if torn:
            file.truncate(end - torn)


def _last(path: Path, known: Tail) -> Tail:
    """The last line that was written: in the file, or, if that is behind, as the database knows it."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - LINE_BYTES_MAX))
        raw = file.read().rstrip(b"\n").rpartition(b"\n")[2]
    try:
        number = int(json.loads(raw)["line"])
    except (ValueError, KeyError, TypeError):
        return known
    return Tail(number, hashlib.sha256(raw).digest()) if number >= known.line else known


def _publish(path: Path, key: Ed25519PrivateKey) -> None:
    if not path.exists():
        path.write_bytes(
            key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(present: list[tuple[Path, int]], key_file: Path, known: Tail) -> Iterator[Head]:
    """The heads as written, each line checked before it is given out. Raises HeadsBroken.

    `present` was taken by `files` before the database was looked at, so that a head written since
    is not held against an older look; `known` is the database's last line from before that.
    """
    tail = Tail()
    if present:
        key = _stored_key(key_file).public_key()
        for raw in _lines(present):
            row = _checked(raw, tail, key)
            tail = Tail(tail.line + 1, hashlib.sha256(raw).digest())
            if tail.line == known.line and tail.line_hash != known.line_hash:
                raise HeadsBroken(tail.line, "この行はデータベースの知る行と違います。")
            yield Head(row["chain"], row["position"], bytes.fromhex(row["hash"]))
    if tail.line < known.line:
        raise HeadsBroken(tail.line + 1, "ここから先の行がありません（末尾が切られた疑い）。")


def _lines(present: list[tuple[Path, int]]) -> Iterator[bytes]:
    for path, size in present:
        with path.open("rb") as file:
            while file.tell() < size and (raw := file.readline(LINE_BYTES_MAX)).endswith(b"\n"):
                yield raw[:-1]
            if file.tell() < size:
                yield raw


def _checked(raw: bytes, tail: Tail, key: Ed25519PublicKey) -> dict[str, Any]:
    number = tail.line + 1
    try:
        row = json.loads(raw)
        signature = bytes.fromhex(row["signature"])
        unsigned = {name: value for name, value in row.items() if name != "signature"}
        if _canonical(row) != raw:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HeadsBroken(number, "この行は読めません（書き換えの疑い）。") from error
    try:
        key.verify(signature, _to_sign(unsigned))
    except InvalidSignature as error:
        raise HeadsBroken(number, "この行の署名が合いません（書き換えの疑い）。") from error
    if row["line"] != number or row["previous"] != tail.line_hash.hex():
        raise HeadsBroken(number, "この行は一つ前の行とつながっていません（削除、入れ替えの疑い）。")
    return dict(row)
