"""Issues (the right to fetch once) and certificates (what was fetched)."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_otp.models import Device, DeviceManager


class Issue(models.Model):
    """発行: one person's right to fetch one certificate, with a one-time 取得コード, for a while."""

    class Kind(models.TextChoices):
        FIRST = "first", "初回発行"
        ADDITIONAL = "additional", "追加発行"
        REISSUE = "reissue", "再発行"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificate_issues")
    kind = models.CharField("区分", max_length=10, choices=Kind)
    code_hash = models.CharField("取得コードのハッシュ", max_length=64, unique=True)
    issued_at = models.DateTimeField("発行日時")
    fetch_until = models.DateTimeField("取得期限")
    wrong_passwords = models.PositiveSmallIntegerField("パスワードの誤り", default=0)
    refuse_until = models.DateTimeField("受付を控える期限", null=True, blank=True)
    fetched_at = models.DateTimeField("取得日時", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消日時", null=True, blank=True)
    lapse_told_at = models.DateTimeField("期限切れを知らせた日時", null=True, blank=True)

    class Meta:
        verbose_name = "電子証明書の発行"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(fetched_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_issue_per_user",
            ),
            models.CheckConstraint(
                condition=Q(fetched_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="issue_fetched_or_cancelled",
            ),
        ]


class UsableManager(DeviceManager):
    """Only certificates that may be used now; django-otp asks here whether a session is verified.

    Validity in time is left to the verifier, which has the clock; revocation is decided here.
    """

    def get_queryset(self) -> models.QuerySet["ClientCertificate"]:
        return super().get_queryset().filter(revoked_at__isnull=True)  # type: ignore[no-any-return]


class RevocationReason(models.TextChoices):
    """RFC 5280 §5.3.1, those that a person can choose; labels say when to choose them."""

    KEY_COMPROMISE = "keyCompromise", "紛失・盗難・漏えいのおそれ"
    SUPERSEDED = "superseded", "再発行・機器の入れ替え"
    AFFILIATION_CHANGED = "affiliationChanged", "異動・退職"
    CESSATION = "cessationOfOperation", "利用をやめる"
    PRIVILEGE_WITHDRAWN = "privilegeWithdrawn", "金融機関による利用停止"


class ClientCertificate(Device):
    """A certificate that one person fetched: the second factor, in django-otp's sense.

    `name` is the person's own word for the machine it is on; `confirmed` is always true.
    """

    # Device would cascade; a person's certificates stay as long as the person's row.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates")
    serial = models.CharField("シリアル番号", max_length=40, unique=True)
    fingerprint = models.CharField("フィンガープリント（SHA-256）", max_length=64, unique=True)
    public_key_hash = models.CharField("公開鍵のハッシュ", max_length=64)
    pem = models.TextField("証明書")
    issue = models.OneToOneField(Issue, models.PROTECT, null=True, related_name="certificate")
    renewal_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="renewed_by")
    not_before = models.DateTimeField("有効期間の開始")
    not_after = models.DateTimeField("有効期間の満了")
    fetched_at = models.DateTimeField("取得日時")
    may_approve_from = models.DateTimeField("承認に使える日時")
    first_used_at = models.DateTimeField("最初に使った日時", null=True, blank=True)
    reminded_days = models.PositiveSmallIntegerField("何日前まで知らせたか", null=True)
    revoked_at = models.DateTimeField("失効日時", null=True, blank=True)
    revocation_reason = models.CharField("失効の理由", max_length=30, choices=RevocationReason, blank=True)

    objects: ClassVar[UsableManager] = UsableManager()
    everyone: ClassVar[models.Manager["ClientCertificate"]] = models.Manager()

    class Meta:
        verbose_name = "電子証明書"
        default_manager_name = "objects"
        base_manager_name = "everyone"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(issue__isnull=False, renewal_of__isnull=True)
                | Q(issue__isnull=True, renewal_of__isnull=False),
                name="certificate_from_issue_or_renewal",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revocation_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revocation_reason="")),
                name="revocation_has_a_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["not_after"], name="certificate_by_end")]

    def may_approve(self, at: datetime) -> bool:
        return at >= self.may_approve_from
