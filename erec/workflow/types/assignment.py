"""譲渡記録, with or without 保証, whole or 分割. Facts §4.2.

Content: {"record_on", "with_guarantee", "fee_bearer", "assignee": {"user_number", "bank_code",
"branch_code", "kind", "number"}, "lines": [{"record_number", "amount_yen" (null: the whole claim),
"reference"}]}. The check adds "name" and "company_id" to the assignee, and to each line what the claim was.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from erec.claims import checks
from erec.claims.instructions import Account, Assignment, FeeBearer, Party
from erec.claims.models import Claim
from erec.parameters import business_day, table
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
    account_words,
    any_account,
    date_of,
    day,
    partner_of,
    yen,
)
from erec.workflow.types.counterparts import counterparts

SHARED = frozenset({"record_on", "assignee", "with_guarantee", "fee_bearer"})
NOT_YOURS = "この記録番号の債権は、譲渡できる債権の中にありません。記録番号を確かめてください。"
TWICE = "同じ債権が2回選ばれています。1件にまとめてください。"
NO_ACCOUNT = "この債権の口座を使う権限がありません。マスターユーザに確認してください。"


class AssignmentOfClaims(RequestType):
    code: ClassVar = "assignment"
    name: ClassVar = "譲渡記録"
    business: ClassVar = "assignment"
    effect: ClassVar = "承認すると、選んだ債権が譲受人へ移ります（予約のときは電子記録年月日に移ります）。"

    def check(self, content: Content, context: Context) -> Checked:
        lines = content["lines"]
        most = table.value("assignment_lines_max")
        if not 0 < len(lines) <= most:
            return Checked(content, [Problem(0, "lines", f"債権は1件以上{most}件以内で選んでください。")])
        found, refused = counterparts([content["assignee"]], context)
        problems = [Problem(0, problem.field, problem.sentence) for problem in refused]
        if not found:
            return Checked(content, problems)
        assignee = found[1]
        claims = held_claims(lines, context)
        problems += not_choosable(lines, claims, context)
        wrong = {problem.line for problem in problems}
        asked = {
            number: instruction_of(line, content, claims[line["record_number"]], assignee)
            for number, line in enumerate(lines, start=1)
            if number not in wrong
        }
        found_wrong = checks.problems_of(list(asked.values()), context.today)
        for number, of_line in zip(asked, found_wrong, strict=True):
            problems += [
                Problem(0 if problem.field in SHARED else number, problem.field, problem.sentence)
                for problem in of_line
            ]
        resolved = {**content["assignee"], "name": assignee.name, "company_id": assignee.company_id}
        kept = [with_claim(line, claims.get(line["record_number"])) for line in lines]
        return Checked({**content, "assignee": resolved, "lines": kept}, list(dict.fromkeys(problems)))

    def summary(self, content: Content) -> Summary:
        lines = content["lines"]
        accounts = {line["account"] for line in lines if line.get("account")}
        return Summary(
            record_on=date_of(content.get("record_on")),
            account=any_account(accounts.pop()) if len(accounts) == 1 else None,
            total_yen=sum(moved_yen(line) for line in lines),
            lines=len(lines),
            partner_name=content["assignee"].get("name", ""),
        )

    def sheet(self, content: Content) -> Sheet:
        assignee = content["assignee"]
        facts = (
            ("請求の種類", self.name),
            ("譲受人", f"{assignee['name']}（{assignee['user_number']}）"),
            ("譲受人の口座", account_words(assignee)),
            ("電子記録年月日（譲渡日）", day(date.fromisoformat(content["record_on"]))),
            ("保証", "あり（あなたの会社が保証人になります）" if content["with_guarantee"] else "なし"),
            ("手数料", content["fee_bearer"]),
            ("件数", f"{len(content['lines'])}件"),
            ("合計金額", yen(sum(moved_yen(line) for line in content["lines"]))),
        )
        columns = ("記録番号", "債務者", "支払期日", "債権金額", "譲渡する金額", "残る金額", "依頼人Ref.No.")
        rows = tuple(
            Row(n, (*claim_cells(line), line.get("reference", "")))
            for n, line in enumerate(content["lines"], start=1)
        )
        return Sheet(facts, columns, rows)

    def approve_until(self, content: Content) -> datetime:
        """15:00 on 電子記録年月日 (domain facts §2.3)."""
        return business_day.cut_off_on(date.fromisoformat(content["record_on"]))

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        claims = held_claims(content["lines"], context)
        return [
            Ordered(
                instruction_of(line, content, claims[line["record_number"]], partner_of(content["assignee"])),
                moved_yen(line),
                content["assignee"]["name"],
                record_number=line["record_number"],
            )
            for line in content["lines"]
        ]

    def partners(self, content: Content) -> Sequence[Party]:
        return [partner_of(content["assignee"])]

    def claims_used(self, content: Content) -> Sequence[str]:
        return [line["record_number"] for line in content["lines"]]


def held_claims(lines: Sequence[dict[str, Any]], context: Context) -> dict[str, Claim]:
    """The claims among these that the company holds now, by record number."""
    numbers = [line["record_number"] for line in lines]
    held = Claim.objects.filter(record_number__in=numbers, holder_id=context.company.pk)
    return {claim.record_number: claim for claim in held}


def not_choosable(
    lines: Sequence[dict[str, Any]], claims: dict[str, Claim], context: Context
) -> list[Problem]:
    """Lines whose claim is not the company's, is there twice, or lies on an account the maker may not use."""
    problems = []
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        claim = claims.get(line["record_number"])
        if claim is None:
            problems.append(Problem(number, "record_number", NOT_YOURS))
        elif claim.record_number in seen:
            problems.append(Problem(number, "record_number", TWICE))
        elif not _may_use(claim.holder_account, context):
            problems.append(Problem(number, "record_number", NO_ACCOUNT))
        seen.add(line["record_number"])
    return problems


def _may_use(account_text: str, context: Context) -> bool:
    """口座権限 counts on the assignor's side, when it is entered (facts §1.3)."""
    if context.accounts is None:
        return True
    account = any_account(account_text)
    return account is not None and account.pk in context.accounts


def instruction_of(line: dict[str, Any], content: Content, claim: Claim, assignee: Party) -> Assignment:
    amount = line["amount_yen"]
    return Assignment(
        record_number=claim.record_number,
        assignor=_holder(claim),
        assignee=assignee,
        record_on=date.fromisoformat(content["record_on"]),
        amount_yen=None if amount == claim.amount_yen else amount,
        with_guarantee=content["with_guarantee"],
        fee_bearer=FeeBearer(content["fee_bearer"]),
        reference=line.get("reference", ""),
        seen_yen=line.get("claim_yen"),
    )


def _holder(claim: Claim) -> Party:
    return Party(claim.holder_id, claim.holder_number, claim.holder_name, Account.parse(claim.holder_account))


def with_claim(line: dict[str, Any], claim: Claim | None) -> dict[str, Any]:
    """What the claim was when it was checked, so that the checker sees what the maker saw."""
    if claim is None:
        return line
    return {
        **line,
        "claim_yen": claim.amount_yen,
        "due_on": claim.due_on.isoformat(),
        "obligor_name": claim.obligor_name,
        "account": claim.holder_account,
    }


def moved_yen(line: dict[str, Any]) -> int:
    return int(line.get("amount_yen") or line.get("claim_yen") or 0)


def claim_cells(line: dict[str, Any]) -> tuple[str, ...]:
    """The claim, what of it moves and what is left."""
    moved = moved_yen(line)
    return (
        line["record_number"],
        line["obligor_name"],
        day(date.fromisoformat(line["due_on"])),
        yen(line["claim_yen"]),
        yen(moved),
        yen(line["claim_yen"] - moved),
    )
