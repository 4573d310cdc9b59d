"""支払不能事由: why a claim was not paid on its day, and what follows from it. Pure data (domain facts §4.8).

Three kinds, as in でんさいネット's 支払不能処分制度 ([DN67]): 第0号 does not concern the debtor's credit, no
institution is told and nothing counted; 第1号 is told to all and counted; 第2号 is a debtor who could pay and
disputes that he must: told and counted too, unless he objects (異議申立) in time with a deposit.

Which ground is of which kind: 佐賀銀行 FAQ 6275858644879 (consent, bankruptcy), sankyuu.co.jp でんさい用語集4
(資金不足, 取引なし; 契約不履行, 詐取; 財産保全処分), 信用金庫の利用規定「異議申立」 (不正作出, and that the
deposit for it may be remitted).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """第n号支払不能事由. `announced`: told to all institutions, and counted for 取引停止処分."""

    name: str
    announced: bool
    may_object: bool


KINDS: Mapping[int, Kind] = {
    0: Kind("第0号", announced=False, may_object=False),
    1: Kind("第1号", announced=True, may_object=False),
    2: Kind("第2号", announced=True, may_object=True),
}


@dataclass(frozen=True)
class Ground:
    """One 事由. `of_debtor`: it stands for every claim on this debtor, not for one claim."""

    code: str
    number: int
    label: str
    of_debtor: bool = False
    without_deposit: bool = False  # the deposit may be remitted (預託の免除)

    @property
    def kind(self) -> Kind:
        return KINDS[self.number]


@dataclass(frozen=True)
class Unpaid:
    """Why one claim is not paid."""

    ground: Ground
    objection: bool = False

    @property
    def words(self) -> str:
        """As the parties read it: 「契約不履行（第2号、異議申立あり）」."""
        return f"{self.ground.label}（{self.ground.kind.name}{'、異議申立あり' if self.objection else ''}）"

    @property
    def is_announced(self) -> bool:
        return self.ground.kind.announced and not self.objection


NO_COVER = Ground("no_cover", 1, "決済口座の残高不足")
GROUNDS: Mapping[str, Ground] = {
    ground.code: ground
    for ground in (
        Ground("consent", 0, "債権者の同意による中止"),
        Ground("bankruptcy", 0, "破産手続開始などの決定", of_debtor=True),
        Ground("preservation", 0, "財産保全処分", of_debtor=True),
        NO_COVER,
        Ground("no_account", 1, "取引なし", of_debtor=True),
        Ground("breach", 2, "契約不履行"),
        Ground("fraud", 2, "詐取"),
        Ground("forgery", 2, "不正作出", without_deposit=True),
        Ground("other", 2, "その他の第2号事由"),
    )
}
# What the bank's counter may state before the day; that cover is missing shows on the day itself.
STATED = {ground.label: ground for ground in GROUNDS.values() if ground is not NO_COVER}


@dataclass(frozen=True)
class Ending:
    """How a stop ends. `counted`: a default that the objection kept back is announced and counted now."""

    code: str
    label: str
    counted: bool


# Inferred: who gives up his objection after the day consents to what it kept back.
ENDINGS: Mapping[str, Ending] = {
    ending.label: ending
    for ending in (
        Ending("resolved", "解決", counted=False),
        Ending("no_debt", "支払義務なしの裁判の確定", counted=False),
        Ending("withdrawn", "取下げ", counted=True),
    )
}
