"""取消 of an accrual or an assignment, reserved or recorded, in its window. Facts §4.1, §4.2.

Content: {"lines": [{"record_number"}]}, one claim a request. The check adds what the claim was and which of
its records is cancelled: that one alone is, and none that has taken its place before the approval.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from erec.claims import checks
from erec.claims.access import claim_for
from erec.claims.instructions import Accrual, Assignment, Cancellation
from erec.claims.models import Claim
from erec.workflow.errors import Problem
from erec.workflow.types.base import (
    Checked,
    Content,
    Context,
    Effect,
    Ordered,
    RequestType,
    Row,
    Sheet,
    Summary,
    day,
    yen,
)

NOT_THERE = "この記録番号の債権はありません。記録番号を確かめてください。"


class _CancellationType(RequestType):
    of: ClassVar[str]

    def check(self, content: Content, context: Context) -> Checked:
        if len(content["lines"]) != 1:
            return Checked(content, [Problem(0, "lines", "取消は、1件ずつ請求してください。")])
        line = content["lines"][0]
        claim = _claim(line, context)
        if claim is None:
            return Checked(content, [Problem(1, "record_number", NOT_THERE)])
        instruction = self._instruction(line, context)
        found = checks.problems(instruction, context.today)
        problems = [Problem(1, problem.field, problem.sentence) for problem in found]
        kept = {**line, **_shown(claim, context)}
        if not problems:
            cancelled = checks.to_cancel(instruction)
            kept |= {"record": cancelled.record, "until": cancelled.until.isoformat()}
        return Checked({**content, "lines": [kept]}, problems)

    def summary(self, content: Content) -> Summary:
        (line,) = content["lines"]
        return Summary(
            total_yen=line.get("amount_yen") or 0, lines=1, partner_name=line.get("partner_name", "")
        )

    def sheet(self, content: Content) -> Sheet:
        (line,) = content["lines"]
        columns = ("記録番号", "取り消す記録", "相手先", "支払期日", "債権金額")
        cells = (
            line["record_number"],
            line["record"],
            line["partner_name"],
            day(date.fromisoformat(line["due_on"])),
            yen(line["amount_yen"]),
        )
        return Sheet((("請求の種類", self.name),), columns, (Row(1, cells),))

    def approve_until(self, content: Content) -> datetime:
        """The end of the window in which it may be cancelled."""
        return datetime.fromisoformat(content["lines"][0]["until"])

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        (line,) = content["lines"]
        claim = claim_for(context.company.pk, line["record_number"])
        instruction = self._instruction(line, context)
        return [
            Ordered(instruction, claim.amount_yen, line["partner_name"], record_number=claim.record_number)
        ]

    def claims_used(self, content: Content) -> Sequence[str]:
        return [line["record_number"] for line in content["lines"]]

    def _instruction(self, line: dict[str, Any], context: Context) -> Cancellation:
        return Cancellation(line["record_number"], self.of, context.company.pk, line.get("record", ""))


class CancelAccrual(_CancellationType):
    code: ClassVar = "cancel_accrual"
    name: ClassVar = "発生記録の取消"
    business: ClassVar = "accrual"
    effect: ClassVar = "承認すると、この電子記録債権の発生（または予約）が取り消されます。"
    of: ClassVar = Accrual.kind


class CancelAssignment(_CancellationType):
    code: ClassVar = "cancel_assignment"
    name: ClassVar = "譲渡記録の取消"
    business: ClassVar = "assignment"
    effect: ClassVar = (
        "承認すると、この電子記録債権の譲渡（または予約）が取り消され、債権は譲渡人に戻ります。"
    )
    of: ClassVar = Assignment.kind


def _claim(line: dict[str, Any], context: Context) -> Claim | None:
    try:
        return claim_for(context.company.pk, line["record_number"])
    except Claim.DoesNotExist:
        return None


def _shown(claim: Claim, context: Context) -> dict[str, Any]:
    own_is_obligor = claim.obligor_id == context.company.pk
    return {
        "amount_yen": claim.amount_yen,
        "due_on": claim.due_on.isoformat(),
        "partner_name": claim.holder_name if own_is_obligor else claim.obligor_name,
    }
