"""全銀 入出金取引明細 (03) and 振込入金通知 (01, A and B): the records of a file to accounts and entries.

It never stops at the first error and never guesses: a record with an error gives problems and no entry,
the lines under a header that cannot be read give none either, and after an error in its lines an account's
totals are not judged. Memory stays flat.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import BinaryIO, cast

from erec.formats.fixed.framing import Frame, frames
from erec.formats.fixed.model import Problem, RecordLayout, Value
from erec.formats.fixed.order import DATA, END, HEADER, TRAILER, Order
from erec.formats.zengin import totals
from erec.formats.zengin.records import Account, Entry, Form, layout

_CORRECTION = "19"  # 取引区分 訂正
_B_AMOUNTS = slice(128, 152)  # 24 digits here make a record of 振込入金通知 one of format B


def read_fixed(source: BinaryIO, form: Form, *, on: date) -> Iterator[Account | Entry | Problem]:
    """Everything in the file, in its order. `on` is the day of reading: years have no era in the file."""
    yield from _File(form, on).read(source)


class _File:
    """What has been read so far."""

    def __init__(self, form: Form, on: date) -> None:
        self.form, self.on = form, on
        self.layout = layout(form)
        self.order = Order()
        self.account: Account | None = None
        self.totals = totals.Totals()
        self.accounts = self.lines = 0

    def read(self, source: BinaryIO) -> Iterator[Account | Entry | Problem]:
        line = 0
        for frame in frames(source, self.layout.length):
            line = frame.line
            mark, problems = self.order.step(frame)
            if frame.problem:
                self.totals.certain = False
                yield Problem(line, None, "", frame.problem)
                continue
            yield from problems
            if mark == HEADER:
                yield from self._header(frame)
            elif mark == DATA:
                yield from self._data(frame)
            elif mark == TRAILER:
                yield from self._trailer(frame)
            elif mark == END:
                yield from self._end(frame)
            else:
                self.totals.certain = False
        yield from self.order.end(line)

    def _header(self, frame: Frame) -> Iterator[Account | Problem]:
        self.account, self.totals = None, totals.Totals()
        self.accounts += 1
        values, problems = self._read("header", frame, self.on)
        made_on = values.get("made_on")
        if isinstance(made_on, date) and (doubt := doubt_of(made_on, self.on)):
            item = self.layout.records["header"].field("made_on")
            problems.append(Problem(frame.line, item.position, item.name, doubt))
        yield from problems
        if not problems:
            self.account = _account(values, frame.line)
            yield self.account

    def _data(self, frame: Frame) -> Iterator[Entry | Problem]:
        self.lines += 1
        key = "data"
        if self.form is Form.TRANSFERS:
            key = "data_b" if frame.data[_B_AMOUNTS].isdigit() else "data_a"
        near = self.account.last_day if self.account and self.account.last_day else self.on
        values, problems = self._read(key, frame, near)
        record = self.layout.records[key]
        if key == "data_b" and not problems:
            problems += _one_amount(values, record, frame.line)
        yield from problems
        if problems or self.account is None:
            self.totals.certain = False
            return
        entry = _entry(values, record, self.account, frame.line, self.form)
        self.totals.add(entry)
        yield entry

    def _trailer(self, frame: Frame) -> Iterator[Problem]:
        values, problems = self._read("trailer", frame, self.on)
        yield from problems
        record = self.layout.records["trailer"]
        if self.account is not None and self.totals.certain:
            if self.form is Form.STATEMENT:
                yield from totals.statement_problems(self.totals, values, record, self.account, frame.line)
            else:
                yield from totals.transfer_problems(self.totals, values, record, frame.line)
        self.account = None

    def _end(self, frame: Frame) -> Iterator[Problem]:
        values, problems = self._read("end", frame, self.on)
        yield from problems
        if self.form is Form.STATEMENT:
            record = self.layout.records["end"]
            yield from totals.end_problems(values, record, frame.line, self.accounts, self.lines)

    def _read(self, key: str, frame: Frame, near: date) -> tuple[dict[str, Value], list[Problem]]:
        return self.layout.records[key].read(frame.data, frame.line, near)


def doubt_of(made_on: date, on: date) -> str:
    """Why the day a file was made is not believed; "" when it is.

    A bank that writes 26 for 2026 means another year than the standard, by which 26 is 平成26 (2014).
    """
    if (made_on - on).days > 31:
        return f"作成日が先の日付（{made_on:%Y年%m月%d日}）です。"
    short = {2018, 1988}
    readings = {made_on.year - before for before in short}
    western = {year % 100 for year in (on.year - 1, on.year, on.year + 1)}
    if (on - made_on).days > 366 and readings & western:
        year = min(readings & western)
        return (
            f"年「{year:02}」が和暦なら{made_on.year}年ですが、西暦の下2桁とも読めます。"
            "年が和暦2桁のファイルを銀行から取得し直してください。"
        )
    return ""


def _account(values: Mapping[str, Value], line: int) -> Account:
    def text(key: str) -> str:
        return str(values.get(key) or "")

    def day(key: str) -> date:
        return cast(date, values[key])

    return Account(
        line=line,
        bank_code=text("bank_code"),
        bank_name=text("bank_name"),
        branch_code=text("branch_code"),
        branch_name=text("branch_name"),
        account_type=text("account_type"),
        account_number=text("account_number"),
        holder=text("holder"),
        made_on=day("made_on"),
        first_day=day("first_day"),
        last_day=day("last_day"),
        opening_yen=totals.signed(values.get("opening_yen"), values.get("opening_sign")),
    )


def _entry(
    values: Mapping[str, Value], record: RecordLayout, account: Account, line: int, form: Form
) -> Entry:
    amount = cast(int, values["amount_yen"]) or cast(int, values.get("large_amount_yen", 0))
    names = {field.key: field.name for field in record.fields}
    return Entry(
        line=line,
        account=account,
        booked_on=cast(date, values["booked_on"]),
        value_on=cast(date, values["value_on"]),
        received=form is Form.TRANSFERS or values["direction"] == "1",
        amount_yen=amount,
        cancelled=values.get("cancelled") == "1" or values.get("transaction") == _CORRECTION,
        balance_yen=None,
        counterparty=str(values["remitter"]),
        description=str(values.get("description", "")),
        edi=str(values["edi"]),
        inquiry_number=str(values["inquiry_number"]),
        details={names[key]: value for key, value in values.items()},
    )


def _one_amount(values: Mapping[str, Value], record: RecordLayout, line: int) -> list[Problem]:
    """Format B has two places for the amount, of which one is used."""
    if values["amount_yen"] and values["large_amount_yen"]:
        item = record.field("large_amount_yen")
        return [Problem(line, item.position, item.name, "金額（1）と金額（2）の両方に金額があります。")]
    return []
