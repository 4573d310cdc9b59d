"""What the requests about one claim share (その他請求): which claim, in which part, and what it was then.

Content: {"lines": [{"record_number"}], …the type's own fields}. The check adds to the line what the claim is,
so that the checker and the other company read what the maker read. Facts §4.3, §4.4, §4.5.
"""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from erec.claims import access, checks, windows
from erec.claims.desk import holder_of, obligor_of
from erec.claims.instructions import Account, Change, Guarantee, Party, Payment
from erec.claims.models import Claim, Holding
from erec.formats import bank_calendar
from erec.parameters import table
from erec.parameters.business_day import Today, cut_off_on
from erec.workflow.errors import Problem
from erec.workflow.types.base import (
    Checked,
    Content,
    Context,
    RequestType,
    Sheet,
    Summary,
    any_account,
    day,
    yen,
)

Role = Holding.Role
Asked = TypeVar("Asked", bound=Guarantee | Change | Payment)
ONE = "1件ずつ請求してください。"
NO_ACCOUNT = "この債権の口座を使う権限がありません。マスターユーザに確認してください。"


@dataclass(frozen=True)
class Part:
    """One claim, and as what the company asks something of it."""

    claim: Claim
    role: Role
    own: Party


def part_in(company_id: int, record_number: str, roles: Collection[Role]) -> Part | None:
    """The company's part that is the first of these roles. None also for a claim of others."""
    held = {Role(part.role): part for part in access.parts_of(company_id, record_number)}
    role = next((role for role in roles if role in held), None)
    if role is None:
        return None
    claim = access.claim_for(company_id, record_number)
    return Part(claim, role, _own(claim, role, held[role], company_id))


def _own(claim: Claim, role: Role, part: Holding, company_id: int) -> Party:
    if role is Role.HOLDER:
        return holder_of(claim)
    if role is Role.OBLIGOR:
        return obligor_of(claim)
    return next(g for g in guarantors_of(claim) if g.company_id == company_id)


def guarantors_of(claim: Claim) -> list[Party]:
    """In the order of joining, each company once."""
    rows = claim.guarantors.order_by("order")
    parties = [Party(g.company_id, g.user_number, g.name, Account.parse(g.account)) for g in rows]
    return list({party.company_id: party for party in parties}.values())


def record_on(today: Today) -> date:
    """The day on which it would be recorded now: none of these is a reservation."""
    return windows.record_dates(today).first


def kept_until(today: Today) -> datetime:
    """How long what has no day of its own waits for approval (inferred: as long as what is to be mended)."""
    last = today.date + timedelta(days=table.value("unapproved_keep_days"))
    return cut_off_on(bank_calendar.on_or_before(last))


class OneClaim(RequestType, Generic[Asked]):
    """A request about one recorded claim."""

    business: ClassVar = "other"
    roles: ClassVar[tuple[Role, ...]]  # as what a company may ask for it; the first that it is counts
    not_there: ClassVar[str]

    @abstractmethod
    def asked(self, content: Content, part: Part, context: Context) -> Asked | list[Problem]:
        """What the book would be told now, or why nothing can be made of what was typed."""

    @abstractmethod
    def until(self, part: Part, context: Context) -> datetime:
        """The last moment at which it can be approved."""

    @abstractmethod
    def seen(self, asked: Asked) -> dict[str, Any]:
        """What else the line keeps: what must still be so when it is approved."""

    def more(self, content: Content, asked: Asked) -> Content:
        """The content with the names of the companies in it."""
        return content

    def check(self, content: Content, context: Context) -> Checked:
        if len(content["lines"]) != 1:
            return Checked(content, [Problem(0, "lines", ONE)])
        (line,) = content["lines"]
        part = part_in(context.company.pk, line["record_number"], self.roles)
        if part is None:
            return Checked(content, [Problem(1, "record_number", self.not_there)])
        if not _may_use(part.own.account, context):
            return Checked(content, [Problem(1, "record_number", NO_ACCOUNT)])
        asked = self.asked(content, part, context)
        if isinstance(asked, list):
            return Checked(content, asked)
        problems = [_placed(problem) for problem in checks.problems(asked, context.today)]
        kept = {**line, **_shown(part), **self.seen(asked)}
        if not problems:
            kept["approve_until"] = min(self.until(part, context), kept_until(context.today)).isoformat()
        return Checked({**self.more(content, asked), "lines": [kept]}, problems)

    def approve_until(self, content: Content) -> datetime:
        return datetime.fromisoformat(content["lines"][0]["approve_until"])

    def claims_used(self, content: Content) -> Sequence[str]:
        return [line["record_number"] for line in content["lines"]]

    def ordered(self, content: Content, context: Context) -> Asked:
        """What the book is told at approval, just checked."""
        part = part_in(context.company.pk, content["lines"][0]["record_number"], self.roles)
        if part is None:
            raise LookupError(content["lines"][0]["record_number"])
        asked = self.asked(content, part, context)
        if isinstance(asked, list):
            raise LookupError(asked)
        return asked

    def facts(self, content: Content) -> tuple[tuple[str, str], ...]:
        """What is asked, beside what the claim is."""
        return ()

    def sheet(self, content: Content) -> Sheet:
        (line,) = content["lines"]
        reference = ("依頼人Ref.No.", content.get("reference", ""))
        return Sheet((("請求の種類", self.name), *self.facts(content), *claim_facts(line), reference))

    def summary(self, content: Content) -> Summary:
        line: dict[str, Any] = next(iter(content["lines"]), {})
        return Summary(
            account=any_account(line.get("account", "")),
            total_yen=self.total_yen(content, line),
            lines=len(content["lines"]),
            partner_name=self.partner_name(content, line),
        )

    @abstractmethod
    def total_yen(self, content: Content, line: dict[str, Any]) -> int: ...

    @abstractmethod
    def partner_name(self, content: Content, line: dict[str, Any]) -> str: ...


def claim_facts(line: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the claim was when it was seen."""
    guarantors = line["guarantors"]
    return (
        ("記録番号", line["record_number"]),
        ("債務者", f"{line['obligor_name']}（{line['obligor_number']}）"),
        ("債権者", f"{line['holder_name']}（{line['holder_number']}）"),
        ("債権金額", yen(line["claim_yen"])),
        ("支払済みの金額", yen(line["paid_yen"]) if line["paid_yen"] else ""),
        ("支払期日", day(date.fromisoformat(line["due_on"]))),
        ("譲渡制限", "有" if line["restricted"] else "無"),
        ("保証人", f"{guarantors}社" if guarantors else "なし"),
    )


def _may_use(account: Account, context: Context) -> bool:
    """口座権限 counts when it is entered (facts §1.3)."""
    if context.accounts is None:
        return True
    found = any_account(str(account))
    return found is not None and found.pk in context.accounts


def _shown(part: Part) -> dict[str, Any]:
    claim = part.claim
    return {
        "account": str(part.own.account),
        "state": claim.state,
        "claim_yen": claim.amount_yen,
        "paid_yen": claim.paid_yen,
        "due_on": claim.due_on.isoformat(),
        "restricted": claim.restricted,
        "obligor_name": claim.obligor_name,
        "obligor_number": claim.obligor_number,
        "holder_name": claim.holder_name,
        "holder_number": claim.holder_number,
        "guarantors": len(guarantors_of(claim)),
    }


def _placed(problem: checks.Problem) -> Problem:
    """What concerns the claim stands at its line, the rest at the fields of the whole."""
    return Problem(int(problem.field == "record_number"), problem.field, problem.sentence)
