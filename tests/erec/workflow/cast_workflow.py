"""Companies that trade with one another, and contents as their forms would make them."""

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from accounts.models import Company, SettlementAccount, User
from erec.members.actions.entering import copy_of
from erec.members.catalogue import Grant, Tick
from erec.members.models import Member
from erec.workflow.actions import deciding, entering
from erec.workflow.actions.entering import Typed
from erec.workflow.models import Demand, Line, Request
from tests import cast
from tests.erec.members.cast_members import give

TODAY = date(2026, 11, 20)  # cast.AT in Tokyo, a Friday and a bank business day
DUE = date(2027, 1, 29)
_tokens = itertools.count(1)

BUSINESSES = ("accrual", "assignment", "batch", "financing", "other", "designated")
MAKES: tuple[Grant, ...] = (*((code, Tick.MAKER) for code in BUSINESSES), ("inquiry", Tick.USE))
CHECKS: tuple[Grant, ...] = tuple((code, Tick.CHECKER) for code in BUSINESSES)


@dataclass
class Trader:
    """A company with a maker and a checker, two persons."""

    company: Company
    maker: Member
    checker: Member
    accounts: list[SettlementAccount] = field(default_factory=list)

    @property
    def account(self) -> SettlementAccount:
        return self.accounts[0]

    @property
    def account_text(self) -> str:
        a = self.account
        return f"{a.bank_code}-{a.branch_code}-{a.kind}-{a.number}"

    def as_partner(self) -> dict[str, Any]:
        """How others write this company into a line."""
        a = self.account
        return {
            "user_number": self.company.user_number,
            "bank_code": a.bank_code,
            "branch_code": a.branch_code,
            "kind": a.kind,
            "number": a.number,
        }


def person(company: Company, *grants: Grant) -> Member:
    """A general user who is ready, with these ticks and every account."""
    return give(copy_of(cast.general(company), None, cast.AT), *grants)


def trader() -> Trader:
    company, _ = cast.company()
    maker, checker = person(company, *MAKES), person(company, *CHECKS)
    return Trader(company, maker, checker, list(company.settlement_accounts.all()))


def accrual(
    own: Trader,
    *partners: Trader,
    amount_yen: int = 1_000_000,
    record_on: date = TODAY,
    due_on: date = DUE,
    **more: Any,
) -> dict[str, Any]:
    lines = [
        {**p.as_partner(), "amount_yen": amount_yen, "due_on": due_on.isoformat(), "reference": ""}
        for p in partners
    ]
    return {
        "account": own.account_text,
        "record_on": record_on.isoformat(),
        "fee_bearer": "依頼人負担",
        "restricted": False,
        "lines": lines,
        **more,
    }


def assignment(
    assignee: Trader,
    *claims: tuple[str, int | None],
    record_on: date = TODAY,
    with_guarantee: bool = True,
) -> dict[str, Any]:
    return {
        "record_on": record_on.isoformat(),
        "with_guarantee": with_guarantee,
        "fee_bearer": "依頼人負担",
        "assignee": assignee.as_partner(),
        "lines": [
            {"record_number": number, "amount_yen": amount, "reference": ""} for number, amount in claims
        ],
    }


def batch(*parts: tuple[str, dict[str, Any]], file_name: str = "seikyu.csv") -> dict[str, Any]:
    """The lines of contents of other types in one request."""
    lines = [
        {"type": code, "shared": {k: v for k, v in content.items() if k != "lines"}, "line": line}
        for code, content in parts
        for line in content["lines"]
    ]
    return {"file_name": file_name, "lines": lines}


def cancellation(record_number: str) -> dict[str, Any]:
    return {"lines": [{"record_number": record_number}]}


def answer(demand: Demand, accept: bool = True) -> dict[str, Any]:
    return {"lines": [{"demand_no": demand.demand_no, "answer": "accept" if accept else "deny"}]}


def typed(type_code: str, content: dict[str, Any], **options: Any) -> Typed:
    return Typed(type_code, content, token=f"token{next(_tokens)}", **options)


def by(member: Member, at: datetime = cast.AT) -> dict[str, Any]:
    """The keywords of an action: who, when, from where."""
    return {"acting_user": User.objects.get(pk=member.user_id), "at": at, "origin": cast.ORIGIN}


def submitted(own: Trader, type_code: str, content: dict[str, Any], at: datetime = cast.AT) -> Request:
    return entering.submit(typed(type_code, content), **by(own.maker, at))


def approved(own: Trader, type_code: str, content: dict[str, Any], at: datetime = cast.AT) -> Request:
    """Entered by the maker and approved by the checker."""
    request = submitted(own, type_code, content, at)
    return deciding.approve(request.request_no, request.version, **by(own.checker, at))


def accrued(obligor: Trader, obligee: Trader, **options: Any) -> str:
    """The record number of a claim that arose between them."""
    request = approved(obligor, "accrual_by_obligor", accrual(obligor, obligee, **options))
    return request.lines.get().record_number


def withdrawal(line: Line) -> dict[str, Any]:
    return {"lines": [{"request_no": line.request.request_no, "line": line.number}]}


def guarantee(guarantor: Trader, number: str) -> dict[str, Any]:
    return {"guarantor": guarantor.as_partner(), "reference": "", "lines": [{"record_number": number}]}


def change(number: str, **asked: Any) -> dict[str, Any]:
    stays = {"delete": False, "due_on": "", "amount_yen": None, "restricted": None, "reference": ""}
    return {**stays, **asked, "lines": [{"record_number": number}]}


def payment(number: str, amount_yen: int, **asked: Any) -> dict[str, Any]:
    """To the creditor or from the debtor, if nothing else is said."""
    usual = {"other": "", "cause": "弁済", "paid_on": TODAY.isoformat(), "reference": ""}
    return {**usual, **asked, "amount_yen": amount_yen, "lines": [{"record_number": number}]}
