"""What one company asks of another, in the words of who must answer, by the kind of what would be recorded.

What is shown is what was asked: the line of the request as its checker approved it, never the claim as it is
now, of which a company that did not consent may know nothing further.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from erec.claims import windows
from erec.claims.instructions import (
    Accrual,
    Assignment,
    Change,
    Guarantee,
    Instruction,
    Party,
    Payment,
    from_json,
)
from erec.workflow.models import Demand
from erec.workflow.types.base import account_words, day, yen
from erec.workflow.types.change import changed_facts
from erec.workflow.types.of_claim import claim_facts

Facts = tuple[tuple[str, str], ...]
Line = Mapping[str, Any]  # the asking request's content with that one line


@dataclass(frozen=True)
class Words:
    """`what`: in lists and mails. `stages`: the type of request whose line of status it shares."""

    what: str
    stages: str
    facts: Callable[[Any, Any], Facts]


def what(demand: Demand) -> str:
    return _WORDS[demand.instruction["kind"]].what


def stages(demand: Demand) -> str:
    return _WORDS[demand.instruction["kind"]].stages


def facts(instruction: Mapping[str, Any], asked: Line | None) -> Facts:
    """Who asks whom for what, line by line. `asked`: see `line_asked`."""
    return _WORDS[instruction["kind"]].facts(from_json(instruction), asked)


def line_asked(demand: Demand) -> dict[str, Any] | None:
    """The asking request's content with the one line that waits; None where the instruction says all."""
    if demand.instruction["kind"] == Accrual.kind:
        return None
    line = demand.line
    content = line.request.versions.get(number=line.request.version).content
    return {**content, "lines": [content["lines"][line.number - 1]]}


def _accrual(accrual: Accrual, asked: Line | None) -> Facts:
    return (
        ("請求者（債権者）", _party(accrual.obligee)),
        ("支払う口座", _account(accrual.obligor)),
        ("債権金額", yen(accrual.amount_yen)),
        ("電子記録年月日（振出日）", day(accrual.record_on)),
        ("支払期日", day(windows.effective_due(accrual.due_on))),
        ("譲渡制限", "有" if accrual.restricted else "無"),
        ("手数料", accrual.fee_bearer.value),
        ("依頼人Ref.No.", accrual.reference),
    )


def _guarantee(guarantee: Guarantee, asked: Line) -> Facts:
    (line,) = asked["lines"]
    return (
        ("保証する金額", yen(line["open_yen"])),
        ("保証人の口座", _account(guarantee.guarantor)),
        *claim_facts(line),
        ("依頼人Ref.No.", guarantee.reference),
    )


def _change(change: Change, asked: Line) -> Facts:
    return (
        ("請求者", _party(change.requester)),
        *changed_facts(dict(asked)),
        ("依頼人Ref.No.", change.reference),
    )


def _payment(payment: Payment, asked: Line) -> Facts:
    (line,) = asked["lines"]
    return (
        ("請求者（支払った会社）", _party(payment.payer)),
        ("支払等の金額", yen(payment.amount_yen)),
        ("記録前の未払の金額", yen(line["open_yen"])),
        ("記録後に残る金額", yen(line["open_yen"] - payment.amount_yen)),
        ("原因", payment.cause.value),
        ("支払等の日", day(payment.paid_on)),
        *claim_facts(line),
        ("依頼人Ref.No.", payment.reference),
    )


def _nothing(instruction: Instruction, asked: Line | None) -> Facts:
    """A financial institution reads the application itself."""
    return ()


def _party(party: Party) -> str:
    return f"{party.name}（{party.user_number}）"


def _account(party: Party) -> str:
    account = party.account
    return account_words(
        {
            "bank_code": account.bank_code,
            "branch_code": account.branch_code,
            "kind": account.kind,
            "number": account.number,
        }
    )


def due_on(demand: Demand) -> date | None:
    """支払期日 that is asked for, where one is."""
    found = demand.instruction.get("due_on")
    return date.fromisoformat(found) if found else None


_WORDS: Mapping[str, Words] = {
    Accrual.kind: Words("債権者請求", "accrual_by_obligee", _accrual),
    Guarantee.kind: Words("保証記録", "guarantee", _guarantee),
    Change.kind: Words("変更記録", "change", _change),
    Payment.kind: Words("支払等記録", "payment_by_payer", _payment),
    Assignment.kind: Words("融資申込", "assignment", _nothing),
}
