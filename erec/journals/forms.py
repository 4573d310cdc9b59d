"""The shape of what is typed about journals: the settings, the search, what is to leave, why it came back."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from erec.accounting.models import Department, LedgerAccount, SubAccount
from erec.claims.forms import RecordNumberField
from erec.fields import USER_NUMBER, ChoiceField, TextField
from erec.journals import access, cells
from erec.journals.models import Calendar, Entry, Export, JournalSettings
from erec.journals.roles import USUAL, Role
from erec.journals.rules import Method, Moment
from erec.lists.fields import DayField, require_range

ALL = ("", "すべて")
# Columns of the table of accounts, with their place among the cells of a debit in 仕訳データ.
COLUMNS: Mapping[str, tuple[str, int, int]] = {
    "code": ("科目コード", 8, 10),
    "name": ("科目名", 9, 14),
    "sub_code": ("補助コード", 10, 10),
    "department_code": ("部門コード", 6, 6),
    "tax_code": ("税区分", 12, 2),
}
UNKNOWN = (
    "「{code}」は、取り込んだ{master}の台帳にありません。コードを確かめるか、台帳を取り込み直してください。"
)


class NeededDayField(DayField):
    """A day that must be there."""

    def __init__(self, *, label: str) -> None:
        super().__init__(label=label)
        self.required = True
        self.error_messages["required"] = "日付を入力してください。"


class SearchForm(forms.Form):
    state = ChoiceField(
        label="出力", required=False, choices=[ALL, ("open", "まだ出力していない"), ("exported", "出力済み")]
    )
    moment = ChoiceField(label="できごと", required=False, choices=[ALL, *Moment.choices])
    on_from = DayField(label="伝票日付（から）")
    on_to = DayField(label="伝票日付（まで）")
    record_number = RecordNumberField(label="記録番号（先頭から）", required=False)

    def clean(self) -> None:
        require_range(self, "on_from", "on_to")

    def applied_to(self, found: QuerySet[Entry]) -> QuerySet[Entry]:
        if not self.is_valid():
            return found.none()
        typed = self.cleaned_data
        plain = {
            "moment": typed["moment"],
            "on__gte": typed["on_from"],
            "on__lte": typed["on_to"],
            "record_number__startswith": typed["record_number"],
        }
        found = found.filter(**{name: value for name, value in plain.items() if value})
        if typed["state"]:
            found = found.filter(export__isnull=typed["state"] == "open")
        return found


class SettingsForm(forms.Form):
    """General settings and, for each role, one row of the table of accounts."""

    method = ChoiceField(label="割引・譲渡の仕訳", choices=Method.choices)
    starts_on = NeededDayField(label="仕訳の開始日")
    calendar = ChoiceField(label="数字１（支払期日）の書き方", choices=Calendar.choices)
    voucher_first = forms.IntegerField(label="伝票番号の最初", min_value=1, max_value=99999)
    voucher_last = forms.IntegerField(label="伝票番号の最後", min_value=1, max_value=99999)
    other_partners = forms.CharField(
        label="営業外の取引先（利用者番号を1行に1つ）",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="設備の代金など、営業取引でない債権・債務の相手です。",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, company_id: int, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.company_id = company_id
        for role in Role:
            for column, (label, _, width) in COLUMNS.items():
                widget = forms.TextInput(attrs={"size": width})
                self.fields[f"{role}-{column}"] = TextField(
                    label=f"{role.label} {label}", required=False, max_length=100, widget=widget
                )

    @property
    def general(self) -> list[forms.BoundField]:
        return [self[name] for name in self.base_fields if name not in ("version",)]

    def rows(self) -> Iterator[tuple[str, str, list[forms.BoundField]]]:
        """For the template: a role's label, what is to be known of it, its fields."""
        for role in Role:
            yield role.label, USUAL[role].about, [self[f"{role}-{column}"] for column in COLUMNS]

    def clean_other_partners(self) -> list[str]:
        numbers = [line.strip().upper() for line in self.cleaned_data["other_partners"].splitlines()]
        found = list(dict.fromkeys(number for number in numbers if number))
        wrong = [number for number in found if not USER_NUMBER.fullmatch(number)]
        if wrong:
            raise forms.ValidationError(
                f"「{wrong[0][:20]}」は利用者番号ではありません。英数字9文字（I、O、Zを除く）で入力してください。"
            )
        return found

    def clean(self) -> None:
        first, last = self.cleaned_data.get("voucher_first"), self.cleaned_data.get("voucher_last")
        if first and last and first > last:
            self.add_error("voucher_last", "伝票番号の最後は、最初以上の数にしてください。")
        masters = _Masters(self.company_id)
        for role in Role:
            self._clean_role(role, masters)

    def _clean_role(self, role: Role, masters: "_Masters") -> None:
        values = {column: self.cleaned_data.get(f"{role}-{column}", "") for column in COLUMNS}
        if not values["code"]:
            typed = [c for c in ("sub_code", "department_code") if values[c]]
            if typed:
                self.add_error(f"{role}-code", "科目コードを入力してください。")
            return
        for column, (_, position, _) in COLUMNS.items():
            if problem := cells.table_of("X").fields[position - 1].problem_of(values[column]):
                self.add_error(f"{role}-{column}", problem)
        for column in ("name", "tax_code"):
            if not values[column]:
                self.add_error(f"{role}-{column}", "科目コードがあるときは入力してください。")
        for column, problem in masters.problems(values):
            self.add_error(f"{role}-{column}", problem)

    def accounts(self) -> dict[str, dict[str, str]]:
        """Of the roles that have a code."""
        found = {
            role.value: {column: self.cleaned_data[f"{role}-{column}"] for column in COLUMNS} for role in Role
        }
        return {role: values for role, values in found.items() if values["code"]}


class _Masters:
    """What was imported; a master that was not says nothing."""

    def __init__(self, company_id: int) -> None:
        accounts = LedgerAccount.objects.filter(company_id=company_id)
        self.accounts = set(accounts.values_list("code", flat=True))
        subs = SubAccount.objects.filter(company_id=company_id)
        self.subs = set(subs.values_list("account_code", "code"))
        departments = Department.objects.filter(company_id=company_id)
        self.departments = set(departments.values_list("code", flat=True))

    def problems(self, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        code, sub, department = values["code"], values["sub_code"], values["department_code"]
        if self.accounts and code not in self.accounts:
            yield "code", UNKNOWN.format(code=code, master="勘定科目")
        if sub and self.subs and (code, sub) not in self.subs:
            yield "sub_code", UNKNOWN.format(code=sub, master="補助科目")
        if department and self.departments and department not in self.departments:
            yield "department_code", UNKNOWN.format(code=department, master="部門")


def initial_of(company_id: int, settings: JournalSettings | None, begins: Any) -> dict[str, Any]:
    """What stands in the form: the settings, or what is usual; codes by the name of an imported account."""
    ledger = LedgerAccount.objects.filter(company_id=company_id)
    by_name = dict(ledger.values_list("name", "code"))
    known = access.accounts_of(company_id)
    found: dict[str, Any] = {
        "method": settings.method if settings else Method.DIRECT,
        "starts_on": settings.starts_on if settings else begins,
        "calendar": settings.calendar if settings else Calendar.GREGORIAN,
        "voucher_first": settings.voucher_first if settings else 1,
        "voucher_last": settings.voucher_last if settings else 99999,
        "other_partners": "\n".join(settings.other_partners) if settings else "",
        "version": settings.version if settings else 0,
    }
    for role, usual in USUAL.items():
        row = known.get(role)
        values = {"name": usual.name, "tax_code": usual.tax, "code": by_name.get(usual.name, "")}
        for column in COLUMNS:
            value = getattr(row, column) if row else values.get(column, "")
            found[f"{role}-{column}"] = value
    return found


PROFILES = (
    ("quoted", "カンマ区切り（文字を引用符で囲む）"),
    ("bare", "カンマ区切り（引用符なし）"),
    ("tab", "タブ区切り"),
)


class WishForm(forms.Form):
    """What is to leave."""

    until = NeededDayField(label="どの日までか（伝票日付）")
    format = ChoiceField(label="形式", choices=Export.Format.choices)
    profile = ChoiceField(label="区切り", choices=PROFILES)
    version_line = forms.BooleanField(label="バージョンの行を付ける（仕訳データだけ）", required=False)
    header = forms.BooleanField(label="項目名の行を付ける", required=False)


class SeenForm(forms.Form):
    """Which entries the preview showed."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)


class CancelForm(forms.Form):
    because = TextField(label="取り消す理由", max_length=100)


class MonthForm(forms.Form):
    month = forms.DateField(
        label="締める月",
        input_formats=["%Y-%m"],
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}),
    )


class SearchExportsForm(forms.Form):
    state = ChoiceField(
        label="状態", required=False, choices=[ALL, ("standing", "有効"), ("cancelled", "取消済み")]
    )

    def applied_to(self, found: QuerySet[Export]) -> QuerySet[Export]:
        if not self.is_valid():
            return found.none()
        state = self.cleaned_data["state"]
        return found.filter(cancelled_at__isnull=state == "standing") if state else found
