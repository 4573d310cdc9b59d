"""発生記録: 債務者請求 (like a promissory note) and 債権者請求 (the debtor must consent). Facts §4.1.

Content: {"account", "record_on", "fee_bearer", "restricted", "lines": [{"user_number", "bank_code",
"branch_code", "kind", "number", "amount_yen", "due_on", "reference"}]}; dates as YYYY-MM-DD, the account as
9999-101-2-0123456. The check adds "name" and "company_id" of the other company to each line.

A line of a 債務者請求 may say "received_on" (受領日). Its check adds "is_small_contractor" (取適法) and the
fee: "own_fee_yen" is only shown; "fee_yen" is taken off, "asked_yen" is what was asked for then, and
"amount_yen" what is left of it and recorded.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from erec.claims import checks, windows
from erec.claims.instructions import Accrual, FeeBearer, Party
from erec.parameters import business_day, table
from erec.workflow import fees
from erec.workflow.errors import Problem
from erec.workflow.types import small_contractors
from erec.workflow.types.base import (
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
    account_words,
    any_account,
    date_of,
    day,
    own_account,
    partner_of,
    party,
    several,
    yen,
)
from erec.workflow.types.counterparts import counterparts

NO_ACCOUNT = "この口座は選べません。使える口座の中から選んでください。"
FEE_TOO_HIGH = "手数料の{fee:,}円が、請求金額の{asked:,}円以上です。金額か、手数料の負担を直してください。"
FEE_CHANGED = "手数料が、登録したときの{seen:,}円から{now:,}円に変わりました。登録し直してください。"
COLUMNS = ("口座", "債権金額", "支払期日", "依頼人Ref.No.")
# Fields that all lines share: what the book says of them is told once, not 500 times.
SHARED = frozenset({"record_on", "account", "fee_bearer", "restricted"})

Line = dict[str, Any]


class _AccrualType(RequestType):
    business: ClassVar = "accrual"
    partner_is: ClassVar[str]

    @abstractmethod
    def _instruction(self, content: Content, line: Line, own: Party, other: Party) -> Accrual: ...

    def check(self, content: Content, context: Context) -> Checked:
        content, fee_problems = self._with_fees(content, context)
        lines = content["lines"]
        most = table.value("accrual_lines_max")
        if not 0 < len(lines) <= most:
            return Checked(content, [Problem(0, "lines", f"明細は1件以上{most}件以内で入力してください。")])
        try:
            account = own_account(context, content["account"])
        except LookupError:
            return Checked(content, [Problem(0, "account", NO_ACCOUNT)])
        if context.accounts is not None and account.pk not in context.accounts:
            return Checked(content, [Problem(0, "account", NO_ACCOUNT)])
        found, problems = counterparts(lines, context)
        problems += fee_problems
        own = party(context.company, account)
        asked = {n: self._instruction(content, lines[n - 1], own, other) for n, other in found.items()}
        wrong = checks.problems_of(list(asked.values()), context.today)
        for number, of_line in zip(asked, wrong, strict=True):
            problems += _told_once(number, of_line, problems)
        resolved = [
            {**line, "name": found[n].name, "company_id": found[n].company_id} if n in found else line
            for n, line in enumerate(self._told_of(lines, context), start=1)
        ]
        return Checked({**content, "lines": resolved}, problems)

    def _with_fees(self, content: Content, context: Context) -> tuple[Content, list[Problem]]:
        """The lines with the fees that are taken off, and what is wrong with these."""
        return content, []

    def _told_of(self, lines: Sequence[Line], context: Context) -> Sequence[Line]:
        """The lines with what people have to be told of their partners."""
        return lines

    def summary(self, content: Content) -> Summary:
        lines = content["lines"]
        return Summary(
            record_on=date_of(content.get("record_on")),
            account=any_account(content.get("account", "")),
            total_yen=sum(line.get("amount_yen") or 0 for line in lines),
            lines=len(lines),
            partner_name=several([line["name"] for line in lines if line.get("name")]),
        )

    def sheet(self, content: Content) -> Sheet:
        record_on = date.fromisoformat(content["record_on"])
        facts = (
            ("請求の種類", self.name),
            ("決済口座", account_label(content["account"])),
            ("電子記録年月日（振出日）", day(record_on)),
            ("譲渡制限", "有（金融機関への譲渡だけ）" if content["restricted"] else "無"),
            *self._fee_facts(content),
            ("件数", f"{len(content['lines'])}件"),
            ("合計金額", yen(sum(line["amount_yen"] for line in content["lines"]))),
        )
        columns = self._columns(content)
        rows = tuple(
            Row(n, (_name(line), *(_CELLS[column](line) for column in columns)))
            for n, line in enumerate(content["lines"], start=1)
        )
        warnings = (*self._warnings(content), *_moved_dues(content), *_twice(content))
        return Sheet(facts, (self.partner_is, *columns), rows, warnings)

    def _fee_facts(self, content: Content) -> tuple[tuple[str, str], ...]:
        return (("手数料", content["fee_bearer"]),)

    def _columns(self, content: Content) -> tuple[str, ...]:
        return COLUMNS

    def _warnings(self, content: Content) -> Iterator[str]:
        yield from ()

    def approve_until(self, content: Content) -> datetime:
        """15:00 on 電子記録年月日 (domain facts §2.3)."""
        return business_day.cut_off_on(date.fromisoformat(content["record_on"]))

    def partners(self, content: Content) -> Sequence[Party]:
        return [partner_of(line) for line in content["lines"]]

    def _accruals(self, content: Content, context: Context) -> list[Accrual]:
        own = party(context.company, own_account(context, content["account"]))
        return [self._instruction(content, line, own, partner_of(line)) for line in content["lines"]]


class AccrualByObligor(_AccrualType):
    """債務者請求: the debtor asks, and no consent is needed."""

    code: ClassVar = "accrual_by_obligor"
    name: ClassVar = "発生記録（債務者請求）"
    effect: ClassVar = (
        "承認すると、あなたの会社を債務者とする電子記録債権が発生します。"
        "予約のときは、電子記録年月日に発生します。"
    )
    partner_is: ClassVar = "債権者"

    def _with_fees(self, content: Content, context: Context) -> tuple[Content, list[Problem]]:
        """受取人負担: the fee is taken off what was asked for, and what is left is recorded (inferred; facts
        §4.1 say no more than that it is taken off). Only a payer can do so: not in a 債権者請求.
        """
        bearer = FeeBearer(content["fee_bearer"])
        bands = fees.tables_of(context.company.pk)[fees.TABLE_OF[bearer]]
        lines, problems = [], []
        for number, line in enumerate(content["lines"], start=1):
            asked = asked_yen(line)
            fee = fees.fee_of(bands, asked)
            if bearer is FeeBearer.REQUESTER:
                lines.append({**line, "own_fee_yen": fee})
                continue
            if (seen := line.get("fee_yen", fee)) != fee:
                sentence = FEE_CHANGED.format(seen=seen, now=fee)
                problems.append(Problem(number, "amount_yen", sentence))
            if fee >= asked:
                sentence = FEE_TOO_HIGH.format(fee=fee, asked=asked)
                problems.append(Problem(number, "amount_yen", sentence))
            left = max(asked - fee, 1)
            lines.append({**line, "asked_yen": asked, "fee_yen": fee, "amount_yen": left})
        return {**content, "lines": lines}, problems

    def _told_of(self, lines: Sequence[Line], context: Context) -> Sequence[Line]:
        such = small_contractors.among(context.company.pk, [line["user_number"] for line in lines])
        return [{**line, "is_small_contractor": line["user_number"] in such} for line in lines]

    def _fee_facts(self, content: Content) -> tuple[tuple[str, str], ...]:
        lines, bearer = content["lines"], content["fee_bearer"]
        taken_off = sum(line.get("fee_yen", 0) for line in lines)
        own = sum(line.get("own_fee_yen", 0) for line in lines)
        if taken_off:
            return (
                ("請求金額の合計", yen(sum(asked_yen(line) for line in lines))),
                ("手数料", f"{bearer}（合計{yen(taken_off)}を差し引きます）"),
            )
        return (("手数料", f"{bearer}（当方負担手数料 合計{yen(own)}）" if own else bearer),)

    def _columns(self, content: Content) -> tuple[str, ...]:
        lines = content["lines"]
        account, amount, *others = COLUMNS
        fee = ("請求金額", "手数料") if any(line.get("fee_yen") for line in lines) else ()
        received = ("受領日",) if any(line.get("received_on") for line in lines) else ()
        return (account, *fee, amount, *received, *others)

    def _warnings(self, content: Content) -> Iterator[str]:
        taken_off = content["fee_bearer"] == FeeBearer.RECEIVER
        yield from small_contractors.warnings(content["lines"], fee_taken_off=taken_off)

    def _instruction(self, content: Content, line: Line, own: Party, other: Party) -> Accrual:
        return _accrual(content, line, obligor=own, obligee=other, by_obligee=False)

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        return [
            Ordered(accrual, accrual.amount_yen, accrual.obligee.name)
            for accrual in self._accruals(content, context)
        ]


class AccrualByObligee(_AccrualType):
    """債権者請求: the creditor asks, and the debtor must consent in time."""

    code: ClassVar = "accrual_by_obligee"
    name: ClassVar = "発生記録（債権者請求）"
    effect: ClassVar = (
        "承認すると、債務者に承諾依頼が届きます。債務者が期限までに承諾すると、電子記録債権が発生します。"
    )
    partner_is: ClassVar = "債務者"

    def _instruction(self, content: Content, line: Line, own: Party, other: Party) -> Accrual:
        return _accrual(content, line, obligor=other, obligee=own, by_obligee=True)

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        return [
            Ordered(
                accrual,
                accrual.amount_yen,
                accrual.obligor.name,
                consent=Consent(
                    accrual.obligor.company_id, windows.answer_until(accrual.record_on, accrual.due_on)
                ),
            )
            for accrual in self._accruals(content, context)
        ]


def _accrual(content: Content, line: Line, *, obligor: Party, obligee: Party, by_obligee: bool) -> Accrual:
    return Accrual(
        obligor=obligor,
        obligee=obligee,
        amount_yen=line["amount_yen"],
        due_on=date.fromisoformat(line["due_on"]),
        record_on=date.fromisoformat(content["record_on"]),
        restricted=content["restricted"],
        by_obligee=by_obligee,
        fee_bearer=FeeBearer(content["fee_bearer"]),
        reference=line.get("reference", ""),
    )


def _told_once(number: int, found: Sequence[checks.Problem], before: Sequence[Problem]) -> list[Problem]:
    """Problems of one line; those of a shared field only if no line before had the same."""
    told = {(problem.field, problem.sentence) for problem in before if problem.line == 0}
    return [
        Problem(0 if problem.field in SHARED else number, problem.field, problem.sentence)
        for problem in found
        if (problem.field, problem.sentence) not in told
    ]


def asked_yen(line: Line) -> int:
    """What was asked for: before a fee was taken off."""
    asked: int = line.get("asked_yen") or line["amount_yen"]
    return asked


def _name(line: Line) -> str:
    return f"{line.get('name', '')}（{line['user_number']}）"


def _received(line: Line) -> str:
    received_on = date_of(line.get("received_on"))
    return day(received_on) if received_on else ""


_CELLS: dict[str, Callable[[Line], str]] = {
    "口座": account_words,
    "請求金額": lambda line: yen(asked_yen(line)),
    "手数料": lambda line: yen(line.get("fee_yen", 0)),
    "債権金額": lambda line: yen(line["amount_yen"]),
    "受領日": _received,
    "支払期日": lambda line: day(windows.effective_due(date.fromisoformat(line["due_on"]))),
    "依頼人Ref.No.": lambda line: line.get("reference", ""),
}


def _moved_dues(content: Content) -> list[str]:
    """A due date on a holiday counts as the next business day (facts §4.1): said before."""
    moved = {}
    for line in content["lines"]:
        due_on = date.fromisoformat(line["due_on"])
        if windows.effective_due(due_on) != due_on:
            moved[due_on] = windows.effective_due(due_on)
    return [
        f"支払期日の{day(due_on)}は休業日のため、翌営業日の{day(effective)}として記録します。"
        for due_on, effective in sorted(moved.items())
    ]


def _twice(content: Content) -> list[str]:
    """The same partner, amount and day on two lines: asked, then allowed."""
    seen: dict[tuple[Any, ...], int] = {}
    sentences = []
    for number, line in enumerate(content["lines"], start=1):
        same = (line["user_number"], line["amount_yen"], line["due_on"])
        if same in seen:
            sentences.append(
                f"明細{seen[same]}と明細{number}は、相手先・金額・支払期日が同じです。二重ではありませんか。"
            )
        seen.setdefault(same, number)
    return sentences
