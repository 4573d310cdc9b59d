"""入出金明細 of ANSER as CSV: what most regional banks let their customers download.

A line of column names, then a line for each entry; every field quoted, empty ones as "", Windows-31J. The
year is a whole one (2026年5月1日) and each line has the balance after it, so lines prove each other: forwards
or backwards, as the bank sorts them. Dates and amounts as seen in files of several banks (inferred).
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import BinaryIO

from erec.formats import windows31j
from erec.formats.fixed.model import EMPTY, Problem
from erec.formats.zengin.records import Account, Entry

FIRST_COLUMN = "照会口座"
_COLUMNS = (
    FIRST_COLUMN,
    "番号",
    "勘定日",
    "起算日",
    "出金金額",
    "入金金額",
    "小切手区分",
    "残高",
    "取引区分",
    "明細区分",
    "金融機関名",
    "支店名",
    "摘要",
    "メモ",
)
_MAY_MISS = {"起算日", "メモ"}  # some banks have no 起算日, one adds メモ
_LINE_MAX = 1 << 14
# 2026年5月1日, as seen; and what else has a whole year and one meaning.
_DATES = [
    re.compile(form)
    for form in (
        r"[(（]?([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日[)）]?",
        r"([0-9]{4})([/.-])([0-9]{1,2})\2([0-9]{1,2})",
        r"([0-9]{4})([0-9]{2})([0-9]{2})",
    )
]
_AMOUNT = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})")
_ACCOUNT = re.compile(r"[(（]([0-9]{3})[)）].*(普通|当座|貯蓄)\S*[ 　]+([0-9]{1,10})")
_TYPES = {"普通": "1", "当座": "2", "貯蓄": "4"}
_REVERSED = "取消"


class _BadValue(ValueError):
    """`column` (its name) cannot be read; `str()` says why."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def is_header(line: bytes) -> bool:
    """Whether the first line of a file is this form's."""
    try:
        return _plain(windows31j.decode(line)).lstrip('"').startswith(FIRST_COLUMN)
    except windows31j.Undecodable:
        return False


def read_anser(source: BinaryIO) -> Iterator[Account | Entry | Problem]:
    """Everything in the file, in its order; a line with an error gives problems and no entry."""
    columns: list[str] = []
    account: Account | None = None
    chain = _Chain()
    for line, data in enumerate(iter(lambda: source.readline(_LINE_MAX), b""), 1):
        if len(data) == _LINE_MAX and not data.endswith(b"\n"):
            message = f"1行が{_LINE_MAX:,}バイトを超えています。以降は読んでいません。"
            yield Problem(line, None, "", message)
            return
        try:
            cells = _cells(data.rstrip(b"\r\n\x1a"))
        except ValueError as error:
            chain.broken = True
            yield Problem(line, None, "", str(error))
            if line == 1:
                return
            continue
        if line == 1:
            columns = [_plain(cell) for cell in cells]
            if problem := _header_problem(columns):
                yield Problem(1, None, "", problem)
                return
            continue
        if not cells:
            continue  # an empty line at the end
        if len(cells) != len(columns):
            chain.broken = True
            yield Problem(line, None, "", f"{len(columns)}列のはずですが、{len(cells)}列です。")
            continue
        row = dict(zip(columns, cells, strict=True))
        if account is None or account.text != row[FIRST_COLUMN]:
            account, chain = _account(row[FIRST_COLUMN], line), _Chain()
            yield account
        try:
            entry = _entry(row, account, line)
        except _BadValue as bad:
            chain.broken = True
            yield Problem(line, columns.index(bad.column) + 1, bad.column, str(bad))
            continue
        yield entry
        if message := chain.follow(entry):
            yield Problem(line, columns.index("残高") + 1, "残高", message)


class _Chain:
    """Whether each balance follows from the one before, oldest first or newest first."""

    def __init__(self) -> None:
        self.before: Entry | None = None
        self.forwards = self.backwards = True
        self.broken = False

    def follow(self, entry: Entry) -> str:
        """What is wrong with the balance of `entry`; "" if nothing. Told once."""
        before, self.before = self.before, entry
        if self.broken or before is None or before.balance_yen is None or entry.balance_yen is None:
            return ""
        self.forwards &= before.balance_yen + _signed(entry) == entry.balance_yen
        self.backwards &= before.balance_yen - _signed(before) == entry.balance_yen
        if self.forwards or self.backwards:
            return ""
        self.broken = True
        return (
            f"残高{entry.balance_yen:,}円が、{before.line}行目の残高{before.balance_yen:,}円とつながりません。"
            "明細が抜けたり重なったりしていないか確かめてください。"
        )


def _signed(entry: Entry) -> int:
    return entry.amount_yen if entry.received else -entry.amount_yen


def _cells(data: bytes) -> list[str]:
    """The cells of one line. Raises ValueError with a sentence."""
    try:
        text = windows31j.decode(data)
    except windows31j.Undecodable as error:
        where = f"{error.index + 1}バイト目の0x{error.byte:02X}"
        raise ValueError(f"{where}は、Windows-31J（Shift_JIS）の文字ではありません。") from None
    if any(unicodedata.category(character) in {"Cc", "Co"} for character in text):
        raise ValueError("目に見えない文字か外字が入っています。")
    if not text:
        return []
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        raise ValueError('引用符（"）の付き方が正しくありません。') from None


def _plain(name: str) -> str:
    """「（起算日）」 and 「出金金額(円)」 without their brackets, which banks print in either width."""
    return unicodedata.normalize("NFKC", name).strip().removesuffix("(円)").strip("()")


def _header_problem(columns: Sequence[str]) -> str:
    wanted = [name for name in _COLUMNS if name in columns or name not in _MAY_MISS]
    if list(columns) == wanted:
        return ""
    return f"見出しが違います。{'、'.join(wanted)}の順のはずです。ファイルは読んでいません。"


def _account(text: str, line: int) -> Account:
    found = _ACCOUNT.search(text)
    if found is None:
        return Account(line=line, text=text)
    branch, kind, number = found.groups()
    return Account(line=line, text=text, branch_code=branch, account_type=_TYPES[kind], account_number=number)


def _entry(row: Mapping[str, str], account: Account, line: int) -> Entry:
    paid, received = _amount(row, "出金金額"), _amount(row, "入金金額")
    if bool(paid) == bool(received):
        raise _BadValue("入金金額", "出金と入金のどちらか一方に金額があるはずです。")
    booked_on = _day(row, "勘定日")
    if booked_on is None:
        raise _BadValue("勘定日", EMPTY)
    amount = received or paid or 0
    if amount < 0:
        raise _BadValue("入金金額" if received else "出金金額", "金額が負です。")
    return Entry(
        line=line,
        account=account,
        booked_on=booked_on,
        value_on=_day(row, "起算日"),
        received=bool(received),
        amount_yen=amount,
        cancelled=_REVERSED in row["取引区分"] or _REVERSED in row["明細区分"],
        balance_yen=_amount(row, "残高"),
        counterparty="",
        description=row["摘要"],
        edi="",
        inquiry_number=row["番号"],
        details=dict(row),
    )


def _amount(row: Mapping[str, str], column: str) -> int | None:
    text = row[column].strip()
    if not text:
        return None
    if not _AMOUNT.fullmatch(text):
        raise _BadValue(
            column, f"「{text}」は金額として読めません。半角の数字（3桁ごとのカンマ可）のはずです。"
        )
    return int(text.replace(",", ""))


def _day(row: Mapping[str, str], column: str) -> date | None:
    text = row.get(column, "").strip()
    if not text:
        return None
    found = next((match for form in _DATES if (match := form.fullmatch(text))), None)
    if found is None:
        raise _BadValue(column, f"「{text}」は日付として読めません。2026年5月1日のような形のはずです。")
    year, month, day = (int(part) for part in found.groups() if part.isdigit())
    try:
        return date(year, month, day)
    except ValueError:
        raise _BadValue(column, f"「{text}」という日付はありません。") from None
