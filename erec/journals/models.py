"""仕訳: a company's settings for them, what was made of the record book, and what was given out.

Who writes: `actions`. An entry (仕訳) is one voucher: its lines add up to the same on both sides. It is made
once (its source and moment are unique for the company) and given out once: its export, once set, is taken
away only by cancelling that export as a whole.
"""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Company
from erec.claims.models import Claim
from erec.journals.roles import Role
from erec.journals.rules import Method, Moment


class Calendar(models.TextChoices):
    """How 数字1 writes 支払期日. Mixing both breaks the sorting of what PCA collects."""

    GREGORIAN = "gregorian", "西暦（260731）"
    JAPANESE = "japanese", "和暦（080731）"


class JournalSettings(models.Model):
    """仕訳の設定 of one company. Without a row nothing is made."""

    company = models.OneToOneField(Company, models.PROTECT, primary_key=True, related_name="+")
    method = models.CharField("割引・譲渡の仕訳", max_length=10, choices=Method)
    calendar = models.CharField("数字１の日付", max_length=10, choices=Calendar)
    starts_on = models.DateField("仕訳の開始日")
    voucher_first = models.PositiveIntegerField("伝票番号の最初", default=1)
    voucher_last = models.PositiveIntegerField("伝票番号の最後", default=99999)
    other_partners = ArrayField(
        models.CharField(max_length=9), verbose_name="営業外の取引先", default=list, blank=True
    )
    # 締めた月の末日: nothing is entered up to this day any more, and what was given out of it stays so.
    closed_until = models.DateField("締めた日", null=True, blank=True)
    version = models.PositiveIntegerField("版", default=1)
    changed_at = models.DateTimeField("更新日時")

    class Meta:
        verbose_name = "仕訳の設定"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(voucher_first__gte=1, voucher_last__lte=99999)
                & Q(voucher_last__gte=F("voucher_first")),
                name="journal_vouchers_in_order",
            ),
            models.CheckConstraint(
                condition=Q(method__in=Method.values, calendar__in=Calendar.values),
                name="journal_settings_known",
            ),
        ]


class AccountOfRole(models.Model):
    """Which of the company's accounts stands for a role, with the codes of its accounting software.

    Names of 補助科目 and 部門 are the imported masters'; that of 税区分 no import needs.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    role = models.CharField("用途", max_length=20, choices=Role)
    code = models.CharField("勘定科目コード", max_length=10)
    name = models.CharField("勘定科目名", max_length=14)
    sub_code = models.CharField("補助科目コード", max_length=10, blank=True)
    department_code = models.CharField("部門コード", max_length=6, blank=True)
    tax_code = models.CharField("税区分コード", max_length=2)

    class Meta:
        verbose_name = "用途の勘定科目"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "role"], name="journal_account_of_role"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="journal_account_role_known"),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & ~Q(tax_code=""), name="journal_account_is_whole"
            ),
        ]


class FollowedClaim(models.Model):
    """A claim whose records are entered: up to where, and by which method from its first entry on.

    A setting that changes counts for claims that come after: what was begun by one method ends by it.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="+")
    method = models.CharField("割引・譲渡の仕訳", max_length=10, choices=Method)
    is_other = models.BooleanField("営業外", null=True)  # None: nothing was entered yet
    position = models.PositiveIntegerField("仕訳にした記録")
    results = models.PositiveSmallIntegerField("仕訳にした決済結果")

    class Meta:
        verbose_name = "仕訳にした債権"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "claim"], name="journal_followed_once"),
        ]


class Export(models.Model):
    """仕訳データの出力: the very bytes that left, to be fetched again. Cancelled, never removed."""

    class Format(models.TextChoices):
        X = "X", "PCA会計X（仕訳データ）"
        EIGHT = "PCA会計８形式", "PCA会計８形式"
        OLD = "PCA会計2000形式", "PCA会計2000形式"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("出力番号")
    format = models.CharField("形式", max_length=20, choices=Format)
    profile = models.CharField("区切り", max_length=10)
    first_on = models.DateField("最初の伝票日付")
    last_on = models.DateField("最後の伝票日付")
    entries_count = models.PositiveIntegerField("伝票数")
    lines_count = models.PositiveIntegerField("明細数")
    total_yen = models.BigIntegerField("借方合計")
    content = models.BinaryField("ファイル")
    sha256 = models.CharField("SHA-256", max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("出力日時")
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    cancelled_at = models.DateTimeField("取消日時", null=True, blank=True)
    cancelled_because = models.CharField("取消の理由", max_length=100, blank=True)

    class Meta:
        verbose_name = "仕訳データの出力"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="journal_export_number_once"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancelled_because="")
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancelled_because=""),
                name="journal_export_cancelled_by_somebody",
            ),
            models.CheckConstraint(condition=Q(entries_count__gt=0), name="journal_export_is_not_empty"),
        ]

    @property
    def file_name(self) -> str:
        return f"仕訳データ_{self.number:05d}_{self.first_on:%Y%m%d}-{self.last_on:%Y%m%d}.csv"


class Entry(models.Model):
    """仕訳, one voucher. `source`: the record, result or step of which it was made."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    source = models.CharField("もとの記録", max_length=40)
    moment = models.CharField("できごと", max_length=30, choices=Moment)
    part = models.PositiveSmallIntegerField("同じできごとの中の順", default=0)
    on = models.DateField("伝票日付")
    happened_on = models.DateField("できごとの日")
    record_number = models.CharField("記録番号", max_length=20, blank=True)  # a loan has none
    due_on = models.DateField("支払期日")  # of a loan: 返済期日
    partner_number = models.CharField("相手先 利用者番号", max_length=9, blank=True)
    partner_name = models.CharField("相手先", max_length=60, blank=True)
    account = models.CharField("自社の決済口座", max_length=18, blank=True)
    memo = models.CharField("摘要", max_length=256)
    total_yen = models.BigIntegerField("借方合計")
    export = models.ForeignKey(Export, models.PROTECT, related_name="entries", null=True, blank=True)
    voucher_number = models.PositiveIntegerField("伝票番号", null=True, blank=True)
    made_at = models.DateTimeField("作成日時")

    class Meta:
        verbose_name = "仕訳"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "source", "moment", "part"], name="journal_entry_once"
            ),
            models.UniqueConstraint(fields=["company", "on", "voucher_number"], name="journal_voucher_once"),
            models.CheckConstraint(
                condition=Q(export__isnull=True, voucher_number__isnull=True)
                | Q(export__isnull=False, voucher_number__isnull=False),
                name="journal_entry_numbered_when_exported",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "on", "id"], name="journal_entry_by_day"),
            models.Index(
                fields=["company", "on", "id"], condition=Q(export__isnull=True), name="journal_entry_open"
            ),
            models.Index(fields=["company", "record_number"], name="journal_entry_of_claim"),
        ]


class EntryLine(models.Model):
    """One line: a debit, a credit, or both. With a minus it takes back what a record had entered."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="lines")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("順")
    debit = models.CharField("借方", max_length=20, choices=Role, blank=True)
    debit_number = models.CharField("借方の取引先 利用者番号", max_length=9, blank=True)
    debit_name = models.CharField("借方の取引先", max_length=60, blank=True)
    debit_yen = models.BigIntegerField("借方金額", default=0)
    credit = models.CharField("貸方", max_length=20, choices=Role, blank=True)
    credit_number = models.CharField("貸方の取引先 利用者番号", max_length=9, blank=True)
    credit_name = models.CharField("貸方の取引先", max_length=60, blank=True)
    credit_yen = models.BigIntegerField("貸方金額", default=0)
    is_increase = models.BooleanField("期日管理に集める行")
    due_on = models.DateField("支払期日", null=True, blank=True)

    class Meta:
        verbose_name = "仕訳の明細"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "position"], name="journal_line_once"),
            models.CheckConstraint(
                condition=(Q(debit="", debit_yen=0) | ~Q(debit="") & ~Q(debit_yen=0))
                & (Q(credit="", credit_yen=0) | ~Q(credit="") & ~Q(credit_yen=0))
                & ~Q(debit="", credit=""),
                name="journal_line_has_a_side",
            ),
            models.CheckConstraint(
                condition=Q(is_increase=False, due_on__isnull=True)
                | Q(is_increase=True, due_on__isnull=False),
                name="journal_line_increase_has_its_day",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "debit", "credit"], name="journal_line_by_role")]


class VoucherDay(models.Model):
    """The last 伝票番号 that was given on a day. None is given twice, even if its export is cancelled."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    on = models.DateField("伝票日付")
    last = models.PositiveIntegerField("最後の伝票番号")

    class Meta:
        verbose_name = "伝票番号"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "on"], name="journal_voucher_day_once"),
        ]
