"""The business types, one module each. The engine, the menus and the forms read this table.

A new type is one module with a class that says what `base.RequestType` asks, and one row here.
"""

from erec.workflow.types.accrual import AccrualByObligee, AccrualByObligor
from erec.workflow.types.answer import Answer, AnswerToOther
from erec.workflow.types.assignment import AssignmentOfClaims
from erec.workflow.types.base import RequestType
from erec.workflow.types.batch import Batch
from erec.workflow.types.cancellation import CancelAccrual, CancelAssignment
from erec.workflow.types.change import ChangeOfClaim
from erec.workflow.types.designation import DesignationOfSenders
from erec.workflow.types.financing import Collateral, Discount, FinancingWithdrawal
from erec.workflow.types.guarantee import GuaranteeOfClaim
from erec.workflow.types.masters import ActOfMaster
from erec.workflow.types.payment import PaymentByPayee, PaymentByPayer
from erec.workflow.types.withdrawal import Withdrawal, WithdrawalOfOther

TYPES: dict[str, RequestType] = {
    typ.code: typ
    for typ in (
        AccrualByObligor(),
        AccrualByObligee(),
        AssignmentOfClaims(),
        Batch(),
        CancelAccrual(),
        CancelAssignment(),
        ActOfMaster(),
        Answer(),
        Withdrawal(),
        ChangeOfClaim(),
        GuaranteeOfClaim(),
        PaymentByPayer(),
        PaymentByPayee(),
        AnswerToOther(),
        WithdrawalOfOther(),
        DesignationOfSenders(),
        Discount(),
        Collateral(),
        FinancingWithdrawal(),
    )
}
