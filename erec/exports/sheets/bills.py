"""手形期日管理帳票: the rows of a table for the accounting software, and the same as a sheet for people.

The columns come from the layout (X or PCA会計８形式). The file has 印字名, the sheet the names as they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from erec.bills.models import Bill
from erec.bills.policy import LAYOUT, Kind
from erec.exports.sheets.model import Sheet
from erec.formats import pca
from erec.lists.downloads import Column
from erec.lists.downloads import Kind as Shown

FORMATS = ("X", "PCA会計８形式")

_PARTY: Column[Any] = Column("相手先", lambda row: row.party, width=36)
_COLUMNS: Mapping[str, Column[Any]] = {
    "満期日": Column("満期日", lambda row: row.due_on, Shown.DATE, width=11),
    "手形番号": Column("手形番号", lambda row: row.number, width=23),
    "伝票日付": Column("伝票日付", lambda row: row.voucher_on, Shown.DATE, width=11),
    "取引先": Column("取引先", _PARTY.value, width=_PARTY.width),
    "支払先": Column("支払先", _PARTY.value, width=_PARTY.width),
    "銀行名": Column("銀行名", lambda row: row.bank, width=26),
    "発行事由": Column("発行事由", lambda row: row.reason, width=16),
    "金額": Column("金額", lambda row: row.amount_yen, Shown.YEN, width=19),
    "摘要": Column("摘要", lambda row: row.note, width=20),
}
_CELLS: Mapping[str, Callable[[Bill], str | date | None]] = {
    "満期日": lambda bill: bill.due_on,
    "手形番号": lambda bill: bill.number,
    "伝票日付": lambda bill: bill.voucher_on,
    "取引先": lambda bill: bill.party_printed,
    "支払先": lambda bill: bill.party_printed,
    "銀行名": lambda bill: bill.bank_printed,
    "発行事由": lambda bill: bill.reason,
    "金額": lambda bill: str(bill.amount_yen),
    "摘要": lambda bill: bill.note,
}


def table_of(kind: Kind, form: str) -> pca.Table:
    """`form` is one of FORMATS."""
    return pca.find(LAYOUT, f"【{kind.label}】", form)


def order_of(kind: Kind) -> Sequence[str]:
    """割引手形 begins with the bank, so its rows and totals go by bank."""
    return ("bank", "due_on", "number", "id") if kind is Kind.DISCOUNTED else ("due_on", "number", "id")


def rows_of(table: pca.Table, bills: Iterable[Bill]) -> Iterable[pca.Row]:
    """Each bill's cells in the table's order."""
    for bill in bills:
        yield tuple(_cell(item, bill) for item in table.fields)


def _cell(item: pca.Field, bill: Bill) -> str:
    value = _CELLS[item.name](bill)
    if isinstance(value, date):
        return _slashes(value) if item.kind is pca.Kind.SLASH_DATE else value.strftime("%Y%m%d")
    return value or ""


def _slashes(day: date) -> str:
    """2027/4/1, as PCA会計８形式 has it."""
    return f"{day.year}/{day.month}/{day.day}"


def file_of(
    table: pca.Table, bills: Iterable[Bill], profile: pca.Profile, *, header: bool
) -> tuple[bytes, Sequence[pca.Problem]]:
    """The file, or every cell that cannot be written: of what was judged when it was stored, only what
    `profile` does not take (a comma where nothing is quoted)."""
    try:
        return b"".join(pca.write(table, rows_of(table, bills), profile=profile, header=header)), []
    except pca.Unwritable as refusal:
        return b"", refusal.problems


def sheet_of(
    kind: Kind,
    form: str,
    bills: Iterable[Bill],
    *,
    company: str,
    facts: Sequence[tuple[str, str]],
    made_at: datetime,
) -> Sheet:
    """`bills` in `order_of(kind)`."""
    columns = [_COLUMNS[item.name] for item in table_of(kind, form).fields]
    by = [_COLUMNS["銀行名"], _COLUMNS["満期日"]] if kind is Kind.DISCOUNTED else [_COLUMNS["満期日"]]
    return Sheet(
        title=f"{LAYOUT}【{kind.label}】",
        company=company,
        made_at=made_at,
        columns=columns,
        by=by,
        amount=_COLUMNS["金額"],
        rows=bills,
        facts=facts,
    )
