"""The densai side's own copy of a user, with rights and the approval password (domain facts §3)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Company, SettlementAccount, User
from erec.members.catalogue import CATALOGUE, Tick


class Member(models.Model):
    """利用者: a user as the densai side has him; only ユーザ更新 (others) or entering (oneself) refreshes it.

    A deleted user's row stays, disabled: histories keep the name.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="member")
    company = models.ForeignKey(Company, models.PROTECT, related_name="members")
    login_id = models.CharField("ログインID", max_length=14)
    name = models.CharField("ユーザ名", max_length=40)
    mail = models.CharField("メールアドレス", max_length=128)
    kind = models.CharField("区分", max_length=10, choices=User.Kind)
    status = models.CharField("状態", max_length=10, choices=User.Status)
    refreshed_at = models.DateTimeField("更新日時")
    rights_version = models.PositiveIntegerField("権限の版", default=0)

    class Meta:
        verbose_name = "利用者"
        indexes: ClassVar = [models.Index(fields=["company", "id"], name="member_of_company")]

    @property
    def is_master(self) -> bool:
        return self.kind == User.Kind.MASTER


class BusinessRight(models.Model):
    """業務権限: one tick of one member in one business."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="business_rights")
    business = models.CharField("業務", max_length=30, choices=[(b.code, b.name) for b in CATALOGUE])
    tick = models.CharField("区分", max_length=3, choices=[(t.value, t.value) for t in Tick])

    class Meta:
        verbose_name = "業務権限"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "business", "tick"], name="business_right_once"),
            models.CheckConstraint(
                condition=Q(
                    *[Q(business=b.code, tick__in=[t.value for t in b.ticks]) for b in CATALOGUE],
                    _connector=Q.OR,
                ),
                name="business_right_in_catalogue",
            ),
        ]


class AccountRight(models.Model):
    """口座権限: a settlement account that a member may choose."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="account_rights")
    account = models.ForeignKey(SettlementAccount, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "口座権限"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "account"], name="account_right_once"),
        ]


class ApprovalPassword(models.Model):
    """承認パスワード: the second secret, with its own strikes and its own lock."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="approval_password")
    hash = models.CharField("ハッシュ", max_length=128)
    is_initial = models.BooleanField("初期承認パスワード")
    set_at = models.DateTimeField("設定日時")
    strikes = models.PositiveSmallIntegerField("誤入力", default=0)
    locked_at = models.DateTimeField("ロック日時", null=True, blank=True)

    class Meta:
        verbose_name = "承認パスワード"


class FormerApprovalPassword(models.Model):
    """Hashes of the ones before, so that none of the last few is used again."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="former_approval_passwords")
    hash = models.CharField("ハッシュ", max_length=128)
    replaced_at = models.DateTimeField("変更日時")

    class Meta:
        verbose_name = "以前の承認パスワード"
