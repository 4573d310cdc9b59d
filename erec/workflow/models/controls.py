"""企業情報管理: how a company approves, its own limits, and what is counted for them (domain facts §2.2)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import USER_NUMBER_PATTERN, Company
from erec.members.models import Member


class Controls(models.Model):
    """企業情報管理: how this company approves (domain facts §2.2). No row: the defaults.

    The limits and what follows them no portal has; they are this service's own.
    """

    class Approvals(models.TextChoices):
        SINGLE = "single", "シングル承認"
        DOUBLE_ANY = "double_any", "ダブル承認（順序なし）"
        DOUBLE_ORDERED = "double_ordered", "ダブル承認（順序あり）"

    class NewPartner(models.TextChoices):
        NONE = "none", "警告だけを表示する"
        SECOND = "second", "2人の承認が要る"
        NEXT_DAY = "next_day", "承認は、仮登録の翌営業日から"

    class SameDevice(models.TextChoices):
        FLAG = "flag", "承認者に知らせ、記録に残す"
        REFUSE = "refuse", "承認させない"

    company = models.OneToOneField(Company, models.PROTECT, primary_key=True, related_name="controls")
    own_approval_refused = models.BooleanField("同一ユーザによる承認の抑止", default=False)
    approvals = models.CharField("承認機能区分", max_length=14, choices=Approvals, default=Approvals.SINGLE)
    request_limit_yen = models.BigIntegerField("1件の限度額（円）", null=True, blank=True)
    daily_limit_yen = models.BigIntegerField("1日の限度額（円）", null=True, blank=True)
    new_partner = models.CharField(
        "初めての相手先", max_length=10, choices=NewPartner, default=NewPartner.NONE
    )
    same_device = models.CharField(
        "同じ証明書・同じ端末", max_length=10, choices=SameDevice, default=SameDevice.FLAG
    )
    second_master = models.BooleanField("マスターユーザの操作の承認", default=False)
    version = models.PositiveIntegerField("版", default=0)

    class Meta:
        verbose_name = "企業情報"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(request_limit_yen__isnull=True) | Q(request_limit_yen__gte=1),
                name="controls_request_limit_positive",
            ),
            models.CheckConstraint(
                condition=Q(daily_limit_yen__isnull=True) | Q(daily_limit_yen__gte=1),
                name="controls_daily_limit_positive",
            ),
        ]


class FinalChecker(models.Model):
    """最終承認者: who approves last where the order counts."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="final_checkers")
    member = models.OneToOneField(Member, models.PROTECT, related_name="final_checker")

    class Meta:
        verbose_name = "最終承認者"


class CheckerLimit(models.Model):
    """承認者ごとの限度額: the most that one person may approve at a time. No row: no such limit."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="checker_limits")
    member = models.OneToOneField(Member, models.PROTECT, related_name="checker_limit")
    limit_yen = models.BigIntegerField("限度額（円）")

    class Meta:
        verbose_name = "承認者の限度額"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(limit_yen__gte=1), name="checker_limit_positive"),
        ]


class DayTotal(models.Model):
    """What a company has approved on one business date: one row, so that two approvals at once add up."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    on = models.DateField("業務日付")
    approved_yen = models.BigIntegerField("承認した金額（円）")

    class Meta:
        verbose_name = "1日の承認額"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "on"], name="day_total_once"),
            models.CheckConstraint(condition=Q(approved_yen__gte=1), name="day_total_positive"),
        ]


class KnownPartner(models.Model):
    """Whom, and on which account, an approved request of the company named first. Append-only."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    user_number = models.CharField("利用者番号", max_length=9)
    account = models.CharField("口座", max_length=25)  # 9999-101-2-0123456
    approved_on = models.DateField("初めて承認した業務日付")

    class Meta:
        verbose_name = "承認したことのある相手先"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "user_number", "account"], name="known_partner_once"),
            models.CheckConstraint(
                condition=Q(user_number__regex=USER_NUMBER_PATTERN), name="known_partner_user_number"
            ),
        ]
