"""What a company's accounting software knows: accounts, sub-accounts, departments, bank accounts, payees;
and how a counterparty's name is printed there.

Every row is one company's own. Of a master's row the fields that this service uses are columns; the whole
row stays as the file had it (`cells`), so that it goes back as it came. Widths are the layouts' (half-width
cells).
"""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Company

# 利用者番号 of a company, or the four digits of a bank, whose name is printed in a cell of the same width.
PARTY_PATTERN = r"^([0-9A-HJ-NP-Y]{9}|[0-9]{4})$"
CODE_PATTERN = r"^[0-9A-Z]{1,10}$"  # (inferred) the layout says 文字列 10, no more


class Master(models.Model):
    """A row of a master, as a file of the accounting software had it."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name="登録した企業")
    cells = ArrayField(models.TextField(), verbose_name="ファイルの項目")
    read_at = models.DateTimeField("取込日時")

    class Meta:
        abstract = True


class LedgerAccount(Master):
    """勘定科目."""

    code = models.CharField("勘定科目コード", max_length=10)
    name = models.CharField("勘定科目名", max_length=14)
    full_name = models.CharField("勘定科目正式名", max_length=28)
    kana = models.CharField("カナ索引", max_length=5, blank=True)
    side = models.CharField("貸借区分", max_length=1, choices=[("1", "借方"), ("2", "貸方")])
    debit_tax_code = models.CharField("借方税区分コード", max_length=2, blank=True)
    credit_tax_code = models.CharField("貸方税区分コード", max_length=2, blank=True)

    class Meta:
        verbose_name = "勘定科目"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="ledger_account_once"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="ledger_account_is_named"),
        ]


class SubAccount(Master):
    """補助科目 of one 勘定科目. A code means the same in each: 補助科目（名称一覧） counts its 科目."""

    account_code = models.CharField("勘定科目コード", max_length=10)
    code = models.CharField("補助科目コード", max_length=10)
    name = models.CharField("補助科目名", max_length=14)
    full_name = models.CharField("補助科目正式名", max_length=40)
    kana = models.CharField("カナ索引", max_length=5, blank=True)

    class Meta:
        verbose_name = "補助科目"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "account_code", "code"], name="sub_account_once"),
            models.CheckConstraint(
                condition=~Q(account_code="") & ~Q(code="") & ~Q(name=""), name="sub_account_is_named"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "code"], name="sub_account_by_code"),
            models.Index(fields=["company", "name"], name="sub_account_by_name"),
        ]


class Department(Master):
    """部門."""

    code = models.CharField("部門コード", max_length=6)
    name = models.CharField("部門名", max_length=30)

    class Meta:
        verbose_name = "部門"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="department_once"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="department_is_named"),
        ]


class CompanyAccount(Master):
    """会社口座. The 勘定科目 and 補助科目 stand in version 6 only."""

    code = models.CharField("会社口座コード", max_length=2)
    name = models.CharField("会社口座名", max_length=40)
    bank_code = models.CharField("金融機関コード", max_length=4)
    branch_code = models.CharField("店番号", max_length=3)
    kind = models.CharField("預金種目", max_length=1)
    number = models.CharField("口座番号", max_length=8)
    ledger_code = models.CharField("会社口座科目コード", max_length=10, blank=True)
    sub_code = models.CharField("会社口座補助コード", max_length=10, blank=True)

    class Meta:
        verbose_name = "会社口座"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="company_account_once"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="company_account_is_named"),
        ]


class Payee(Master):
    """振込先: a 補助科目 and the account that is paid; two accounts are two rows (inferred)."""

    code = models.CharField("補助科目コード", max_length=10)
    name = models.CharField("補助科目名", max_length=14)
    company_account_code = models.CharField("会社口座コード", max_length=2)
    bank_code = models.CharField("金融機関コード", max_length=4)
    branch_code = models.CharField("店番号", max_length=3)
    kind = models.CharField("預金種目", max_length=1)
    number = models.CharField("口座番号", max_length=8)

    class Meta:
        verbose_name = "振込先"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "code", "bank_code", "branch_code", "kind", "number"], name="payee_once"
            ),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="payee_is_named"),
        ]


class Kind(models.TextChoices):
    """The masters that are read from a file; the label is the layout's title."""

    LEDGER_ACCOUNTS = "ledger_accounts", "勘定科目"
    SUB_ACCOUNTS = "sub_accounts", "補助科目"
    DEPARTMENTS = "departments", "部門"
    COMPANY_ACCOUNTS = "company_accounts", "会社口座"
    PAYEES = "payees", "振込先"


class MasterUpload(models.Model):
    """A chosen file, until it is carried out or the next one comes: one a user. Judged anew each time."""

    class Mode(models.TextChoices):
        REPLACE = "replace", "ファイルの内容に入れ替える"
        MERGE = "merge", "ファイルにある行だけを追加・変更する"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    token = models.CharField("番号", max_length=32)
    kind = models.CharField("台帳", max_length=20, choices=Kind)
    mode = models.CharField("取込方法", max_length=10, choices=Mode)
    profile = models.CharField("区切り", max_length=10)
    file_name = models.CharField("ファイル名", max_length=100)
    content = models.BinaryField("内容")
    made_at = models.DateTimeField("取込日時")

    class Meta:
        verbose_name = "取込中の台帳のファイル"


class PrintedName(models.Model):
    """印字名: how the recorded name of a counterparty is written in a cell of 14 half-width characters.

    One row a name: whoever changes its name is decided on anew, and older records keep what was decided for
    the older name. Empty `printed` waits for a person's decision. `decided_by` is empty where the name fits
    as it is.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    user_number = models.CharField("利用者番号・金融機関コード", max_length=9)
    name = models.CharField("名前", max_length=60)
    printed = models.CharField("印字名", max_length=14, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField("決定日時")

    class Meta:
        verbose_name = "印字名"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "user_number", "name"], name="printed_name_once"),
            models.CheckConstraint(
                condition=Q(user_number__regex=PARTY_PATTERN), name="printed_name_of_party"
            ),
            models.CheckConstraint(
                condition=~Q(printed="") | Q(decided_by__isnull=True), name="printed_name_decided_is_printed"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "id"], condition=Q(printed=""), name="printed_name_waiting"),
        ]


class PartnerCode(models.Model):
    """補助科目コード that stands for a counterparty, in every 勘定科目 (inferred; see SubAccount), and the
    フリガナ of its name, which no contract here has."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    user_number = models.CharField("利用者番号", max_length=9)
    code = models.CharField("補助科目コード", max_length=10)
    kana = models.CharField("フリガナ", max_length=30, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("決定日時")

    class Meta:
        verbose_name = "取引先の補助科目コード"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "user_number"], name="partner_code_of_one_partner"),
            models.UniqueConstraint(fields=["company", "code"], name="partner_code_once"),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="partner_code_shape"),
        ]


class CodeRange(models.Model):
    """Where new 補助科目コード come from, and the 勘定科目 that get the counterparties as 補助科目."""

    company = models.OneToOneField(Company, models.PROTECT, related_name="+")
    first = models.PositiveBigIntegerField("補助科目コードの最初")
    last = models.PositiveBigIntegerField("補助科目コードの最後")
    digits = models.PositiveSmallIntegerField("補助科目コードの桁数")
    account_codes = ArrayField(models.CharField(max_length=10), verbose_name="勘定科目コード")
    changed_at = models.DateTimeField("更新日時")

    class Meta:
        verbose_name = "補助科目コードの範囲"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(first__gte=1, last__gte=F("first"), digits__gte=1, digits__lte=10),
                name="code_range_in_order",
            ),
        ]

    @property
    def ends(self) -> tuple[str, str]:
        """The first and the last code, as they are written."""
        return str(self.first).zfill(self.digits), str(self.last).zfill(self.digits)
