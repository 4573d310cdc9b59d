"""The search of 請求状況一覧. Every condition may stay empty."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from erec.fields import ChoiceField, NameField, TextField
from erec.lists.fields import DayField, YenField, require_range
from erec.partners.fields import narrowed
from erec.workflow.models import Line, Request
from erec.workflow.states import FINISHED, State
from erec.workflow.types import TYPES

ALL = ("", "すべて")
OPEN = "open"
PARTNER_MAX = 60


class NumberField(TextField):
    """請求番号, or how it begins."""

    def tidied(self, value: str) -> str:
        return narrowed(value)


class RequestSearchForm(forms.Form):
    state = ChoiceField(
        label="状態",
        required=False,
        choices=[ALL, (OPEN, "終わっていないもの"), *((state.value, state.label) for state in State)],
    )
    type = ChoiceField(
        label="種類", required=False, choices=[ALL, *((code, typ.name) for code, typ in TYPES.items())]
    )
    number = NumberField(label="請求番号", required=False, max_length=14)
    partner = NameField(label="相手先", required=False, longest=PARTNER_MAX)
    maker = NameField(label="担当者", required=False)
    made_since = DayField(label="作成日（から）")
    made_until = DayField(label="作成日（まで）")
    record_since = DayField(label="電子記録年月日（から）")
    record_until = DayField(label="電子記録年月日（まで）")
    yen_since = YenField(label="合計金額（から）")
    yen_until = YenField(label="合計金額（まで）")

    def clean(self) -> None:
        for name in ("made", "record", "yen"):
            require_range(self, f"{name}_since", f"{name}_until")

    def applied_to(self, found: QuerySet[Request]) -> QuerySet[Request]:
        """The rows that fit; all of them if the search makes no sense (the list shows none then)."""
        if not self.is_valid():
            return found
        return found.filter(_conditions(self.cleaned_data))


def _conditions(asked: dict[str, Any]) -> Q:
    """One condition a field that was filled in."""
    of_lines = Line.objects.filter(request=OuterRef("pk"), partner_name__icontains=asked["partner"])
    wanted = {
        "type": Q(type=asked["type"]),
        "number": Q(request_no__startswith=asked["number"]),
        "partner": Q(partner_name__icontains=asked["partner"]) | Q(Exists(of_lines)),
        "maker": Q(maker_name__icontains=asked["maker"]),
        "made_since": Q(created_at__gte=_start_of(asked["made_since"])),
        "made_until": Q(created_at__lt=_start_of(asked["made_until"], days=1)),
        "record_since": Q(record_on__gte=asked["record_since"]),
        "record_until": Q(record_on__lte=asked["record_until"]),
        "yen_since": Q(total_yen__gte=asked["yen_since"] or 0),
        "yen_until": Q(total_yen__lte=asked["yen_until"] or 0),
        "state": ~Q(state__in=FINISHED) if asked["state"] == OPEN else Q(state=asked["state"]),
    }
    return Q(*(condition for name, condition in wanted.items() if asked[name]))


def _start_of(day: Any, *, days: int = 0) -> datetime | None:
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time())) if day else None
