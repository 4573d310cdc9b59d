"""Limits in yen that a company sets itself: per request, per business date, per checker (企業情報管理).

What counts is what the company binds itself to, hands on or gives up; a limit is looked at when the amount is
entered (per request) and when it is approved (all three), as the rows are then.
"""

from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from django.db import connection
from django.db.models import Subquery

from erec.parameters.models import BusinessDay
from erec.workflow.errors import OverLimit
from erec.workflow.models import CheckerLimit, Controls, DayTotal
from erec.workflow.types import TYPES
from erec.workflow.types.base import Content
from erec.workflow.types.batch import Batch, parts_of


@dataclass(frozen=True)
class Counting:
    """Whether a business type counts, and why."""

    counts: bool
    because: str


# By the code of the business type (inferred: no portal has such limits). A type without a row counts.
COUNTED: dict[str, Counting] = {
    "accrual_by_obligor": Counting(True, "支払う義務を負うため"),
    "accrual_by_obligee": Counting(False, "受け取る側の請求で、自社の義務は増えないため"),
    "assignment": Counting(True, "債権を手放し、保証ありのときは支払いを保証するため"),
    "batch": Counting(True, "明細ごとに、その種類の決まりで数える"),
    "cancel_accrual": Counting(True, "記録された債権の取消では、債権を失うため"),
    "cancel_assignment": Counting(True, "記録された譲渡の取消では、譲り受けた債権を失うため"),
    "answer": Counting(True, "承諾すると支払う義務を負うため（否認は数えない）"),
    "answer_other": Counting(True, "承諾すると、保証や変更、支払等を認めるため（否認は数えない）"),
    "withdrawal": Counting(False, "承諾依頼を取り消すだけのため"),
    "withdrawal_other": Counting(False, "承諾依頼を取り消すだけのため"),
    "withdrawal_financing": Counting(False, "融資の申込みを取り下げるだけのため"),
    "change": Counting(True, "債権の金額や期日を変え、債権を削除することもあるため"),
    "guarantee": Counting(False, "保証してもらう側の請求で、自社の義務は増えないため"),
    "payment_by_payer": Counting(False, "すでに支払った事実を記録するだけのため"),
    "payment_by_payee": Counting(True, "支払いを受けたとして、債権を減らすため"),
    "discount": Counting(True, "債権を手放すため"),
    "collateral": Counting(True, "債権を担保に入れるため"),
    "designation": Counting(False, "金額のない設定のため"),
    "masters": Counting(False, "金額のない設定のため"),
}


def counting_of(code: str) -> Counting:
    return COUNTED.get(code, Counting(True, ""))


def parts(code: str, content: Content) -> list[tuple[str, Content]]:
    """A content by business types: 一括請求 holds several."""
    if code == Batch.code:
        return [(part.typ.code, part.content) for part in parts_of(content)]
    return [(code, content)]


def counts(code: str, content: Content) -> bool:
    """Of one part. An answer counts if it consents."""
    answers = [line["answer"] for line in content["lines"] if "answer" in line]
    return counting_of(code).counts and answers in ([], ["accept"])


def counted_yen(code: str, content: Content) -> int:
    """What of a checked content counts for the limits."""
    counted = [(part, of_part) for part, of_part in parts(code, content) if counts(part, of_part)]
    return sum(TYPES[part].summary(of_part).total_yen for part, of_part in counted)


def of_checkers(company_id: int) -> dict[int, int]:
    """By member: the most he may approve at a time. Who is not there has no limit."""
    return dict(CheckerLimit.objects.filter(company_id=company_id).values_list("member", "limit_yen"))


def approved_today_yen(company_id: int) -> int:
    """What was approved on the business date so far, for showing: `count` decides."""
    today = BusinessDay.objects.values("date")[:1]
    found = DayTotal.objects.filter(company_id=company_id, on=Subquery(today)).first()
    return found.approved_yen if found else 0


def check_request(controls: Controls, yen: int) -> None:
    """Raises OverLimit."""
    limit = controls.request_limit_yen
    if limit is not None and yen > limit:
        raise OverLimit(
            f"この請求の金額（{yen:,}円）は、1件の限度額（{limit:,}円）を超えています。何も変わっていません。"
            "金額を見直すか、マスターユーザに限度額の変更を依頼してください。"
        )


def check_day(controls: Controls, yen: int, before_yen: int) -> None:
    """`before_yen`: what was approved on the day without this one. Raises OverLimit."""
    limit = controls.daily_limit_yen
    if limit is None or not yen or before_yen + yen <= limit:
        return
    if yen > limit:
        help_ = "マスターユーザに、限度額の変更を依頼してください。"
    else:
        help_ = "次の日に承認するか、マスターユーザに限度額の変更を依頼してください。"
    raise OverLimit(
        f"この請求（{yen:,}円）を承認すると、今日の承認の合計が、1日の限度額（{limit:,}円）を超えます。"
        f"今日は、すでに{before_yen:,}円が承認されています。何も変わっていません。{help_}"
    )


def refuse_checker(yen: int, limit: int, *, whose: str, others: str) -> NoReturn:
    """`whose`: 「あなた」, or the principal in whose place he approves; `others`: who may approve as much."""
    helpers = f"{others}に依頼するか、" if others else ""
    raise OverLimit(
        f"この請求の金額（{yen:,}円）は、{whose}の承認の限度額（{limit:,}円）を超えています。"
        f"何も変わっていません。{helpers}マスターユーザに限度額の変更を依頼してください。"
    )


# One statement: who comes second waits for the first, and adds to what he has written.
_ADD = """
INSERT INTO workflow_daytotal AS day (company_id, "on", approved_yen) VALUES (%s, %s, %s)
ON CONFLICT (company_id, "on") DO UPDATE SET approved_yen = day.approved_yen + EXCLUDED.approved_yen
RETURNING approved_yen
"""


def count(controls: Controls, yen: int, on: date) -> None:
    """Add to the day's sum in the approval's transaction, before the book is told. Raises OverLimit."""
    if not yen:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [controls.company_id, on, yen])
        (total,) = cursor.fetchone()
    check_day(controls, yen, total - yen)
