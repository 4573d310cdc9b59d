"""譲渡担保: the loan itself, out of the application's own steps. Its claims are followed like all others."""

from datetime import date

from django.utils import timezone

from erec.claims.models import SettlementResult
from erec.financing.models import Application, ApplicationLine, Step
from erec.financing.money import EARLY
from erec.journals.rules import Method, Moment, Sum
from erec.journals.vouchers import Amounts, Standing, Voucher, lines_of

LENT = (ApplicationLine.State.ASSIGNED, ApplicationLine.State.SETTLED, ApplicationLine.State.RETURNED)


def vouchers(company_id: int) -> list[Voucher]:
    """Taken out, repaid by the company itself, and what exceeded the loan.

    What the debtors' money repays is the entry of their settlement.
    """
    steps = Step.objects.filter(
        company_id=company_id,
        application__kind=Application.Kind.COLLATERAL,
        what__in=[Step.What.EXECUTED, Step.What.REPAID, Step.What.EXCESS],
    )
    found = [_of(step) for step in steps.select_related("application").order_by("pk")]
    return [voucher for voucher in found if voucher is not None]


def _of(step: Step) -> Voucher | None:
    application, yen = step.application, step.amount_yen or 0
    amounts: Amounts = {Sum.AMOUNT: yen}
    if step.what == Step.What.EXECUTED:
        moment, on = Moment.LOAN_TAKEN, application.paid_on or timezone.localdate(step.at)
        lent = _lent(application)
        amounts = {Sum.PROCEEDS: yen, Sum.AMOUNT: lent, Sum.LESS: lent - yen}
    elif step.what == Step.What.EXCESS:
        moment, on = Moment.LOAN_EXCESS, _paid_on(step)
    elif step.note == EARLY:
        moment, on = Moment.LOAN_REPAID, _paid_on(step)
    else:
        return None
    due_on = application.repay_on or on
    memo = f"{moment.label} 申込番号{application.application_no} 返済期日{due_on:%Y/%m/%d}"
    lines = lines_of(moment, Standing(Method.DIRECT), amounts, {}, due_on)
    return Voucher(f"step:{step.pk}", moment, on, due_on, lines, memo, None, application.account)


def _lent(application: Application) -> int:
    lines = application.lines.filter(state__in=LENT)
    return sum(lines.values_list("granted_yen", flat=True))


def _paid_on(step: Step) -> date:
    """The day on which the debtor paid; of the company's own payment its day, never before the loan's."""
    result = SettlementResult.objects.filter(
        claim__record_number=step.note, outcome=SettlementResult.Outcome.PAID
    ).first()
    if result is not None:
        return result.settled_on
    return max(timezone.localdate(step.at), step.application.paid_on or date.min)
