"""What an approval binds the company to, in one sentence: what is seen is what is signed."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from accounts.second import Kind
from erec.claims import windows
from erec.workflow.types.base import Content, day, several, yen
from erec.workflow.types.batch import parts_of
from erec.workflow.types.change import changes_in
from erec.workflow.types.masters import ACTS


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


def _batch(content: Content, company: str) -> list[str]:
    """What its lines bind to, a sentence each for all accruals of one kind and for each assignee."""
    merged: dict[tuple[str, str, bool], Content] = {}
    for part in parts_of(content):
        assignee = part.content.get("assignee", {}).get("name", "")
        key = part.typ.code, assignee, part.content.get("with_guarantee", False)
        before = merged.get(key, {"lines": []})
        merged[key] = {**part.content, "lines": [*before["lines"], *part.content["lines"]]}
    return [sentence for (code, _, _), whole in merged.items() for sentence in _OF_TYPE[code](whole, company)]


def _cancellation(what: str) -> Callable[[Content, str], list[str]]:
    def of(content: Content, company: str) -> list[str]:
        (line,) = content["lines"]
        claim = (
            f"{line['partner_name']}との{yen(line['amount_yen'])}の電子記録債権（{line['record_number']}）"
        )
        return [f"{company}が、{claim}の{what}を取り消します。"]

    return of


def _guarantee(content: Content, company: str) -> list[str]:
    (line,) = content["lines"]
    return [
        f"{company}が、{content['guarantor']['name']}に、{_owed(line)}を保証するよう求めます。",
        "相手先が期限までに承諾すると、保証が記録されます。",
    ]


def _owed(line: dict[str, Any]) -> str:
    due = day(date.fromisoformat(line["due_on"]))
    return f"{line['obligor_name']}の{yen(line['open_yen'])}の支払い（支払期日 {due}）"


def _change(content: Content, company: str) -> list[str]:
    (line,) = content["lines"]
    if content["delete"]:
        return [
            f"{company}が、{line['other_name']}に、{_claim(line)}を削除するよう求めます。",
            "相手先が期限までに承諾すると、この債権はなくなります。",
        ]
    return [
        f"{company}が、{line['other_name']}に、{_claim(line)}の{_changed(content)}変更するよう求めます。",
        "相手先が期限までに承諾すると、変更が記録されます。",
    ]


def _claim(line: dict[str, Any]) -> str:
    return f"{yen(line['claim_yen'])}の電子記録債権（{line['record_number']}）"


def _changed(content: Content) -> str:
    """「支払期日を2027年1月29日（金）から2027年2月26日（金）へ、譲渡制限を無から有へ」."""
    return "、".join(f"{name}を{before}から{after}へ" for name, before, after in changes_in(content))


def _payment(content: Content, company: str) -> list[str]:
    (line,) = content["lines"]
    payer, payee = content["payer"]["name"], content["payee"]["name"]
    rest = line["open_yen"] - content["amount_yen"]
    return [
        f"{payer}が{payee}へ{_paid(content)}をしたことを、{_claim(line)}に記録するよう、{company}が求めます。",
        f"記録されると、{payee}が受け取る残りは{yen(rest)}になります。",
    ]


def _paid(content: Content) -> str:
    on = day(date.fromisoformat(content["paid_on"]))
    return f"{on}に{yen(content['amount_yen'])}の支払等（{content['cause']}）"


def _answer(content: Content, company: str) -> list[str]:
    (line,) = content["lines"]
    if line["answer"] != "accept":
        return [f"{company}が、{line['partner_name']}からの{yen(line['amount_yen'])}の請求を否認します。"]
    return _ACCEPTED[line["instruction"]["kind"]](line, company)


def _accept_accrual(line: dict[str, Any], company: str) -> list[str]:
    due = windows.effective_due(date.fromisoformat(line["instruction"]["due_on"]))
    return [
        f"{company}が、{line['partner_name']}へ、{yen(line['amount_yen'])}を、{day(due)}に支払うことを承諾します。",
        "この支払いを約束する電子記録債権が発生します。",
    ]


def _accept_guarantee(line: dict[str, Any], company: str) -> list[str]:
    (claim,) = line["asked"]["lines"]
    return [
        f"{company}が、{_owed(claim)}を、{line['partner_name']}に対して保証することに承諾します。",
        f"{claim['obligor_name']}が支払わないときは、{company}が{yen(claim['open_yen'])}を支払います。",
        "債権が譲渡されたときは、そのときの債権者に対して保証します。",
    ]


def _accept_change(line: dict[str, Any], company: str) -> list[str]:
    (claim,) = line["asked"]["lines"]
    whose = f"{company}が、{line['partner_name']}との{_claim(claim)}"
    if line["asked"]["delete"]:
        return [f"{whose}の削除に承諾します。", "承諾すると、この債権はなくなり、支払いは行われません。"]
    return [f"{whose}の{_changed(line['asked'])}変更することに承諾します。"]


def _accept_payment(line: dict[str, Any], company: str) -> list[str]:
    asked = line["asked"]
    (claim,) = asked["lines"]
    rest = claim["open_yen"] - asked["amount_yen"]
    return [
        f"{company}が、{line['partner_name']}から{_paid(asked)}を受けたことを認め、"
        f"{_claim(claim)}への記録に承諾します。",
        f"記録されると、{company}が受け取る残りは{yen(rest)}になります。",
    ]


_ACCEPTED: dict[str, Callable[[dict[str, Any], str], list[str]]] = {
    "accrual": _accept_accrual,
    "guarantee": _accept_guarantee,
    "change": _accept_change,
    "payment": _accept_payment,
}


def _of_master(content: Content, company: str) -> list[str]:
    act = ACTS[Kind(content["kind"])]
    whose = f"{content['whose']}の" if content["whose"] else ""
    return [f"{company}で、{whose}「{act.name}」を行います。", act.effect]


def _discount(content: Content, company: str) -> list[str]:
    amount = _amount(content["lines"], _financed_yen(content))
    on = day(date.fromisoformat(content["record_on"]))
    return [
        f"{company}が、{content['institution']}に、{amount}の電子記録債権の割引を申し込みます。",
        f"承諾されると、債権は{on}に{content['institution']}へ移り、割引料を引いた金額が入金されます。",
        f"債務者が支払わないときは、{company}が支払います（保証あり）。",
    ]


def _collateral(content: Content, company: str) -> list[str]:
    amount = _amount(content["lines"], _financed_yen(content))
    loan, repay_on = yen(content["loan_yen"]), day(date.fromisoformat(content["repay_on"]))
    on = day(date.fromisoformat(content["record_on"]))
    return [
        f"{company}が、{content['institution']}に、{loan}の借入（返済期日 {repay_on}）を申し込み、"
        f"{amount}の電子記録債権を担保として譲渡します。",
        f"承諾されると、債権は{on}に担保として移り、借入金が入金されます。債権の決済金は、返済にあてられます。",
        f"債務者が支払わないときは、{company}が支払います（保証あり）。",
    ]


def _financed_yen(content: Content) -> int:
    return sum(line.get("amount_yen") or line["claim_yen"] for line in content["lines"])


def _withdrawal(content: Content, company: str) -> list[str]:
    (line,) = content["lines"]
    return [f"{company}が、{line['partner_name']}への{yen(line['amount_yen'])}の承諾依頼を取り消します。"]


def _withdrawal_financing(content: Content, company: str) -> list[str]:
    (line,) = content["lines"]
    return [f"{company}が、{line['partner_name']}への{yen(line['amount_yen'])}の融資申込を取り消します。"]


def _designation(content: Content, company: str) -> list[str]:
    lines = content["lines"]
    kept = [line for line in lines if line["areas"]]
    gone = [line for line in lines if not line["areas"]]
    found = [f"{company}が、{_names(kept)}からの請求を、選んだ業務区分だけ受け付けます。"] if kept else []
    return [*found, *([f"{company}が、{_names(gone)}からの請求の許可を取り消します。"] if gone else [])]


_OF_TYPE: dict[str, Callable[[Content, str], list[str]]] = {
    "accrual_by_obligor": _accrual_by_obligor,
    "accrual_by_obligee": _accrual_by_obligee,
    "assignment": _assignment,
    "batch": _batch,
    "cancel_accrual": _cancellation("発生"),
    "cancel_assignment": _cancellation("譲渡"),
    "masters": _of_master,
    "answer": _answer,
    "discount": _discount,
    "collateral": _collateral,
    "withdrawal_financing": _withdrawal_financing,
    "withdrawal": _withdrawal,
    "designation": _designation,
    "guarantee": _guarantee,
    "change": _change,
    "payment_by_payer": _payment,
    "payment_by_payee": _payment,
    "answer_other": _answer,
    "withdrawal_other": _withdrawal,
}


def _names(lines: Sequence[dict[str, Any]]) -> str:
    return several([line["name"] for line in lines])


def _amount(lines: Sequence[dict[str, Any]], total: int | None = None) -> str:
    whole = yen(sum(line["amount_yen"] for line in lines) if total is None else total)
    return whole if len(lines) == 1 else f"合計{whole}（{len(lines)}件）"


def _dues(lines: Sequence[dict[str, Any]]) -> str:
    dues = sorted({windows.effective_due(date.fromisoformat(line["due_on"])) for line in lines})
    return day(dues[0]) if len(dues) == 1 else f"{day(dues[0])}から{day(dues[-1])}まで"
