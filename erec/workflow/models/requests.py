"""Requests, their versions, decisions, lines, and what the other company is asked."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Company, SettlementAccount
from erec.members.models import Member
from erec.workflow.states import FINISHED, LABELS, LineState, State

COMMENT_MAX = 250  # コメント（任意）, full or half width (domain facts §2.1)


class Numbering(models.Model):
    """The last number given to a company's requests and demands: nobody else's volume can be read from it."""

    company = models.OneToOneField(Company, models.PROTECT, primary_key=True, related_name="+")
    last = models.PositiveIntegerField("最後の番号", default=0)

    class Meta:
        verbose_name = "採番"


class Demand(models.Model):
    """承諾依頼: the other company is asked to consent to one line. It belongs to who must answer."""

    class State(models.TextChoices):
        OPEN = "open", "回答待ち"
        ACCEPTED = "accepted", "承諾"
        DENIED = "denied", "否認"
        LAPSED = "lapsed", "期限切れ"
        WITHDRAWN = "withdrawn", "取消"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    demand_no = models.CharField("承諾依頼番号", max_length=14)
    business = models.CharField("業務", max_length=30)
    asked_by = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name="請求者")
    asked_by_name = models.CharField("請求者名", max_length=60)
    instruction = models.JSONField("内容")
    amount_yen = models.BigIntegerField("債権金額（円）")
    state = models.CharField("状態", max_length=10, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField("通知日時")
    answer_until = models.DateTimeField("回答期限")
    answered_at = models.DateTimeField("回答日時", null=True, blank=True)

    class Meta:
        verbose_name = "承諾依頼"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "demand_no"], name="demand_number_once"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None) | Q(~Q(state="open"), answered_at__isnull=False),
                name="demand_answered_with_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "state", "answer_until", "id"], name="demand_queue"),
            models.Index(fields=["answer_until"], condition=Q(state="open"), name="demand_open"),
        ]


class Request(models.Model):
    """記録請求. The content is in its versions; the columns here are what lists show and sort by."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    request_no = models.CharField("請求番号", max_length=14)
    type = models.CharField("種類", max_length=30)
    business = models.CharField("業務", max_length=30)
    state = models.CharField("状態", max_length=20, choices=[(s.value, LABELS[s]) for s in State])
    version = models.PositiveIntegerField("版")
    maker = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="担当者")
    maker_name = models.CharField("担当者名", max_length=40)
    created_at = models.DateTimeField("作成日時")
    updated_at = models.DateTimeField("更新日時")
    account = models.ForeignKey(
        SettlementAccount, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="決済口座"
    )
    record_on = models.DateField("電子記録年月日", null=True, blank=True)
    total_yen = models.BigIntegerField("合計金額（円）", default=0)
    limited_yen = models.BigIntegerField("限度額に数える金額（円）", default=0)
    lines_count = models.PositiveIntegerField("明細数", default=0)
    partner_name = models.CharField("相手先", max_length=80, blank=True)
    deadline_at = models.DateTimeField("期限", null=True, blank=True)
    approval_error = models.JSONField("承認時エラー情報", default=list, blank=True)
    demand = models.ForeignKey(Demand, models.PROTECT, null=True, blank=True, related_name="answers")

    class Meta:
        verbose_name = "請求"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "request_no"], name="request_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="request_state_known"
            ),
            models.CheckConstraint(condition=Q(total_yen__gte=0), name="request_total_not_negative"),
            models.CheckConstraint(
                condition=~Q(state="awaiting_approval") | Q(deadline_at__isnull=False),
                name="request_waits_until_a_deadline",
            ),
            # One answer at a time to one demand.
            models.UniqueConstraint(
                fields=["demand"],
                condition=Q(demand__isnull=False) & ~Q(state__in=sorted(s.value for s in FINISHED)),
                name="request_one_open_answer",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "state", "deadline_at", "id"], name="request_queue"),
            models.Index(fields=["company", "-id"], name="request_of_company"),
            models.Index(
                fields=["deadline_at", "id"],
                condition=Q(state__in=["awaiting_approval", "sent_back", "pulled_back"]),
                name="request_unapproved",
            ),
        ]

    @property
    def standing(self) -> State:
        return State(self.state)


class Version(models.Model):
    """What was entered, each time. Append-only: what the checker saw is what was approved."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="versions")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("版")
    content = models.JSONField("内容")
    comment = models.CharField("コメント（任意）", max_length=COMMENT_MAX, blank=True)
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_by_name = models.CharField("担当者名", max_length=40)
    made_at = models.DateTimeField("日時")
    made_on = models.DateField("業務日付", null=True, blank=True)
    certificate = models.CharField("証明書のシリアル番号", max_length=40, blank=True)
    device = models.CharField("端末の印", max_length=32, blank=True)
    token = models.CharField("画面の番号", max_length=40, unique=True)

    class Meta:
        verbose_name = "請求の版"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "number"], name="version_number_once"),
        ]


class Decision(models.Model):
    """What a person did to one version. Append-only."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="decisions")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField("版")
    move = models.CharField("操作", max_length=10)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    member_name = models.CharField("操作した人", max_length=40)
    comment = models.CharField("コメント", max_length=COMMENT_MAX, blank=True)
    at = models.DateTimeField("日時")
    # 代理: in whose place, if not in his own.
    principal = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True, blank=True)
    principal_name = models.CharField("代理される人", max_length=40, blank=True)
    certificate = models.CharField("証明書のシリアル番号", max_length=40, blank=True)
    device = models.CharField("端末の印", max_length=32, blank=True)
    same = models.CharField("仮登録と同じもの", max_length=40, blank=True)

    class Meta:
        verbose_name = "判断"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "version", "member"],
                condition=Q(move="承認"),
                name="decision_approve_once",
            ),
        ]


class Line(models.Model):
    """One line of an approved request, until the book has answered."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="lines")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("明細番号")
    state = models.CharField("状態", max_length=20, choices=[(s.value, s.label) for s in LineState])
    amount_yen = models.BigIntegerField("債権金額（円）")
    partner_name = models.CharField("相手先", max_length=60, blank=True)
    record_number = models.CharField("記録番号", max_length=20, blank=True)
    error = models.CharField("エラー", max_length=300, blank=True)
    demand = models.OneToOneField(Demand, models.PROTECT, null=True, blank=True, related_name="line")

    class Meta:
        verbose_name = "請求の明細"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "number"], name="line_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in LineState]), name="line_state_known"
            ),
        ]

    @property
    def key(self) -> str:
        """The order's idempotency key at the registrar."""
        return f"request:{self.request_id}:{self.number}"

    @property
    def standing(self) -> LineState:
        return LineState(self.state)


class ClaimInUse(models.Model):
    """One open request of a company per claim: two people cannot ask for two things of one claim.

    Between two companies the book decides.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    record_number = models.CharField("記録番号", max_length=20)
    request = models.ForeignKey(Request, models.PROTECT, related_name="claims_in_use")

    class Meta:
        verbose_name = "請求中の債権"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "record_number"], name="claim_in_one_request"),
        ]


class WorkingCopy(models.Model):
    """What somebody has typed and not yet entered: it survives the end of a session."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    type = models.CharField("種類", max_length=30)
    token = models.CharField("画面の番号", max_length=40, unique=True)
    content = models.JSONField("内容")
    comment = models.CharField("コメント", max_length=COMMENT_MAX, blank=True)
    request = models.ForeignKey(Request, models.CASCADE, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField("版", null=True, blank=True)
    updated_at = models.DateTimeField("更新日時")

    class Meta:
        verbose_name = "入力の途中"
        indexes: ClassVar = [models.Index(fields=["member", "-updated_at"], name="working_copy_of_member")]
