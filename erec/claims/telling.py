"""What the book tells the companies: who got what, what was taken back, what was paid."""

from collections.abc import Sequence
from datetime import date

from erec.claims.instructions import Party
from erec.claims.projection import Book
from erec.notices.actions import Telling
from erec.notices.what import What

BUSINESS = "inquiry"  # 債権情報照会: whoever may see the claims hears of them


def received(key: str, book: Book, giver: Party, *, reserved_for: date | None = None) -> Telling:
    """To the obligee or assignee. `giver` is the obligor or the assignor."""
    if reserved_for is None:
        what, subject = What.CLAIM_RECEIVED, f"債権を受け取りました（{giver.name}）"
    else:
        what, subject = What.CLAIM_RESERVED, f"債権を受け取る予約が入りました（{giver.name}）"
    lines = _facts(book)
    if reserved_for is not None:
        lines.append(f"電子記録年月日: {day(reserved_for)}")
    return _telling(what, f"{key}:received:{what}", book.holder, subject, lines, book)


def cancelled(key: str, book: Book, party: Party, what: str, reason: str = "") -> Telling:
    """To a party that did not cancel itself. `what`: 発生の予約, 譲渡, …"""
    lines = [*_facts(book), *([f"理由: {reason}"] if reason else [])]
    subject = f"{what}が取り消されました"
    return _telling(What.CLAIM_CANCELLED, f"{key}:cancelled:{party.company_id}", party, subject, lines, book)


def paid(key: str, book: Book, amount_yen: int) -> list[Telling]:
    obligor, holder = book.obligor, book.holder
    return [
        _telling(
            What.MONEY_RECEIVED,
            f"{key}:in",
            holder,
            f"{_yen(amount_yen)}が入金されました（{obligor.name}）",
            [*_facts(book), f"入金口座: {holder.account}"],
            book,
        ),
        _telling(
            What.MONEY_PAID,
            f"{key}:out",
            obligor,
            f"{_yen(amount_yen)}を支払いました（{holder.name}）",
            [*_facts(book), f"引落口座: {obligor.account}"],
            book,
        ),
    ]


def defaulted(key: str, book: Book, reason: str) -> list[Telling]:
    """To everybody who has a part: the guarantors may be asked to pay next."""
    parties = {p.company_id: p for p in (*book.guarantors, book.holder, book.obligor)}
    lines = [*_facts(book), f"債務者: {book.obligor.name}", f"理由: {reason}"]
    return [
        _telling(What.DEFAULTED, f"{key}:default:{company_id}", party, "支払不能になりました", lines, book)
        for company_id, party in parties.items()
    ]


def debit_coming(
    company_id: int, settle_on: date, needs: Sequence[tuple[str, int, int]], until: str
) -> Telling:
    """To an obligor: (account, claims, yen) for each account, before the day of the debit."""
    total = sum(amount_yen for _, _, amount_yen in needs)
    return Telling(
        What.DEBIT_COMING,
        f"debit:{settle_on.isoformat()}:{company_id}",
        company_id,
        BUSINESS,
        f"口座間送金決済のご依頼（{day(settle_on)}、{_yen(total)}）",
        [
            *(f"{account}　{count}件　{_yen(amount_yen)}" for account, count, amount_yen in needs),
            f"{day(settle_on)}の{until}までに残高が足りないと、支払不能になります。",
        ],
    )


def day(moment: date) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"


def _yen(amount: int) -> str:
    return f"{amount:,}円"


def _facts(book: Book) -> list[str]:
    return [
        f"記録番号: {book.record_number}",
        f"債権金額: {_yen(book.amount_yen)}",
        f"支払期日: {day(book.due_on)}",
    ]


def _telling(what: What, key: str, party: Party, subject: str, lines: Sequence[str], book: Book) -> Telling:
    return Telling(
        what,
        key,
        party.company_id,
        BUSINESS,
        subject,
        tuple(lines),
        record_number=book.record_number,
    )
