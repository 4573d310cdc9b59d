"""変更記録: creditor or debtor asks for another 支払期日, 債権金額 or 譲渡制限, or that the claim be deleted.

The other must consent. Facts §4.3. Content: {"delete", "due_on" ("": stays), "amount_yen" and "restricted"
(null: stays), "reference", "lines": [{"record_number"}]}. The check adds to the line what the claim is: from
anything else nothing is changed. What is typed as it is already is not asked.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from erec.claims import checks, windows
from erec.claims.desk import holder_of, obligor_of
from erec.claims.instructions import Change
from erec.workflow.errors import Problem
from erec.workflow.types.base import Consent, Content, Context, Effect, Ordered, Sheet, date_of, day, yen
from erec.workflow.types.of_claim import OneClaim, Part, Role, claim_facts, record_on

RESTRICTED = {False: "無", True: "有"}


class ChangeOfClaim(OneClaim[Change]):
    code: ClassVar = "change"
    name: ClassVar = "変更記録"
    effect: ClassVar = "承認すると、相手先に承諾依頼が届きます。期限までに承諾すると、変更が記録されます。"
    roles: ClassVar = (Role.HOLDER, Role.OBLIGOR)
    not_there: ClassVar = (
        "この記録番号の債権は、変更を請求できる債権の中にありません。記録番号を確かめてください。"
    )

    def asked(self, content: Content, part: Part, context: Context) -> Change | list[Problem]:
        claim, stays = part.claim, content["delete"]
        due_on = None if stays else date_of(content["due_on"])
        amount_yen = None if stays else content["amount_yen"]
        restricted = None if stays else content["restricted"]
        return Change(
            record_number=claim.record_number,
            requester=part.own,
            other=obligor_of(claim) if part.role is Role.HOLDER else holder_of(claim),
            record_on=record_on(context.today),
            due_on=None if due_on and windows.effective_due(due_on) == claim.due_on else due_on,
            amount_yen=None if amount_yen == claim.amount_yen else amount_yen,
            restricted=None if restricted == claim.restricted else restricted,
            delete=content["delete"],
            reference=content.get("reference", ""),
            seen=content["lines"][0].get("standing", ""),
        )

    def seen(self, asked: Change) -> dict[str, Any]:
        return {
            "standing": checks.standing(asked.record_number, asked.requester.company_id),
            "other_name": asked.other.name,
            "other_id": asked.other.company_id,
        }

    def until(self, part: Part, context: Context) -> datetime:
        return windows.change_until(part.claim.due_on)

    def sheet(self, content: Content) -> Sheet:
        reference = ("依頼人Ref.No.", content.get("reference", ""))
        return Sheet((("請求の種類", self.name), *changed_facts(content), reference))

    def total_yen(self, content: Content, line: dict[str, Any]) -> int:
        """The larger amount of before and after: whoever makes a small claim a large one owes that."""
        return max(line.get("claim_yen") or 0, content.get("amount_yen") or 0)

    def partner_name(self, content: Content, line: dict[str, Any]) -> str:
        return str(line.get("other_name", ""))

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        (line,) = content["lines"]
        change = self.ordered(content, context)
        dues = [date.fromisoformat(line["due_on"]), *([change.due_on] if change.due_on else [])]
        until = windows.change_answer_until(change.record_on, min(dues))
        consent = Consent(line["other_id"], until)
        total_yen = self.total_yen(content, line)
        return [Ordered(change, total_yen, line["other_name"], line["record_number"], consent)]


def changed_facts(content: Content) -> tuple[tuple[str, str], ...]:
    """What the claim is; of what would differ, before and after."""
    (line,) = content["lines"]
    if content["delete"]:
        return (("請求の内容", "債権の削除"), *claim_facts(line))
    changed = {name: f"{before} → {after}" for name, before, after in changes_in(content)}
    return tuple(
        (f"{name}の変更", changed[name]) if name in changed else (name, value)
        for name, value in claim_facts(line)
    )


def changes_in(content: Content) -> list[tuple[str, str, str]]:
    """What differs, as (what, before, after), of a checked content or of what the other company is asked."""
    return list(_changes(content, content["lines"][0]))


def _changes(asked: Content, line: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    due_on = date_of(asked["due_on"])
    before_on = date.fromisoformat(line["due_on"])
    if due_on is not None and windows.effective_due(due_on) != before_on:
        yield "支払期日", day(before_on), day(windows.effective_due(due_on))
    if asked["amount_yen"] not in (None, line["claim_yen"]):
        yield "債権金額", yen(line["claim_yen"]), yen(asked["amount_yen"])
    if asked["restricted"] not in (None, line["restricted"]):
        yield "譲渡制限", RESTRICTED[line["restricted"]], RESTRICTED[asked["restricted"]]
