"""The search of 融資申込照会. Every condition may stay empty."""

from django import forms
from django.db.models import Q, QuerySet

from erec.claims.forms import RecordNumberField
from erec.fields import ChoiceField
from erec.financing.models import Application
from erec.lists.fields import DayField, YenField, require_range

ALL = ("", "すべて")


class ApplicationSearchForm(forms.Form):
    kind = ChoiceField(label="種類", required=False, choices=[ALL, *Application.Kind.choices])
    state = ChoiceField(label="状態", required=False, choices=[ALL, *Application.State.choices])
    record_number = RecordNumberField(label="債権の記録番号（先頭から）", required=False)
    wished_from = DayField(label="希望日（から）")
    wished_to = DayField(label="希望日（まで）")
    amount_from = YenField(label="申込金額（から）")
    amount_to = YenField(label="申込金額（まで）")

    def clean(self) -> None:
        for name in ("wished", "amount"):
            require_range(self, f"{name}_from", f"{name}_to")

    def applied_to(self, found: QuerySet[Application]) -> QuerySet[Application]:
        if not self.is_valid():
            return found.none()
        typed = self.cleaned_data
        plain = {
            "kind": typed["kind"],
            "state": typed["state"],
            "wished_on__gte": typed["wished_from"],
            "wished_on__lte": typed["wished_to"],
            "amount_yen__gte": typed["amount_from"],
            "amount_yen__lte": typed["amount_to"],
        }
        found = found.filter(**{name: value for name, value in plain.items() if value})
        if not typed["record_number"]:
            return found
        number = typed["record_number"]
        of_claim = Q(lines__asked_number__startswith=number) | Q(lines__record_number__startswith=number)
        return found.filter(pk__in=found.model.objects.filter(of_claim).values("pk"))
