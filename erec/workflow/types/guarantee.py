"""保証記録: the creditor asks a third company to answer for a claim; that company must consent. Facts §4.4.

Content: {"guarantor": {"user_number", "bank_code", "branch_code", "kind", "number"}, "reference",
"lines": [{"record_number"}]}. The check adds "name" and "company_id" to the guarantor, and to the line what
is open of the claim: another amount than that is never guaranteed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from erec.claims import checks, windows
from erec.claims.instructions import Guarantee, Party
from erec.workflow.errors import Problem
from erec.workflow.types.base import (
    Consent,
    Content,
    Context,
    Effect,
    Ordered,
    account_words,
    partner_of,
    yen,
)
from erec.workflow.types.counterparts import counterparts
from erec.workflow.types.of_claim import OneClaim, Part, Role, record_on


class GuaranteeOfClaim(OneClaim[Guarantee]):
    code: ClassVar = "guarantee"
    name: ClassVar = "保証記録"
    effect: ClassVar = (
        "承認すると、保証人になる会社に承諾依頼が届きます。期限までに承諾すると、保証が記録されます。"
    )
    roles: ClassVar = (Role.HOLDER,)
    not_there: ClassVar = (
        "この記録番号の債権は、保証を依頼できる債権の中にありません。記録番号を確かめてください。"
    )

    def asked(self, content: Content, part: Part, context: Context) -> Guarantee | list[Problem]:
        (line,) = content["lines"]
        found, refused = counterparts([content["guarantor"]], context)
        if not found:
            return [Problem(0, problem.field, problem.sentence) for problem in refused]
        return Guarantee(
            record_number=part.claim.record_number,
            requester=part.own,
            guarantor=found[1],
            record_on=record_on(context.today),
            reference=content.get("reference", ""),
            seen_yen=line.get("open_yen"),
        )

    def seen(self, asked: Guarantee) -> dict[str, Any]:
        return {"open_yen": checks.open_yen(asked.record_number, asked.requester.company_id)}

    def more(self, content: Content, asked: Guarantee) -> Content:
        named = {"name": asked.guarantor.name, "company_id": asked.guarantor.company_id}
        return {**content, "guarantor": {**content["guarantor"], **named}}

    def until(self, part: Part, context: Context) -> datetime:
        return windows.guarantee_until(part.claim.due_on)

    def facts(self, content: Content) -> tuple[tuple[str, str], ...]:
        guarantor = content["guarantor"]
        return (
            ("保証人になる会社", f"{guarantor['name']}（{guarantor['user_number']}）"),
            ("その口座", account_words(guarantor)),
            ("保証する金額", yen(content["lines"][0]["open_yen"])),
        )

    def total_yen(self, content: Content, line: dict[str, Any]) -> int:
        return line.get("open_yen") or 0

    def partner_name(self, content: Content, line: dict[str, Any]) -> str:
        return str(content["guarantor"].get("name", ""))

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        (line,) = content["lines"]
        guarantee = self.ordered(content, context)
        until = windows.guarantee_answer_until(context.today.date)
        consent = Consent(content["guarantor"]["company_id"], until)
        return [
            Ordered(guarantee, line["open_yen"], content["guarantor"]["name"], line["record_number"], consent)
        ]

    def partners(self, content: Content) -> Sequence[Party]:
        return [partner_of(content["guarantor"])]
