"""企業情報の変更: the shape of the settings."""

from collections.abc import Sequence
from typing import Any

from django import forms

from erec.fields import ChoiceField
from erec.members.models import Member
from erec.workflow.actions.controls import Wanted
from erec.workflow.forms.deciding import GONE, VERSION_MAX
from erec.workflow.models import Controls

UNKNOWN = "選べない人が含まれています。画面を開き直して、もう一度選んでください。"


class ControlsForm(forms.Form):
    """`checkers`: who may be 最終承認者."""

    own_approval_refused = forms.BooleanField(
        label="同一ユーザによる承認を抑止する",
        required=False,
        help_text="仮登録した人は、自分の請求を承認できなくなります。",
    )
    approvals = ChoiceField(
        label="承認機能区分", choices=Controls.Approvals.choices, widget=forms.RadioSelect
    )
    finals = forms.MultipleChoiceField(
        label="最終承認者",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="ダブル承認（順序あり）で、最後に承認する人です。ほかの承認者が先に承認します。",
        error_messages={"invalid_choice": UNKNOWN},
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        max_value=VERSION_MAX,
        error_messages={"required": GONE, "invalid": GONE, "min_value": GONE, "max_value": GONE},
    )

    def __init__(self, data: Any, *, checkers: Sequence[Member], now: Wanted, version: int) -> None:
        initial = {
            "own_approval_refused": now.own_approval_refused,
            "approvals": now.approvals,
            "finals": [str(pk) for pk in now.finals],
            "version": version,
        }
        super().__init__(data, initial=initial)
        choices = [(str(member.pk), f"{member.name}（{member.login_id}）") for member in checkers]
        self.fields["finals"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["finals"]

    def wanted(self) -> Wanted:
        return Wanted(
            self.cleaned_data["own_approval_refused"],
            Controls.Approvals(self.cleaned_data["approvals"]),
            frozenset(int(pk) for pk in self.cleaned_data.get("finals", [])),
        )
