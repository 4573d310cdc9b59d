"""The tables of 支払不能: what is stated against a transfer, and what the institutions are told.

`defaults` alone writes them; triggers hold that each is changed once, forward.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Company
from erec.claims.grounds import GROUNDS

_GROUNDS = [(ground.code, ground.label) for ground in GROUNDS.values()]
_DISPUTED = [ground.code for ground in GROUNDS.values() if ground.kind.may_object]
_REMITTED = [ground.code for ground in GROUNDS.values() if ground.without_deposit]


class Halt(models.Model):
    """口座間送金決済の中止 on a stated ground, with or without 異議申立, until it ends.

    Without a claim it stands for every claim on its debtor (bankruptcy).
    """

    company = models.ForeignKey(Company, models.PROTECT, verbose_name="債務者企業", related_name="+")
    claim = models.ForeignKey(
        "claims.Claim", models.PROTECT, verbose_name="債権", related_name="halts", null=True, blank=True
    )
    ground = models.CharField("事由", max_length=20, choices=_GROUNDS)
    objection = models.BooleanField("異議申立")
    deposit_yen = models.BigIntegerField("異議申立預託金", default=0)
    stated_on = models.DateField("申出日")
    stated_at = models.DateTimeField("申出日時")
    operator = models.CharField("受け付けた職員", max_length=40)
    ended_on = models.DateField("終了日", null=True, blank=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)
    ended_because = models.CharField("終了の理由", max_length=40, blank=True)

    class Meta:
        verbose_name = "口座間送金決済の中止"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(ended_at__isnull=True), name="halt_one_open_a_claim"
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(ended_at__isnull=True, claim__isnull=True),
                name="halt_one_open_a_debtor",
            ),
            models.CheckConstraint(
                condition=Q(objection=False, deposit_yen=0)
                | Q(objection=True, claim__isnull=False, ground__in=_DISPUTED, deposit_yen__gt=0)
                | Q(objection=True, claim__isnull=False, ground__in=_REMITTED, deposit_yen=0),
                name="halt_objection_has_its_deposit",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_at__isnull=True, ended_because="")
                | Q(ended_on__gte=F("stated_on"), ended_at__isnull=False) & ~Q(ended_because=""),
                name="halt_ends_with_a_reason",
            ),
        ]


class DefaultNotice(models.Model):
    """支払不能通知 to the institutions: one a claim, sent on its day. What is announced is what counts."""

    company = models.ForeignKey(Company, models.PROTECT, verbose_name="債務者企業", related_name="+")
    claim = models.OneToOneField("claims.Claim", models.PROTECT, related_name="default_notice")
    ground = models.CharField("事由", max_length=20, choices=_GROUNDS)
    due_on = models.DateField("支払期日")
    send_on = models.DateField("通知日")
    counted_at = models.DateTimeField("計上日時")
    sent_at = models.DateTimeField("通知日時", null=True, blank=True)

    class Meta:
        verbose_name = "支払不能通知"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(send_on__gte=F("due_on")), name="default_notice_after_its_day")
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "due_on"], name="default_notice_of_debtor"),
            models.Index(
                fields=["send_on"], condition=Q(sent_at__isnull=True), name="default_notice_to_send"
            ),
        ]
