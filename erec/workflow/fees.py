"""Which fee a company's tables say for an amount, and the tables in words.

依頼人負担 is looked up in 当方負担手数料 and only shown. 受取人負担 is looked up in 先方負担手数料 and taken
off the amount that was asked for, so that the claim is recorded with what is left (domain facts §4.1; which
table says which fee, and that the asked amount is looked up, is inferred).
"""

from collections.abc import Mapping

from erec.claims.instructions import FeeBearer
from erec.workflow.models import FeeBand, FeeTable

Bands = tuple[tuple[int, int], ...]  # (amount from, fee), ascending
Tables = Mapping[FeeBand.Table, Bands]

TABLE_OF = {FeeBearer.REQUESTER: FeeBand.Table.OWN, FeeBearer.RECEIVER: FeeBand.Table.OTHER}


def tables_of(company_id: int) -> Tables:
    rows = FeeBand.objects.filter(company_id=company_id).order_by("from_yen")
    return {
        table: tuple((row.from_yen, row.fee_yen) for row in rows if row.table == table)
        for table in FeeBand.Table
    }


def version_of(company_id: int) -> int:
    row = FeeTable.objects.filter(pk=company_id).first()
    return row.version if row else 0


def fee_of(bands: Bands, amount_yen: int) -> int:
    """The fee of the highest band that the amount reaches; 0 below the first.

    Worked example: ((1, 220), (30_000, 440)) says 220 for 29,999 yen and 440 for 30,000 yen.
    """
    return next((fee for start, fee in reversed(bands) if amount_yen >= start), 0)


def words(bands: Bands) -> list[str]:
    """「1円以上30,000円未満　220円」, one for each band."""
    ends = [f"{start:,}円未満" for start, _ in bands[1:]]
    return [f"{start:,}円以上{end}　{fee:,}円" for (start, fee), end in zip(bands, [*ends, ""], strict=False)]


def changes(before: Tables, now: Tables) -> list[str]:
    """「先方負担手数料: なし → 1円以上　220円」 for each table that differs."""
    return [
        f"{table.label}: {_whole(before[table])} → {_whole(now[table])}"
        for table in FeeBand.Table
        if before[table] != now[table]
    ]


def _whole(bands: Bands) -> str:
    return "、".join(words(bands)) or "なし"
