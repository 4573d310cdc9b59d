"""企業情報管理: how a company approves (domain facts §2.2)."""

from django.db import models

from accounts.models import Company
from erec.members.models import Member


class Controls(models.Model):
    """企業情報管理: how this company approves (domain facts §2.2). No row: the defaults."""

    class Approvals(models.TextChoices):
        SINGLE = "single", "シングル承認"
        DOUBLE_ANY = "double_any", "ダブル承認（順序なし）"
        DOUBLE_ORDERED = "double_ordered", "ダブル承認（順序あり）"

    company = models.OneToOneField(Company, models.PROTECT, primary_key=True, related_name="controls")
    own_approval_refused = models.BooleanField("同一ユーザによる承認の抑止", default=False)
    approvals = models.CharField("承認機能区分", max_length=14, choices=Approvals, default=Approvals.SINGLE)
    version = models.PositiveIntegerField("版", default=0)

    class Meta:
        verbose_name = "企業情報"


class FinalChecker(models.Model):
    """最終承認者: who approves last where the order counts."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="final_checkers")
    member = models.OneToOneField(Member, models.PROTECT, related_name="final_checker")

    class Meta:
        verbose_name = "最終承認者"
