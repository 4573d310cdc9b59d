"""勘定科目 by what they are for: a company says once which of its own accounts stands for each role.

The names are what accounts are usually called; a company's own name takes its place. Tax codes are those
that were seen in files of the accounting software (00 消費税に関係ない科目, Q5 課税仕入10%); the company may
set others, because readings of the law differ for what is sold on (ask the tax accountant).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    RECEIVABLE = "receivable", "電子記録債権"
    PAYABLE = "payable", "電子記録債務"
    DISCOUNTED = "discounted", "割引電子記録債権（評価勘定）"
    ENDORSED = "endorsed", "裏書電子記録債権（評価勘定）"
    OTHER_RECEIVABLE = "other_receivable", "営業外電子記録債権"
    OTHER_PAYABLE = "other_payable", "営業外電子記録債務"
    DISHONOURED = "dishonoured", "支払不能となった電子記録債権"
    DISHONOURED_DEBT = "dishonoured_debt", "支払不能となった電子記録債務"
    SALES = "sales", "売掛金（電子記録債権を受け取るとき）"
    PURCHASES = "purchases", "買掛金（電子記録債権で支払うとき）"
    ACCRUED_REVENUE = "accrued_revenue", "未収入金（営業外の電子記録債権を受け取るとき）"
    ACCRUED_EXPENSE = "accrued_expense", "未払金（営業外の電子記録債権で支払うとき）"
    BILLS_RECEIVABLE = "bills_receivable", "受取手形（でんさいへ切り替えるとき）"
    BILLS_PAYABLE = "bills_payable", "支払手形（でんさいへ切り替えるとき）"
    BANK = "bank", "預金（決済口座）"
    DISCOUNT_LOSS = "discount_loss", "電子記録債権の割引料"
    LOAN = "loan", "譲渡担保による借入金"
    INTEREST = "interest", "借入の利息・手数料（入金額との差額）"
    FEE = "fee", "手数料（受取人負担として差し引いた額）"
    RECOURSE = "recourse", "保証人として支払った金額（特別求償権）"
    RELEASE_LOSS = "release_loss", "支払の免除による損失"
    RELEASE_GAIN = "release_gain", "支払の免除による利益"
    UNCLEAR = "unclear", "原因が「その他」の支払（仮勘定）"


class Sub(StrEnum):
    """What the account's 補助科目 is."""

    NONE = "なし"
    PARTNER = "取引先"  # the code that `accounting` keeps for a counterparty
    OWN_ACCOUNT = "決済口座"  # 会社口座


@dataclass(frozen=True)
class Usual:
    """What a company starts with."""

    name: str
    sub: Sub
    tax: str = "00"
    about: str = ""


USUAL: dict[Role, Usual] = {
    Role.RECEIVABLE: Usual("電子記録債権", Sub.PARTNER),
    Role.PAYABLE: Usual("電子記録債務", Sub.PARTNER),
    Role.DISCOUNTED: Usual("割引電記債権", Sub.PARTNER, about="評価勘定法だけで使います。"),
    Role.ENDORSED: Usual("裏書電記債権", Sub.PARTNER, about="評価勘定法だけで使います。"),
    Role.OTHER_RECEIVABLE: Usual("営業外電記債権", Sub.PARTNER),
    Role.OTHER_PAYABLE: Usual("営業外電記債務", Sub.PARTNER),
    Role.DISHONOURED: Usual("不渡電記債権", Sub.PARTNER, about="売掛金に振り戻すなら、その科目にします。"),
    Role.DISHONOURED_DEBT: Usual("未払金", Sub.PARTNER, about="買掛金に振り戻すなら、その科目にします。"),
    Role.SALES: Usual("売掛金", Sub.PARTNER),
    Role.PURCHASES: Usual("買掛金", Sub.PARTNER),
    Role.ACCRUED_REVENUE: Usual("未収入金", Sub.PARTNER),
    Role.ACCRUED_EXPENSE: Usual("未払金", Sub.PARTNER),
    Role.BILLS_RECEIVABLE: Usual("受取手形", Sub.PARTNER),
    Role.BILLS_PAYABLE: Usual("支払手形", Sub.PARTNER),
    Role.BANK: Usual(
        "当座預金", Sub.OWN_ACCOUNT, about="会社口座に科目があれば、口座ごとにその科目と補助を使います。"
    ),
    Role.DISCOUNT_LOSS: Usual("電記債権売却損", Sub.NONE),
    Role.LOAN: Usual("短期借入金", Sub.NONE),
    Role.INTEREST: Usual("支払利息", Sub.NONE),
    Role.FEE: Usual("支払手数料", Sub.NONE, "Q5"),
    Role.RECOURSE: Usual("未収入金", Sub.PARTNER),
    Role.RELEASE_LOSS: Usual("貸倒損失", Sub.NONE),
    Role.RELEASE_GAIN: Usual("債務免除益", Sub.NONE),
    Role.UNCLEAR: Usual("仮払金", Sub.NONE),
}
