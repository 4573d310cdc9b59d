"""承諾 or 否認 of what another company asks; itself made by a maker and approved by a checker (facts §1.1).

Content: {"lines": [{"demand_no", "answer": "accept" or "deny"}]}. The check adds what is asked. Each business
in which something is asked has an answer of its own, so that its rights are those of what is asked.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from erec.claims import checks
from erec.claims.instructions import from_json
from erec.workflow import asking
from erec.workflow.consenting import consented
from erec.workflow.errors import Problem
from erec.workflow.models import Demand
from erec.workflow.types.base import (
    Answered,
    Checked,
    Content,
    Context,
    Effect,
    RequestType,
    Sheet,
    Summary,
)

ANSWERS = {"accept": "承諾", "deny": "否認"}
NOT_THERE = "この承諾依頼はありません。"


class Answer(RequestType):
    code: ClassVar = "answer"
    name: ClassVar = "承諾依頼への回答"
    business: ClassVar = "accrual"
    effect: ClassVar = "承認すると、この回答が相手先に伝わります。承諾のときは、電子記録債権が発生します。"

    def check(self, content: Content, context: Context) -> Checked:
        (line,) = content["lines"]
        demand = Demand.objects.filter(
            company=context.company, business=self.business, demand_no=line["demand_no"]
        ).first()
        if demand is None:
            return Checked(content, [Problem(0, "demand_no", NOT_THERE)])
        if line.get("answer") not in ANSWERS:
            return Checked(content, [Problem(0, "answer", "承諾か否認を選んでください。")])
        asked = asking.line_asked(demand)
        kept = {**content, "lines": [{**line, **_shown(demand), "asked": asked}]}
        return Checked(kept, _problems(demand, line["answer"], context))

    def summary(self, content: Content) -> Summary:
        (line,) = content["lines"]
        return Summary(
            total_yen=line.get("amount_yen") or 0,
            lines=1,
            partner_name=line.get("partner_name", ""),
            demand_id=line.get("demand_id"),
        )

    def sheet(self, content: Content) -> Sheet:
        (line,) = content["lines"]
        facts = (
            ("回答", ANSWERS[line["answer"]]),
            ("承諾依頼番号", line["demand_no"]),
            *asking.facts(line["instruction"], line["asked"]),
        )
        return Sheet(facts)

    def approve_until(self, content: Content) -> datetime:
        return datetime.fromisoformat(content["lines"][0]["answer_until"])

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        (line,) = content["lines"]
        return [Answered(line["demand_id"], line["answer"] == "accept")]

    def claims_used(self, content: Content) -> Sequence[str]:
        """Who has offered a claim for 割引, say, does not agree meanwhile to another due day."""
        (line,) = content["lines"]
        number = line.get("instruction", {}).get("record_number", "")
        return [number] if number and line["answer"] == "accept" else ()


class AnswerToOther(Answer):
    code: ClassVar = "answer_other"
    name: ClassVar = "承諾依頼への回答（その他請求）"
    business: ClassVar = "other"
    effect: ClassVar = "承認すると、この回答が相手先に伝わります。承諾のときは、電子記録債権に記録されます。"


def _shown(demand: Demand) -> dict[str, Any]:
    return {
        "demand_id": demand.pk,
        "amount_yen": demand.amount_yen,
        "partner_name": demand.asked_by_name,
        "instruction": demand.instruction,
        "answer_until": demand.answer_until.isoformat(),
    }


def _problems(demand: Demand, answer: str, context: Context) -> list[Problem]:
    if demand.state != Demand.State.OPEN:
        state = demand.get_state_display()
        return [Problem(0, "demand_no", f"この承諾依頼は、すでに「{state}」になっています。")]
    if context.today.moment >= demand.answer_until:
        return [Problem(0, "demand_no", "承諾依頼の回答期限を過ぎました。")]
    if answer != "accept":
        return []
    instruction = consented(from_json(demand.instruction), context.today)
    found = checks.problems(instruction, context.today, consented=True)
    return [Problem(0, problem.field, problem.sentence) for problem in found]
