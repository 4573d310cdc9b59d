"""The searches of the record book's screens. Every condition may stay empty."""

import re
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet

from accounts.models import Company
from erec.claims.models import Claim, Holding, RecordEvent
from erec.claims.reading import account_words
from erec.claims.schedule import Side
from erec.fields import ChoiceField, NameField, TextField
from erec.formats import text
from erec.formats.text import BadText
from erec.lists.fields import FIRST_DAY, LAST_DAY, DayField, YenField, require_range

Role = Holding.Role
State = Claim.State

# What is open: a company's former claims keep the state that they had when it left them.
OPEN = Q(state__in=[State.RESERVED, State.RECORDED]) & ~Q(role=Role.FORMER)
ALL = "all"
STATES = [("", "有効（予約中・記録済）"), (ALL, "すべて"), *State.choices]
WRONG_MONTH = "2000年から2999年までの月を、2027-01のように入力してください。"
_HALF_WIDTH = str.maketrans("０１２３４５６７８９／－", "0123456789/-")
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


def account_choices(company: Company) -> list[tuple[str, str]]:
    """The company's own accounts, written as claims write them."""
    accounts = [
        "-".join((a.bank_code, a.branch_code, a.kind, a.number)) for a in company.settlement_accounts.all()
    ]
    return [("", "すべて"), *((account, account_words(account)) for account in accounts)]


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
        self.fields["account"].choices = account_choices(company)  # type: ignore[attr-defined]

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


class MonthField(TextField):
    """A month of this service's life, or nothing; hands on YYYY-MM."""

    typing: ClassVar = {"autocomplete": "off", "class": "narrow"}
    _shape = re.compile(r"(\d{4})[-/年](\d{1,2})月?", re.ASCII)

    def understood(self, value: str) -> str:
        found = self._shape.fullmatch(value.translate(_HALF_WIDTH))
        year, month = map(int, found.groups()) if found else (0, 0)
        if not (FIRST_DAY.year <= year <= LAST_DAY.year and 1 <= month <= 12):
            raise BadText(WRONG_MONTH)
        return f"{year}-{month:02}"


class ScheduleForm(forms.Form):
    """入金予定 and 支払予定: which side, which month, which account."""

    side = ChoiceField(
        label="入金予定・支払予定",
        choices=[(Side.IN.value, "入金予定"), (Side.OUT.value, "支払予定")],
        required=False,
        widget=forms.HiddenInput,
    )
    month = MonthField(label="月", required=False, widget=forms.DateInput({"type": "month"}))
    account = ChoiceField(label="自社の決済口座", required=False)

    def __init__(self, company: Company, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = account_choices(company)  # type: ignore[attr-defined]

    def chosen(self, today: date) -> tuple[Side, date, str]:
        """Side, first of the month and account; what was not chosen is 入金, this month and all."""
        typed = self.cleaned_data
        month = date.fromisoformat(f"{typed['month']}-01") if typed["month"] else today.replace(day=1)
        return Side(typed["side"] or Side.IN), month, typed["account"]
