"""The form of 譲渡記録: one assignee, the chosen claims with an amount each, whole if it stays empty."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from erec.claims.instructions import FeeBearer
from erec.claims.models import Claim
from erec.fields import ChoiceField
from erec.partners.suggestions import suggest
from erec.workflow.forms import hints, partners
from erec.workflow.forms.accrual import FEES, PartnerFields, show_record_dates
from erec.workflow.forms.base import EntryForm, Setting, SharedForm, Texts
from erec.workflow.forms.fields import (
    AmountField,
    DayField,
    RecordNumberField,
    ReferenceField,
    yen_of,
)
from erec.workflow.forms.partners import PARTNER
from erec.workflow.types.base import Content

GUARANTEE = (("1", "あり（あなたの会社が電子記録保証人になります）"), ("0", "なし"))


class AssignmentLineForm(forms.Form):
    """One claim, and how much of it moves."""

    record_number = RecordNumberField(label="記録番号")
    amount_yen = AmountField(label="譲渡する金額（円）", required=False)
    reference = ReferenceField(label="依頼人Ref.No.", required=False)


class AssignmentSharedForm(PartnerFields, SharedForm):
    """The assignee and what holds for all claims."""

    record_on = DayField(label="電子記録年月日（譲渡日）")
    with_guarantee = ChoiceField(label="保証", choices=GUARANTEE, widget=forms.RadioSelect)
    fee_bearer = ChoiceField(label="手数料", choices=FEES, widget=forms.RadioSelect)

    def offer(self, setting: Setting) -> None:
        show_record_dates(self, setting)


class AssignmentEntry(EntryForm):
    code: ClassVar = "assignment"
    purpose: ClassVar = "持っている債権を、全部または一部、取引先へ譲渡します。"
    template: ClassVar = "workflow/assignment.html"
    Shared: ClassVar = AssignmentSharedForm
    Line: ClassVar = AssignmentLineForm
    lines_parameter: ClassVar = "assignment_lines_max"
    aliases: ClassVar[Mapping[str, str]] = {"assignee": "user_number"}

    @classmethod
    def empty(cls, setting: Setting) -> Texts:
        first, _, _ = hints.record_dates(setting.today)
        shared = {
            **dict.fromkeys(PARTNER, ""),
            "kind": "2",
            "record_on": first.isoformat(),
            "with_guarantee": "1",
            "fee_bearer": FeeBearer.REQUESTER.value,
        }
        return Texts(shared, [])

    @classmethod
    def tidy(cls, texts: Texts, setting: Setting) -> None:
        super().tidy(texts, setting)
        partners.complete(setting.company, [texts.shared])

    @classmethod
    def renewed(cls, texts: Texts, setting: Setting) -> Texts:
        """From the first possible day on; of the claims those that the company still holds."""
        first, _, _ = hints.record_dates(setting.today)
        shared = {**texts.shared, "record_on": first.isoformat()}
        held = cls(texts, setting).claims()
        return Texts(shared, [line for line in texts.lines if line["record_number"] in held])

    def shown(self) -> dict[str, Any]:
        company, claims = self.setting.company, self.claims()
        numbers = [line.get("record_number", "") for line in self.texts.lines]
        return {
            "rows": [(form, claims.get(n)) for form, n in zip(self.lines, numbers, strict=True)],
            "assignee": partners.named(company, [self.texts.shared])[0],
            "suggested": [(partners.as_text(one.key), one) for one in suggest(company.pk)],
        }

    def claims(self) -> dict[str, Claim]:
        """Those of the lines that the company holds, by record number."""
        numbers = [line.get("record_number", "") for line in self.texts.lines]
        held = Claim.objects.filter(record_number__in=numbers, holder_id=self.setting.company.pk)
        return {claim.record_number: claim for claim in held}

    def content(self) -> Content:
        shared = self.shared.cleaned_data
        return {
            "record_on": shared.get("record_on", ""),
            "with_guarantee": shared.get("with_guarantee") != "0",
            "fee_bearer": shared.get("fee_bearer", FeeBearer.REQUESTER.value),
            "assignee": {name: shared.get(name, "") for name in PARTNER},
            "lines": [_line(form.cleaned_data) for form in self.lines],
        }

    @classmethod
    def texts_of(cls, content: Content) -> Texts:
        shared = {
            **{name: str(content["assignee"].get(name, "")) for name in PARTNER},
            "record_on": content["record_on"],
            "with_guarantee": "1" if content["with_guarantee"] else "0",
            "fee_bearer": content["fee_bearer"],
        }
        return Texts(shared, [_line_texts(line) for line in content["lines"]])


def _line(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "record_number": cleaned.get("record_number", ""),
        "amount_yen": yen_of(cleaned.get("amount_yen")),
        "reference": cleaned.get("reference", ""),
    }


def _line_texts(line: Mapping[str, Any]) -> dict[str, str]:
    amount = line.get("amount_yen")
    return {
        "record_number": line["record_number"],
        "amount_yen": f"{amount:,}" if amount else "",
        "reference": line.get("reference", ""),
    }
