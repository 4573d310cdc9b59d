"""The forms of the business types that a maker begins himself, by the type's code."""

from erec.workflow.forms.accrual import ByObligeeEntry, ByObligorEntry
from erec.workflow.forms.assignment import AssignmentEntry
from erec.workflow.forms.base import EntryForm
from erec.workflow.forms.batch import BatchEntry
from erec.workflow.forms.cancellation import CancelAccrualEntry, CancelAssignmentEntry
from erec.workflow.forms.change import ChangeEntry
from erec.workflow.forms.designation import DesignationEntry
from erec.workflow.forms.financing import CollateralEntry, DiscountEntry
from erec.workflow.forms.guarantee import GuaranteeEntry
from erec.workflow.forms.payment import PaymentByPayeeEntry, PaymentByPayerEntry

FORMS: dict[str, type[EntryForm]] = {
    form.code: form
    for form in (
        ByObligorEntry,
        ByObligeeEntry,
        AssignmentEntry,
        BatchEntry,
        CancelAccrualEntry,
        CancelAssignmentEntry,
        ChangeEntry,
        DesignationEntry,
        GuaranteeEntry,
        PaymentByPayerEntry,
        PaymentByPayeeEntry,
        DiscountEntry,
        CollateralEntry,
    )
}
