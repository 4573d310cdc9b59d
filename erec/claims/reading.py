"""The book in words, for the eyes of one company: parties, accounts, records, days.

Who assigned a claim is shown to the two companies of that assignment only: 通常開示 leaves 譲渡人 empty
(domain facts §4.8c, [82F6]). An assignor who is guarantor stands among the guarantors all the same.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import SettlementAccount
from erec.claims.default_models import Halt
from erec.claims.grounds import GROUNDS, Unpaid
from erec.claims.instructions import Account
from erec.claims.models import RecordEvent, SettlementResult
from erec.claims.projection import RECOURSE
from erec.partners import banks

Facts = tuple[tuple[str, str], ...]
Kind = RecordEvent.Kind

_KINDS = dict(SettlementAccount.Kind.choices)
_WEEKDAYS = "月火水木金土日"
DELETED = "変更記録（債権の削除）"
CANCELLED = {"accrual": "発生記録の取消", "assignment": "譲渡記録の取消", "division": "分割記録の取消"}


@dataclass(frozen=True)
class Told:
    """One line of a claim's history."""

    on: date
    name: str
    facts: Facts


def history(
    events: Iterable[RecordEvent],
    results: Iterable[SettlementResult],
    company_id: int,
    halts: Iterable[Halt] = (),
) -> list[Told]:
    """The records in their order, with what was stated against the transfer and what came of it between."""
    lines = [(event.recorded_at, _told(event, company_id)) for event in events]
    lines += [(result.recorded_at, _settled(result)) for result in results]
    for halt in halts:
        why = Unpaid(GROUNDS[halt.ground], halt.objection).words
        lines.append((halt.stated_at, Told(halt.stated_on, "口座間送金決済の中止", (("事由", why),))))
        if halt.ended_on and halt.ended_at:
            ended = Told(halt.ended_on, "中止の終了", (("理由", halt.ended_because),))
            lines.append((halt.ended_at, ended))
    return [told for _, told in sorted(lines, key=lambda line: line[0])]


def name_of(event: RecordEvent) -> str:
    """What kind of record it is; of a cancellation also of what."""
    if event.kind == Kind.CANCELLATION:
        return CANCELLED[event.facts["of"]]
    if "delete" in event.facts:
        return DELETED
    return Kind(event.kind).label


def counterpart(event: RecordEvent, company_id: int) -> str:
    """Whom the record concerns beside the company itself. Empty where it names no other."""
    facts = event.facts
    roles = {
        Kind.ACCRUAL: ("obligor", "holder"),
        Kind.ASSIGNMENT: ("assignor", "assignee"),
        Kind.GUARANTEE: ("guarantor",),
        Kind.CHANGE: ("requester", "other") if _concerns(facts, company_id) else (),
        Kind.PAYMENT: ("payer", "payee") if _payee_is_shown(facts, company_id) else ("payer",),
    }
    named = [facts[role] for role in roles.get(Kind(event.kind), ()) if role in facts]
    others = [party["name"] for party in named if party["company_id"] != company_id]
    if len(others) == len(named) and event.kind == Kind.ASSIGNMENT:
        others = others[1:]  # to others than the two companies the assignor is not shown
    return "、".join(others)


def account_words(account: str) -> str:
    """「一〇信用金庫 本店 当座 0123456」 for 9999-101-2-0123456; codes where the list has no name."""
    parts = Account.parse(account)
    bank = banks.bank_name(parts.bank_code) or parts.bank_code
    branch = banks.branch_name(parts.bank_code, parts.branch_code) or parts.branch_code
    return f"{bank} {branch} {_KINDS[parts.kind]} {parts.number}"


def yen(amount: int) -> str:
    return f"{amount:,}円"


def day(on: date) -> str:
    """「2027年2月26日（金）」."""
    return f"{on.year}年{on.month}月{on.day}日（{_WEEKDAYS[on.weekday()]}）"


def distance(on: date, today: date) -> str:
    """「98日後」, 「本日」, 「3日前」."""
    days = (on - today).days
    return "本日" if days == 0 else f"{days}日後" if days > 0 else f"{-days}日前"


def time_left(until: datetime, now: datetime) -> str:
    """「あと7日」, on the last day 「あと3時間20分」; never more than there is."""
    left = until - now
    if left.days:
        return f"あと{left.days}日"
    hours, seconds = divmod(left, timedelta(hours=1))
    minutes = seconds // timedelta(minutes=1)
    return f"あと{hours}時間{minutes}分" if hours else f"あと{minutes}分"


def _told(event: RecordEvent, company_id: int) -> Told:
    return Told(event.recorded_on, name_of(event), _FACTS[Kind(event.kind)](event.facts, company_id))


def _settled(result: SettlementResult) -> Told:
    name = "口座間送金決済" if result.outcome == SettlementResult.Outcome.PAID else "支払不能"
    facts: Facts = (("金額", yen(result.amount_yen)),)
    return Told(result.settled_on, name, (*facts, ("理由", result.reason)) if result.reason else facts)


def _party(party: Mapping[str, Any]) -> str:
    return f"{party['name']}（{party['user_number']}）"


def _accrued(facts: Mapping[str, Any], company_id: int) -> Facts:
    return (
        ("債権金額", yen(facts["amount_yen"])),
        ("債務者", _party(facts["obligor"])),
        ("債権者", _party(facts["holder"])),
        ("支払期日", day(date.fromisoformat(facts["due_on"]))),
    )


def _assigned(facts: Mapping[str, Any], company_id: int) -> Facts:
    assignor, assignee = facts["assignor"], facts["assignee"]
    shown: Facts = (("譲受人", _party(assignee)),)
    if company_id in (assignor["company_id"], assignee["company_id"]):
        shown = (("譲渡人", _party(assignor)), *shown)
    return shown


def _divided(facts: Mapping[str, Any], company_id: int) -> Facts:
    if "child" in facts:
        return (("分割した金額", yen(facts["amount_yen"])), ("分割先の記録番号", facts["child"]))
    return (("分割された金額", yen(facts["amount_yen"])), ("原債権の記録番号", facts["parent"]))


def _guaranteed(facts: Mapping[str, Any], company_id: int) -> Facts:
    return (("保証人", _party(facts["guarantor"])), *_reference(facts, company_id))


def _paid(facts: Mapping[str, Any], company_id: int) -> Facts:
    """Of an account transfer no parties are named: they are the claim's."""
    shown: Facts = (
        ("支払等の金額", yen(facts["amount_yen"])),
        ("原因", facts["cause"]),
        ("支払日", day(date.fromisoformat(facts["paid_on"]))),
    )
    if "payer" not in facts:
        return shown
    shown = (*shown, ("支払った企業", _party(facts["payer"])))
    if _payee_is_shown(facts, company_id):
        shown = (*shown, ("受け取った企業", _party(facts["payee"])))
    return (*shown, *_reference(facts, company_id))


def _payee_is_shown(facts: Mapping[str, Any], company_id: int) -> bool:
    """A holder who left since is named to the two companies only; a guarantor is known to all."""
    return "payee" in facts and (facts["to"] == RECOURSE or _concerns(facts, company_id))


def _concerns(facts: Mapping[str, Any], company_id: int) -> bool:
    """Whether the company is one of the two that the record was made between."""
    roles = ("requester", "other", "guarantor", "payer", "payee")
    return company_id in [facts[role]["company_id"] for role in roles if role in facts]


def _reference(facts: Mapping[str, Any], company_id: int) -> Facts:
    """依頼人Ref.No., to the two companies only."""
    shown = facts.get("reference") and _concerns(facts, company_id)
    return (("依頼人Ref.No.", facts["reference"]),) if shown else ()


def _cancelled(facts: Mapping[str, Any], company_id: int) -> Facts:
    if "child" in facts:
        return (("戻った金額", yen(facts["amount_yen"])), ("分割先の記録番号", facts["child"]))
    return (("請求", "自社" if facts["by_company_id"] == company_id else "相手方"),)


def _changed(facts: Mapping[str, Any], company_id: int) -> Facts:
    """Each thing that is otherwise now, before and after."""
    found: Facts = tuple(
        (label, f"{words(facts['before'][name])} → {words(facts[name])}")
        for name, label, words in _CHANGEABLE
        if name in facts
    )
    return (*found, *_reference(facts, company_id))


_CHANGEABLE: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("due_on", "支払期日", lambda iso: day(date.fromisoformat(iso))),
    ("amount_yen", "債権金額", yen),
    ("restricted", "譲渡制限", lambda restricted: "有" if restricted else "無"),
)


_FACTS: dict[Kind, Callable[[Mapping[str, Any], int], Facts]] = {
    Kind.ACCRUAL: _accrued,
    Kind.ASSIGNMENT: _assigned,
    Kind.DIVISION: _divided,
    Kind.GUARANTEE: _guaranteed,
    Kind.CHANGE: _changed,
    Kind.PAYMENT: _paid,
    Kind.CANCELLATION: _cancelled,
}
