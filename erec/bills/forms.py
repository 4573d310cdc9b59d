"""Shapes of input of the register of bills."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from erec.accounting import printing
from erec.bills import policy
from erec.bills.fields import BillAmountField, BillDayField, CellField, NumberField
from erec.bills.models import Bill
from erec.bills.policy import ABOUT, Kind
from erec.bills.standing import Standing
from erec.fields import ChoiceField, NameField
from erec.formats import substitutes
from erec.lists.fields import DayField, require_range
from erec.partners.fields import WideUserNumberField
from erec.partners.forms import CheckedForm, VersionField
from erec.partners.models import Partner
from erec.workflow.forms.fields import yen_of

BANK_NEEDED = "{kind}では、銀行名を入力してください。"
ONLY_ENDORSED = "発行事由は裏書手形だけの項目です。消してください。"
ONLY_HELD = "振出人は受取手形だけの項目です。消してください。"
VOUCHER_LATE = "伝票日付が満期日より後になっています。どちらかを直してください。"
NOT_PRINTED = "{label}は、そのままでは帳票の欄に入りません。{reasons}印字名を入力してください。{proposed}"
PROPOSALS = 3


@dataclass(frozen=True)
class BillEntry:
    """What a person or a file says of a bill."""

    kind: Kind
    number: str
    due_on: date
    voucher_on: date | None
    party: str
    party_printed: str
    drawer: str
    user_number: str
    bank: str
    bank_printed: str
    reason: str
    amount_yen: int
    note: str


class BillForm(forms.Form):
    """One bill, by what stands on it."""

    kind = ChoiceField(label="種類", choices=[("", "選んでください"), *Kind.choices])
    number = NumberField(label="手形番号", half=policy.NUMBER_MAX)
    amount_yen = BillAmountField(label="金額（円）")
    due_on = BillDayField(label="満期日")
    voucher_on = BillDayField(
        label="伝票日付", required=False, help_text="受け取った日、振り出した日など、会計の伝票の日付です。"
    )
    party = NameField(
        label="相手先",
        longest=policy.NAME_MAX,
        help_text="受取手形・割引手形は取引先、支払手形・裏書手形は支払先です。",
    )
    party_printed = CellField(
        label="相手先の印字名",
        half=policy.CELL,
        required=False,
        help_text="帳票の欄は全角7文字（半角14文字）です。空のときは、相手先をそのまま印字します。",
    )
    drawer = NameField(
        label="振出人",
        longest=policy.NAME_MAX,
        required=False,
        help_text="受取手形で、相手先と振出人が違うときに入力します。",
    )
    user_number = WideUserNumberField(
        label="利用者番号",
        required=False,
        help_text="でんさいに切り替えるときの相手の番号です。受取手形は振出人、支払手形は支払先です。",
    )
    bank = NameField(
        label="銀行名",
        longest=policy.NAME_MAX,
        required=False,
        help_text="支払手形（支払銀行）と割引手形（割り引いた銀行）では、入力してください。",
    )
    bank_printed = CellField(
        label="銀行名の印字名",
        half=policy.CELL,
        required=False,
        help_text="空のときは、銀行名をそのまま印字します。",
    )
    reason = CellField(
        label="発行事由", half=policy.CELL, required=False, help_text="裏書手形だけに入力します。"
    )
    note = CellField(label="摘要", half=policy.NOTE_MAX, required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        kind = Kind(typed["kind"]) if typed.get("kind") else None
        if kind and ABOUT[kind].bank_needed and not typed.get("bank") and "bank" not in self.errors:
            self.add_error("bank", BANK_NEEDED.format(kind=kind.label))
        if kind and not ABOUT[kind].has_reason and typed.get("reason"):
            self.add_error("reason", ONLY_ENDORSED)
        if kind and kind is not Kind.HELD and typed.get("drawer"):
            self.add_error("drawer", ONLY_HELD)
        if typed.get("voucher_on") and typed.get("due_on") and typed["voucher_on"] > typed["due_on"]:
            self.add_error("voucher_on", VOUCHER_LATE)
        self._fill_printed("party")
        self._fill_printed("bank")
        return typed

    def _fill_printed(self, name: str) -> None:
        """印字名 is the name itself where it fits; where it does not, somebody must say it."""
        typed, printed = self.cleaned_data, f"{name}_printed"
        if printed in self.errors or not typed.get(name):
            return
        if not typed.get(printed):
            wrong = printing.reasons(typed[name], half=policy.CELL)
            typed[printed] = typed[name]
            if wrong:
                made = substitutes.propose(typed[name], half=policy.CELL)[:PROPOSALS]
                proposed = f"案：{'、'.join(made)}" if made else ""
                label = self.fields[name].label
                told = NOT_PRINTED.format(label=label, reasons="".join(wrong), proposed=proposed)
                self.add_error(printed, told)

    def entry(self) -> BillEntry:
        typed = self.cleaned_data
        texts = {
            name: typed[name]
            for name in (
                *("number", "party", "party_printed", "drawer", "user_number"),
                *("bank", "bank_printed", "reason", "note"),
            )
        }
        if not texts["bank"]:
            texts["bank_printed"] = ""
        voucher_on = typed["voucher_on"]
        return BillEntry(
            kind=Kind(typed["kind"]),
            due_on=date.fromisoformat(typed["due_on"]),
            voucher_on=date.fromisoformat(voucher_on) if voucher_on else None,
            amount_yen=yen_of(typed["amount_yen"]) or 0,
            **texts,
        )


def as_typed(bill: Bill) -> dict[str, str]:
    """A row as the form would hold it; 印字名 only where it is another than the name."""
    values = {name: getattr(bill, name) for name in BillForm.base_fields}
    values |= {
        "due_on": bill.due_on.isoformat(),
        "voucher_on": bill.voucher_on.isoformat() if bill.voucher_on else "",
        "amount_yen": f"{bill.amount_yen:,}",
        "party_printed": "" if bill.party_printed == bill.party else bill.party_printed,
        "bank_printed": "" if bill.bank_printed == bill.bank else bill.bank_printed,
    }
    return values


class SearchForm(forms.Form):
    """Conditions of the list. Every one may stay empty."""

    kind = ChoiceField(label="種類", required=False, choices=[("", "すべて"), *Kind.choices])
    standing = ChoiceField(
        label="切替", required=False, choices=[("", "すべて"), *((s.value, s.value) for s in Standing)]
    )
    first = DayField(label="満期日から")
    last = DayField(label="満期日まで")
    party = NameField(label="相手先", required=False)
    number = NameField(label="手形番号", required=False)

    def clean(self) -> dict[str, Any]:
        require_range(self, "first", "last")
        return self.cleaned_data

    def applied_to(self, bills: QuerySet[Bill]) -> QuerySet[Bill]:
        if not self.is_valid():
            return bills.none()
        typed = self.cleaned_data
        wanted = {
            "kind": typed["kind"],
            "standing": typed["standing"],
            "due_on__gte": typed["first"],
            "due_on__lte": typed["last"],
            "party__contains": typed["party"],
            "number__contains": typed["number"],
        }
        return bills.filter(**{name: value for name, value in wanted.items() if value})


class DeleteForm(CheckedForm):
    version = VersionField()


class SwitchForm(CheckedForm):
    """Which of the partner's accounts, and that the hints were read."""

    partner = ChoiceField(label="相手先の口座", widget=forms.RadioSelect)

    field_order = ("partner", "checked")

    def __init__(self, found: Sequence[Partner], data: Any = None) -> None:
        super().__init__(data)
        usable = [partner for partner in found if vars(partner)["is_usable"]]
        choice: Any = self.fields["partner"]
        choice.choices = [(str(p.pk), _label(p)) for p in usable]
        if len(usable) == 1:
            choice.initial = str(usable[0].pk)


def _label(partner: Partner) -> str:
    bank = f"{partner.bank_name}{partner.branch_name}"
    return f"{partner.shown_name}（{partner.user_number}）　{bank} {partner.account_label}"


class UploadForm(forms.Form):
    file = forms.FileField(
        label="ファイル",
        help_text=f"CSVまたはExcel（.xlsx）。{policy.IMPORT_LINES_MAX:,}行、1MBまで。",
        max_length=policy.FILE_NAME_MAX,
        error_messages={
            "required": "ファイルを選んでください。",
            "invalid": "ファイルを選び直してください。",
            "missing": "ファイルを選んでください。",
            "empty": "ファイルが空です。中身のあるファイルを選んでください。",
            "max_length": f"ファイルの名前は{policy.FILE_NAME_MAX}文字以内にしてください。",
        },
    )
