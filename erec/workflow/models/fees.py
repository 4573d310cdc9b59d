"""当方負担手数料 and 先方負担手数料 of a company (domain facts §2.2)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Company

AMOUNT_MAX_YEN = 9_999_999_999  # 債権金額: ten digits (domain facts §5.3)
FEE_MAX_YEN = 99_999  # no source; more than any bank asks for one record (inferred)


class FeeTable(models.Model):
    """The company's tables as they stand; no row: both are empty."""

    company = models.OneToOneField(Company, models.PROTECT, primary_key=True, related_name="+")
    version = models.PositiveIntegerField("版", default=0)

    class Meta:
        verbose_name = "手数料表"


class FeeBand(models.Model):
    """One band: the fee of an amount of `from_yen` or more, up to the next band."""

    class Table(models.TextChoices):
        OWN = "own", "当方負担手数料"
        OTHER = "other", "先方負担手数料"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    table = models.CharField("表", max_length=5, choices=Table)
    from_yen = models.BigIntegerField("金額（円以上）")
    fee_yen = models.IntegerField("手数料（円）")

    class Meta:
        verbose_name = "手数料"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "table", "from_yen"], name="fee_band_once"),
            models.CheckConstraint(condition=Q(table__in=["own", "other"]), name="fee_band_table"),
            models.CheckConstraint(
                condition=Q(from_yen__gte=1, from_yen__lte=AMOUNT_MAX_YEN)
                & Q(fee_yen__gte=0, fee_yen__lte=FEE_MAX_YEN),
                name="fee_band_amounts",
            ),
        ]
