"""取引先 and their groups, what was used before, 指定許可, and a file that waits for its confirmation.

Every row is one company's own. A partner names another company by what stands on its papers: 利用者番号 and
決済口座; its name is what the directory said when it was last checked.
"""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.actions.companies import AccountNumber
from accounts.models import USER_NUMBER_PATTERN, Company, SettlementAccount
from erec.partners import banks, policy

_SHAPE = (
    Q(user_number__regex=USER_NUMBER_PATTERN)
    & Q(bank_code__regex=r"^[0-9]{4}$")
    & Q(branch_code__regex=r"^[0-9]{3}$")
    & Q(kind__in=["1", "2", "9"])
    & Q(number__regex=r"^[0-9]{7}$")
    & ~Q(name="")
)
_KEY = ["company", "user_number", "bank_code", "branch_code", "kind", "number"]


class Counterpart(models.Model):
    """Another company by its 利用者番号 and one of its 決済口座."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name="登録した企業")
    user_number = models.CharField("利用者番号", max_length=9)
    bank_code = models.CharField("金融機関コード", max_length=4)
    branch_code = models.CharField("支店コード", max_length=3)
    kind = models.CharField("口座種別", max_length=1, choices=SettlementAccount.Kind)
    number = models.CharField("口座番号", max_length=7)
    name = models.CharField("取引先名", max_length=60)
    sought = models.TextField("検索用の文字")  # folded names, user number, account number

    class Meta:
        abstract = True

    @property
    def account(self) -> AccountNumber:
        return AccountNumber(self.bank_code, self.branch_code, self.kind, self.number)

    @property
    def bank_name(self) -> str:
        return banks.bank_name(self.bank_code)

    @property
    def branch_name(self) -> str:
        return banks.branch_name(self.bank_code, self.branch_code)

    @property
    def account_label(self) -> str:
        """As the screens name an account: 「9999 101 当座 0123456」."""
        return f"{self.bank_code} {self.branch_code} {self.get_kind_display()} {self.number}"


class Partner(Counterpart):
    """取引先. Deleted ones stay: requests and histories were made with them."""

    registered_name = models.CharField("登録名", max_length=policy.REGISTERED_NAME_MAX, blank=True)
    memo = models.CharField("メモ", max_length=policy.MEMO_MAX, blank=True)
    # 中小受託事業者 of 取適法: what the company says of its partner, from its own papers.
    is_small_contractor = models.BooleanField("取適法の対象（中小受託事業者）", default=False)
    sort_name = models.TextField("並べかえ用の名前")
    checked_at = models.DateTimeField("確認日時")
    changed_at = models.DateTimeField("更新日時")
    deleted_at = models.DateTimeField("削除日時", null=True, blank=True)
    version = models.PositiveIntegerField("版", default=1)

    class Meta:
        verbose_name = "取引先"
        constraints: ClassVar = [
            models.CheckConstraint(condition=_SHAPE, name="partner_shape"),
            models.UniqueConstraint(
                fields=_KEY, condition=Q(deleted_at__isnull=True), name="partner_open_once"
            ),
            models.UniqueConstraint(fields=["id", "company"], name="partner_and_its_company"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "sort_name", "id"],
                condition=Q(deleted_at__isnull=True),
                name="partner_by_name",
            ),
            models.Index(
                fields=["company", "user_number", "id"],
                condition=Q(deleted_at__isnull=True),
                name="partner_by_number",
            ),
        ]

    @property
    def shown_name(self) -> str:
        """The company's own name for it, else its own."""
        return self.registered_name or self.name


class PartnerGroup(models.Model):
    """取引先グループ: partners who are paid together, each with an amount that a request may take over."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    name = models.CharField("グループ名", max_length=policy.GROUP_NAME_MAX)
    changed_at = models.DateTimeField("更新日時")
    version = models.PositiveIntegerField("版", default=1)

    class Meta:
        verbose_name = "取引先グループ"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "name"], name="partner_group_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="partner_group_has_a_name"),
            models.UniqueConstraint(fields=["id", "company"], name="partner_group_and_its_company"),
        ]


class GroupMember(models.Model):
    """One partner in one group. That all three are of one company is held by the database."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    group = models.ForeignKey(PartnerGroup, models.CASCADE, related_name="members")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="memberships")
    amount_yen = models.BigIntegerField("登録債権金額", null=True, blank=True)

    class Meta:
        verbose_name = "グループの取引先"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "partner"], name="group_member_once"),
            models.CheckConstraint(
                condition=Q(amount_yen__isnull=True)
                | Q(amount_yen__gte=1, amount_yen__lte=policy.AMOUNT_MAX_YEN),
                name="group_member_amount",
            ),
        ]


class PastUse(Counterpart):
    """Whom the company's requests named before, partner or not: what a form suggests."""

    times = models.PositiveIntegerField("回数")
    last_used_at = models.DateTimeField("最終利用日時")

    class Meta:
        verbose_name = "利用実績"
        constraints: ClassVar = [
            models.CheckConstraint(condition=_SHAPE, name="past_use_shape"),
            models.UniqueConstraint(fields=_KEY, name="past_use_once"),
            models.CheckConstraint(condition=Q(times__gte=1), name="past_use_was_used"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-last_used_at"], name="past_use_latest")]


class DesignationContract(models.Model):
    """指定許可機能: that the company applied for it (domain facts §4.7). Ended ones stay."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    started_on = models.DateField("利用開始日")
    ended_on = models.DateField("利用終了日", null=True, blank=True)

    class Meta:
        verbose_name = "指定許可機能の契約"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(ended_on__isnull=True), name="designation_contract_open_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="designation_contract_ends_after_start",
            ),
        ]


class Designation(Counterpart):
    """指定許可先: who may send the company requests, and of which 業務区分."""

    areas = ArrayField(models.CharField(max_length=20), verbose_name="業務区分")
    sort_name = models.TextField("並べかえ用の名前")
    changed_at = models.DateTimeField("登録日時")

    class Meta:
        verbose_name = "指定許可"
        constraints: ClassVar = [
            models.CheckConstraint(condition=_SHAPE, name="designation_shape"),
            models.UniqueConstraint(fields=_KEY, name="designation_once"),
            models.CheckConstraint(
                condition=Q(areas__len__gte=1) & Q(areas__contained_by=[area.value for area in policy.Area]),
                name="designation_has_known_areas",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "sort_name", "id"], name="designation_by_name"),
            models.Index(fields=["company", "user_number", "id"], name="designation_by_number"),
        ]


class PartnerUpload(models.Model):
    """A read file, until it is confirmed or the next one comes: one a user. Cells as they were typed."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    token = models.CharField("番号", max_length=32)
    file_name = models.CharField("ファイル名", max_length=100)
    lines = models.JSONField("行")  # [[line number, {field: text}], …]
    made_at = models.DateTimeField("取込日時")

    class Meta:
        verbose_name = "取込中のファイル"
