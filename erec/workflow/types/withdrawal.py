"""承諾依頼の取消: the company no longer asks, until the other has answered (facts §4.1).

Content: {"lines": [{"request_no", "line"}]}: a line of the company's own request that waits for consent. Its
rights are those of the business in which the other company is asked.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from erec.workflow.errors import Problem
from erec.workflow.models import Demand, Line
from erec.workflow.types.base import (
    Checked,
    Content,
    Context,
    Effect,
    RequestType,
    Sheet,
    Summary,
    Withdrawn,
    yen,
)

NOT_WAITING = "この明細は、相手先の承諾を待っていません。請求状況を確かめてください。"


class Withdrawal(RequestType):
    code: ClassVar = "withdrawal"
    name: ClassVar = "承諾依頼の取消"
    business: ClassVar = "accrual"
    effect: ClassVar = "承認すると、相手先への承諾依頼が取り消され、この請求は成立しません。"

    def check(self, content: Content, context: Context) -> Checked:
        (line,) = content["lines"]
        waiting = Line.objects.select_related("demand").filter(
            company=context.company,
            request__request_no=line["request_no"],
            number=line["line"],
            demand__state=Demand.State.OPEN,
            demand__business=self.business,
        )
        found = waiting.first()
        if found is None or found.demand is None:
            return Checked(content, [Problem(0, "request_no", NOT_WAITING)])
        return Checked({**content, "lines": [{**line, **_shown(found, found.demand)}]})

    def summary(self, content: Content) -> Summary:
        (line,) = content["lines"]
        return Summary(
            total_yen=line.get("amount_yen") or 0, lines=1, partner_name=line.get("partner_name", "")
        )

    def sheet(self, content: Content) -> Sheet:
        (line,) = content["lines"]
        return Sheet(
            (
                ("請求の種類", self.name),
                ("取り消す請求", f"{line['request_no']} の明細{line['line']}"),
                ("相手先", line["partner_name"]),
                ("金額", yen(line["amount_yen"])),
            )
        )

    def approve_until(self, content: Content) -> datetime:
        return datetime.fromisoformat(content["lines"][0]["answer_until"])

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        (line,) = content["lines"]
        return [Withdrawn(line["demand_id"])]


class WithdrawalOfOther(Withdrawal):
    code: ClassVar = "withdrawal_other"
    name: ClassVar = "承諾依頼の取消（その他請求）"
    business: ClassVar = "other"


def _shown(line: Line, demand: Demand) -> dict[str, Any]:
    return {
        "demand_id": demand.pk,
        "amount_yen": line.amount_yen,
        "partner_name": line.partner_name,
        "answer_until": demand.answer_until.isoformat(),
    }
