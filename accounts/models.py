"""Companies, their settlement accounts, their users, sessions and login history."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from accounts.environment import in_words
from erec.parameters import table

# 利用者番号: 9 characters, upper-case letters and digits without I, O and Z (domain facts §4.6).
USER_NUMBER_PATTERN = r"^[0-9A-HJ-NP-Y]{9}$"
# ログインID: d- and 6 to 12 half-width letters and digits (初期設定編), lower case.
LOGIN_ID_PATTERN = r"^d-[0-9a-z]{6,12}$"


class Company(models.Model):
    """A contract of one company with the institution."""

    user_number = models.CharField("利用者番号", max_length=9, unique=True)
    name = models.CharField("企業名", max_length=60)
    contact_mail = models.CharField("企業の連絡先メールアドレス", max_length=128)
    registered_at = models.DateTimeField("登録日時")
    stopped_at = models.DateTimeField("利用停止日時", null=True, blank=True)
    stopped_because = models.CharField("利用停止の理由", max_length=200, blank=True)
    # The institution itself, as a party of claims: no customer, nobody enters for it, nobody finds it.
    is_institution = models.BooleanField("金融機関", default=False, db_default=False)

    class Meta:
        verbose_name = "企業"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_institution"], condition=Q(is_institution=True), name="company_one_institution"
            ),
            models.CheckConstraint(
                condition=Q(user_number__regex=USER_NUMBER_PATTERN), name="company_user_number_shape"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="company_has_a_name"),
        ]


class SettlementAccount(models.Model):
    """決済口座: 金融機関4 - 支店3 - 種別 - 番号7."""

    class Kind(models.TextChoices):
        ORDINARY = "1", "普通"
        CURRENT = "2", "当座"
        OTHER = "9", "その他"

    company = models.ForeignKey(Company, models.PROTECT, related_name="settlement_accounts")
    bank_code = models.CharField("金融機関コード", max_length=4)
    branch_code = models.CharField("支店コード", max_length=3)
    kind = models.CharField("口座種別", max_length=1, choices=Kind)
    number = models.CharField("口座番号", max_length=7)
    added_at = models.DateTimeField("登録日時")

    class Meta:
        verbose_name = "決済口座"
        ordering: ClassVar = ["bank_code", "branch_code", "kind", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["bank_code", "branch_code", "kind", "number"], name="settlement_account_once"
            ),
            models.CheckConstraint(
                condition=Q(bank_code__regex=r"^[0-9]{4}$")
                & Q(branch_code__regex=r"^[0-9]{3}$")
                & Q(kind__in=["1", "2", "9"])
                & Q(number__regex=r"^[0-9]{7}$"),
                name="settlement_account_shape",
            ),
        ]

    @property
    def label(self) -> str:
        """Branch, kind and number, as the screens name an account: 「101 当座 0123456」."""
        return f"{self.branch_code} {self.get_kind_display()} {self.number}"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(login_id=username)


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]  # certs' own managers
    """A person with a login ID. Rows are never removed, so an ID is never given twice."""

    class Kind(models.TextChoices):
        MASTER = "master", "マスターユーザ"
        GENERAL = "general", "一般ユーザ"

    class Status(models.TextChoices):
        ACTIVE = "active", "利用できます"
        SUSPENDED = "suspended", "利用停止中"
        DELETED = "deleted", "削除済み"

    company = models.ForeignKey(Company, models.PROTECT, related_name="users")
    login_id = models.CharField("ログインID（お客様ID）", max_length=14, unique=True)
    kind = models.CharField("区分", max_length=10, choices=Kind)
    name = models.CharField("ユーザ名", max_length=40)
    mail = models.CharField("メールアドレス", max_length=128)
    status = models.CharField("状態", max_length=10, choices=Status, default=Status.ACTIVE)
    created_at = models.DateTimeField("登録日時")
    password_is_initial = models.BooleanField("初回ログインパスワード", default=True)
    password_used_at = models.DateTimeField("初回ログインパスワードの使用日時", null=True, blank=True)
    password_changed_at = models.DateTimeField("ログインパスワードの変更日時", null=True, blank=True)
    login_strikes = models.PositiveSmallIntegerField("ログインパスワードの誤入力", default=0)
    login_locked_at = models.DateTimeField("ロック日時", null=True, blank=True)

    last_login = None  # the login history tells, with address and result
    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "login_id"

    class Meta:
        verbose_name = "ユーザ"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(login_id__regex=LOGIN_ID_PATTERN), name="user_login_id_shape"),
            models.CheckConstraint(condition=Q(kind__in=["master", "general"]), name="user_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=["active", "suspended", "deleted"]), name="user_status_known"
            ),
        ]

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.status == self.Status.ACTIVE and self.company.stopped_at is None

    @property
    def is_master(self) -> bool:
        return self.kind == self.Kind.MASTER

    @property
    def is_locked(self) -> bool:
        """Also after six tries whose processes died before they could say how they ended."""
        return self.login_locked_at is not None or self.login_strikes >= table.value("login_strikes_max")


class UserSession(models.Model):
    """One row per user: the session that is, and why the one before ended."""

    class End(models.TextChoices):
        LOGOUT = "logout", "ログアウトしました。"
        IDLE = "idle", "一定時間操作がなかったため、ログアウトしました。"
        ABSOLUTE = "absolute", "続けて使える時間の上限に達したため、ログアウトしました。"
        REPLACED = "replaced", "別の画面で新しくログインしたため、こちらは終了しました。"
        CERTIFICATE = "certificate", "ログインしたときと別の証明書が使われたため、終了しました。"
        STOPPED = "stopped", "利用停止などの手続きにより、終了しました。"
        LOCKED = "locked", "パスワードを続けて間違えてロックされたため、終了しました。"
        PASSWORD = "password", "ログインパスワードが変わったため、終了しました。"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="session")
    key_hash = models.CharField("キーのハッシュ", max_length=64, unique=True)
    data = models.TextField("内容", blank=True)
    certificate_id = models.BigIntegerField("証明書")
    address = models.CharField("接続元", max_length=45, blank=True)
    started_at = models.DateTimeField("開始日時")
    last_seen_at = models.DateTimeField("最終操作日時")
    densai_entered_at = models.DateTimeField("電子記録債権サービス開始日時", null=True, blank=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)
    ended_because = models.CharField("終了の理由", max_length=20, choices=End, blank=True)
    previous_key_hash = models.CharField("前のキーのハッシュ", max_length=64, blank=True, db_index=True)
    previous_ended_because = models.CharField("前の終了の理由", max_length=20, choices=End, blank=True)

    class Meta:
        verbose_name = "セッション"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="session_end_has_a_reason",
            ),
        ]


class LoginRecord(models.Model):
    """ログイン履歴: one row a try behind a known person's certificate. Kept, never changed."""

    class Result(models.TextChoices):
        ACCEPTED = "accepted", "ログインしました"
        WRONG = "wrong", "パスワードの誤り"
        LOCKED_NOW = "locked_now", "パスワードの誤り（ロックしました）"
        LOCKED = "locked", "ロック中のため拒否"
        SPENT = "spent", "使用済みの初回パスワードのため拒否"
        REFUSED = "refused", "証明書または利用状態により拒否"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="login_records")
    at = models.DateTimeField("日時")
    address = models.CharField("接続元", max_length=45, blank=True)
    environment = models.CharField("環境", max_length=200, blank=True)
    certificate_id = models.BigIntegerField("証明書", null=True, blank=True)
    result = models.CharField("結果", max_length=12, choices=Result)

    class Meta:
        verbose_name = "ログイン履歴"
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="login_record_of_user"),
            models.Index(fields=["company", "-id"], name="login_record_of_company"),
        ]

    @property
    def environment_in_words(self) -> str:
        return in_words(self.environment)
