"""The tables of the trail and the outbox. Nothing here points at another table: a trail outlives its rows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from erec.trail.chain import SHARDS


class Entry(models.Model):
    """One thing that happened. Append-only by triggers; every column is covered by `hash`."""

    pk = models.CompositePrimaryKey("chain", "position")
    version = models.SmallIntegerField("形式の版")
    chain = models.BigIntegerField("鎖")
    position = models.BigIntegerField("位置")
    previous_hash = models.BinaryField("一つ前のハッシュ", max_length=32)
    event = models.CharField("できごと", max_length=60)
    recorded_at = models.DateTimeField("日時")
    company_id = models.BigIntegerField("企業", null=True)
    user_id = models.BigIntegerField("ユーザ", null=True)
    login_id = models.TextField("ログインID")
    user_name = models.TextField("ユーザ名")
    address = models.TextField("接続元")
    door = models.TextField("入口")
    target = models.TextField("対象")
    detail = models.JSONField("内容")
    hash = models.BinaryField("ハッシュ", max_length=32)

    class Meta:
        db_table = "trail_entry"
        verbose_name = verbose_name_plural = "証跡"
        constraints: ClassVar = [
            models.CheckConstraint(name="trail_entry_position", condition=Q(position__gte=1)),
            models.CheckConstraint(
                name="trail_entry_chain_of_company",
                condition=Q(company_id__isnull=False, chain__gt=0, chain=models.F("company_id"))
                | Q(company_id__isnull=True, chain__gte=-SHARDS, chain__lte=-1),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["user_id", "-recorded_at", "-chain", "-position"],
                condition=Q(user_id__isnull=False),
                name="trail_entry_of_user",
            ),
        ]


class ChainHead(models.Model):
    """The end of a chain: the row that is locked while the chain grows. It only moves forward."""

    chain = models.BigIntegerField("鎖", primary_key=True)
    position = models.BigIntegerField("位置", default=0)
    hash = models.BinaryField("ハッシュ", max_length=32)

    class Meta:
        db_table = "trail_chain_head"
        verbose_name = verbose_name_plural = "鎖の先頭"


class SealedHead(models.Model):
    """Up to where a chain's head was last written outside the database, and in which line there."""

    chain = models.BigIntegerField("鎖", primary_key=True)
    position = models.BigIntegerField("位置")
    line = models.BigIntegerField("行", unique=True)
    line_hash = models.BinaryField("行のハッシュ", max_length=32)

    class Meta:
        db_table = "trail_sealed_head"
        verbose_name = verbose_name_plural = "控えた先頭"


class Outbox(models.Model):
    """One mail that must leave. `sent_at` is empty until it has; it may then have left more than once."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField("用件", max_length=200, unique=True)
    to = models.CharField("宛先", max_length=254)
    subject = models.CharField("件名", max_length=200)
    body = models.TextField("本文")
    created_at = models.DateTimeField("作成日時")
    due_at = models.DateTimeField("送信予定日時")
    attempts = models.IntegerField("試行回数", default=0)
    last_error = models.TextField("最後のエラー", default="")
    sent_at = models.DateTimeField("送信日時", null=True)

    class Meta:
        db_table = "trail_outbox"
        verbose_name = verbose_name_plural = "送信箱"
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(sent_at__isnull=True), name="trail_outbox_due"),
        ]
