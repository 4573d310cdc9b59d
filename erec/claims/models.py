"""The record book's tables. Events are the truth; claims, guarantors and holdings are their projection.

Who writes: `book` the events and the projection, `orders` the orders, `runs` and `sanctions` the settlement
results and sanctions, `settlement` the balances. What must hold whoever writes is in the migrations'
triggers.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Company
from erec.claims.default_models import DefaultNotice as DefaultNotice  # of this app too
from erec.claims.default_models import Halt as Halt
from erec.claims.instructions import KINDS, FeeBearer

# 記録番号: 利用者番号 9 and 11 digits (domain facts §4.6).
RECORD_NUMBER_PATTERN = r"^[0-9A-HJ-NP-Y]{9}[0-9]{11}$"


class Claim(models.Model):
    """電子記録債権, as its events (or the reservation it waits for) make it. Rows are never removed."""

    class State(models.TextChoices):
        RESERVED = "reserved", "予約中"
        RECORDED = "recorded", "記録済"
        SETTLED = "settled", "決済済"
        DEFAULTED = "defaulted", "支払不能"
        CANCELLED = "cancelled", "取消済"

    record_number = models.CharField("記録番号", max_length=20, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="原債権", related_name="children", null=True, blank=True
    )
    state = models.CharField("状態", max_length=10, choices=State)
    amount_yen = models.BigIntegerField("債権金額")  # of a cancelled claim: what it was
    original_amount_yen = models.BigIntegerField("発生時の債権金額")
    paid_yen = models.BigIntegerField("支払済の金額", default=0)
    due_on = models.DateField("支払期日")
    settle_on = models.DateField("決済日")
    accrued_on = models.DateField("発生日")
    held_since = models.DateField("債権者になった日")
    restricted = models.BooleanField("譲渡制限")
    obligor = models.ForeignKey(Company, models.PROTECT, verbose_name="債務者企業", related_name="+")
    obligor_number = models.CharField("債務者 利用者番号", max_length=9)
    obligor_name = models.CharField("債務者名", max_length=60)
    obligor_account = models.CharField("債務者 決済口座", max_length=18)
    holder = models.ForeignKey(Company, models.PROTECT, verbose_name="債権者企業", related_name="+")
    holder_number = models.CharField("債権者 利用者番号", max_length=9)
    holder_name = models.CharField("債権者名", max_length=60)
    holder_account = models.CharField("債権者 決済口座", max_length=18)
    assignor = models.ForeignKey(
        Company, models.PROTECT, verbose_name="譲渡人企業", related_name="+", null=True, blank=True
    )
    fee_bearer = models.CharField(
        "手数料負担", max_length=10, choices=[(f.value, f.value) for f in FeeBearer]
    )
    reference = models.CharField("依頼人Ref.No.", max_length=40, blank=True)
    position = models.PositiveIntegerField("最後の記録", default=0)

    class Meta:
        verbose_name = "電子記録債権"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(record_number__regex=RECORD_NUMBER_PATTERN), name="claim_record_number_shape"
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_yen__gt=0,
                    amount_yen__lte=F("original_amount_yen"),
                    paid_yen__gte=0,
                    paid_yen__lte=F("amount_yen"),
                ),
                name="claim_amounts_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reserved", "recorded", "settled", "defaulted", "cancelled"]),
                name="claim_state_known",
            ),
            models.CheckConstraint(
                condition=Q(paid_yen__lt=F("amount_yen")) | Q(state="settled"), name="claim_paid_is_settled"
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled")
                | Q(state="reserved", position=0)
                | Q(position__gt=0) & ~Q(state="reserved"),
                name="claim_reserved_until_its_first_event",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["settle_on", "record_number"], condition=Q(state="recorded"), name="claim_to_settle"
            ),
            models.Index(
                fields=["id"],
                condition=Q(paid_yen__gt=0, state__in=["recorded", "defaulted"]),
                name="claim_paid_in_part",
            ),
        ]


class Guarantor(models.Model):
    """電子記録保証人, in the order in which they joined."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="guarantors")
    order = models.PositiveSmallIntegerField("順")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    user_number = models.CharField("利用者番号", max_length=9)
    name = models.CharField("企業名", max_length=60)
    account = models.CharField("決済口座", max_length=18)

    class Meta:
        verbose_name = "電子記録保証人"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "order"], name="guarantor_order_once"),
        ]


class Recourse(models.Model):
    """特別求償権 of a guarantor who paid, and what he got of it. Rows are never removed.

    He has it against the debtor and the guarantors who stand before him (電子記録債権法第35条第1項).
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="recourses")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField("保証人としての順")
    amount_yen = models.BigIntegerField("支払った金額")
    paid_yen = models.BigIntegerField("求償できた金額", default=0)

    class Meta:
        verbose_name = "特別求償権"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "company"], name="recourse_once"),
            models.CheckConstraint(
                condition=Q(amount_yen__gt=0, paid_yen__gte=0, paid_yen__lte=F("amount_yen")),
                name="recourse_amounts_in_order",
            ),
        ]

    @property
    def open_yen(self) -> int:
        return self.amount_yen - self.paid_yen


class GuaranteeContract(models.Model):
    """保証利用限定特約: the company may be guarantor although it cannot be obligor (北海道銀行Q&A 保証)."""

    company = models.OneToOneField(Company, models.PROTECT, related_name="+")
    since = models.DateField("契約日")

    class Meta:
        verbose_name = "保証利用限定特約"


class Holding(models.Model):
    """One company's part in one claim, with own copies of what its lists sort and search by.

    A company that no longer has a part keeps the copy as it was when it left.
    """

    class Role(models.TextChoices):
        OBLIGOR = "obligor", "債務者"
        HOLDER = "holder", "債権者"
        GUARANTOR = "guarantor", "保証人"
        FORMER = "former", "以前の債権者"
        INCOMING = "incoming", "譲受人（予約）"

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="holdings")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    role = models.CharField("立場", max_length=10, choices=Role)
    record_number = models.CharField("記録番号", max_length=20)
    amount_yen = models.BigIntegerField("債権金額")
    state = models.CharField("状態", max_length=10, choices=Claim.State)
    due_on = models.DateField("支払期日")
    accrued_on = models.DateField("発生日")
    account = models.CharField("自社の決済口座", max_length=18)
    counterpart_number = models.CharField("相手方 利用者番号", max_length=9)
    counterpart_name = models.CharField("相手方", max_length=60)
    left_position = models.PositiveIntegerField("最後に見られる記録", null=True, blank=True)

    class Meta:
        verbose_name = "債権の持分"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "company", "role"], name="holding_once"),
            models.UniqueConstraint(fields=["claim"], condition=Q(role="holder"), name="holding_one_holder"),
            models.CheckConstraint(
                condition=Q(role__in=["obligor", "holder", "guarantor", "former", "incoming"]),
                name="holding_role_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "due_on", "id"], name="holding_by_due_on"),
            models.Index(fields=["company", "accrued_on", "id"], name="holding_by_accrued_on"),
            models.Index(fields=["company", "record_number"], name="holding_by_number"),
            # What is open is what the list opens with; years of settled claims lie before it.
            models.Index(
                fields=["company", "due_on", "id"],
                condition=Q(state__in=["reserved", "recorded"]) & ~Q(role="former"),
                name="holding_open_by_due_on",
            ),
            # What `schedule` adds up, without looking at the rows themselves.
            models.Index(
                fields=["company", "role", "due_on"],
                include=["state", "amount_yen", "account", "counterpart_number", "claim"],
                condition=Q(state__in=["reserved", "recorded", "defaulted"]),
                name="holding_outstanding",
            ),
            models.Index(
                fields=["company", "role", "due_on"],
                include=["account", "claim"],
                condition=Q(state="settled"),
                name="holding_settled",
            ),
        ]


class Order(models.Model):
    """What a request asks of the registrar, and its answer. The key makes it happen once."""

    class State(models.TextChoices):
        PLACED = "placed", "記録待ち"
        RESERVED = "reserved", "予約中"
        RECORDED = "recorded", "記録済"
        REFUSED = "refused", "記録エラー"
        CANCELLED = "cancelled", "取消済"

    key = models.CharField("用件", max_length=120, unique=True)
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    request_no = models.CharField("請求番号", max_length=20)
    kind = models.CharField("種類", max_length=12, choices=[(kind, kind) for kind in KINDS])
    instruction = models.JSONField("内容")
    # The claim that is asked about; of a division the parent. An accrual's comes with the answer.
    claim_number = models.CharField("対象の記録番号", max_length=20, blank=True)
    state = models.CharField("状態", max_length=10, choices=State, default=State.PLACED)
    record_number = models.CharField("記録番号", max_length=20, blank=True)
    error = models.CharField("記録エラー", max_length=300, blank=True)
    effective_on = models.DateField("効力発生日", null=True, blank=True)
    placed_at = models.DateTimeField("受付日時")
    answered_at = models.DateTimeField("回答日時", null=True, blank=True)
    collected_at = models.DateTimeField("回答の反映日時", null=True, blank=True)

    class Meta:
        verbose_name = "記録の指図"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="placed", answered_at__isnull=True)
                | ~Q(state="placed") & Q(answered_at__isnull=False),
                name="order_answered_or_placed",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") & Q(error="") | Q(state="refused") & ~Q(error=""),
                name="order_refused_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["reserved", "recorded"])
                | ~Q(record_number="") & Q(effective_on__isnull=False),
                name="order_taken_has_a_number",
            ),
            # A second reserved 譲渡 on one claim is refused (domain facts §4.2, [82F4]).
            models.UniqueConstraint(
                fields=["claim_number", "kind"], condition=Q(state="reserved"), name="order_one_reservation"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["record_number"], name="order_by_record_number"),
            models.Index(
                fields=["effective_on", "id"], condition=Q(state="reserved"), name="order_to_take_effect"
            ),
            models.Index(
                fields=["answered_at"],
                condition=Q(collected_at__isnull=True, answered_at__isnull=False),
                name="order_uncollected",
            ),
        ]


class SettlementResult(models.Model):
    """口座間送金決済の結果: beside the record events, not among them. Append-only."""

    class Outcome(models.TextChoices):
        PAID = "paid", "決済"
        DEFAULTED = "defaulted", "支払不能"

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="settlement_results")
    obligor = models.ForeignKey(Company, models.PROTECT, verbose_name="債務者企業", related_name="+")
    due_on = models.DateField("決済日")
    outcome = models.CharField("結果", max_length=10, choices=Outcome)
    amount_yen = models.BigIntegerField("金額")
    reason = models.CharField("理由", max_length=60, blank=True)
    settled_on = models.DateField("処理日")
    recorded_at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "決済結果"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "due_on"], name="settlement_result_once"),
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="settlement_result_amount"),
            models.CheckConstraint(
                condition=Q(outcome="paid", reason="") | Q(outcome="defaulted") & ~Q(reason=""),
                name="settlement_result_says_why",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["obligor", "due_on"], name="settlement_result_of_obligor")]


class RecordEvent(models.Model):
    """One record in the book (記録事項). Append-only; the next position of a claim that is still open."""

    class Kind(models.TextChoices):
        ACCRUAL = "accrual", "発生記録"
        ASSIGNMENT = "assignment", "譲渡記録"
        DIVISION = "division", "分割記録"
        GUARANTEE = "guarantee", "保証記録"
        CHANGE = "change", "変更記録"
        PAYMENT = "payment", "支払等記録"
        CANCELLATION = "cancellation", "取消（削除）"

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="events")
    position = models.PositiveIntegerField("順")
    kind = models.CharField("記録の種類", max_length=12, choices=Kind)
    recorded_on = models.DateField("電子記録年月日")
    recorded_at = models.DateTimeField("記録日時")
    order = models.ForeignKey(Order, models.PROTECT, related_name="events", null=True, blank=True)
    settlement = models.ForeignKey(
        SettlementResult, models.PROTECT, related_name="events", null=True, blank=True
    )
    facts = models.JSONField("記録事項")

    class Meta:
        verbose_name = "記録"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "position"], name="record_event_position_once"),
            models.UniqueConstraint(fields=["settlement"], name="record_event_one_of_a_settlement"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "accrual",
                        "assignment",
                        "division",
                        "guarantee",
                        "change",
                        "payment",
                        "cancellation",
                    ]
                ),
                name="record_event_kind_known",
            ),
            # No record without an approved request, or the book's own run (電子記録債権法: by request only).
            models.CheckConstraint(
                condition=Q(order__isnull=False, settlement__isnull=True)
                | Q(order__isnull=True, settlement__isnull=False, kind="payment"),
                name="record_event_has_a_cause",
            ),
        ]
        # 取引履歴照会 walks them, the newest first.
        indexes: ClassVar = [models.Index(fields=["-recorded_on", "-id"], name="record_event_newest")]


class Sanction(models.Model):
    """取引停止処分: no new claim as obligor from `starts_on` to `ends_on`, both included.

    Append-only."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    default = models.ForeignKey(
        "claims.DefaultNotice",
        models.PROTECT,
        verbose_name="処分のもとの支払不能",
        related_name="sanctions",
        null=True,
        blank=True,
    )
    starts_on = models.DateField("開始日")
    ends_on = models.DateField("終了日")
    reason = models.CharField("理由", max_length=100)
    recorded_at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "取引停止処分"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "starts_on"], name="sanction_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="sanction_has_a_span"),
        ]


class AccountBalance(models.Model):
    """The demo balance of one settlement account: the embedded Settlement's, no bank's."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    account = models.CharField("決済口座", max_length=18, unique=True)
    balance_yen = models.BigIntegerField("残高")

    class Meta:
        verbose_name = "デモ残高"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(balance_yen__gte=0), name="account_balance_not_below_zero"),
        ]


class AccountMovement(models.Model):
    """One change of a demo balance; they add up to it. Append-only."""

    balance = models.ForeignKey(AccountBalance, models.PROTECT, related_name="movements")
    key = models.CharField("用件", max_length=150, unique=True)
    amount_yen = models.BigIntegerField("金額")
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "デモ残高の増減"
