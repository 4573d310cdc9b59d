"""融資申込: the application as a whole, its claims, and every step that it took.

Who writes: `actions` what people and the institution decide, `money` what is paid. The request in which it
was entered and the demand that the institution answers are the workflow's; here is what comes of them.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Company

REMARKS_MAX = 250
BECAUSE_MAX = 200


class Application(models.Model):
    """割引申込 or 譲渡担保申込 of one company, from its approval on (domain facts §4.8b)."""

    class Kind(models.TextChoices):
        DISCOUNT = "discount", "割引"
        COLLATERAL = "collateral", "譲渡担保"

    class State(models.TextChoices):
        ASKED = "asked", "金融機関の回答待ち"
        ACCEPTED = "accepted", "譲渡待ち"
        ASSIGNED = "assigned", "実行待ち"
        EXECUTED = "executed", "実行済"
        REPAID = "repaid", "完済"
        DECLINED = "declined", "否認"
        LAPSED = "lapsed", "期限切れ"
        WITHDRAWN = "withdrawn", "取消"
        FAILED = "failed", "不成立"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    application_no = models.CharField("申込番号", max_length=16, unique=True)
    request_no = models.CharField("請求番号", max_length=14)
    kind = models.CharField("種類", max_length=10, choices=Kind)
    state = models.CharField("状態", max_length=10, choices=State, default=State.ASKED)
    wished_on = models.DateField("希望日")  # 譲渡日 = 担保設定日 = 実行日
    account = models.CharField("入金口座", max_length=18)
    amount_yen = models.BigIntegerField("申込金額")
    loan_yen = models.BigIntegerField("希望借入金額", null=True, blank=True)
    repay_on = models.DateField("返済期日", null=True, blank=True)
    remarks = models.CharField("連絡事項", max_length=REMARKS_MAX, blank=True)
    applied_at = models.DateTimeField("申込日時")
    answer_until = models.DateTimeField("回答期限")
    answered_at = models.DateTimeField("回答日時", null=True, blank=True)
    because = models.CharField("理由", max_length=BECAUSE_MAX, blank=True)
    rate = models.DecimalField("利率（年%）", max_digits=6, decimal_places=3, null=True, blank=True)
    granted_yen = models.BigIntegerField("承諾額", null=True, blank=True)  # 割引 claims; the loan of 譲渡担保
    paid_yen = models.BigIntegerField("実行額", default=0)
    paid_on = models.DateField("実行日", null=True, blank=True)
    owed_yen = models.BigIntegerField("借入残高", default=0)

    class Meta:
        verbose_name = "融資申込"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "request_no"], name="application_of_one_request"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "asked",
                        "accepted",
                        "assigned",
                        "executed",
                        "repaid",
                        "declined",
                        "lapsed",
                        "withdrawn",
                        "failed",
                    ]
                ),
                name="application_state_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="discount", loan_yen=None, repay_on=None, owed_yen=0)
                | Q(kind="collateral", loan_yen__gt=0, repay_on__isnull=False),
                name="application_loan_of_collateral",
            ),
            models.CheckConstraint(
                condition=Q(amount_yen__gt=0, paid_yen__gte=0, owed_yen__gte=0)
                & (Q(granted_yen=None) | Q(granted_yen__gte=0, granted_yen__lte=F("amount_yen"))),
                name="application_amounts_in_order",
            ),
            models.CheckConstraint(
                condition=Q(paid_on=None, paid_yen=0) | Q(paid_on__isnull=False, paid_yen__gt=0),
                name="application_paid_on_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="application_of_company"),
            models.Index(fields=["company", "wished_on", "id"], name="application_by_day"),
            models.Index(fields=["id"], condition=Q(state="assigned"), name="application_to_pay"),
        ]

    @property
    def is_collateral(self) -> bool:
        return self.kind == self.Kind.COLLATERAL


class ApplicationLine(models.Model):
    """One claim of an application, whole or a part of it."""

    class State(models.TextChoices):
        ASKED = "asked", "回答待ち"
        ACCEPTED = "accepted", "譲渡待ち"
        ASSIGNED = "assigned", "譲渡済"
        SETTLED = "settled", "決済済"  # 譲渡担保: what the debtor paid went into the loan
        RETURNED = "returned", "返還済"  # 譲渡担保: assigned back
        DECLINED = "declined", "否認"
        LAPSED = "lapsed", "期限切れ"
        WITHDRAWN = "withdrawn", "取消"
        REFUSED = "refused", "記録エラー"

    application = models.ForeignKey(Application, models.PROTECT, related_name="lines")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("明細番号")
    state = models.CharField("状態", max_length=10, choices=State, default=State.ASKED)
    asked_number = models.CharField("申し込んだ債権", max_length=20)
    record_number = models.CharField("記録番号", max_length=20)  # of a part: the child's, once there is one
    obligor_name = models.CharField("債務者", max_length=60)
    due_on = models.DateField("支払期日")
    amount_yen = models.BigIntegerField("金額")
    granted_yen = models.BigIntegerField("承諾額", default=0)
    proceeds_yen = models.BigIntegerField("入金額", default=0)
    error = models.CharField("理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "融資申込の債権"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "number"], name="application_line_once"),
            models.CheckConstraint(
                condition=Q(amount_yen__gt=0, granted_yen__gte=0, proceeds_yen__gte=0)
                & Q(granted_yen__lte=F("amount_yen"), proceeds_yen__lte=F("granted_yen")),
                name="application_line_amounts_in_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "record_number"], name="application_line_of_claim"),
            models.Index(fields=["id"], condition=Q(state="assigned"), name="application_line_assigned"),
        ]


class Step(models.Model):
    """What happened to an application, in turn. Append-only: its history."""

    class What(models.TextChoices):
        APPLIED = "applied", "申込"
        ACCEPTED = "accepted", "承諾"
        DECLINED = "declined", "否認"
        LAPSED = "lapsed", "回答期限切れ"
        WITHDRAWN = "withdrawn", "取消"
        ASSIGNED = "assigned", "譲渡記録"
        FAILED = "failed", "譲渡の不成立"
        EXECUTED = "executed", "実行（入金）"
        REPAID = "repaid", "返済"
        EXCESS = "excess", "超過額の入金"
        RETURNED = "returned", "債権の返還"

    application = models.ForeignKey(Application, models.PROTECT, related_name="steps")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    what = models.CharField("できごと", max_length=10, choices=What)
    amount_yen = models.BigIntegerField("金額", null=True, blank=True)
    note = models.CharField("内容", max_length=300, blank=True)
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "融資申込の経過"
