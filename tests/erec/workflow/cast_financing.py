"""Applications for 割引 and 譲渡担保, as their forms would make them, and the institution that answers."""

from datetime import date, datetime
from typing import Any

from erec.claims import settlement
from erec.claims.models import AccountBalance
from erec.financing import institution
from erec.financing.models import Application, ApplicationLine
from erec.notices.models import Notice
from erec.workflow import day
from erec.workflow.actions import financing
from erec.workflow.actions.financing import Answer
from tests import cast
from tests.erec.workflow.cast_workflow import Trader, accrued, approved, trader

WISHED = date(2026, 11, 26)  # cast.AT's third business day after
DAY_BEFORE = date(2026, 11, 25)  # the last day of the institution's answer
SOON = date(2026, 12, 4)  # when the claims of loans are due: few days to run
REPAY_ON = date(2027, 2, 26)


def bank() -> Any:
    """The institution's company, made if it is not there."""
    return institution.prepare(cast.AT)


def discount(own: Trader, *claims: tuple[str, int | None], record_on: date = WISHED) -> dict[str, Any]:
    return {
        "record_on": record_on.isoformat(),
        "account": own.account_text,
        "remarks": "よろしくお願いします。",
        "lines": [{"record_number": number, "amount_yen": amount} for number, amount in claims],
    }


def collateral(
    own: Trader,
    *claims: tuple[str, int | None],
    loan_yen: int = 800_000,
    repay_on: date = REPAY_ON,
    record_on: date = WISHED,
) -> dict[str, Any]:
    loan = {"loan_yen": loan_yen, "repay_on": repay_on.isoformat()}
    return {**discount(own, *claims, record_on=record_on), **loan}


def applied(own: Trader, kind: str, content: dict[str, Any], at: datetime = cast.AT) -> Application:
    """Entered and approved: the institution is asked."""
    request = approved(own, kind, content, at)
    return Application.objects.get(company=own.company, request_no=request.request_no)


def asked_for_discount(*amounts: int | None) -> tuple[Trader, Application]:
    """A creditor who applied for 割引 of a claim for each amount (None: whole) of 1,000,000 yen."""
    bank()
    debtor, own = trader(), trader()
    claims = [(accrued(debtor, own), amount) for amount in amounts or (None,)]
    return own, applied(own, "discount", discount(own, *claims))


def asked_for_loan(*amounts: int | None, loan_yen: int = 800_000) -> tuple[Trader, Application]:
    bank()
    debtor, own = trader(), trader()
    claims = [(accrued(debtor, own, due_on=SOON), amount) for amount in amounts or (None,)]
    return own, applied(own, "collateral", collateral(own, *claims, loan_yen=loan_yen))


def accepted(application: Application, proceeds_yen: int, at: datetime = cast.AT, **said: Any) -> Application:
    answer = Answer(proceeds_yen, **said)
    return financing.accept(application.application_no, answer, at=at, origin=cast.ORIGIN)


def declined(application: Application, because: str = "審査の結果", at: datetime = cast.AT) -> Application:
    return financing.decline(application.application_no, because, at=at, origin=cast.ORIGIN)


def executed(application: Application, proceeds_yen: int, **said: Any) -> Application:
    """Accepted, assigned on its day and paid."""
    accepted(application, proceeds_yen, **said)
    moved_to(application.wished_on)
    application.refresh_from_db()
    return application


def moved_to(last: date) -> None:
    """The business date, up to the end of that day."""
    day.run_through(last, cast.AT, cast.ORIGIN)


def standing(application: Application) -> tuple[str, list[str]]:
    """Of the application and of its lines in turn, as the database has them now."""
    application.refresh_from_db()
    lines = ApplicationLine.objects.filter(application=application).order_by("number")
    return application.state, list(lines.values_list("state", flat=True))


def balance(account: str) -> int:
    """What is on the account now; of one that was never used what it opens with."""
    row = AccountBalance.objects.filter(account=account).first()
    if row is not None:
        return row.balance_yen
    from accounts.models import SettlementAccount

    bank_code, branch_code, kind, number = account.split("-")
    owner = SettlementAccount.objects.get(
        bank_code=bank_code, branch_code=branch_code, kind=kind, number=number
    )
    return settlement.set_balance(account, owner.company_id, None, at=cast.AT)


def told(of: Trader) -> list[str]:
    rows = Notice.objects.filter(company=of.company, business="financing")
    return list(rows.order_by("pk").values_list("what", flat=True))


def steps(application: Application) -> list[str]:
    return list(application.steps.order_by("pk").values_list("what", flat=True))
