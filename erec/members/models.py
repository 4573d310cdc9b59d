"""The densai side's own copy of a user, with rights and the approval password (domain facts §3)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

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


class Deputy(models.Model):
    """代理: on these days one checker's colleague approves in his place. Kept; ended early by a mark."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    principal = models.ForeignKey(
        Member, models.PROTECT, related_name="deputies", verbose_name="代理される人"
    )
    deputy = models.ForeignKey(Member, models.PROTECT, related_name="principals", verbose_name="代理する人")
    from_on = models.DateField("開始日")
    until_on = models.DateField("終了日")  # the last day on which he may
    made_by_name = models.CharField("登録した人", max_length=40)
    made_at = models.DateTimeField("登録日時")
    ended_at = models.DateTimeField("終了させた日時", null=True, blank=True)
    ended_by_name = models.CharField("終了させた人", max_length=40, blank=True)

    class Meta:
        verbose_name = "承認の代理"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="deputy_dates_in_order"),
            models.CheckConstraint(condition=~Q(principal=F("deputy")), name="deputy_is_another"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by_name="") | Q(ended_at__isnull=False),
                name="deputy_ended_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "until_on"], name="deputy_of_company"),
            models.Index(
                fields=["deputy", "until_on"], condition=Q(ended_at__isnull=True), name="deputy_in_force"
            ),
        ]
