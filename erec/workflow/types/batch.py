"""債権一括請求: 発生 and 譲渡 of every kind together in one request, from a file. Facts §4.10.

Content: {"file_name", "lines": [{"type": code of the line's own business type, "shared": what that type's
content says beside its lines, "line": one of its lines}]}. Lines that share everything but themselves are
checked and carried out together, as a request of their own type would be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar

from erec.claims.instructions import Party
from erec.parameters import table
from erec.workflow.errors import Problem
from erec.workflow.types.accrual import AccrualByObligee, AccrualByObligor
from erec.workflow.types.assignment import AssignmentOfClaims
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
    day,
    several,
    yen,
)

OF_LINES: dict[str, RequestType] = {
    typ.code: typ for typ in (AccrualByObligor(), AccrualByObligee(), AssignmentOfClaims())
}
TWICE = "{first}行目と同じ債権です。1つの一括請求では、1つの債権を1回だけ譲渡できます。"
# Each is checked by itself; more than these would keep whoever presses the button waiting.
PARTS_MAX = 100
TOO_MANY_PARTS = (
    f"譲受人・日付・手数料などの組合せは、1つの一括請求で{PARTS_MAX}通りまでです。今は{{now}}通りあります。"
    "ファイルを分けてください。"
)
COLUMNS = ("種類", "相手先", "口座", "記録番号", "金額", "電子記録年月日", "支払期日", "依頼人Ref.No.")


@dataclass(frozen=True)
class Part:
    """Lines of one type that share everything else, as that type's content; `numbers`: where they stand."""

    typ: RequestType
    content: Content
    numbers: tuple[int, ...]


def parts_of(content: Content) -> list[Part]:
    """In the order of their first lines."""
    found: list[tuple[str, dict[str, Any], list[tuple[int, dict[str, Any]]]]] = []
    for number, line in enumerate(content["lines"], start=1):
        for code, shared, lines in found:
            if (code, shared) == (line["type"], line["shared"]) and len(lines) < _most_of(code):
                lines.append((number, line["line"]))
                break
        else:
            found.append((line["type"], line["shared"], [(number, line["line"])]))
    return [
        Part(
            OF_LINES[code],
            {**shared, "lines": [line for _, line in lines]},
            tuple(number for number, _ in lines),
        )
        for code, shared, lines in found
    ]


def _most_of(code: str) -> int:
    return table.value("assignment_lines_max" if code == AssignmentOfClaims.code else "accrual_lines_max")


class Batch(RequestType):
    code: ClassVar = "batch"
    name: ClassVar = "一括請求"
    business: ClassVar = "batch"
    effect: ClassVar = (
        "承認すると、ファイルの明細がそれぞれ記録されます。債権者請求の明細は、債務者に承諾依頼が届きます。"
    )

    def check(self, content: Content, context: Context) -> Checked:
        most = table.value("batch_lines_max")
        if not 0 < len(content["lines"]) <= most:
            return Checked(content, [Problem(0, "rows", f"明細は1件以上{most}件以内にしてください。")])
        parts = parts_of(content)
        if len(parts) > PARTS_MAX:
            return Checked(content, [Problem(0, "rows", TOO_MANY_PARTS.format(now=len(parts)))])
        problems = _twice(content)
        kept = list(content["lines"])
        for part in parts:
            checked = part.typ.check(part.content, context)
            shared = {name: value for name, value in checked.content.items() if name != "lines"}
            for number, line in zip(part.numbers, checked.content["lines"], strict=True):
                kept[number - 1] = {"type": part.typ.code, "shared": shared, "line": line}
            problems += [
                Problem(part.numbers[max(found.line, 1) - 1], found.field, found.sentence)
                for found in checked.problems
            ]
        return Checked({**content, "lines": kept}, sorted(problems, key=lambda problem: problem.line))

    def summary(self, content: Content) -> Summary:
        parts = parts_of(content)
        summaries = [part.typ.summary(part.content) for part in parts]
        days = {summary.record_on for summary in summaries}
        accounts = {summary.account for summary in summaries}
        return Summary(
            record_on=days.pop() if len(days) == 1 else None,
            account=accounts.pop() if len(accounts) == 1 else None,
            total_yen=sum(summary.total_yen for summary in summaries),
            lines=len(content["lines"]),
            partner_name=several([name for part in parts for name in _names(part) if name]),
        )

    def sheet(self, content: Content) -> Sheet:
        parts = parts_of(content)
        rows = sorted(
            (Row(number, cells) for part in parts for number, cells in _rows(part)),
            key=lambda row: row.number,
        )
        facts = [("請求の種類", self.name), ("ファイル名", content["file_name"] or "（貼り付け）")]
        for code, typ in OF_LINES.items():
            of_type = [part for part in parts if part.typ.code == code]
            if of_type:
                count = sum(len(part.numbers) for part in of_type)
                total = sum(typ.summary(part.content).total_yen for part in of_type)
                facts.append((typ.name, f"{count}件　{yen(total)}"))
        warnings = [sentence for part in parts for sentence in part.typ.sheet(part.content).warnings]
        return Sheet(tuple(facts), COLUMNS, tuple(rows), tuple(dict.fromkeys(warnings)))

    def approve_until(self, content: Content) -> datetime:
        """As soon as the first line can no longer be approved, the whole cannot."""
        return min(part.typ.approve_until(part.content) for part in parts_of(content))

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        numbered = [
            (number, _of_its_business(effect, part.typ.business))
            for part in parts_of(content)
            for number, effect in zip(part.numbers, part.typ.effects(part.content, context), strict=True)
        ]
        return [effect for _, effect in sorted(numbered, key=lambda pair: pair[0])]

    def partners(self, content: Content) -> Sequence[Party]:
        return [party for part in parts_of(content) for party in part.typ.partners(part.content)]

    def claims_used(self, content: Content) -> Sequence[str]:
        return [number for _, number in _claims(content)]

    def line_of(self, content: Content, record_number: str) -> int:
        return next(number for number, found in _claims(content) if found == record_number)


def _of_its_business(effect: Effect, business: str) -> Effect:
    """Who must consent is asked under the line's own business: the batch is the requester's alone."""
    if isinstance(effect, Ordered) and effect.consent is not None:
        return replace(effect, consent=replace(effect.consent, business=business))
    return effect


def _claims(content: Content) -> Iterator[tuple[int, str]]:
    """The claims that lines are about, with the lines' numbers."""
    for number, line in enumerate(content["lines"], start=1):
        if line["type"] == AssignmentOfClaims.code:
            yield number, line["line"]["record_number"]


def _names(part: Part) -> list[str]:
    """Of the other companies; a draft may hold none yet."""
    others = [part.content["assignee"]] if "assignee" in part.content else part.content["lines"]
    return [other.get("name", "") for other in others]


def _twice(content: Content) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    for number, record_number in _claims(content):
        if record_number in seen:
            problems.append(Problem(number, "record_number", TWICE.format(first=seen[record_number])))
        seen.setdefault(record_number, number)
    return problems


def _rows(part: Part) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each line under COLUMNS, with what its own type's sheet says of it."""
    content = part.content
    for number, line in zip(part.numbers, content["lines"], strict=True):
        other = content.get("assignee", line)
        moved = line.get("amount_yen") or line.get("claim_yen") or 0
        yield (
            number,
            (
                part.typ.name,
                f"{other.get('name', '')}（{other['user_number']}）",
                account_words(other),
                line.get("record_number", ""),
                yen(moved),
                day(date.fromisoformat(content["record_on"])),
                day(date.fromisoformat(line["due_on"])),
                line.get("reference", ""),
            ),
        )
