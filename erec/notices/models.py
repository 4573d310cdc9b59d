"""通知情報: what a company was told, who has read it, and who wants which kind by mail."""

import re
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Company
from erec.members.catalogue import BY_CODE
from erec.members.models import Member
from erec.notices.what import Importance, What

FACT = re.compile(r"([^:。]{1,12}): (.+)")  # a short name and its value


class Notice(models.Model):
    """One thing that one company was told. Append-only.

    It belongs to the company, not to persons: who sees it is decided by their permissions when they look.
    `code` is its name in addresses: counting ids would tell how much the bank's other customers do.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="notices")
    code = models.CharField("番号", max_length=16)
    key = models.CharField("用件", max_length=150)
    what = models.CharField("種類", max_length=30)  # What; no choices, so that a new kind is no migration
    importance = models.CharField("重要度", max_length=1, choices=[(i.value, i.value) for i in Importance])
    business = models.CharField("業務", max_length=30)
    subject = models.CharField("件名", max_length=100)
    body = models.TextField("内容", blank=True)
    request_no = models.CharField("請求番号", max_length=20, blank=True)
    record_number = models.CharField("記録番号", max_length=20, blank=True)
    demand_no = models.CharField("承諾依頼番号", max_length=20, blank=True)
    created_at = models.DateTimeField("通知日時")

    class Meta:
        verbose_name = verbose_name_plural = "通知情報"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="notice_code_once"),
            models.UniqueConstraint(fields=["key"], name="notice_key_once"),
            models.CheckConstraint(
                condition=Q(importance__in=[i.value for i in Importance]), name="notice_importance_known"
            ),
            models.CheckConstraint(condition=~Q(subject=""), name="notice_has_a_subject"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-created_at", "-id"], name="notice_of_company"),
            # For whoever sees little of much: the list's own index would be read to its end.
            models.Index(fields=["company", "business"], name="notice_of_business"),
        ]

    @property
    def label(self) -> str:
        return What(self.what).label

    @property
    def business_name(self) -> str:
        return BY_CODE[self.business].name

    @property
    def lines(self) -> list[str]:
        return self.body.split("\n") if self.body else []

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The lines that name something, 「記録番号: …」, as name and value."""
        return [(found[1], found[2]) for line in self.lines if (found := FACT.fullmatch(line))]

    @property
    def sentences(self) -> list[str]:
        """The other lines."""
        return [line for line in self.lines if not FACT.fullmatch(line)]


class NoticeRead(models.Model):
    """既読: one member has opened one notice. The earliest time stays."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="reads")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    read_at = models.DateTimeField("既読日時")

    class Meta:
        verbose_name = verbose_name_plural = "既読"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "member"], name="notice_read_once"),
        ]


class MailChoice(models.Model):
    """メール通知の設定: what one member decided about one kind; without a row the table's default holds."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="mail_choices")
    what = models.CharField("種類", max_length=30)
    wanted = models.BooleanField("メールで受け取る")

    class Meta:
        verbose_name = verbose_name_plural = "メール通知の設定"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "what"], name="mail_choice_once"),
        ]
