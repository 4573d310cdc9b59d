"""What each event in the life of a claim enters, by the side that the company stands on, as one table.

Sources: ASBJ 実務対応報告第27号 (like bills: 手形に準じる; a loan against a claim stays a loan) and what
PCA's manual says of the accounts that its reports collect: 割引電子記録債権 and 裏書電子記録債権 are
liabilities there, which is the 評価勘定法. What neither says is marked (inferred).

数字１ (支払期日) and 数字２ (記録番号) stand on increases alone: PCA collects by them what arose. What a
cancelled or changed record had entered is entered again with a minus and with the same 数字１ and 数字２, so
that what is collected adds up to what is left (inferred: 赤黒).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import models

from erec.claims.instructions import Cause
from erec.journals.roles import Role


class Method(models.TextChoices):
    """How a claim that was discounted or assigned with 保証 leaves the books."""

    DIRECT = "direct", "直接法（電子記録債権を減らす）"
    CONTRA = "contra", "評価勘定法（割引・裏書の評価勘定を立てる）"


class Moment(models.TextChoices):
    """What happened, as the company sees it."""

    ACCRUED_IN = "accrued_in", "発生（債権者）"
    ACCRUED_OUT = "accrued_out", "発生（債務者）"
    RECEIVED = "received", "譲受"
    RECEIVED_UNPAID = "received_unpaid", "支払不能の債権の譲受（買戻し）"
    ENDORSED = "endorsed", "譲渡（保証あり）"
    ASSIGNED = "assigned", "譲渡（保証なし）"
    DISCOUNTED = "discounted", "割引"
    CLEARED_ENDORSED = "cleared_endorsed", "裏書の消滅"
    CLEARED_DISCOUNTED = "cleared_discounted", "割引の消滅"
    SETTLED_IN = "settled_in", "決済（債権者）"
    SETTLED_OUT = "settled_out", "決済（債務者）"
    SETTLED_SECURED = "settled_secured", "担保の債権の支払"
    UNPAID_IN = "unpaid_in", "支払不能（債権者）"
    UNPAID_OUT = "unpaid_out", "支払不能（債務者）"
    PAID_IN = "paid_in", "支払等（受取）"
    PAID_OUT = "paid_out", "支払等（支払）"
    MERGED = "merged", "混同"
    GUARANTOR_PAID = "guarantor_paid", "保証人としての支払"
    GUARANTOR_PAID_SECURED = "guarantor_paid_secured", "担保の債権を保証人として支払"
    TAKEN_OVER = "taken_over", "保証人による支払（債務者）"
    RECOURSE_IN = "recourse_in", "求償した金額の受取"
    RECOURSE_OUT = "recourse_out", "求償された金額の支払"
    LOAN_TAKEN = "loan_taken", "譲渡担保の借入"
    LOAN_REPAID = "loan_repaid", "借入の返済"
    LOAN_EXCESS = "loan_excess", "借入を超えた金額の入金"
    CHANGED = "changed", "変更"
    CANCELLED = "cancelled", "取消"


class Who(StrEnum):
    """Whose 補助科目 a side bears."""

    NOBODY = ""
    ORIGIN = "origin"  # from whom the claim came: the debtor, or the assignor
    PAYEE = "payee"  # the first creditor, to whom the debtor entered its debt
    ASSIGNEE = "assignee"
    OPPOSITE = "opposite"  # the other company of a payment
    DEBTOR = "debtor"


class Sum(StrEnum):
    """Which of a moment's amounts a side bears."""

    AMOUNT = "amount"
    PROCEEDS = "proceeds"  # 入金額
    LESS = "less"  # what the proceeds are less than the amount: 割引料, 利息
    FEE = "fee"


@dataclass(frozen=True)
class Side:
    """One side of a line; without a role the counter account of the payment's 原因."""

    role: Role | None
    who: Who = Who.NOBODY
    sum: Sum = Sum.AMOUNT


@dataclass(frozen=True)
class Rule:
    """One line. `increase`: what PCA collects, with 数字１ and 数字２. `method`: of that one only."""

    debit: Side | None
    credit: Side | None
    increase: bool = False
    method: Method | None = None


R, W = Role, Who
RECEIVABLE, PAYABLE = Side(R.RECEIVABLE, W.ORIGIN), Side(R.PAYABLE, W.PAYEE)
SALES, PURCHASES = Side(R.SALES, W.ORIGIN), Side(R.PURCHASES, W.PAYEE)
BANK, COUNTER = Side(R.BANK), Side(None, W.OPPOSITE)
ENDORSED, DISCOUNTED = Side(R.ENDORSED, W.ASSIGNEE), Side(R.DISCOUNTED, W.ORIGIN)
PAID_WITH = Side(R.PURCHASES, W.ASSIGNEE)
PROCEEDS, LESS = Side(R.BANK, sum=Sum.PROCEEDS), Side(R.DISCOUNT_LOSS, sum=Sum.LESS)
RECOURSE = Side(R.RECOURSE, W.DEBTOR)
DIRECT, CONTRA = Method.DIRECT, Method.CONTRA

RULES: Mapping[Moment, Sequence[Rule]] = {
    Moment.ACCRUED_IN: (Rule(RECEIVABLE, SALES, increase=True),),
    Moment.ACCRUED_OUT: (
        Rule(PURCHASES, PAYABLE, increase=True),
        # 受取人負担: the fee was taken off what was owed, and is the company's to pay to its bank (inferred).
        Rule(Side(R.PURCHASES, W.PAYEE, Sum.FEE), Side(R.FEE, sum=Sum.FEE)),
    ),
    Moment.RECEIVED: (Rule(RECEIVABLE, SALES, increase=True),),
    Moment.RECEIVED_UNPAID: (Rule(RECEIVABLE, BANK),),
    Moment.ENDORSED: (
        Rule(PAID_WITH, RECEIVABLE, method=DIRECT),
        Rule(PAID_WITH, ENDORSED, increase=True, method=CONTRA),
    ),
    Moment.ASSIGNED: (Rule(PAID_WITH, RECEIVABLE),),
    Moment.DISCOUNTED: (
        Rule(PROCEEDS, RECEIVABLE, method=DIRECT),
        Rule(PROCEEDS, DISCOUNTED, increase=True, method=CONTRA),
        Rule(LESS, None),
    ),
    Moment.CLEARED_ENDORSED: (Rule(ENDORSED, RECEIVABLE, method=CONTRA),),
    Moment.CLEARED_DISCOUNTED: (Rule(DISCOUNTED, RECEIVABLE, method=CONTRA),),
    Moment.SETTLED_IN: (Rule(BANK, RECEIVABLE),),
    Moment.SETTLED_OUT: (Rule(PAYABLE, BANK),),
    # What the debtor pays goes into the loan; what exceeds it comes back (LOAN_EXCESS).
    Moment.SETTLED_SECURED: (Rule(Side(R.LOAN), RECEIVABLE),),
    Moment.UNPAID_IN: (Rule(Side(R.DISHONOURED, W.ORIGIN), RECEIVABLE),),
    Moment.UNPAID_OUT: (Rule(PAYABLE, Side(R.DISHONOURED_DEBT, W.PAYEE)),),
    Moment.PAID_IN: (Rule(COUNTER, RECEIVABLE),),
    Moment.PAID_OUT: (Rule(PAYABLE, COUNTER),),
    Moment.MERGED: (Rule(PAYABLE, RECEIVABLE),),
    Moment.GUARANTOR_PAID: (Rule(RECOURSE, COUNTER),),
    Moment.GUARANTOR_PAID_SECURED: (Rule(Side(R.LOAN), COUNTER), Rule(RECOURSE, RECEIVABLE)),
    Moment.TAKEN_OVER: (Rule(PAYABLE, Side(R.DISHONOURED_DEBT, W.PAYEE)),),
    Moment.RECOURSE_IN: (Rule(COUNTER, RECOURSE),),
    Moment.RECOURSE_OUT: (Rule(Side(R.DISHONOURED_DEBT, W.PAYEE), COUNTER),),
    Moment.LOAN_TAKEN: (Rule(PROCEEDS, Side(R.LOAN)), Rule(Side(R.INTEREST, sum=Sum.LESS), None)),
    Moment.LOAN_REPAID: (Rule(Side(R.LOAN), BANK),),
    Moment.LOAN_EXCESS: (Rule(BANK, Side(R.LOAN)),),
}

# The counter account of a payment outside the account transfer, by its 原因, for who is paid and who pays.
# 相殺: with what the company owes the payer, or the payee owes it (inferred). 混同 is a moment of its own.
PAID_BY: Mapping[str, Role] = {
    Cause.PERFORMANCE: R.BANK,
    Cause.SET_OFF: R.PURCHASES,
    Cause.RELEASE: R.RELEASE_LOSS,
    Cause.OTHER: R.UNCLEAR,
}
PAYS_BY: Mapping[str, Role] = {
    Cause.PERFORMANCE: R.BANK,
    Cause.SET_OFF: R.SALES,
    Cause.RELEASE: R.RELEASE_GAIN,
    Cause.OTHER: R.UNCLEAR,
}
# A claim that is 支払不能 stands in other accounts; so does one that is not from trade (営業外).
WHEN_UNPAID: Mapping[Role, Role] = {R.RECEIVABLE: R.DISHONOURED, R.PAYABLE: R.DISHONOURED_DEBT}
WHEN_OTHER: Mapping[Role, Role] = {
    R.RECEIVABLE: R.OTHER_RECEIVABLE,
    R.PAYABLE: R.OTHER_PAYABLE,
    R.SALES: R.ACCRUED_REVENUE,
    R.PURCHASES: R.ACCRUED_EXPENSE,
}
# A claim that took a paper bill's place (でんさいへ切替) is no new trade debt: it stands against the bill.
WHEN_FROM_BILL: Mapping[Role, Role] = {R.SALES: R.BILLS_RECEIVABLE, R.PURCHASES: R.BILLS_PAYABLE}
FROM_BILL = frozenset({Moment.ACCRUED_IN, Moment.ACCRUED_OUT})
# What WHEN_OTHER touches where the claim arises or comes; with a 営業外 claim a trade debt may be paid.
OTHER_COUNTERS = frozenset({Moment.ACCRUED_IN, Moment.ACCRUED_OUT, Moment.RECEIVED})


def role_of(role: Role, moment: Moment, *, is_other: bool, unpaid: bool, from_bill: bool) -> Role:
    """The role in which a rule's role stands for this claim."""
    if from_bill and moment in FROM_BILL:
        role = WHEN_FROM_BILL.get(role, role)
    if unpaid and moment not in (Moment.CLEARED_ENDORSED, Moment.CLEARED_DISCOUNTED):
        role = WHEN_UNPAID.get(role, role)
    if is_other and (role in (R.RECEIVABLE, R.PAYABLE) or moment in OTHER_COUNTERS):
        role = WHEN_OTHER.get(role, role)
    return role
