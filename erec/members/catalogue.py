"""業務権限: the businesses of the service and who may be what in each, as one table.

Pure data. The permission screen, the tabs, the checks and `manage.py permissions` read it. Rows are the
union of the menus and the three kinds that the banks' manuals print (domain facts §1.1, §1.2); how a
menu splits into rows is inferred there.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Steps until a business takes effect."""

    DIRECT = "承認不要業務"  # one user alone
    APPROVAL = "承認対象業務"  # maker, then checker
    CONSENT = "承諾対象業務"  # and then the other company's maker and checker


class Tick(StrEnum):
    """What a user may be in a business."""

    USE = "利用"
    MAKER = "担当者"
    CHECKER = "承認者"


class Tab(StrEnum):
    """The service's main tabs, in their order on the screen."""

    TOP = "トップ"
    INQUIRY = "債権情報照会"
    ACCRUAL = "債権発生請求"
    ASSIGNMENT = "債権譲渡請求"
    BATCH = "債権一括請求"
    FINANCING = "融資申込"
    OTHER = "その他請求"
    ACCOUNTING = "会計データ"
    ADMINISTRATION = "管理業務"


@dataclass(frozen=True)
class Business:
    """One row of the 権限リスト. `code` is stored and never changes."""

    code: str
    name: str
    kind: Kind
    tab: Tab
    includes: str = ""
    implies: str = ""  # a business of kind DIRECT that comes with any tick of this one

    @property
    def ticks(self) -> tuple[Tick, ...]:
        return (Tick.USE,) if self.kind is Kind.DIRECT else (Tick.MAKER, Tick.CHECKER)


PARTNERS = "partners"

CATALOGUE: tuple[Business, ...] = (
    Business("inquiry", "債権情報照会（開示）", Kind.DIRECT, Tab.INQUIRY),
    Business("financing_inquiry", "融資申込（照会）", Kind.DIRECT, Tab.FINANCING),
    # Ours: no bank's manual prints it. What it shows is the whole company's, whatever accounts a user has.
    Business(
        "accounting", "会計データ", Kind.DIRECT, Tab.ACCOUNTING, "期日管理帳票・仕訳データ・会計ソフトの台帳"
    ),
    Business("trade_history", "取引履歴照会", Kind.DIRECT, Tab.ADMINISTRATION),
    Business("operation_history", "操作履歴照会", Kind.DIRECT, Tab.ADMINISTRATION),
    Business(PARTNERS, "取引先管理", Kind.DIRECT, Tab.ADMINISTRATION),
    Business("member_inquiry", "利用者情報照会", Kind.DIRECT, Tab.ADMINISTRATION),
    Business("accrual", "債権発生請求", Kind.CONSENT, Tab.ACCRUAL, "債務者請求・債権者請求", PARTNERS),
    Business("assignment", "債権譲渡請求", Kind.APPROVAL, Tab.ASSIGNMENT, "譲渡・分割譲渡", PARTNERS),
    Business("batch", "債権一括請求", Kind.APPROVAL, Tab.BATCH, "ファイルでの一括請求", PARTNERS),
    Business("financing", "融資申込", Kind.APPROVAL, Tab.FINANCING, "割引申込・譲渡担保申込"),
    Business("other", "その他請求", Kind.CONSENT, Tab.OTHER, "変更記録・保証記録・支払等記録", PARTNERS),
    Business("designated", "指定許可管理", Kind.APPROVAL, Tab.ADMINISTRATION),
)

# What masters do to users, where one master's act waits for another's approval. No row of the 権限リスト:
# a master holds it by being one, and nobody can be given it (the database's check knows CATALOGUE only).
MASTERS = Business("masters", "マスターユーザの操作", Kind.APPROVAL, Tab.ADMINISTRATION)

BY_CODE = {business.code: business for business in (*CATALOGUE, MASTERS)}

Grant = tuple[str, Tick]  # a business's code and a tick

EVERY_GRANT: frozenset[Grant] = frozenset((b.code, tick) for b in CATALOGUE for tick in b.ticks)
OF_MASTERS: frozenset[Grant] = frozenset((MASTERS.code, tick) for tick in MASTERS.ticks)


def with_implied(grants: frozenset[Grant]) -> frozenset[Grant]:
    """What is granted when these are ticked: 記録請求 brings 取引先管理 (domain facts §1.2).

    Worked example: {(accrual, 担当者)} gives {(accrual, 担当者), (partners, 利用)}.
    """
    implied = {(BY_CODE[code].implies, Tick.USE) for code, _ in grants if BY_CODE[code].implies}
    return grants | implied


def has_checker(grants: frozenset[Grant]) -> bool:
    return any(tick is Tick.CHECKER for _, tick in grants)


def tabs_for(grants: frozenset[Grant]) -> tuple[Tab, ...]:
    """The tabs that a person sees: only what he may open. 管理業務 holds everybody's own settings."""
    seen = {BY_CODE[code].tab for code, _ in grants} | {Tab.TOP, Tab.ADMINISTRATION}
    return tuple(tab for tab in Tab if tab in seen)
