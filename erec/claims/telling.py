"""What the book tells the companies: who got what, what was taken back or changed, what was paid."""

from collections.abc import Sequence
from datetime import date

from erec.claims.instructions import Party, Payment
from erec.claims.models import Claim, Sanction
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
    if book.state == Claim.State.DEFAULTED:
        lines.append("支払期日に支払われなかった債権です（支払不能）。口座間送金決済は行われません。")
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
    lines = [*_facts(book), f"債務者: {book.obligor.name}", f"理由: {reason}"]
    return _to_parties(What.DEFAULTED, f"{key}:default", book, "支払不能になりました", lines)


def halted(key: str, book: Book, ground: str) -> list[Telling]:
    """口座間送金決済の中止: to everybody who has a part, before the day on which no money comes."""
    lines = [*_facts(book), f"債務者: {book.obligor.name}", f"事由: {ground}"]
    lines.append("支払期日に、口座間送金決済は行われません。")
    return _to_parties(What.HALTED, key, book, "口座間送金決済が中止されました", lines)


def halt_ended(key: str, book: Book, because: str, runs_again: bool) -> list[Telling]:
    """The 中止 or its 異議申立 is over: before the day the money comes after all."""
    lines = [*_facts(book), f"債務者: {book.obligor.name}", f"終了の理由: {because}"]
    if runs_again:
        lines.append("支払期日に、口座間送金決済が行われます。")
    return _to_parties(What.HALTED, key, book, "口座間送金決済の中止が終わりました", lines)


def sanctioned(sanction: Sanction) -> Telling:
    """取引停止処分: to the debtor alone."""
    span = f"{day(sanction.starts_on)}から{day(sanction.ends_on)}まで"
    return Telling(
        What.SANCTIONED,
        f"sanction:{sanction.pk}",
        sanction.company_id,
        BUSINESS,
        f"取引停止処分を受けました（{span}）",
        [
            f"理由: {sanction.reason}",
            f"期間: {span}",
            "この期間は、債務者や保証人になる請求と、融資の申込みができません。"
            "債権を受け取ること、譲渡することはできます。",
            "取引店に連絡してください。",
        ],
    )


def _to_parties(what: What, key: str, book: Book, subject: str, lines: Sequence[str]) -> list[Telling]:
    return [
        _telling(what, f"{key}:{party.company_id}", party, subject, lines, book) for party in book.parties
    ]


def guaranteed(key: str, book: Book, guarantor: Party) -> Telling:
    """To the guarantor: what he answers for from now on."""
    lines = [*_facts(book), f"債務者: {book.obligor.name}", f"債権者: {book.holder.name}"]
    lines.append("債務者が支払わないときは、支払う義務があります。")
    subject = f"保証人になりました（債務者 {book.obligor.name}）"
    return _telling(What.GUARANTEED, f"{key}:guaranteed", guarantor, subject, lines, book)


def changed(key: str, was: Book, book: Book, other: Party) -> Telling:
    """To the company that consented; the other one asked for it."""
    if book.state == Claim.State.CANCELLED:
        return cancelled(key, book, other, "債権（債権の削除）")
    lines = [*_facts(book), f"変更前: 債権金額 {_yen(was.amount_yen)}、支払期日 {day(was.due_on)}"]
    return _telling(What.CLAIM_CHANGED, f"{key}:changed", other, "債権が変更されました", lines, book)


def payment_recorded(key: str, book: Book, payment: Payment, but: Party) -> list[Telling]:
    """支払等 outside the account transfer: to everybody who has a part, but to who asked for it."""
    lines = [
        *_facts(book),
        f"支払等の金額: {_yen(payment.amount_yen)}",
        f"支払った企業: {payment.payer.name}",
        f"原因: {payment.cause.value}",
        f"支払等の日: {day(payment.paid_on)}",
        f"債権者への残り: {_yen(book.open_yen)}",
    ]
    subject = f"支払等が記録されました（{_yen(payment.amount_yen)}）"
    told = _to_parties(What.PAYMENT_RECORDED, f"{key}:payment", book, subject, lines)
    return [telling for telling in told if telling.company_id != but.company_id]


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
