"""Plausible data in any amount, for demonstrations and measurements: companies, claims, requests.

Made by set-wise SQL as the tables' owner with the row triggers off, because a million rows through the
book would take hours. What the triggers would refuse is not made: `verify_book` finds nothing.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from erec.formats import bank_calendar

HERE = Path(__file__).resolve().parent
BANK = "9999"
PLACES = "青葉 みどり 北川 南台 桜井 富士見 白石 松原 大橋 若葉 日の出 東雲 朝日 中央 明和 三和"
TRADES = "部品 精機 商事 工業 電機 建設 食品 印刷 物流 化学 紙業 繊維 金属 硝子 運輸 農産"
TRIGGERED = (
    "claims_claim",
    "claims_order",
    "claims_recordevent",
    "claims_settlementresult",
    "claims_holding",
    "workflow_request",
    "workflow_version",
    "workflow_decision",
)


class TooFew(ValueError):
    """Claims and requests need two companies with somebody in the service."""


@transaction.atomic
def load(*, companies: int, claims: int, requests: int, today: date) -> None:
    """Add so many of each. The connection is the owner's. Raises TooFew."""
    with connection.cursor() as cursor:
        if companies:
            cursor.execute("SELECT count(*) FROM accounts_company WHERE user_number ~ '^S[0-9]{8}$'")
            cursor.execute(_sql("companies"), _names(cursor.fetchone()[0] + 1, companies))
        if not claims and not requests:
            return
        for table in TRIGGERED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(_sql("parties"))
        cursor.execute("SELECT count(*) FROM party")
        parties = cursor.fetchone()[0]
        if parties < 2:
            raise TooFew("債権と請求には、利用者のいる企業が2社以上必要です。--companies を付けてください。")
        values = {**_dates(today), "parties": parties}
        if claims:
            cursor.execute(_sql("claims"), {**values, "count": claims})
        if requests:
            cursor.execute(_sql("requests"), {**values, "count": requests})
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TRIGGERED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _sql(name: str) -> str:
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def _names(first: int, count: int) -> dict[str, Any]:
    return {
        "first": first,
        "last": first + count - 1,
        "bank": BANK,
        "places": PLACES.split(),
        "place_count": len(PLACES.split()),
        "trades": TRADES.split(),
        "trade_count": len(TRADES.split()),
    }


def _dates(today: date) -> dict[str, Any]:
    coming = sorted({bank_calendar.on_or_after(today + timedelta(days=n)) for n in range(10, 330)})
    past = sorted({bank_calendar.on_or_before(today - timedelta(days=n)) for n in range(20, 200)})
    return {
        "coming": coming,
        "coming_count": len(coming),
        "past": past,
        "past_count": len(past),
        "accrued": bank_calendar.on_or_before(today),
        "long_ago": today - timedelta(days=300),
        "due": coming[60],
        "deadline": f"{coming[0]} 15:00 Asia/Tokyo",
    }
