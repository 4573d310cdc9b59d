"""指定許可: from whom the company takes requests, and of which 業務区分 (domain facts §1.1, §4.7).

Content: {"lines": [{"user_number", "bank_code", "branch_code", "kind", "number", "areas": […]}]}; no area
takes the counterpart out. The check adds its name, what holds for it now ("seen": that alone is changed) and
"until".
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar

from erec.formats import bank_calendar
from erec.parameters import business_day
from erec.partners import designated
from erec.partners.actions.designations import (
    FULL,
    Areas,
    Setting,
    areas_of,
    registered,
    room,
    set_designations,
)
from erec.partners.directory import Key
from erec.partners.errors import Changed, LimitReached
from erec.partners.models import Designation
from erec.partners.policy import DESIGNATION_LINES_MAX, Area
from erec.workflow.errors import MovedOn, Problem
from erec.workflow.types.base import (
    Act,
    Carried,
    Checked,
    Content,
    Context,
    Effect,
    RequestType,
    Row,
    Sheet,
    Summary,
    account_words,
    several,
)
from erec.workflow.types.counterparts import counterparts, key_of

# What is not approved by then is entered anew, on what holds by then (inferred).
APPROVE_WITHIN_DAYS = 5

NO_CONTRACT = "指定許可機能は、お申込みをいただいた企業だけが使えます。取引店に連絡してください。"
LINES = f"明細は1件以上{DESIGNATION_LINES_MAX}件以内で入力してください。"
TWICE = "明細{line}と同じ相手先・口座です。どちらかの行を削除してください。"
NO_AREA = "許可する業務区分を、1つ以上選んでください。"
AS_IT_IS = "今の許可と同じです。業務区分を選び直すか、この行を削除してください。"
OTHERWISE = "この相手先の許可が、登録したときの「{seen}」から「{now}」に変わりました。登録し直してください。"


class DesignationOfSenders(RequestType):
    code: ClassVar = "designation"
    name: ClassVar = "指定許可"
    business: ClassVar = "designated"
    effect: ClassVar = (
        "承認すると、選んだ業務区分の請求を、この相手先から受け付けます。"
        "許可していない請求は、相手先の画面で断られます。"
    )

    def check(self, content: Content, context: Context) -> Checked:
        lines = content["lines"]
        if not designated.is_used_by(context.company):
            return Checked(content, [Problem(0, "lines", NO_CONTRACT)])
        if not 0 < len(lines) <= DESIGNATION_LINES_MAX:
            return Checked(content, [Problem(0, "lines", LINES)])
        now = registered(context.company.pk, {key_of(line) for line in lines})
        found, unknown = counterparts(lines, context)
        # Whose contract is gone can still be taken out.
        problems = [p for p in unknown if lines[p.line - 1]["areas"] or key_of(lines[p.line - 1]) not in now]
        kept = []
        for number, line in enumerate(lines, start=1):
            row = now.get(key_of(line))
            name = found[number].name if number in found else _name(row)
            kept.append({"seen": sorted(areas_of(row)), **line, "name": name})
        wrong = {problem.line for problem in problems}
        problems += [p for p in _problems(kept, now) if p.line not in wrong]
        if sum(bool(line["areas"]) and key_of(line) not in now for line in kept) > room(context.company.pk):
            problems.append(Problem(0, "lines", FULL))
        last = bank_calendar.after(context.today.date, APPROVE_WITHIN_DAYS)
        until = business_day.cut_off_on(last).isoformat()
        return Checked({"until": until, **content, "lines": kept}, problems)

    def summary(self, content: Content) -> Summary:
        lines = content["lines"]
        names = several([line["name"] for line in lines if line.get("name")])
        return Summary(lines=len(lines), partner_name=names)

    def sheet(self, content: Content) -> Sheet:
        lines = content["lines"]
        facts = (("請求の種類", self.name), ("件数", f"{len(lines)}件"))
        columns = ("相手先", "口座", "今の許可", "承認後の許可")
        rows = tuple(Row(number, _cells(line)) for number, line in enumerate(lines, start=1))
        return Sheet(facts, columns, rows, tuple(_warnings(lines)))

    def approve_until(self, content: Content) -> datetime:
        return datetime.fromisoformat(content["until"])

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        settings = [_setting(line) for line in content["lines"]]
        names = several([setting.name for setting in settings])

        def carry_out(act: Act) -> None:
            try:
                set_designations(act.request.company_id, settings, act.today.at)
            except Changed as changed:
                raise MovedOn(
                    "指定許可が、この画面を開いたあとに変わりました。何も変わっていません。"
                    "差し戻して、登録し直してもらってください。"
                ) from changed
            except LimitReached as limit:
                raise MovedOn(f"{limit.sentence}何も変わっていません。") from limit

        return [Carried(carry_out, partner_name=names)]


def _problems(lines: Sequence[dict[str, Any]], now: dict[Key, Designation]) -> Iterator[Problem]:
    first: dict[Key, int] = {}
    for number, line in enumerate(lines, start=1):
        key, wanted = key_of(line), frozenset(line["areas"])
        before, standing = first.setdefault(key, number), areas_of(now.get(key))
        if before != number:
            yield Problem(number, "user_number", TWICE.format(line=before))
        elif frozenset(line["seen"]) != standing:
            words = {"seen": designated.words(line["seen"]), "now": designated.words(standing)}
            yield Problem(number, "user_number", OTHERWISE.format(**words))
        elif wanted == standing:
            yield Problem(number, "user_number", AS_IT_IS if wanted else NO_AREA)


def _warnings(lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    if any(set(line["seen"]) - set(line["areas"]) for line in lines):
        yield "許可を取り消しても、記録が済んだものと、すでに届いている承諾依頼は、そのまま残ります。"


def _cells(line: dict[str, Any]) -> tuple[str, ...]:
    name = f"{line['name']}（{line['user_number']}）"
    return (name, account_words(line), designated.words(line["seen"]), designated.words(line["areas"]))


def _setting(line: dict[str, Any]) -> Setting:
    return Setting(key_of(line), line["name"], _areas(line["areas"]), _areas(line["seen"]))


def _areas(values: Sequence[str]) -> Areas:
    return frozenset(Area(value) for value in values)


def _name(row: Designation | None) -> str:
    return row.name if row else ""
