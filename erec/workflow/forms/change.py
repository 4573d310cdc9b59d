"""The form of 変更記録: one claim, and what shall be different; what stays empty stays as it is."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from erec.claims import windows
from erec.fields import ChoiceField
from erec.workflow.forms.base import Setting, SharedForm, Texts
from erec.workflow.forms.claims import OneClaimEntry
from erec.workflow.forms.fields import AmountField, DayField, ReferenceField, yen_of
from erec.workflow.types.base import Content, day

WHAT = (("change", "内容を変更する"), ("delete", "債権を削除する"))
RESTRICTED = (("", "変更しない"), ("0", "無"), ("1", "有（金融機関への譲渡だけ）"))
DELETED = "債権を削除するときは、ほかの項目を空にしてください。"


class ChangeSharedForm(SharedForm):
    """What shall be different."""

    what = ChoiceField(label="請求の内容", choices=WHAT, widget=forms.RadioSelect)
    due_on = DayField(label="新しい支払期日", required=False)
    amount_yen = AmountField(label="新しい債権金額（円）", required=False)
    restricted = ChoiceField(
        label="新しい譲渡制限", choices=RESTRICTED, widget=forms.RadioSelect, required=False
    )
    reference = ReferenceField(label="依頼人Ref.No.", required=False)

    def offer(self, setting: Setting) -> None:
        recorded = windows.record_dates(setting.today).first
        first, last = windows.earliest_changed_due(recorded), windows.latest_due(recorded)
        field = self.fields["due_on"]
        field.help_text = f"{day(first)}から{day(last)}まで。休業日を選ぶと、翌営業日になります。"
        field.widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}

    def clean(self) -> None:
        asked = self.cleaned_data
        if asked.get("what") == "delete" and any(
            asked.get(name) for name in ("due_on", "amount_yen", "restricted")
        ):
            self.add_error("what", DELETED)


class ChangeEntry(OneClaimEntry):
    code: ClassVar = "change"
    purpose: ClassVar = (
        "発生したままの債権の支払期日・金額・譲渡制限を変更するか、債権を削除します。相手先の承諾が必要です。"
    )
    template: ClassVar = "workflow/change.html"
    Shared: ClassVar = ChangeSharedForm
    of_the_claim: ClassVar = ("due_on", "amount_yen", "restricted")

    @classmethod
    def usual_shared(cls) -> Mapping[str, str]:
        return {"what": "change"}

    def content(self) -> Content:
        shared = self.shared.cleaned_data
        restricted: Any = shared.get("restricted", "")
        return {
            "delete": shared.get("what") == "delete",
            "due_on": shared.get("due_on", ""),
            "amount_yen": yen_of(shared.get("amount_yen")),
            "restricted": None if restricted == "" else restricted == "1",
            "reference": shared.get("reference", ""),
            "lines": self.lines_content(),
        }

    @classmethod
    def texts_of(cls, content: Content) -> Texts:
        restricted, amount = content["restricted"], content["amount_yen"]
        shared = {
            "what": "delete" if content["delete"] else "change",
            "due_on": content["due_on"],
            "amount_yen": f"{amount:,}" if amount else "",
            "restricted": "" if restricted is None else str(int(restricted)),
            "reference": content["reference"],
        }
        return Texts(shared, cls.lines_texts(content))
