"""The forms of 融資申込: the chosen claims, the wished day, and for 譲渡担保 the loan."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from erec.claims import windows
from erec.claims.models import Claim
from erec.fields import ChoiceField
from erec.financing import policy
from erec.financing.models import REMARKS_MAX
from erec.parameters.business_day import Today
from erec.workflow.forms import hints
from erec.workflow.forms.accrual import account_choices
from erec.workflow.forms.base import EntryForm, Setting, SharedForm, Texts
from erec.workflow.forms.fields import AmountField, CommentField, DayField, RecordNumberField, yen_of
from erec.workflow.types.base import Content, day


class FinancedClaimForm(forms.Form):
    """One claim, and how much of it."""

    record_number = RecordNumberField(label="記録番号")
    amount_yen = AmountField(label="申し込む金額（円）", required=False)


class FinancingSharedForm(SharedForm):
    """When, and where the money goes."""

    record_on = DayField(label="希望日（譲渡日）")
    account = ChoiceField(label="入金口座")
    remarks = CommentField(label="連絡事項", longest=REMARKS_MAX)

    def offer(self, setting: Setting) -> None:
        self.fields["account"].choices = account_choices(setting)  # type: ignore[attr-defined]
        first, last = policy.first_wished_day(setting.today), windows.record_dates(setting.today).last
        field = self.fields["record_on"]
        field.help_text = wished_days(setting.today)
        field.widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}


class CollateralSharedForm(FinancingSharedForm):
    """Besides: what is borrowed, and until when."""

    loan_yen = AmountField(label="希望する借入金額（円）")
    repay_on = DayField(label="返済期日")

    field_order = ("record_on", "account", "loan_yen", "repay_on", "remarks")


def wished_days(today: Today) -> str:
    """Which days may be chosen, and from which one the institution is not hurried ([SHO6303])."""
    first, last = policy.first_wished_day(today), windows.record_dates(today).last
    sentence = f"{day(first)}から{day(last)}までの銀行営業日。"
    unhurried = policy.unhurried_day(today)
    if unhurried > first:
        sentence += f"金融機関の確認に時間がかかるため、できれば{day(unhurried)}以降にしてください。"
    closed = hints.closed_weekdays(first, last)
    return sentence + (f"休業日：{'、'.join(closed)}。" if closed else "")


class DiscountEntry(EntryForm):
    code: ClassVar = "discount"
    purpose: ClassVar = (
        "持っている債権を、支払期日より前に金融機関に買い取ってもらいます（手形割引にあたります）。"
    )
    template: ClassVar = "workflow/financing.html"
    Shared: ClassVar[type[SharedForm]] = FinancingSharedForm
    Line: ClassVar = FinancedClaimForm
    lines_parameter: ClassVar = "assignment_lines_max"

    @classmethod
    def empty(cls, setting: Setting) -> Texts:
        shared = {
            **dict.fromkeys(cls.Shared.base_fields, ""),
            "record_on": policy.first_wished_day(setting.today).isoformat(),
            "account": account_choices(setting)[0][0] if setting.accounts else "",
        }
        return Texts(shared, [])

    @classmethod
    def renewed(cls, texts: Texts, setting: Setting) -> Texts:
        """From the first possible day on; of the claims those that the company still holds."""
        shared = {**texts.shared, "record_on": policy.first_wished_day(setting.today).isoformat()}
        held = cls(texts, setting).claims()
        return Texts(shared, [line for line in texts.lines if line["record_number"] in held])

    def shown(self) -> dict[str, Any]:
        claims = self.claims()
        numbers = [line.get("record_number", "") for line in self.texts.lines]
        return {"rows": [(form, claims.get(n)) for form, n in zip(self.lines, numbers, strict=True)]}

    def claims(self) -> dict[str, Claim]:
        """Those of the lines that the company holds, by record number."""
        numbers = [line.get("record_number", "") for line in self.texts.lines]
        held = Claim.objects.filter(record_number__in=numbers, holder_id=self.setting.company.pk)
        return {claim.record_number: claim for claim in held}

    def content(self) -> Content:
        shared = self.shared.cleaned_data
        return {
            "record_on": shared.get("record_on", ""),
            "account": shared.get("account", ""),
            "remarks": shared.get("remarks", ""),
            "lines": [_line(form.cleaned_data) for form in self.lines],
        }

    @classmethod
    def texts_of(cls, content: Content) -> Texts:
        shared = {name: content[name] for name in ("record_on", "account", "remarks")}
        return Texts(shared, [_line_texts(line) for line in content["lines"]])


class CollateralEntry(DiscountEntry):
    code: ClassVar = "collateral"
    purpose: ClassVar = "持っている債権を担保にして、金融機関から借り入れます。"
    Shared: ClassVar[type[SharedForm]] = CollateralSharedForm

    def content(self) -> Content:
        shared = self.shared.cleaned_data
        loan = {"loan_yen": yen_of(shared.get("loan_yen")), "repay_on": shared.get("repay_on", "")}
        return {**super().content(), **loan}

    @classmethod
    def texts_of(cls, content: Content) -> Texts:
        texts = super().texts_of(content)
        texts.shared |= {"loan_yen": f"{content['loan_yen']:,}", "repay_on": content["repay_on"]}
        return texts


def _line(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "record_number": cleaned.get("record_number", ""),
        "amount_yen": yen_of(cleaned.get("amount_yen")),
    }


def _line_texts(line: Mapping[str, Any]) -> dict[str, str]:
    amount = line.get("amount_yen")
    return {"record_number": line["record_number"], "amount_yen": f"{amount:,}" if amount else ""}
