"""融資申込: 割引申込 and 譲渡担保申込 (domain facts §1.1, §4.8b). Approved here, answered by the institution.

Each claim waits as a 譲渡 to the institution with its consent (承諾), and no other request of the company may
touch it until the institution has said no, or it is assigned. What becomes of the application as a whole is
`erec.financing`'s.

Content: {"record_on" (the wished day), "account", "remarks", "lines": [{"record_number", "amount_yen" (null:
the whole claim)}]}, for 譲渡担保 also "loan_yen" and "repay_on". The check adds to each line what the claim
was, and "institution", its name.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from accounts.models import Company
from erec.claims import checks, sanctions, windows
from erec.claims.instructions import Assignment, FeeBearer, Party
from erec.claims.models import Claim
from erec.financing import actions, institution, policy
from erec.financing.actions import Asked, AskedClaim, LineNow
from erec.financing.models import Application, ApplicationLine
from erec.parameters import table
from erec.workflow.errors import Problem
from erec.workflow.models import ClaimInUse, Request
from erec.workflow.states import ON_ITS_WAY, LineState, State
from erec.workflow.types.assignment import (
    claim_cells,
    held_claims,
    instruction_of,
    moved_yen,
    not_choosable,
    with_claim,
)
from erec.workflow.types.base import (
    Act,
    Carried,
    Checked,
    Consent,
    Content,
    Context,
    Effect,
    Ordered,
    RequestType,
    Row,
    Sheet,
    Summary,
    account_label,
    any_account,
    date_of,
    day,
    own_account,
    yen,
)
from erec.workflow.types.withdrawal import Withdrawal

NO_ACCOUNT = "この口座は選べません。使える口座の中から選んでください。"
NOT_READY = "融資の申込みは、まだ受け付けていません。取引店に連絡してください。"
SANCTIONED = "取引停止処分の期間中のため、融資の申込みはできません。取引店に連絡してください。"
DEFAULTED = "支払不能になった債権は、申し込めません。"
PAID_IN_PART = "一部が支払われた債権は、申し込めません。"
SHARED = frozenset({"record_on", "assignee"})

_LINE_NOW: Mapping[LineState, ApplicationLine.State] = {
    LineState.AWAITING_CONSENT: ApplicationLine.State.ASKED,
    LineState.ORDERED: ApplicationLine.State.ACCEPTED,
    LineState.RESERVED: ApplicationLine.State.ACCEPTED,
    LineState.RECORDED: ApplicationLine.State.ASSIGNED,
    LineState.REFUSED: ApplicationLine.State.REFUSED,
    LineState.DENIED: ApplicationLine.State.DECLINED,
    LineState.LAPSED: ApplicationLine.State.LAPSED,
    LineState.CANCELLED: ApplicationLine.State.WITHDRAWN,
}
# Where a claim is free again: the institution said no, or nothing came of it.
_FREE = (LineState.REFUSED, LineState.DENIED, LineState.LAPSED, LineState.CANCELLED, LineState.RECORDED)


class _FinancingType(RequestType):
    business: ClassVar = "financing"
    kind: ClassVar[Application.Kind]
    holds_claims_in: ClassVar = ON_ITS_WAY | {State.RESERVED}

    def check(self, content: Content, context: Context) -> Checked:
        lines = content["lines"]
        most = table.value("assignment_lines_max")
        if not 0 < len(lines) <= most:
            return Checked(content, [Problem(0, "lines", f"債権は1件以上{most}件以内で選んでください。")])
        try:
            bank = institution.party()
        except Company.DoesNotExist:
            return Checked(content, [Problem(0, "lines", NOT_READY)])
        claims = held_claims(lines, context)
        kept = {
            **content,
            "institution": bank.name,
            "lines": [with_claim(line, claims.get(line["record_number"])) for line in lines],
        }
        problems = [*_company_problems(content, context), *self._term_problems(kept, context)]
        problems += _line_problems(lines, content, claims, bank, context)
        return Checked(kept, list(dict.fromkeys(problems)))

    def _term_problems(self, content: Content, context: Context) -> Iterator[Problem]:
        first, asked = policy.first_wished_day(context.today), date_of(content["record_on"])
        if asked is not None and asked < first:
            yield Problem(0, "record_on", f"希望日は、{day(first)}以降の銀行営業日を選んでください。")

    def summary(self, content: Content) -> Summary:
        return Summary(
            record_on=date_of(content.get("record_on")),
            account=any_account(content.get("account", "")),
            total_yen=sum(moved_yen(line) for line in content["lines"]),
            lines=len(content["lines"]),
            partner_name=content.get("institution", ""),
        )

    def sheet(self, content: Content) -> Sheet:
        facts = (
            ("申込の種類", self.name),
            ("申込先", content["institution"]),
            (self.wished_words, day(date.fromisoformat(content["record_on"]))),
            ("入金口座", account_label(content["account"])),
            *self._loan_facts(content),
            ("件数", f"{len(content['lines'])}件"),
            ("債権の合計金額", yen(sum(moved_yen(line) for line in content["lines"]))),
            ("連絡事項", content["remarks"]),
        )
        columns = ("記録番号", "債務者", "支払期日", "債権金額", "申し込む金額", "残る金額")
        rows = tuple(Row(n, claim_cells(line)) for n, line in enumerate(content["lines"], start=1))
        return Sheet(facts, columns, rows)

    wished_words: ClassVar = "割引の希望日（譲渡日）"

    def _loan_facts(self, content: Content) -> tuple[tuple[str, str], ...]:
        return ()

    def approve_until(self, content: Content) -> datetime:
        """As long as the institution can still answer."""
        return policy.answer_until(date.fromisoformat(content["record_on"]))

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        claims, bank = held_claims(content["lines"], context), institution.party()
        consent = Consent(bank.company_id, self.approve_until(content))
        asked: list[Effect] = [
            Ordered(
                _assignment(line, content, claims[line["record_number"]], bank),
                moved_yen(line),
                bank.name,
                record_number=line["record_number"],
                consent=consent,
            )
            for line in content["lines"]
        ]
        return [*asked, Carried(lambda act: self._apply(act, content), has_line=False)]

    def _apply(self, act: Act, content: Content) -> None:
        repay_on = content.get("repay_on")
        asked = Asked(
            company_id=act.request.company_id,
            request_no=act.request.request_no,
            kind=self.kind,
            wished_on=date.fromisoformat(content["record_on"]),
            account=content["account"],
            claims=[_asked_claim(line) for line in content["lines"]],
            remarks=content["remarks"],
            loan_yen=content.get("loan_yen"),
            repay_on=date.fromisoformat(repay_on) if repay_on else None,
        )
        actions.apply(asked, act.today)

    def claims_used(self, content: Content) -> Sequence[str]:
        return [line["record_number"] for line in content["lines"]]

    def went_on(self, request: Request, at: datetime) -> None:
        """The application follows its lines; a claim of which nothing comes is free at once."""
        lines = list(request.lines.all())
        now = {
            line.number: LineNow(_LINE_NOW[line.standing], line.record_number, line.error) for line in lines
        }
        actions.follow(request.company_id, request.request_no, now, at)
        free = [line.number for line in lines if line.standing in _FREE]
        if free:
            asked = request.versions.get(number=request.version).content["lines"]
            numbers = [asked[number - 1]["record_number"] for number in free]
            ClaimInUse.objects.filter(request=request, record_number__in=numbers).delete()


class Discount(_FinancingType):
    code: ClassVar = "discount"
    name: ClassVar = "割引申込"
    effect: ClassVar = (
        "承認すると、金融機関に割引を申し込みます。金融機関が承諾すると、希望日に債権が金融機関へ移り、"
        "割引料を引いた金額が入金されます。"
    )
    kind: ClassVar = Application.Kind.DISCOUNT


class Collateral(_FinancingType):
    code: ClassVar = "collateral"
    name: ClassVar = "譲渡担保申込"
    effect: ClassVar = (
        "承認すると、債権を担保とする借入を金融機関に申し込みます。金融機関が承諾すると、希望日に債権が"
        "担保として金融機関へ移り、借入金が入金されます。"
    )
    kind: ClassVar = Application.Kind.COLLATERAL
    wished_words: ClassVar = "借入の希望日（担保設定日）"

    def _term_problems(self, content: Content, context: Context) -> Iterator[Problem]:
        yield from super()._term_problems(content, context)
        total = sum(moved_yen(line) for line in content["lines"])
        if not 0 < content["loan_yen"] <= total:
            yield Problem(0, "loan_yen", f"借入金額は、債権の合計金額（{total:,}円）以下で入力してください。")
        wished_on, repay_on = date_of(content["record_on"]), date_of(content["repay_on"])
        if wished_on is None or repay_on is None:
            return
        last = windows.latest_due(wished_on)
        if not wished_on < repay_on <= last:
            yield Problem(
                0, "repay_on", f"返済期日は、希望日の翌日から{day(last)}までの日付を入力してください。"
            )

    def _loan_facts(self, content: Content) -> tuple[tuple[str, str], ...]:
        return (
            ("希望借入金額", yen(content["loan_yen"])),
            ("返済期日", day(date.fromisoformat(content["repay_on"]))),
        )


class FinancingWithdrawal(Withdrawal):
    code: ClassVar = "withdrawal_financing"
    name: ClassVar = "融資申込の取消"
    business: ClassVar = "financing"
    effect: ClassVar = "承認すると、この債権の融資申込を取り消します。金融機関の回答の前に限ります。"


def _company_problems(content: Content, context: Context) -> Iterator[Problem]:
    try:
        account = own_account(context, content["account"])
    except LookupError:
        yield Problem(0, "account", NO_ACCOUNT)
    else:
        if context.accounts is not None and account.pk not in context.accounts:
            yield Problem(0, "account", NO_ACCOUNT)
    # No lending to who is under 取引停止処分 (domain facts §4.8), neither today nor on the wished day.
    days = [context.today.date, date_of(content["record_on"]) or context.today.date]
    if any(sanctions.is_sanctioned(context.company.pk, on) for on in days):
        yield Problem(0, "lines", SANCTIONED)


def _line_problems(
    lines: Sequence[dict[str, Any]], content: Content, claims: dict[str, Claim], bank: Party, context: Context
) -> Iterator[Problem]:
    problems = not_choosable(lines, claims, context)
    yield from problems
    wrong = {problem.line for problem in problems}
    asked = {
        number: _assignment(line, content, claims[line["record_number"]], bank)
        for number, line in enumerate(lines, start=1)
        if number not in wrong
    }
    for number, found in zip(asked, checks.problems_of(list(asked.values()), context.today), strict=True):
        for problem in found:
            line = 0 if problem.field in SHARED else number
            yield Problem(line, problem.field, problem.sentence)
        claim = claims[lines[number - 1]["record_number"]]
        if claim.state == Claim.State.DEFAULTED:
            yield Problem(number, "record_number", DEFAULTED)
        elif claim.paid_yen:
            yield Problem(number, "record_number", PAID_IN_PART)


def _assignment(line: dict[str, Any], content: Content, claim: Claim, bank: Party) -> Assignment:
    """With 保証: 割引 and 譲渡担保 leave the risk of the debtor with the company (inferred for 譲渡担保)."""
    terms = {**content, "with_guarantee": True, "fee_bearer": FeeBearer.REQUESTER.value}
    return instruction_of(line, terms, claim, bank)


def _asked_claim(line: dict[str, Any]) -> AskedClaim:
    due_on = date.fromisoformat(line["due_on"])
    return AskedClaim(line["record_number"], line["obligor_name"], due_on, moved_yen(line))
