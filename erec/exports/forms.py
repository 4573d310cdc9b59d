"""What the lists of 会計データ can be searched by."""

from django import forms
from django.db.models import QuerySet

from erec.jobs.models import Job


class JobSearchForm(forms.Form):
    state = forms.ChoiceField(label="状態", required=False, choices=[("", "すべて"), *Job.State.choices])

    def applied_to(self, rows: QuerySet[Job]) -> QuerySet[Job]:
        state = self.cleaned_data.get("state") if self.is_valid() else ""
        return rows.filter(state=state) if state else rows
