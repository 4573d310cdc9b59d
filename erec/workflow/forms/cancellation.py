"""The forms of 取消: which claim's accrual or assignment."""

from typing import ClassVar

from django import forms

from erec.workflow.forms.base import EntryForm, Setting, SharedForm, Texts
from erec.workflow.forms.fields import RecordNumberField
from erec.workflow.types.base import Content


class CancellationSharedForm(SharedForm):
    """取消 has nothing that several lines share."""


class CancellationLineForm(forms.Form):
    """The claim."""

    record_number = RecordNumberField(label="記録番号")


class _CancellationEntry(EntryForm):
    template: ClassVar = "workflow/cancellation.html"
    purpose: ClassVar = "期間内なら、予約や記録を取り消せます。"
    Shared: ClassVar = CancellationSharedForm
    Line: ClassVar = CancellationLineForm

    @classmethod
    def empty(cls, setting: Setting) -> Texts:
        return Texts({}, [cls.blank()])

    def content(self) -> Content:
        return {
            "lines": [{"record_number": form.cleaned_data.get("record_number", "")} for form in self.lines]
        }

    @classmethod
    def texts_of(cls, content: Content) -> Texts:
        return Texts({}, [{"record_number": line["record_number"]} for line in content["lines"]])


class CancelAccrualEntry(_CancellationEntry):
    code: ClassVar = "cancel_accrual"


class CancelAssignmentEntry(_CancellationEntry):
    code: ClassVar = "cancel_assignment"
