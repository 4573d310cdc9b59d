"""The business date: one row, moved by the day's run."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class BusinessDay(models.Model):
    """業務日付. Written by `erec.parameters.business_day` only."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    date = models.DateField("業務日付")
    moved_at = models.DateTimeField("業務日付になった日時")
    opened_at = models.DateTimeField("日初処理の終了日時", null=True, blank=True)
    closed = models.BooleanField("日終処理済み", default=False)

    class Meta:
        verbose_name = "業務日付"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="business_day_is_one_row"),
            models.CheckConstraint(
                condition=Q(closed=False) | Q(opened_at__isnull=False),
                name="business_day_opens_before_it_closes",
            ),
        ]
