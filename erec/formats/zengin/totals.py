"""Whether an account's lines are what its trailer says: counts, sums, and from balance to balance.

The document does not say whether 訂正 and 取消 count in the totals, or whether レコード総件数 counts headers
and trailers. What fits one of the readings is believed (inferred); what fits none is told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from erec.formats.fixed.model import Problem, RecordLayout, Value
from erec.formats.zengin.records import Account, Entry


@dataclass
class Sums:
    """Count and yen of some lines, and of those among them that reverse something."""

    count: int = 0
    yen: int = 0
    reversed_count: int = 0
    reversed_yen: int = 0

    def add(self, entry: Entry) -> None:
        self.count += 1
        self.yen += entry.amount_yen
        if entry.cancelled:
            self.reversed_count += 1
            self.reversed_yen += entry.amount_yen

    @property
    def counts(self) -> set[int]:
        return {self.count, self.count - self.reversed_count}

    @property
    def yens(self) -> set[int]:
        return {self.yen, self.yen - self.reversed_yen, self.yen - 2 * self.reversed_yen}


@dataclass
class Totals:
    """What the lines of one account come to. `certain` until one of them could not be read."""

    received: Sums = field(default_factory=Sums)
    paid: Sums = field(default_factory=Sums)
    certain: bool = True

    def add(self, entry: Entry) -> None:
        (self.received if entry.received else self.paid).add(entry)

    @property
    def count(self) -> int:
        return self.received.count + self.paid.count

    @property
    def reverses(self) -> bool:
        return bool(self.received.reversed_count or self.paid.reversed_count)


def statement_problems(
    totals: Totals, trailer: Mapping[str, Value], record: RecordLayout, account: Account, line: int
) -> Iterator[Problem]:
    """Of 入出金取引明細: in, out, number of records, balance."""
    yield from _wrong(record, line, "in_count", trailer, totals.received.counts, "件")
    yield from _wrong(record, line, "in_yen", trailer, totals.received.yens, "円")
    yield from _wrong(record, line, "out_count", trailer, totals.paid.counts, "件")
    yield from _wrong(record, line, "out_yen", trailer, totals.paid.yens, "円")
    yield from _wrong(record, line, "data_count", trailer, {totals.count}, "件")
    closing = signed(trailer.get("closing_yen"), trailer.get("closing_sign"))
    if account.opening_yen is not None and closing is not None and not totals.reverses:
        due = account.opening_yen + totals.received.yen - totals.paid.yen
        yield from _wrong(record, line, "closing_yen", {"closing_yen": closing}, {due}, "円")


def transfer_problems(
    totals: Totals, trailer: Mapping[str, Value], record: RecordLayout, line: int
) -> Iterator[Problem]:
    """Of 振込入金通知: transfers, and of them the cancelled ones where the bank tells those."""
    sums = totals.received
    yield from _wrong(record, line, "count", trailer, sums.counts, "件")
    yield from _wrong(record, line, "yen", trailer, sums.yens, "円")
    if trailer.get("cancelled_count"):
        yield from _wrong(record, line, "cancelled_count", trailer, {sums.reversed_count}, "件")
        yield from _wrong(record, line, "cancelled_yen", trailer, {sums.reversed_yen}, "円")


def end_problems(
    end: Mapping[str, Value], record: RecordLayout, line: int, accounts: int, lines: int
) -> Iterator[Problem]:
    """Of the end record of 入出金取引明細. All records, all but this one, or the lines only."""
    yield from _wrong(record, line, "record_count", end, {line, line - 1, lines}, "件")
    yield from _wrong(record, line, "account_count", end, {accounts}, "口座")


def signed(yen: Value, sign: Value) -> int | None:
    """A balance; None where the bank did not say which side it is on."""
    if not isinstance(yen, int) or sign not in ("1", "2"):
        return None
    return yen if sign == "1" else -yen


def _wrong(
    record: RecordLayout, line: int, key: str, said: Mapping[str, Value], found: set[int], unit: str
) -> Iterator[Problem]:
    value = said.get(key)
    if isinstance(value, int) and value not in found:
        item = record.field(key)
        message = f"{value:,}{unit}とありますが、明細からは{max(found):,}{unit}です。"
        yield Problem(line, item.position, item.name, message)
