"""The searches of the record book's screens. Every condition may stay empty."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet

from accounts.models import Company
from erec.claims.models import Claim, Holding, RecordEvent
from erec.claims.reading import account_words
from erec.fields import ChoiceField, NameField, TextField
from erec.formats import text
from erec.formats.text import BadText
from erec.lists.fields import DayField, YenField, require_range

Role = Holding.Role
State = Claim.State

# What is open: a company's former claims keep the state that they had when it left them.
OPEN = Q(state__in=[State.RESERVED, State.RECORDED]) & ~Q(role=Role.FORMER)
ALL = "all"
STATES = [("", "有効（予約中・記録済）"), (ALL, "すべて"), *State.choices]
ROLES = [
    ("", "すべて"),
    (Role.OBLIGOR, "債務者（支払う）"),
    (Role.HOLDER, "債権者（受け取る）"),
    (Role.GUARANTOR, "保証人"),
    (Role.INCOMING, "譲受人（予約）"),
    (Role.FORMER, "以前の債権者"),
]


class RecordNumberField(TextField):
    """記録番号, whole or its beginning; lower case is raised, spaces and hyphens do not matter."""

    typing: ClassVar = {"autocomplete": "off", "autocapitalize": "characters", "class": "fixed"}

    def understood(self, value: str) -> str:
        text.refuse_full_width(value)
        number = value.upper().replace(" ", "").replace("-", "")
        if not (number.isalnum() and len(number) <= 20):
            raise BadText("記録番号は、半角の英字と数字で、先頭から20桁以内で入力してください。")
        return number


class ClaimSearchForm(forms.Form):
    """債権情報照会: by everything that a list's row carries."""

    state = ChoiceField(label="状態", choices=STATES, required=False)
    role = ChoiceField(label="自社の立場", choices=ROLES, required=False)
    counterpart = NameField(label="相手方の名前または利用者番号", longest=60, required=False)
    record_number = RecordNumberField(label="記録番号（先頭から）", required=False)
    due_from = DayField(label="支払期日（から）")
    due_to = DayField(label="支払期日（まで）")
    accrued_from = DayField(label="発生日（から）")
    accrued_to = DayField(label="発生日（まで）")
    amount_from = YenField(label="債権金額（から）")
    amount_to = YenField(label="債権金額（まで）")
    account = ChoiceField(label="自社の決済口座", required=False)

    def __init__(self, company: Company, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = [
            "-".join((a.bank_code, a.branch_code, a.kind, a.number))
            for a in company.settlement_accounts.all()
        ]
        self.fields["account"].choices = [  # type: ignore[attr-defined]
            ("", "すべて"),
            *((account, account_words(account)) for account in accounts),
        ]

    def clean(self) -> None:
        for name in ("due", "accrued", "amount"):
            require_range(self, f"{name}_from", f"{name}_to")

    def applied_to(self, holdings: QuerySet[Holding]) -> QuerySet[Holding]:
        if not self.is_valid():
            return holdings.none()
        typed = self.cleaned_data
        plain = {
            "role": typed["role"],
            "account": typed["account"],
            "record_number__startswith": typed["record_number"],
            "due_on__gte": typed["due_from"],
            "due_on__lte": typed["due_to"],
            "accrued_on__gte": typed["accrued_from"],
            "accrued_on__lte": typed["accrued_to"],
            "amount_yen__gte": typed["amount_from"],
            "amount_yen__lte": typed["amount_to"],
        }
        found = holdings.filter(self._state(typed["state"], typed["role"]))
        if typed["counterpart"]:
            number = Q(counterpart_number=typed["counterpart"].upper())
            found = found.filter(number | Q(counterpart_name__icontains=typed["counterpart"]))
        return found.filter(**{name: value for name, value in plain.items() if value})

    @staticmethod
    def _state(state: str, role: str) -> Q:
        if state == ALL or (role == Role.FORMER and not state):
            return Q()
        return Q(state=state) & ~Q(role=Role.FORMER) if state else OPEN


class TradeSearchForm(forms.Form):
    """取引履歴照会: records of a span of days."""

    since = DayField(label="電子記録年月日（から）")
    until = DayField(label="電子記録年月日（まで）")
    kind = ChoiceField(
        label="記録の種類", choices=[("", "すべて"), *RecordEvent.Kind.choices], required=False
    )
    record_number = RecordNumberField(label="記録番号（先頭から）", required=False)

    def clean(self) -> None:
        require_range(self, "since", "until")

    def applied_to(self, records: QuerySet[RecordEvent]) -> QuerySet[RecordEvent]:
        if not self.is_valid():
            return records.none()
        typed = self.cleaned_data
        plain = {
            "recorded_on__gte": typed["since"],
            "recorded_on__lte": typed["until"],
            "kind": typed["kind"],
            "claim__record_number__startswith": typed["record_number"],
        }
        return records.filter(**{name: value for name, value in plain.items() if value})
