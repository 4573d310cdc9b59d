"""What can be told, as one table: to whom of a business, how important, and whether by mail too.

Pure data. Steps and receivers as the banks' manuals and FAQ tell them (domain facts §2.5); importance and
what is not named there are inferred (§7: consent asked and errors are 高). `What`'s value is stored and
never changes; a new kind is one member and one row here, and needs no migration.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from erec.members.catalogue import BY_CODE, EVERY_GRANT, OF_MASTERS, Grant, Tick


class Importance(StrEnum):
    """重要度. Stored as it is on the screen."""

    HIGH = "高"
    MEDIUM = "中"
    LOW = "低"


class What(StrEnum):
    """One kind of notice."""

    APPROVAL_ASKED = "approval_asked"
    EXPIRING_SOON = "expiring_soon"
    SENT_BACK = "sent_back"
    PULLED_BACK = "pulled_back"
    APPROVED = "approved"
    APPROVAL_ERROR = "approval_error"
    CONSENT_ASKED = "consent_asked"
    CONSENT_GIVEN = "consent_given"
    DENIED = "denied"
    ANSWER_LAPSED = "answer_lapsed"
    RECORDED = "recorded"
    RECORD_ERROR = "record_error"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    CLAIM_RECEIVED = "claim_received"
    CLAIM_RESERVED = "claim_reserved"
    CLAIM_CANCELLED = "claim_cancelled"
    CLAIM_CHANGED = "claim_changed"
    GUARANTEED = "guaranteed"
    MONEY_RECEIVED = "money_received"
    MONEY_PAID = "money_paid"
    PAYMENT_RECORDED = "payment_recorded"
    DEBIT_COMING = "debit_coming"
    DEFAULTED = "defaulted"
    HALTED = "halted"
    SANCTIONED = "sanctioned"

    @property
    def label(self) -> str:
        return KINDS[self].label

    @property
    def importance(self) -> Importance:
        return KINDS[self].importance


@dataclass(frozen=True)
class Kind:
    """One row. `ticks`: whom of the business it is for. `mail`: unless the person chose otherwise."""

    label: str
    importance: Importance
    ticks: frozenset[Tick]
    mail: bool


MAKER = frozenset({Tick.MAKER})
CHECKER = frozenset({Tick.CHECKER})
BOTH = MAKER | CHECKER
ANY = frozenset(Tick)  # whoever may anything in the business

HIGH, MEDIUM, LOW = Importance.HIGH, Importance.MEDIUM, Importance.LOW

KINDS: Mapping[What, Kind] = {
    What.APPROVAL_ASKED: Kind("承認依頼", MEDIUM, CHECKER, mail=True),
    What.EXPIRING_SOON: Kind("承認の締切が近い請求", HIGH, CHECKER, mail=True),
    What.SENT_BACK: Kind("差戻し", MEDIUM, MAKER, mail=True),
    What.PULLED_BACK: Kind("引戻し", LOW, CHECKER, mail=False),
    What.APPROVED: Kind("承認", LOW, MAKER, mail=True),
    What.APPROVAL_ERROR: Kind("承認時エラー", HIGH, BOTH, mail=True),
    What.CONSENT_ASKED: Kind("承諾依頼", HIGH, BOTH, mail=True),
    What.CONSENT_GIVEN: Kind("承諾", MEDIUM, MAKER, mail=True),
    What.DENIED: Kind("否認", HIGH, BOTH, mail=True),
    What.ANSWER_LAPSED: Kind("承諾の期限切れ", HIGH, BOTH, mail=True),
    What.RECORDED: Kind("記録の完了", MEDIUM, MAKER, mail=True),
    What.RECORD_ERROR: Kind("記録エラー", HIGH, BOTH, mail=True),
    What.LAPSED: Kind("請求の期限切れ", MEDIUM, MAKER, mail=True),
    What.CANCELLED: Kind("取消", MEDIUM, BOTH, mail=True),
    What.CLAIM_RECEIVED: Kind("債権の受取り", MEDIUM, ANY, mail=True),
    What.CLAIM_RESERVED: Kind("債権の予約", MEDIUM, ANY, mail=True),
    What.CLAIM_CANCELLED: Kind("債権の取消", HIGH, ANY, mail=True),
    What.CLAIM_CHANGED: Kind("債権の変更", HIGH, ANY, mail=True),
    What.GUARANTEED: Kind("保証の記録", HIGH, ANY, mail=True),
    What.MONEY_RECEIVED: Kind("入金", MEDIUM, ANY, mail=True),
    What.MONEY_PAID: Kind("支払い", LOW, ANY, mail=False),
    What.PAYMENT_RECORDED: Kind("支払等の記録", MEDIUM, ANY, mail=True),
    What.DEBIT_COMING: Kind("口座間送金決済のご依頼", HIGH, ANY, mail=True),
    What.DEFAULTED: Kind("支払不能", HIGH, ANY, mail=True),
    What.HALTED: Kind("口座間送金決済の中止", HIGH, ANY, mail=True),
    What.SANCTIONED: Kind("取引停止処分", HIGH, ANY, mail=True),
}


def audience(what: What, business: str) -> frozenset[Grant]:
    """The grants that get `what` when it is about `business`; any of them is enough.

    Worked example: (SENT_BACK, "accrual") gives {(accrual, 担当者)}; (MONEY_RECEIVED, "inquiry") gives
    {(inquiry, 利用)}. Empty where the business has none of the ticks: nobody could ever get it.
    """
    ticks = KINDS[what].ticks & set(BY_CODE[business].ticks)
    return frozenset((business, tick) for tick in ticks)


@lru_cache(maxsize=1024)
def seen_with(
    grants: frozenset[Grant], held: frozenset[Grant] = EVERY_GRANT
) -> Mapping[str, tuple[What, ...]]:
    """For each business the kinds that somebody with these grants sees. Every page asks, for its count.

    `held`: what anybody of the company was given. What nobody could see otherwise is seen too, by a master.
    """
    held |= OF_MASTERS
    seen = {
        business.code: tuple(
            what
            for what in What
            if (wanted := audience(what, business.code)) and (wanted & grants or not wanted & held)
        )
        for business in BY_CODE.values()
    }
    return MappingProxyType({code: whats for code, whats in seen.items() if whats})
