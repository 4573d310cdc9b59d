"""The densai batch file 集信1 (一括記録請求): its header as the standard has it, the rest as our own data.

    write([Batch(header, lines), …])         # the file's bytes
    for found in read(file): ...             # Record or Problem, in the file's order

layouts/requests.toml says which is which (`ours`); a bank's own layout can replace it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import BinaryIO, NamedTuple, cast

from erec.formats.fixed.framing import Frame, frames
from erec.formats.fixed.loading import load
from erec.formats.fixed.model import FileLayout, Problem, Unwritable, Value
from erec.formats.fixed.order import DATA, END, HEADER, TRAILER, Order

__all__ = ["Batch", "Problem", "Record", "Unwritable", "layout", "read", "write"]

_KEYS = {HEADER: "header", DATA: "data", TRAILER: "trailer", END: "end"}
_ACCOUNT = ("user_number", "bank_code", "branch_code", "account_type", "account_number")
_NO_ERA = date(2026, 1, 1)  # all dates of this file have whole years


class Record(NamedTuple):
    """A valid record: which kind ("header", "data", …) and its values by the layout's keys."""

    line: int
    kind: str
    values: Mapping[str, Value]


class Batch(NamedTuple):
    """A header and its lines; 種別コード is the header's."""

    header: Mapping[str, Value]
    lines: Sequence[Mapping[str, Value]]


@cache
def layout() -> FileLayout:
    return load("erec.formats.densai_file", "requests")


def write(batches: Iterable[Batch]) -> bytes:
    """The file of these batches. Raises Unwritable with the first record that cannot be written."""
    records = layout().records
    written: list[bytes] = []
    for batch in batches:
        yen = sum(cast(int, line["amount_yen"]) for line in batch.lines)
        trailer = {"count": len(batch.lines), "yen": yen}
        for key, values in [
            ("header", batch.header),
            *(("data", line) for line in batch.lines),
            ("trailer", trailer),
        ]:
            written.append(records[key].write(values, len(written) + 1))
    return b"".join([*written, records["end"].write({}, len(written) + 1)])


def read(source: BinaryIO) -> Iterator[Record | Problem]:
    """Everything up to the first end record; what stands behind it does not count, nor do line ends."""
    yield from _File().read(source)


class _File:
    def __init__(self) -> None:
        self.order = Order()
        self.account: list[Value] = []
        self.count = self.yen = 0
        self.certain = True

    def read(self, source: BinaryIO) -> Iterator[Record | Problem]:
        line = 0
        for frame in frames(cast(BinaryIO, _WithoutLineEnds(source)), layout().length):
            line = frame.line
            mark, problems = self.order.step(frame)
            if frame.problem:
                problems = [Problem(line, None, "", frame.problem)]
            if problems:
                self.certain = False
                yield from problems
            if mark and not frame.problem:
                yield from self._record(_KEYS[mark], frame)
            if mark == END:
                return
        yield from self.order.end(line)

    def _record(self, key: str, frame: Frame) -> Iterator[Record | Problem]:
        values, problems = layout().records[key].read(frame.data, frame.line, _NO_ERA)
        if key == "header":
            self.count, self.yen, self.certain = 0, 0, True
        if not problems:
            problems = list(self._misfits(key, values, frame.line))
        if problems:
            self.certain = False
            yield from problems
            return
        if key == "data":
            self.count += 1
            self.yen += cast(int, values["amount_yen"])
        yield Record(frame.line, key, values)

    def _misfits(self, key: str, values: Mapping[str, Value], line: int) -> Iterator[Problem]:
        if key == "header":
            account = [values[each] for each in _ACCOUNT]
            if self.account and account != self.account:
                message = "1つのファイルの請求者と口座は、どのヘッダーでも同じでなければなりません。"
                yield Problem(line, None, "", message)
            self.account = self.account or account
        if key == "trailer" and self.certain:
            for name, found, unit in (("count", self.count, "件"), ("yen", self.yen, "円")):
                if values[name] != found:
                    item = layout().records[key].field(name)
                    message = f"{values[name]:,}{unit}とありますが、明細からは{found:,}{unit}です。"
                    yield Problem(line, item.position, item.name, message)


class _WithoutLineEnds:
    """A file whose CR, LF and DOS end of file are not there."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source

    def read(self, size: int) -> bytes:
        while block := self.source.read(size):
            if rest := block.translate(None, b"\r\n\x1a"):
                return rest
        return b""
