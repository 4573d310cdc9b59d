"""The forms of 発生記録: 債務者請求 and 債権者請求, many lines each."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from accounts.models import SettlementAccount
from erec.claims import windows
from erec.claims.instructions import FeeBearer
from erec.fields import ChoiceField
from erec.partners.fields import PaddedDigitsField, WideUserNumberField
from erec.partners.suggestions import suggest
from erec.workflow import fees
from erec.workflow.forms import hints, partners, pasted
from erec.workflow.forms.base import EntryForm, Setting, SharedForm, Texts
from erec.workflow.forms.fields import (
    AmountField,
    DayField,
    ReferenceField,
    yen_of,
)
from erec.workflow.forms.partners import PARTNER
from erec.workflow.types.base import Content, as_account
from erec.workflow.types.small_contractors import among, warnings

RESTRICTED = (("0", "無"), ("1", "有（金融機関への譲渡だけ）"))
TAKEN_OFF = "受取人負担では、入力した金額から先方負担手数料を差し引いた金額で、債権が発生します。"
FEES = tuple((fee.value, fee.value) for fee in FeeBearer)


class PartnerFields(forms.Form):
    """Another company: what stands on its papers."""

    user_number = WideUserNumberField(label="利用者番号", widget=forms.TextInput(attrs={"list": "partners"}))
    bank_code = PaddedDigitsField(label="金融機関コード", digits=4)
    branch_code = PaddedDigitsField(label="支店コード", digits=3)
    kind = ChoiceField(label="口座種別", choices=SettlementAccount.Kind.choices)
    number = PaddedDigitsField(label="口座番号", digits=7)


class AccrualLineForm(PartnerFields):
    """One claim that shall arise."""

    amount_yen = AmountField(label="債権金額（円）")
    due_on = DayField(label="支払期日")
    reference = ReferenceField(label="依頼人Ref.No.", required=False)


class ByObligorLineForm(AccrualLineForm):
    """A payer knows when he received what he pays for."""

    received_on = DayField(label="受領日", required=False)


class AccrualSharedForm(SharedForm):
    """What holds for all lines."""

    account = ChoiceField(label="決済口座")
    record_on = DayField(label="電子記録年月日（振出日）")
    restricted = ChoiceField(label="譲渡制限", choices=RESTRICTED, widget=forms.RadioSelect)
    fee_bearer = ChoiceField(label="手数料", choices=FEES, widget=forms.RadioSelect)

    def offer(self, setting: Setting) -> None:
        self.fields["account"].choices = account_choices(setting)  # type: ignore[attr-defined]
        show_record_dates(self, setting)


class ByObligorSharedForm(AccrualSharedForm):
    """With a 受領日 for the lines that have none of their own."""

    received_on = DayField(
        label="受領日（明細にないとき）",
        required=False,
        help_text="取適法の対象の取引先では、支払期日が受領日から60日以内かを確かめます。",
    )

    def offer(self, setting: Setting) -> None:
        super().offer(setting)
        if fees.tables_of(setting.company.pk)[fees.TABLE_OF[FeeBearer.RECEIVER]]:
            self.fields["fee_bearer"].help_text = TAKEN_OFF


def account_choices(setting: Setting) -> list[tuple[str, str]]:
    """The person's accounts; where there is only one, nothing has to be chosen (domain facts §1.3)."""
    choices = [(str(as_account(account)), account.label) for account in setting.accounts]
    return choices if len(choices) == 1 else [("", "選んでください"), *choices]


def show_record_dates(form: forms.Form, setting: Setting) -> None:
    """The first and the last day that may be chosen, for people and for the browser's picker."""
    first, last, sentence = hints.record_dates(setting.today)
    field = form.fields["record_on"]
    field.help_text = sentence
    field.widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}


class _AccrualEntry(EntryForm):
    template: ClassVar = "workflow/accrual.html"
    Shared: ClassVar = AccrualSharedForm
    Line: ClassVar = AccrualLineForm
    lines_parameter: ClassVar = "accrual_lines_max"
    usual: ClassVar[Mapping[str, str]] = {"kind": SettlementAccount.Kind.CURRENT.value}
    by_obligee: ClassVar[bool]
    other: ClassVar[str]

    @classmethod
    def empty(cls, setting: Setting) -> Texts:
        first, _, _ = hints.record_dates(setting.today)
        shared = {
            "account": account_choices(setting)[0][0] if setting.accounts else "",
            "record_on": first.isoformat(),
            "restricted": "0",
            "fee_bearer": FeeBearer.REQUESTER.value,
        }
        return Texts(shared, [cls.blank()])

    @classmethod
    def tidy(cls, texts: Texts, setting: Setting) -> None:
        super().tidy(texts, setting)
        partners.complete(setting.company, texts.lines)

    @classmethod
    def renewed(cls, texts: Texts, setting: Setting) -> Texts:
        """From the first possible day on; of the 支払期日 those that can still be."""
        first, _, _ = hints.record_dates(setting.today)
        earliest = windows.earliest_due(first, by_obligee=cls.by_obligee).isoformat()
        lines = [
            {**line, "due_on": due if (due := line["due_on"]) >= earliest else ""} for line in texts.lines
        ]
        return Texts({**texts.shared, "record_on": first.isoformat()}, lines)

    def shown(self) -> dict[str, Any]:
        company = self.setting.company
        names = partners.named(company, self.texts.lines)
        return {
            "rows": list(zip(self.lines, names, strict=True)),
            "suggested": [(partners.as_text(one.key), one) for one in suggest(company.pk)],
            "paste_columns": pasted.WORDS,
        }

    @property
    def due_hint(self) -> str:
        """Which 支払期日 may be chosen for the 電子記録年月日 that stands in the form."""
        record_on = self.texts.shared.get("record_on", "")
        return hints.due_dates(record_on, self.setting.today, by_obligee=self.by_obligee)

    def content(self) -> Content:
        shared = self.shared.cleaned_data
        return {
            "account": shared.get("account", ""),
            "record_on": shared.get("record_on", ""),
            "restricted": shared.get("restricted") == "1",
            "fee_bearer": shared.get("fee_bearer", FeeBearer.REQUESTER.value),
            "lines": [_line(form.cleaned_data) for form in self.lines],
        }

    @classmethod
    def texts_of(cls, content: Content) -> Texts:
        shared = {
            "account": content["account"],
            "record_on": content["record_on"],
            "restricted": "1" if content["restricted"] else "0",
            "fee_bearer": content["fee_bearer"],
        }
        return Texts(shared, [_line_texts(line) for line in content["lines"]])


class ByObligorEntry(_AccrualEntry):
    code: ClassVar = "accrual_by_obligor"
    purpose: ClassVar = "支払う側から、取引先への支払いを登録します。手形の振出しにあたります。"
    Shared: ClassVar = ByObligorSharedForm
    Line: ClassVar = ByObligorLineForm
    by_obligee: ClassVar = False
    other: ClassVar = "債権者"

    @classmethod
    def empty(cls, setting: Setting) -> Texts:
        texts = super().empty(setting)
        texts.shared["received_on"] = ""
        return texts

    @classmethod
    def renewed(cls, texts: Texts, setting: Setting) -> Texts:
        """What was received then was paid then."""
        fresh = super().renewed(texts, setting)
        for part in (fresh.shared, *fresh.lines):
            part["received_on"] = ""
        return fresh

    def shown(self) -> dict[str, Any]:
        return {**super().shown(), "small_contractors": self._told()}

    def _told(self) -> list[str]:
        """What the confirmation would warn of, as far as it can be read yet."""
        lines = [line for line in self.texts.lines if not self.is_blank(line)]
        such = among(self.setting.company.pk, [line.get("user_number", "") for line in lines])
        if not such:
            return []
        told = [
            {
                "name": named.name,
                "is_small_contractor": line.get("user_number") in such,
                "due_on": line.get("due_on"),
                "received_on": line.get("received_on") or self.texts.shared.get("received_on"),
            }
            for line, named in zip(lines, partners.named(self.setting.company, lines), strict=True)
        ]
        taken_off = self.texts.shared.get("fee_bearer") == FeeBearer.RECEIVER
        return list(warnings(told, fee_taken_off=taken_off))

    def content(self) -> Content:
        content = super().content()
        shared = self.shared.cleaned_data.get("received_on", "")
        for line, form in zip(content["lines"], self.lines, strict=True):
            line["received_on"] = form.cleaned_data.get("received_on") or shared
        return content

    @classmethod
    def texts_of(cls, content: Content) -> Texts:
        texts = super().texts_of(content)
        texts.shared["received_on"] = ""
        for line, kept in zip(texts.lines, content["lines"], strict=True):
            line["received_on"] = kept.get("received_on", "")
        return texts


class ByObligeeEntry(_AccrualEntry):
    code: ClassVar = "accrual_by_obligee"
    purpose: ClassVar = "受け取る側から、取引先に支払いを求めます。相手先の承諾が必要です。"
    by_obligee: ClassVar = True
    other: ClassVar = "債務者"


def _line(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: cleaned.get(name, "") for name in (*PARTNER, "due_on", "reference")},
        "amount_yen": yen_of(cleaned.get("amount_yen")),
    }


def _line_texts(line: Mapping[str, Any]) -> dict[str, str]:
    amount = line.get("asked_yen") or line.get("amount_yen")
    return {
        **{name: str(line.get(name) or "") for name in (*PARTNER, "due_on", "reference")},
        "amount_yen": f"{amount:,}" if amount else "",
    }
