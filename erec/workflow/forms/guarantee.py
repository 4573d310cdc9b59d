"""The form of 保証記録: one claim, and the company that shall answer for it."""

from typing import Any, ClassVar

from erec.partners.suggestions import suggest
from erec.workflow.forms import partners
from erec.workflow.forms.accrual import PartnerFields
from erec.workflow.forms.base import Setting, SharedForm, Texts
from erec.workflow.forms.claims import OneClaimEntry
from erec.workflow.forms.fields import ReferenceField
from erec.workflow.forms.partners import PARTNER
from erec.workflow.types.base import Content


class GuaranteeSharedForm(PartnerFields, SharedForm):
    """Who shall become guarantor."""

    reference = ReferenceField(label="依頼人Ref.No.", required=False)


class GuaranteeEntry(OneClaimEntry):
    code: ClassVar = "guarantee"
    purpose: ClassVar = "持っている債権の支払いを、別の会社に保証してもらいます。その会社の承諾が必要です。"
    template: ClassVar = "workflow/guarantee.html"
    Shared: ClassVar = GuaranteeSharedForm
    aliases: ClassVar = {"guarantor": "user_number"}

    @classmethod
    def usual_shared(cls) -> dict[str, str]:
        return {"kind": "2"}

    @classmethod
    def tidy(cls, texts: Texts, setting: Setting) -> None:
        super().tidy(texts, setting)
        partners.complete(setting.company, [texts.shared])

    def shown(self) -> dict[str, Any]:
        company = self.setting.company
        return {
            **super().shown(),
            "guarantor": partners.named(company, [self.texts.shared])[0],
            "suggested": [(partners.as_text(one.key), one) for one in suggest(company.pk)],
        }

    def content(self) -> Content:
        shared = self.shared.cleaned_data
        return {
            "guarantor": {name: shared.get(name, "") for name in PARTNER},
            "reference": shared.get("reference", ""),
            "lines": self.lines_content(),
        }

    @classmethod
    def texts_of(cls, content: Content) -> Texts:
        guarantor = {name: str(content["guarantor"].get(name, "")) for name in PARTNER}
        return Texts({**guarantor, "reference": content["reference"]}, cls.lines_texts(content))
