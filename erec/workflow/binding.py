"""What an approval binds the company to, in one sentence: what is seen is what is signed."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from erec.claims import windows
from erec.workflow.types.base import Content, day, several, yen


def sentences(type_code: str, content: Content, company: str) -> list[str]:
    """For a checked content of that type; `company`: the name of whose request it is.

    Worked example: 「青葉部品が、みどり精機へ、1,000,000円を、2027年1月29日（金）に支払います。」
    """
    return _OF_TYPE[type_code](content, company)


def _accrual_by_obligor(content: Content, company: str) -> list[str]:
    lines = content["lines"]
    return [
        f"{company}が、{_names(lines)}へ、{_amount(lines)}を、{_dues(lines)}に支払います。",
        "この支払いを約束する電子記録債権が発生します。",
    ]


def _accrual_by_obligee(content: Content, company: str) -> list[str]:
    lines = content["lines"]
    return [
        f"{company}が、{_names(lines)}に、{_amount(lines)}を、{_dues(lines)}に支払うよう求めます。",
        "相手先が期限までに承諾すると、電子記録債権が発生します。",
    ]


def _assignment(content: Content, company: str) -> list[str]:
    lines = content["lines"]
    total = sum(line.get("amount_yen") or line["claim_yen"] for line in lines)
    found = [
        f"{company}が、{content['assignee']['name']}へ、{_amount(lines, total)}の電子記録債権を譲渡します。"
    ]
    if content["with_guarantee"]:
        found.append(f"債務者が支払わないときは、{company}が支払います（保証あり）。")
    return found


def _cancellation(what: str) -> Callable[[Content, str], list[str]]:
    def of(content: Content, company: str) -> list[str]:
        (line,) = content["lines"]
        claim = (
            f"{line['partner_name']}との{yen(line['amount_yen'])}の電子記録債権（{line['record_number']}）"
        )
        return [f"{company}が、{claim}の{what}を取り消します。"]

    return of


def _answer(content: Content, company: str) -> list[str]:
    (line,) = content["lines"]
    if line["answer"] != "accept":
        return [f"{company}が、{line['partner_name']}からの{yen(line['amount_yen'])}の請求を否認します。"]
    due = windows.effective_due(date.fromisoformat(line["instruction"]["due_on"]))
    return [
        f"{company}が、{line['partner_name']}へ、{yen(line['amount_yen'])}を、{day(due)}に支払うことを承諾します。",
        "この支払いを約束する電子記録債権が発生します。",
    ]


def _withdrawal(content: Content, company: str) -> list[str]:
    (line,) = content["lines"]
    return [f"{company}が、{line['partner_name']}への{yen(line['amount_yen'])}の承諾依頼を取り消します。"]


_OF_TYPE: dict[str, Callable[[Content, str], list[str]]] = {
    "accrual_by_obligor": _accrual_by_obligor,
    "accrual_by_obligee": _accrual_by_obligee,
    "assignment": _assignment,
    "cancel_accrual": _cancellation("発生"),
    "cancel_assignment": _cancellation("譲渡"),
    "answer": _answer,
    "withdrawal": _withdrawal,
}


def _names(lines: Sequence[dict[str, Any]]) -> str:
    return several([line["name"] for line in lines])


def _amount(lines: Sequence[dict[str, Any]], total: int | None = None) -> str:
    whole = yen(sum(line["amount_yen"] for line in lines) if total is None else total)
    return whole if len(lines) == 1 else f"合計{whole}（{len(lines)}件）"


def _dues(lines: Sequence[dict[str, Any]]) -> str:
    dues = sorted({windows.effective_due(date.fromisoformat(line["due_on"])) for line in lines})
    return day(dues[0]) if len(dues) == 1 else f"{day(dues[0])}から{day(dues[-1])}まで"
