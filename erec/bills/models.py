"""手形 that a company still holds or has issued, and the steps by which one becomes a claim.

Paper bills end with 電子交換所 in April 2027, so this register is small and shrinks.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import USER_NUMBER_PATTERN, Company
from erec.bills import policy
from erec.bills.policy import ABOUT, Kind
from erec.bills.standing import Standing


class Bill(models.Model):
    """One bill. `party` is whom the layout names, 取引先 or 支払先; the paper may name another 振出人."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name="登録した企業")
    kind = models.CharField("種類", max_length=10, choices=Kind)
    number = models.CharField("手形番号", max_length=policy.NUMBER_MAX)
    due_on = models.DateField("満期日")
    voucher_on = models.DateField("伝票日付", null=True, blank=True)
    party = models.CharField("相手先", max_length=policy.NAME_MAX)
    party_printed = models.CharField("相手先の印字名", max_length=policy.CELL)
    drawer = models.CharField("振出人", max_length=policy.NAME_MAX, blank=True)
    user_number = models.CharField("利用者番号", max_length=9, blank=True)
    bank = models.CharField("銀行名", max_length=policy.NAME_MAX, blank=True)
    bank_printed = models.CharField("銀行名の印字名", max_length=policy.CELL, blank=True)
    reason = models.CharField("発行事由", max_length=policy.CELL, blank=True)
    amount_yen = models.BigIntegerField("金額")
    note = models.CharField("摘要", max_length=policy.NOTE_MAX, blank=True)
    changed_at = models.DateTimeField("更新日時")
    version = models.PositiveIntegerField("版", default=1)

    class Meta:
        verbose_name = "手形"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "kind", "number", "party", "due_on"], name="bill_of_a_company_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="bill_kind_known"),
            models.CheckConstraint(
                condition=Q(amount_yen__gte=1, amount_yen__lte=policy.AMOUNT_MAX_YEN), name="bill_amount"
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(party="") & ~Q(party_printed=""), name="bill_is_named"
            ),
            models.CheckConstraint(
                condition=Q(bank="", bank_printed="") | ~Q(bank="") & ~Q(bank_printed=""),
                name="bill_bank_is_printed",
            ),
            models.CheckConstraint(
                condition=Q(user_number="") | Q(user_number__regex=USER_NUMBER_PATTERN),
                name="bill_user_number_shape",
            ),
            models.CheckConstraint(
                condition=Q(voucher_on__isnull=True) | Q(voucher_on__lte=F("due_on")),
                name="bill_voucher_before_due",
            ),
            models.UniqueConstraint(fields=["id", "company"], name="bill_and_its_company"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "due_on", "id"], name="bill_by_due"),
            models.Index(fields=["company", "id"], name="bill_by_entry"),
        ]

    @property
    def about(self) -> policy.About:
        return ABOUT[Kind(self.kind)]

    @property
    def now(self) -> Standing:
        """Of a row that access.bills_of fetched: `standing` is derived there."""
        return Standing(vars(self)["standing"])

    @property
    def debtor(self) -> str:
        """Who pays a bill that is held: 振出人, if another than from whom it came."""
        return self.drawer or self.party


class BillSwitch(models.Model):
    """でんさいへ切替: the entry of a request was begun from a bill. What became of it, its token tells."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    bill = models.ForeignKey(Bill, models.CASCADE, related_name="switches")
    token = models.CharField("画面の番号", max_length=40, unique=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField("開始日時")

    class Meta:
        verbose_name = "でんさいへの切替"


class BillUpload(models.Model):
    """A read file, until it is confirmed or the next one comes: one a user. Cells as they were typed."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    token = models.CharField("番号", max_length=32)
    file_name = models.CharField("ファイル名", max_length=policy.FILE_NAME_MAX)
    lines = models.JSONField("行")  # [[line number, {field: text}], …]
    made_at = models.DateTimeField("取込日時")

    class Meta:
        verbose_name = "取込中の手形のファイル"
