"""What stands in the four tables of 電子記録債権期日管理帳票: one row a table, the same as in the README.

Sources: domain facts of the accounting export (§1.6 the layout, §3.2 the entries, §3.4 what PCA collects:
発生分 are the increases of the account, each with 支払期日 and 記録番号). What is not said there is marked
(inferred) in `RULES`. The journals follow the same rules, so that 残高 is the balance of the accounts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LAYOUT = "電子記録債権期日管理帳票"


class Basis(StrEnum):
    """発生分: everything that entered, with its face amount, however it ended. 残高: what stands on a day."""

    ACCRUED = "発生分"
    BALANCE = "残高"


class Name(StrEnum):
    """The tables, as the layout prints them without their brackets."""

    CLAIMS = "電子記録債権"
    DEBTS = "電子記録債務"
    DISCOUNTED = "割引電子記録債権"
    ENDORSED = "裏書電子記録債権"


@dataclass(frozen=True)
class Definition:
    """One table in words: whose name, which number and amount, when a row enters and leaves (残高)."""

    name: Name
    party: str
    number: str
    amount: str
    enters: str
    leaves: str


DEFINITIONS: Sequence[Definition] = (
    Definition(
        Name.CLAIMS,
        party="取引先: from whom it came (発生: the debtor; 譲受: the assignor)",
        number="the claim's",
        amount="発生分: when it came, 変更 included; 残高: what is held and not paid",
        enters="発生記録, or 譲渡記録 to the company",
        leaves="決済, 支払等, 支払不能, 譲渡 (also 割引), 取消",
    ),
    Definition(
        Name.DEBTS,
        party="支払先: the first creditor; 銀行名: the paying account's bank",
        number="the first claim's; what was divided off stays under it",
        amount="発生分: all of it, 変更 included; 残高: what of the whole family is not paid",
        enters="発生記録",
        leaves="決済, 支払等, 支払不能, 取消; a 譲渡 changes nothing",
    ),
    Definition(
        Name.DISCOUNTED,
        party="銀行名: the discounting bank; 取引先: from whom it came to the company",
        number="what was assigned: the child's, if it was divided off",
        amount="the face amount; 残高: what of it is not paid",
        enters="譲渡記録 of a 割引",
        leaves="決済, 支払等 (whoever pays); the company holds it again; 取消. Not by 支払不能",
    ),
    Definition(
        Name.ENDORSED,
        party="支払先: the assignee; 譲渡事由: what it paid (the company's setting)",
        number="what was assigned: the child's, if it was divided off",
        amount="the face amount; 残高: what of it is not paid",
        enters="譲渡記録 with 保証, but no 割引 and no 譲渡担保",
        leaves="決済, 支払等 (whoever pays); the company holds it again; 取消. Not by 支払不能",
    ),
)

BY_NAME: Mapping[str, Definition] = {definition.name: definition for definition in DEFINITIONS}

RULES: Mapping[str, str] = {
    "day": "A record counts from its 電子記録年月日; 口座間送金決済 and 支払不能 from the day they were "
    "processed. 支払等の日 and when it was typed do not matter: a day that is over never changes (inferred).",
    "range": "The range is of 支払期日 as they stood on the day asked for, both ends included.",
    "発生分": "What was cancelled (取消, 債権の削除) is gone; 変更記録 shows its new 支払期日 and amount. "
    "Without a day: everything recorded so far.",
    "予約": "In no table before its day.",
    "分割": "The parent's row keeps its 発生分; in 残高 it is what is left. What was divided off and came "
    "back, or stayed with the company, has a row of its own in 残高 only.",
    "譲渡担保": "Stays in 電子記録債権, under the number with which the bank holds it, until the debtor "
    "pays; given back it is no new row.",
    "無保証の譲渡": "Leaves 電子記録債権 and enters no other table: nothing can fall back on the company.",
    "支払不能": "Leaves 電子記録債権 and 電子記録債務 on that day, for the accounts that the company chose; "
    "what comes to the company when it is 支払不能 already (bought back) makes no row (inferred).",
    "買戻・求償": "割引 and 裏書 leave as the holder is paid, by the debtor or a guarantor; 特別求償権 is in "
    "no table (inferred).",
    "一括": "One request of many lines is one row a claim: each has its own number.",
    "注記": "割引高 and 裏書譲渡高 of a day are the totals of 残高 of these two tables.",
}
