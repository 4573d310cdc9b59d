"""電子記録債権期日管理帳票 for people: its four tables, their columns in the layout's order.

Names stand whole here; what a cell of 14／7 holds is the business of the file for the accounting software.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from erec.exports.ledger.definition import LAYOUT, Name
from erec.exports.sheets.model import Sheet
from erec.lists.downloads import Column, Kind


@dataclass(frozen=True)
class LedgerRow:
    """One row of any of the four tables; `bank` and `reason` are empty where the table has none."""

    due_on: date
    record_number: str
    party: str  # 取引先 or 支払先
    amount_yen: int
    bank: str = ""  # 銀行名
    reason: str = ""  # 譲渡事由
    note: str = ""  # 摘要


def _party(label: str) -> Column[Any]:
    return Column(label, lambda row: row.party, width=40)


DUE: Column[Any] = Column("支払期日", lambda row: row.due_on, Kind.DATE, width=11)
NUMBER: Column[Any] = Column("記録番号", lambda row: row.record_number, width=22)
BANK: Column[Any] = Column("銀行名", lambda row: row.bank, width=30)
REASON: Column[Any] = Column("譲渡事由", lambda row: row.reason, width=16)
AMOUNT: Column[Any] = Column("金額", lambda row: row.amount_yen, Kind.YEN, width=19)
NOTE: Column[Any] = Column("摘要", lambda row: row.note, width=24)

COLUMNS: Mapping[Name, Sequence[Column[Any]]] = {
    Name.CLAIMS: (DUE, NUMBER, _party("取引先"), AMOUNT, NOTE),
    Name.DEBTS: (DUE, NUMBER, _party("支払先"), BANK, AMOUNT, NOTE),
    Name.DISCOUNTED: (BANK, DUE, NUMBER, _party("取引先"), AMOUNT, NOTE),
    Name.ENDORSED: (DUE, NUMBER, _party("支払先"), REASON, AMOUNT, NOTE),
}
# 割引 begins with the bank, so its totals are of a bank's due date.
BY: Mapping[Name, Sequence[Column[Any]]] = {
    **dict.fromkeys(Name, (DUE,)),
    Name.DISCOUNTED: (BANK, DUE),
}


def sheet_of(
    name: Name,
    rows: Iterable[LedgerRow],
    *,
    company: str,
    facts: Sequence[tuple[str, str]],
    made_at: datetime,
) -> Sheet:
    """`rows` sorted by 支払期日, of 割引 by 銀行名 first. `facts`: 基準, 支払期日の範囲 and the like."""
    return Sheet(
        title=f"{LAYOUT}【{name}】",
        company=company,
        made_at=made_at,
        columns=COLUMNS[name],
        by=BY[name],
        amount=AMOUNT,
        rows=rows,
        facts=facts,
    )
