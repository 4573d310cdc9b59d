"""A piece of long work: who asked for what, how far it is, what came of it.

Users and companies are named by key: this layer lies below theirs. `attempt` is a fence: it grows with every
worker that takes the job, and a worker writes only while it is still its own.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Job(models.Model):
    """出力ジョブ. Written by `erec.jobs.actions` and, while it runs, by `erec.jobs.running`."""

    class State(models.TextChoices):
        QUEUED = "queued", "待っています"
        RUNNING = "running", "実行中"
        DONE = "done", "完了"
        FAILED = "failed", "失敗"
        CANCELLED = "cancelled", "取消"

    job_no = models.CharField("ジョブ番号", max_length=20, unique=True)
    company_id = models.BigIntegerField("企業")
    user_id = models.BigIntegerField("ユーザ")
    login_id = models.CharField("ログインID", max_length=14)
    user_name = models.CharField("ユーザ名", max_length=40)
    kind = models.CharField("種類", max_length=40)
    title = models.CharField("内容", max_length=200)
    parameters = models.JSONField("条件")
    fingerprint = models.CharField("条件の指紋", max_length=64)
    mail_when_done = models.BooleanField("終わったらメールで知らせる", default=True)

    state = models.CharField("状態", max_length=10, choices=State, default=State.QUEUED)
    done = models.BigIntegerField("処理した件数", default=0)
    total = models.BigIntegerField("全体の件数", default=0)  # 0: not known
    attempt = models.PositiveIntegerField("実行の回数", default=0)
    failures = models.PositiveSmallIntegerField("途中で止まった回数", default=0)
    last_error = models.CharField("直前の誤り", max_length=200, blank=True)  # for the next attempt to compare
    due_at = models.DateTimeField("実行できる日時")
    lease_until = models.DateTimeField("実行者が生きているとみなす期限", null=True, blank=True)
    cancel_asked_at = models.DateTimeField("取消を求めた日時", null=True, blank=True)

    created_at = models.DateTimeField("受付日時")
    started_at = models.DateTimeField("開始日時", null=True, blank=True)
    finished_at = models.DateTimeField("終了日時", null=True, blank=True)
    error = models.CharField("失敗の理由", max_length=500, blank=True)
    note = models.CharField("結果の説明", max_length=500, blank=True)

    file_name = models.CharField("ファイル名", max_length=150, blank=True)
    content_type = models.CharField("ファイルの種類", max_length=100, blank=True)
    size_bytes = models.BigIntegerField("ファイルの大きさ", default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    kept_until = models.DateTimeField("ファイルを残す期限", null=True, blank=True)
    removed_at = models.DateTimeField("ファイルを消した日時", null=True, blank=True)

    class Meta:
        verbose_name = "出力ジョブ"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]),
                name="job_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="job_is_leased_while_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="job_ends_once",
            ),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(error="")) | (~Q(state="failed") & Q(error="")),
                name="job_failure_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(file_name="", sha256="", kept_until__isnull=True)
                | (Q(state="done", kept_until__isnull=False) & ~Q(file_name="") & ~Q(sha256="")),
                name="job_result_of_what_is_done",
            ),
            models.CheckConstraint(
                condition=Q(done__gte=0) & (Q(total=0) | Q(done__lte=F("total"))), name="job_progress_bounds"
            ),
            # A double click, or a second tab, finds the first one's job.
            models.UniqueConstraint(
                fields=["user_id", "kind", "fingerprint"],
                condition=Q(state__in=["queued", "running"]),
                name="job_open_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user_id", "id"], name="job_of_user"),
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=["queued", "running"]), name="job_to_run"
            ),
            models.Index(
                fields=["kept_until"],
                condition=Q(kept_until__isnull=False, removed_at__isnull=True),
                name="job_result_to_remove",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def has_result(self) -> bool:
        return bool(self.file_name) and self.removed_at is None
